//! Accumulation and distribution: after a move a low range in which the volume is on the rows against that move.

use super::super::bar::Bar;
use super::super::state::Spread;
use super::super::tape::{Reading, Tape};
use super::super::truth::{Effect, EffectSize, Mark};
use super::{AFTER_RANGE, Doing, Step};

/// What the price is drawn back by to the middle of the range, each row, and its spread in the range.
const DRAWN_BACK: f64 = 0.25;
const QUIET: f64 = 0.75;
/// The range is so high on each side of its middle, in average ranges of the move before.
const HALF_HEIGHT: f64 = 1.9;
/// After so many rows the middle moves to the far side by so many average ranges; after so many it is given up.
const TURNS: usize = 46;
const TURNS_BY: f64 = 1.2;
const ROWS_MAX: usize = 65;
/// Volume of a row that goes as the rows after the range will, and of one that goes against it.
const VOLUME_WITH: f64 = 1.3;
const VOLUME_AGAINST: f64 = 0.75;
/// What the reference plugin `vpa` asks for: height in average ranges, and how much the volume outweighs.
const HEIGHT_MAX: f64 = 6.0;
const BALANCE: f64 = 0.1;

/// A range that is being made.
pub(super) struct Range {
    /// Whether a rise follows.
    up: bool,
    middle: f64,
    average_range: f64,
    first: usize,
    rows: usize,
}

impl Range {
    pub(super) fn new(up: bool, price: f64, average_range: f64, row: usize) -> Range {
        Range { up, middle: price, average_range, first: row, rows: 0 }
    }

    pub(super) fn lead(&self, spread: &mut Spread, before: f64) {
        let turned = if self.rows < TURNS { 0.0 } else { TURNS_BY * self.average_range * self.sign() };
        spread.mean = -DRAWN_BACK * (before / (self.middle + turned) - 1.0).clamp(-0.2, 0.2);
        (spread.gap, spread.inside) = (spread.gap * QUIET, spread.inside * QUIET);
    }

    pub(super) fn step(mut self, bar: &mut Bar, tape: &Tape, row: usize) -> Step {
        let Some(before) = tape.last() else { return Step::Drops };
        let half = HALF_HEIGHT * self.average_range;
        let with = (bar.close - before.close) * self.sign();
        let weight = if with > 0.0 { VOLUME_WITH } else { VOLUME_AGAINST };
        *bar = Bar {
            high: bar.high.min(self.middle + half),
            low: bar.low.max(self.middle - half),
            volume: bar.volume * weight,
            ..*bar
        }
        .whole();
        self.rows += 1;
        let Some(reading) = tape.read(bar) else { return Step::Drops };
        if self.is_complete(bar, &reading) {
            let (effect, direction) = if self.up { (Effect::Accumulation, 1) } else { (Effect::Distribution, -1) };
            let (first, size, pivots) = (self.first, EffectSize::default(), Vec::new());
            return Step::Done(Mark { effect, direction, first, complete: row, last: row, size, pivots }, AFTER_RANGE);
        }
        if self.rows < ROWS_MAX {
            return Step::Goes(Doing::Range(self));
        }
        // a range like any other: nothing was prepared in it
        let (first, size, pivots) = (self.first, EffectSize::drawn_back(DRAWN_BACK), Vec::new());
        Step::Ends(Mark { effect: Effect::Range, direction: 0, first, complete: first, last: row, size, pivots })
    }

    fn is_complete(&self, bar: &Bar, reading: &Reading) -> bool {
        let (highest, lowest) = (reading.highest.max(bar.high), reading.lowest.min(bar.low));
        let far = (bar.close - (highest + lowest) / 2.0) * self.sign() > 0.0;
        let against = if self.up { -1 } else { 1 };
        reading.direction_with(bar) == 0
            && reading.direction_before == against
            && reading.balance * self.sign() >= BALANCE
            && highest - lowest <= HEIGHT_MAX * reading.average_range
            && far
    }

    fn sign(&self) -> f64 {
        if self.up { 1.0 } else { -1.0 }
    }
}
