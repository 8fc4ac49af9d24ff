//! Parquet of other people: the plain form's columns in Parquet's types.
//!
//! The time is a column `time` (or another name of the plain form) of timestamps, dates, or whole numbers since 1970: when
//! the bar was complete. A date alone is a day, and so are rows that are all stamped with a midnight. Timestamps without a
//! zone are of UTC, unless another zone is said. Numbers of any width are values, null is missing, a column `symbol` of
//! text puts several instruments into one file. Other columns of text, truth or nested values are no values and stay out.

mod nesting;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use arrow_array::types::{Date32Type, Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef, RecordBatch, cast::AsArray};
use arrow_cast::cast;
use arrow_schema::{DataType, TimeUnit};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReaderBuilder};
use tapewright_model::{CANONICAL_NAN, Symbol, Time};

use crate::civil::Clock;
use crate::error::MarketError;
use crate::import::format::{Fit, Format, Hints};
use crate::import::header::Header;
use crate::import::heading::lower;
use crate::import::rows::{Kind, Rows, SeriesKey, Shape, When};
use crate::import::sheet::SYMBOLS_MAX;
use crate::import::source::{Head, Source};
use crate::import::stamp::{Stamp, epoch};
use crate::import::ticker;
use crate::store::decode::{Batches, footer};
use crate::store::plain;

/// What every Parquet file begins with.
const MARK: &[u8] = b"PAR1";
/// Rows decoded at once.
const ROWS_READ: usize = 64 * 1024;

/// Parquet that is not of the store's shape.
pub(crate) struct Parquet;

impl Format for Parquet {
    fn name(&self) -> &'static str {
        "parquet"
    }

    fn summary(&self) -> &'static str {
        "Parquet: time or date, close, any other columns of numbers, symbol"
    }

    fn fits(&self, head: &Head<'_>) -> Fit {
        if head.bytes.starts_with(MARK) { Fit::General } else { Fit::No }
    }

    fn read(&self, source: &Source, hints: &Hints, rows: &mut dyn Rows) -> Result<(), MarketError> {
        let mut file = on_disk(source)?;
        nesting::check(&mut file, &source.shown)?;
        let metadata = footer(&file).map_err(|reason| source.fail(reason))?;
        let table = Table::of(source, hints, &metadata)?;
        let days = table.all_midnights(&file, &metadata)?;
        table.read(&file, &metadata, days, rows)
    }
}

/// Whether a file begins as Parquet does.
pub(crate) fn is_parquet(path: &Path) -> Result<bool, MarketError> {
    let mut head = Vec::new();
    let file = File::open(path).map_err(MarketError::io(path))?;
    file.take(4).read_to_end(&mut head).map_err(MarketError::io(path))?;
    Ok(head == MARK)
}

/// Refuses a file whose columns are nested so deeply that reading them would end the process.
pub(crate) fn check_nesting(path: &Path) -> Result<(), MarketError> {
    nesting::check(&mut File::open(path).map_err(MarketError::io(path))?, &path.display().to_string())
}

/// Its end is read first, so a member of an archive is unpacked into a file without a name.
fn on_disk(source: &Source) -> Result<File, MarketError> {
    if source.is_file() {
        return File::open(&source.path).map_err(source.io());
    }
    let mut file = tempfile::tempfile().map_err(source.io())?;
    std::io::copy(&mut source.open()?, &mut file).map_err(source.io())?;
    file.seek(SeekFrom::Start(0)).map_err(source.io())?;
    Ok(file)
}

/// Which column of a file is what.
struct Table<'a> {
    source: &'a Source,
    hints: &'a Hints,
    time: usize,
    /// Whether the times are said to be known times.
    known: bool,
    symbol: Option<usize>,
    /// Without a column that says it.
    only: Option<Symbol>,
    columns: Vec<(usize, String)>,
}

impl<'a> Table<'a> {
    fn of(source: &'a Source, hints: &'a Hints, metadata: &ArrowReaderMetadata) -> Result<Table<'a>, MarketError> {
        let fields = metadata.schema().fields();
        // columns that could be a time, the symbol or values; pandas leaves its index behind
        let wanted = |at: &usize| {
            fields.get(*at).is_some_and(|field| {
                let (name, kind) = (lower(field.name()), field.data_type());
                let number = kind.is_numeric() || matches!(kind, DataType::Null);
                let time = matches!(kind, DataType::Timestamp(..) | DataType::Date32 | DataType::Date64);
                !name.starts_with("__") && (number || name == "symbol" || time)
            })
        };
        let places: Vec<usize> = (0..fields.len()).filter(wanted).collect();
        let names: Vec<&String> = places.iter().filter_map(|at| fields.get(*at)).map(|field| field.name()).collect();
        let header = Header::read(&names).map_err(|reason| source.fail(reason))?;
        if header.clock.is_some() {
            return Err(source.fail("`date` and `time` both name the time"));
        }
        let place = |at: usize| places.get(at).copied().unwrap_or(usize::MAX);
        let only = if header.symbol.is_some() { None } else { Some(ticker::of_file(source, hints)?) };
        Ok(Table {
            source,
            hints,
            time: place(header.time),
            known: header.known,
            symbol: header.symbol.map(place),
            only,
            columns: header.columns.into_iter().map(|(at, name)| (place(at), name)).collect(),
        })
    }

    /// Whether every row is stamped with a midnight, read from the column of times alone.
    fn all_midnights(&self, file: &File, metadata: &ArrowReaderMetadata) -> Result<bool, MarketError> {
        if self.known {
            return Ok(false);
        }
        for batch in self.batches(file, metadata, [self.time])? {
            let batch = batch.map_err(|error| self.source.fail(error))?;
            let stamps = self.stamps(batch.column(0))?;
            // a date is a day whatever the others are
            if stamps.into_iter().flatten().any(|stamp| stamp.midnight().is_none()) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn read(
        &self,
        file: &File,
        metadata: &ArrowReaderMetadata,
        days: bool,
        rows: &mut dyn Rows,
    ) -> Result<(), MarketError> {
        let mut places: Vec<usize> = [self.time].into_iter().chain(self.symbol).collect();
        places.extend(self.columns.iter().map(|(at, _)| *at));
        places.sort_unstable();
        let of = |at: usize| places.binary_search(&at).unwrap_or(usize::MAX);
        let mut clock = Clock::new(self.hints.zone.clone().unwrap_or(jiff::tz::TimeZone::UTC));
        let mut series: BTreeMap<String, usize> = BTreeMap::new();
        let mut values = vec![0.0; self.columns.len()];
        let mut before = 0;
        for batch in self.batches(file, metadata, places.iter().copied())? {
            let batch = batch.map_err(|error| self.source.fail(error))?;
            let stamps = self.stamps(batch.column(of(self.time)))?;
            let columns = self.columns.iter().map(|(at, name)| {
                numbers(batch.column(of(*at))).map_err(|why| self.source.fail(format!("column `{name}`: {why}")))
            });
            let columns = columns.collect::<Result<Vec<_>, _>>()?;
            let symbols = self.symbol.map(|at| texts(&batch, of(at))).transpose();
            let symbols = symbols.map_err(|why| self.source.fail(format!("column `symbol`: {why}")))?;
            for (at, stamp) in stamps.into_iter().enumerate() {
                let row = before + at + 1;
                let name = symbols.as_ref().and_then(|symbols| symbols.get(at)).map_or("", String::as_str);
                let read = stamp.ok_or("its time is missing".to_owned());
                let read = read.and_then(|stamp| self.when(stamp, days, &mut clock));
                let read = read.and_then(|when| Ok((when, self.series(&mut series, name, rows)?)));
                match read {
                    Ok((when, Ok(series))) => {
                        let cells = columns.iter().map(|column| column.get(at).copied().unwrap_or(CANONICAL_NAN));
                        values.iter_mut().zip(cells).for_each(|(value, cell)| *value = cell);
                        rows.row(series, 0, when, &values).map_err(|error| in_row(error, row))?;
                    }
                    Ok((_, Err(error))) => return Err(error),
                    Err(reason) => rows.unreadable(0, format!("row {row}: {reason}"))?,
                }
            }
            before += batch.num_rows();
        }
        if before == 0 { Err(self.source.fail("it holds no row")) } else { Ok(()) }
    }

    /// The series of a row. What is wrong with the row comes before what is wrong with the file.
    fn series(
        &self,
        known: &mut BTreeMap<String, usize>,
        name: &str,
        rows: &mut dyn Rows,
    ) -> Result<Result<usize, MarketError>, String> {
        if let Some(series) = known.get(name) {
            return Ok(Ok(*series));
        }
        let symbol = match &self.only {
            Some(symbol) => symbol.clone(),
            None => Symbol::new(name).map_err(|error| error.to_string())?,
        };
        if known.len() >= SYMBOLS_MAX {
            return Ok(Err(self.source.fail(format!("it has more than {SYMBOLS_MAX} instruments"))));
        }
        let begun = rows.series(Shape {
            key: SeriesKey { kind: Kind::Bars, symbol, timeframe: self.hints.timeframe },
            columns: self.columns.iter().map(|(_, name)| name.clone()).collect(),
            calendar: self.hints.calendar,
        });
        Ok(begun.inspect(|series| {
            known.insert(name.to_owned(), *series);
        }))
    }

    fn when(&self, stamp: Stamp, days: bool, clock: &mut Clock) -> Result<When, String> {
        let known = match (stamp, stamp.midnight()) {
            (Stamp::Day(day), _) => return Ok(When::Day(day)),
            (_, Some(day)) if days => return Ok(When::Day(day)),
            (Stamp::Civil { day, since_midnight }, _) => clock.instant(day, since_midnight),
            (Stamp::Instant { time, .. }, _) => Some(time),
        };
        known.map(When::Known).ok_or_else(|| "its time does not fit into 64 bits of nanoseconds".to_owned())
    }

    fn batches(
        &self,
        file: &File,
        metadata: &ArrowReaderMetadata,
        places: impl IntoIterator<Item = usize>,
    ) -> Result<Batches, MarketError> {
        let file = file.try_clone().map_err(self.source.io())?;
        let mask = ProjectionMask::roots(metadata.parquet_schema(), places);
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata.clone());
        let built = Batches::of(builder.with_projection(mask).with_batch_size(ROWS_READ));
        built.map_err(|reason| self.source.fail(reason))
    }

    fn stamps(&self, column: &ArrayRef) -> Result<Vec<Option<Stamp>>, MarketError> {
        stamps(column).map_err(|why| self.source.fail(format!("the column of the time {why}")))
    }
}

/// Names the row where there is no line.
fn in_row(error: MarketError, row: usize) -> MarketError {
    match error {
        MarketError::File { path, reason } => MarketError::File { path, reason: format!("row {row}: {reason}") },
        other => other,
    }
}

fn stamps(column: &ArrayRef) -> Result<Vec<Option<Stamp>>, String> {
    let wrong = |error: arrow_schema::ArrowError| error.to_string();
    if matches!(column.data_type(), DataType::Date32 | DataType::Date64) {
        let days = cast(column, &DataType::Date32).map_err(wrong)?;
        let days = days.as_primitive_opt::<Date32Type>().ok_or("does not read as dates")?;
        return Ok(days.iter().map(|day| day.map(Stamp::Day)).collect());
    }
    let (zoned, whole) = match column.data_type() {
        DataType::Timestamp(_, zone) => (zone.is_some(), false),
        DataType::Int64 | DataType::UInt64 | DataType::Int32 | DataType::UInt32 => (true, true),
        other => {
            return Err(format!("is of type {other}, which is no time (wanted timestamps, dates or whole numbers)"));
        }
    };
    // a cast leaves the moment of a timestamp as it is
    let column = match column.data_type() {
        DataType::Timestamp(_, zone) => cast(column, &DataType::Timestamp(TimeUnit::Nanosecond, zone.clone())),
        _ => cast(column, &DataType::Int64),
    };
    let column = column.and_then(|column| cast(&column, &DataType::Int64)).map_err(wrong)?;
    let column = column.as_primitive_opt::<Int64Type>().ok_or("does not read as times")?;
    let stamp = |number: Option<i64>| {
        let Some(number) = number else { return Ok(None) };
        let time = if whole { whole_time(number)? } else { number };
        let (day, since_midnight) = (time.div_euclid(Time::DAY), time.rem_euclid(Time::DAY));
        let day = i32::try_from(day).map_err(|error| error.to_string())?;
        Ok(Some(match zoned {
            true => Stamp::Instant { time, midnight: (since_midnight == 0).then_some(day) },
            false => Stamp::Civil { day, since_midnight },
        }))
    };
    column.iter().map(stamp).collect()
}

/// A whole number since 1970 of seconds, milliseconds, microseconds or nanoseconds, told by its size.
fn whole_time(number: i64) -> Result<i64, String> {
    let time = epoch(number)
        .ok_or_else(|| format!("holds {number}, which is no time (as a number it has 9 to 19 digits, since 1970)"));
    time?.ok_or_else(|| format!("holds {number}, which is no time"))
}

fn numbers(column: &ArrayRef) -> Result<Vec<f64>, String> {
    let column = cast(column, &DataType::Float64).map_err(|error| error.to_string())?;
    let values = plain(column.as_primitive_opt::<Float64Type>().ok_or("does not read as numbers")?);
    match values.iter().find(|value| value.is_infinite()) {
        Some(value) => Err(format!("{value} is no price")),
        None => Ok(values.into_iter().map(|value| if value.is_nan() { CANONICAL_NAN } else { value }).collect()),
    }
}

fn texts(batch: &RecordBatch, at: usize) -> Result<Vec<String>, String> {
    let column = cast(batch.column(at), &DataType::Utf8).map_err(|error| error.to_string())?;
    let column = column.as_string_opt::<i32>().ok_or("does not read as text")?;
    Ok(column.iter().map(|text| text.unwrap_or_default().to_owned()).collect())
}

#[cfg(test)]
mod tests;
