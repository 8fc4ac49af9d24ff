//! Predicts other columns than the close of its own instrument.

use tapewright_sdk::prelude::*;

pub(crate) struct Witness {
    patterns: [PatternId; 2],
    rows: u64,
}

impl Detector for Witness {
    fn entry() -> Entry {
        Entry::new("witness", "Every fifth row: more volume, and a higher close of BBB")
    }

    fn open(setup: &mut Setup) -> Result<Self, Refusal> {
        setup.column("close");
        let volume = Pattern::new("volume", "More volume").forward_return(3).judges("volume");
        let other = Pattern::new("other", "A higher close of BBB").forward_return(3).judges("close@BBB");
        Ok(Witness { patterns: [setup.pattern(volume), setup.pattern(other)], rows: 0 })
    }

    fn on_row(&mut self, _row: &Row, say: &mut Say) {
        if self.rows.is_multiple_of(5) {
            for pattern in self.patterns {
                say.detect(Detection::up(pattern), &[]);
            }
        }
        self.rows += 1;
    }
}
