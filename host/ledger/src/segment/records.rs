//! Records as a Parquet file.

use std::fs::File;
use std::sync::Arc;

use arrow_array::builder::{
    Float64Builder, Int8Builder, ListBuilder, StringDictionaryBuilder, TimestampNanosecondBuilder, UInt32Builder,
    UInt64Builder,
};
use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, RecordBatch};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use tapewright_model::{Batch, NodeNames, Record, UnitNames, What};

use super::{Hashed, Part};
use crate::LedgerError;

/// Records that are held before they go to the file.
const RECORDS_HELD: usize = 16 * 1024;
/// Records of a row group: bounds what the writer itself holds.
const ROW_GROUP_RECORDS: usize = 256 * 1024;

pub(super) struct RecordsWriter {
    part: Part,
    writer: ArrowWriter<Hashed<File>>,
    columns: Columns,
}

type Words = StringDictionaryBuilder<Int32Type>;

/// Builders in the order of the file's columns.
#[derive(Default)]
struct Columns {
    records: usize,
    known_time: TimestampNanosecondBuilder,
    symbol: Words,
    node: Words,
    row: UInt64Builder,
    what: Words,
    name: Words,
    direction: Int8Builder,
    numbers: [Float64Builder; NUMBERS.len()],
    horizon: UInt64Builder,
    judged: Words,
    expires: UInt32Builder,
    detection: UInt64Builder,
    label: Words,
    rows: UInt32Builder,
    evidence: ListBuilder<Float64Builder>,
}

/// Columns of plain numbers.
pub(super) const NUMBERS: [&str; 12] = [
    "strength",
    "probability",
    "entry",
    "stop",
    "target",
    "close",
    "exposure",
    "limit",
    "take",
    "quantity",
    "price",
    "forward_return",
];

impl RecordsWriter {
    pub(super) fn new(mut part: Part) -> Result<RecordsWriter, LedgerError> {
        let mut columns = Columns::default();
        let schema = columns.finish()?.schema();
        let properties = WriterProperties::builder()
            .set_compression(Compression::LZ4_RAW)
            .set_max_row_group_row_count(Some(ROW_GROUP_RECORDS))
            .set_created_by(concat!("tapewright ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let writer = ArrowWriter::try_new(part.take()?, schema, Some(properties))?;
        Ok(RecordsWriter { part, writer, columns })
    }

    pub(super) fn add(&mut self, batch: &Batch, labels: &UnitNames) -> Result<(), LedgerError> {
        for record in &batch.records {
            self.columns.add(record, batch.values_of(record), labels);
            if self.columns.records >= RECORDS_HELD {
                self.flush()?;
            }
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<Part, LedgerError> {
        self.flush()?;
        self.part.give_back(self.writer)
    }

    fn flush(&mut self) -> Result<(), LedgerError> {
        let batch = self.columns.finish()?;
        if batch.num_rows() > 0 {
            self.writer.write(&batch)?;
        }
        Ok(())
    }
}

impl Columns {
    fn add(&mut self, record: &Record, values: &[f64], labels: &UnitNames) {
        let none = NodeNames::default();
        let node = labels.nodes.get(record.node as usize).unwrap_or(&none);
        fn word(words: &[String], index: u32) -> &str {
            words.get(index as usize).map_or("", String::as_str)
        }
        let name;
        let (mut direction, mut horizon, mut judged, mut expires) = (None, None, None, None);
        let (mut detection, mut verdict, mut rows) = (None, None, None);
        let mut numbers = [None; NUMBERS.len()];
        match &record.what {
            What::Detection(said) => {
                name = Some(word(&node.patterns, said.pattern));
                (direction, horizon) = (Some(said.direction.sign() as i8), Some(said.horizon));
                (detection, judged) = (Some(said.number), Some(said.judged.word()));
                let levels = [said.strength, said.probability, said.entry, said.stop, said.target, said.close];
                for (number, value) in numbers.iter_mut().zip(levels) {
                    *number = Some(value);
                }
            }
            What::Target(said) => {
                name = node.reasons.get(said.reason as usize).map(String::as_str);
                expires = Some(said.expires);
                (numbers[3], numbers[6], numbers[7], numbers[8]) =
                    (Some(said.stop), Some(said.exposure), Some(said.limit), Some(said.take));
            }
            What::Fill(fill) => {
                name = Some(fill.reason.word());
                (numbers[9], numbers[10]) = (Some(fill.quantity), Some(fill.price));
            }
            What::Outcome(known) => {
                name = Some(word(&node.patterns, known.pattern));
                (direction, detection, rows) =
                    (Some(known.direction.sign() as i8), Some(known.detection), Some(known.rows));
                (verdict, numbers[11]) = (Some(known.label.word()), Some(known.forward_return));
            }
            What::Fault(kind) => name = Some(kind.word()),
        }
        self.records += 1;
        self.known_time.append_value(record.known_time.0);
        self.symbol.append_value(word(&labels.symbols, record.instrument));
        self.node.append_value(&node.label);
        self.row.append_value(record.row);
        self.what.append_value(record.what.word());
        self.name.append_option(name);
        self.direction.append_option(direction);
        for (builder, number) in self.numbers.iter_mut().zip(numbers) {
            builder.append_option(number.filter(|number| !number.is_nan()));
        }
        self.horizon.append_option(horizon);
        self.judged.append_option(judged);
        self.expires.append_option(expires);
        self.detection.append_option(detection);
        self.label.append_option(verdict);
        self.rows.append_option(rows);
        self.evidence.values().append_slice(values);
        self.evidence.append(matches!(record.what, What::Detection(_)));
    }

    fn finish(&mut self) -> Result<RecordBatch, LedgerError> {
        self.records = 0;
        let time: ArrayRef = Arc::new(self.known_time.finish().with_timezone("UTC"));
        let mut columns: Vec<(&str, ArrayRef)> = vec![
            ("known_time", time),
            ("symbol", Arc::new(self.symbol.finish())),
            ("node", Arc::new(self.node.finish())),
            ("row", Arc::new(self.row.finish())),
            ("what", Arc::new(self.what.finish())),
            ("name", Arc::new(self.name.finish())),
            ("direction", Arc::new(self.direction.finish())),
        ];
        for (name, builder) in NUMBERS.into_iter().zip(&mut self.numbers) {
            columns.push((name, Arc::new(builder.finish())));
        }
        columns.push(("horizon", Arc::new(self.horizon.finish())));
        columns.push(("judged", Arc::new(self.judged.finish())));
        columns.push(("expires", Arc::new(self.expires.finish())));
        columns.push(("detection", Arc::new(self.detection.finish())));
        columns.push(("label", Arc::new(self.label.finish())));
        columns.push(("rows", Arc::new(self.rows.finish())));
        columns.push(("evidence", Arc::new(self.evidence.finish())));
        let columns = columns.into_iter().map(|(name, column)| (name, column, true));
        Ok(RecordBatch::try_from_iter_with_nullable(columns)?)
    }
}
