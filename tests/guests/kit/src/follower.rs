//! Reads another node's output column and pattern, on another symbol.

use tapewright_sdk::prelude::*;

pub(crate) struct Follower {
    read: [Column; 4],
    written: [OutputColumn; 4],
}

impl Detector for Follower {
    fn entry() -> Entry {
        Entry::new("follower", "Copies what another node says about another symbol")
            .param(Param::column("output", "Which output column", Some("late_pivot/level@BBB")))
            .param(Param::column("strength", "Which pattern", Some("late_pivot/pivot_high.strength@BBB")))
            .param(Param::column("age", "Which pattern", Some("late_pivot/pivot_high.age@BBB")))
    }

    fn open(setup: &mut Setup) -> Result<Self, Refusal> {
        let [output, strength, age] = ["output", "strength", "age"].map(|name| setup.text(name).to_owned());
        Ok(Follower {
            read: ["close", &output, &strength, &age].map(|name| setup.column(name)),
            written: ["close", "output", "strength", "age"].map(|name| setup.output(name, "As read", "")),
        })
    }

    fn on_row(&mut self, row: &Row, say: &mut Say) {
        for (read, written) in self.read.into_iter().zip(self.written) {
            say.set(written, row[read]);
        }
    }
}
