//! Says a pivot on the row on which it is known, about the row before.

use tapewright_sdk::prelude::*;

pub(crate) struct LatePivot {
    high: Column,
    pivot: PatternId,
    level: OutputColumn,
    last: f64,
    before: [f64; 2],
}

impl Detector for LatePivot {
    fn entry() -> Entry {
        Entry::new("late_pivot", "Level-1 pivot highs, said one row after they happened")
    }

    fn open(setup: &mut Setup) -> Result<Self, Refusal> {
        let pivot = Pattern::new("pivot_high", "A high above both neighbours")
            .forward_return(5)
            .evidence("rows_ago", "Where the high was", EvidenceKind::RowsAgo)
            .evidence("price", "The high", EvidenceKind::Price);
        Ok(LatePivot {
            high: setup.column("high"),
            pivot: setup.pattern(pivot),
            level: setup.output("level", "The last pivot high", "price"),
            last: f64::NAN,
            before: [f64::NAN; 2],
        })
    }

    fn on_row(&mut self, row: &Row, say: &mut Say) {
        let high = row[self.high];
        let [first, middle] = self.before;
        if middle > first && middle > high {
            self.last = middle;
            let strength = (middle / first.max(high) - 1.0) * 100.0;
            say.detect(Detection::down(self.pivot).strength(strength).probability(0.55), &[1.0, middle]);
        }
        say.set(self.level, self.last);
        self.before = [middle, high];
    }
}
