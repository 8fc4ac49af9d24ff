//! What an option of the book is quoted at: a volatility by strike and term, and prices from it.

use crate::chain::Chain;
use crate::civil::Clock;
use crate::gex::{European, years_to};

/// Options cost more than their underlying moves: by so much, in volatility.
const PREMIUM: f64 = 1.1;
/// A year after which volatility is halfway back to the usual: 0.15.
const RETURNS: f64 = 4.6;
/// Low strikes cost more, and both ends do: by standard deviations from the price.
const SKEW: f64 = -0.06;
const CURVE: f64 = 0.02;
const DEVIATIONS_MAX: f64 = 3.0;
/// Half of the distance between bid and ask: a share of the price, and cents at least.
const HALF_SPREAD: f64 = 0.01;

/// Volatilities of one expiry.
pub(super) struct Smile {
    at_the_money: f64,
    price: f64,
    deviation: f64,
}

impl Smile {
    /// From a volatility a year now and in the long run: variance returns to the usual exponentially, and what is
    /// quoted is its mean up to the expiry.
    pub(super) fn new(now: f64, typical: f64, years: f64, price: f64) -> Smile {
        let weight = (1.0 - libm::exp(-RETURNS * years)) / (RETURNS * years);
        let variance = typical * typical + (now * now - typical * typical) * weight;
        let at_the_money = PREMIUM * variance.sqrt();
        Smile { at_the_money, price, deviation: at_the_money * years.sqrt() }
    }

    /// Of a strike, to four digits as files have them, between 6 % and 98 %.
    pub(super) fn volatility(&self, strike: f64) -> f64 {
        let off = ((strike / self.price - 1.0) / self.deviation).clamp(-DEVIATIONS_MAX, DEVIATIONS_MAX);
        let volatility = self.at_the_money * (1.0 + SKEW * off + CURVE * off * off);
        (volatility.clamp(0.06, 0.98) * 1e4).round() / 1e4
    }
}

/// Fills in bid, ask and last in whole cents, delta and gamma, without interest or dividends.
pub(super) fn price(chain: &mut Chain) {
    let mut clock = Clock::new_york();
    let mut before = (i32::MIN, None);
    for quote in &mut chain.quotes {
        if quote.expiry != before.0 {
            before = (quote.expiry, years_to(&mut clock, chain.event_time, quote.expiry));
        }
        let Some(years) = before.1 else { continue };
        let (right, strike) = (quote.right, quote.strike);
        let option = European { right, spot: chain.spot, strike, years, rate: 0.0, dividend_yield: 0.0 };
        let value = option.price(quote.iv);
        let half = (value * HALF_SPREAD).max(0.01);
        let cents = |price: f64| (price * 100.0).round().max(0.0) / 100.0;
        (quote.bid, quote.ask, quote.last) = (cents(value - half), cents(value + half), cents(value));
        (quote.delta, quote.gamma) = (option.delta(quote.iv), option.gamma(quote.iv));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::{OptionQuote, Right};
    use crate::gex::made::{blank, chain_of};
    use tapewright_model::Time;

    #[test]
    fn prices_are_those_of_the_formula() {
        let quote = |right| OptionQuote { iv: 0.2, ..blank(73, 105.0, right) };
        // 73 days before four in the afternoon in New York
        let mut chain = chain_of(Time(21 * 3600 * Time::SECOND), 100.0, vec![quote(Right::Call), quote(Right::Put)]);
        price(&mut chain);
        // d1 = −0.500768, d2 = −0.590211: N is 0.308267 and 0.277524; C = 1.6867, P = C + 5
        let found: Vec<_> = chain.quotes.iter().map(|quote| (quote.bid, quote.last, quote.ask)).collect();
        assert_eq!(found, [(1.67, 1.69, 1.70), (6.62, 6.69, 6.75)]);
        assert!((chain.quotes[0].delta - 0.308_267).abs() < 1e-5, "{}", chain.quotes[0].delta);
        assert!((chain.quotes[1].delta + 0.691_733).abs() < 1e-5);
        assert!((chain.quotes[0].gamma - 0.351_932 / 8.944_27).abs() < 1e-5);
    }

    #[test]
    fn low_strikes_cost_more_and_terms_draw_near_the_usual() {
        let smile = Smile::new(0.4, 0.2, 0.1, 100.0);
        let [low, middle, high] = [90.0, 100.0, 108.0].map(|strike| smile.volatility(strike));
        assert!(low > middle && middle > high, "{low} {middle} {high}");
        let long = Smile::new(0.4, 0.2, 3.0, 100.0).volatility(100.0);
        assert!(long < middle && long > 0.22, "{long}");
    }
}
