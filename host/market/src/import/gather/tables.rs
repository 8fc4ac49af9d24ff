//! From series to the files of the store: which table, which known times, merged, checked and written.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tapewright_model::{Symbol, Time, Timeframe};

use super::Terms;
use super::facts::Writing;
use super::merge::{Group, Merge};
use super::resolve::{Clash, Resolved, Rule, resolve};
use super::run::{Keys, RunReader, Spill};
use super::series::{Distances, Gathered};
use crate::calendar::{Calendar, Days};
use crate::error::MarketError;
use crate::factors::Factor;
use crate::import::SeriesWritten;
use crate::import::rows::Kind;
use crate::import::staging::Rank;
use crate::quality::{Check, Done, Finding, Place, SeriesQuality};
use crate::store::stored::StoredRows;
use crate::store::writer::RowsWriter;
use crate::store::{Store, Table};

/// Bytes that all runs of one series are read with, together.
const READ_BYTES: usize = 32 << 20;
/// Bytes that one run is read with at most; more is no faster.
const RUN_BYTES_MAX: usize = 256 << 10;

/// Which file of an instrument.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Target {
    Prints,
    Quotes,
    Releases,
    Bars(Option<Timeframe>),
}

impl Target {
    fn name(&self) -> String {
        match self {
            Target::Prints => "prints".to_owned(),
            Target::Quotes => "quotes".to_owned(),
            Target::Releases => "releases".to_owned(),
            Target::Bars(Some(timeframe)) => format!("bars/{timeframe}"),
            Target::Bars(None) => "bars/rows".to_owned(),
        }
    }

    fn path(&self, store: &Store, symbol: &Symbol) -> PathBuf {
        match self {
            Target::Prints => store.prints_path(symbol),
            Target::Quotes => store.quotes_path(symbol),
            Target::Releases => store.releases_path(symbol),
            Target::Bars(timeframe) => store.table_path(&Table::Bars(*timeframe), symbol),
        }
    }

    fn rule(&self) -> Rule {
        match self {
            Target::Prints => Rule::All,
            Target::Quotes => Rule::Last,
            Target::Releases | Target::Bars(_) => Rule::One,
        }
    }
}

/// Writes all series into the staging.
pub(super) fn finish(
    series: &mut [Gathered],
    spill: &Spill,
    terms: &Terms,
    factors: &BTreeMap<Symbol, Vec<Factor>>,
    writing: &mut Writing<'_>,
) -> Result<(), MarketError> {
    let stored_tables = writing.store.tables()?;
    let before = writing.store.instruments()?;
    let mut instruments = before.clone();
    let mut targets: BTreeMap<(Symbol, Target), Vec<&Gathered>> = BTreeMap::new();
    let mut calendars: BTreeMap<Symbol, Option<Calendar>> = BTreeMap::new();
    for series in series.iter_mut() {
        series.seal();
        let symbol = &series.key.symbol;
        let stored = instruments.calendar(symbol);
        let calendar = calendars.entry(symbol.clone()).or_insert(terms.calendar.or(stored));
        *calendar = calendar.or(series.calendar);
    }
    for series in series.iter_mut() {
        let symbol = series.key.symbol.clone();
        let target = match series.key.kind {
            Kind::Prints => Target::Prints,
            Kind::Quotes => Target::Quotes,
            Kind::Series => Target::Releases,
            Kind::Bars => {
                let said = series.key.timeframe.or(terms.timeframe);
                Target::Bars(match said {
                    Some(timeframe) => Some(timeframe),
                    None if series.daily => Some(Timeframe::DAY),
                    None => found_timeframe(series, spill, &stored_tables)?,
                })
            }
        };
        targets.entry((symbol, target)).or_default().push(series);
    }
    let mut instruments_changed = false;
    for (symbol, calendar) in &calendars {
        if let Some(calendar) = calendar {
            instruments_changed |= instruments.note_calendar(symbol, *calendar);
        }
    }
    for ((symbol, target), series) in &targets {
        let calendar = calendars.get(symbol).copied().flatten();
        let stored = before.calendar(symbol);
        let path = target.path(writing.store, symbol);
        let days = writing.store.table_path(&Table::Bars(Some(Timeframe::DAY)), symbol);
        if days_of(calendar) != days_of(stored) {
            let weeks = series.iter().any(|series| series.daily).then_some(&path);
            for path in [&days].into_iter().chain(weeks) {
                if holds_days_of(path, days_of(stored))? {
                    return Err(other_days(path, symbol, calendar, stored));
                }
            }
        }
        let factors = match factors.get(symbol) {
            Some(factors) => factors.clone(),
            None => writing.store.factors(symbol)?.factors,
        };
        let one = One { symbol, target, path, calendar, series, spill, factors };
        one.write(writing)?;
    }
    if instruments_changed {
        let path = writing.store.instruments_path();
        let text = instruments.to_text().map_err(|error| MarketError::file(&path, error))?;
        let part = writing.staging.part(&path, Rank::Instruments);
        crate::store::writer::write_text(&part, &text)?;
    }
    Ok(())
}

/// When days end: those of no calendar end with those of UTC.
fn days_of(calendar: Option<Calendar>) -> Calendar {
    calendar.unwrap_or(Calendar::Always)
}

/// Whether the first row of a table is known when a day of the calendar ends: then all of its rows are days of it.
fn holds_days_of(path: &Path, calendar: Calendar) -> Result<bool, MarketError> {
    let first = StoredRows::open(path)?.and_then(|rows| rows.head());
    Ok(first.is_some_and(|(known, _)| {
        let day = Days::new(calendar).of(known);
        day.session.is_some_and(|session| session.close.0 == known)
    }))
}

fn other_days(path: &Path, symbol: &Symbol, calendar: Option<Calendar>, stored: Option<Calendar>) -> MarketError {
    let known = |calendar: Option<Calendar>| match calendar {
        Some(calendar) => format!("when a session of {} closes", calendar.name()),
        None => "when a day of UTC ends".to_owned(),
    };
    let reason = format!(
        "it holds days of {symbol} that are known {}, and these would be known {}\n\
         hint: import all of them again into another store, with --calendar",
        known(stored),
        known(calendar)
    );
    MarketError::file(path, reason)
}

/// The timeframe of bars whose format does not say it.
fn found_timeframe(
    series: &mut Gathered,
    spill: &Spill,
    stored: &[(Symbol, Table)],
) -> Result<Option<Timeframe>, MarketError> {
    if !series.one_way {
        let mut distances = Distances::default();
        let mut merge = Merge::new(None, readers(&[series], spill, None, &[])?, 0);
        let (mut group, mut last) = (Group::default(), None);
        while merge.next(&mut group)? {
            if let Some(last) = last.replace(group.known) {
                distances.add(group.known.abs_diff(last));
            }
        }
        series.distances = distances;
    }
    if !series.distances.is_empty() {
        return Ok(series.distances.timeframe());
    }
    // one row alone has no distance: it goes on with the only bars that there are
    let bars = stored.iter().filter(|(symbol, _)| *symbol == series.key.symbol).filter_map(|(_, table)| match table {
        Table::Bars(Some(timeframe)) => Some(*timeframe),
        _ => None,
    });
    let bars: Vec<Timeframe> = bars.collect();
    Ok(match bars[..] {
        [one] => Some(one),
        _ => None,
    })
}

/// Readers of all runs of some series; with the places of their columns, or of their stamps alone.
fn readers<'a>(
    series: &[&'a Gathered],
    spill: &'a Spill,
    calendar: Option<Calendar>,
    places: &'a [Vec<usize>],
) -> Result<Vec<RunReader<'a>>, MarketError> {
    let runs: usize = series.iter().map(|series| series.runs.len()).sum();
    let bytes = (READ_BYTES / runs.max(1)).min(RUN_BYTES_MAX);
    let mut readers = Vec::with_capacity(runs);
    for (at, series) in series.iter().enumerate() {
        let keys = if series.daily { Keys::Days(calendar) } else { Keys::Known };
        for run in &series.runs {
            readers.push(RunReader::open(run, spill, keys, places.get(at).map(Vec::as_slice), bytes)?);
        }
    }
    Ok(readers)
}

/// One file of the store that is made anew.
struct One<'a> {
    symbol: &'a Symbol,
    target: &'a Target,
    path: PathBuf,
    calendar: Option<Calendar>,
    series: &'a [&'a Gathered],
    spill: &'a Spill,
    factors: Vec<Factor>,
}

impl One<'_> {
    fn write(&self, writing: &mut Writing<'_>) -> Result<(), MarketError> {
        let stored = StoredRows::open(&self.path)?;
        let mut columns: Vec<String> = stored.as_ref().map_or(Vec::new(), |stored| stored.names().to_vec());
        let before = stored.as_ref().map(|_| columns.len());
        let mut places = Vec::new();
        for series in self.series {
            let mut place = |name: &String| {
                columns.iter().position(|column| column == name).unwrap_or_else(|| {
                    columns.push(name.clone());
                    columns.len() - 1
                })
            };
            places.push(series.columns.iter().map(&mut place).collect::<Vec<usize>>());
        }
        let mut quality = match self.target {
            Target::Bars(timeframe) => {
                let daily = *timeframe == Some(Timeframe::DAY);
                let tiles_days = timeframe.is_some_and(|timeframe| timeframe.span_ns() <= Time::DAY);
                let factors = self.factors.to_vec();
                Some(SeriesQuality::new(self.symbol, &columns, self.calendar, daily, tiles_days, factors))
            }
            _ => None,
        };
        let readers = readers(self.series, self.spill, self.calendar, &places)?;
        let mut merge = Merge::new(stored, readers, columns.len());
        let part = writing.staging.part(&self.path, Rank::Tables);
        let mut writer = RowsWriter::create(&part, &columns, *self.target == Target::Releases)?;
        let (mut group, mut clashes, mut rows) = (Group::default(), Vec::new(), Vec::new());
        let (mut rows_new, mut rows_same, mut ends) = (0, 0, None);
        while merge.next(&mut group)? {
            let known = group.known;
            let mut take = |writing: &mut Writing<'_>, row: &[f64], place: Place, stored: Option<&[f64]>| {
                let mut kept = Some((row, place));
                if let Some(quality) = &mut quality {
                    if !quality.row(known, row, place) {
                        // what was stored is left as it was
                        kept = stored.map(|stored| (stored, Place::default()));
                    }
                    if !quality.is_quiet() {
                        for said in quality.take() {
                            self.say(writing, said.check, said.place, said.said);
                        }
                    }
                }
                let Some((row, place)) = kept else { return Ok(()) };
                rows_new += u64::from(place.file.is_some());
                ends = Some((ends.map_or(known, |(first, _)| first), known));
                writer.row(known, group.period, row)
            };
            // nearly every moment has one row
            if let [place] = group.places[..] {
                take(writing, group.row(0), place, None)?;
                continue;
            }
            rows_same += resolve(self.target.rule(), &group, &mut clashes, &mut rows);
            for row in rows.drain(..) {
                let Resolved { values, place, stored } = row;
                take(writing, &values, place, stored.as_deref())?;
            }
            for clash in clashes.drain(..) {
                self.say_clash(writing, clash, &columns, known);
            }
        }
        for said in quality.as_mut().map(SeriesQuality::end).unwrap_or_default() {
            self.say(writing, said.check, said.place, said.said);
        }
        writer.finish()?;
        // of a series of which all rows were left out there is nothing to keep
        if rows_new == 0 && (before.is_none_or(|before| before == columns.len()) || ends.is_none()) {
            writing.staging.forget(&part);
        } else {
            let symbol = self.symbol.to_string();
            let changed = &mut writing.outcome.changed;
            match self.target {
                Target::Prints => changed.prints.insert(symbol),
                Target::Quotes => changed.quotes.insert(symbol),
                Target::Releases => changed.releases.insert(symbol),
                Target::Bars(_) => false,
            };
        }
        if let Some((first, last)) = ends {
            let (symbol, table) = (self.symbol.to_string(), self.target.name());
            let (first, last) = (Time(first), Time(last));
            writing.outcome.series.push(SeriesWritten { symbol, table, rows_new, rows_same, first, last });
        }
        Ok(())
    }

    fn say_clash(&self, writing: &mut Writing<'_>, clash: Clash, columns: &[String], known: i64) {
        let column = |at: usize| columns.get(at).map_or("", String::as_str);
        let other = |place: Place| format!("{}:{}", writing.file(place, &self.path), place.line);
        let known = Time(known);
        let (check, done, place, said) = match clash {
            Clash::Again { first, again } => {
                let said = format!("the row known at {known} stands in {} already", other(first));
                (Check::Duplicate, Done::LeftOut, again, said)
            }
            Clash::Differs { first, second, column: at, values: (was, is) } => {
                let done = if writing.repair { Done::LeftOut } else { Done::Refused };
                let (name, other) = (column(at), other(first));
                let said = format!("the row known at {known} has `{name}` {is}, in {other} it has {was}");
                let said = if writing.repair { said + "; the later one is taken" } else { said };
                (Check::Duplicate, done, second, said)
            }
            Clash::Stored { place, column: at, values: (was, is) } => {
                let done = if writing.repair { Done::Replaced } else { Done::Refused };
                let said = format!("the row known at {known} has `{}` {is}, stored is {was}", column(at));
                (Check::Conflict, done, place, said)
            }
        };
        self.add(writing, check, done, place, said);
    }

    fn say(&self, writing: &mut Writing<'_>, check: Check, place: Place, said: String) {
        let done = match check {
            Check::Range | Check::Price if writing.repair => Done::LeftOut,
            Check::Range | Check::Price => Done::Refused,
            _ => Done::Told,
        };
        self.add(writing, check, done, place, said);
    }

    fn add(&self, writing: &mut Writing<'_>, check: Check, done: Done, place: Place, said: String) {
        let (file, line) = (writing.file(place, &self.path), u64::from(place.line));
        let symbol = self.symbol.to_string();
        writing.outcome.findings.add(Finding { check, done, file, line, symbol, said });
    }
}
