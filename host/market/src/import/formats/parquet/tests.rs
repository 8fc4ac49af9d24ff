//! Parquet as other tools leave it.

use std::sync::Arc;

use arrow_array::{Float64Array, Int64Array, StringArray, TimestampMicrosecondArray};
use parquet::arrow::ArrowWriter;

use super::*;
use crate::import::heard::{hear_any, hints};

/// A file with these columns.
fn file(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

/// Rows that a column of this name stamps with these microseconds, in a file as pandas leaves it.
fn rows(name: &str, stamps: &[i64]) -> Vec<When> {
    let close = Float64Array::from_iter_values(stamps.iter().map(|stamp| *stamp as f64));
    let index = Int64Array::from_iter_values(0..stamps.len() as i64);
    let bytes = file(vec![
        (name, Arc::new(TimestampMicrosecondArray::from(stamps.to_vec()))),
        ("Close", Arc::new(close)),
        ("__index_level_0__", Arc::new(index)),
    ]);
    let read = hear_any("bars.parquet", bytes, &hints()).unwrap();
    let series = read.only();
    assert_eq!((read.format, series.symbol(), series.columns()), ("parquet", "BARS", "close".to_owned()));
    (0..series.rows()).map(|at| series.row(at).1).collect()
}

#[test]
fn rows_that_are_all_stamped_with_a_midnight_are_days() {
    let day = Time::DAY / 1000;
    assert_eq!(rows("Date", &[0, day, 3 * day]), [When::Day(0), When::Day(1), When::Day(3)]);
    assert_eq!(rows("known_time", &[0, day]), [When::Known(0), When::Known(Time::DAY)]);
    let known = [0, Time::DAY, Time::DAY + 1000].map(When::Known);
    assert_eq!(rows("time", &[0, day, day + 1]), known);
}

#[test]
fn timestamps_without_a_zone_are_of_the_one_that_is_said() {
    let stamps = || -> ArrayRef { Arc::new(TimestampMicrosecondArray::from(vec![9 * 3_600_000_000])) };
    let close = || -> ArrayRef { Arc::new(Float64Array::from(vec![1.5])) };
    let zoned: ArrayRef = Arc::new(TimestampMicrosecondArray::from(vec![9 * 3_600_000_000]).with_timezone("UTC"));
    let new_york = Hints { zone: crate::civil::zone("America/New_York"), ..hints() };
    for (time, want) in [(stamps(), "1970-01-01T14:00:00Z"), (zoned, "1970-01-01T09:00:00Z")] {
        let read = hear_any("a.parquet", file(vec![("time", time), ("close", close())]), &new_york).unwrap();
        assert_eq!(read.only().known(), [want]);
    }
    let epoch: ArrayRef = Arc::new(Int64Array::from(vec![1_704_292_260_000]));
    let symbol: ArrayRef = Arc::new(StringArray::from(vec!["SPY"]));
    let note: ArrayRef = Arc::new(StringArray::from(vec!["why"]));
    let columns = vec![("note", note), ("close", close()), ("symbol", symbol), ("ts", epoch)];
    let read = hear_any("a.parquet", file(columns), &hints()).unwrap();
    let series = read.only();
    assert_eq!((series.symbol(), series.columns(), series.row(0).2), ("SPY", "close".to_owned(), &[1.5][..]));
    assert_eq!(series.known(), ["2024-01-03T14:31:00Z"]);
}

#[test]
fn a_schema_that_is_nested_too_deeply_is_refused() {
    let error = hear_any("a.parquet", nesting::tests::nested(1_000_000), &hints()).unwrap_err();
    assert_eq!(error, "a.parquet: its columns are nested 17 deep, 16 at most\nhint: write a flat table");
    let error = hear_any("a.parquet", b"PAR1 and no more, really", &hints()).unwrap_err();
    assert_eq!(error, "a.parquet: it is not a whole Parquet file (its footer is damaged)");
    let close: ArrayRef = Arc::new(Float64Array::from(vec![1.5]));
    let error = hear_any("a.parquet", file(vec![("close", close)]), &hints()).unwrap_err();
    assert!(error.starts_with("a.parquet: no column is called time, date, "), "{error}");
}
