//! European options: price and greeks.
//!
//! Black & Scholes, "The Pricing of Options and Corporate Liabilities", J. Political Economy 81 (1973), eq. 13, with the
//! dividend yield of Merton, "Theory of Rational Option Pricing", Bell J. Economics 4 (1973):
//! with F = S e^((r − q) T) and v = σ √T, d₁ = ln(F ÷ K) ÷ v + v ÷ 2 and d₂ = d₁ − v,
//! call = e^(−rT) (F Φ(d₁) − K Φ(d₂)), put = e^(−rT) (K Φ(−d₂) − F Φ(−d₁)).
//!
//! Promises NaN for what has no price: a spot, strike, time or volatility that is not above zero.
//! Refuses to know: early exercise. American calls without dividends are the same; deep American puts are dearer.

use std::f64::consts::{PI, SQRT_2};

use crate::chain::Right;

/// A European option on one share, without its volatility.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct European {
    /// Call or put.
    pub right: Right,
    /// Price of the share, dollars.
    pub spot: f64,
    /// Dollars.
    pub strike: f64,
    /// To expiry, in years of 365 days.
    pub years: f64,
    /// Riskless rate a year, compounded continuously, as a ratio.
    pub rate: f64,
    /// Dividends a year, compounded continuously, as a ratio of the spot.
    pub dividend_yield: f64,
}

impl European {
    /// Dollars a share, at a volatility a year as a ratio.
    #[must_use]
    pub fn price(&self, volatility: f64) -> f64 {
        let Some((d1, d2)) = self.d(volatility) else { return f64::NAN };
        let sign = self.sign();
        let legs = self.forward() * normal_cdf(sign * d1) - self.strike * normal_cdf(sign * d2);
        self.discount() * sign * legs
    }

    /// Dollars of the option for a dollar of the share: ±e^(−qT) Φ(±d₁).
    #[must_use]
    pub fn delta(&self, volatility: f64) -> f64 {
        let Some((d1, _)) = self.d(volatility) else { return f64::NAN };
        self.delta_at(d1, self.left())
    }

    /// Change of delta for a dollar of the share, of calls and puts alike: e^(−qT) φ(d₁) ÷ (S σ √T).
    #[must_use]
    pub fn gamma(&self, volatility: f64) -> f64 {
        let Some((d1, _)) = self.d(volatility) else { return f64::NAN };
        self.gamma_at(d1, self.left(), volatility)
    }

    /// Both at once, to the same bits: they share most of the work.
    pub(crate) fn gamma_and_delta(&self, volatility: f64) -> (f64, f64) {
        let Some((d1, _)) = self.d(volatility) else { return (f64::NAN, f64::NAN) };
        let left = self.left();
        (self.gamma_at(d1, left, volatility), self.delta_at(d1, left))
    }

    /// Dollars for a volatility higher by 1 (by 100 %): S e^(−qT) φ(d₁) √T.
    #[must_use]
    pub fn vega(&self, volatility: f64) -> f64 {
        let Some((d1, _)) = self.d(volatility) else { return f64::NAN };
        self.spot * self.left() * normal_pdf(d1) * self.years.sqrt()
    }

    /// Price of the share for delivery at expiry.
    pub(crate) fn forward(&self) -> f64 {
        self.spot * libm::exp((self.rate - self.dividend_yield) * self.years)
    }

    /// Today's price of a dollar at expiry.
    pub(crate) fn discount(&self) -> f64 {
        libm::exp(-self.rate * self.years)
    }

    /// What is left of a share at expiry when its dividends are paid out: e^(−qT).
    fn left(&self) -> f64 {
        libm::exp(-self.dividend_yield * self.years)
    }

    fn delta_at(&self, d1: f64, left: f64) -> f64 {
        let sign = self.sign();
        sign * left * normal_cdf(sign * d1)
    }

    fn gamma_at(&self, d1: f64, left: f64, volatility: f64) -> f64 {
        let width = self.spot * volatility * self.years.sqrt();
        left * normal_pdf(d1) / width
    }

    /// 1 of a call, −1 of a put.
    pub(crate) fn sign(&self) -> f64 {
        match self.right {
            Right::Call => 1.0,
            Right::Put => -1.0,
        }
    }

    /// Whether spot, strike and time are such that it has a price.
    pub(crate) fn is_sound(&self) -> bool {
        let positive = |value: f64| value.is_finite() && value > 0.0;
        positive(self.spot)
            && positive(self.strike)
            && positive(self.years)
            && self.rate.is_finite()
            && self.dividend_yield.is_finite()
    }

    fn d(&self, volatility: f64) -> Option<(f64, f64)> {
        let width = volatility * self.years.sqrt();
        if !(self.is_sound() && width.is_finite() && width > 0.0) {
            return None;
        }
        let carry = (self.rate - self.dividend_yield) * self.years;
        let d1 = (libm::log(self.spot / self.strike) + carry) / width + 0.5 * width;
        Some((d1, d1 - width))
    }
}

/// Density of the standard normal distribution.
pub(crate) fn normal_pdf(x: f64) -> f64 {
    libm::exp(-0.5 * x * x) / (2.0 * PI).sqrt()
}

/// Its probability up to x; exact to the last digits far out to the left as well.
pub(crate) fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x / SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn option(right: Right, spot: f64, strike: f64, years: f64, rate: f64, dividend_yield: f64) -> European {
        European { right, spot, strike, years, rate, dividend_yield }
    }

    #[test]
    fn prices_are_those_of_the_textbook() {
        // Hull, "Options, Futures, and Other Derivatives", the chapters on Black–Scholes–Merton, stock indices and greeks
        for (right, spot, strike, years, rate, dividend_yield, volatility, price) in [
            (Right::Call, 42.0, 40.0, 0.5, 0.1, 0.0, 0.2, 4.76),
            (Right::Put, 42.0, 40.0, 0.5, 0.1, 0.0, 0.2, 0.81),
            (Right::Call, 930.0, 900.0, 2.0 / 12.0, 0.08, 0.03, 0.2, 51.83),
            (Right::Call, 49.0, 50.0, 0.3846, 0.05, 0.0, 0.2, 2.40),
        ] {
            let got = option(right, spot, strike, years, rate, dividend_yield).price(volatility);
            assert!((got - price).abs() < 0.005, "{right:?} {strike}: {got}, not {price}");
        }
        let call = option(Right::Call, 49.0, 50.0, 0.3846, 0.05, 0.0);
        for (got, wanted, digits) in
            [(call.delta(0.2), 0.522, 5e-4), (call.gamma(0.2), 0.066, 5e-4), (call.vega(0.2), 12.1, 5e-2)]
        {
            assert!((got - wanted).abs() < digits, "{got}, not {wanted}");
        }
    }

    #[test]
    fn greeks_are_slopes_of_the_price_and_parity_holds() {
        for strike in [60.0, 90.0, 100.0, 115.0, 170.0] {
            for years in [0.02, 0.5, 2.0] {
                let at = |right, spot| option(right, spot, strike, years, 0.04, 0.02);
                let (call, put) = (at(Right::Call, 100.0), at(Right::Put, 100.0));
                let parity = call.discount() * (call.forward() - strike);
                assert!((call.price(0.3) - put.price(0.3) - parity).abs() < 1e-11);
                for right in [Right::Call, Right::Put] {
                    let step = 0.01;
                    let [down, here, up] = [100.0 - step, 100.0, 100.0 + step].map(|spot| at(right, spot).price(0.3));
                    let option = at(right, 100.0);
                    assert!(((up - down) / (2.0 * step) - option.delta(0.3)).abs() < 1e-5);
                    assert!(((up - 2.0 * here + down) / (step * step) - option.gamma(0.3)).abs() < 1e-5);
                    let slope = (option.price(0.3 + 1e-5) - option.price(0.3 - 1e-5)) / 2e-5;
                    assert!((slope - option.vega(0.3)).abs() < 1e-4);
                }
            }
        }
    }

    #[test]
    fn what_has_no_price_is_nan() {
        for (spot, strike, years, volatility) in [
            (0.0, 1.0, 1.0, 0.2),
            (1.0, 0.0, 1.0, 0.2),
            (1.0, 1.0, 0.0, 0.2),
            (1.0, 1.0, 1.0, 0.0),
            (1.0, 1.0, 1.0, f64::NAN),
            (f64::INFINITY, 1.0, 1.0, 0.2),
        ] {
            let option = option(Right::Call, spot, strike, years, 0.0, 0.0);
            for value in [option.price(volatility), option.delta(volatility), option.gamma(volatility)] {
                assert!(value.is_nan());
            }
        }
    }
}
