//! The rows so far, as somebody sees them who compares a bar with those before it.
//!
//! What is planted must be what volume price analysis calls by its name. So this measures as the reference plugin
//! `vpa` does with its own settings: 20 rows of volume and range, 50 of trend. It keeps no more than that.

use std::collections::VecDeque;

use super::bar::Bar;

/// Rows of the averages, of a trend, and the least efficiency ratio of a trend.
const PERIOD: usize = 20;
const TREND: usize = 50;
const TREND_MIN: f64 = 0.2;

/// The last rows.
pub(super) struct Tape {
    /// One more than a trend has changes; oldest first.
    bars: VecDeque<Bar>,
    directions: VecDeque<i8>,
    /// Σ|change| of the close over the rows of a trend.
    path: f64,
    volumes: f64,
    ranges: f64,
}

/// A bar against those before it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    /// Of the rows before.
    pub(super) average_range: f64,
    pub(super) average_volume: f64,
    /// Of the 50 rows before.
    pub(super) lowest: f64,
    pub(super) highest: f64,
    /// The direction 50 rows ago.
    pub(super) direction_before: i8,
    /// The close 50 rows before the bar, and the one before it.
    pub(super) close_oldest: f64,
    pub(super) close_before: f64,
    /// Σ|change| of the close between them.
    pub(super) path: f64,
    /// (volume of rising rows − volume of falling rows) ÷ both.
    pub(super) balance: f64,
    pub(super) before: [Bar; 2],
}

impl Tape {
    pub(super) fn new() -> Tape {
        let (bars, directions) = (VecDeque::with_capacity(TREND + 1), VecDeque::with_capacity(TREND));
        Tape { bars, directions, path: 0.0, volumes: 0.0, ranges: 0.0 }
    }

    /// Whether everything is known that a reading needs.
    pub(super) fn is_full(&self) -> bool {
        self.directions.len() == TREND
    }

    /// Mean range of the last rows; 0 before the first.
    pub(super) fn average_range(&self) -> f64 {
        self.ranges / PERIOD.min(self.bars.len()).max(1) as f64
    }

    /// The direction over the last rows.
    pub(super) fn direction(&self) -> i8 {
        self.directions.back().copied().unwrap_or(0)
    }

    /// The bar before the next.
    pub(super) fn last(&self) -> Option<&Bar> {
        self.bars.back()
    }

    /// The lowest low of the rows of a trend, or their highest high.
    pub(super) fn extreme(&self, lowest: bool) -> Option<f64> {
        let bars = self.bars.iter().skip(1);
        if lowest { bars.map(|bar| bar.low).reduce(f64::min) } else { bars.map(|bar| bar.high).reduce(f64::max) }
    }

    /// The next bar.
    pub(super) fn push(&mut self, bar: Bar) {
        let bars = &mut self.bars;
        self.path += bars.back().map_or(0.0, |before| (bar.close - before.close).abs());
        (self.volumes, self.ranges) = (self.volumes + bar.volume, self.ranges + bar.range());
        bars.push_back(bar);
        if let Some(gone) = bars.len().checked_sub(PERIOD + 1).and_then(|at| bars.get(at)) {
            (self.volumes, self.ranges) = (self.volumes - gone.volume, self.ranges - gone.range());
        }
        if bars.len() > TREND + 1
            && let (Some(gone), Some(oldest)) = (bars.pop_front(), bars.front())
        {
            self.path -= (oldest.close - gone.close).abs();
        }
        if bars.len() == TREND + 1 {
            if self.directions.len() == TREND {
                self.directions.pop_front();
            }
            let net = bar.close - bars.front().map_or(0.0, |oldest| oldest.close);
            self.directions.push_back(direction(net, self.path));
        }
    }

    /// What a bar that is not pushed yet looks like. `None` while too few rows are known.
    pub(super) fn read(&self, bar: &Bar) -> Option<Reading> {
        if !self.is_full() {
            return None;
        }
        let last = self.bars.len();
        let before = [self.bars.get(last - 1)?, self.bars.get(last - 2)?].map(|before| *before);
        let (mut lowest, mut highest) = (f64::INFINITY, 0.0_f64);
        let (mut path, mut rose, mut fell) = (0.0, 0.0, 0.0);
        let close_oldest = self.bars.get(1)?.close;
        let mut close = close_oldest;
        for next in self.bars.iter().skip(1).chain([bar]) {
            let change = next.close - close;
            path += change.abs();
            rose += if change > 0.0 { next.volume } else { 0.0 };
            fell += if change < 0.0 { next.volume } else { 0.0 };
            close = next.close;
        }
        for row in self.bars.iter().skip(1) {
            (lowest, highest) = (lowest.min(row.low), highest.max(row.high));
        }
        Some(Reading {
            average_range: self.average_range(),
            average_volume: self.volumes / PERIOD as f64,
            lowest,
            highest,
            direction_before: *self.directions.front()?,
            close_oldest,
            close_before: before[0].close,
            path: path - (bar.close - before[0].close).abs(),
            balance: if rose + fell > 0.0 { (rose - fell) / (rose + fell) } else { 0.0 },
            before,
        })
    }
}

impl Reading {
    /// −1 the close falls, 1 it rises, 0 neither, over 50 rows of which the bar is the last.
    pub(super) fn direction_with(&self, bar: &Bar) -> i8 {
        direction(bar.close - self.close_oldest, self.path + (bar.close - self.close_before).abs())
    }
}

/// By the efficiency ratio, |net change| ÷ Σ|change|.
fn direction(net: f64, path: f64) -> i8 {
    if path <= 0.0 || net.abs() < TREND_MIN * path {
        return 0;
    }
    if net > 0.0 { 1 } else { -1 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::random::Random;

    #[test]
    fn a_reading_is_that_of_the_rows_before() {
        let mut random = Random::new(1, 1);
        let bars: Vec<Bar> = (0..400)
            .map(|row| {
                let close = 100.0 + 8.0 * libm::sin(f64::from(row) / 40.0) + random.normal();
                let (high, low) = (close + random.even(), close - random.even());
                Bar { open: close, high, low, close, volume: 100.0 + 50.0 * random.even() }.whole()
            })
            .collect();
        let mut tape = Tape::new();
        let mut directions = Vec::new();
        for (row, bar) in bars.iter().enumerate() {
            if let Some(read) = tape.read(bar) {
                let mean = |of: fn(&Bar) -> f64| bars[row - 20..row].iter().map(of).sum::<f64>() / 20.0;
                assert!((read.average_range - mean(Bar::range)).abs() < 1e-9);
                assert!((read.average_volume - mean(|bar| bar.volume)).abs() < 1e-9);
                let trend = &bars[row - 50..row];
                assert_eq!(read.lowest, trend.iter().map(|bar| bar.low).fold(f64::INFINITY, f64::min));
                assert_eq!(read.highest, trend.iter().map(|bar| bar.high).fold(0.0, f64::max));
                assert_eq!(read.before, [bars[row - 1], bars[row - 2]]);
                assert_eq!(read.direction_before, directions[row - 50]);
                directions.push(read.direction_with(bar));
            } else {
                // directions are known from row 50 on, and a reading when there are 50 of them
                assert!(row < 100, "{row}");
                let path: f64 = bars[..=row].windows(2).map(|pair| (pair[1].close - pair[0].close).abs()).sum();
                directions.push(if row == 50 { direction(bars[50].close - bars[0].close, path) } else { 0 });
            }
            tape.push(*bar);
            if row < 100 {
                *directions.last_mut().unwrap() = tape.direction();
            }
            assert_eq!(tape.direction(), directions[row], "{row}");
        }
        assert!([-1, 0, 1].iter().all(|want| directions.contains(want)));
    }
}
