//! Splits and dividends of an instrument, as ratios on the days on which it first traded without them.

use tapewright_model::{DigestWriter, Frame, FrameError, Symbol, Time};

/// What one day changed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Factor {
    /// From when on prices are quoted without it: the end of the session before.
    pub known_time: Time,
    /// Price before ÷ price after the split alone: 4 for four-for-one. 1 when there was none.
    pub split: f64,
    /// Price before ÷ price after the dividend alone: 1.004 for 0.4 %. 1 when there was none.
    pub dividend: f64,
}

/// All that is known of one instrument, ascending.
#[derive(Clone, Debug, PartialEq)]
pub struct Factors {
    /// Whose.
    pub symbol: Symbol,
    /// Each day once.
    pub factors: Vec<Factor>,
}

/// Which factors prices are read with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Adjust {
    /// None: as they were traded.
    None,
    /// Splits alone.
    #[default]
    Splits,
    /// Splits and dividends: a price tells what a holder has who keeps every dividend in the instrument.
    All,
}

/// What prices are multiplied by on each row, chained forward: 1 on the first row of a run, so that what is known later
/// never changes a row that was shown.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Multipliers {
    /// From when on (rows known after it), of prices and of volumes. Ascending; before the first it is `before`.
    steps: Vec<(i64, Multiplier)>,
    before: Multiplier,
}

/// One row's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Multiplier {
    pub(crate) price: f64,
    pub(crate) volume: f64,
}

impl Factors {
    /// Multipliers that are 1 at `origin`; `None` when no row is ever changed.
    pub(crate) fn multipliers(&self, adjust: Adjust, origin: Time) -> Option<Multipliers> {
        let ratio = |factor: &Factor| match adjust {
            Adjust::None => (1.0, 1.0),
            Adjust::Splits => (factor.split, factor.split),
            Adjust::All => (factor.split * factor.dividend, factor.split),
        };
        let changes: Vec<(i64, (f64, f64))> = self
            .factors
            .iter()
            .map(|factor| (factor.known_time.0, ratio(factor)))
            .filter(|(_, by)| *by != (1.0, 1.0))
            .collect();
        if changes.is_empty() {
            return None;
        }
        // outwards from the origin, so that a factor after it never enters what lies before
        let at = changes.partition_point(|(time, _)| *time < origin.0);
        let mut before = Multiplier { price: 1.0, volume: 1.0 };
        let mut steps = Vec::new();
        for (time, (price, split)) in changes[..at].iter().rev() {
            steps.push((*time, before));
            before = Multiplier { price: before.price / price, volume: before.volume * split };
        }
        steps.reverse();
        let mut after = Multiplier { price: 1.0, volume: 1.0 };
        for (time, (price, split)) in &changes[at..] {
            after = Multiplier { price: after.price * price, volume: after.volume / split };
            steps.push((*time, after));
        }
        Some(Multipliers { steps, before })
    }
}

impl Multipliers {
    /// What a row known at a time is multiplied by.
    pub(crate) fn at(&self, time: i64) -> Multiplier {
        let past = self.steps.partition_point(|(from, _)| *from < time);
        past.checked_sub(1).map_or(self.before, |last| self.steps[last].1)
    }

    /// Names them.
    pub(crate) fn write(&self, writer: &mut DigestWriter) {
        let first = (i64::MIN, self.before);
        for (time, by) in std::iter::once(&first).chain(&self.steps) {
            writer.integers(&[*time]).numbers(&[by.price, by.volume]);
        }
    }

    /// The rows with prices and volumes multiplied; every other column is as it was.
    pub(crate) fn apply(&self, frame: &Frame) -> Result<Frame, FrameError> {
        let times = frame.times();
        let by: Vec<Multiplier> = times.iter().map(|time| self.at(*time)).collect();
        let column = |(index, name): (usize, &String)| {
            let values = frame.column(index);
            let values = match scale(name) {
                Scale::Price => values.iter().zip(&by).map(|(value, by)| value * by.price).collect(),
                Scale::Volume => values.iter().zip(&by).map(|(value, by)| value * by.volume).collect(),
                Scale::Fixed => values.to_vec(),
            };
            (name.clone(), values)
        };
        Frame::new(times.to_vec(), frame.names().iter().enumerate().map(column).collect())
    }
}

/// What a column's numbers are in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scale {
    /// Dollars a share.
    Price,
    /// Shares.
    Volume,
    /// Neither.
    Fixed,
}

/// Told by its name.
pub(crate) fn scale(name: &str) -> Scale {
    match name {
        "open" | "high" | "low" | "close" | "bid" | "ask" | "vwap" | "gex.flip" | "gex.call_wall"
        | "gex.put_support" | "quote.mid" | "quote.bid" | "quote.ask" => Scale::Price,
        "volume" => Scale::Volume,
        _ => Scale::Fixed,
    }
}

/// Whether a column holds prices of a share: levels of detections that are judged on it are prices too.
#[must_use]
pub fn is_price(name: &str) -> bool {
    scale(name) == Scale::Price
}

#[cfg(test)]
mod tests {
    use super::*;

    fn factors(list: &[(i64, f64, f64)]) -> Factors {
        let factor = |&(time, split, dividend): &(i64, f64, f64)| Factor { known_time: Time(time), split, dividend };
        Factors { symbol: Symbol::new("AAA").unwrap(), factors: list.iter().map(factor).collect() }
    }

    #[test]
    fn prices_are_continuous_over_a_split_whatever_the_origin() {
        let all = factors(&[(10, 2.0, 1.0), (20, 7.0, 1.25), (30, 1.0, 1.5)]);
        for (origin, want) in [
            (5, [1.0, 2.0, 14.0, 14.0]),
            (10, [1.0, 2.0, 14.0, 14.0]),
            (11, [0.5, 1.0, 7.0, 7.0]),
            (25, [1.0 / 14.0, 1.0 / 7.0, 1.0, 1.0]),
        ] {
            let splits = all.multipliers(Adjust::Splits, Time(origin)).unwrap();
            // a row known when the session before ends still has the old price
            let got = [10, 11, 21, 31].map(|time| splits.at(time).price);
            assert_eq!(got, want, "from {origin}");
            assert_eq!(splits.at(21).volume, 1.0 / splits.at(21).price);
        }
        let all_of_it = all.multipliers(Adjust::All, Time(5)).unwrap();
        assert_eq!([20, 21, 31].map(|time| all_of_it.at(time).price), [2.0, 17.5, 26.25]);
        assert_eq!(all.multipliers(Adjust::None, Time(5)), None);
        assert_eq!(factors(&[(3, 1.0, 1.1)]).multipliers(Adjust::Splits, Time(0)), None);
    }

    #[test]
    fn a_factor_that_is_known_later_changes_no_row_before_it() {
        let known = factors(&[(10, 2.0, 1.01), (20, 7.0, 1.25)]);
        let later = factors(&[(10, 2.0, 1.01), (20, 7.0, 1.25), (30, 3.0, 1.3)]);
        for origin in 0..30 {
            let [known, later] = [&known, &later].map(|all| all.multipliers(Adjust::All, Time(origin)).unwrap());
            for time in 0..=30 {
                assert_eq!(known.at(time), later.at(time), "from {origin} at {time}");
            }
        }
    }
}
