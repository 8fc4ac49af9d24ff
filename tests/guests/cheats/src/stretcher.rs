//! A horizon so long that a rising market makes every prediction come true; or longer than was declared.

use tapewright_sdk::prelude::*;

/// What is declared.
const ROWS: u32 = 250;

pub(crate) struct Stretcher {
    close: Column,
    up: PatternId,
    longer: bool,
    rows: u64,
}

impl Detector for Stretcher {
    fn entry() -> Entry {
        Entry::new("stretcher", "Every third row: it will rise, given time").param(Param::choice(
            "horizon",
            "As it was declared, or longer",
            &["declared", "longer"],
        ))
    }

    fn open(setup: &mut Setup) -> Result<Self, Refusal> {
        let up = setup.pattern(Pattern::new("up", "It will rise").forward_return(ROWS));
        Ok(Stretcher { close: setup.column("close"), up, longer: setup.text("horizon") == "longer", rows: 0 })
    }

    fn on_row(&mut self, row: &Row, say: &mut Say) {
        if self.rows.is_multiple_of(3) && !row[self.close].is_nan() {
            say.detect(Detection::up(self.up).horizon(if self.longer { ROWS * 10 } else { 0 }), &[]);
        }
        self.rows += 1;
    }
}
