//! `forward-return`: the close at the end of the horizon against the next open after it was said.
//!
//! `min` (default 0): how far it must have gone. Beyond it in the predicted direction is a hit, beyond it in the
//! other a miss, within it a timeout.
//!
//! Worked example: said up on row 3, the open of row 4 is 100, the horizon is 2 rows, the close of row 5 is 101: a
//! return of 0.01, a hit with `min` 0 and a timeout with `min` 0.01, since 0.01 is not beyond it.

use tapewright_model::{Direction, Label};

use super::Claim;

/// Arguments.
#[derive(Clone, Copy, Debug)]
pub(super) struct Args {
    min: f64,
}

#[derive(Clone, Debug)]
pub(super) struct Watch {
    direction: Direction,
    min: f64,
}

impl Args {
    pub(super) fn read(args: &super::Args<'_>) -> Result<Args, String> {
        args.known(&["min"])?;
        Ok(Args { min: args.value("min", (0.0, 1.0), 0.0)? })
    }

    pub(super) fn watch(&self, claim: &Claim) -> Watch {
        Watch { direction: claim.direction, min: self.min }
    }
}

impl Watch {
    pub(super) fn label(&self, forward_return: f64) -> Label {
        let gone = self.direction.sign() * forward_return;
        if gone > self.min {
            Label::Hit
        } else if gone < -self.min {
            Label::Miss
        } else {
            Label::Timeout
        }
    }
}

#[cfg(test)]
mod tests {
    use tapewright_model::{Direction, Label};

    use super::super::tests::judge;

    #[test]
    fn the_sign_of_the_return_decides() {
        let nan = f64::NAN;
        for (direction, min, open, close, label) in [
            (Direction::Up, 0.0, 100., 101., Label::Hit),
            (Direction::Down, 0.0, 100., 101., Label::Miss),
            (Direction::Up, 0.0, 100., 100., Label::Timeout),
            (Direction::Up, 0.02, 100., 101., Label::Timeout),
            (Direction::Up, 0.02, 100., 103., Label::Hit),
            (Direction::Down, 0.02, 100., 103., Label::Miss),
            (Direction::Neutral, 0.0, 100., 101., Label::Void),
            (Direction::Up, 0.0, 0., 101., Label::Void),
            // a column below zero that falls further
            (Direction::Down, 0.0, -100., -101., Label::Hit),
            (Direction::Up, 0.0, -100., -99., Label::Hit),
            (Direction::Up, 0.0, 100., nan, Label::Void),
        ] {
            let bars = [[1., 1., 1., 1.], [open, 200., 1., 50.], [60., 60., 60., close]];
            let judged = judge("forward-return", &[("min", min)], 2, |claim| claim.direction = direction, &bars);
            let ((got, forward_return), row) = judged.unwrap();
            assert_eq!(got, label, "{direction:?} {open} {close}");
            if label != Label::Void {
                assert_eq!((forward_return, row), ((close / open - 1.0) * open.signum(), 2));
            }
        }
    }

    #[test]
    fn the_reference_is_the_next_open_that_there_is() {
        let nan = f64::NAN;
        let bars = [[1., 1., 1., 1.], [nan, nan, nan, nan], [50., 50., 50., 50.], [60., 60., 60., 55.]];
        assert_eq!(judge("forward-return", &[], 3, |_| (), &bars), Some(((Label::Hit, 55. / 50. - 1.0), 3)));
    }
}
