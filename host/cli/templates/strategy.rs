//! A strategy: long while the close is above its mean, with a stop below.
//!
//! It sees one row at a time and keeps what it needs of the rows before. It says what it wants to hold; the host
//! executes that, on the next row at the earliest.

use tapewright_sdk::prelude::*;

/// The entry, with all that it keeps from row to row.
pub struct AboveMean {
    close: Column,
    output: OutputColumn,
    above: Reason,
    below: Reason,
    stop: f64,
    mean: Sma,
    /// What was said last.
    long: bool,
}

impl Strategy for AboveMean {
    fn entry() -> Entry {
        Entry::new("first_strategy", "Long while the close is above its mean")
            .param(Param::integer("rows", "Rows of the mean", (2, 500), 20).step(5.0))
            .param(Param::number("stop", "Stop below the close, as a ratio", (0.001, 0.5), 0.05).step(0.01))
    }

    fn open(setup: &mut Setup) -> Result<Self, Refusal> {
        let mean = Sma::new(setup.integer("rows") as usize);
        setup.warm_up(mean.warm_up());
        Ok(AboveMean {
            close: setup.column("close"),
            output: setup.output("mean", "Mean of the closes", "price"),
            above: setup.reason("above_mean"),
            below: setup.reason("below_mean"),
            stop: setup.number("stop"),
            mean,
            long: false,
        })
    }

    fn on_row(&mut self, row: &Row, trade: &mut Trade) {
        let close = row[self.close];
        if close.is_nan() {
            return; // nothing is known on this row, so nothing is said
        }
        let mean = self.mean.update(close);
        trade.set(self.output, mean);
        if mean.is_nan() || close == mean {
            return;
        }
        let long = close > mean;
        if long == self.long {
            return; // a target holds until the next one, or until its stop closes it
        }
        self.long = long;
        trade.target(if long {
            Target::new(1.0).stop(close * (1.0 - self.stop)).reason(self.above)
        } else {
            Target::flat().reason(self.below)
        });
    }
}

export_strategies!(AboveMean);

#[cfg(test)]
mod tests {
    use tapewright_sdk::harness::{self, Heard, Table};

    use super::*;

    /// What is heard over these closes, with two rows and a stop a quarter below.
    fn hear(closes: &[f64]) -> Heard {
        let opened = harness::strategy::<AboveMean>().param("rows", 2).param("stop", 0.25).open().unwrap();
        opened.run(&Table::daily(closes.len()).column("close", closes))
    }

    #[test]
    fn it_is_long_above_the_mean_and_flat_below() {
        let heard = hear(&[10.0, 12.0, 11.0, 9.0, 9.0, 13.0, 14.0]);
        assert_eq!(heard.output("mean")[1..], [11.0, 11.5, 10.0, 9.0, 11.0, 13.5]);
        // said on the rows on which the side changes; on row 4 the close lies on the mean, on row 6 it stays above
        let said: Vec<_> = heard.targets.iter().map(|said| (said.row, said.exposure, said.reason.as_str())).collect();
        assert_eq!(said, [(1, 1.0, "above_mean"), (2, 0.0, "below_mean"), (5, 1.0, "above_mean")]);
        assert_eq!([heard.targets[0].stop, heard.targets[2].stop], [9.0, 9.75]); // 12 and 13 × 0.75
        assert!(heard.targets[1].stop.is_nan());
    }

    #[test]
    fn a_row_without_a_price_changes_nothing() {
        let heard = hear(&[10.0, 12.0, f64::NAN, 11.0]);
        assert!(heard.output("mean")[2].is_nan());
        let said: Vec<_> = heard.targets.iter().map(|said| (said.row, said.exposure)).collect();
        assert_eq!(said, [(1, 1.0), (3, 0.0)]);
    }
}
