//! More predictions than anybody can wait for, none of which ends.

use tapewright_sdk::prelude::*;

pub(crate) struct Flood {
    up: PatternId,
}

impl Detector for Flood {
    fn entry() -> Entry {
        Entry::new("flood", "Four times on every row: it will rise, some day")
    }

    fn open(setup: &mut Setup) -> Result<Self, Refusal> {
        setup.column("close");
        let pattern = Pattern::new("up", "It will rise").triple_barrier(u32::MAX).barriers(0.9, 9.0);
        Ok(Flood { up: setup.pattern(pattern) })
    }

    fn on_row(&mut self, _row: &Row, say: &mut Say) {
        for _ in 0..4 {
            say.detect(Detection::up(self.up), &[]);
        }
    }
}
