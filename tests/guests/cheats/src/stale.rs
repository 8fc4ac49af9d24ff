//! Predicts a weekly close of which it sees the days.

use tapewright_sdk::prelude::*;

pub(crate) struct Stale {
    close: Column,
    week: Column,
    pattern: PatternId,
}

impl Detector for Stale {
    fn entry() -> Entry {
        Entry::new("stale", "The weekly close will be where the day already is")
    }

    fn open(setup: &mut Setup) -> Result<Self, Refusal> {
        let pattern = Pattern::new("week", "The week's close").forward_return(15).judges("close:1w");
        Ok(Stale { close: setup.column("close"), week: setup.column("close:1w"), pattern: setup.pattern(pattern) })
    }

    fn on_row(&mut self, row: &Row, say: &mut Say) {
        let ahead = row[self.close] / row[self.week] - 1.0;
        if ahead > 0.01 {
            say.detect(Detection::up(self.pattern), &[]);
        } else if ahead < -0.01 {
            say.detect(Detection::down(self.pattern), &[]);
        }
    }
}
