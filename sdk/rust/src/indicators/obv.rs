//! On-balance volume.

/// Granville's on-balance volume, as TA-Lib: begins with the first row's volume, then adds a row's volume when the
/// close rose and takes it off when it fell. A sum since the start: promises no memory, and its level means nothing.
#[derive(Clone, Debug)]
pub struct Obv {
    close_before: f64,
    value: f64,
}

impl Obv {
    /// Before any row.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "as the other indicators, made by `new`")]
    pub fn new() -> Obv {
        Obv { close_before: f64::NAN, value: f64::NAN }
    }

    /// The next row; gives the sum in units of volume.
    #[inline]
    pub fn update(&mut self, close: f64, volume: f64) -> f64 {
        if close.is_nan() || volume.is_nan() {
            return self.value;
        }
        if self.close_before.is_nan() {
            self.value = volume;
        } else if close > self.close_before {
            self.value += volume;
        } else if close < self.close_before {
            self.value -= volume;
        }
        self.close_before = close;
        self.value
    }

    /// What the last update gave.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.value
    }

    /// Rows until it says something. It never forgets its beginning; use differences of it.
    #[must_use]
    pub fn warm_up(&self) -> u32 {
        1
    }
}
