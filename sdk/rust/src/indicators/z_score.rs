//! The standard score.

use super::{Window, rows};

/// (x − mean) ÷ population standard deviation (÷ n) of the last n values, the current one included; NaN when they
/// are all equal. A window: it forgets.
#[derive(Clone, Debug)]
pub struct ZScore {
    window: Window,
    value: f64,
}

impl ZScore {
    /// Over `period` rows. Panics when 0.
    #[must_use]
    pub fn new(period: usize) -> ZScore {
        ZScore { window: Window::new(period), value: f64::NAN }
    }

    /// The next value; gives how many deviations it lies above the mean.
    #[inline]
    pub fn update(&mut self, value: f64) -> f64 {
        if !value.is_nan() {
            self.window.push(value);
            if self.window.is_full() {
                let deviation = self.window.deviation();
                self.value = if deviation == 0.0 { f64::NAN } else { (value - self.window.mean()) / deviation };
            }
        }
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
        rows(self.window.period())
    }

    /// Rows on which it depends.
    #[must_use]
    pub fn memory_rows(&self) -> u32 {
        self.warm_up()
    }
}
