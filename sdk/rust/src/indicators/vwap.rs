//! The volume-weighted average price: since a beginning, or over a window.

use super::{Window, rows};

/// Σ price × volume ÷ Σ volume since the last reset. A sum since a beginning: promises no memory.
#[derive(Clone, Debug)]
pub struct Vwap {
    traded: f64,
    volume: f64,
    value: f64,
}

impl Vwap {
    /// Before any row.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "as the other indicators, made by `new`")]
    pub fn new() -> Vwap {
        Vwap { traded: 0.0, volume: 0.0, value: f64::NAN }
    }

    /// The next row; gives the average price, NaN while no volume has been traded.
    #[inline]
    pub fn update(&mut self, price: f64, volume: f64) -> f64 {
        if !(price.is_nan() || volume.is_nan()) {
            self.traded += price * volume;
            self.volume += volume;
            self.value = if self.volume == 0.0 { f64::NAN } else { self.traded / self.volume };
        }
        self.value
    }

    /// Begins anew, as at the open of a session.
    pub fn reset(&mut self) {
        *self = Vwap::new();
    }

    /// What the last update gave; NaN after a reset.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.value
    }

    /// Rows until it says something.
    #[must_use]
    pub fn warm_up(&self) -> u32 {
        1
    }
}

/// Σ price × volume ÷ Σ volume of the last n rows. A window: it forgets.
#[derive(Clone, Debug)]
pub struct RollingVwap {
    traded: Window,
    volume: Window,
    value: f64,
}

impl RollingVwap {
    /// Over `period` rows. Panics when 0.
    #[must_use]
    pub fn new(period: usize) -> RollingVwap {
        RollingVwap { traded: Window::new(period), volume: Window::new(period), value: f64::NAN }
    }

    /// The next row; gives the average price, NaN when no volume was traded in the window.
    #[inline]
    pub fn update(&mut self, price: f64, volume: f64) -> f64 {
        if !(price.is_nan() || volume.is_nan()) {
            self.traded.push(price * volume);
            self.volume.push(volume);
            if self.volume.is_full() {
                let volume = self.volume.sum();
                self.value = if volume == 0.0 { f64::NAN } else { self.traded.sum() / volume };
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
        rows(self.volume.period())
    }

    /// Rows on which it depends.
    #[must_use]
    pub fn memory_rows(&self) -> u32 {
        self.warm_up()
    }
}
