//! Keeps state in a global, hoping to carry it from one symbol or run to the next.

use std::sync::atomic::{AtomicU64, Ordering};

use tapewright_sdk::prelude::*;

static ROWS: AtomicU64 = AtomicU64::new(0);

pub(crate) struct Smuggler {
    rows: OutputColumn,
}

impl Detector for Smuggler {
    fn entry() -> Entry {
        Entry::new("smuggler", "How many rows any instance of it has seen, as far as it can tell")
    }

    fn open(setup: &mut Setup) -> Result<Self, Refusal> {
        setup.column("close");
        Ok(Smuggler { rows: setup.output("rows", "Rows seen", "rows") })
    }

    fn on_row(&mut self, _: &Row, say: &mut Say) {
        say.set(self.rows, ROWS.fetch_add(1, Ordering::Relaxed) as f64);
    }
}
