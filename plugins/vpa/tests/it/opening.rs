//! What it declares, and what it refuses.

use plugin_vpa::Vpa;
use tapewright_sdk::Refusal;
use tapewright_sdk::harness;

#[test]
fn combinations_that_make_no_sense_are_refused() {
    for (params, names) in [
        ([("trend", 19.0), ("period", 20.0)], ["trend", "period"]),
        ([("low", 1.0), ("high", 1.0)], ["low", "high"]),
        ([("high", 2.0), ("climax", 2.0)], ["high", "climax"]),
        ([("narrow", 1.0), ("wide", 1.0)], ["narrow", "wide"]),
    ] {
        let opening = params.into_iter().fold(harness::detector::<Vpa>(), |opening, (name, value)| {
            let whole = ["trend", "period"].contains(&name);
            if whole { opening.param(name, value as i64) } else { opening.param(name, value) }
        });
        match opening.open() {
            Err(Refusal::Combination(refusal)) => assert_eq!(refusal.names, names),
            Err(other) => panic!("{names:?}: refused otherwise: {other:?}"),
            Ok(_) => panic!("{names:?}: not refused"),
        }
    }
}

#[test]
fn the_warm_up_covers_the_trend_and_the_one_before_it() {
    for (trend, warm_up) in [(50, 101), (200, 401)] {
        assert_eq!(harness::detector::<Vpa>().param("trend", trend).open().unwrap().warm_up(), warm_up);
    }
}

#[test]
fn a_higher_timeframe_is_asked_for_by_name() {
    let timeframe =
        |word: &str| harness::detector::<Vpa>().param("timeframe", word).open().unwrap().plan().timeframe.clone();
    assert_eq!([timeframe("own"), timeframe("1h")], ["", "1h"]);
}
