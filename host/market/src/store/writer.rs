//! Writes rows into a file as they come.
//!
//! Promises bounded memory whatever the number of rows, and that a file is whole and on the disk when it is finished.
//! Refuses to know: where the file goes then.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, TimestampNanosecondArray};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder};
use parquet::schema::types::ColumnPath;

use crate::error::MarketError;

/// Name of the first column of a table.
pub(crate) const KNOWN_TIME: &str = "known_time";
/// Name of the first column of releases: when the period begins.
pub(crate) const PERIOD: &str = "period";
/// Rows of a row group: bounds what a reader decodes ahead and what a writer holds.
const ROW_GROUP_ROWS: usize = 128 * 1024;
/// Values of a row group at most, so that a wide table takes no more memory than a long one: 128 MiB.
const ROW_GROUP_CELLS: usize = 1 << 24;
/// Rows that are handed on at once: they stay in the processor's cache.
const BATCH_ROWS: usize = 8 * 1024;
/// Values that are handed on at once, at most.
pub(crate) const BATCH_CELLS: usize = 1 << 20;

/// Writes one file of known times and doubles, with a period before them when it is of releases.
pub(crate) struct RowsWriter {
    path: PathBuf,
    writer: ArrowWriter<File>,
    schema: Arc<Schema>,
    periods: Option<Vec<i64>>,
    times: Vec<i64>,
    columns: Vec<Vec<f64>>,
    batch_rows: usize,
    rows: u64,
}

impl RowsWriter {
    /// Begins a file with these columns.
    pub(crate) fn create(path: &Path, names: &[String], periods: bool) -> Result<RowsWriter, MarketError> {
        let time = |name: &str| Field::new(name, DataType::Timestamp(TimeUnit::Nanosecond, Some("UTC".into())), false);
        let period = periods.then(|| time(PERIOD));
        let values = names.iter().map(|name| Field::new(name, DataType::Float64, true));
        let schema =
            Arc::new(Schema::new(period.into_iter().chain([time(KNOWN_TIME)]).chain(values).collect::<Vec<_>>()));
        let cells_of_row = names.len().max(1);
        let batch_rows = BATCH_ROWS.min(BATCH_CELLS / cells_of_row).max(1);
        let group_rows = ROW_GROUP_ROWS.min(ROW_GROUP_CELLS / cells_of_row).max(1);
        let mut properties = properties(if periods { &[PERIOD, KNOWN_TIME] } else { &[KNOWN_TIME] })
            .set_max_row_group_row_count(Some(group_rows));
        for name in names {
            // prices of a series hardly repeat: a dictionary costs a third of the time and saves nothing
            properties = properties.set_column_dictionary_enabled(ColumnPath::from(name.as_str()), false);
        }
        let file = File::create(path).map_err(MarketError::io(path))?;
        let writer = ArrowWriter::try_new(file, schema.clone(), Some(properties.build()));
        let writer = writer.map_err(|error| MarketError::file(path, error))?;
        Ok(RowsWriter {
            path: path.to_owned(),
            writer,
            schema,
            periods: periods.then(Vec::new),
            times: Vec::with_capacity(batch_rows),
            columns: names.iter().map(|_| Vec::with_capacity(batch_rows)).collect(),
            batch_rows,
            rows: 0,
        })
    }

    /// The next row, in the order of known times: one value for each column, NaN where there is none.
    pub(crate) fn row(&mut self, known: i64, period: i64, values: &[f64]) -> Result<(), MarketError> {
        self.times.push(known);
        if let Some(periods) = &mut self.periods {
            periods.push(period);
        }
        for (column, value) in self.columns.iter_mut().zip(values) {
            column.push(*value);
        }
        self.rows += 1;
        if self.times.len() >= self.batch_rows { self.flush() } else { Ok(()) }
    }

    /// Ends the file; it is on the disk then. Gives the number of its rows.
    pub(crate) fn finish(mut self) -> Result<u64, MarketError> {
        self.flush()?;
        let file = self.writer.into_inner().map_err(|error| MarketError::file(&self.path, error))?;
        file.sync_all().map_err(MarketError::io(&self.path))?;
        Ok(self.rows)
    }

    fn flush(&mut self) -> Result<(), MarketError> {
        if self.times.is_empty() {
            return Ok(());
        }
        let batch_rows = self.batch_rows;
        let time = |times: &mut Vec<i64>| -> ArrayRef {
            let times = std::mem::replace(times, Vec::with_capacity(batch_rows));
            Arc::new(TimestampNanosecondArray::from(times).with_timezone("UTC"))
        };
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(self.columns.len() + 2);
        columns.extend(self.periods.as_mut().map(time));
        columns.push(time(&mut self.times));
        for column in &mut self.columns {
            let values = std::mem::replace(column, Vec::with_capacity(batch_rows));
            columns.push(Arc::new(doubles(values)));
        }
        let broken = |error: &dyn std::fmt::Display| MarketError::file(&self.path, error);
        let batch = RecordBatch::try_new(self.schema.clone(), columns).map_err(|error| broken(&error))?;
        self.writer.write(&batch).map_err(|error| broken(&error))
    }
}

/// Values with null for NaN.
pub(crate) fn doubles(values: Vec<f64>) -> Float64Array {
    if values.iter().any(|value| value.is_nan()) {
        values.into_iter().map(|value| (!value.is_nan()).then_some(value)).collect()
    } else {
        Float64Array::from(values)
    }
}

/// How the store's files are written; columns of these names are times that ascend or nearly do.
fn properties(times: &[&str]) -> WriterPropertiesBuilder {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::LZ4_RAW)
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_created_by(concat!("tapewright ", env!("CARGO_PKG_VERSION")).to_owned());
    for name in times {
        let column = ColumnPath::from(*name);
        properties = properties
            .set_column_dictionary_enabled(column.clone(), false)
            .set_column_encoding(column, Encoding::DELTA_BINARY_PACKED);
    }
    properties
}

/// Writes one batch as a file of its own, with these words in its metadata.
pub(crate) fn write_batch(path: &Path, batch: &RecordBatch, words: Vec<(&str, String)>) -> Result<(), MarketError> {
    let broken = |error: &dyn std::fmt::Display| MarketError::file(path, error);
    let words = words.into_iter().map(|(key, value)| KeyValue::new(key.to_owned(), value)).collect();
    let properties = properties(&[]).set_key_value_metadata(Some(words)).build();
    let file = File::create(path).map_err(MarketError::io(path))?;
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).map_err(|error| broken(&error))?;
    writer.write(batch).map_err(|error| broken(&error))?;
    let file = writer.into_inner().map_err(|error| broken(&error))?;
    file.sync_all().map_err(MarketError::io(path))
}

/// Writes a small file whole.
pub(crate) fn write_text(path: &Path, text: &str) -> Result<(), MarketError> {
    let written = File::create(path).and_then(|mut file| {
        std::io::Write::write_all(&mut file, text.as_bytes())?;
        file.sync_all()
    });
    written.map_err(MarketError::io(path))
}
