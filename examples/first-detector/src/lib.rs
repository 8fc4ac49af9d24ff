//! A detector: the close crosses its mean and goes on, a stop and a target some ranges away.
//!
//! It sees one row at a time and keeps what it needs of the rows before. It says what it expects; what becomes of
//! that is the host's to judge.

use tapewright_sdk::prelude::*;

/// The entry, with all that it keeps from row to row.
pub struct Cross {
    prices: [Column; 3],
    pattern: PatternId,
    output: OutputColumn,
    reach: f64,
    mean: Sma,
    true_range: TrueRange,
    range: Sma,
    /// On which side of the mean the close was last; `None` before there was a mean.
    above: Option<bool>,
}

impl Detector for Cross {
    fn entry() -> Entry {
        Entry::new("first_detector", "The close crosses its mean and goes on")
            .param(Param::integer("rows", "Rows of the mean and of the average range", (2, 500), 20).step(5.0))
            .param(Param::number("reach", "Ranges from the close to stop and target", (0.5, 10.0), 2.0).step(0.5))
    }

    fn open(setup: &mut Setup) -> Result<Self, Refusal> {
        let rows = setup.integer("rows");
        // a range needs the close before: one row more than the mean
        setup.warm_up(rows as u32 + 1);
        let pattern = Pattern::new("cross", "The close crosses its mean and goes on")
            .triple_barrier(20)
            .evidence("mean", "Mean of the closes", EvidenceKind::Price)
            .evidence("range", "Average true range", EvidenceKind::Price);
        Ok(Cross {
            prices: ["high", "low", "close"].map(|name| setup.column(name)),
            pattern: setup.pattern(pattern),
            output: setup.output("mean", "Mean of the closes", "price"),
            reach: setup.number("reach"),
            mean: Sma::new(rows as usize),
            true_range: TrueRange::new(),
            range: Sma::new(rows as usize),
            above: None,
        })
    }

    fn on_row(&mut self, row: &Row, say: &mut Say) {
        let [high, low, close] = self.prices.map(|column| row[column]);
        if high.is_nan() || low.is_nan() || close.is_nan() {
            return; // nothing is known on this row, so nothing is said
        }
        let mean = self.mean.update(close);
        let range = self.range.update(self.true_range.update(high, low, close));
        say.set(self.output, mean);
        if mean.is_nan() || close == mean {
            return;
        }
        let above = close > mean;
        if self.above.replace(above) != Some(!above) {
            return;
        }
        let away = self.reach * range;
        let detection = if above {
            Detection::up(self.pattern).stop(close - away).target(close + away)
        } else {
            Detection::down(self.pattern).stop(close + away).target(close - away)
        };
        say.detect(detection, &[mean, range]);
    }
}

export_detectors!(Cross);

#[cfg(test)]
mod tests {
    use tapewright_sdk::harness::{self, Heard, Table};

    use super::*;

    /// What is heard over these closes, high and low 1 above and below, with two rows and a reach of 2.
    fn hear(closes: &[f64]) -> Heard {
        let moved = |by: f64| closes.iter().map(|close| close + by).collect::<Vec<_>>();
        let table =
            Table::daily(closes.len()).column("high", moved(1.0)).column("low", moved(-1.0)).column("close", closes);
        harness::detector::<Cross>().param("rows", 2).param("reach", 2.0).open().unwrap().run(&table)
    }

    #[test]
    fn each_crossing_is_said_with_its_levels() {
        let heard = hear(&[10.0, 12.0, 11.0, 9.0, 9.0, 12.0]);
        assert_eq!(heard.output("mean")[1..], [11.0, 11.5, 10.0, 9.0, 10.5]);
        // True ranges from row 1 on: 3, 2, 3, 2, 4. Row 2 crosses down with an average of (3 + 2) ÷ 2. On row 4 the
        // close lies on the mean and on row 5 it is above, with (2 + 4) ÷ 2.
        let said: Vec<_> = heard.detections.iter().map(|said| (said.row, said.direction)).collect();
        assert_eq!(said, [(2, Direction::Down), (5, Direction::Up)]);
        let levels = heard.detections.iter().map(|said| [said.stop, said.target, said.evidence("range")]);
        assert_eq!(levels.collect::<Vec<_>>(), [[16.0, 6.0, 2.5], [6.0, 18.0, 3.0]]);
    }

    #[test]
    fn a_row_without_a_price_changes_nothing() {
        let heard = hear(&[10.0, 12.0, f64::NAN, 11.0]);
        assert!(heard.output("mean")[2].is_nan());
        let said: Vec<_> = heard.detections.iter().map(|said| (said.row, said.stop)).collect();
        assert_eq!(said, [(3, 16.0)]);
    }
}
