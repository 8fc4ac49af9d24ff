//! Data in and data out: `import` of a large CSV as a user types it, with its memory, and frames of many instruments.
//!
//! `cargo bench -p tapewright-tests --bench market_data [-- import | frames]`. Prints; asserts nothing.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints and fails by panicking")]

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use tapewright_market::{Market, OpenOptions, Rows, write_store};
use tapewright_model::{Frame, Symbol, Time};
use tapewright_tests::markets::{Random, walk};
use tapewright_tests::took::took;

const ROUNDS: usize = 5;
const SYMBOLS: usize = 500;
const COLUMNS: usize = 10;
const DAYS: usize = 2520;

fn main() {
    let named: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let wants = |section: &str| named.is_empty() || named.iter().any(|name| name == section);
    let folder = tempfile::tempdir().unwrap();
    if wants("import") {
        for bytes in [100_000_000_u64, 1_000_000_000] {
            import(folder.path(), bytes);
        }
    }
    if wants("frames") {
        frames(folder.path());
    }
}

/// Minutes of one instrument as a CSV of so many bytes, imported into a new store.
fn import(folder: &Path, bytes: u64) {
    let file = folder.join("minutes.csv");
    write_minutes(&file, bytes);
    let bytes = std::fs::metadata(&file).unwrap().len();
    let [file, store] = [&file, &folder.join("store")].map(|path| path.display().to_string());
    let took = took(folder, &["import", &file, "--into", &store, "--calendar", "always"]);
    println!(
        "import of {:.0} MB: {:.1} s wall, {:.1} s cpu ({:.0} MB/s a core), peak {:.0} MB",
        bytes as f64 / 1e6,
        took.wall.as_secs_f64(),
        took.cpu,
        bytes as f64 / 1e6 / took.cpu,
        took.megabytes()
    );
    std::fs::remove_dir_all(&store).unwrap();
}

fn write_minutes(file: &Path, bytes: u64) {
    let mut out = std::io::BufWriter::new(std::fs::File::create(file).unwrap());
    out.write_all(b"time,open,high,low,close,volume\n").unwrap();
    let (mut written, mut minute) = (0_u64, 0_i64);
    let start: Time = "1980-01-01T00:00:00Z".parse().unwrap();
    // in pieces, so that the rows never have to be held
    while written < bytes {
        let piece = walk(minute as u64, 100_000, 1, 0);
        let mut text = String::new();
        for row in 0..piece.times().len() {
            let values: [f64; 5] = std::array::from_fn(|column| piece.column(column)[row]);
            minute += 1;
            // a walk has values that are missing, and a bar needs its prices
            if values.iter().any(|value| value.is_nan()) {
                continue;
            }
            write!(text, "{}", Time(start.0 + minute * 60 * Time::SECOND)).unwrap();
            for value in values {
                write!(text, ",{value:.4}").unwrap();
            }
            text.push('\n');
        }
        out.write_all(text.as_bytes()).unwrap();
        written += text.len() as u64;
    }
    out.flush().unwrap();
}

/// Ten columns of ten years of days for five hundred instruments, from the store's Parquet into memory.
fn frames(folder: &Path) {
    let store = folder.join("days");
    let mut random = Random(1);
    for symbol in 0..SYMBOLS {
        let times: Vec<i64> = (1..=DAYS as i64).map(|day| day * Time::DAY).collect();
        let mut column = |at: usize| (format!("c{at}"), (0..DAYS).map(|_| 100.0 + random.step()).collect());
        let frame = Frame::new(times, (0..COLUMNS).map(&mut column).collect()).unwrap();
        write_store(&store, &Symbol::new(&format!("S{symbol:03}")).unwrap(), &frame).unwrap();
    }
    let all: Vec<usize> = (0..COLUMNS).collect();
    let mut walls: Vec<Duration> = Vec::new();
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        let market = Market::open(std::slice::from_ref(&store), &OpenOptions::default()).unwrap();
        let mut sum = 0.0;
        for symbol in market.symbols() {
            let mut rows = market.reader(symbol, &Rows { table: None, timeframe: None }, &all).unwrap().unwrap();
            while let Some(frame) = rows.next_rows().unwrap() {
                sum += frame.column(COLUMNS - 1).iter().sum::<f64>();
            }
        }
        assert!(sum > 0.0);
        walls.push(begun.elapsed());
    }
    walls.sort_unstable();
    let median = walls[ROUNDS / 2].as_secs_f64();
    println!("{SYMBOLS} symbols x {COLUMNS} columns x {DAYS} rows from Parquet: median {median:.2} s on one thread");
}
