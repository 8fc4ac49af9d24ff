//! Columns of option trades: who pays much for what, and whether puts or calls are traded.
//!
//! Promises one row for each trade, of it and those before it on its day in New York alone.
//! Refuses to know: what the trader holds already. A call that is bought may close a position.

use crate::chain::{Right, SHARES_PER_CONTRACT};
use crate::civil::Clock;

/// Names of the columns, in the order of the rows.
pub(crate) const FLOW_COLUMNS: [&str; 3] = ["flow.large_prints", "flow.large_premium", "flow.put_call_ratio"];
/// Premium of a trade, in dollars, from which on it is a large one: a round number, two hundred contracts at 5 dollars.
pub(crate) const LARGE_PREMIUM_USD: f64 = 100_000.0;

/// One option trade.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Print {
    /// When it was known, UTC ns.
    pub(crate) known: i64,
    /// Call or put.
    pub(crate) right: Right,
    /// Dollars a share.
    pub(crate) price: f64,
    /// Contracts.
    pub(crate) size: f64,
    /// Best bid at the trade, dollars a share; NaN when unknown.
    pub(crate) bid: f64,
    /// Best ask at the trade, dollars a share; NaN when unknown.
    pub(crate) ask: f64,
}

/// The session so far.
pub(crate) struct Flow {
    clock: Clock,
    large_usd: f64,
    /// Days since 1970 in New York.
    day: Option<i32>,
    large_prints: f64,
    large_premium: f64,
    calls: f64,
    puts: f64,
}

impl Flow {
    /// Trades of `large_usd` dollars of premium and more are large.
    pub(crate) fn new(large_usd: f64) -> Flow {
        Flow {
            clock: Clock::new_york(),
            large_usd,
            day: None,
            large_prints: 0.0,
            large_premium: 0.0,
            calls: 0.0,
            puts: 0.0,
        }
    }

    /// The columns after a trade; trades come in ascending known time.
    ///
    /// - `flow.large_prints`: how many of the session's trades were large; premium is price × size × 100.
    /// - `flow.large_premium`: their dollars, signed: calls bought (at the ask or above) and puts sold (at the bid or
    ///   below) positive, the opposite negative. Between bid and ask, at a locked quote, or without one, a trade has no
    ///   side and adds nothing.
    /// - `flow.put_call_ratio`: the session's contracts, puts ÷ calls, of all trades; NaN before the first call.
    ///
    /// A trade without a price or a size changes nothing.
    pub(crate) fn push(&mut self, print: &Print) -> [f64; 3] {
        let day = self.clock.local(print.known).map(|(day, _)| day);
        if self.day != day {
            self.day = day;
            (self.large_prints, self.large_premium, self.calls, self.puts) = (0.0, 0.0, 0.0, 0.0);
        }
        if print.price > 0.0 && print.size > 0.0 {
            match print.right {
                Right::Call => self.calls += print.size,
                Right::Put => self.puts += print.size,
            }
            let premium = print.price * print.size * SHARES_PER_CONTRACT;
            if premium >= self.large_usd {
                self.large_prints += 1.0;
                self.large_premium += side(print) * premium;
            }
        }
        let ratio = if self.calls > 0.0 { self.puts / self.calls } else { tapewright_model::CANONICAL_NAN };
        [self.large_prints, self.large_premium, ratio]
    }
}

/// 1 for a call bought or a put sold, −1 for the opposite, 0 when nobody can tell.
fn side(print: &Print) -> f64 {
    let bought = print.price >= print.ask;
    let sold = print.price <= print.bid;
    match (bought, sold, print.right) {
        (true, false, Right::Call) | (false, true, Right::Put) => 1.0,
        (true, false, Right::Put) | (false, true, Right::Call) => -1.0,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use tapewright_model::Time;

    use super::*;

    #[test]
    fn large_trades_have_a_sign_and_sessions_begin_anew() {
        let mut flow = Flow::new(LARGE_PREMIUM_USD);
        for (known, right, price, size, bid, ask, want) in [
            ("2024-01-03T14:31:00Z", Right::Put, 2.0, 10.0, 1.9, 2.0, [0.0, 0.0, f64::NAN]),
            ("2024-01-03T14:31:00Z", Right::Call, 2.0, 500.0, 1.9, 2.0, [1.0, 100_000.0, 0.02]),
            ("2024-01-03T14:32:00Z", Right::Call, 2.0, 499.0, 1.9, 2.0, [1.0, 100_000.0, 10.0 / 999.0]),
            ("2024-01-03T14:33:00Z", Right::Call, 1.9, 1000.0, 1.9, 2.0, [2.0, -90_000.0, 10.0 / 1999.0]),
            ("2024-01-03T14:34:00Z", Right::Put, 2.1, 989.0, 1.9, 2.0, [3.0, -90_000.0 - 207_690.0, 999.0 / 1999.0]),
            // between, locked, without a quote
            ("2024-01-03T14:35:00Z", Right::Put, 2.0, 1000.0, 1.9, 2.1, [4.0, -297_690.0, 1.0]),
            ("2024-01-03T14:36:00Z", Right::Call, 2.0, 1000.0, 2.0, 2.0, [5.0, -297_690.0, 1999.0 / 2999.0]),
            ("2024-01-03T14:37:00Z", Right::Put, 2.0, 1000.0, f64::NAN, f64::NAN, [6.0, -297_690.0, 1.0]),
            ("2024-01-03T14:38:00Z", Right::Put, f64::NAN, 1000.0, 1.0, 1.0, [6.0, -297_690.0, 1.0]),
            // still the third in New York
            ("2024-01-04T04:59:59Z", Right::Call, 2.0, 1.0, 1.0, 1.0, [6.0, -297_690.0, 2999.0 / 3000.0]),
            ("2024-01-04T05:00:00Z", Right::Put, 2.0, 1000.0, 2.0, 2.1, [1.0, 200_000.0, f64::NAN]),
        ] {
            let known = known.parse::<Time>().unwrap().0;
            let row = flow.push(&Print { known, right, price, size, bid, ask });
            let same = |(a, b): (&f64, &f64)| a.to_bits() == b.to_bits() || (a - b).abs() < 1e-9;
            assert!(row.iter().zip(&want).all(same), "{known}: {row:?}, wanted {want:?}");
        }
    }
}
