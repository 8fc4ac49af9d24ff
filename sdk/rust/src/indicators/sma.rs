//! The simple moving average.

use super::{Window, rows};

/// Mean of the last n values. A window: it forgets.
#[derive(Clone, Debug)]
pub struct Sma {
    window: Window,
    value: f64,
}

impl Sma {
    /// Over `period` rows. Panics when 0.
    #[must_use]
    pub fn new(period: usize) -> Sma {
        Sma { window: Window::new(period), value: f64::NAN }
    }

    /// The next value; gives the mean, in its units.
    #[inline]
    pub fn update(&mut self, value: f64) -> f64 {
        if !value.is_nan() {
            self.window.push(value);
            if self.window.is_full() {
                self.value = self.window.mean();
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
