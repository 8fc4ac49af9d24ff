//! The exponential moving average.

use super::forgotten;

/// How an exponential average begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Seed {
    /// With its first value, on its first row; as pandas' `ewm(span=n, adjust=False)`.
    #[default]
    First,
    /// With the mean of its first n values, on row n; as TA-Lib.
    Sma,
}

/// y ← y + 2 ÷ (n + 1) × (x − y). Recursive: promises no memory.
#[derive(Clone, Debug)]
pub struct Ema {
    period: usize,
    /// 2 ÷ (n + 1).
    weight: f64,
    seed: Seed,
    seen: usize,
    sum: f64,
    value: f64,
}

impl Ema {
    /// Of `period` rows. Panics when 0.
    #[must_use]
    pub fn new(period: usize, seed: Seed) -> Ema {
        assert!(period > 0, "an average of 0 rows");
        Ema { period, weight: 2.0 / (period as f64 + 1.0), seed, seen: 0, sum: 0.0, value: f64::NAN }
    }

    /// The next value; gives the average, in its units.
    #[inline]
    pub fn update(&mut self, value: f64) -> f64 {
        if value.is_nan() {
            return self.value;
        }
        if !self.value.is_nan() {
            self.value += self.weight * (value - self.value);
        } else if self.seed == Seed::First {
            self.value = value;
        } else {
            self.sum += value;
            self.seen += 1;
            if self.seen == self.period {
                self.value = self.sum / self.period as f64;
            }
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
        forgotten(self.period)
    }
}
