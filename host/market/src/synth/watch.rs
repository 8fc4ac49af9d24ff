//! Notes the effects that nobody plants row by row: regimes, spells of negative gamma, walls that are tested.
//!
//! Says what the state and the hedging did, by the same thresholds that the reference plugin `gex` has when nothing is
//! said. Changes nothing.

use super::bar::Bar;
use super::hedging::Hedging;
use super::state::{self, Drift, RANGE, Regime};
use super::truth::{Effect, EffectSize, Mark};
use crate::gex::GexProfile;

/// Dollar gamma at which it is extreme, and above which the extreme is over.
const EXTREME: f64 = -2e9;
const OVER: f64 = -1.5e9;
/// How near to a level a test is, as a ratio, and how far from it the next one begins.
const TOUCH: f64 = 0.003;
const LEAVES: f64 = 0.006;
/// A wall is one where dealers take so much of a move away.
const HOLDS: f64 = -0.1;
/// Days that a tested wall is said to be felt.
const WALL_DAYS: usize = 5;

/// Of one instrument.
pub(super) struct Watch {
    /// Rows of a day.
    bars: usize,
    /// First row, direction, and the sum of the means that its rows were drawn with.
    trend: Option<(usize, i8, f64)>,
    volatile: Option<usize>,
    /// First row, and the sum of 1 + response over the days.
    negative: Option<(usize, f64)>,
    /// Whether the next touch of the call wall, of the put support, is a new test.
    armed: [bool; 2],
    marks: Vec<Mark>,
}

impl Watch {
    pub(super) fn new(bars: usize) -> Watch {
        Watch { bars, trend: None, volatile: None, negative: None, armed: [true; 2], marks: Vec::new() }
    }

    /// A day begins with this row: its regime, and what is known of gamma.
    pub(super) fn day(&mut self, row: usize, regime: Regime, total: f64, response: f64) {
        let direction = match regime.drift {
            Drift::Rise => 1,
            Drift::Fall => -1,
            Drift::Range(_) => 0,
        };
        if self.trend.is_some_and(|(_, before, _)| before != direction) {
            self.trend_ends(row);
        }
        self.trend.get_or_insert((row, direction, 0.0));
        match (self.volatile, regime.volatile) {
            (None, true) => self.volatile = Some(row),
            (Some(_), false) => self.volatile_ends(row),
            _ => {}
        }
        if self.negative.is_some() && total > OVER {
            self.negative_ends(row);
        }
        if self.negative.is_some() || total <= EXTREME {
            self.negative.get_or_insert((row, 0.0)).1 += 1.0 + response;
        }
    }

    /// The mean that a row is drawn with.
    pub(super) fn drift(&mut self, mean: f64) {
        if let Some((.., sum)) = &mut self.trend {
            *sum += mean;
        }
    }

    /// A row, and the close before it.
    pub(super) fn bar(&mut self, row: usize, before: f64, bar: &Bar, known: &GexProfile, hedging: &Hedging) {
        let walls = [
            (Effect::CallWall, known.call_wall, bar.high, 1.0),
            (Effect::PutSupport, known.put_support, bar.low, -1.0),
        ];
        for (armed, (effect, level, extreme, side)) in self.armed.iter_mut().zip(walls) {
            if level.is_nan() {
                continue;
            }
            let short_of = |price: f64| (level - price) * side;
            let gap = short_of(extreme) / level;
            if short_of(bar.close) <= 0.0 {
                *armed = false;
            } else if gap > LEAVES {
                *armed = true;
            }
            if !(*armed && gap <= TOUCH && short_of(before) > 0.0) {
                continue;
            }
            *armed = false;
            let response = hedging.response(level);
            if response <= HOLDS {
                let (size, pivots) = (EffectSize::volatility(1.0 + response), Vec::new());
                let last = row + WALL_DAYS * self.bars;
                self.marks.push(Mark { effect, direction: 0, first: row, complete: row, last, size, pivots });
            }
        }
    }

    /// The marks so far, when the instrument ends before this row.
    pub(super) fn marks(mut self, rows: usize) -> Vec<Mark> {
        self.trend_ends(rows);
        self.volatile_ends(rows);
        self.negative_ends(rows);
        self.marks
    }

    fn trend_ends(&mut self, row: usize) {
        if let Some((first, direction, sum)) = self.trend.take() {
            if direction == 0 {
                let size = EffectSize::drawn_back(RANGE / self.bars as f64);
                self.marks.push(spell(Effect::Range, 0, first, row, size));
                return;
            }
            let rows = row.saturating_sub(first);
            let size = EffectSize::drift(sum / rows.max(1) as f64, u32::try_from(rows).unwrap_or(u32::MAX));
            self.marks.push(spell(Effect::Trend, direction, first, row, size));
        }
    }

    fn volatile_ends(&mut self, row: usize) {
        if let Some(first) = self.volatile.take() {
            self.marks.push(spell(Effect::Volatile, 0, first, row, EffectSize::volatility(state::volatile_factor())));
        }
    }

    fn negative_ends(&mut self, row: usize) {
        if let Some((first, sum)) = self.negative.take() {
            let days = (row.saturating_sub(first) / self.bars).max(1);
            self.marks.push(spell(Effect::NegativeGamma, 0, first, row, EffectSize::volatility(sum / days as f64)));
        }
    }
}

/// From its first row to the one before `end`.
fn spell(effect: Effect, direction: i8, first: usize, end: usize, size: EffectSize) -> Mark {
    Mark { effect, direction, first, complete: first, last: end.saturating_sub(1), size, pivots: Vec::new() }
}
