//! Gzip and Parquet: cut, damaged, or with columns that are no bars.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray, TimestampSecondArray,
    UInt64Array,
};
use parquet::arrow::ArrowWriter;
use tapewright_market::{ImportOptions, preview};

use crate::desk::{broken, gzip};

#[test]
fn a_gzip_stream_that_is_cut_gives_no_row() {
    let lines: String = (0..4_000).map(|at| format!("{},{}\n", 1_704_067_260 + at * 60, at + 1)).collect();
    let packed = gzip(format!("time,close\n{lines}").as_bytes());
    for cut in [2, 9, packed.len() / 2, packed.len() - 8, packed.len() - 1] {
        let says = "AAA.csv.gz: the gzip stream ends too early: the file is truncated\nhint: fetch or pack it again";
        broken("AAA.csv.gz", &packed[..cut]).says(&[says]).refused();
    }
    let mut damaged = packed.clone();
    damaged[packed.len() / 2] ^= 0xff;
    broken("AAA.csv.gz", damaged).says(&["AAA.csv.gz: the gzip stream is damaged"]).refused();
    broken("AAA.csv.gz", gzip(&gzip(b"date,close\n2024-01-03,1\n")))
        .says(&["AAA.csv.gz: it is packed with gzip twice"])
        .refused();
    // an empty stream, and a bomb without a line's end
    broken("AAA.csv.gz", gzip(b"")).says(&["AAA.csv.gz: its form is not known; it begins with nothing"]).refused();
    broken("AAA.csv.gz", gzip(&vec![b'1'; 64 << 20]))
        .says(&["AAA.csv.gz: its form is not known; it begins with a line of more"])
        .refused();
}

fn parquet(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

fn minutes(minutes: &[Option<i64>]) -> ArrayRef {
    let stamps: Vec<Option<i64>> =
        minutes.iter().map(|minute| minute.map(|minute| 1_704_292_260 + minute * 60)).collect();
    Arc::new(TimestampSecondArray::from(stamps))
}

fn numbers(numbers: &[f64]) -> ArrayRef {
    Arc::new(Float64Array::from(numbers.to_vec()))
}

#[test]
fn parquet_that_is_cut_or_damaged_is_no_table() {
    let whole = parquet(vec![("time", minutes(&[Some(0), Some(1)])), ("close", numbers(&[1.0, 2.0]))]);
    let held = "AAA 1m close|2024-01-03T14:31:00Z 1|2024-01-03T14:32:00Z 2";
    broken("AAA.parquet", whole.clone()).taken(held);
    for cut in [4, 12, whole.len() / 2, whole.len() - 4, whole.len() - 1] {
        broken("AAA.parquet", &whole[..cut]).says(&["AAA.parquet: it is not a whole Parquet file"]).refused();
    }
    // whatever one byte is, it ends in rows or in an error that names the file, also where the decoder panics
    for at in 4..whole.len() {
        for bit in [0x01, 0x80, 0xff] {
            let mut damaged = whole.clone();
            damaged[at] ^= bit;
            let seen = preview("AAA.parquet", &damaged, &ImportOptions::default());
            let told = seen.map_or_else(|error| error.to_string().starts_with("AAA.parquet: "), |seen| seen.rows <= 2);
            assert!(told, "byte {at}");
        }
    }
}

#[test]
fn columns_of_parquet_that_are_no_bars_are_named() {
    let time = || minutes(&[Some(0), Some(1)]);
    for (columns, says) in [
        (vec![("time", time())], "AAA.parquet: there is no column `close`"),
        (vec![("close", numbers(&[1.0, 2.0]))], "AAA.parquet: no column is called time"),
        (
            vec![("time", time()), ("close", Arc::new(StringArray::from(vec!["1", "2"])) as ArrayRef)],
            "AAA.parquet: there is no column `close`",
        ),
        (
            vec![("time", time()), ("close", Arc::new(BooleanArray::from(vec![true, false])) as ArrayRef)],
            "AAA.parquet: there is no column `close`",
        ),
        (
            vec![("time", time()), ("close", numbers(&[1.0, f64::INFINITY]))],
            "AAA.parquet: column `close`: inf is no price",
        ),
        (
            vec![("time", time()), ("date", time()), ("close", numbers(&[1.0, 2.0]))],
            "AAA.parquet: `date` and `time` both name the time",
        ),
        (
            vec![("time", numbers(&[1.0, 2.0])), ("close", numbers(&[1.0, 2.0]))],
            "AAA.parquet: the column of the time is of type Float64, which is no time",
        ),
        (
            vec![("time", Arc::new(Int64Array::from(vec![1, 2])) as ArrayRef), ("close", numbers(&[1.0, 2.0]))],
            "AAA.parquet: the column of the time holds 1, which is no time",
        ),
        (
            vec![("time", time()), ("Close", numbers(&[1.0, 2.0])), ("close", numbers(&[1.0, 2.0]))],
            "AAA.parquet: column `close` stands twice",
        ),
        (vec![("time", minutes(&[])), ("close", numbers(&[]))], "AAA.parquet: it holds no row"),
    ] {
        broken("AAA.parquet", parquet(columns)).says(&[says]).refused();
    }
}

#[test]
fn rows_of_parquet_that_have_no_time_or_price_are_named_by_their_number() {
    let held = "AAA 1m close|2024-01-03T14:31:00Z 1|2024-01-03T14:32:00Z 2";
    let columns = vec![("time", minutes(&[Some(0), Some(1), None])), ("close", numbers(&[1.0, 2.0, 3.0]))];
    broken("AAA.parquet", parquet(columns)).says(&["AAA.parquet: row 3: its time is missing"]).holds(held).refused();
    let columns = vec![("time", minutes(&[Some(0), Some(1), Some(2)])), ("close", numbers(&[1.0, 2.0, f64::NAN]))];
    broken("AAA.parquet", parquet(columns))
        .says(&["AAA.parquet: AAA: the bar of 2024-01-03T14:33:00Z has no close"])
        .holds(held)
        .refused();
    let symbols: ArrayRef = Arc::new(StringArray::from(vec![Some("AAA"), Some("AAA"), None]));
    let columns = vec![
        ("time", minutes(&[Some(0), Some(1), Some(2)])),
        ("symbol", symbols),
        ("close", numbers(&[1.0, 2.0, 3.0])),
    ];
    broken("AAA.parquet", parquet(columns)).says(&["AAA.parquet: row 3: `` is not a symbol"]).holds(held).refused();
    // days and moments that 64 bits of nanoseconds do not hold
    let days: ArrayRef = Arc::new(Date32Array::from(vec![19_725, 19_726, i32::MAX]));
    broken("AAA.parquet", parquet(vec![("date", days), ("close", numbers(&[1.0, 2.0, 3.0]))]))
        .says(&["AAA.parquet", "day 2147483647 since 1970 is out of all bounds"])
        .holds("AAA 1d close|2024-01-04T00:00:00Z 1|2024-01-05T00:00:00Z 2")
        .refused();
    let far: ArrayRef = Arc::new(TimestampSecondArray::from(vec![1_704_292_260, 1_704_292_320, i64::MAX / 2]));
    broken("AAA.parquet", parquet(vec![("time", far), ("close", numbers(&[1.0, 2.0, 3.0]))]))
        .says(&["AAA.parquet: row 3: its time"])
        .holds(held)
        .refused();
    let least: ArrayRef = Arc::new(Int64Array::from(vec![1_704_292_260, 1_704_292_320, i64::MIN]));
    broken("AAA.parquet", parquet(vec![("time", least), ("close", numbers(&[1.0, 2.0, 3.0]))]))
        .says(&["AAA.parquet: its time is out of all bounds"])
        .holds(held)
        .refused();
    let volume: ArrayRef = Arc::new(UInt64Array::from(vec![u64::MAX, 1]));
    broken(
        "AAA.parquet",
        parquet(vec![("time", minutes(&[Some(0), Some(1)])), ("close", numbers(&[1.0, 2.0])), ("volume", volume)]),
    )
    .taken("AAA 1m close volume|2024-01-03T14:31:00Z 1 18446744073709552000|2024-01-03T14:32:00Z 2 1");
}
