//! True range, and Wilder's average of it.

use super::rsi::Wilder;

/// The greatest of high − low, |high − close before| and |low − close before| (Wilder 1978, section IV). A window
/// of two rows: it forgets.
#[derive(Clone, Debug)]
pub struct TrueRange {
    close_before: f64,
    value: f64,
}

impl TrueRange {
    /// Before any row.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "as the other indicators, made by `new`")]
    pub fn new() -> TrueRange {
        TrueRange { close_before: f64::NAN, value: f64::NAN }
    }

    /// The next row; gives the range in units of price, NaN on the first row.
    #[inline]
    pub fn update(&mut self, high: f64, low: f64, close: f64) -> f64 {
        if high.is_nan() || low.is_nan() || close.is_nan() {
            return self.value;
        }
        if !self.close_before.is_nan() {
            let gap = (high - self.close_before).abs().max((low - self.close_before).abs());
            self.value = (high - low).max(gap);
        }
        self.close_before = close;
        self.value
    }

    /// What the last update gave.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.value
    }

    /// Rows until it says something.
    #[must_use]
    pub fn warm_up(&self) -> u32 {
        2
    }

    /// Rows on which it depends.
    #[must_use]
    pub fn memory_rows(&self) -> u32 {
        2
    }
}

/// Wilder's average true range (1978, section IV), as TA-Lib: the first true range needs a close before it, so it
/// says something from row `period + 1` on. Recursive: promises no memory.
#[derive(Clone, Debug)]
pub struct Atr {
    range: TrueRange,
    average: Wilder,
}

impl Atr {
    /// Of `period` true ranges. Panics when 0.
    #[must_use]
    pub fn new(period: usize) -> Atr {
        Atr { range: TrueRange::new(), average: Wilder::new(period) }
    }

    /// The next row; gives the average range in units of price.
    #[inline]
    pub fn update(&mut self, high: f64, low: f64, close: f64) -> f64 {
        if !(high.is_nan() || low.is_nan() || close.is_nan()) {
            let range = self.range.update(high, low, close);
            if !range.is_nan() {
                self.average.update(range);
            }
        }
        self.average.value
    }

    /// What the last update gave.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.average.value
    }

    /// Rows after which its beginning is forgotten: 20 × the period.
    #[must_use]
    pub fn warm_up(&self) -> u32 {
        self.average.warm_up()
    }
}
