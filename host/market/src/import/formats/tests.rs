//! What every format owes: it is recognised, and rubbish ends in words.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::FORMATS;
use crate::import::format::recognise;
use crate::import::heard::{Heard, hear_as, hints};
use crate::import::source::Source;

/// The beginning of a good file of each format.
const GOOD: [(&str, &str); 22] = [
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
    (
        "a.csv",
        "\nS&P 500,Last: 4697.24\n\"Date: January 4, 2024 at 4:05 PM EST\",Bid: 1\nExpiration Date,Calls,Last Sale,Net,Bid,Ask,Volume,IV,Delta,Gamma,Open Interest,Strike,Puts,Last Sale,Net,Bid,Ask,Volume,IV,Delta,Gamma,Open Interest\nFri Jan 19 2024,SPX240119C04700000,50.1,1,49,51,10,0.12,0.51,0.002,100,4700.00,SPX240119P04700000,48,1,47,49,20,0,-0.49,0,300\n",
    ),
    (
        "a.json",
        "{\"timestamp\":\"2024-01-03 21:05:00\",\"data\":{\"symbol\":\"SPX\",\"current_price\":1,\"options\":[{\"option\":\"SPXW240103C04700000\",\"bid\":4.9,\"iv\":0.1}]}}",
    ),
    (
        "goog-20151222.csv",
        "#expiry,strike,right,open,high,low,close,volume,open_interest,implied_volatility,delta,gamma\n20151224,600,C,1,1,1,1,1,1,0.1,0.1,0.1\n,,,1,1,1,1,1,,,,\n",
    ),
    (
        "a.csv",
        "underlying,quotedate,expiration,strike,type,bid,ask,gamma\nSPX,2017-01-03,2017-03-17,300,call,1,2,0.1\nSPX,2017-01-04,2017-03-17,300,call,1,2,0.1\n",
    ),
    ("a.csv", "date,time,kind,title,text,value\n2024-01-03,2:31 PM,fomc,a,\"b\nc\",1\n2024-01-03,,x,y,,\n"),
    ("a.jsonl", "{\"date\":\"2024-01-03\",\"title\":\"x\",\"value\":1}\n{\"date\":1704292260,\"title\":\"y\"}\n"),
    ("a.csv", "ex_date,declared,amount\n2024-02-09,2024-02-01,0.24\n"),
    ("a.csv", "date,GDP_20200130,GDP_20200227\n2019-10-01,1,2\n2019-07-01,1,1\n"),
    ("a.csv", "DATE,VALUE\n2024-01-04,1\n2024-01-05,2\n2024-01-08,3\n"),
    ("a.csv", "Date,\"1 Mo\",\"30 Yr\"\n01/31/2025,4.37,4.2\n"),
    ("a.csv", "asset,time,AdrActCnt\nbtc,2024-01-03,1\n"),
    ("a.csv", "time,option,price,size,bid,ask\n2024-01-03T14:31:00Z,SPY240119C00470000,5,20,5.0,5.1\n"),
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
    for round in 0..1_400 {
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
            let read = hear_as(*format, &source, &hints());
            match read {
                Ok(read) => {
                    let mut values = read.rows.iter().flat_map(|(.., values)| values);
                    assert!(values.all(|value| !value.is_infinite()), "{} {fits:?}", format.name());
                }
                Err(error) => assert!(!error.to_string().is_empty(), "{} {fits:?}", format.name()),
            }
        }
    }
}

#[test]
fn a_name_is_of_one_format() {
    let names: BTreeSet<&str> = FORMATS.iter().map(|format| format.name()).collect();
    assert_eq!(names.len(), FORMATS.len());
}

/// Reads every file below a folder that is recognised by one of these.
fn read_all(folder: &Path, all: &mut Vec<(String, Heard)>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            read_all(&path, all);
            continue;
        }
        for source in Source::of_file(&path, &Arc::default()).unwrap() {
            if let Ok(format) = recognise(&source.head().unwrap(), FORMATS) {
                all.push((path.display().to_string(), hear_as(format, &source, &hints()).unwrap()));
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
            let found = read.rows.len();
            assert!(read.format == format && rows.contains(&found), "{path} {} {found}", read.format);
            assert_eq!(read.unreadable, [], "{path}");
            assert_eq!(read.factors.len(), usize::from(format == "lean-factors"));
        }
    }
}
