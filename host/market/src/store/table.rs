//! Tables: one Parquet file of known times and doubles.
//!
//! | column | type |
//! |---|---|
//! | `known_time` | timestamp, ns UTC, strictly ascending |
//! | every other, such as `close` | double; null is missing |
//!
//! A file of this shape, whoever made it, is read in pieces; nothing of it is held whole.

use std::fs::File;
use std::path::{Path, PathBuf};

use arrow_array::types::{Float64Type, TimestampNanosecondType};
use arrow_array::{Array, Float64Array, cast::AsArray};
use arrow_schema::{DataType, TimeUnit};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReaderBuilder};
use parquet::file::statistics::Statistics;
use tapewright_model::{CANONICAL_NAN, Digest, Frame, FrameError, Symbol, Time};

use super::decode::{Batches, footer};
use crate::error::MarketError;
use crate::series::Span;
use crate::store::writer::{KNOWN_TIME, RowsWriter};

/// Rows of one piece that is read: what one slab of a narrow node holds.
const ROWS_READ: usize = 32 * 1024;

/// A file of the store that was looked at and not read yet.
pub(crate) struct StoreFile {
    path: PathBuf,
    names: Vec<String>,
    metadata: ArrowReaderMetadata,
    last: Option<Time>,
}

/// Reads a file of the store piece by piece.
pub(crate) struct StoreReader {
    path: PathBuf,
    symbol: Symbol,
    span: Span,
    batches: Batches,
    /// Name of each wanted column, and its place in a batch.
    wanted: Vec<(String, usize)>,
    /// The last row that was given.
    before: Option<i64>,
}

impl std::fmt::Debug for StoreFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.path.display())
    }
}

impl StoreFile {
    /// Looks at a file; `None` when it is Parquet of another shape.
    pub(crate) fn open(path: &Path) -> Result<Option<StoreFile>, MarketError> {
        let file = File::open(path).map_err(MarketError::io(path))?;
        let metadata = footer(&file).map_err(|reason| MarketError::file(path, reason))?;
        let fields = metadata.schema().fields();
        let Some((time, columns)) = fields.split_first() else { return Ok(None) };
        let fits = time.name() == KNOWN_TIME
            && matches!(time.data_type(), DataType::Timestamp(TimeUnit::Nanosecond, _))
            && columns.iter().all(|column| *column.data_type() == DataType::Float64);
        if !fits {
            return Ok(None);
        }
        let groups = metadata.metadata().row_groups();
        let last = groups.iter().rev().find(|group| group.num_rows() > 0).map(|group| group.column(0).statistics());
        let last = match last {
            None => None,
            Some(Some(Statistics::Int64(statistics))) => statistics.max_opt().map(|max| Time(*max)),
            // without statistics its end is not known before it is read
            Some(_) => return Ok(None),
        };
        let names = columns.iter().map(|column| column.name().clone()).collect();
        Ok(Some(StoreFile { path: path.to_owned(), names, metadata, last }))
    }

    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    pub(crate) fn rows(&self) -> usize {
        usize::try_from(self.metadata.metadata().file_metadata().num_rows()).unwrap_or(0)
    }

    pub(crate) fn last(&self) -> Option<Time> {
        self.last
    }

    pub(crate) fn first(&self) -> Option<Time> {
        match self.metadata.metadata().row_groups().first()?.column(0).statistics() {
            Some(Statistics::Int64(known)) => known.min_opt().map(|min| Time(*min)),
            _ => None,
        }
    }

    /// Of the file's bytes.
    pub(crate) fn digest(&self) -> Result<Digest, MarketError> {
        super::digest_of(&self.path)
    }

    pub(crate) fn reader(&self, symbol: &Symbol, span: Span, columns: &[usize]) -> Result<StoreReader, MarketError> {
        let file = File::open(&self.path).map_err(MarketError::io(&self.path))?;
        let parquet = self.metadata.parquet_schema();
        let mut sorted: Vec<usize> = columns.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        let place = |column: usize| sorted.binary_search(&column).unwrap_or(0) + 1;
        let wanted = columns.iter().map(|column| (self.names[*column].clone(), place(*column))).collect();
        let mask = ProjectionMask::roots(parquet, [0].into_iter().chain(sorted.iter().map(|column| column + 1)));
        let groups = self.metadata.metadata().row_groups().iter().enumerate();
        let needed = groups.filter(|(_, group)| match group.column(0).statistics() {
            Some(Statistics::Int64(known)) => {
                known.max_opt().is_none_or(|max| *max > span.after.0)
                    && known.min_opt().is_none_or(|min| *min <= span.until.0)
            }
            _ => true,
        });
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone())
            .with_projection(mask)
            .with_row_groups(needed.map(|(index, _)| index).collect())
            .with_batch_size(ROWS_READ);
        let batches = Batches::of(builder).map_err(|reason| MarketError::file(&self.path, reason))?;
        Ok(StoreReader { path: self.path.clone(), symbol: symbol.clone(), span, batches, wanted, before: None })
    }
}

impl StoreReader {
    pub(crate) fn broken(&self, error: FrameError) -> MarketError {
        MarketError::Frame { symbol: self.symbol.clone(), error }
    }

    pub(crate) fn next_rows(&mut self) -> Result<Option<Frame>, MarketError> {
        let named = |error| MarketError::Frame { symbol: self.symbol.clone(), error };
        for batch in self.batches.by_ref() {
            let broken = |why: &str| MarketError::file(&self.path, why);
            let batch = batch.map_err(|reason| broken(&reason))?;
            let times = batch.column(0).as_primitive_opt::<TimestampNanosecondType>();
            let times = times.filter(|times| times.null_count() == 0);
            let times = times.ok_or_else(|| broken("a known time is missing"))?;
            if let (Some(before), Some(first)) = (self.before, times.values().first())
                && before >= *first
            {
                let (first, before) = (Time(*first), Time(before));
                return Err(broken(&format!("a row is known at {first}, not after the one before it ({before})")));
            }
            self.before = times.values().last().copied();
            let column = |(name, place): &(String, usize)| {
                let values = batch.columns().get(*place).and_then(|column| column.as_primitive_opt::<Float64Type>());
                values.map(|values| (name.clone(), plain(values)))
            };
            let columns: Option<Vec<_>> = self.wanted.iter().map(column).collect();
            let columns = columns.ok_or_else(|| broken("a column is not of doubles"))?;
            let rows = self.span.cut(Frame::new(times.values().to_vec(), columns).map_err(named)?);
            if rows.rows() > 0 {
                return Ok(Some(rows));
            }
        }
        Ok(None)
    }
}

/// Values with NaN where there is none.
pub(crate) fn plain(values: &Float64Array) -> Vec<f64> {
    if values.null_count() == 0 {
        return values.values().to_vec();
    }
    values.iter().map(|value| value.unwrap_or(CANONICAL_NAN)).collect()
}

/// Writes rows into a folder as a file of the store, whole or not at all.
///
/// # Errors
/// When it cannot be written.
pub fn write_store(folder: &Path, symbol: &Symbol, frame: &Frame) -> Result<PathBuf, MarketError> {
    let path = folder.join(format!("{symbol}.parquet"));
    write_at(&path, frame).map(|()| path)
}

/// Writes rows as a table at a place, whole or not at all.
pub(crate) fn write_at(path: &Path, frame: &Frame) -> Result<(), MarketError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(MarketError::io(folder))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let part = folder.join(format!(".{}-{name}.part", std::process::id()));
    let written = write(&part, frame).and_then(|()| std::fs::rename(&part, path).map_err(MarketError::io(path)));
    if written.is_err() {
        // what is half there is of no use
        let _ = std::fs::remove_file(&part);
    }
    written
}

fn write(path: &Path, frame: &Frame) -> Result<(), MarketError> {
    let mut writer = RowsWriter::create(path, frame.names(), false)?;
    let mut values = vec![CANONICAL_NAN; frame.names().len()];
    for (row, time) in frame.times().iter().enumerate() {
        for (index, value) in values.iter_mut().enumerate() {
            *value = frame.column(index).get(row).copied().unwrap_or(CANONICAL_NAN);
        }
        writer.row(*time, 0, &values)?;
    }
    writer.finish().map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instrument::Instrument;
    use crate::{Adjust, Market, OpenOptions, Rows};

    fn frame(rows: i64) -> Frame {
        let times: Vec<i64> = (1..=rows).map(|minute| minute * 60 * Time::SECOND).collect();
        let close = (0..rows).map(|row| if row % 7 == 0 { f64::NAN } else { row as f64 }).collect();
        let volume = (0..rows).map(|row| row as f64 * 10.0).collect();
        Frame::new(times, vec![("close".into(), close), ("volume".into(), volume)]).unwrap()
    }

    fn bits(frame: &Frame) -> Vec<Vec<u64>> {
        (0..frame.names().len()).map(|column| frame.column(column).iter().map(|v| v.to_bits()).collect()).collect()
    }

    #[test]
    fn what_is_written_reads_back_in_pieces_and_within_a_span() {
        let folder = tempfile::tempdir().unwrap();
        let (symbol, rows) = (Symbol::new("AAA").unwrap(), ROWS_READ as i64 * 5 + 11);
        let whole = frame(rows);
        write_store(folder.path(), &symbol, &whole).unwrap();
        let open = |span| {
            let options = OpenOptions { span, ..OpenOptions::default() };
            Market::open(&[folder.path().to_owned()], &options).unwrap()
        };
        let market = open(Span::default());
        let read = market.whole(&symbol, None).unwrap().unwrap();
        assert_eq!((read.times(), read.names()), (whole.times(), whole.names()));
        assert_eq!(bits(&read), bits(&whole));
        assert_eq!((market.rows(&symbol), market.end()), (Some(rows as usize), Time(rows * 60 * Time::SECOND)));
        // one column alone, in pieces that follow each other
        let mut reader = market.reader(&symbol, &Rows::default(), &[1]).unwrap().unwrap();
        let (mut next, mut pieces) = (0, 0);
        while let Some(piece) = reader.next_rows().unwrap() {
            assert_eq!(piece.names(), ["volume"]);
            assert_eq!(piece.column(0)[0], next as f64 * 10.0);
            (next, pieces) = (next + piece.rows(), pieces + 1);
        }
        assert!(next == rows as usize && pieces > 4, "{pieces}");
        // after 100 minutes, until 150,000
        let span = Span { after: Time(100 * 60 * Time::SECOND), until: Time(150_000 * 60 * Time::SECOND) };
        let part = open(span).whole(&symbol, None).unwrap().unwrap();
        assert_eq!((part.times()[0], part.rows()), (101 * 60 * Time::SECOND, 149_900));
        assert_ne!(open(span).digest().unwrap(), market.digest().unwrap());
    }

    #[test]
    fn bars_of_a_file_are_those_of_the_same_rows_in_memory() {
        let folder = tempfile::tempdir().unwrap();
        let symbol = Symbol::new("AAA").unwrap();
        let whole = frame(ROWS_READ as i64 * 3 + 500);
        write_store(folder.path(), &symbol, &whole).unwrap();
        for until in [i64::MAX, 70_000 * 60 * Time::SECOND + 1] {
            let span = Span { after: Time(17 * 60 * Time::SECOND), until: Time(until) };
            let options = OpenOptions { span, ..OpenOptions::default() };
            let file = Market::open(&[folder.path().to_owned()], &options).unwrap();
            let rows = Instrument::of_rows(crate::series::Series::Memory(whole.clone()));
            let memory = Market::of([(symbol.clone(), rows)].into(), span, None, Adjust::None).unwrap();
            for timeframe in ["5m", "1h", "1d", "1w"] {
                let timeframe = Some(timeframe.parse().unwrap());
                let [a, b] = [&file, &memory].map(|market| market.whole(&symbol, timeframe).unwrap().unwrap());
                assert_eq!((a.times(), bits(&a)), (b.times(), bits(&b)), "{timeframe:?}");
                assert!(a.rows() > 0);
            }
        }
    }

    #[test]
    fn a_damaged_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = write_store(folder.path(), &Symbol::new("AAA").unwrap(), &frame(1000)).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        let error = Market::open(&[path], &OpenOptions::default()).unwrap_err().to_string();
        assert!(error.contains("AAA.parquet: it is not a whole Parquet file"), "{error}");
    }
}
