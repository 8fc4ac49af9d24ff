//! Output columns of one node as a Parquet file.

use std::fs::File;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, TimestampNanosecondArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use tapewright_model::OutputRows;

use super::{Hashed, Part};
use crate::LedgerError;

/// Rows of a row group: bounds what the writer itself holds of it.
const ROW_GROUP_ROWS: usize = 128 * 1024;

pub(super) struct OutputsWriter {
    part: Part,
    schema: SchemaRef,
    writer: ArrowWriter<Hashed<File>>,
}

impl OutputsWriter {
    pub(super) fn new(mut part: Part, names: &[String]) -> Result<OutputsWriter, LedgerError> {
        let time = Field::new("known_time", DataType::Timestamp(TimeUnit::Nanosecond, Some("UTC".into())), false);
        let columns = names.iter().map(|name| Field::new(name, DataType::Float64, true));
        let schema = Arc::new(Schema::new([time].into_iter().chain(columns).collect::<Vec<_>>()));
        let known_time = ColumnPath::from("known_time");
        let properties = WriterProperties::builder()
            .set_compression(Compression::LZ4_RAW)
            // numbers that were computed seldom repeat: looking for that costs more than it saves
            .set_dictionary_enabled(false)
            .set_statistics_enabled(EnabledStatistics::None)
            .set_column_encoding(known_time.clone(), Encoding::DELTA_BINARY_PACKED)
            .set_column_statistics_enabled(known_time, EnabledStatistics::Chunk)
            .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
            .set_created_by(concat!("tapewright ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let writer = ArrowWriter::try_new(part.take()?, schema.clone(), Some(properties))?;
        Ok(OutputsWriter { part, schema, writer })
    }

    pub(super) fn add(&mut self, block: &OutputRows) -> Result<(), LedgerError> {
        let times = TimestampNanosecondArray::from(block.times.clone()).with_timezone("UTC");
        let column = |values: &Vec<f64>| -> ArrayRef {
            if values.iter().any(|value| value.is_nan()) {
                Arc::new(values.iter().map(|value| (!value.is_nan()).then_some(*value)).collect::<Float64Array>())
            } else {
                Arc::new(Float64Array::from(values.clone()))
            }
        };
        let columns = [Arc::new(times) as ArrayRef].into_iter().chain(block.slots.iter().map(column));
        let batch = RecordBatch::try_new(self.schema.clone(), columns.collect())?;
        Ok(self.writer.write(&batch)?)
    }

    pub(super) fn finish(self) -> Result<Part, LedgerError> {
        self.part.give_back(self.writer)
    }
}
