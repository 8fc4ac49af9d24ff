//! Segments read back, piece by piece, into the records and rows that were written.

use std::fs::File;

use arrow_array::types::{Float64Type, Int8Type, Int32Type, TimestampNanosecondType, UInt32Type, UInt64Type};
use arrow_array::{Array, RecordBatch, cast::AsArray};
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use tapewright_model::{
    Batch, CANONICAL_NAN, Detection, Direction, FaultKind, Fill, FillReason, Judged, Label, Outcome, OutputRows,
    Record, Target, Time, UnitNames, What,
};

use crate::LedgerError;

/// Records of one piece.
const RECORDS_READ: usize = 16 * 1024;

/// Reads the records of a segment. `sequence` is not kept in a file: records have their place in it instead.
pub struct SegmentReader {
    batches: ParquetRecordBatchReader,
    labels: UnitNames,
    read: u64,
}

/// Reads the output columns of one node.
pub struct OutputsReader {
    batches: ParquetRecordBatchReader,
    node: u32,
    read: u64,
}

fn open(file: File) -> Result<ParquetRecordBatchReader, LedgerError> {
    Ok(ParquetRecordBatchReaderBuilder::try_new(file)?.with_batch_size(RECORDS_READ).build()?)
}

impl SegmentReader {
    pub(crate) fn open(file: File, labels: UnitNames) -> Result<SegmentReader, LedgerError> {
        Ok(SegmentReader { batches: open(file)?, labels, read: 0 })
    }

    /// The next records; `None` after the last.
    ///
    /// # Errors
    /// When the file is not what was written.
    pub fn next_batch(&mut self) -> Result<Option<Batch>, LedgerError> {
        let Some(rows) = self.batches.next().transpose()? else { return Ok(None) };
        let piece = Piece::new(&rows, &self.labels).ok_or(LedgerError::Broken { what: "segment" })?;
        let mut batch = Batch::default();
        for at in 0..rows.num_rows() {
            let record = piece.record(at, self.read, &mut batch.values);
            batch.records.push(record.ok_or(LedgerError::Broken { what: "record of a segment" })?);
            self.read += 1;
        }
        Ok(Some(batch))
    }
}

impl OutputsReader {
    pub(crate) fn open(file: File, node: usize) -> Result<OutputsReader, LedgerError> {
        Ok(OutputsReader { batches: open(file)?, node: u32::try_from(node).unwrap_or(u32::MAX), read: 0 })
    }

    /// The next rows; `None` after the last.
    ///
    /// # Errors
    /// When the file is not what was written.
    pub fn next_rows(&mut self) -> Result<Option<OutputRows>, LedgerError> {
        let Some(rows) = self.batches.next().transpose()? else { return Ok(None) };
        let block = || {
            let times = rows.column(0).as_primitive_opt::<TimestampNanosecondType>()?.values().to_vec();
            let slot = |column: &arrow_array::ArrayRef| {
                let values = column.as_primitive_opt::<Float64Type>()?;
                Some(values.iter().map(|value| value.unwrap_or(CANONICAL_NAN)).collect())
            };
            let slots = rows.columns()[1..].iter().map(slot).collect::<Option<_>>()?;
            Some(OutputRows { node: self.node, first_row: self.read, times, slots })
        };
        let block = block().ok_or(LedgerError::Broken { what: "file of output columns" })?;
        self.read += block.times.len() as u64;
        Ok(Some(block))
    }
}

/// One piece of a segment with its words turned into indices.
struct Piece<'a> {
    rows: &'a RecordBatch,
    symbol: Vec<Option<u32>>,
    node: Vec<Option<u32>>,
    what: Vec<Option<String>>,
    name: Vec<Option<String>>,
    label: Vec<Option<String>>,
    judged: Vec<Option<String>>,
    labels: &'a UnitNames,
}

impl<'a> Piece<'a> {
    fn new(rows: &'a RecordBatch, labels: &'a UnitNames) -> Option<Piece<'a>> {
        let nodes: Vec<&str> = labels.nodes.iter().map(|node| node.label.as_str()).collect();
        let symbols: Vec<&str> = labels.symbols.iter().map(String::as_str).collect();
        let index = |column: &str, words: &[&str]| -> Option<Vec<Option<u32>>> {
            let place = |word: Option<String>| words.iter().position(|known| Some(*known) == word.as_deref());
            Some(words_of(rows, column)?.into_iter().map(|word| place(word)?.try_into().ok()).collect())
        };
        Some(Piece {
            rows,
            symbol: index("symbol", &symbols)?,
            node: index("node", &nodes)?,
            what: words_of(rows, "what")?,
            name: words_of(rows, "name")?,
            label: words_of(rows, "label")?,
            judged: words_of(rows, "judged")?,
            labels,
        })
    }

    fn number(&self, name: &str, at: usize) -> Option<f64> {
        let column = self.rows.column_by_name(name)?.as_primitive_opt::<Float64Type>()?;
        Some(if column.is_null(at) { CANONICAL_NAN } else { column.value(at) })
    }

    fn count(&self, name: &str, at: usize) -> Option<u64> {
        let column = self.rows.column_by_name(name)?;
        if column.is_null(at) {
            return None;
        }
        match column.as_primitive_opt::<UInt64Type>() {
            Some(column) => Some(column.value(at)),
            None => Some(u64::from(column.as_primitive_opt::<UInt32Type>()?.value(at))),
        }
    }

    fn direction(&self, at: usize) -> Option<Direction> {
        let sign = self.rows.column_by_name("direction")?.as_primitive_opt::<Int8Type>()?.value(at);
        [Direction::Down, Direction::Neutral, Direction::Up].into_iter().find(|known| known.sign() == f64::from(sign))
    }

    fn record(&self, at: usize, sequence: u64, values: &mut Vec<f64>) -> Option<Record> {
        let time = self.rows.column_by_name("known_time")?.as_primitive_opt::<TimestampNanosecondType>()?.value(at);
        let (symbol, node) = (self.symbol[at]?, self.node[at]?);
        let labels = self.labels.nodes.get(node as usize)?;
        let name = self.name[at].as_deref();
        let index = |words: &[String]| u32::try_from(words.iter().position(|word| Some(word.as_str()) == name)?).ok();
        let number = |column: &str| self.number(column, at);
        let start = u32::try_from(values.len()).ok()?;
        let what = match self.what[at].as_deref()? {
            "detection" => {
                let evidence = self.rows.column_by_name("evidence")?.as_list_opt::<i32>()?.value(at);
                values.extend_from_slice(evidence.as_primitive_opt::<Float64Type>()?.values());
                What::Detection(Detection {
                    row: self.count("row", at)?,
                    // the record's instrument is the unit's; the node's own index is not kept
                    instrument: symbol,
                    pattern: index(&labels.patterns)?,
                    direction: self.direction(at)?,
                    strength: number("strength")?,
                    probability: number("probability")?,
                    horizon: self.count("horizon", at)?,
                    entry: number("entry")?,
                    stop: number("stop")?,
                    target: number("target")?,
                    close: number("close")?,
                    number: self.count("detection", at)?,
                    judged: Judged::ALL.into_iter().find(|judged| Some(judged.word()) == self.judged[at].as_deref())?,
                })
            }
            "target" => What::Target(Target {
                row: self.count("row", at)?,
                instrument: symbol,
                exposure: number("exposure")?,
                limit: number("limit")?,
                stop: number("stop")?,
                take: number("take")?,
                expires: u32::try_from(self.count("expires", at)?).ok()?,
                reason: index(&labels.reasons).unwrap_or(0),
            }),
            "fill" => What::Fill(Fill {
                instrument: symbol,
                quantity: number("quantity")?,
                price: number("price")?,
                reason: [FillReason::Target, FillReason::Stop, FillReason::Take, FillReason::Expiry]
                    .into_iter()
                    .find(|reason| Some(reason.word()) == name)?,
            }),
            "outcome" => What::Outcome(Outcome {
                detection: self.count("detection", at)?,
                pattern: index(&labels.patterns)?,
                instrument: symbol,
                direction: self.direction(at)?,
                label: [Label::Hit, Label::Miss, Label::Timeout, Label::Void]
                    .into_iter()
                    .find(|label| Some(label.word()) == self.label[at].as_deref())?,
                forward_return: number("forward_return")?,
                rows: u32::try_from(self.count("rows", at)?).ok()?,
            }),
            "fault" => What::Fault(FaultKind::ALL.into_iter().find(|kind| Some(kind.word()) == name)?),
            _ => return None,
        };
        Some(Record {
            known_time: Time(time),
            instrument: symbol,
            node,
            sequence,
            row: self.count("row", at)?,
            values: (start, u32::try_from(values.len()).ok()?),
            what,
        })
    }
}

/// A column of words, each record's own.
fn words_of(rows: &RecordBatch, name: &str) -> Option<Vec<Option<String>>> {
    let column = rows.column_by_name(name)?.as_dictionary_opt::<Int32Type>()?;
    let words = column.values().as_string_opt::<i32>()?;
    let word = |key: Option<usize>| key.map(|key| words.value(key).to_owned());
    Some((0..column.len()).map(|at| word(column.key(at))).collect())
}
