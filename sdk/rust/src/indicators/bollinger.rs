//! Bollinger's bands.

use super::{Window, rows};

/// An upper, a middle and a lower line, in units of price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// Never below `middle`.
    pub upper: f64,
    /// Between the two.
    pub middle: f64,
    /// Never above `middle`.
    pub lower: f64,
}

impl Band {
    pub(super) const NONE: Band = Band { upper: f64::NAN, middle: f64::NAN, lower: f64::NAN };
}

/// Mean of the last n values, and so many population standard deviations (÷ n, as TA-Lib) above and below it. A
/// window: it forgets.
#[derive(Clone, Debug)]
pub struct Bollinger {
    window: Window,
    deviations: f64,
    value: Band,
}

impl Bollinger {
    /// Over `period` rows; `deviations` is usually 2. Panics when the period is 0.
    #[must_use]
    pub fn new(period: usize, deviations: f64) -> Bollinger {
        Bollinger { window: Window::new(period), deviations, value: Band::NONE }
    }

    /// The next value.
    #[inline]
    pub fn update(&mut self, value: f64) -> Band {
        if !value.is_nan() {
            self.window.push(value);
            if self.window.is_full() {
                let middle = self.window.mean();
                let width = self.deviations * self.window.deviation();
                self.value = Band { upper: middle + width, middle, lower: middle - width };
            }
        }
        self.value
    }

    /// What the last update gave.
    #[must_use]
    pub fn value(&self) -> Band {
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
