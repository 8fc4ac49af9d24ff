//! The volatility at which an option is worth its price.
//!
//! Works on the time value alone, by put–call parity that of the option of the same strike which is out of the money, in
//! units of e^(−rT) √(F K): β(v) = e^(−h/2) Φ(v/2 − h/v) − e^(h/2) Φ(−v/2 − h/v) with h = |ln(F ÷ K)| and v = σ √T
//! (the normalised price of Jäckel, "By Implication", 2006). β rises from 0 to e^(−h/2) and turns from convex to concave at
//! v = √(2h) (Manaster & Koehler, "The Calculation of Implied Variances", J. Finance 37 (1982)), where the steps
//! begin: on β above, on ln β below, where β is flat; each bent by the second derivative (Halley's rule), which is cheap
//! here. A step that leaves the bracket is replaced by its middle.
//!
//! Promises an end after `STEPS_MAX` steps, and NaN for a price that no volatility gives.

use super::black_scholes::{European, normal_cdf, normal_pdf};

/// Three or four steps are usual. Halving alone needs about 50 for the last bit.
const STEPS_MAX: usize = 80;
/// No option is quoted at a total volatility above this: 5,000 % for a year is 50, and β is then its bound to 16 digits.
const TOTAL_MAX: f64 = 16.0;
/// Time value as a part of the price below which its digits are rounding.
const TIME_VALUE_MIN: f64 = 1e-13;

impl European {
    /// The volatility a year, as a ratio, at which it is worth `price` dollars a share. NaN when there is none: the
    /// price is at or below what exercise at expiry is worth today, or not below the share (call) or the strike (put).
    #[must_use]
    pub fn implied_volatility(&self, price: f64) -> f64 {
        if !(self.is_sound() && price.is_finite() && price > 0.0) {
            return f64::NAN;
        }
        let (forward, discount) = (self.forward(), self.discount());
        let intrinsic = discount * (self.sign() * (forward - self.strike)).max(0.0);
        let time_value = price - intrinsic;
        if time_value <= TIME_VALUE_MIN * price {
            return f64::NAN;
        }
        let log_moneyness = libm::log(forward / self.strike).abs();
        let beta = time_value / (discount * (forward * self.strike).sqrt());
        total_volatility(log_moneyness, beta) / self.years.sqrt()
    }
}

fn total_volatility(h: f64, beta: f64) -> f64 {
    let (bound, other) = (libm::exp(-0.5 * h), libm::exp(0.5 * h));
    let value = |v: f64| bound * normal_cdf(0.5 * v - h / v) - other * normal_cdf(-0.5 * v - h / v);
    let slope = |v: f64| bound * normal_pdf(0.5 * v - h / v);
    let (mut low, mut high) = (0.0, TOTAL_MAX);
    if !(beta > 0.0 && beta < value(high)) {
        return f64::NAN;
    }
    let turn = (2.0 * h).sqrt();
    // at the money β is nearly v ÷ √(2π)
    let mut v = if turn > 1e-3 { turn } else { (beta / normal_pdf(0.0)).max(1e-6) }.min(0.5 * TOTAL_MAX);
    let log_beta = libm::log(beta);
    for _ in 0..STEPS_MAX {
        let (here, slope) = (value(v), slope(v));
        if here < beta {
            low = v;
        } else {
            high = v;
        }
        // β″ ÷ β′, and the same of ln β
        let bend = h * h / (v * v * v) - 0.25 * v;
        let (newton, bend) = if v > turn {
            ((beta - here) / slope, bend)
        } else {
            ((log_beta - libm::log(here)) * here / slope, bend - slope / here)
        };
        let step = newton / (1.0 + 0.5 * newton * bend).max(0.5);
        // what is left after a step goes with its third power
        if step.abs() <= 1e-6 * v || high - low <= 1e-13 * high {
            return (v + step).clamp(low, high);
        }
        let next = v + step;
        // a NaN, of a price too small for a double, is outside as well
        v = if next > low && next < high { next } else { 0.5 * (low + high) };
    }
    if high - low <= 1e-9 * high { v } else { f64::NAN }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::Right;

    #[test]
    fn a_volatility_comes_back_from_its_price() {
        let mut checked = 0;
        for years in [0.25 / 8760.0, 1.0 / 365.0, 30.0 / 365.0, 1.0, 5.0] {
            for volatility in [0.03, 0.1, 0.2, 0.5, 1.0, 3.0] {
                for moneyness in [0.3, 0.6, 0.8, 0.9, 0.95, 0.99, 0.999, 1.0, 1.001, 1.01, 1.05, 1.2, 1.5, 3.0] {
                    for (rate, dividend_yield) in [(0.0, 0.0), (0.05, 0.02), (-0.01, 0.0)] {
                        for right in [Right::Call, Right::Put] {
                            let option =
                                European { right, spot: 100.0, strike: 100.0 * moneyness, years, rate, dividend_yield };
                            let price = option.price(volatility);
                            // an error of the price's last digit must not be worth more than the tolerance
                            if option.vega(volatility) * 1e-6 < 1e-14 * price.max(1.0) * 10.0 {
                                continue;
                            }
                            let got = option.implied_volatility(price);
                            assert!((got - volatility).abs() < 1e-6, "{option:?}: {got}, not {volatility}");
                            checked += 1;
                        }
                    }
                }
            }
        }
        assert!(checked > 1200, "{checked}");
    }

    #[test]
    fn a_price_that_no_volatility_gives_has_none() {
        let option =
            |right, strike| European { right, spot: 100.0, strike, years: 0.5, rate: 0.0, dividend_yield: 0.0 };
        for (right, strike, price) in [
            (Right::Call, 90.0, 10.0),
            (Right::Call, 90.0, 9.5),
            (Right::Call, 90.0, 100.0),
            (Right::Call, 90.0, 150.0),
            (Right::Put, 110.0, 10.0),
            (Right::Put, 110.0, 110.0),
            (Right::Put, 110.0, 0.0),
            (Right::Put, 110.0, -1.0),
            (Right::Put, 110.0, f64::NAN),
            (Right::Put, 110.0, f64::INFINITY),
            (Right::Put, 0.0, 1.0),
        ] {
            assert!(option(right, strike).implied_volatility(price).is_nan(), "{right:?} {strike} {price}");
        }
    }

    #[test]
    fn any_price_ends_in_a_volatility_or_nan() {
        for strike in [1e-300, 1e-9, 1.0, 99.999_999, 100.0, 1e9, 1e300] {
            for years in [1e-12, 1e-4, 1.0, 1e6] {
                for price in [1e-308, 1e-100, 1e-9, 0.01, 1.0, 50.0, 99.999, 1e12, 1e299] {
                    for right in [Right::Call, Right::Put] {
                        let option = European { right, spot: 100.0, strike, years, rate: 0.0, dividend_yield: 0.0 };
                        let got = option.implied_volatility(price);
                        assert!(got.is_nan() || got > 0.0, "{option:?} {price}: {got}");
                    }
                }
            }
        }
    }
}
