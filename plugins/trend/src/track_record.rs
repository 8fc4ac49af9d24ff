//! The plugin's own count of which of its trend predictions came true. It uses level-2 pivots alone; the host's
//! outcomes, which also know a horizon, are what counts.

use tapewright_sdk::indicators::{Pivot, PivotKind};

/// How many predictions can wait. A prediction is said when a level-2 pivot becomes known and is validated at the
/// latest by the next two of that kind, so at most two of each kind wait; the rest is slack.
const PENDING_MAX: usize = 8;

/// A prediction that waits: the row on which it was said and, for highs and lows, the price of the first level-2
/// pivot that happened after it (NaN until there is one).
struct Pending {
    said: u64,
    up: bool,
    first: [f64; 2],
}

pub(crate) struct TrackRecord {
    pending: Vec<Pending>,
    total: u64,
    validated: u64,
    correct: u64,
}

impl TrackRecord {
    pub(crate) fn new() -> TrackRecord {
        TrackRecord { pending: Vec::with_capacity(PENDING_MAX), total: 0, validated: 0, correct: 0 }
    }

    /// A prediction is said on this row.
    pub(crate) fn predict(&mut self, row: u64, up: bool) {
        self.total += 1;
        if self.pending.len() == PENDING_MAX {
            self.pending.remove(0);
        }
        self.pending.push(Pending { said: row, up, first: [f64::NAN; 2] });
    }

    /// The next level-2 pivot becomes known. It is the second of its kind after some predictions: those are
    /// validated, and correct when the line through both slopes as predicted. A level line is not correct.
    pub(crate) fn pivot(&mut self, pivot: &Pivot) {
        let kind = usize::from(pivot.kind == PivotKind::Low);
        let (validated, correct) = (&mut self.validated, &mut self.correct);
        self.pending.retain_mut(|pending| {
            if pivot.row <= pending.said {
                return true;
            }
            let first = pending.first[kind];
            if first.is_nan() {
                pending.first[kind] = pivot.price;
                return true;
            }
            *validated += 1;
            *correct += u64::from(if pending.up { pivot.price > first } else { pivot.price < first });
            false
        });
    }

    /// Total, validated, correct, accuracy (correct ÷ validated, NaN before the first), pending.
    pub(crate) fn columns(&self) -> [f64; 5] {
        let [total, validated, correct] = [self.total, self.validated, self.correct].map(|count| count as f64);
        let accuracy = if self.validated == 0 { f64::NAN } else { correct / validated };
        [total, validated, correct, accuracy, self.pending.len() as f64]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_later_pivots_of_one_kind_validate() {
        use PivotKind::{High, Low};
        let mut record = TrackRecord::new();
        record.predict(10, true);
        record.predict(12, false);
        // kind, price, row, then total, validated, correct and pending after it
        for (kind, price, row, expected) in [
            (High, 50.0, 9, [2.0, 0.0, 0.0, 2.0]),  // happened before either was said
            (High, 51.0, 11, [2.0, 0.0, 0.0, 2.0]), // first high of the earlier one
            (Low, 40.0, 13, [2.0, 0.0, 0.0, 2.0]),  // first low of both
            (High, 52.0, 15, [2.0, 1.0, 1.0, 1.0]), // second high of the earlier one, first of the later one
            (Low, 40.0, 19, [2.0, 2.0, 1.0, 0.0]),  // second low of the later one: level, so not down
        ] {
            record.pivot(&Pivot { level: 2, kind, price, row, known: row + 3 });
            let [total, validated, correct, accuracy, pending] = record.columns();
            assert_eq!([total, validated, correct, pending], expected, "row {row}");
            assert!(if validated == 0.0 { accuracy.is_nan() } else { accuracy == correct / validated });
        }
    }
}
