//! Donchian's channel.

use super::{Band, Highest, Lowest};

/// The highest high and the lowest low of the last n rows, the current one included, and the mean of both. A window:
/// it forgets. For a breakout, compare a row with the channel of the row before.
#[derive(Clone, Debug)]
pub struct Donchian {
    highest: Highest,
    lowest: Lowest,
}

impl Donchian {
    /// Over `period` rows. Panics when 0.
    #[must_use]
    pub fn new(period: usize) -> Donchian {
        Donchian { highest: Highest::new(period), lowest: Lowest::new(period) }
    }

    /// The next row.
    #[inline]
    pub fn update(&mut self, high: f64, low: f64) -> Band {
        if !(high.is_nan() || low.is_nan()) {
            self.highest.update(high);
            self.lowest.update(low);
        }
        self.value()
    }

    /// What the last update gave.
    #[inline]
    #[must_use]
    pub fn value(&self) -> Band {
        let (upper, lower) = (self.highest.value(), self.lowest.value());
        Band { upper, middle: (upper + lower) / 2.0, lower }
    }

    /// Rows until it says something.
    #[must_use]
    pub fn warm_up(&self) -> u32 {
        self.highest.warm_up()
    }

    /// Rows on which it depends.
    #[must_use]
    pub fn memory_rows(&self) -> u32 {
        self.highest.memory_rows()
    }
}
