//! Reads a higher timeframe: its columns hold the last bar that has closed.

use tapewright_sdk::prelude::*;

pub(crate) struct Daily {
    close: Column,
    day: Column,
    since: Column,
    gap: OutputColumn,
    age: OutputColumn,
}

impl Detector for Daily {
    fn entry() -> Entry {
        Entry::new("daily", "Distance of the close from that of the last closed day")
    }

    fn open(setup: &mut Setup) -> Result<Self, Refusal> {
        Ok(Daily {
            close: setup.column("close"),
            day: setup.column("close:1d"),
            since: setup.column("time:1d"),
            gap: setup.output("gap", "Close ÷ close of the last closed day − 1", "ratio"),
            age: setup.output("age", "Seconds since that day closed", "seconds"),
        })
    }

    fn on_row(&mut self, row: &Row, say: &mut Say) {
        say.set(self.gap, row[self.close] / row[self.day] - 1.0);
        say.set(self.age, row.time() as f64 / 1e9 - row[self.since]);
    }
}
