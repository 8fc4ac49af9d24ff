//! What every format owes: it is recognised, and rubbish ends in words.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::FORMATS;
use crate::import::collected::{Collected, Series, collect_as, hints};
use crate::import::format::recognise;
use crate::import::source::Source;

/// The beginning of a good file of each format.
const GOOD: [(&str, &str); 10] = [
    ("a.csv", "time,symbol,close\n2024-01-03T14:31:00Z,SPY,1\n1/3/2024,SPY,2\n"),
    ("a.csv", "Date,Open,High,Low,Close,Adj Close,Volume\n2024-01-03,1,3,0.5,2,1.9,100\n"),
    (
        "a.txt",
        "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\nA,5,20240103,153500,1,1,1,1,1,0\n",
    ),
    ("a.csv", "1704067200000,1,1,1,1,1,1704070799999,1,1,1,1,0\n"),
    (
        "a.json",
        "{\"bars\":{\"SPY\":[{\"t\":\"2024-01-03T14:30:00Z\",\"o\":1,\"h\":1,\"l\":1,\"c\":1,\"v\":1,\"n\":1,\"vw\":1}]}}",
    ),
    ("a.txt", "2006-01-02 09:30:00,2,4,1,3,7\n2006-01-02 09:31:00,2,4,1,3,7\n"),
    ("equity/20140605_aapl_minute_trade.csv", "15300000,6448000,6448000,6448000,6448000,90\n"),
    ("factor_files/a.csv", "19980102,0.5,0.125,1\n20200828,1,0.25,499.23\n20501231,1,1,0"),
    (
        "a.csv",
        "cryptodatadownload\ndate,symbol,open,high,low,close,volume\n2019-10-17 11-AM,A/B,2,4,1,3,1\n2019-10-17 10-AM,A/B,2,4,1,3,1\n",
    ),
    ("a.jsonl", "[{\"time\":\"2024-01-03T14:31:00Z\",\"close\":1},\n{\"time\":1704292320,\"close\":null}]"),
];

/// Numbers that look drawn (splitmix64).
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) as usize % bound
    }
}

#[test]
fn rubbish_ends_in_words_whatever_reads_it() {
    let marks = b"0159,;-:./ \n\r\"{}[]TZe+x\xff\0";
    let mut draw = Draw(7);
    for round in 0..600 {
        let (name, text) = GOOD[round % GOOD.len()];
        let mut bytes = text.as_bytes().to_vec();
        for _ in 0..draw.below(6) {
            let at = draw.below(bytes.len());
            match draw.below(4) {
                0 => bytes[at] = marks[draw.below(marks.len())],
                1 => bytes.insert(at, marks[draw.below(marks.len())]),
                2 => bytes.truncate(at.max(1)),
                _ => {
                    let piece = bytes[at..(at + draw.below(30)).min(bytes.len())].to_vec();
                    bytes.splice(at..at, piece);
                }
            }
        }
        let source = Source::of_bytes(name, &bytes);
        for format in FORMATS {
            let fits = format.fits(&source.head().unwrap());
            // a panic is what would fail here
            let read = collect_as(*format, &source, &hints());
            assert!(read.is_ok() || !read.unwrap_err().is_empty(), "{} {fits:?}", format.name());
        }
    }
}

#[test]
fn a_name_is_of_one_format() {
    let names: BTreeSet<&str> = FORMATS.iter().map(|format| format.name()).collect();
    assert_eq!(names.len(), FORMATS.len());
}

/// Reads every file below a folder that is recognised by one of these.
fn read_all(folder: &Path, all: &mut Vec<(String, Collected)>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            read_all(&path, all);
            continue;
        }
        for source in Source::of_file(&path, &Arc::default()).unwrap() {
            if let Ok(format) = recognise(&source.head().unwrap(), FORMATS) {
                all.push((path.display().to_string(), collect_as(format, &source, &hints()).unwrap()));
            }
        }
    }
}

#[test]
fn every_day_of_minutes_is_read_whole() {
    let root = std::env::var_os("TAPEWRIGHT_TEST_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    if !root.exists() {
        println!("skipped: {} is not there", root.display());
        return;
    }
    for (folder, files, rows, format) in [
        ("lean/equity-minute", 13, 227..=960, "lean-equity"),
        ("lean/index-minute", 5, 210..=411, "lean-index"),
        ("lean/crypto", 14, 1_007..=1_440, "lean-crypto"),
        ("lean/factor_files", 11, 0..=0, "lean-factors"),
        ("vix", 1, 9_235..=9_235, "plain"),
    ] {
        let mut all = Vec::new();
        read_all(&root.join(folder), &mut all);
        assert_eq!(all.len(), files, "{folder}");
        for (path, read) in all {
            let found: usize = read.series.iter().map(Series::rows).sum();
            assert!(read.format == format && rows.contains(&found), "{path} {} {found}", read.format);
            assert_eq!(read.unreadable, [], "{path}");
            assert_eq!(read.factors.len(), usize::from(format == "lean-factors"));
        }
    }
}
