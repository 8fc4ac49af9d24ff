//! Traps on row k.

use tapewright_sdk::prelude::*;

pub(crate) struct TrapAt {
    close: Column,
    double: OutputColumn,
    tick: PatternId,
    row: i64,
    at: i64,
}

impl Detector for TrapAt {
    fn entry() -> Entry {
        let at = Param::integer("at", "Row on which it traps, −1 never", (-1, i64::MAX), 1000);
        Entry::new("trap_at", "Doubles the close until it traps").param(at)
    }

    fn open(setup: &mut Setup) -> Result<Self, Refusal> {
        Ok(TrapAt {
            close: setup.column("close"),
            double: setup.output("double", "Twice the close", "price"),
            tick: setup.pattern(Pattern::new("tick", "Every hundredth row").forward_return(1)),
            row: 0,
            at: setup.integer("at"),
        })
    }

    fn on_row(&mut self, row: &Row, say: &mut Say) {
        assert!(self.row != self.at, "row {} is where it ends", self.row);
        if self.row % 100 == 0 {
            say.detect(Detection::neutral(self.tick), &[]);
        }
        say.set(self.double, row[self.close] * 2.0);
        self.row += 1;
    }
}
