//! The three ways in which Alpaca's bars come.

use super::*;
use crate::import::heard::{hear_any, hints, named, said};
use crate::import::rows::When;

fn bar(time: &str, close: f64) -> String {
    format!("{{\"t\":\"{time}\",\"o\":2,\"h\":4.5,\"l\":1,\"c\":{close},\"v\":12000,\"n\":90,\"vw\":2.25}}")
}

#[test]
fn bars_are_known_at_their_end() {
    let (first, second) = (bar("2024-01-03T14:30:00Z", 3.), bar("2024-01-03T14:31:00Z", 3.5));
    let rows = "timestamp,open,high,low,close,volume,trade_count,vwap\n";
    for text in [
        format!("{{\"bars\":[{first},{second}],\"symbol\":\"SPY\",\"next_page_token\":null}}"),
        format!("{{\"bars\":{{\"SPY\":[{first},{second}]}}}}"),
        format!("{first}\n{second}\n"),
        format!("[{first},{second}]"),
        format!(
            "{rows}2024-01-03 14:30:00+00:00,2,4.5,1,3,12000,90,2.25\n2024-01-03 14:31:00+00:00,2,4.5,1,3.5,12000,90,2.25\n"
        ),
    ] {
        let read = hear_any("SPY_1m.json", &text, &hints()).unwrap();
        let series = read.only();
        assert_eq!((read.format, series.symbol(), series.timeframe()), ("alpaca", "SPY", "1m".to_owned()), "{text}");
        assert_eq!(series.columns(), "open high low close volume trades vwap");
        assert_eq!(series.known(), ["2024-01-03T14:31:00Z", "2024-01-03T14:32:00Z"]);
        assert_eq!(series.row(1).2, [2., 4.5, 1., 3.5, 12000., 90., 2.25]);
        assert_eq!(series.shape.calendar, Some(Calendar::UsEquity));
    }
}

#[test]
fn days_of_equities_are_days_and_those_of_pairs_end_after_24_hours() {
    let text = format!("{}\n{}\n", bar("2024-01-03T05:00:00Z", 3.), bar("2024-01-04T05:00:00Z", 3.));
    let read = hear_any("a.jsonl", &text, &named("SPY")).unwrap();
    assert_eq!((read.only().row(0).1, read.only().row(1).1), (When::Day(19_725), When::Day(19_726)));
    let bars = [bar("2024-01-03T06:00:00Z", 3.), bar("2024-01-04T06:00:00Z", 3.)].join(",");
    let read = hear_any("a.json", format!("{{\"bars\":{{\"BTC/USD\":[{bars}]}}}}"), &hints()).unwrap();
    let series = read.only();
    assert_eq!((series.symbol(), series.timeframe()), ("BTCUSD", "1d".to_owned()));
    assert_eq!(series.known(), ["2024-01-04T06:00:00Z", "2024-01-05T06:00:00Z"]);
    assert_eq!(series.shape.calendar, Some(Calendar::Always));
}

#[test]
fn a_single_bar_does_not_say_how_long_it_is() {
    let text = bar("2024-01-03T14:30:00Z", 3.);
    let error = hear_any("SPY.jsonl", &text, &hints()).unwrap_err();
    assert!(error.ends_with("\nhint: say it with --timeframe, such as 1h"), "{error}");
    let hour = Hints { timeframe: "1h".parse().ok(), ..hints() };
    assert_eq!(hear_any("SPY.jsonl", &text, &hour).unwrap().only().known(), ["2024-01-03T15:30:00Z"]);
}

#[test]
fn what_is_no_bar_is_named() {
    let text =
        format!("{}\n{{\"t\":\"x\",\"o\":2}}\n{}\n", bar("2024-01-03T14:30:00Z", 3.), bar("2024-01-03T14:31:00Z", 3.));
    let read = hear_any("SPY.jsonl", &text, &hints()).unwrap();
    assert_eq!(
        said(&read.unreadable),
        ["2: `x` is not a time (wanted 2024-01-03, 2024-01-03T14:30:00Z or 2024-01-03 14:30:00)"]
    );
    let error = hear_any("a.json", "{\"bars\":[{\"t\":\"2024-01-03T14:30:00Z\",\"o\":2}]}", &hints()).unwrap_err();
    assert!(error.starts_with("a.json:1: it is no answer of Alpaca's API: missing field `h`"), "{error}");
    let deep = format!("{{\"bars\":{}\"t\"\"o\"", "[".repeat(100_000));
    assert!(hear_any("a.json", deep, &hints()).is_err());
}
