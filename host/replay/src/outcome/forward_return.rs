//! `forward-return`: the close at the end of the horizon against the next open after it was said.
//!
//! Worked example: said up on row 3, the open of row 4 is 100, the horizon is 2 rows, the close of row 5
//! is 101: a return of 0.01, a hit. A return of exactly nothing is a timeout; without a direction or
//! a price there is nothing to judge.

use tapewright_model::{Direction, Label};

use super::{Verdict, signed, void};

pub(super) fn judge(direction: Direction, reference: f64, close: f64) -> Verdict {
    let forward_return = close / reference - 1.0;
    if direction == Direction::Neutral || !forward_return.is_finite() {
        return void();
    }
    let signed = signed(direction, forward_return);
    let label = if signed > 0.0 {
        Label::Hit
    } else if signed < 0.0 {
        Label::Miss
    } else {
        Label::Timeout
    };
    (label, forward_return)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sign_of_the_return_decides() {
        for (direction, reference, close, label) in [
            (Direction::Up, 100., 101., Label::Hit),
            (Direction::Down, 100., 101., Label::Miss),
            (Direction::Up, 100., 100., Label::Timeout),
            (Direction::Neutral, 100., 101., Label::Void),
            (Direction::Up, f64::NAN, 101., Label::Void),
            (Direction::Up, 0., 101., Label::Void),
        ] {
            assert_eq!(judge(direction, reference, close).0, label);
        }
    }
}
