//! The indicators against TA-Lib and pandas, and what they promise: windows forget, missing values are skipped.

use std::collections::{BTreeMap, BTreeSet};

use tapewright_sdk::indicators::{
    Adx, Atr, Band, Bollinger, Donchian, Ema, Highest, Lowest, Macd, Obv, Percentile, PivotKind, Pivots, RollingVwap,
    Rsi, Seed, Sma, TrueRange, Vwap, ZScore,
};

/// Columns of a CSV of tests/fixtures by name, as text.
fn fixture(path: &str) -> BTreeMap<String, Vec<String>> {
    let path = format!("{}/../../tests/fixtures/{path}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let header = lines.next().unwrap();
    let rows: Vec<Vec<String>> = lines.collect();
    let column = |(at, name): (usize, String)| (name, rows.iter().map(|row| row[at].clone()).collect());
    header.into_iter().enumerate().map(column).collect()
}

fn numbers(texts: &[String]) -> Vec<f64> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

#[derive(Clone, Copy)]
struct Bar {
    high: f64,
    low: f64,
    close: f64,
    volume: f64,
}

const MISSING: Bar = Bar { high: f64::NAN, low: f64::NAN, close: f64::NAN, volume: f64::NAN };

fn bars() -> Vec<Bar> {
    let rows = fixture("indicators/rows.csv");
    let column = |name: &str| numbers(&rows[name]);
    let (high, low, close, volume) = (column("high"), column("low"), column("close"), column("volume"));
    (0..close.len()).map(|at| Bar { high: high[at], low: low[at], close: close[at], volume: volume[at] }).collect()
}

fn lines(Band { upper, middle, lower }: Band) -> Vec<f64> {
    vec![upper, middle, lower]
}

/// A fresh filter, as what an update gives for a bar.
type Make = Box<dyn Fn() -> Box<dyn FnMut(Bar) -> Vec<f64>>>;

/// What makes the filter, what it gives by column of the fixture, and on how many rows it promises to depend.
struct Case {
    make: Make,
    gives: Vec<String>,
    memory_rows: Option<u32>,
}

/// `new` is how the filter is made, `bar` the bar, `said` what an update gives for it, as a list.
macro_rules! case {
    ($new:expr, |$filter:ident, $bar:ident| $said:expr, [$($gives:expr),+], $memory_rows:expr) => {
        Case {
            make: Box::new(move || {
                let mut $filter = $new;
                Box::new(move |$bar| $said)
            }),
            gives: vec![$($gives.to_string()),+],
            memory_rows: $memory_rows,
        }
    };
}

fn windows(n: usize) -> Vec<Case> {
    let name = |base: &str| format!("{base}_{n}");
    vec![
        case!(Sma::new(n), |f, bar| vec![f.update(bar.close)], [name("sma")], Some(Sma::new(n).memory_rows())),
        case!(
            Highest::new(n),
            |f, bar| vec![f.update(bar.high)],
            [name("highest")],
            Some(Highest::new(n).memory_rows())
        ),
        case!(Lowest::new(n), |f, bar| vec![f.update(bar.low)], [name("lowest")], Some(Lowest::new(n).memory_rows())),
        case!(
            Bollinger::new(n, 2.5),
            |f, bar| lines(f.update(bar.close)),
            [name("bollinger_upper"), name("bollinger_middle"), name("bollinger_lower")],
            Some(Bollinger::new(n, 2.5).memory_rows())
        ),
        case!(
            Donchian::new(n),
            |f, bar| lines(f.update(bar.high, bar.low)),
            [name("highest"), name("donchian_middle"), name("lowest")],
            Some(Donchian::new(n).memory_rows())
        ),
        case!(
            ZScore::new(n),
            |f, bar| vec![f.update(bar.close)],
            [name("z_score")],
            Some(ZScore::new(n).memory_rows())
        ),
        case!(
            Percentile::new(n),
            |f, bar| vec![f.update(bar.close)],
            [name("percentile")],
            Some(Percentile::new(n).memory_rows())
        ),
        case!(
            RollingVwap::new(n),
            |f, bar| vec![f.update(bar.close, bar.volume)],
            [name("rolling_vwap")],
            Some(RollingVwap::new(n).memory_rows())
        ),
        case!(
            TrueRange::new(),
            |f, bar| vec![f.update(bar.high, bar.low, bar.close)],
            ["true_range"],
            Some(TrueRange::new().memory_rows())
        ),
    ]
}

fn wilder(n: usize, suffix: &str) -> Vec<Case> {
    let name = |base: &str| format!("{base}_{n}{suffix}");
    vec![
        case!(Rsi::new(n), |f, bar| vec![f.update(bar.close)], [name("rsi")], None),
        case!(Atr::new(n), |f, bar| vec![f.update(bar.high, bar.low, bar.close)], [name("atr")], None),
        case!(
            Adx::new(n),
            |f, bar| {
                let said = f.update(bar.high, bar.low, bar.close);
                vec![said.adx, said.plus_di, said.minus_di]
            },
            [name("adx"), name("plus_di"), name("minus_di")],
            None
        ),
    ]
}

fn macd(seed: Seed, fast: usize, slow: usize, signal: usize) -> Case {
    let word = if seed == Seed::Sma { "sma" } else { "first" };
    let name = |part: &str| format!("macd_{word}{part}_{fast}_{slow}_{signal}");
    case!(
        Macd::new(fast, slow, signal, seed),
        |f, bar| {
            let said = f.update(bar.close);
            vec![said.macd, said.signal, said.histogram]
        },
        [name(""), name("_signal"), name("_histogram")],
        None
    )
}

fn cases() -> Vec<Case> {
    let mut cases = [windows(5), windows(20), wilder(2, ""), wilder(14, "")].into_iter().flatten().collect::<Vec<_>>();
    for n in [5, 20] {
        cases.push(case!(
            Ema::new(n, Seed::First),
            |f, bar| vec![f.update(bar.close)],
            [format!("ema_first_{n}")],
            None
        ));
        cases.push(case!(Ema::new(n, Seed::Sma), |f, bar| vec![f.update(bar.close)], [format!("ema_sma_{n}")], None));
    }
    for seed in [Seed::First, Seed::Sma] {
        cases.extend([macd(seed, 12, 26, 9), macd(seed, 3, 10, 16)]);
    }
    cases.push(case!(Obv::new(), |f, bar| vec![f.update(bar.close, bar.volume)], ["obv"], None));
    cases.push(case!(Vwap::new(), |f, bar| vec![f.update(bar.close, bar.volume)], ["vwap"], None));
    cases
}

/// What a fresh filter gives for these bars.
fn said(case: &Case, bars: impl IntoIterator<Item = Bar>) -> Vec<Vec<f64>> {
    let mut update = (case.make)();
    bars.into_iter().map(&mut update).collect()
}

fn same(left: &[f64], right: &[f64]) -> bool {
    left.len() == right.len()
        && left
            .iter()
            .zip(right)
            .all(|(left, right)| left.to_bits() == right.to_bits() || left.is_nan() && right.is_nan())
}

/// Compares with the fixture; gives the greatest difference, relative to values above 1.
fn agree(case: &Case, bars: impl IntoIterator<Item = Bar>, expected: &BTreeMap<String, Vec<String>>) -> f64 {
    let said = said(case, bars);
    let mut worst = 0.0_f64;
    for (at, name) in case.gives.iter().enumerate() {
        let wanted = numbers(&expected[name]);
        assert_eq!(said.len(), wanted.len());
        for (row, want) in wanted.into_iter().enumerate() {
            let got = said[row][at];
            let difference = (got - want).abs() / want.abs().max(1.0);
            let near = difference <= 1e-9 || got.is_nan() && want.is_nan();
            assert!(near, "{name}, row {row}: {got}, expected {want}");
            worst = worst.max(difference);
        }
    }
    worst
}

#[test]
fn indicators_agree_with_ta_lib_and_pandas() {
    let (bars, expected) = (bars(), fixture("indicators/expected.csv"));
    let mut worst = 0.0_f64;
    for case in cases() {
        worst = worst.max(agree(&case, bars.iter().copied(), &expected));
    }
    println!("greatest difference: {worst:e}");
    let given: BTreeSet<String> = cases().into_iter().flat_map(|case| case.gives).collect();
    let wanted = expected.into_keys().filter(|name| !name.ends_with("_from_frozen")).collect();
    assert_eq!(given, wanted, "an indicator or a column is left out");
}

#[test]
fn a_market_that_stands_still_from_the_first_row_on_says_what_ta_lib_says() {
    let (bars, expected) = (bars(), fixture("indicators/expected.csv"));
    let frozen = bars.windows(2).position(|two| two[0].volume > 0.0 && two[1].volume == 0.0).unwrap() + 1;
    for case in wilder(14, "_from_frozen") {
        let late = bars.iter().enumerate().map(|(row, bar)| if row < frozen { MISSING } else { *bar });
        agree(&case, late, &expected);
    }
}

#[test]
fn a_window_depends_on_its_last_rows_alone() {
    let bars = bars();
    for case in cases() {
        let Some(rows) = case.memory_rows else { continue };
        let whole = said(&case, bars.iter().copied());
        for row in rows as usize..bars.len() {
            let last = said(&case, bars[row + 1 - rows as usize..=row].iter().copied());
            assert!(same(last.last().unwrap(), &whole[row]), "{:?}, row {row}", case.gives);
        }
    }
}

#[test]
fn of_two_zeros_a_window_says_the_newer_whatever_came_before() {
    let rows = [-1.0, 0.0, -0.0, -2.0, 0.0, -0.0, -0.0, 1.0, -0.0, 0.0, -1.0];
    let mut zeros = 0;
    for row in 2..rows.len() {
        let (mut whole, mut last) = (Highest::new(3), Highest::new(3));
        rows[..=row].iter().for_each(|value| _ = whole.update(*value));
        rows[row - 2..=row].iter().for_each(|value| _ = last.update(*value));
        assert_eq!(whole.value().to_bits(), last.value().to_bits(), "row {row}");
        zeros += usize::from(whole.value() == 0.0);
    }
    assert_eq!(zeros, 6);
}

#[test]
fn a_missing_value_changes_nothing() {
    let bars = bars();
    for case in cases() {
        let whole = said(&case, bars.iter().copied());
        let mut update = (case.make)();
        let mut before: Option<Vec<f64>> = None;
        for (bar, want) in bars.iter().zip(&whole) {
            let skipped = update(MISSING);
            assert!(before.is_none_or(|before| same(&skipped, &before)), "{:?}", case.gives);
            let got = update(*bar);
            assert!(same(&got, want), "{:?}: {got:?}, without the gap {want:?}", case.gives);
            before = Some(got);
        }
    }
}

#[test]
fn a_row_is_skipped_when_any_one_input_is_missing() {
    let nan = f64::NAN;
    let (mut atr, mut adx, mut range, mut channel) = (Atr::new(2), Adx::new(2), TrueRange::new(), Donchian::new(2));
    let (mut obv, mut vwap, mut rolling) = (Obv::new(), Vwap::new(), RollingVwap::new(2));
    for bar in &bars()[..20] {
        let Bar { high, low, close, volume } = *bar;
        let three = [atr.update(high, low, close), range.update(high, low, close)];
        let index = adx.update(high, low, close);
        let band = lines(channel.update(high, low));
        let two = [obv.update(close, volume), vwap.update(close, volume), rolling.update(close, volume)];
        for (high, low, close) in [(nan, 1.0, 1.0), (1e6, nan, 1.0), (1e6, 1.0, nan)] {
            assert!(same(&[atr.update(high, low, close), range.update(high, low, close)], &three));
            let skipped = adx.update(high, low, close);
            assert!(same(&[skipped.adx, skipped.plus_di], &[index.adx, index.plus_di]));
        }
        for (left, right) in [(nan, 1.0), (1e6, nan)] {
            assert!(same(&lines(channel.update(left, right)), &band));
            assert!(same(&[obv.update(left, right), vwap.update(left, right), rolling.update(left, right)], &two));
        }
    }
    let whole = fixture("indicators/expected.csv");
    assert!((atr.value() - numbers(&whole["atr_2"])[19]).abs() < 1e-9);
    assert!((adx.value().adx - numbers(&whole["adx_2"])[19]).abs() < 1e-9);
    assert!((obv.value() - numbers(&whole["obv"])[19]).abs() < 1e-9);
}

#[test]
fn warm_ups_are_the_window_or_twenty_times_the_period() {
    for (warm_up, want) in [
        (Sma::new(7).warm_up(), 7),
        (Donchian::new(7).warm_up(), 7),
        (TrueRange::new().warm_up(), 2),
        (Ema::new(7, Seed::First).warm_up(), 140),
        (Rsi::new(14).warm_up(), 280),
        (Atr::new(14).warm_up(), 280),
        (Adx::new(14).warm_up(), 560),
        (Macd::new(12, 26, 9, Seed::Sma).warm_up(), 700),
    ] {
        assert_eq!(warm_up, want);
    }
}

#[test]
fn a_reset_vwap_begins_anew() {
    let mut vwap = Vwap::new();
    assert!(vwap.update(10.0, 0.0).is_nan(), "no volume, no price");
    assert_eq!(vwap.update(10.0, 1.0), 10.0);
    assert_eq!(vwap.update(20.0, 3.0), 17.5);
    vwap.reset();
    assert!(vwap.value().is_nan());
    assert_eq!(vwap.update(5.0, 2.0), 5.0);
}

#[test]
fn pivots_agree_with_the_definition_over_whole_lists() {
    let (rows, want) = (fixture("pivots/rows.csv"), fixture("pivots/expected.csv"));
    let mut pivots = Pivots::new(4);
    let mut got = Vec::new();
    for (row, (high, low)) in numbers(&rows["high"]).into_iter().zip(numbers(&rows["low"])).enumerate() {
        for pivot in pivots.update(high, low) {
            assert_eq!(pivot.known, row as u64);
            let kind = if pivot.kind == PivotKind::High { "high" } else { "low" };
            got.push(format!("{},{kind},{:?},{},{}", pivot.level, pivot.price, pivot.row, pivot.known));
        }
    }
    let line = |at: usize| ["level", "kind", "price", "row", "known"].map(|name| want[name][at].clone()).join(",");
    let want: Vec<String> = (0..want["row"].len()).map(line).collect();
    assert_eq!(got, want);
    assert!(want.len() > 100);
}
