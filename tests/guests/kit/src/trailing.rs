//! A strategy that must know its own fate: its stop comes from the price at which it was filled.

use tapewright_sdk::prelude::*;

pub(crate) struct Trailing {
    close: Column,
    exposure: Column,
    entry_price: Column,
    rows_held: Column,
    seen: OutputColumn,
    stopped: bool,
}

impl Strategy for Trailing {
    fn entry() -> Entry {
        Entry::new("trailing", "Goes long every other time it is flat, with a stop 0.2 % below its entry price")
    }

    fn open(setup: &mut Setup) -> Result<Self, Refusal> {
        Ok(Trailing {
            close: setup.column("close"),
            exposure: setup.column("own.exposure"),
            entry_price: setup.column("own.entry_price"),
            rows_held: setup.column("own.rows_held"),
            seen: setup.output("entry_price", "What it was told", "price"),
            stopped: false,
        })
    }

    fn on_row(&mut self, row: &Row, trade: &mut Trade) {
        trade.set(self.seen, row[self.entry_price]);
        if row[self.exposure] == 0.0 {
            self.stopped = !self.stopped;
            if self.stopped {
                trade.target(Target::new(1.0));
            }
        } else if row[self.rows_held] == 0.0 {
            trade.target(Target::new(1.0).stop(row[self.entry_price] * 0.998));
        } else if row[self.close] > row[self.entry_price] * 1.01 {
            trade.target(Target::flat());
        }
    }
}
