//! Lean's bars: scaled or not, in the right clock, known at their end.

use tapewright_model::Symbol;

use super::*;
use crate::import::heard::{Heard, hear_any, hear_as, hear_shared, hints, said};

/// Each row's known time and values.
fn rows(read: &Heard) -> Vec<(String, Vec<f64>)> {
    let series = read.only();
    let values = (0..series.rows()).map(|at| series.row(at).2.to_vec());
    series.known().into_iter().zip(values).collect()
}

#[test]
fn a_folder_says_the_market_and_with_it_scale_and_clock() {
    let day = "20140102 00:00,5568000,5575000,5525000,5532500,8398851\n";
    let hour = "20140102 09:00,5568000,5575000,5525000,5532500,8398851\n20140703 15:00,100,200,100,150,7\n";
    let minute = "34200000,2,4,1,3,7\n";
    let quote = "20180702 00:00,1.25,1.3,1.0,1.2,0,1.75,1.5,1.2,1.4,0\n";
    let trade = "20140101 23:00,300,370,300,370,0.5\n";
    for (name, text, format, symbol, timeframe, known, first) in [
        ("equity/usa/daily/aapl.csv", day, "lean-equity", "AAPL", "1d", "16072", 556.8),
        ("equity/usa/hour/brk.b.csv", hour, "lean-equity", "BRK.B", "1h", "2014-01-02T15:00:00Z", 556.8),
        (
            "lean/equity-minute/20140102_aapl_minute_trade.csv",
            minute,
            "lean-equity",
            "AAPL",
            "1m",
            "2014-01-02T14:31:00Z",
            0.0002,
        ),
        (
            "lean/equity-minute/20140702_aapl_second_trade.csv",
            minute,
            "lean-equity",
            "AAPL",
            "1s",
            "2014-07-02T13:30:01Z",
            0.0002,
        ),
        (
            "index/usa/minute/ndx/20140102_ndx_minute_trade.csv",
            minute,
            "lean-index",
            "NDX",
            "1m",
            "2014-01-02T14:31:00Z",
            2.,
        ),
        (
            "index/usa/minute/spx/20140102_spx_minute_trade.csv",
            "30600000,2,4,1,3,7\n",
            "lean-index",
            "SPX",
            "1m",
            "2014-01-02T14:31:00Z",
            2.,
        ),
        ("index/usa/daily/spx.csv", "20140102 00:00,2,4,1,3,7\n", "lean-index", "SPX", "1d", "16072", 2.),
        ("forex/oanda/hour/eurusd.csv", quote, "lean-forex", "EURUSD", "1h", "2018-07-02T01:00:00Z", 1.5),
        ("forex/fxcm/hour/eurusd.csv", quote, "lean-forex", "EURUSD", "1h", "2018-07-02T06:00:00Z", 1.5),
        ("cfd/oanda/daily/xauusd.csv", quote, "lean-forex", "XAUUSD", "1d", "2018-07-03T00:00:00Z", 1.5),
        ("crypto/coinbase/hour/btcusd_trade.csv", trade, "lean-crypto", "BTCUSD", "1h", "2014-01-02T00:00:00Z", 300.),
        (
            "crypto/coinbase/daily/btcusd.csv",
            "20140101 00:00,300,370,300,370,0.5\n",
            "lean-crypto",
            "BTCUSD",
            "1d",
            "16071",
            300.,
        ),
        (
            "equity/crypto/daily/btcusd.csv",
            "20140101 00:00,300,370,300,370,0.5\n",
            "lean-crypto",
            "BTCUSD",
            "1d",
            "16071",
            300.,
        ),
    ] {
        let read = hear_any(name, text, &hints()).unwrap();
        let series = read.only();
        assert_eq!((read.format, series.symbol(), series.timeframe().as_str()), (format, symbol, timeframe), "{name}");
        assert_eq!((rows(&read)[0].0.as_str(), rows(&read)[0].1[0]), (known, first), "{name}");
    }
}

#[test]
fn quotes_have_a_middle_where_both_sides_have_a_price() {
    let text = "20180702 00:00,1.25,2,1,1.5,9,1.75,3,1.5,2,9\n20180702 01:00,,,,,,1,1,1,1,0\n";
    let read = hear_any("forex/oanda/hour/eurusd.csv", text, &hints()).unwrap();
    assert_eq!(read.only().columns(), "open high low close bid ask");
    let rows = rows(&read);
    assert_eq!(rows[0].1, [1.5, 2.5, 1.25, 1.75, 1.5, 2.]);
    assert!(rows[1].1[..5].iter().all(|value| value.is_nan()) && rows[1].1[5] == 1.);
    assert_eq!(read.only().shape.calendar, Some(Calendar::Forex));
}

#[test]
fn without_a_folder_only_what_is_sure_is_read() {
    // a hundred days of cents
    let days = |price: fn(u32) -> String| {
        let day = |at: u32| format!("2014{:02}{:02} 00:00,{}\n", at / 25 + 1, at % 25 + 1, price(at));
        (0..100).map(day).collect::<String>()
    };
    let read = hear_any("aapl.csv", days(|at| format!("{0},{0},{0},{0},100", 5_568_100 + at * 100)), &hints()).unwrap();
    assert_eq!((read.format, read.only().row(0).2[0]), ("lean-equity", 556.81));
    for (text, want) in [
        // whole dollars, or dollars x 10000
        (days(|at| format!("{0},{0},{0},{0},0.5", 300 + at)), "lean-index lean-forex lean-crypto"),
        (
            days(|at| format!("{0},{0},{0},{0},7", 30_000 + at * 10_000)),
            "lean-equity lean-index lean-forex lean-crypto",
        ),
        (days(|at| format!("{0}.5,{0}.5,{0}.5,{0}.5,7", 300 + at)), "lean-index lean-forex lean-crypto"),
    ] {
        let error = hear_any("btcusd.csv", text, &hints()).unwrap_err();
        let named: Vec<&str> = error.lines().filter_map(|line| line.split_whitespace().next()).collect();
        assert_eq!(named[1..named.len() - 1].join(" "), want, "{error}");
        assert!(error.ends_with("\nhint: name one with --format"), "{error}");
    }
    // nor is a point in a folder of equities a reason to read it as something else
    let error =
        hear_any("equity/aapl.csv", "20140102 09:00,2,4,1,3,7\n20140102 10:00,2,4,1,3.5,7\n", &hints()).unwrap_err();
    assert!(error.contains("headerless") && error.contains("lean-equity"), "{error}");
    // yen in a folder of equities are not dollars x 10000
    let yen = days(|at| format!("{0},{0},{0},{0},100", 5_501 + at));
    assert!(hear_any("equity/7203.csv", yen, &hints()).is_err());
    // bars of options are no bars of an instrument
    assert!(
        hear_any("option/usa/minute/goog/20140102_goog_minute_trade.csv", "34200000,2,4,1,3,7\n", &hints()).is_err()
    );
}

#[test]
fn what_a_clock_or_a_scale_leaves_open_is_refused() {
    for (name, text, want) in [
        ("forex/ib/hour/eurusd.csv", "20180702 00:00,1,1,1,1,0,1,1,1,1,0\n", "its path names neither fxcm"),
        (
            "index/usa/minute/20140102_dax_minute_trade.csv",
            "25200000,2,4,1,3,7\n",
            "its first bar begins neither at 08:30",
        ),
    ] {
        let error = hear_any(name, text, &hints()).unwrap_err();
        assert!(error.contains(want) && error.ends_with("\nhint: say it with --timezone"), "{error}");
        let berlin = Hints { zone: zone("Europe/Berlin"), symbol: Symbol::new("A").ok(), ..hints() };
        assert_eq!(hear_any(name, text, &berlin).unwrap().only().rows(), 1);
    }
    let text = "20140102 00:00,5568000,5575000,5525000,5532500,8398851\n20140103 00:00,1.5,1,1,1,1\n20140104 09:00,1,1,1,1,1\n2014,1\n20140106 00:00,1,1,1,1";
    let read = hear_as(&LEAN_EQUITY, &Source::of_bytes("equity/usa/daily/a.csv", text.as_bytes()), &hints()).unwrap();
    assert_eq!(
        said(&read.unreadable),
        [
            "2: `1.5` in column `open` is not a price of Lean's equities, which are whole numbers x 10000\nhint: --format lean-crypto, lean-forex or lean-index reads prices as they are",
            "3: `20140104 09:00` is no day, the lines before are",
            "4: `2014` is not a time; as a number it has 9 to 19 digits, since 1970",
            "5: 5 cells, Lean's lines of this file have 6",
        ]
    );
    let late =
        hear_any("crypto/20140102_btcusd_minute_trade.csv", "0,1,1,1,1,1\n86400000,1,1,1,1,1\n", &hints()).unwrap();
    assert_eq!(said(&late.unreadable), ["2: `86400000` is not a time of day in milliseconds"]);
}

#[test]
fn the_equities_of_lean_are_read_whole() {
    for (name, rows, first, last) in [
        ("aapl", 5_849, 13.63, 122.15),
        ("spy", 5_849, 97.31, 396.33),
        ("ibm", 5_849, 104.5, 133.26),
        ("bac", 5_849, 73.25, 38.69),
        ("aig", 5_849, 110.25, 46.21),
        ("iwm", 5_244, 91.06, 220.94),
        ("goog", 4_183, 135.91, 2068.63),
        ("wm", 5_399, 35.31, 129.02),
        ("eem", 5_245, 9.63, 53.34),
        ("qqq", 3_964, 102.25, 319.13),
        ("uso", 3_910, 0.22, 40.53),
    ] {
        let Some(read) = hear_shared(&format!("lean/equity-daily/{name}.zip"), &hints()) else { return };
        let series = read.only();
        assert_eq!((read.format, series.symbol(), series.rows()), ("lean-equity", name.to_uppercase().as_str(), rows));
        assert_eq!((series.row(0).2[0], series.row(rows - 1).2[3]), (first, last), "{name}");
        // 2021-03-31, on a last line without an end
        assert_eq!((series.row(rows - 1).1, read.unreadable.len()), (When::Day(18_717), 0));
    }
}

#[test]
fn hours_and_minutes_of_lean_are_known_at_their_end() {
    for (path, format, symbol, rows, first, last) in [
        ("equity-hour/spy", "lean-equity", "SPY", 40_832, "1998-01-02T15:00:00Z", "2021-03-31T20:00:00Z"),
        ("equity-hour/vxx", "lean-equity", "VXX", 20_915, "2009-01-30T15:00:00Z", "2021-03-31T20:00:00Z"),
        ("equity-minute/aapl-20140605_trade", "lean-equity", "AAPL", 0, "2014-06-05T08:16:00Z", "2014-06-06T00:00:00Z"),
        ("index-minute/spx-20210104_trade", "lean-index", "SPX", 0, "2021-01-04T14:31:00Z", "2021-01-04T21:21:00Z"),
        ("index-minute/spx-20230703_trade", "lean-index", "SPX", 0, "2023-07-03T13:31:00Z", "2023-07-03T17:00:00Z"),
        ("fx-hour/eurusd-fxcm", "lean-forex", "EURUSD", 69_928, "2007-03-30T06:00:00Z", "2018-07-05T05:00:00Z"),
        ("fx-hour/xauusd-oanda", "lean-forex", "XAUUSD", 76_499, "", ""),
        ("crypto/btcusd-daily-coinbase", "lean-crypto", "BTCUSD", 1_318, "16405", "17756"),
        (
            "crypto/btcusd-minute-20171217_trade",
            "lean-crypto",
            "BTCUSD",
            1_440,
            "2017-12-17T00:01:00Z",
            "2017-12-18T00:00:00Z",
        ),
    ] {
        let Some(read) = hear_shared(&format!("lean/{path}.zip"), &hints()) else { return };
        let series = read.only();
        assert_eq!((read.format, series.symbol()), (format, symbol), "{path}");
        assert!(rows == 0 || series.rows() == rows, "{path} has {} rows", series.rows());
        let known = series.known();
        if !first.is_empty() {
            assert_eq!((known[0].as_str(), known[known.len() - 1].as_str()), (first, last), "{path}");
        }
        assert!(read.unreadable.is_empty());
    }
}
