//! The eleven SPY chains of 2025 against exposures that were computed apart.

use std::path::{Path, PathBuf};

use super::{Expired, GexOptions, OPTION_COLUMNS, OptionColumns, gex_profile};
use crate::chain::Chain;
use crate::{ImportOptions, read_chains};

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

/// The one chain of a file, as an import reads it.
fn chain_of(path: &Path) -> Chain {
    let mut chains = read_chains(&[path.to_owned()], &ImportOptions::default()).unwrap();
    assert_eq!(chains.len(), 1, "{}", path.display());
    chains.remove(0)
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

#[test]
fn volatilities_that_prices_contradict_are_not_believed() {
    let Some(folder) = folder().and_then(|folder| Some(folder.parent()?.join("lean/options-universe"))) else { return };
    let mut without = Vec::new();
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
        // a universe says the price of the share at the close, the quotes that of the options
        let chain = Chain { spot: f64::NAN, ..chain_of(&folder.join(name)) };
        let mut columns = OptionColumns::new(GexOptions::default());
        columns.push(&chain).unwrap();
        let frame = columns.finish().unwrap();
        let at_the_money = frame.column(frame.names().iter().position(|name| name == "iv.atm30").unwrap())[0];
        assert!((low..high).contains(&at_the_money), "{name}: {at_the_money}");
        let profile = gex_profile(&chain, &GexOptions::default());
        assert!((profile.spot - spot).abs() < 0.005, "{name}: {}", profile.spot);
        without.push(profile.counts.none);
    }
    // of those neither the file nor a price says a volatility, and a zero that was not computed is none
    assert_eq!(without, [467, 471, 465, 0, 0, 0, 0]);
}
