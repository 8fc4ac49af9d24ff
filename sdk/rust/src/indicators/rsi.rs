//! The relative strength index, and the smoothing that Wilder's indicators share.

use super::forgotten;

/// Wilder's average: the mean of the first n values, then y ← (y × (n − 1) + x) ÷ n.
#[derive(Clone, Debug)]
pub(super) struct Wilder {
    period: usize,
    seen: usize,
    sum: f64,
    pub(super) value: f64,
}

impl Wilder {
    pub(super) fn new(period: usize) -> Wilder {
        assert!(period > 0, "an average of 0 rows");
        Wilder { period, seen: 0, sum: 0.0, value: f64::NAN }
    }

    #[inline]
    pub(super) fn update(&mut self, value: f64) -> f64 {
        let count = self.period as f64;
        if self.seen == self.period {
            self.value = (self.value * (count - 1.0) + value) / count;
        } else {
            self.sum += value;
            self.seen += 1;
            if self.seen == self.period {
                self.value = self.sum / count;
            }
        }
        self.value
    }

    pub(super) fn warm_up(&self) -> u32 {
        forgotten(self.period)
    }
}

/// Wilder's relative strength index (*New Concepts in Technical Trading Systems*, 1978, section VI), 0 to 100:
/// 100 × average rise ÷ (average rise + average fall), 0 when nothing moved, as TA-Lib. Recursive: promises no memory.
#[derive(Clone, Debug)]
pub struct Rsi {
    rises: Wilder,
    falls: Wilder,
    before: f64,
    value: f64,
}

impl Rsi {
    /// Of `period` changes; says something from row `period + 1` on. Panics when 0.
    #[must_use]
    pub fn new(period: usize) -> Rsi {
        Rsi { rises: Wilder::new(period), falls: Wilder::new(period), before: f64::NAN, value: f64::NAN }
    }

    /// The next value; gives the index, 0 to 100.
    #[inline]
    pub fn update(&mut self, value: f64) -> f64 {
        if value.is_nan() {
            return self.value;
        }
        let change = value - self.before;
        self.before = value;
        if !change.is_nan() {
            let rise = self.rises.update(if change > 0.0 { change } else { 0.0 });
            let fall = self.falls.update(if change < 0.0 { -change } else { 0.0 });
            let moved = rise + fall;
            self.value = if moved == 0.0 { 0.0 } else { 100.0 * rise / moved };
        }
        self.value
    }

    /// What the last update gave.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.value
    }

    /// Rows after which its beginning is forgotten: 20 × the period.
    #[must_use]
    pub fn warm_up(&self) -> u32 {
        self.rises.warm_up()
    }
}
