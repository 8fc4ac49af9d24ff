//! Bars whose prices contradict each other: high below low, open or close outside them.

use super::series::{Prices, Row};

/// How far, relative to the price, an open may lie outside the range: the last digit of a price that was adjusted and
/// then rounded to doubles.
const ROUNDING: f64 = 1e-9;

/// What is wrong with the row. A price that is missing contradicts nothing.
pub(super) fn wrong(row: &Row<'_>, prices: &Prices) -> Option<String> {
    let (high, low) = (row.value(prices.high), row.value(prices.low));
    let slack = |price: f64| ROUNDING * price.abs();
    if high < low - slack(low) {
        return Some(format!("high {high} below low {low}"));
    }
    for (name, column) in [("open", prices.open), ("close", prices.close)] {
        let price = row.value(column);
        if price > high + slack(high) {
            return Some(format!("{name} {price} above high {high}"));
        }
        if price < low - slack(low) {
            return Some(format!("{name} {price} below low {low}"));
        }
    }
    None
}
