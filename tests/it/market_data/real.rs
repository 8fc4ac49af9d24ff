//! Real files and the traps in them.

use std::path::PathBuf;

use serde_json::Value;
use tapewright_market::{Adjust, Market, OpenOptions, Rows, Span};
use tapewright_model::{Frame, Symbol, Time, Timeframe};
use tapewright_tests::guests;

use super::{Desk, table, text};
use crate::real_data::data;

/// Imports a folder or file of the shared data; says what is left of the report.
fn import(desk: &Desk, path: &str, more: &[&str]) -> Option<Value> {
    let file = data()?.join(path);
    let mut args = vec!["import", text(&file), "--into", "store", "--json"];
    args.extend(more);
    Some(desk.json(&args))
}

fn findings<'a>(report: &'a Value, check: &str) -> Vec<&'a str> {
    let all = report["findings"].as_array().unwrap().iter();
    all.filter(|of| of["check"] == check).map(|of| of["said"].as_str().unwrap()).collect()
}

/// Columns of an instrument's bars as a run would read them.
fn frame(desk: &Desk, symbol: &str, timeframe: &str, adjust: Adjust, columns: &[&str]) -> Frame {
    let timeframe = Some(timeframe.parse::<Timeframe>().unwrap());
    let options = OpenOptions { timeframe, adjust, ..OpenOptions::default() };
    let market = Market::open(&[desk.path("store")], &options).unwrap();
    let symbol = Symbol::new(symbol).unwrap();
    let places: Vec<usize> = columns.iter().map(|name| market.column(&symbol, timeframe, name).unwrap()).collect();
    market.frame(&symbol, &Rows::bars(timeframe), &places).unwrap().unwrap()
}

/// Values of a bar by when it was known.
fn at(frame: &Frame, known: &str) -> Vec<f64> {
    let known: Time = known.parse().unwrap();
    let row = frame.times().binary_search(&known.0).unwrap_or_else(|_| panic!("no bar known at {known}"));
    (0..frame.names().len()).map(|column| frame.column(column)[row]).collect()
}

#[test]
fn everything_that_lean_publishes_goes_in_at_once() {
    let desk = Desk::new();
    let Some(report) = import(&desk, "lean", &[]) else { return };
    let data = desk.json(&["data", "store", "--json"]);
    for (symbol, name, rows, first, last) in [
        ("AAPL", "bars/1d", 5849, "1998-01-02T21:00:00Z", "2021-03-31T20:00:00Z"),
        ("SPY", "bars/1d", 5849, "1998-01-02T21:00:00Z", "2021-03-31T20:00:00Z"),
        ("GOOG", "bars/1d", 4183, "2004-08-19T20:00:00Z", "2021-03-31T20:00:00Z"),
        ("WM", "bars/1d", 5399, "1998-12-09T21:00:00Z", "2021-03-31T20:00:00Z"),
        ("VXX", "bars/1h", 20_915, "2009-01-30T15:00:00Z", "2021-03-31T20:00:00Z"),
        ("EURUSD", "bars/1h", 69_928, "2007-03-30T06:00:00Z", "2018-07-05T05:00:00Z"),
        ("XAUUSD", "bars/1h", 76_499, "2006-03-20T01:00:00Z", "2019-02-26T00:00:00Z"),
        ("BTCUSD", "bars/1d", 1318, "2014-12-02T00:00:00Z", "2018-08-14T00:00:00Z"),
        ("GOOG", "chains", 7, "2015-12-22T21:00:00Z", "2015-12-31T21:00:00Z"),
        ("AAPL", "chains", 6, "2014-06-09T20:00:00Z", "2014-06-16T20:00:00Z"),
        ("SPX", "chains", 2, "2015-12-22T21:00:00Z", "2015-12-23T21:00:00Z"),
        ("GOOG", "columns/options", 7, "2015-12-22T21:00:00Z", "2015-12-31T21:00:00Z"),
    ] {
        let found = table(&data, symbol, name);
        let seen = (found["rows"].as_u64(), found["first"].as_str(), found["last"].as_str());
        assert_eq!(seen, (Some(rows), Some(first), Some(last)), "{symbol} {name}");
    }
    // a second time there is nothing new
    let again = import(&desk, "lean/equity-daily", &[]).unwrap();
    assert!(again["series"].as_array().unwrap().iter().all(|of| of["rows_new"] == 0), "{again:#}");
    tickers_of_others_and_holes_are_said(&report, &data);
    prices_have_the_scale_of_their_kind(&desk);
    bars_of_hours_are_known_at_their_end(&desk);
    splits_are_chained_from_the_first_row(&desk);
    gex_runs_beside_daily_bars(&desk);
}

fn tickers_of_others_and_holes_are_said(report: &Value, data: &Value) {
    let reused = findings(report, "reuse");
    for said in ["perhaps QQQ was", "perhaps USO was", "perhaps WM was"] {
        assert!(reused.iter().any(|of| of.contains(said)), "{said}: {reused:#?}");
    }
    for (symbol, hole) in [
        ("QQQ", "2004-12-01 to 2011-03-22 missing (1588 sessions)"),
        ("USO", "1998-12-31 to 2006-04-07 missing (1828 sessions)"),
        ("EEM", "2002-12-06 to 2003-04-10 missing (86 sessions)"),
    ] {
        assert_eq!(table(data, symbol, "bars/1d")["holes"][0], hole, "{symbol}");
    }
    assert_eq!(table(data, "SPY", "bars/1d")["sessions_missing"], 0);
}

fn prices_have_the_scale_of_their_kind(desk: &Desk) {
    for (symbol, timeframe, known, close) in [
        ("SPY", "1d", "1998-01-02T21:00:00Z", 97.58),
        ("AAPL", "1d", "2014-06-06T20:00:00Z", 645.57),
        ("SPX", "1m", "2021-01-04T14:31:00Z", 3764.61),
        ("BTCUSD", "1d", "2017-12-18T00:00:00Z", 19_378.99),
    ] {
        let found = at(&frame(desk, symbol, timeframe, Adjust::None, &["close"]), known)[0];
        assert!((found / close - 1.0).abs() < 0.01, "{symbol}: {found}");
    }
    let euro = frame(desk, "EURUSD", "1h", Adjust::None, &["close", "bid", "ask"]);
    assert!(euro.column(0).iter().all(|price| (0.9..1.7).contains(price)));
    // in 2,613 of 69,928 hours the file's last bid is above its last ask, by at most 4.2 pips
    let crossed = |(bid, ask): &(&f64, &f64)| bid > ask;
    assert_eq!(euro.column(1).iter().zip(euro.column(2)).filter(crossed).count(), 2613);
    assert!(euro.column(1).iter().zip(euro.column(2)).all(|(bid, ask)| bid - ask < 0.0005));
}

fn bars_of_hours_are_known_at_their_end(desk: &Desk) {
    let hours = frame(desk, "SPY", "1h", Adjust::None, &["open", "close"]);
    // the bar stamped 09:00 covers the half hour from 09:30 to 10:00, New York
    assert_eq!(Time(hours.times()[0]).to_string(), "1998-01-02T15:00:00Z");
    let day = |time: &i64| (time - 1).div_euclid(Time::DAY);
    let short = hours.times().chunk_by(|a, b| day(a) == day(b)).filter(|bars| bars.len() < 7).count();
    assert_eq!(short, 44);
    let days = frame(desk, "SPY", "1d", Adjust::None, &["close"]);
    for known in ["2008-10-10T20:00:00Z", "2020-03-16T20:00:00Z"] {
        let (hour, day) = (at(&hours, known)[1], at(&days, known)[0]);
        assert!((hour / day - 1.0).abs() < 0.02, "{known}: {hour} and {day}");
    }
}

fn splits_are_chained_from_the_first_row(desk: &Desk) {
    let raw = frame(desk, "AAPL", "1d", Adjust::None, &["close"]);
    let chained = frame(desk, "AAPL", "1d", Adjust::Splits, &["close"]);
    let mut factor = 1.0;
    for (last, first, split) in [
        ("2000-06-20T20:00:00Z", "2000-06-21T20:00:00Z", 2.0),
        ("2005-02-25T21:00:00Z", "2005-02-28T21:00:00Z", 2.0),
        ("2014-06-06T20:00:00Z", "2014-06-09T20:00:00Z", 7.0),
        ("2020-08-28T20:00:00Z", "2020-08-31T20:00:00Z", 4.0),
    ] {
        assert!((at(&chained, last)[0] / (factor * at(&raw, last)[0]) - 1.0).abs() < 1e-9, "{last}");
        factor *= split;
        assert!((at(&chained, first)[0] / (factor * at(&raw, first)[0]) - 1.0).abs() < 1e-9, "{first}");
        let (crash, kept) = (at(&raw, first)[0] / at(&raw, last)[0], at(&chained, first)[0] / at(&chained, last)[0]);
        assert!(crash < 0.6 && (kept - 1.0).abs() < 0.15, "{first}: {crash} {kept}");
    }
    // what comes after a row never changes it
    let span = Span { until: "2010-01-01".parse().unwrap(), ..Span::default() };
    let options = OpenOptions { timeframe: Some("1d".parse().unwrap()), span, ..OpenOptions::default() };
    let market = Market::open(&[desk.path("store")], &options).unwrap();
    let symbol = Symbol::new("AAPL").unwrap();
    let close = market.column(&symbol, None, "close").unwrap();
    let cut = market.frame(&symbol, &Rows::bars(None), &[close]).unwrap().unwrap();
    assert_eq!(cut.column(0), &chained.column(0)[..cut.times().len()]);
}

fn gex_runs_beside_daily_bars(desk: &Desk) {
    let plugin = guests::path("gex").display().to_string();
    let said = desk.said(&[
        "run",
        &format!("gex={plugin}"),
        "--data",
        "store",
        "--symbols",
        "GOOG",
        "--timeframe",
        "1d",
        "--from",
        "2015-12-15",
        "--to",
        "2016-01-09",
        "--json",
    ]);
    let last: Value = serde_json::from_str(said.lines().last().unwrap()).unwrap();
    assert_eq!(last["units"][0]["nodes"][0]["rows"], 17, "{last}");
    // on 4 January the close fell to the put support of the last chain, and near its flip
    for pattern in ["put_support_test", "flip_approach"] {
        let found = said.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let found: Vec<Value> = found.filter(|of| of["pattern"] == pattern && of["what"] == "detection").collect();
        assert_eq!(found.len(), 1, "{pattern}: {said}");
        assert_eq!(found[0]["known_time"], "2016-01-04T21:00:00Z", "{pattern}");
    }
    // the file of the day before Christmas is known when that short session has closed
    let history = desk.json(&["gex", "history", "GOOG", "--data", "store", "--json"]);
    assert_eq!(history["history"][2]["known_time"], "2015-12-24T18:00:00Z");
    assert_eq!(history["history"].as_array().unwrap().len(), 7);
}

#[test]
fn without_factors_a_split_is_called_one() {
    let desk = Desk::new();
    let Some(report) = import(&desk, "lean/equity-daily/aapl.zip", &[]) else { return };
    let jumps = findings(&report, "jump");
    for day in ["2000-06-21", "2005-02-28", "2014-06-09", "2020-08-31"] {
        assert!(jumps.iter().any(|said| said.contains(&format!("and {day}: it looks like"))), "{day}: {jumps:#?}");
    }
    let factors = data().unwrap().join("lean/factor_files/aapl.csv");
    let desk = Desk::new();
    let report = import(&desk, "lean/equity-daily/aapl.zip", &["--factors", text(&factors)]).unwrap();
    // the day on which it really halved
    assert_eq!(findings(&report, "jump").len(), 1, "{report:#}");
    assert!(findings(&report, "jump")[0].contains("2000-09-29"));
}

#[test]
fn coins_that_are_written_newest_first_are_put_in_order() {
    let desk = Desk::new();
    let Some(path) = data() else { return };
    let file = path.join("btc-hourly/Coinbase_BTCUSD_1h.csv");
    let refused = desk.refused(&["import", text(&file), "--into", "store"]);
    assert!(refused.contains(":16901: BTCUSD: the row of 2017-11-12T09:00:00Z is not before"), "{refused}");
    assert!(!desk.path("store").exists());
    let report = import(&desk, "btc-hourly", &["--repair"]).unwrap();
    assert_eq!(findings(&report, "order").len(), 1);
    let hours = frame(&desk, "BTCUSD", "1h", Adjust::None, &["open", "high", "low", "close"]);
    assert_eq!(hours.times().len(), 20_111);
    // `2019-10-17 09-AM` begins at nine and is known at ten
    assert_eq!(Time(*hours.times().last().unwrap()).to_string(), "2019-10-17T10:00:00Z");
    assert_eq!(table(&desk.json(&["data", "store", "--json"]), "BTCUSD", "bars/1d")["rows"], 1770);
}

#[test]
fn series_of_indices_rates_and_volatility_go_in() {
    let desk = Desk::new();
    let Some(path) = data() else { return };
    for (folder, more) in [("arch", &[][..]), ("rates", &[]), ("vix/vix-daily.csv", &["--repair", "--as", "VIX.DAILY"])]
    {
        import(&desk, folder, more).unwrap();
    }
    let data = desk.json(&["data", "store", "--json"]);
    for (symbol, name, rows) in [
        ("SP500", "bars/1d", 5031),
        ("NASDAQ", "bars/1d", 5031),
        // of 1,305 days 46 are holidays with a dot
        ("VIX", "columns/series", 1259),
        ("TREASURY", "columns/series", 6816),
        // 47 of 9,235 bars have an open outside of high and low
        ("VIX.DAILY", "bars/1d", 9188),
    ] {
        assert_eq!(table(&data, symbol, name)["rows"], rows, "{symbol}");
    }
    let refused = desk.refused(&["import", text(&path.join("vix/vix-daily.csv")), "--into", "other"]);
    assert!(refused.contains("vix-daily.csv:535: VIX-DAILY: the bar of 1992-02-12T00:00:00Z has open 19.24 above"));
}

/// Name, net exposure in $bn for 1 %, both walls.
const EXPOSURE: [(&str, f64, f64, f64); 11] = [
    ("spy-20250430T2035.csv", -0.4598, 575.0, 535.0),
    ("spy-20250501T1649.csv", 1.5626, 558.0, 535.0),
    ("spy-20250502T1847.csv", 2.6629, 570.0, 550.0),
    ("spy-20250506T1814.csv", -4.0831, 575.0, 560.0),
    ("spy-20250508T1657.csv", -0.7711, 575.0, 550.0),
    ("spy-20250516T1923.csv", 8.5994, 594.0, 580.0),
    ("spy-20250609T1652.csv", 4.0003, 600.0, 585.0),
    ("spy-20250901T1850.csv", -3.9717, 650.0, 635.0),
    ("spy-20250903T0924.csv", -8.7232, 650.0, 635.0),
    ("spy-20250904T0518.csv", -7.6070, 650.0, 635.0),
    ("spy-20250925T2105.csv", -3.9178, 670.0, 655.0),
];

#[test]
fn exposure_of_real_chains_is_the_reference_and_a_history_leaves_out_what_expired() {
    let desk = Desk::new();
    let Some(folder) = data().map(|data| data.join("cboe-spy-chains")) else { return };
    for (name, total, wall, support) in EXPOSURE {
        let said = desk.json(&["gex", text(&folder.join(name)), "--json"]);
        let number = |name: &str| said[name].as_f64().unwrap_or(f64::NAN);
        assert!((number("gex.total") / 1e9 / total - 1.0).abs() < 1e-3, "{name}: {}", said["gex.total"]);
        assert_eq!((number("gex.call_wall"), number("gex.put_support")), (wall, support), "{name}");
        let dropped = desk.json(&["gex", text(&folder.join(name)), "--expired", "dropped", "--json"]);
        let expired = said["expired"]["total"].as_f64().unwrap();
        let left = dropped["gex.total"].as_f64().unwrap();
        assert!((number("gex.total") - expired - left).abs() < 1.0, "{name}: {left} without {expired}");
    }
    import(&desk, "cboe-spy-chains", &[]).unwrap();
    let history = desk.json(&["gex", "history", "SPY", "--data", "store", "--json"]);
    let stored = stored_totals(&desk);
    let rows = history["history"].as_array().unwrap();
    assert_eq!(rows.len(), EXPOSURE.len());
    let said: Vec<f64> = rows.iter().map(|row| row["gex.total"].as_f64().unwrap()).collect();
    assert_eq!(said, stored);
}

/// What a plugin reads as `gex.total`.
fn stored_totals(desk: &Desk) -> Vec<f64> {
    let market = Market::open(&[desk.path("store")], &OpenOptions::default()).unwrap();
    let symbol = Symbol::new("SPY").unwrap();
    let (rows, column) = market.place(&symbol, None, None, "gex.total").unwrap();
    market.frame(&symbol, &rows, &[column]).unwrap().unwrap().column(0).to_vec()
}

#[test]
fn a_page_of_exposure_is_written_beside_the_table() {
    let desk = Desk::new();
    let Some(folder) = data().map(|data| data.join("cboe-spy-chains")) else { return };
    let said = desk.said(&["gex", text(&folder), "--at", "2025-05-10", "--html", "gex.html"]);
    assert!(said.starts_with("SPY as quoted 2025-05-08T20:57:00Z"), "{said}");
    let page: PathBuf = desk.path("gex.html");
    let page = std::fs::read_to_string(page).unwrap();
    assert!(page.contains("<svg") && !page.contains("src=") && !page.contains("href="), "it needs no network");
}
