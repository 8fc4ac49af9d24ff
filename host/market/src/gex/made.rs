//! Chains made by Black–Scholes, for tests.

use tapewright_model::{Symbol, Time};

use super::black_scholes::European;
use crate::chain::{Chain, OptionQuote, Right};
use crate::civil::Clock;

/// An option of which nothing is known.
pub(crate) fn blank(expiry: i32, strike: f64, right: Right) -> OptionQuote {
    let none = f64::NAN;
    OptionQuote {
        expiry,
        strike,
        right,
        bid: none,
        ask: none,
        last: none,
        volume: none,
        open_interest: none,
        iv: none,
        delta: none,
        gamma: none,
    }
}

/// A chain of these quotes, known when it is made.
pub(crate) fn chain_of(event_time: Time, spot: f64, mut quotes: Vec<OptionQuote>) -> Chain {
    quotes.sort_by(|a, b| a.expiry.cmp(&b.expiry).then(a.strike.total_cmp(&b.strike)).then(a.right.cmp(&b.right)));
    Chain { symbol: Symbol::new("AAA").unwrap(), event_time, known_time: event_time, spot, quotes }
}

/// Calls and puts of all these strikes, on all these days, at their price for one volatility, half a `spread` to either
/// side. Nothing but bid and ask is filled in.
pub(crate) fn priced(
    event_time: Time,
    spot: f64,
    volatility: f64,
    spread: f64,
    expiries: &[i32],
    strikes: &[f64],
) -> Chain {
    let mut clock = Clock::new_york();
    let mut quotes = Vec::new();
    for expiry in expiries {
        let Some(years) = super::moment::years_to(&mut clock, event_time, *expiry) else { continue };
        for strike in strikes {
            for right in [Right::Call, Right::Put] {
                let option = European { right, spot, strike: *strike, years, rate: 0.0, dividend_yield: 0.0 };
                let price = option.price(volatility);
                let (bid, ask) = ((price - 0.5 * spread).max(0.0), price + 0.5 * spread);
                quotes.push(OptionQuote { bid, ask, ..blank(*expiry, *strike, right) });
            }
        }
    }
    chain_of(event_time, spot, quotes)
}
