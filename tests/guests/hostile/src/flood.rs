//! Lines of log, more than anybody reads.

use tapewright_sdk::{Level, log};

use crate::Guest;

pub(crate) const GUEST: Guest = Guest {
    name: "flood",
    summary: "Never stops talking",
    what: &["lines", "long_line", "some", "steady"],
    open: Guest::opens,
    on_row: |what, _| {
        match what {
            "lines" => {
                let line = "drip ".repeat(800);
                loop {
                    log(Level::Info, &line);
                }
            }
            "long_line" => log(Level::Info, &"é".repeat(1 << 20)),
            // as much on every row as is kept of one
            "steady" => {
                let line = "drip ".repeat(820);
                (0..64).for_each(|_| log(Level::Info, &line));
            }
            // within its fuel: most of it is not kept
            _ => (0..1_000).for_each(|line| log(Level::Debug, &format!("line {line} \u{1b}[2J"))),
        }
        Ok(())
    },
};
