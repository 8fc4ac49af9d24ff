//! Convergence and divergence of two exponential averages.

use super::{Ema, Seed, forgotten};

/// What the indicator says of a row, in units of price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MacdValue {
    /// Fast average − slow average.
    pub macd: f64,
    /// Exponential average of `macd`.
    pub signal: f64,
    /// `macd` − `signal`.
    pub histogram: f64,
}

/// Appel's moving average convergence divergence. With [`Seed::First`] as pandas' `ewm(adjust=False)`, from the first
/// row; with [`Seed::Sma`] as TA-Lib: the fast average begins as late as the slow one, and nothing is said before row
/// `slow + signal − 1`. Recursive: promises no memory.
#[derive(Clone, Debug)]
pub struct Macd {
    fast: Ema,
    slow: Ema,
    signal: Ema,
    /// Rows that the fast average still has to let pass.
    wait: usize,
    warm_up: u32,
    value: MacdValue,
}

impl Macd {
    /// Of these periods in rows. Panics when one is 0 or `fast` is not below `slow`.
    #[must_use]
    pub fn new(fast: usize, slow: usize, signal: usize, seed: Seed) -> Macd {
        assert!(fast < slow, "the fast period {fast} is not below the slow period {slow}");
        Macd {
            fast: Ema::new(fast, seed),
            slow: Ema::new(slow, seed),
            signal: Ema::new(signal, seed),
            wait: if seed == Seed::Sma { slow - fast } else { 0 },
            warm_up: forgotten(slow).saturating_add(forgotten(signal)),
            value: MacdValue { macd: f64::NAN, signal: f64::NAN, histogram: f64::NAN },
        }
    }

    /// The next value.
    #[inline]
    pub fn update(&mut self, value: f64) -> MacdValue {
        if value.is_nan() {
            return self.value;
        }
        let slow = self.slow.update(value);
        if self.wait > 0 {
            self.wait -= 1;
            return self.value;
        }
        let macd = self.fast.update(value) - slow;
        let signal = self.signal.update(macd);
        if !signal.is_nan() {
            self.value = MacdValue { macd, signal, histogram: macd - signal };
        }
        self.value
    }

    /// What the last update gave.
    #[must_use]
    pub fn value(&self) -> MacdValue {
        self.value
    }

    /// Rows after which its beginning is forgotten: 20 × (`slow` + `signal`), since the signal is an average of an
    /// average.
    #[must_use]
    pub fn warm_up(&self) -> u32 {
        self.warm_up
    }
}
