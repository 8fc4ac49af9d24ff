//! Parquet as bytes become batches, for every file that is read here.
//!
//! Promises that nothing a file says ends the thread: places that lie outside of it are refused before anything is read
//! by them, and where the decoders take damage for a bug of their own and panic, that is an error of the file.
//! Refuses to know: what the columns mean.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};

use arrow_array::RecordBatch;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::file::metadata::ParquetMetaData;

/// Rows of one file at most: a column of them has as many bytes as a packed file may unpack to.
const ROWS_MAX: u64 = 1 << 30;

/// Reads the footer of a file.
pub(crate) fn footer(file: &File) -> Result<ArrowReaderMetadata, String> {
    let bytes = file.metadata().map_err(|error| error.to_string())?.len();
    let footer = guarded(|| ArrowReaderMetadata::load(file, ArrowReaderOptions::new()))?;
    let footer = footer.map_err(|error| not_whole(&error))?;
    check_places(footer.metadata(), bytes).map_err(|reason| not_whole(&reason))?;
    Ok(footer)
}

/// The batches of a file, one after the other.
pub(crate) struct Batches {
    /// None after a panic.
    reader: Option<ParquetRecordBatchReader>,
}

impl Batches {
    /// Those that are built so.
    pub(crate) fn of(builder: ParquetRecordBatchReaderBuilder<File>) -> Result<Batches, String> {
        let reader = guarded(|| builder.build())?.map_err(|error| not_whole(&error))?;
        Ok(Batches { reader: Some(reader) })
    }
}

impl Iterator for Batches {
    type Item = Result<RecordBatch, String>;

    fn next(&mut self) -> Option<Result<RecordBatch, String>> {
        let mut reader = self.reader.take()?;
        let next = guarded(|| reader.next());
        if next.is_ok() {
            self.reader = Some(reader);
        }
        match next {
            Ok(batch) => Some(batch?.map_err(|error| error.to_string())),
            Err(reason) => Some(Err(reason)),
        }
    }
}

fn guarded<T>(decode: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(decode)).map_err(|panic| {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
        not_whole(&text.unwrap_or_else(|| "its pages are damaged".to_owned()))
    })
}

fn not_whole(reason: &dyn std::fmt::Display) -> String {
    format!("it is not a whole Parquet file ({reason})")
}

/// Says what is wrong with the places in a file of so many bytes.
fn check_places(metadata: &ParquetMetaData, bytes: u64) -> Result<(), String> {
    let mut rows = 0_u64;
    for group in metadata.row_groups() {
        let count = u64::try_from(group.num_rows()).map_err(|_| "a group of less than no rows")?;
        rows = rows.saturating_add(count);
        if rows > ROWS_MAX {
            return Err(format!("it says that it has {rows} rows, {ROWS_MAX} at most"));
        }
        for column in group.columns() {
            let start = column.dictionary_page_offset().unwrap_or(column.data_page_offset());
            let places = [start, column.data_page_offset(), column.compressed_size()].map(u64::try_from);
            let [Ok(start), Ok(data), Ok(length)] = places else {
                return Err("a column lies before its beginning".to_owned());
            };
            if start.checked_add(length).is_none_or(|end| end > bytes) || data > bytes {
                return Err("a column lies beyond its end".to_owned());
            }
            if column.num_values() < 0 || column.uncompressed_size() < 0 {
                return Err("a column of less than no values".to_owned());
            }
        }
    }
    Ok(())
}
