//! What one row tells about price and gamma. NaN is missing, infinity too; nothing is filled in from rows before.

use tapewright_sdk::prelude::*;

/// The columns of a reading, in this order.
const NAMES: [&str; 8] =
    ["close", "high", "low", "gex.total", "gex.flip", "gex.flip_distance", "gex.call_wall", "gex.put_support"];

pub(crate) struct Columns([Column; 8]);

/// One row. Prices in units of the instrument, exposure in dollars per move of 1 %.
pub(crate) struct Reading {
    pub(crate) close: f64,
    pub(crate) high: f64,
    pub(crate) low: f64,
    pub(crate) total: f64,
    /// The price at which gamma changes its sign.
    pub(crate) flip: f64,
    /// (close − flip) ÷ close.
    pub(crate) distance: f64,
    pub(crate) call_wall: f64,
    pub(crate) put_support: f64,
}

impl Columns {
    pub(crate) fn new(setup: &mut Setup) -> Columns {
        Columns(NAMES.map(|name| setup.column(name)))
    }

    /// `None` for a row without prices.
    ///
    /// Exposure is often measured less often than prices, so the distance is taken from this row's close and the
    /// level; the column `gex.flip_distance` stands in where the level is missing, and then gives the level.
    pub(crate) fn read(&self, row: &Row) -> Option<Reading> {
        let finite = |value: f64| if value.is_finite() { value } else { f64::NAN };
        let [close, high, low, total, flip, flip_distance, call_wall, put_support] =
            self.0.map(|column| finite(row[column]));
        if close.is_nan() || close <= 0.0 || high.is_nan() || low.is_nan() {
            return None;
        }
        let (flip, distance) =
            if flip.is_nan() { (close - flip_distance * close, flip_distance) } else { (flip, (close - flip) / close) };
        Some(Reading { close, high, low, total, flip, distance, call_wall, put_support })
    }
}
