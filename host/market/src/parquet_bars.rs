//! Parquet of other people: the plain form's columns in Parquet's types.
//!
//! The known time is a column `time` (or `date`, `datetime`, `timestamp`) of timestamps, dates, or whole numbers
//! since 1970; a date alone is known at the end of its day, and so are rows that are all stamped with a midnight.
//! Numbers of any width are values, null is missing, a column `symbol` of text puts several instruments into one file.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef, RecordBatch, cast::AsArray};
use arrow_cast::cast;
use arrow_schema::{DataType, TimeUnit};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use tapewright_model::{CANONICAL_NAN, Frame, Symbol, Time};

use crate::error::MarketError;
use crate::midnight::KNOWN_TIME;
use crate::store::plain;

/// Names of the known time.
const TIME_NAMES: [&str; 6] = [KNOWN_TIME, "time", "date", "datetime", "timestamp", "ts"];
/// Rows decoded at once.
const ROWS_READ: usize = 64 * 1024;

/// Rows of one instrument while they are gathered.
struct Table {
    times: Vec<i64>,
    columns: Vec<Vec<f64>>,
}

/// Reads a file into memory.
///
/// # Errors
/// With file and row, see [`MarketError`].
pub(crate) fn read_parquet(path: &Path, symbol: Option<&Symbol>) -> Result<Vec<(Symbol, Frame)>, MarketError> {
    let broken = |reason: String| MarketError::file(path, reason);
    let file = File::open(path).map_err(MarketError::io(path))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| broken(error.to_string()))?;
    let schema = builder.schema().clone();
    let names: Vec<String> =
        schema.fields().iter().map(|field| field.name().to_lowercase().replace(' ', "_")).collect();
    let time = names.iter().position(|name| TIME_NAMES.contains(&name.as_str()));
    let time = time
        .ok_or_else(|| broken(format!("no column is called {}; it has {}", TIME_NAMES.join(", "), names.join(", "))))?;
    let by_symbol = names.iter().position(|name| name == "symbol");
    let default = match (symbol, by_symbol) {
        (_, Some(_)) => None,
        (Some(symbol), None) => Some(symbol.clone()),
        (None, None) => {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().to_uppercase();
            Some(Symbol::new(&stem).map_err(|error| broken(format!("{error}; name one with --symbol")))?)
        }
    };
    let values: Vec<usize> = (0..names.len())
        .filter(|at| {
            let number = schema.field(*at).data_type();
            // pandas leaves its index behind
            let index = names[*at].starts_with("__");
            *at != time && Some(*at) != by_symbol && !index && (number.is_numeric() || matches!(number, DataType::Null))
        })
        .collect();
    if !values.iter().any(|at| names[*at] == "close") {
        return Err(broken(format!("there is no column `close` of numbers; it has {}", names.join(", "))));
    }
    for at in &values {
        let column = names[*at].parse::<tapewright_model::Column>();
        if !matches!(column, Ok(tapewright_model::Column::Data { symbol: None, timeframe: None, .. })) {
            return Err(broken(format!("`{}` cannot be the name of a column in a file", names[*at])));
        }
    }
    let mut tables: BTreeMap<Symbol, Table> = BTreeMap::new();
    let mut row = 0;
    let batches = builder.with_batch_size(ROWS_READ).build().map_err(|error| broken(error.to_string()))?;
    for batch in batches {
        let batch = batch.map_err(|error| broken(error.to_string()))?;
        let times = known_times(batch.column(time)).map_err(|why| broken(format!("column `{}` {why}", names[time])))?;
        let columns = values
            .iter()
            .map(|at| numbers(batch.column(*at)).map_err(|why| broken(format!("column `{}`: {why}", names[*at]))));
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        let symbols = by_symbol
            .map(|at| texts(&batch, at))
            .transpose()
            .map_err(|why| broken(format!("column `symbol`: {why}")))?;
        for at in 0..batch.num_rows() {
            let fail = |why: String| broken(format!("row {}: {why}", row + at + 1));
            let symbol = match (&default, &symbols) {
                (Some(symbol), _) => symbol.clone(),
                (None, Some(symbols)) => Symbol::new(&symbols[at]).map_err(|error| fail(error.to_string()))?,
                (None, None) => return Err(fail("it has no symbol".to_owned())),
            };
            let table = tables.entry(symbol);
            let table = table.or_insert_with(|| Table { times: Vec::new(), columns: vec![Vec::new(); values.len()] });
            let time = times[at].ok_or_else(|| fail("its time is missing".to_owned()))?;
            if let Some(before) = table.times.last().filter(|before| **before >= time) {
                return Err(fail(format!("known at {}, not after the one before it ({})", Time(time), Time(*before))));
            }
            table.times.push(time);
            for (values, column) in table.columns.iter_mut().zip(&columns) {
                values.push(column[at]);
            }
        }
        row += batch.num_rows();
    }
    if tables.is_empty() {
        return Err(broken("it holds no row".to_owned()));
    }
    let frame = |(symbol, table): (Symbol, Table)| {
        let names = values.iter().map(|at| names[*at].clone());
        let frame = Frame::new(table.times, names.zip(table.columns).collect());
        let frame = frame.map_err(|error| MarketError::Frame { symbol: symbol.clone(), error })?;
        Ok((symbol, frame))
    };
    let frames = tables.into_iter().map(frame).collect::<Result<Vec<_>, _>>()?;
    let dates = matches!(schema.field(time).data_type(), DataType::Date32 | DataType::Date64);
    Ok(if dates || names[time] == KNOWN_TIME { frames } else { crate::midnight::known(frames) })
}

/// Known times in ns.
fn known_times(column: &ArrayRef) -> Result<Vec<Option<i64>>, String> {
    let day_after = |time: i64| time.checked_add(Time::DAY);
    let (wanted, date) = match column.data_type() {
        DataType::Timestamp(..) => (DataType::Timestamp(TimeUnit::Nanosecond, None), false),
        DataType::Date32 | DataType::Date64 => (DataType::Timestamp(TimeUnit::Nanosecond, None), true),
        DataType::Int64 | DataType::UInt64 | DataType::Int32 | DataType::UInt32 => (DataType::Int64, false),
        other => {
            return Err(format!("is of type {other}, which is no time (wanted timestamps, dates or whole numbers)"));
        }
    };
    let whole = wanted == DataType::Int64;
    let column =
        cast(column, &wanted).and_then(|column| cast(&column, &DataType::Int64)).map_err(|error| error.to_string())?;
    let column = column.as_primitive_opt::<Int64Type>().ok_or("does not read as times")?;
    let time = |time: Option<i64>| match time {
        Some(time) if whole => whole_time(time).map(Some),
        Some(time) if date => day_after(time).map(Some).ok_or_else(|| format!("holds {time}, which is no date")),
        time => Ok(time),
    };
    column.iter().map(time).collect()
}

/// A whole number since 1970 of seconds, milliseconds, microseconds or nanoseconds, told by its size.
fn whole_time(number: i64) -> Result<i64, String> {
    let unit = match number.unsigned_abs().checked_ilog10().map_or(1, |digits| digits + 1) {
        9..=11 => Time::SECOND,
        12..=14 => 1_000_000,
        15..=17 => 1_000,
        18..=19 => 1,
        _ => return Err(format!("holds {number}, which is no time (as a number it has 9 to 19 digits, since 1970)")),
    };
    number.checked_mul(unit).ok_or_else(|| format!("holds {number}, which is no time"))
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
mod tests {
    use std::sync::Arc;

    use arrow_array::{Float64Array, Int64Array, TimestampMicrosecondArray};
    use parquet::arrow::ArrowWriter;

    use super::*;

    /// Known times of rows that a column of this name stamps with these microseconds, in a file as pandas leaves it.
    fn known(name: &str, stamps: &[i64]) -> Vec<i64> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bars.parquet");
        let close = Float64Array::from_iter_values(stamps.iter().map(|stamp| *stamp as f64));
        let index = Int64Array::from_iter_values(0..stamps.len() as i64);
        let columns: [(&str, ArrayRef); 3] = [
            (name, Arc::new(TimestampMicrosecondArray::from(stamps.to_vec()))),
            ("Close", Arc::new(close)),
            ("__index_level_0__", Arc::new(index)),
        ];
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let mut writer = ArrowWriter::try_new(File::create(&path).unwrap(), batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        let frames = read_parquet(&path, None).unwrap();
        assert_eq!((frames[0].0.as_str(), frames[0].1.names()), ("BARS", &["close".to_owned()][..]));
        frames[0].1.times().to_vec()
    }

    #[test]
    fn rows_that_are_all_stamped_with_a_midnight_are_days() {
        let day = Time::DAY / 1000;
        assert_eq!(known("Date", &[0, day, 3 * day]), [Time::DAY, 2 * Time::DAY, 4 * Time::DAY]);
        assert_eq!(known("known_time", &[0, day]), [0, Time::DAY]);
        assert_eq!(known("time", &[0, day, day + 1]), [0, Time::DAY, Time::DAY + 1000]);
    }
}
