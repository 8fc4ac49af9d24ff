//! `pivot-trend`: the way of the line through the next two pivots of one kind.
//!
//! Both pivots must happen after the row on which it is said, and the second be known before the horizon ends.
//! `level` (default 2) is the pivots' level; `kind` takes highs alone (1), lows alone (−1) or the kind that has two
//! first (0, the default; highs when both have on one row). A line that rises is up, one that falls down, and one
//! that does neither a timeout.
//!
//! Worked example: said up on row 10; level-2 pivot lows at row 14 (98) and row 20 (99), the second known on row
//! 25: the line rises, a hit on row 25.

use tapewright_model::Direction;

use super::pivots::{Pivot, PivotKind};
use super::{Claim, Verdict, label, verdict};
use crate::track::Bar;

/// Arguments.
#[derive(Clone, Copy, Debug)]
pub(super) struct Args {
    level: u8,
    kind: Option<PivotKind>,
}

#[derive(Clone, Debug)]
pub(super) struct Watch {
    args: Args,
    direction: Direction,
    row: u64,
    /// The first pivot since it was said: a high, a low.
    first: [Option<f64>; 2],
}

impl Args {
    pub(super) fn read(args: &super::Args<'_>) -> Result<Args, String> {
        args.known(&["level", "kind"])?;
        let level = args.whole("level", (1.0, 3.0), 2.0)?;
        let kind = args.whole("kind", (-1.0, 1.0), 0.0)?;
        let kind = match kind as i8 {
            1 => Some(PivotKind::High),
            -1 => Some(PivotKind::Low),
            _ => None,
        };
        Ok(Args { level: level as u8, kind })
    }

    pub(super) fn watch(&self, claim: &Claim, row: u64) -> Watch {
        Watch { args: *self, direction: claim.direction, row, first: [None; 2] }
    }
}

impl Watch {
    pub(super) fn bar(&mut self, reference: f64, bar: &Bar, pivots: &[Pivot]) -> Option<Verdict> {
        for pivot in pivots {
            let wanted = pivot.level == self.args.level && self.args.kind.is_none_or(|kind| kind == pivot.kind);
            if !wanted || pivot.row <= self.row {
                continue;
            }
            let first = &mut self.first[pivot.kind as usize];
            let Some(before) = *first else {
                *first = Some(pivot.price);
                continue;
            };
            let happened = if pivot.price > before {
                Direction::Up
            } else if pivot.price < before {
                Direction::Down
            } else {
                Direction::Neutral
            };
            return Some(verdict(label(self.direction, happened), reference, bar.close));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use tapewright_model::{Direction, Label};

    use super::super::tests::judge;

    /// A zigzag whose tops are at odd rows: level-1 highs 12 14 13 11, so 14 (row 3) is a level-2 high.
    fn bars() -> Vec<[f64; 4]> {
        let path = [10., 12., 9., 14., 8., 13., 7., 11., 6., 15., 7., 12., 8., 10., 7.5];
        path.iter().map(|price| [*price; 4]).collect()
    }

    #[test]
    fn the_line_through_the_next_two_pivots_decides() {
        // level-2 highs: 14 at row 3 (known when 13 of row 5 is, on row 6), 15 at row 9 (known on row 12)
        for (direction, label) in [(Direction::Up, Label::Hit), (Direction::Down, Label::Miss)] {
            let judged = judge("pivot-trend", &[("kind", 1.0)], 14, |claim| claim.direction = direction, &bars());
            assert_eq!(judged, Some(((label, 8. / 12. - 1.0), 12)));
        }
        // two level-1 highs are there sooner: 12 of row 1, 14 of row 3, which is known on row 4
        let judged = judge("pivot-trend", &[("kind", 1.0), ("level", 1.0)], 14, |_| (), &bars());
        assert_eq!(judged, Some(((Label::Hit, 8. / 12. - 1.0), 4)));
    }

    #[test]
    fn a_pivot_from_before_it_was_said_does_not_count_and_a_horizon_ends_it() {
        let later = &bars()[4..];
        assert_eq!(judge("pivot-trend", &[("kind", 1.0)], 14, |_| (), later), None);
        let judged = judge("pivot-trend", &[("kind", 1.0)], 9, |_| (), later);
        assert_eq!(judged, Some(((Label::Timeout, 10. / 13. - 1.0), 9)));
    }
}
