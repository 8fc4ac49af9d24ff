//! Columns of best quotes: how far bid and ask are apart, and which side is the heavier.
//!
//! Promises that each row is of one quote alone.
//! Refuses to know: what lies behind the best quotes.

use tapewright_model::CANONICAL_NAN;

/// Names of the columns, in the order of the rows.
pub(crate) const QUOTE_COLUMNS: [&str; 3] = ["quote.spread", "quote.imbalance", "quote.mid"];

/// The columns of one quote; prices in dollars, sizes in any one unit.
///
/// - `quote.spread`: (ask − bid) ÷ mid.
/// - `quote.imbalance`: (bid size − ask size) ÷ (bid size + ask size), −1 to 1 (volume imbalance of the best
///   quotes: Cartea, Donnelly and Jaimungal, Enhancing trading strategies with order book signals, 2018).
/// - `quote.mid`: (bid + ask) ÷ 2.
///
/// All NaN when the quote is crossed or a side of it is empty; the imbalance alone when a size is missing or both are 0.
pub(crate) fn quote_columns(bid: f64, ask: f64, bid_size: f64, ask_size: f64) -> [f64; 3] {
    let two_sided = bid > 0.0 && ask >= bid && ask.is_finite();
    if !two_sided {
        return [CANONICAL_NAN; 3];
    }
    // halved first: the sum of two prices may be too large
    let mid = bid * 0.5 + ask * 0.5;
    let both = bid_size + ask_size;
    let sized = bid_size >= 0.0 && ask_size >= 0.0 && both > 0.0 && both.is_finite();
    let imbalance = if sized { (bid_size - ask_size) / both } else { CANONICAL_NAN };
    [(ask - bid) / mid, imbalance, mid]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crossed_and_empty_quotes_are_none() {
        let nan = f64::NAN;
        for (quote, want) in [
            ((99.0, 101.0, 3.0, 1.0), [0.02, 0.5, 100.0]),
            ((100.0, 100.0, 0.0, 5.0), [0.0, -1.0, 100.0]),
            ((100.0, 102.0, nan, 5.0), [2.0 / 101.0, nan, 101.0]),
            ((100.0, 102.0, 0.0, 0.0), [2.0 / 101.0, nan, 101.0]),
            ((100.0, 102.0, -1.0, 2.0), [2.0 / 101.0, nan, 101.0]),
            ((101.0, 100.0, 1.0, 1.0), [nan, nan, nan]),
            ((0.0, 100.0, 1.0, 1.0), [nan, nan, nan]),
            ((nan, 100.0, 1.0, 1.0), [nan, nan, nan]),
            ((100.0, nan, 1.0, 1.0), [nan, nan, nan]),
        ] {
            let (bid, ask, bid_size, ask_size) = quote;
            let row = quote_columns(bid, ask, bid_size, ask_size);
            assert!(row.iter().zip(&want).all(|(a, b)| a == b || (a.is_nan() && b.is_nan())), "{quote:?}: {row:?}");
        }
    }
}
