//! Rows of a file of the store, one after another: what an import is merged with.

use std::fs::File;
use std::path::{Path, PathBuf};

use arrow_array::types::{Float64Type, TimestampNanosecondType};
use arrow_array::{Array, RecordBatch, cast::AsArray};
use arrow_schema::{DataType, TimeUnit};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::decode::{Batches, footer};
use super::plain;
use super::writer::{BATCH_CELLS, KNOWN_TIME, PERIOD};
use crate::error::MarketError;

/// Rows that are decoded at once, fewer of a wide file.
const ROWS_READ: usize = 8 * 1024;

/// Reads a table, releases or prints from the first row on.
pub(crate) struct StoredRows {
    path: PathBuf,
    batches: Batches,
    names: Vec<String>,
    periods_come_first: bool,
    periods: Vec<i64>,
    times: Vec<i64>,
    columns: Vec<Vec<f64>>,
    at: usize,
}

impl StoredRows {
    /// Goes to the first row; `None` when the file is not there.
    ///
    /// # Errors
    /// When it is no file of known times and doubles.
    pub(crate) fn open(path: &Path) -> Result<Option<StoredRows>, MarketError> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(MarketError::io(path)(error)),
        };
        let broken = |reason| MarketError::file(path, reason);
        let footer = footer(&file).map_err(broken)?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, footer);
        let schema = builder.schema().clone();
        let is_time = |name: &str, at: usize| {
            schema.fields().get(at).is_some_and(|field| {
                field.name() == name && matches!(field.data_type(), DataType::Timestamp(TimeUnit::Nanosecond, _))
            })
        };
        let periods_come_first = is_time(PERIOD, 0);
        let known = usize::from(periods_come_first);
        let values = schema.fields().iter().skip(known + 1);
        if !is_time(KNOWN_TIME, known) || !values.clone().all(|field| *field.data_type() == DataType::Float64) {
            return Err(MarketError::file(path, "it is no file of the store: it has no known times and doubles"));
        }
        let names: Vec<String> = values.map(|field| field.name().clone()).collect();
        let rows_read = ROWS_READ.min(BATCH_CELLS / names.len().max(1)).max(1);
        let batches = Batches::of(builder.with_batch_size(rows_read)).map_err(broken)?;
        let columns = names.iter().map(|_| Vec::new()).collect();
        let mut rows = StoredRows {
            path: path.to_owned(),
            batches,
            names,
            periods_come_first,
            periods: Vec::new(),
            times: Vec::new(),
            columns,
            at: 0,
        };
        rows.read()?;
        Ok(Some(rows))
    }

    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Known time and period of the row; `None` after the last.
    pub(crate) fn head(&self) -> Option<(i64, i64)> {
        Some((*self.times.get(self.at)?, self.periods.get(self.at).copied().unwrap_or(0)))
    }

    /// A value of the row.
    pub(crate) fn value(&self, column: usize) -> f64 {
        self.columns.get(column).and_then(|values| values.get(self.at)).copied().unwrap_or(f64::NAN)
    }

    /// Goes to the next row.
    pub(crate) fn advance(&mut self) -> Result<(), MarketError> {
        self.at += 1;
        if self.at < self.times.len() { Ok(()) } else { self.read() }
    }

    fn read(&mut self) -> Result<(), MarketError> {
        let before = self.times.last().copied();
        self.times.clear();
        self.at = 0;
        let Some(batch) = self.batches.next() else { return Ok(()) };
        let broken = |why: &str| MarketError::file(&self.path, why);
        let batch = batch.map_err(|reason| broken(&reason))?;
        let times = |at: usize| -> Result<Vec<i64>, MarketError> {
            let column = column(&batch, at).as_primitive_opt::<TimestampNanosecondType>();
            let column = column.filter(|times| times.null_count() == 0);
            Ok(column.ok_or_else(|| broken("a time is missing"))?.values().to_vec())
        };
        let known = usize::from(self.periods_come_first);
        if self.periods_come_first {
            self.periods = times(0)?;
        }
        self.times = times(known)?;
        if before.into_iter().chain(self.times.iter().copied()).is_sorted() {
            for (at, values) in self.columns.iter_mut().enumerate() {
                let column = column(&batch, at + known + 1).as_primitive_opt::<Float64Type>();
                *values = plain(column.ok_or_else(|| MarketError::file(&self.path, "a column is not of doubles"))?);
            }
            return if self.times.is_empty() { self.read() } else { Ok(()) };
        }
        Err(broken("its known times do not ascend"))
    }
}

fn column(batch: &RecordBatch, at: usize) -> &dyn Array {
    batch.columns().get(at).map_or(batch.column(0).as_ref(), AsRef::as_ref)
}
