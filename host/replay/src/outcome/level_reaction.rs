//! `level-reaction`: on which side of a level the price settles once it has touched it.
//!
//! The level is the detection's `entry`. It is touched when a bar's range, or the way from one close to the next,
//! reaches it; the bar on which the prediction is said counts for that. From then on, `sustain` (default 3) closes
//! in a row on one side decide: on the predicted side a hit, on the other a miss. A close within `tolerance`
//! (default 0, a ratio of the level) of it is on neither side. A hold at support is said up, a break of it down.
//!
//! Worked example: said up at support 100 with `sustain` 2; lows 99.5, closes 100.5 and 101: held, a hit on the
//! second of these bars.

use tapewright_model::Direction;

use super::{Claim, Verdict, label, verdict};
use crate::track::Bar;

/// Arguments.
#[derive(Clone, Copy, Debug)]
pub(super) struct Args {
    sustain: u32,
    tolerance: f64,
}

#[derive(Clone, Debug)]
pub(super) struct Watch {
    direction: Direction,
    level: f64,
    band: f64,
    sustain: u32,
    touched: bool,
    close_before: f64,
    /// Closes in a row above the level, and below it.
    above: u32,
    below: u32,
}

impl Args {
    pub(super) fn read(args: &super::Args<'_>) -> Result<Args, String> {
        args.known(&["sustain", "tolerance"])?;
        let sustain = args.whole("sustain", (1.0, 1000.0), 3.0)?;
        Ok(Args { sustain: sustain as u32, tolerance: args.value("tolerance", (0.0, 0.5), 0.0)? })
    }

    /// `None` when there is no level.
    pub(super) fn watch(&self, claim: &Claim) -> Option<Watch> {
        let level = claim.entry;
        let mut watch = Watch {
            direction: claim.direction,
            level,
            band: level.abs() * self.tolerance,
            sustain: self.sustain,
            touched: false,
            close_before: claim.bar.close,
            above: 0,
            below: 0,
        };
        watch.touch(&claim.bar);
        (!level.is_nan()).then_some(watch)
    }
}

impl Watch {
    fn touch(&mut self, bar: &Bar) {
        let within = bar.low <= self.level + self.band && bar.high >= self.level - self.band;
        let crossed = (self.close_before - self.level) * (bar.close - self.level) <= 0.0;
        self.touched |= within || crossed;
        if !bar.close.is_nan() {
            self.close_before = bar.close;
        }
    }

    pub(super) fn bar(&mut self, reference: f64, bar: &Bar) -> Option<Verdict> {
        self.touch(bar);
        if !self.touched || bar.close.is_nan() {
            return None;
        }
        self.above = if bar.close > self.level + self.band { self.above + 1 } else { 0 };
        self.below = if bar.close < self.level - self.band { self.below + 1 } else { 0 };
        let happened = if self.above >= self.sustain {
            Direction::Up
        } else if self.below >= self.sustain {
            Direction::Down
        } else {
            return None;
        };
        Some(verdict(label(self.direction, happened), reference, bar.close))
    }
}

#[cfg(test)]
mod tests {
    use tapewright_model::{Direction, Label};

    use super::super::Claim;
    use super::super::tests::judge;

    #[test]
    fn closes_in_a_row_on_one_side_decide_once_it_is_touched() {
        let far = [105., 106., 104., 105.];
        let touch = [101., 102., 99.5, 100.5];
        let up = [101., 102., 100.5, 101.];
        let down = [99., 99.8, 98., 99.];
        for (direction, bars, want) in [
            (Direction::Up, vec![far, touch, up], Some((Label::Hit, 101., 2))),
            (Direction::Down, vec![far, touch, up], Some((Label::Miss, 101., 2))),
            // closes above it count for nothing until it is touched
            (Direction::Up, vec![far, far, far, far], Some((Label::Timeout, 105., 3))),
            // the row on which it is said may be the touch
            (Direction::Up, vec![touch, up, up], Some((Label::Hit, 101., 2))),
            (Direction::Down, vec![touch, down, up, down, down], Some((Label::Timeout, 99., 3))),
            (Direction::Down, vec![touch, down, down], Some((Label::Hit, 99., 2))),
            // a gap over it is a touch
            (Direction::Down, vec![far, [98., 99., 97., 98.], down], Some((Label::Hit, 99., 2))),
            (Direction::Up, vec![touch, up], None),
        ] {
            let level = |claim: &mut Claim| (claim.direction, claim.entry) = (direction, 100.);
            let want = want.map(|(label, close, row)| ((label, close / bars[1][0] - 1.0), row));
            assert_eq!(judge("level-reaction", &[("sustain", 2.0)], 3, level, &bars), want, "{bars:?}");
        }
    }

    #[test]
    fn a_close_near_the_level_is_on_neither_side_and_without_a_level_it_is_void() {
        let bars = [[100., 100., 100., 100.], [100., 101., 99., 100.9], [100., 101., 99., 101.1]];
        let args = [("sustain", 1.0), ("tolerance", 0.01)];
        let judged = judge("level-reaction", &args, 3, |claim| claim.entry = 100., &bars);
        assert_eq!(judged, Some(((Label::Hit, 101.1 / 100. - 1.0), 2)));
        let ((label, _), row) = judge("level-reaction", &args, 3, |_| (), &bars).unwrap();
        assert_eq!((label, row), (Label::Void, 1));
    }
}
