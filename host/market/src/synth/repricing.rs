//! Gamma of a chain at other prices of its underlying: what dealers hold when the price has moved.
//!
//! Dealers are taken to be long what calls are open and short what puts are open. Knows quotes, not how they came.

use crate::chain::{Chain, Right};
use tapewright_model::Time;

/// Options further from the money than so many standard deviations are left out: they have less than a five-thousandth
/// of the gamma of those at the money.
const FAR: f64 = 4.2;
const SQRT_TWO_PI: f64 = 2.506_628_274_631_000_2;

/// The options of a chain that have gamma, calls and puts of one strike and expiry together.
#[derive(Clone, Debug, Default)]
pub(super) struct Positions(Vec<Position>);

#[derive(Clone, Copy, Debug)]
pub(super) struct Position {
    pub(super) strike: f64,
    /// Contracts open.
    pub(super) call: f64,
    pub(super) put: f64,
    /// Of d1, that it is 0 at: ln strike − σ²T ÷ 2.
    middle: f64,
    /// 1 ÷ σ√T.
    per_deviation: f64,
}

impl Position {
    /// Dollars that the hedge of one contract changes by when the underlying moves by 1 %: gamma × 100 shares ×
    /// price² × 0.01, with gamma = φ(d1) ÷ (S σ √T) (F. Black, M. Scholes, Journal of Political Economy 81, 1973,
    /// without interest or dividends).
    pub(super) fn contract(&self, price: f64, log_price: f64) -> f64 {
        let d1 = (log_price - self.middle) * self.per_deviation;
        if d1.abs() > FAR {
            return 0.0;
        }
        price * self.per_deviation * libm::exp(-0.5 * d1 * d1) / SQRT_TWO_PI
    }
}

impl Positions {
    /// Those of a chain, sorted as its quotes are. Quotes without volatility, and those that expire on the day of
    /// the chain, have none.
    pub(super) fn of(chain: &Chain) -> Positions {
        let today = chain.event_time.0.div_euclid(Time::DAY) as f64;
        let mut positions: Vec<Position> = Vec::with_capacity(chain.quotes.len() / 2 + 1);
        let (mut expiry, mut root) = (i32::MIN, 0.0);
        let mut before = (f64::NAN, f64::NAN);
        for quote in &chain.quotes {
            if quote.expiry != expiry {
                (expiry, before.0) = (quote.expiry, f64::NAN);
                root = ((f64::from(quote.expiry) - today) / 365.0).max(0.0).sqrt();
            }
            let deviation = quote.iv * root;
            if quote.open_interest.is_nan() || deviation.is_nan() || deviation <= 0.0 || quote.strike <= 0.0 {
                continue;
            }
            if (quote.strike, quote.iv) != before {
                before = (quote.strike, quote.iv);
                let middle = libm::log(quote.strike) - 0.5 * deviation * deviation;
                let (strike, per_deviation) = (quote.strike, 1.0 / deviation);
                positions.push(Position { strike, call: 0.0, put: 0.0, middle, per_deviation });
            }
            if let Some(position) = positions.last_mut() {
                match quote.right {
                    Right::Call => position.call += quote.open_interest,
                    Right::Put => position.put += quote.open_interest,
                }
            }
        }
        Positions(positions)
    }

    /// Dollar gamma for a move of 1 % at a price: calls count up, puts down.
    pub(super) fn total(&self, price: f64) -> f64 {
        let log_price = libm::log(price);
        self.0.iter().map(|held| (held.call - held.put) * held.contract(price, log_price)).sum()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Position> {
        self.0.iter()
    }
}
