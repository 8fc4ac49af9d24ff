//! Patterns of one bar: climaxes, tests, effort without result.
//!
//! Thresholds are the settings that the reference plugin `vpa` has when nothing is said, with a margin where the bar
//! is made.

use super::super::bar::Bar;
use super::super::random::Random;
use super::super::state::Spread;
use super::super::tape::Reading;
use super::super::truth::{Effect, EffectSize, Mark};
use super::{AFTER_CLIMAX, AFTER_EFFORT, AFTER_TEST, Sequel, Step};

/// A climax trades twice the average, is 1.3 average ranges wide and closes a third of its range off its end.
const CLIMAX_VOLUME: f64 = 2.0;
const WIDE: f64 = 1.3;
const RECOVERED: f64 = 1.0 / 3.0;
/// It can reach a new extreme from so many average ranges away.
const REACH: f64 = 3.0;
/// Little volume is below 0.8 of the average, much from 1.3 on; a narrow bar has 0.7 of the average range at most.
const LOW_VOLUME: f64 = 0.8;
const HIGH_VOLUME: f64 = 1.3;
const NARROW: f64 = 0.7;
/// A body of a tenth of the range or less is none.
const DOJI_BODY: f64 = 0.1;
/// A bar that is to be small is drawn with so much of the usual spread.
const QUIET: f64 = 0.5;

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Climax,
    Test,
    Effort,
}

/// One bar to be.
pub(super) struct Shape {
    kind: Kind,
    /// Whether a rise follows.
    up: bool,
}

impl Shape {
    pub(super) fn climax(up: bool) -> Shape {
        Shape { kind: Kind::Climax, up }
    }

    pub(super) fn test(up: bool) -> Shape {
        Shape { kind: Kind::Test, up }
    }

    pub(super) fn effort(up: bool) -> Shape {
        Shape { kind: Kind::Effort, up }
    }

    pub(super) fn lead(&self, spread: &mut Spread) {
        if self.kind != Kind::Climax {
            (spread.gap, spread.inside, spread.mean) = (spread.gap * QUIET, spread.inside * QUIET, 0.0);
        }
    }

    /// Makes the bar. One that cannot be what it should stays as it was drawn.
    pub(super) fn step(&self, random: &mut Random, bar: &mut Bar, reading: &Reading, row: usize) -> Step {
        // a pattern that foretells a fall is its mirror image in the open: what is high becomes low
        let (open, mirror) = (bar.open, !self.up);
        let [look, loosely] = [random.even(), random.even()];
        let seen = if mirror { reading.mirrored(open) } else { *reading };
        let seen_bar = if mirror { bar.mirrored(open) } else { *bar };
        let made = match self.kind {
            Kind::Climax => climax(&seen_bar, &seen, look, loosely),
            Kind::Test => test(&seen_bar, &seen, look, loosely),
            Kind::Effort => effort(&seen_bar, &seen, look, loosely),
        };
        let made = if mirror { made.mirrored(open) } else { made };
        // mirrored in the open, a price may fall to nothing
        if made.low <= 0.0 {
            return Step::Drops;
        }
        let made = made.whole();
        let fits = {
            let made = if mirror { made.mirrored(open) } else { made };
            match self.kind {
                Kind::Climax => is_climax(&made, &seen),
                Kind::Test => is_test(&made, &seen),
                Kind::Effort => is_effort(&made, &seen),
            }
        };
        if !fits {
            return Step::Drops;
        }
        *bar = made;
        let (effect, sequel) = self.says();
        let direction = if self.up { 1 } else { -1 };
        let size = EffectSize::default();
        Step::Done(Mark { effect, direction, first: row, complete: row, last: row, size, pivots: Vec::new() }, sequel)
    }

    fn says(&self) -> (Effect, Sequel) {
        match (self.kind, self.up) {
            (Kind::Climax, true) => (Effect::SellingClimax, AFTER_CLIMAX),
            (Kind::Climax, false) => (Effect::BuyingClimax, AFTER_CLIMAX),
            (Kind::Test, true) => (Effect::TestOfSupply, AFTER_TEST),
            (Kind::Test, false) => (Effect::TestOfDemand, AFTER_TEST),
            (Kind::Effort, _) => (Effect::EffortWithoutResult, AFTER_EFFORT),
        }
    }
}

/// The last rush out of a fall: to a new low, and back from it.
fn climax(bar: &Bar, seen: &Reading, look: f64, loosely: f64) -> Bar {
    let usual = seen.average_range;
    let low = (seen.lowest - (0.15 + 0.35 * look) * usual).min(bar.open - 1.1 * usual);
    let range = (bar.open - low + 0.1 * usual).max(1.5 * usual);
    let volume = bar.volume.max((2.3 + 1.2 * loosely) * seen.average_volume);
    Bar { low, high: low + range, close: low + (0.4 + 0.3 * loosely) * range, volume, ..*bar }
}

pub(in super::super) fn is_climax(bar: &Bar, seen: &Reading) -> bool {
    let reached = seen.lowest - bar.low;
    bar.volume >= CLIMAX_VOLUME * seen.average_volume
        && bar.range() >= WIDE * seen.average_range
        && reached > 0.0
        && bar.open - bar.low <= REACH * seen.average_range
        && bar.position() >= RECOVERED
        && seen.direction_with(bar) < 0
}

/// A dip on little volume that nobody sells into.
fn test(bar: &Bar, seen: &Reading, look: f64, loosely: f64) -> Bar {
    let usual = seen.average_range;
    let low = (seen.before[0].low - (0.05 + 0.15 * look) * usual).min(bar.open);
    let range = (bar.open - low + 0.05 * usual).max((0.6 + 0.4 * loosely) * usual);
    let least = seen.before[0].volume.min(seen.before[1].volume);
    let volume = bar.volume.min(0.9 * least).min((0.45 + 0.3 * look) * seen.average_volume);
    Bar { low, high: low + range, close: low + (0.58 + 0.32 * loosely) * range, volume, ..*bar }
}

fn is_test(bar: &Bar, seen: &Reading) -> bool {
    bar.low < seen.before[0].low
        && bar.volume < LOW_VOLUME * seen.average_volume
        && seen.before.iter().all(|before| bar.volume < before.volume)
        && bar.range() < WIDE * seen.average_range
        && bar.position() > 0.5
        && seen.direction_with(bar) >= 0
}

/// A falling bar that comes nowhere though much is traded.
fn effort(bar: &Bar, seen: &Reading, look: f64, loosely: f64) -> Bar {
    let range = (0.4 + 0.2 * look) * seen.average_range;
    let high = bar.open + 0.2 * range;
    let volume = bar.volume.max((1.5 + loosely) * seen.average_volume);
    Bar { high, low: high - range, close: bar.open - 0.55 * range, volume, ..*bar }
}

fn is_effort(bar: &Bar, seen: &Reading) -> bool {
    bar.volume >= HIGH_VOLUME * seen.average_volume
        && bar.range() > 0.0
        && bar.range() <= NARROW * seen.average_range
        && bar.open - bar.close > DOJI_BODY * bar.range()
}

impl Bar {
    fn mirrored(&self, at: f64) -> Bar {
        let over = |price: f64| 2.0 * at - price;
        let (high, low) = (over(self.low), over(self.high));
        Bar { open: over(self.open), high, low, close: over(self.close), volume: self.volume }
    }
}

impl Reading {
    fn mirrored(&self, at: f64) -> Reading {
        Reading {
            lowest: 2.0 * at - self.highest,
            highest: 2.0 * at - self.lowest,
            direction_before: -self.direction_before,
            balance: -self.balance,
            close_oldest: 2.0 * at - self.close_oldest,
            close_before: 2.0 * at - self.close_before,
            before: self.before.map(|before| before.mirrored(at)),
            ..*self
        }
    }
}
