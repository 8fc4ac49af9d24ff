//! Multi-level pivots of a judged column.
//!
//! A level-1 pivot high is a row whose high is above that of both neighbours, the first of equals; a level-n pivot
//! high is a level-(n−1) pivot high above both neighbouring ones, *known* when the right one is. Lows mirror it.
//! Rows without a high or a low are passed over.

use crate::track::Bar;

/// Levels that are looked for.
const LEVELS: usize = 3;

/// Which side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PivotKind {
    High = 0,
    Low = 1,
}

/// A pivot that has just become known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pivot {
    pub(super) level: u8,
    pub(super) kind: PivotKind,
    pub(super) price: f64,
    /// Row on which it happened.
    pub(super) row: u64,
}

/// Finds the pivots of one instrument as its rows come.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pivots {
    highs: [Peak; LEVELS],
    lows: [Peak; LEVELS],
    known: Vec<Pivot>,
}

/// Of a sequence, the items above both neighbours.
#[derive(Clone, Copy, Debug, Default)]
struct Peak {
    last: Option<f64>,
    /// The item that is above its left neighbour, and by its right ones so far not beaten.
    candidate: Option<(f64, u64)>,
}

impl Peak {
    fn next(&mut self, value: f64, row: u64) -> Option<(f64, u64)> {
        let last = self.last.replace(value)?;
        if value > last {
            self.candidate = Some((value, row));
            None
        } else if value < last {
            self.candidate.take()
        } else {
            None
        }
    }
}

impl Pivots {
    /// What became known on the last row.
    pub(super) fn known(&self) -> &[Pivot] {
        &self.known
    }

    /// A row of the node on which the instrument has none.
    pub(super) fn no_row(&mut self) -> &[Pivot] {
        self.known.clear();
        &self.known
    }

    /// The pivots that become known on a row: highs before lows, lower levels first.
    pub(super) fn row(&mut self, row: u64, bar: &Bar) -> &[Pivot] {
        self.known.clear();
        if bar.high.is_nan() || bar.low.is_nan() {
            return &self.known;
        }
        for (kind, peaks, sign) in [(PivotKind::High, &mut self.highs, 1.0), (PivotKind::Low, &mut self.lows, -1.0)] {
            let mut item = Some((sign * if kind == PivotKind::High { bar.high } else { bar.low }, row));
            for (level, peak) in (1..).zip(peaks) {
                item = item.and_then(|(value, row)| peak.next(value, row));
                self.known.extend(item.map(|(value, row)| Pivot { level, kind, price: sign * value, row }));
            }
        }
        &self.known
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// The fixture that the guests' own pivots are held to.
    #[test]
    fn pivots_are_those_of_the_shared_fixture() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/pivots");
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
        let number = |cell: &str| if cell.is_empty() { f64::NAN } else { cell.parse().unwrap() };
        let mut pivots = Pivots::default();
        let mut found = Vec::new();
        for (row, line) in (0..).zip(read("rows.csv").lines().skip(1)) {
            let (high, low) = line.split_once(',').unwrap();
            let bar = Bar { open: 0.0, high: number(high), low: number(low), close: 0.0 };
            for pivot in pivots.row(row, &bar) {
                let kind = if pivot.kind == PivotKind::High { "high" } else { "low" };
                found.push((pivot.level, kind, pivot.price, pivot.row, row));
            }
        }
        let expected = read("expected.csv");
        let expected: Vec<_> = expected
            .lines()
            .skip(1)
            .map(|line| {
                let cells: Vec<&str> = line.split(',').collect();
                let row = |cell: &str| cell.parse::<u64>().unwrap();
                (cells[0].parse().unwrap(), cells[1], number(cells[2]), row(cells[3]), row(cells[4]))
            })
            .collect();
        assert!(expected.len() > 50);
        assert_eq!(found, expected);
    }
}
