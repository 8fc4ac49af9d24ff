//! Asks for more memory than every plugin has, and on its first row takes nearly all that it asked for.

use tapewright_sdk::prelude::*;

pub(crate) struct Hungry {
    mib: usize,
    larder: Vec<u8>,
    held: OutputColumn,
}

impl Detector for Hungry {
    fn entry() -> Entry {
        Entry::new("hungry", "Holds as much memory as it asked for").param(Param::integer(
            "mib",
            "Memory that it asks for, in MiB",
            (1, 4096),
            128,
        ))
    }

    fn open(setup: &mut Setup) -> Result<Self, Refusal> {
        let mib = setup.integer("mib") as usize;
        setup.column("close");
        setup.memory_bytes((mib as u64) << 20);
        Ok(Hungry { mib, larder: Vec::new(), held: setup.output("held", "MiB that it holds", "MiB") })
    }

    fn on_row(&mut self, _: &Row, say: &mut Say) {
        if self.larder.is_empty() {
            // the rest is for the stack, the code's data and the row
            self.larder = vec![1; self.mib.saturating_sub(8) << 20];
        }
        say.set(self.held, (self.larder.len() >> 20) as f64);
    }
}
