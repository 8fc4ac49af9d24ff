//! Prices that cannot be: a close that is missing, zero or negative, and volumes below zero.
//!
//! Yields, spreads and rates may be negative; they are numbers of a period, not bars.

use super::series::{Prices, Row};

/// What is wrong with the row.
pub(super) fn wrong(row: &Row<'_>, prices: &Prices) -> Option<String> {
    let volume = row.value(prices.volume);
    if volume < 0.0 {
        return Some(format!("a volume of {volume}"));
    }
    for (name, column) in [("open", prices.open), ("high", prices.high), ("low", prices.low), ("close", prices.close)] {
        let price = row.value(column);
        if price <= 0.0 {
            return Some(format!("{name} {price}, which is no price"));
        }
    }
    (prices.close.is_some() && row.value(prices.close).is_nan()).then(|| "no close".to_owned())
}
