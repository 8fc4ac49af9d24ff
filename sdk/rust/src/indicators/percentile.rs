//! Where the current value stands among the last n.

use super::{Window, rows};

/// Mean rank: (values below the current one + ½ × values equal to it, itself included) ÷ n, of the last n values with
/// the current one among them. So 1 ÷ 2n when it is the lowest, 1 − 1 ÷ 2n when the highest, ½ when all are equal. A
/// window: it forgets.
#[derive(Clone, Debug)]
pub struct Percentile {
    window: Window,
    value: f64,
}

impl Percentile {
    /// Over `period` rows. Panics when 0.
    #[must_use]
    pub fn new(period: usize) -> Percentile {
        Percentile { window: Window::new(period), value: f64::NAN }
    }

    /// The next value; gives its mean rank, between 0 and 1.
    #[inline]
    pub fn update(&mut self, value: f64) -> f64 {
        if !value.is_nan() {
            self.window.push(value);
            if self.window.is_full() {
                // halves: 2 for one below, 1 for one equal
                let halves =
                    self.window.fold(0_u64, |sum, other| sum + u64::from(other < value) + u64::from(other <= value));
                self.value = halves as f64 / (2.0 * self.window.len() as f64);
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
