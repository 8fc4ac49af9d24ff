//! Bars under named columns, one a line: what most formats are once their header is read.
//!
//! What one line alone does not say is found by a first pass over the column of times, which ends as soon as nothing is
//! left open (`survey`): which number of a date is the month; whether every row is stamped with a midnight and so is a
//! day; how long bars are that are stamped with their start.
//!
//! Promises that nothing of the file is held, and that a line is given whole or named as unreadable.
//! Refuses to know: whether a bar makes sense. What is no number is never made one.

mod survey;

use std::collections::HashMap;

use jiff::tz::TimeZone;
use tapewright_model::{Symbol, Timeframe};

use self::survey::Survey;
pub(crate) use self::survey::timeframe;
use super::cells::{Lines, number};
use super::format::Hints;
use super::header::Header;
use super::rows::{Kind, Rows, SeriesKey, Shape, When};
use super::source::Source;
use super::stamp::{Dates, Forms, Reading, Stamp};
use super::ticker;
use crate::calendar::Calendar;
use crate::civil::Clock;
use crate::error::MarketError;

/// Instruments of one file at most: all that were ever listed in the United States are about 50,000.
pub(crate) const SYMBOLS_MAX: usize = 100_000;

/// Lines of cells that are read one after the other.
pub(crate) trait Records {
    /// Goes to the next line; false after the last.
    fn advance(&mut self) -> Result<bool, MarketError>;
    /// Number of the line, counting from 1.
    fn line(&self) -> u64;
    /// A cell by its place; empty when there is none.
    fn cell(&self, at: usize) -> &[u8];
    /// Why the line cannot be read, when it has not as many cells as the header.
    fn wrong(&self, width: usize) -> Option<String>;
}

impl Records for Lines {
    fn advance(&mut self) -> Result<bool, MarketError> {
        Lines::advance(self)
    }

    fn line(&self) -> u64 {
        Lines::line(self)
    }

    fn cell(&self, at: usize) -> &[u8] {
        Lines::cell(self, at)
    }

    fn wrong(&self, width: usize) -> Option<String> {
        (self.len() != width).then(|| format!("{} cells, the header has {width}", self.len()))
    }
}

/// What the times of a file stamp.
#[derive(Clone, Debug, Default)]
pub(crate) enum Stamped {
    /// The moment at which the bar was complete.
    #[default]
    End,
    /// The moment at which it began. A moment that is a midnight in this zone is one, however it is written.
    Start { midnight_in: Option<TimeZone> },
}

/// How a format reads its lines.
#[derive(Clone, Debug, Default)]
pub(crate) struct Manner {
    pub(crate) forms: Forms,
    pub(crate) stamped: Stamped,
    /// When an instrument trades, by its symbol as it is written.
    pub(crate) calendar: Option<fn(&str) -> Calendar>,
    /// Whether the symbol is only the beginning of the file's name: `BTCUSDT-1h-2024-01.csv`.
    pub(crate) cut_name: bool,
    /// Whether a slash in a symbol (`BTC/USD`) is left out.
    pub(crate) slash: bool,
    /// Whether a line without any number is no bar.
    pub(crate) refuse_empty: bool,
}

/// A file whose header was read.
pub(crate) struct Sheet<'a> {
    pub(crate) source: &'a Source,
    pub(crate) hints: &'a Hints,
    pub(crate) header: Header,
    pub(crate) manner: Manner,
    /// Its lines from the first one after the header.
    pub(crate) open: &'a dyn Fn() -> Result<Box<dyn Records>, MarketError>,
}

impl Sheet<'_> {
    /// Gives every line to `rows`.
    pub(crate) fn read(&self, rows: &mut dyn Rows) -> Result<(), MarketError> {
        let Sheet { header, hints, manner, .. } = self;
        let survey = Survey::of(self)?;
        let mut moments = Moments::new(hints.zone.clone(), &survey);
        let mut dates = Dates::new(manner.forms);
        dates.settle(&survey.dates);
        let mut instruments = Instruments::new(self, survey.timeframe)?;
        let mut values = vec![0.0; header.columns.len()];
        let mut records = (self.open)()?;
        let mut any = false;
        while records.advance()? {
            any = true;
            let line = records.line();
            let read = self.line(&*records, &mut dates, &mut moments, &mut values);
            let series = read.and_then(|when| Ok((when, instruments.of(self, &*records)?)));
            match series {
                Ok((when, Known::Series(series))) => rows.row(series, line, when, &values)?,
                Ok((when, Known::New(symbol, shape))) => {
                    let series = rows.series(shape)?;
                    instruments.add(symbol, series).map_err(|reason| self.source.fail_at(line, reason))?;
                    rows.row(series, line, when, &values)?;
                }
                Err(reason) => rows.unreadable(line, reason)?,
            }
        }
        if any { Ok(()) } else { Err(self.source.fail("it holds no row")) }
    }

    fn line(
        &self,
        records: &dyn Records,
        dates: &mut Dates,
        moments: &mut Moments,
        values: &mut [f64],
    ) -> Result<When, String> {
        let Header { time, clock, columns, width, .. } = &self.header;
        if let Some(wrong) = records.wrong(*width) {
            return Err(wrong);
        }
        let stamp = match dates.read(records.cell(*time), clock.map(|at| records.cell(at)), records.line())? {
            Reading::One(stamp) => stamp,
            // the survey has settled it for every line that it could read
            Reading::Either { .. } => return Err("its date has two readings".to_owned()),
        };
        let when = moments.when(stamp)?;
        let mut any = false;
        for ((at, name), value) in columns.iter().zip(values) {
            let cell = records.cell(*at);
            *value = number(cell).map_err(|wrong| wrong.in_column(name, cell))?;
            any |= !value.is_nan();
        }
        if self.manner.refuse_empty && !any {
            return Err("all values are null: a day that was never filled in".to_owned());
        }
        Ok(when)
    }
}

/// When rows are known, from their stamps.
struct Moments {
    clock: Clock,
    days: bool,
    /// Of bars that are stamped with their start.
    span: i64,
    midnight_in: Option<Clock>,
}

impl Moments {
    fn new(zone: Option<TimeZone>, survey: &Survey) -> Moments {
        Moments {
            clock: Clock::new(zone.unwrap_or(TimeZone::UTC)),
            days: survey.days,
            span: survey.timeframe.map_or(0, Timeframe::span_ns),
            midnight_in: survey.midnight_in.clone().map(Clock::new),
        }
    }

    fn when(&mut self, stamp: Stamp) -> Result<When, String> {
        if let Stamp::Day(day) = stamp {
            return Ok(When::Day(day));
        }
        if self.days
            && let Some(day) = midnight(stamp, self.midnight_in.as_ref())
        {
            return Ok(When::Day(day));
        }
        moment(stamp, &mut self.clock)
            .and_then(|time| time.checked_add(self.span))
            .map(When::Known)
            .ok_or_else(|| "its time does not fit into 64 bits of nanoseconds".to_owned())
    }
}

/// The day of a stamp that is a midnight, as it is written or in a zone.
fn midnight(stamp: Stamp, zone: Option<&Clock>) -> Option<i32> {
    stamp.midnight().or_else(|| match (stamp, zone) {
        (Stamp::Instant { time, .. }, Some(zone)) => zone.local(time).filter(|(_, ns)| *ns == 0).map(|(day, _)| day),
        _ => None,
    })
}

/// The moment of a stamp, in UTC ns.
fn moment(stamp: Stamp, clock: &mut Clock) -> Option<i64> {
    match stamp {
        Stamp::Civil { day, since_midnight } => clock.instant(day, since_midnight),
        stamp => Some(stamp.order()),
    }
}

/// The series of a file, by the symbol as it is written.
struct Instruments {
    known: HashMap<Vec<u8>, usize>,
    last: Option<(Vec<u8>, usize)>,
    /// Whose rows they are, without a column that says it.
    only: Option<Symbol>,
    timeframe: Option<Timeframe>,
}

enum Known {
    Series(usize),
    New(Vec<u8>, Shape),
}

impl Instruments {
    fn new(sheet: &Sheet<'_>, timeframe: Option<Timeframe>) -> Result<Instruments, MarketError> {
        let only = match sheet.header.symbol {
            Some(_) => None,
            None if sheet.manner.cut_name => Some(ticker::of_file_start(sheet.source, sheet.hints)?),
            None => Some(ticker::of_file(sheet.source, sheet.hints)?),
        };
        Ok(Instruments { known: HashMap::new(), last: None, only, timeframe: timeframe.or(sheet.hints.timeframe) })
    }

    fn of(&self, sheet: &Sheet<'_>, records: &dyn Records) -> Result<Known, String> {
        let written = sheet.header.symbol.map_or(&b""[..], |at| records.cell(at));
        if let Some((last, series)) = &self.last
            && last == written
        {
            return Ok(Known::Series(*series));
        }
        if let Some(series) = self.known.get(written) {
            return Ok(Known::Series(*series));
        }
        let text = String::from_utf8_lossy(written);
        let (symbol, text) = match &self.only {
            Some(symbol) => (symbol.clone(), symbol.as_str()),
            None if sheet.manner.slash => {
                (Symbol::new(&text.replace('/', "")).map_err(|error| error.to_string())?, &*text)
            }
            None => (Symbol::new(&text).map_err(|error| error.to_string())?, &*text),
        };
        Ok(Known::New(
            written.to_vec(),
            Shape {
                calendar: sheet.hints.calendar.or_else(|| sheet.manner.calendar.map(|calendar| calendar(text))),
                key: SeriesKey { kind: Kind::Bars, symbol, timeframe: self.timeframe },
                columns: sheet.header.columns.iter().map(|(_, name)| name.clone()).collect(),
            },
        ))
    }

    fn add(&mut self, written: Vec<u8>, series: usize) -> Result<(), String> {
        if self.known.len() >= SYMBOLS_MAX {
            return Err(format!("it has more than {SYMBOLS_MAX} instruments"));
        }
        self.known.insert(written.clone(), series);
        self.last = Some((written, series));
        Ok(())
    }
}
