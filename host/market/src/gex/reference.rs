//! The eleven SPY chains of 2025 against exposures that were computed apart.

use std::path::{Path, PathBuf};

use super::made::{self, blank};
use super::{Expired, GexOptions, OPTION_COLUMNS, OptionColumns, gex_profile};
use crate::chain::{Chain, OptionQuote, Right};
use crate::civil::{Clock, day};
use tapewright_model::{Symbol, Time};

/// Name, spot, strike rows, expiries, open interest, net exposure in $bn for 1 %, strikes of both walls.
type Row = (&'static str, f64, usize, usize, f64, f64, f64, f64);

const TABLE: [Row; 11] = [
    ("spy-20250430T2035.csv", 554.54, 2259, 13, 6_560_068.0, -0.4598, 575.0, 535.0),
    ("spy-20250501T1649.csv", 557.65, 2438, 14, 7_210_135.0, 1.5626, 558.0, 535.0),
    ("spy-20250502T1847.csv", 565.615, 2354, 13, 7_260_592.0, 2.6629, 570.0, 550.0),
    ("spy-20250506T1814.csv", 557.37, 2297, 13, 6_654_217.0, -4.0831, 575.0, 560.0),
    ("spy-20250508T1657.csv", 565.79, 2359, 14, 7_117_197.0, -0.7711, 575.0, 550.0),
    ("spy-20250516T1923.csv", 589.25, 1580, 10, 6_751_000.0, 8.5994, 594.0, 580.0),
    ("spy-20250609T1652.csv", 599.48, 1603, 12, 7_165_303.0, 4.0003, 600.0, 585.0),
    ("spy-20250901T1850.csv", 645.05, 1389, 14, 7_702_342.0, -3.9717, 650.0, 635.0),
    ("spy-20250903T0924.csv", 642.65, 4252, 35, 17_629_336.0, -8.7232, 650.0, 635.0),
    ("spy-20250904T0518.csv", 642.65, 1430, 15, 8_145_801.0, -7.6070, 650.0, 635.0),
    ("spy-20250925T2105.csv", 658.05, 1858, 11, 5_756_713.0, -3.9178, 670.0, 655.0),
];

fn folder() -> Option<PathBuf> {
    let data = std::env::var_os("TAPEWRIGHT_TEST_DATA").map(PathBuf::from);
    let data = data.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"));
    let folder = data.join("cboe-spy-chains");
    if !folder.is_dir() {
        println!("skipped: no {}", folder.display());
        return None;
    }
    Some(folder)
}

fn chain_of(path: &Path) -> Chain {
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let spot = lines.next().unwrap().split("Last: ").nth(1).unwrap().split(',').next().unwrap().trim().parse().unwrap();
    let mut clock = Clock::new_york();
    let name = path.file_stem().unwrap().to_str().unwrap();
    let digits = |range: std::ops::Range<usize>| name["spy-".len()..][range].parse::<i64>().unwrap();
    let date = day(digits(0..4) as i32, digits(4..6) as i32, digits(6..8) as i32).unwrap();
    let minutes = digits(9..11) * 60 + digits(11..13);
    let event_time = Time(clock.instant(date, minutes * 60 * Time::SECOND).unwrap());
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut quotes = Vec::new();
    for line in lines.skip(2) {
        let cells: Vec<&str> = line.split(',').collect();
        let words: Vec<&str> = cells[0].split(' ').collect();
        let month = months.iter().position(|month| *month == words[1]).unwrap() as i32 + 1;
        let expiry = day(words[3].parse().unwrap(), month, words[2].parse().unwrap()).unwrap();
        let number = |at: usize| cells[at].parse::<f64>().unwrap();
        for (right, at) in [(Right::Call, 2), (Right::Put, 13)] {
            quotes.push(OptionQuote {
                expiry,
                strike: number(11),
                right,
                last: number(at),
                bid: number(at + 2),
                ask: number(at + 3),
                volume: number(at + 4),
                iv: if number(at + 5) == 0.0 { f64::NAN } else { number(at + 5) },
                delta: number(at + 6),
                gamma: number(at + 7),
                open_interest: number(at + 8),
            });
        }
    }
    quotes.sort_by(|a, b| a.expiry.cmp(&b.expiry).then(a.strike.total_cmp(&b.strike)).then(a.right.cmp(&b.right)));
    Chain { symbol: Symbol::new("SPY").unwrap(), event_time, known_time: event_time, spot, quotes }
}

#[test]
fn exposure_of_real_chains_is_that_of_the_reference() {
    let Some(folder) = folder() else { return };
    for (name, spot, rows, expiries, open_interest, billions, call_wall, put_wall) in TABLE {
        let chain = chain_of(&folder.join(name));
        let profile = gex_profile(&chain, &GexOptions { expired: Expired::Counted, ..GexOptions::default() });
        let wanted: f64 = billions * 1e9;
        assert!((profile.total - wanted).abs() <= 1e-3 * wanted.abs(), "{name}: {}", profile.total);
        assert_eq!((profile.spot, chain.quotes.len() / 2), (spot, rows), "{name}");
        assert_eq!(profile.open_interest, open_interest, "{name}");
        assert_eq!((profile.call_wall, profile.put_support), (call_wall, put_wall), "{name}");
        assert_eq!(chain.quotes.chunk_by(|a, b| a.expiry == b.expiry).count(), expiries, "{name}");
    }
}

#[test]
fn real_chains_give_a_row_each() {
    let Some(folder) = folder() else { return };
    let mut columns = OptionColumns::new(GexOptions::default());
    for (name, ..) in TABLE {
        columns.push(&chain_of(&folder.join(name))).unwrap();
    }
    let frame = columns.finish().unwrap();
    let names: Vec<&str> = OPTION_COLUMNS.iter().map(|column| column.name).collect();
    assert_eq!(frame.rows(), TABLE.len());
    assert!(frame.names().iter().eq(&names));
    let column = |name: &str| frame.column(names.iter().position(|own| *own == name).unwrap());
    let missing = |name: &str| column(name).iter().filter(|value| value.is_nan()).count();
    // three files end before 23 days; one alone reaches 90
    assert_eq!([missing("iv.atm30"), missing("iv.skew30"), missing("iv.term")], [3, 3, 10]);
    for name in names.iter().filter(|name| !name.starts_with("iv.")) {
        assert_eq!(missing(name), 0, "{name}");
    }
    for (name, low, high) in [
        ("gex.flip_distance", -0.02, 0.02),
        ("iv.atm30", 0.1, 0.25),
        ("iv.skew30", 0.04, 0.09),
        ("options.put_call_ratio", 1.5, 4.5),
        ("gex.concentration", 0.02, 0.06),
        ("gex.days_to_expiry", 5.0, 50.0),
    ] {
        for value in column(name).iter().filter(|value| !value.is_nan()) {
            assert!((low..high).contains(value), "{name} {value}");
        }
    }
    // the positive total of the second file is that of options which had expired when it was made
    assert_eq!(column("gex.regime"), [-1.0, -1.0, 1.0, -1.0, -1.0, 1.0, 1.0, -1.0, -1.0, -1.0, -1.0]);
}

#[test]
fn quotes_of_the_close_tell_the_spot_of_the_close() {
    let Some(folder) = folder() else { return };
    for (name, last, implied, expired) in [
        ("spy-20250502T1847.csv", 565.615, 565.66, 2.0571),
        ("spy-20250506T1814.csv", 557.37, 558.80, -1.3838),
        ("spy-20250508T1657.csv", 565.79, 561.66, 0.8674),
        ("spy-20250516T1923.csv", 589.25, 594.07, 6.4858),
        ("spy-20250925T2105.csv", 658.05, 658.58, 0.0),
    ] {
        let profile = gex_profile(&chain_of(&folder.join(name)), &GexOptions::default());
        assert_eq!(profile.spot, last);
        assert!((profile.spot_implied - implied).abs() < 0.01, "{name}: {}", profile.spot_implied);
        assert!((profile.expired / 1e9 - expired).abs() < 1e-4, "{name}: {}", profile.expired);
    }
}

/// A day of a Lean option universe, known at the close: closing prices alone, zeros for what was not computed.
fn universe_of(path: &Path) -> Chain {
    let text = std::fs::read_to_string(path).unwrap();
    let date =
        |text: &str| day(text[..4].parse().unwrap(), text[4..6].parse().unwrap(), text[6..8].parse().unwrap()).unwrap();
    let or_nan = |text: &str| text.parse::<f64>().ok().filter(|value| *value != 0.0).unwrap_or(f64::NAN);
    let mut quotes = Vec::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        if cells[0].is_empty() {
            continue;
        }
        quotes.push(OptionQuote {
            last: or_nan(cells[6]),
            volume: cells[7].parse().unwrap_or(f64::NAN),
            open_interest: cells[8].parse().unwrap_or(f64::NAN),
            iv: or_nan(cells[9]),
            delta: cells[10].parse().unwrap(),
            gamma: cells[11].parse().unwrap(),
            ..blank(date(cells[0]), cells[1].parse().unwrap(), if cells[2] == "C" { Right::Call } else { Right::Put })
        });
    }
    let (_, stamp) = path.file_stem().unwrap().to_str().unwrap().split_once('-').unwrap();
    let close = Clock::new_york().instant(date(stamp), 16 * 3600 * Time::SECOND).unwrap();
    made::chain_of(Time(close), f64::NAN, quotes)
}

#[test]
fn volatilities_that_prices_contradict_are_not_believed() {
    let Some(folder) = folder().and_then(|folder| Some(folder.parent()?.join("lean/options-universe"))) else { return };
    // as they stand the files say 0.03 to 0.77
    for (name, spot, low, high) in [
        ("aapl-20140609.csv", 93.66, 0.19, 0.21),
        ("aapl-20140611.csv", 93.82, 0.19, 0.21),
        ("aapl-20140616.csv", 92.24, 0.19, 0.21),
        ("goog-20151223.csv", 749.80, 0.23, 0.26),
        ("goog-20151228.csv", 762.10, 0.28, 0.30),
        ("goog-20151231.csv", 771.50, 0.30, 0.32),
        ("spx-20151222.csv", 2039.05, 0.14, 0.16),
    ] {
        let chain = universe_of(&folder.join(name));
        let mut columns = OptionColumns::new(GexOptions::default());
        columns.push(&chain).unwrap();
        let frame = columns.finish().unwrap();
        let at_the_money = frame.column(frame.names().iter().position(|name| name == "iv.atm30").unwrap())[0];
        assert!((low..high).contains(&at_the_money), "{name}: {at_the_money}");
        let profile = gex_profile(&chain, &GexOptions::default());
        assert!((profile.spot - spot).abs() < 0.005, "{name}: {}", profile.spot);
        assert_eq!(profile.counts.none, 0, "{name}");
    }
}
