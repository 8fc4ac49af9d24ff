//! Declares its pattern in another way on one instrument, so that others look better beside it.

use tapewright_sdk::prelude::*;

pub(crate) struct Twofaced {
    up: PatternId,
    rows: u64,
}

impl Detector for Twofaced {
    fn entry() -> Entry {
        Entry::new("twofaced", "Every third row: it will rise, or rise a lot")
    }

    fn open(setup: &mut Setup) -> Result<Self, Refusal> {
        setup.column("close");
        let min = if setup.symbols()[0] == "SYN01" { 0.9 } else { 0.0 };
        let up = setup.pattern(Pattern::new("up", "It will rise").forward_return(5).min_move(min));
        Ok(Twofaced { up, rows: 0 })
    }

    fn on_row(&mut self, _row: &Row, say: &mut Say) {
        if self.rows.is_multiple_of(3) {
            say.detect(Detection::up(self.up), &[]);
        }
        self.rows += 1;
    }
}
