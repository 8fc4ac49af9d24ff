//! Takes the rows of all files of an import, and makes of them what the store will hold.
//!
//! Rows are collected by series and put into order in runs of bounded size (`run`), which are merged with each other and
//! with what is stored (`merge`); of rows of one moment one is chosen (`resolve`), checked (`crate::quality`) and written
//! (`tables`). Chains, events and factors are few or small and go their own way (`facts`).
//!
//! Promises memory that does not grow with the number of rows, whatever their order, and the same tables whether files
//! are imported at once or one after another.
//! Refuses to know: how files are written down.

mod facts;
mod merge;
mod resolve;
mod run;
mod series;
mod tables;

use std::collections::HashMap;
use std::path::PathBuf;

use tapewright_model::{Column, Symbol, Time, Timeframe, canonical};

use super::rows::{Kind, Rows, SeriesKey, Shape, When};
use super::staging::Staging;
use super::{FileRead, SeriesWritten};
use crate::calendar::Calendar;
use crate::chain::Chain;
use crate::error::MarketError;
use crate::event::Event;
use crate::factors::Factors;
use crate::quality::{Check, Done, Finding, Findings};
use crate::store::Store;
use crate::store::writer::{KNOWN_TIME, PERIOD};
use facts::Facts;
use run::{Spill, Stamp};
use series::Gathered;

/// Bytes of rows that are held before they go to disk: a million bars of five columns.
pub(super) const BUFFER_BYTES: usize = 64 << 20;
/// Series of one import at most: every share, fund and future that is listed anywhere is about as many.
const SERIES_MAX: usize = 200_000;
/// Columns of one series at most: what one line of a file can hold.
const COLUMNS_MAX: usize = 10_000;
/// Files of one import at most, members of archives among them.
const FILES_MAX: usize = 1_000_000;

/// What the user says.
#[derive(Clone, Debug)]
pub(super) struct Terms {
    pub(super) calendar: Option<Calendar>,
    pub(super) timeframe: Option<Timeframe>,
    pub(super) repair: bool,
    pub(super) buffer_bytes: usize,
}

/// Which symbols have new facts.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Changed {
    /// Underlyings with new chains.
    pub(crate) chains: std::collections::BTreeSet<String>,
    /// Numbers of a period with new releases.
    pub(crate) releases: std::collections::BTreeSet<String>,
    /// Underlyings with new option trades.
    pub(crate) prints: std::collections::BTreeSet<String>,
    /// Instruments with new quotes.
    pub(crate) quotes: std::collections::BTreeSet<String>,
}

impl Changed {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Changed::default()
    }

    pub(super) fn join(&mut self, other: Changed) {
        self.chains.extend(other.chains);
        self.releases.extend(other.releases);
        self.prints.extend(other.prints);
        self.quotes.extend(other.quotes);
    }
}

/// What became of all files.
pub(super) struct Outcome {
    pub(super) series: Vec<SeriesWritten>,
    pub(super) changed: Changed,
    pub(super) findings: Findings,
}

/// Where the rows of a shape go: a series of moments, a series of days, or both.
struct Handle {
    shape: Shape,
    timed: Option<Lane>,
    daily: Option<Lane>,
}

#[derive(Clone)]
struct Lane {
    series: usize,
    /// For each column of the series up to the last that the shape has, the shape's value; none when they are the same.
    values: Option<Vec<Option<usize>>>,
}

/// Collects what files hold.
pub(super) struct Gather<'a> {
    store: &'a Store,
    staging: &'a mut Staging,
    terms: Terms,
    files: Vec<String>,
    handles: Vec<Handle>,
    handles_of: HashMap<SeriesKey, Vec<usize>>,
    series: Vec<Gathered>,
    series_of: HashMap<(SeriesKey, bool), usize>,
    /// Series that have rows of this file.
    touched: Vec<usize>,
    spill: Spill,
    bytes: usize,
    facts: Facts,
    findings: Findings,
    rows: u64,
    last_line: u64,
    /// The last line that could not be read, and its finding.
    unread: Option<(u64, usize)>,
    /// The file has lines that could not be read.
    unreadable: bool,
}

impl<'a> Gather<'a> {
    pub(super) fn new(store: &'a Store, staging: &'a mut Staging, terms: Terms, spill_folder: PathBuf) -> Gather<'a> {
        Gather {
            store,
            staging,
            terms,
            files: Vec::new(),
            handles: Vec::new(),
            handles_of: HashMap::new(),
            series: Vec::new(),
            series_of: HashMap::new(),
            touched: Vec::new(),
            spill: Spill::new(spill_folder),
            bytes: 0,
            facts: Facts::default(),
            findings: Findings::default(),
            rows: 0,
            last_line: 0,
            unread: None,
            unreadable: false,
        }
    }

    /// A file begins.
    pub(super) fn begin_file(&mut self, shown: &str) -> Result<(), MarketError> {
        if self.files.len() == FILES_MAX {
            let reason = format!("more than {FILES_MAX} files\nhint: import them in several parts");
            return Err(MarketError::File { path: shown.to_owned(), reason });
        }
        self.files.push(shown.to_owned());
        (self.rows, self.last_line, self.unread, self.unreadable) = (0, 0, None, false);
        Ok(())
    }

    /// The file has ended; `read` is given the number of its rows.
    pub(super) fn end_file(&mut self, read: &mut FileRead) {
        read.rows += self.rows;
        if self.rows == 0 && !self.unreadable {
            let shown = self.files.last().cloned().unwrap_or_default();
            self.pass_over(&shown, "it holds no row".to_owned());
        }
        if let Some((line, finding)) = self.unread
            && line >= self.last_line
            && self.rows > 0
        {
            self.findings.amend(finding, " (it is the last line: the file may be cut)");
        }
        let done = if self.terms.repair { Done::Sorted } else { Done::Refused };
        for series in std::mem::take(&mut self.touched) {
            let Some(series) = self.series.get_mut(series) else { continue };
            if let Some((line, said)) = series.end_file() {
                let (check, file) = (Check::Order, self.files.last().cloned().unwrap_or_default());
                let symbol = series.key.symbol.to_string();
                self.findings.add(Finding { check, done, file, line, symbol, said });
            }
        }
    }

    /// Something is wrong with the file as a whole, and it is passed over.
    pub(super) fn pass_over(&mut self, shown: &str, reason: String) {
        let (check, done, file, symbol) = (Check::Unreadable, Done::Told, shown.to_owned(), String::new());
        self.findings.add(Finding { check, done, file, line: 0, symbol, said: reason });
    }

    /// Merges, checks and writes everything into the staging.
    pub(super) fn finish(mut self) -> Result<Outcome, MarketError> {
        let mut outcome = Outcome { series: Vec::new(), changed: Changed::default(), findings: self.findings };
        let mut writing = facts::Writing {
            store: self.store,
            staging: self.staging,
            files: &self.files,
            repair: self.terms.repair,
            outcome: &mut outcome,
        };
        let factors = self.facts.finish(&mut writing)?;
        tables::finish(&mut self.series, &self.spill, &self.terms, &factors, &mut writing)?;
        Ok(outcome)
    }

    fn file(&self) -> u32 {
        u32::try_from(self.files.len().saturating_sub(1)).unwrap_or(u32::MAX)
    }

    /// Where rows of a shape go that are moments or days.
    fn lane(&mut self, handle: usize, daily: bool) -> Result<Lane, MarketError> {
        let bug = || MarketError::File { path: "rows".to_owned(), reason: format!("no series {handle} has begun") };
        let known = self.handles.get(handle).ok_or_else(bug)?;
        if let Some(lane) = if daily { &known.daily } else { &known.timed } {
            return Ok(lane.clone());
        }
        let shape = known.shape.clone();
        let series = match self.series_of.get(&(shape.key.clone(), daily)) {
            Some(series) => *series,
            None => {
                if self.series.len() == SERIES_MAX {
                    let reason = format!("more than {SERIES_MAX} series\nhint: import the files in several parts");
                    return Err(MarketError::File { path: self.files.last().cloned().unwrap_or_default(), reason });
                }
                self.series.push(Gathered::new(shape.key.clone(), daily));
                self.series_of.insert((shape.key.clone(), daily), self.series.len() - 1);
                self.series.len() - 1
            }
        };
        let gathered = self.series.get_mut(series).ok_or_else(bug)?;
        gathered.calendar = gathered.calendar.or(shape.calendar);
        gathered.add_columns(&shape.columns);
        if gathered.columns.len() > COLUMNS_MAX {
            let reason = format!("all files together have more than {COLUMNS_MAX} columns of {}", shape.key.symbol);
            return Err(MarketError::File { path: self.files.last().cloned().unwrap_or_default(), reason });
        }
        let last = gathered.columns.iter().rposition(|column| shape.columns.contains(column)).map_or(0, |at| at + 1);
        let columns = gathered.columns.iter().take(last);
        let values: Vec<Option<usize>> =
            columns.map(|column| shape.columns.iter().position(|known| known == column)).collect();
        let plain = values.iter().enumerate().all(|(at, value)| *value == Some(at));
        let lane = Lane { series, values: (!plain).then_some(values) };
        let handle = self.handles.get_mut(handle).ok_or_else(bug)?;
        *(if daily { &mut handle.daily } else { &mut handle.timed }) = Some(lane.clone());
        Ok(lane)
    }

    fn take_row(&mut self, handle: usize, daily: bool, stamp: Stamp, values: &[f64]) -> Result<(), MarketError> {
        let known =
            self.handles.get(handle).and_then(|known| if daily { known.daily.as_ref() } else { known.timed.as_ref() });
        let fresh;
        let lane = match known {
            Some(lane) => lane,
            None => {
                fresh = self.lane(handle, daily)?;
                &fresh
            }
        };
        let Some(series) = self.series.get_mut(lane.series) else { return Ok(()) };
        if series.begin_row(stamp) {
            self.touched.push(lane.series);
        }
        match &lane.values {
            None => series.buffer().push(stamp, values.iter().map(|value| canonical(*value))),
            Some(places) => {
                let value =
                    |place: &Option<usize>| place.and_then(|at| values.get(at)).map_or(f64::NAN, |value| *value);
                series.buffer().push(stamp, places.iter().map(|place| canonical(value(place))));
            }
        }
        self.bytes += run::STAMP_BYTES + 8 * series.columns.len();
        if self.bytes > self.terms.buffer_bytes {
            for series in &mut self.series {
                series.spill(&mut self.spill)?;
            }
            self.bytes = 0;
        }
        Ok(())
    }
}

impl Rows for Gather<'_> {
    fn series(&mut self, shape: Shape) -> Result<usize, MarketError> {
        let known = self.handles_of.get(&shape.key).into_iter().flatten();
        for at in known {
            if self.handles.get(*at).is_some_and(|handle| handle.shape == shape) {
                return Ok(*at);
            }
        }
        check_columns(&shape.columns)
            .map_err(|reason| MarketError::File { path: self.files.last().cloned().unwrap_or_default(), reason })?;
        let at = self.handles.len();
        self.handles_of.entry(shape.key.clone()).or_default().push(at);
        self.handles.push(Handle { shape, timed: None, daily: None });
        Ok(at)
    }

    fn row(&mut self, series: usize, line: u64, when: When, values: &[f64]) -> Result<(), MarketError> {
        if let Some(value) = values.iter().find(|value| value.is_infinite()) {
            return self.unreadable(line, format!("{value} is no price"));
        }
        let of_period = self.handles.get(series).is_some_and(|handle| handle.shape.key.kind == Kind::Series);
        let (daily, key, period) = match when {
            When::Day(day) => {
                let day = i64::from(day);
                let ends = day.checked_add(1).and_then(|next| next.checked_mul(Time::DAY));
                if ends.is_none() || day.checked_mul(Time::DAY).is_none() {
                    return self.unreadable(line, format!("day {day} since 1970 is out of all bounds"));
                }
                (true, day, day.saturating_mul(Time::DAY))
            }
            // the least moment stands for none
            When::Known(i64::MIN) | When::Released { known: i64::MIN, .. } => {
                return self.unreadable(line, "its time is out of all bounds".to_owned());
            }
            When::Known(known) => (false, known, known),
            When::Released { period, known } => (false, known, period),
        };
        self.rows += 1;
        self.last_line = self.last_line.max(line);
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        let stamp = Stamp { key, period: if of_period { period } else { 0 }, file: self.file(), line };
        self.take_row(series, daily, stamp, values)
    }

    fn chain(&mut self, chain: Chain) -> Result<(), MarketError> {
        self.rows += chain.quotes.len() as u64;
        let shown = self.files.last().cloned().unwrap_or_default();
        let done = if self.terms.repair { Done::Replaced } else { Done::Refused };
        self.facts.chain(chain, &shown, done, self.store, self.staging, &mut self.findings)
    }

    fn event(&mut self, line: u64, event: Event) -> Result<(), MarketError> {
        self.rows += 1;
        self.last_line = self.last_line.max(line);
        self.facts.event(event, self.files.last().map_or("", String::as_str))
    }

    fn factors(&mut self, factors: Factors) -> Result<(), MarketError> {
        self.rows += factors.factors.len() as u64;
        let file = self.file();
        self.facts.factors(factors, file, self.files.last().map_or("", String::as_str))
    }

    fn unreadable(&mut self, line: u64, reason: String) -> Result<(), MarketError> {
        let done = if self.terms.repair { Done::LeftOut } else { Done::Refused };
        let file = self.files.last().cloned().unwrap_or_default();
        let finding = Finding { check: Check::Unreadable, done, file, line, symbol: String::new(), said: reason };
        self.unreadable = true;
        self.unread = self.findings.add(finding).map(|at| (line, at));
        Ok(())
    }
}

pub(super) fn check_columns(columns: &[String]) -> Result<(), String> {
    if columns.len() > COLUMNS_MAX {
        return Err(format!("it has {} columns, {COLUMNS_MAX} at most", columns.len()));
    }
    let mut seen = std::collections::HashSet::new();
    for name in columns {
        let plain = matches!(name.parse::<Column>(), Ok(Column::Data { symbol: None, timeframe: None, .. }));
        if !plain || name == KNOWN_TIME || name == PERIOD {
            return Err(format!("`{name}` cannot be the name of a column"));
        }
        if !seen.insert(name) {
            return Err(format!("column `{name}` stands twice"));
        }
    }
    Ok(())
}

/// The name of an instrument in a finding.
fn shown(symbol: Option<&Symbol>) -> String {
    symbol.map(ToString::to_string).unwrap_or_default()
}
