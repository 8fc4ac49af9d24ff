//! Wilder's directional movement.

use super::TrueRange;
use super::forgotten;
use super::rsi::Wilder;

/// What directional movement says of a row, each 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdxValue {
    /// Average of |plus_di − minus_di| ÷ (plus_di + minus_di): how much of a trend, whichever way.
    pub adx: f64,
    /// Share of the true range that was upward movement.
    pub plus_di: f64,
    /// Share of the true range that was downward movement.
    pub minus_di: f64,
}

/// Wilder's average directional index (1978, section V), as TA-Lib: sums over the first `period − 1` moves begin
/// s ← s − s ÷ n + x, so the directional indicators say something from row `period + 1` on and the index from row
/// 2 × `period` on. A row on which no range or no movement stands leaves the index as it was. Recursive: promises no
/// memory.
#[derive(Clone, Debug)]
pub struct Adx {
    period: usize,
    range: TrueRange,
    before: (f64, f64),
    moves: usize,
    ranges: f64,
    plus: f64,
    minus: f64,
    average: Wilder,
    value: AdxValue,
}

impl Adx {
    /// Of `period` rows. Panics when below 2.
    #[must_use]
    pub fn new(period: usize) -> Adx {
        assert!(period > 1, "directional movement of {period} rows; it takes 2 or more");
        Adx {
            period,
            range: TrueRange::new(),
            before: (f64::NAN, f64::NAN),
            moves: 0,
            ranges: 0.0,
            plus: 0.0,
            minus: 0.0,
            average: Wilder::new(period),
            value: AdxValue { adx: f64::NAN, plus_di: f64::NAN, minus_di: f64::NAN },
        }
    }

    /// The next row.
    #[inline]
    pub fn update(&mut self, high: f64, low: f64, close: f64) -> AdxValue {
        if high.is_nan() || low.is_nan() || close.is_nan() {
            return self.value;
        }
        let range = self.range.update(high, low, close);
        let (up, down) = (high - self.before.0, self.before.1 - low);
        self.before = (high, low);
        if !range.is_nan() {
            let plus = if up > 0.0 && up > down { up } else { 0.0 };
            let minus = if down > 0.0 && down > up { down } else { 0.0 };
            self.take(range, plus, minus);
        }
        self.value
    }

    fn take(&mut self, range: f64, plus: f64, minus: f64) {
        self.moves = self.moves.saturating_add(1);
        for (sum, value) in [(&mut self.ranges, range), (&mut self.plus, plus), (&mut self.minus, minus)] {
            // the first period − 1 moves only add up
            if self.moves >= self.period {
                *sum -= *sum / self.period as f64;
            }
            *sum += value;
        }
        if self.moves < self.period {
            return;
        }
        let share = |movement: f64| if self.ranges == 0.0 { 0.0 } else { 100.0 * movement / self.ranges };
        (self.value.plus_di, self.value.minus_di) = (share(self.plus), share(self.minus));
        let both = self.value.plus_di + self.value.minus_di;
        if both != 0.0 {
            self.average.update(100.0 * (self.value.plus_di - self.value.minus_di).abs() / both);
        } else if self.average.value.is_nan() {
            self.average.update(0.0);
        }
        self.value.adx = self.average.value;
    }

    /// What the last update gave.
    #[must_use]
    pub fn value(&self) -> AdxValue {
        self.value
    }

    /// Rows after which its beginning is forgotten: 20 × the period for the indicators and as much again for their
    /// average.
    #[must_use]
    pub fn warm_up(&self) -> u32 {
        forgotten(self.period).saturating_mul(2)
    }
}
