//! Segments: what one unit said, one Parquet file, one row a record, in commit order.
//!
//! | column | of | unit |
//! |---|---|---|
//! | `known_time` | all | timestamp, ns UTC |
//! | `symbol`, `node`, `row`, `what` | all | words; row of the node since the origin |
//! | `name` | detection, outcome: pattern; target: reason; fill: why; fault: kind | word |
//! | `direction` | detection, outcome | −1, 0, 1 |
//! | `strength`, `probability`, `horizon`, `entry`, `stop`, `target` | detection | share, share, the pattern's unit, price |
//! | `exposure`, `limit`, `stop`, `take`, `expires` | target | share of equity, price, rows |
//! | `quantity`, `price` | fill | units, price |
//! | `detection`, `label`, `forward_return`, `rows` | outcome | number of the node's detection, word, ratio, rows |
//! | `values` | detection: evidence; columns: output columns | as declared |

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
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
use tapewright_model::{Batch, Digest, DigestWriter, Record, What};

use crate::LedgerError;

/// Records that are held before they go to the file.
const RECORDS_HELD: usize = 16 * 1024;
/// Records of a row group: bounds what the writer itself holds.
const ROW_GROUP_RECORDS: usize = 256 * 1024;

/// Words for the indices of records.
#[derive(Debug, Clone, Default)]
pub struct Labels {
    /// By instrument of the unit.
    pub symbols: Vec<String>,
    /// By node of the unit: its label, its patterns, its reasons.
    pub nodes: Vec<(String, Vec<String>, Vec<String>)>,
}

/// Writes one segment. Dropped before [`finish`](SegmentWriter::finish) it leaves nothing.
pub struct SegmentWriter {
    labels: Labels,
    folder: PathBuf,
    part: PathBuf,
    writer: Option<ArrowWriter<Hashed<File>>>,
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
    prices: [Float64Builder; NUMBERS.len()],
    horizon: UInt64Builder,
    expires: UInt32Builder,
    detection: UInt64Builder,
    label: Words,
    rows: UInt32Builder,
    values: ListBuilder<Float64Builder>,
}

/// Columns of plain numbers.
const NUMBERS: [&str; 11] = [
    "strength",
    "probability",
    "entry",
    "stop",
    "target",
    "exposure",
    "limit",
    "take",
    "quantity",
    "price",
    "forward_return",
];

impl SegmentWriter {
    pub(crate) fn new(folder: &Path, labels: Labels) -> Result<SegmentWriter, LedgerError> {
        // unique among the threads of this process; what a killed process leaves is never read
        static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        let number = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let part = folder.join(format!(".{}-{number}.part", std::process::id()));
        let file = File::create(&part).map_err(LedgerError::io(&part))?;
        let mut columns = Columns::default();
        let schema = columns.finish()?.schema();
        let properties = WriterProperties::builder()
            .set_compression(Compression::LZ4_RAW)
            .set_max_row_group_row_count(Some(ROW_GROUP_RECORDS))
            .set_created_by(concat!("tapewright ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let writer = ArrowWriter::try_new(Hashed::new(file), schema, Some(properties))?;
        Ok(SegmentWriter { labels, folder: folder.to_owned(), part, writer: Some(writer), columns })
    }

    /// Adds records.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn add(&mut self, batch: &Batch) -> Result<(), LedgerError> {
        for record in &batch.records {
            self.columns.add(record, batch.values_of(record), &self.labels);
            if self.columns.records >= RECORDS_HELD {
                self.flush()?;
            }
        }
        Ok(())
    }

    /// Completes the file, gives it its name, and tells the digest of its bytes.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self, digest: &Digest) -> Result<Digest, LedgerError> {
        self.flush()?;
        let path = self.folder.join(format!("{digest}.parquet"));
        let writer = self.writer.take().ok_or(LedgerError::Broken { what: "segment" })?;
        let file = writer.into_inner()?;
        file.inner.sync_all().map_err(LedgerError::io(&self.part))?;
        std::fs::rename(&self.part, &path).map_err(LedgerError::io(&path))?;
        Ok(file.digest())
    }

    fn flush(&mut self) -> Result<(), LedgerError> {
        let batch = self.columns.finish()?;
        if let Some(writer) = self.writer.as_mut().filter(|_| batch.num_rows() > 0) {
            writer.write(&batch)?;
        }
        Ok(())
    }
}

/// A file whose bytes are hashed on their way.
pub(crate) struct Hashed<F> {
    inner: F,
    writer: DigestWriter,
}

impl<F> Hashed<F> {
    pub(crate) fn new(inner: F) -> Hashed<F> {
        Hashed { inner, writer: DigestWriter::new("tapewright segment") }
    }

    pub(crate) fn digest(&self) -> Digest {
        self.writer.finish()
    }
}

impl<F: Write> Write for Hashed<F> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.writer.bytes(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

impl<F: Read> Read for Hashed<F> {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(bytes)?;
        self.writer.bytes(&bytes[..count]);
        Ok(count)
    }
}

impl Drop for SegmentWriter {
    fn drop(&mut self) {
        // gone already when it was finished; a failure on the way to that leaves nothing either
        let _ = std::fs::remove_file(&self.part);
    }
}

impl Columns {
    fn add(&mut self, record: &Record, values: &[f64], labels: &Labels) {
        let word = |words: &[String], index: u32| words.get(index as usize).cloned().unwrap_or_default();
        let empty = (String::new(), Vec::new(), Vec::new());
        let (label, patterns, reasons) = labels.nodes.get(record.node as usize).unwrap_or(&empty);
        let (mut name, mut direction, mut horizon, mut expires) = (None, None, None, None);
        let (mut detection, mut verdict, mut rows) = (None, None, None);
        let mut numbers = [None; NUMBERS.len()];
        match &record.what {
            What::Columns => {}
            What::Detection(said) => {
                name = Some(word(patterns, said.pattern));
                (direction, horizon) = (Some(said.direction.sign() as i8), Some(said.horizon));
                for (number, value) in
                    numbers.iter_mut().zip([said.strength, said.probability, said.entry, said.stop, said.target])
                {
                    *number = Some(value);
                }
            }
            What::Target(said) => {
                name = reasons.get(said.reason as usize).cloned();
                expires = Some(said.expires);
                (numbers[3], numbers[5], numbers[6], numbers[7]) =
                    (Some(said.stop), Some(said.exposure), Some(said.limit), Some(said.take));
            }
            What::Fill(fill) => {
                name = Some(fill.reason.word().to_owned());
                (numbers[8], numbers[9]) = (Some(fill.quantity), Some(fill.price));
            }
            What::Outcome(known) => {
                name = Some(word(patterns, known.pattern));
                (direction, detection, rows) =
                    (Some(known.direction.sign() as i8), Some(known.detection), Some(known.rows));
                (verdict, numbers[10]) = (Some(known.label.word()), Some(known.forward_return));
            }
            What::Fault(kind) => name = Some(kind.word().to_owned()),
        }
        self.records += 1;
        self.known_time.append_value(record.known_time.0);
        self.symbol.append_value(word(&labels.symbols, record.instrument));
        self.node.append_value(label);
        self.row.append_value(record.row);
        self.what.append_value(record.what.word());
        self.name.append_option(name);
        self.direction.append_option(direction);
        for (builder, number) in self.prices.iter_mut().zip(numbers) {
            builder.append_option(number.filter(|number| !number.is_nan()));
        }
        self.horizon.append_option(horizon);
        self.expires.append_option(expires);
        self.detection.append_option(detection);
        self.label.append_option(verdict);
        self.rows.append_option(rows);
        self.values.values().append_slice(values);
        self.values.append(matches!(record.what, What::Columns | What::Detection(_)));
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
        for (name, builder) in NUMBERS.into_iter().zip(&mut self.prices) {
            columns.push((name, Arc::new(builder.finish())));
        }
        columns.push(("horizon", Arc::new(self.horizon.finish())));
        columns.push(("expires", Arc::new(self.expires.finish())));
        columns.push(("detection", Arc::new(self.detection.finish())));
        columns.push(("label", Arc::new(self.label.finish())));
        columns.push(("rows", Arc::new(self.rows.finish())));
        columns.push(("values", Arc::new(self.values.finish())));
        let columns = columns.into_iter().map(|(name, column)| (name, column, true));
        Ok(RecordBatch::try_from_iter_with_nullable(columns)?)
    }
}
