//! A target so near and a stop so far that nearly every prediction comes true.

use tapewright_sdk::prelude::*;

pub(crate) struct NearTarget {
    close: Column,
    up: PatternId,
    rows: u64,
}

impl Detector for NearTarget {
    fn entry() -> Entry {
        Entry::new("near_target", "Every seventh row: it will rise a little before it falls a lot")
    }

    fn open(setup: &mut Setup) -> Result<Self, Refusal> {
        let pattern = Pattern::new("up", "A near target and a far stop").triple_barrier(60);
        Ok(NearTarget { close: setup.column("close"), up: setup.pattern(pattern), rows: 0 })
    }

    fn on_row(&mut self, row: &Row, say: &mut Say) {
        let close = row[self.close];
        if self.rows.is_multiple_of(7) && !close.is_nan() {
            say.detect(Detection::up(self.up).levels(close, close * 0.8, close * 1.002).probability(0.97), &[]);
        }
        self.rows += 1;
    }
}
