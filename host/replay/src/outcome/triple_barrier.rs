//! `triple-barrier`: which of two levels is reached first, before the horizon ends (López de Prado, Advances in
//! Financial Machine Learning, 2018, chapter 3.2).
//!
//! The levels are the detection's `stop` and `target`; where it states none, `stop` and `target` as arguments are
//! ratios of the close on the row on which it is said. One of them may be missing. A bar that reaches both counts
//! as the stop. A level that the open has passed is reached at the open; a target that the reference price has passed
//! is void, since what was predicted was there before anybody could act on it.
//!
//! Worked example: said up at a close of 100, stop 98, target 103; next bars open 100 high 102 low 99, then open
//! 102 high 104 low 101: the target, a hit with a return of 0.03.

use tapewright_model::{Direction, Label};

use super::{Claim, Verdict, verdict, void};
use crate::track::Bar;

/// Arguments: ratios, NaN for none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Args {
    stop: f64,
    target: f64,
}

#[derive(Clone, Debug)]
pub(super) struct Watch {
    direction: Direction,
    stop: f64,
    target: f64,
    begun: bool,
}

impl Args {
    pub(super) fn read(args: &super::Args<'_>) -> Result<Args, String> {
        args.known(&["stop", "target"])?;
        let ratio = |name| args.value(name, (1e-6, 10.0), f64::NAN);
        Ok(Args { stop: ratio("stop")?, target: ratio("target")? })
    }

    /// `None` when the levels make no sense.
    pub(super) fn watch(&self, claim: &Claim) -> Option<Watch> {
        let (close, sign) = (claim.bar.close, claim.direction.sign());
        let level = |said: f64, ratio: f64| if said.is_nan() { close + ratio * close.abs() } else { said };
        let stop = level(claim.stop, -sign * self.stop);
        let target = level(claim.target, sign * self.target);
        let beyond = |level: f64, side: f64| level.is_nan() || side * sign * (level - close) > 0.0;
        let some = !(stop.is_nan() && target.is_nan());
        (some && beyond(stop, -1.0) && beyond(target, 1.0)).then_some(Watch {
            direction: claim.direction,
            stop,
            target,
            begun: false,
        })
    }
}

impl Watch {
    pub(super) fn bar(&mut self, reference: f64, bar: &Bar) -> Option<Verdict> {
        let up = self.direction == Direction::Up;
        if !std::mem::replace(&mut self.begun, true) && (self.direction.sign() * (reference - self.target)) >= 0.0 {
            return Some(void());
        }
        // a comparison with a missing level or price is false
        let (stopped, reached) = if up {
            (bar.low <= self.stop, bar.high >= self.target)
        } else {
            (bar.high >= self.stop, bar.low <= self.target)
        };
        // the open may lie beyond a level already
        let at = |level: f64, falls: bool| {
            let passed = if falls { bar.open < level } else { bar.open > level };
            if passed { bar.open } else { level }
        };
        if stopped {
            return Some(verdict(Label::Miss, reference, at(self.stop, up)));
        }
        reached.then(|| verdict(Label::Hit, reference, at(self.target, !up)))
    }
}

#[cfg(test)]
mod tests {
    use tapewright_model::{Direction, Label};

    use super::super::Claim;
    use super::super::tests::judge;

    #[test]
    fn the_first_level_that_is_reached_decides_and_both_at_once_are_the_stop() {
        let said = [100., 100., 100., 100.];
        let quiet = [100., 101., 99., 100.];
        for (direction, stop, target, bars, label, price, row) in [
            (Direction::Up, 98., 103., vec![[100., 102., 99., 102.], [102., 104., 101., 103.]], Label::Hit, 103., 2),
            (Direction::Up, 98., 103., vec![quiet, [99., 99., 97., 98.]], Label::Miss, 98., 2),
            (Direction::Up, 98., 103., vec![[100., 104., 97., 100.]], Label::Miss, 98., 1),
            (Direction::Up, 98., 103., vec![quiet, [96., 97., 95., 97.]], Label::Miss, 96., 2),
            (Direction::Up, 98., 103., vec![quiet, [105., 106., 104., 105.]], Label::Hit, 105., 2),
            (Direction::Up, 98., 103., vec![quiet, quiet, [100., 101., 99., 101.]], Label::Timeout, 101., 3),
            (Direction::Down, 102., 97., vec![quiet, [98., 98., 96., 97.]], Label::Hit, 97., 2),
            (Direction::Down, 102., 97., vec![quiet, [103., 104., 103., 103.]], Label::Miss, 103., 2),
            (Direction::Up, f64::NAN, 103., vec![[100., 103., 1., 100.]], Label::Hit, 103., 1),
            (Direction::Up, 98., 103., vec![[97., 103., 97., 100.]], Label::Miss, 97., 1),
        ] {
            let levels = |claim: &mut Claim| (claim.direction, claim.stop, claim.target) = (direction, stop, target);
            let bars: Vec<[f64; 4]> = [said].into_iter().chain(bars).collect();
            let want = Some(((label, price / bars[1][0] - 1.0), row));
            assert_eq!(judge("triple-barrier", &[], 3, levels, &bars), want, "{bars:?}");
        }
    }

    #[test]
    fn levels_come_from_the_rule_where_none_are_stated() {
        let bars = [[100., 100., 100., 100.], [100., 102., 98.5, 100.]];
        let args = [("stop", 0.02), ("target", 0.02)];
        let said = |direction| move |claim: &mut Claim| claim.direction = direction;
        let hit = |price: f64| Some(((Label::Hit, price / 100. - 1.0), 1));
        assert_eq!(judge("triple-barrier", &args, 3, said(Direction::Up), &bars), hit(102.));
        let miss = Some(((Label::Miss, 102. / 100. - 1.0), 1));
        assert_eq!(judge("triple-barrier", &args, 3, said(Direction::Down), &bars), miss);
    }

    #[test]
    fn levels_that_make_no_sense_are_void() {
        let bars = [[100., 100., 100., 100.], [100., 102., 98., 100.]];
        for (stop, target) in [(f64::NAN, f64::NAN), (101., 103.), (98., 99.), (100., 103.)] {
            let levels = |claim: &mut Claim| (claim.stop, claim.target) = (stop, target);
            let ((label, forward_return), row) = judge("triple-barrier", &[], 3, levels, &bars).unwrap();
            assert!(label == Label::Void && forward_return.is_nan() && row == 1, "{stop} {target}");
        }
        // the next open lies beyond the target already
        let bars = [[100., 100., 100., 100.], [104., 105., 103., 104.]];
        let levels = |claim: &mut Claim| (claim.stop, claim.target) = (98., 103.);
        assert_eq!(judge("triple-barrier", &[], 3, levels, &bars).unwrap().0.0, Label::Void);
    }
}
