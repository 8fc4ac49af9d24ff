//! Fills its outputs with the columns that its parameters name: what a plugin is shown.

use tapewright_sdk::prelude::*;

/// Names of the parameters and of the outputs.
const NAMES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

pub(crate) struct Mirror {
    columns: [Column; NAMES.len()],
    outputs: [OutputColumn; NAMES.len()],
}

impl Detector for Mirror {
    fn entry() -> Entry {
        let entry = Entry::new("mirror", "Six columns as they were shown");
        NAMES.iter().fold(entry, |entry, name| entry.param(Param::column(name, "A column", Some("close"))))
    }

    fn open(setup: &mut Setup) -> Result<Self, Refusal> {
        let columns = NAMES.map(|name| {
            let column = setup.text(name).to_owned();
            setup.column(&column)
        });
        Ok(Mirror { columns, outputs: NAMES.map(|name| setup.output(name, "As it was shown", "")) })
    }

    fn on_row(&mut self, row: &Row, say: &mut Say) {
        for (column, output) in self.columns.into_iter().zip(self.outputs) {
            say.set(output, row[column]);
        }
    }
}
