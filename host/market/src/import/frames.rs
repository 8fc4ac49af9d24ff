//! Rows of files straight into memory: for those who run on files without importing them.
//!
//! Promises to be strict: a line that cannot be read, a row that is not known after the one before it, and what is no
//! row at all are errors that name file and line. A file that begins with its newest row is turned around if that is
//! allowed.
//! Refuses to know: sessions of calendars. A day is known when that day of UTC is over, which is after any session of it
//! has closed.

use std::collections::HashMap;

use tapewright_model::{Frame, FrameError, Symbol, Time};

use super::format::{Format, Hints};
use super::rows::{Rows, SeriesKey, Shape, When};
use super::source::Source;
use crate::chain::Chain;
use crate::error::MarketError;
use crate::event::Event;
use crate::factors::Factors;

/// Rows so far.
pub(crate) struct Frames {
    /// The file that is read.
    shown: String,
    newest_first: bool,
    tables: Vec<Table>,
    by_key: HashMap<SeriesKey, usize>,
}

/// Rows of one series.
struct Table {
    symbol: Symbol,
    names: Vec<String>,
    times: Vec<i64>,
    columns: Vec<Vec<f64>>,
    /// The file in which it began.
    first: String,
    /// Whether each row so far is known before the one before it.
    descends: bool,
}

impl Frames {
    /// Of files whose rows ascend; or descend from the first to the last, if `newest_first` allows it.
    pub(crate) fn new(newest_first: bool) -> Frames {
        Frames { shown: String::new(), newest_first, tables: Vec::new(), by_key: HashMap::new() }
    }

    /// Reads a file, or a member of an archive, after those before it.
    pub(crate) fn read(&mut self, format: &dyn Format, source: &Source, hints: &Hints) -> Result<(), MarketError> {
        self.shown.clone_from(&source.shown);
        format.read(source, hints, self)
    }

    /// The rows of each instrument, sorted by symbol.
    pub(crate) fn finish(self) -> Result<Vec<(Symbol, Frame)>, MarketError> {
        let mut tables = self.tables;
        tables.sort_by(|a, b| a.symbol.cmp(&b.symbol));
        if let Some((first, second)) = tables.iter().zip(tables.iter().skip(1)).find(|(a, b)| a.symbol == b.symbol) {
            let (symbol, first, second) = (first.symbol.clone(), first.first.clone(), second.first.clone());
            return Err(MarketError::Twice { symbol, first, second });
        }
        if tables.iter().all(|table| table.times.is_empty()) {
            return Err(MarketError::File { path: self.shown, reason: "it holds no row".to_owned() });
        }
        tables.into_iter().map(Table::frame).collect()
    }

    fn refuse(&self, what: &str) -> MarketError {
        let reason = format!("it holds {what}, not bars\nhint: bring it into a store with `tapewright import`");
        MarketError::File { path: self.shown.clone(), reason }
    }

    fn fail_at(&self, line: u64, reason: String) -> MarketError {
        let path = self.shown.clone();
        if line == 0 { MarketError::File { path, reason } } else { MarketError::Line { path, line, reason } }
    }
}

impl Rows for Frames {
    fn series(&mut self, shape: Shape) -> Result<usize, MarketError> {
        if let Some(at) = self.by_key.get(&shape.key) {
            let same = self.tables.get(*at).is_some_and(|table| table.names == shape.columns);
            return if same { Ok(*at) } else { Err(self.fail_at(0, other_columns(&shape))) };
        }
        self.tables.push(Table {
            symbol: shape.key.symbol.clone(),
            times: Vec::new(),
            columns: vec![Vec::new(); shape.columns.len()],
            names: shape.columns,
            first: self.shown.clone(),
            descends: false,
        });
        self.by_key.insert(shape.key, self.tables.len() - 1);
        Ok(self.tables.len() - 1)
    }

    fn row(&mut self, series: usize, line: u64, when: When, values: &[f64]) -> Result<(), MarketError> {
        let time = known(when);
        let newest_first = self.newest_first;
        let pushed = match (time, self.tables.get_mut(series)) {
            (Some(time), Some(table)) => table.push(time, values, newest_first),
            (None, _) => Err("its time does not fit into 64 bits of nanoseconds".to_owned()),
            (_, None) => Err("its series has not begun".to_owned()),
        };
        pushed.map_err(|reason| self.fail_at(line, reason))
    }

    fn chain(&mut self, _: Chain) -> Result<(), MarketError> {
        Err(self.refuse("option chains"))
    }

    fn event(&mut self, _: u64, _: Event) -> Result<(), MarketError> {
        Err(self.refuse("events"))
    }

    fn factors(&mut self, _: Factors) -> Result<(), MarketError> {
        Err(self.refuse("splits and dividends"))
    }

    fn unreadable(&mut self, line: u64, reason: String) -> Result<(), MarketError> {
        Err(self.fail_at(line, reason))
    }
}

impl Table {
    fn push(&mut self, time: i64, values: &[f64], newest_first: bool) -> Result<(), String> {
        if values.len() != self.columns.len() {
            return Err(format!("{} values for {} columns", values.len(), self.columns.len()));
        }
        if let Some(before) = self.times.last().copied() {
            if newest_first && self.times.len() == 1 {
                self.descends = time < before;
            }
            let follows = if self.descends { time < before } else { time > before };
            if !follows {
                let (time, before) = (Time(time), Time(before));
                let side =
                    if self.descends { "before the one before it, as those above" } else { "after the one before it" };
                return Err(format!("the row is known at {time}, not {side} ({before})"));
            }
        }
        self.times.push(time);
        self.columns.iter_mut().zip(values).for_each(|(column, value)| column.push(*value));
        Ok(())
    }

    fn frame(mut self) -> Result<(Symbol, Frame), MarketError> {
        if self.descends {
            self.times.reverse();
            self.columns.iter_mut().for_each(|column| column.reverse());
        }
        let symbol = self.symbol;
        let frame = Frame::new(self.times, self.names.into_iter().zip(self.columns).collect());
        let frame = frame.map_err(|error: FrameError| MarketError::Frame { symbol: symbol.clone(), error })?;
        Ok((symbol, frame))
    }
}

/// When a row is known, in UTC ns.
fn known(when: When) -> Option<i64> {
    match when {
        When::Day(day) => i64::from(day).checked_add(1)?.checked_mul(Time::DAY),
        When::Known(known) | When::Released { known, .. } => Some(known),
    }
}

fn other_columns(shape: &Shape) -> String {
    format!("its columns of {} are not those of the rows before: {}", shape.key.symbol, shape.columns.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::formats::plain::Plain;

    fn read(newest_first: bool, files: &[&str]) -> Result<Vec<i64>, String> {
        let mut frames = Frames::new(newest_first);
        let read = files.iter().try_for_each(|rows| {
            let text = format!("date,close\n{rows}");
            frames.read(&Plain, &Source::of_bytes("bars.csv", text.as_bytes()), &Hints::default())
        });
        let frames = read.and_then(|()| frames.finish()).map_err(|error| error.to_string())?;
        assert_eq!(frames[0].1.column(0).len(), frames[0].1.rows());
        Ok(frames[0].1.times().iter().map(|time| time / Time::DAY).collect())
    }

    #[test]
    fn files_of_one_instrument_follow_each_other() {
        assert_eq!(read(false, &["1970-01-01,1\n1970-01-02,2\n", "1970-01-04,3\n"]), Ok(vec![1, 2, 4]));
        let again = read(false, &["1970-01-02,2\n", "1970-01-02,3\n"]).unwrap_err();
        assert!(again.starts_with("bars.csv:2: the row is known at 1970-01-03T00:00:00Z, not after"), "{again}");
    }

    #[test]
    fn a_file_that_begins_with_its_newest_row_is_turned_around_where_that_is_allowed() {
        let rows = "1970-01-04,3\n1970-01-02,2\n1970-01-01,1\n";
        assert_eq!(read(true, &[rows]), Ok(vec![1, 2, 4]));
        assert!(read(false, &[rows]).is_err());
        let turns = read(true, &["1970-01-04,3\n1970-01-02,2\n1970-01-03,1\n"]).unwrap_err();
        assert!(turns.starts_with("bars.csv:4: the row is known at 1970-01-04T00:00:00Z, not before"), "{turns}");
    }

    #[test]
    fn what_is_no_row_is_refused() {
        let mut frames = Frames::new(false);
        let factors = Factors { symbol: Symbol::new("A").unwrap(), factors: Vec::new() };
        let refused = frames.factors(factors).unwrap_err().to_string();
        assert!(refused.contains("splits and dividends, not bars\nhint: "), "{refused}");
    }
}
