//! A market small enough to be worked by hand: what is said of it, on which row, with which numbers.

use plugin_trend::Trend;
use tapewright_sdk::Direction;
use tapewright_sdk::harness::{self, Heard, ParamValue, Table};

/// Highs of the odd rows 1, 3, 5 … The even rows lie at 5, so that every odd row is a level-1 high and, all even lows
/// being equal, no low is ever of level 2. Level-2 highs: 12 on row 3, 14 on 7, 16 on 13, 18 on 19, 15 on 25; of
/// level 3: 18.
const PEAKS: [f64; 14] = [10.0, 12.0, 11.0, 14.0, 12.5, 12.0, 16.0, 15.0, 14.0, 18.0, 17.0, 14.0, 15.0, 13.0];

/// Bars of 1, closed in the middle; the last row, 28, is even.
fn hear(params: &[(&str, ParamValue)]) -> Heard {
    let highs: Vec<f64> = PEAKS.iter().flat_map(|peak| [5.0, *peak]).chain([5.0]).collect();
    let [lows, closes] = [1.0, 0.5].map(|below| highs.iter().map(|high| high - below).collect::<Vec<_>>());
    let table = Table::daily(highs.len()).column("high", &highs).column("low", &lows).column("close", &closes);
    let mut trend = harness::detector::<Trend>().param("atr_period", 2);
    for (name, value) in params {
        trend = trend.param(name, value.clone());
    }
    trend.open().unwrap().run(&table)
}

#[test]
fn a_pivot_is_said_on_the_row_on_which_it_is_known() {
    // True ranges of rows 1, 2, 3 …: 5.5 5.5 7.5 7.5 6.5 6.5 9.5 9.5 8 8 …, so the average of period 2 is 6.625 on
    // row 6 and 8.1953125 on row 10. Prominence: 12 over 11 is 1; 14 over 12.5 is 1.5.
    let heard = hear(&[]);
    let said: Vec<_> = heard
        .detections
        .iter()
        .filter(|said| said.pattern != "trend_prediction")
        .map(|said| (said.row, said.pattern.as_str(), said.evidence("rows_ago"), said.evidence("price")))
        .collect();
    assert_eq!(
        said,
        [
            (6, "l2h", 3.0, 12.0),
            (10, "l2h", 3.0, 14.0),
            (16, "l2h", 3.0, 16.0),
            (22, "l2h", 3.0, 18.0),
            (28, "l2h", 3.0, 15.0),
            (28, "l3h", 9.0, 18.0),
        ]
    );
    for (at, prominence_atr) in [(0, 1.0 / 6.625), (1, 1.5 / 8.1953125)] {
        let said = heard.detections.iter().filter(|said| said.pattern == "l2h").nth(at).unwrap();
        assert_eq!(said.direction, Direction::Down);
        assert_eq!(said.evidence("prominence_atr"), prominence_atr);
        assert!((said.strength - prominence_atr / (1.0 + prominence_atr)).abs() < 1e-15, "{}", said.strength);
    }
    for (output, row, expected) in [
        ("l1_high", 6, 11.0),
        ("l2_high", 5, f64::NAN),
        ("l2_high", 6, 12.0),
        ("l2_high", 9, 12.0),
        ("l3_high", 28, 18.0),
    ] {
        assert_eq!(heard.output(output)[row].to_bits(), expected.to_bits(), "{output} on row {row}");
    }
}

#[test]
fn only_pivots_of_the_level_and_above_are_said() {
    for (say_level, expected) in [(1, 14 + 13 + 6), (2, 6), (3, 1)] {
        let heard = hear(&[("say_level", ParamValue::Integer(say_level))]);
        let said = heard.detections.iter().filter(|said| said.pattern != "trend_prediction").count();
        assert_eq!(said, expected, "level {say_level}");
    }
}

#[test]
fn a_new_line_predicts_where_it_slopes() {
    // The line through 12 on row 3 and 14 on row 7 is known on row 10. It stands at 13 on row 5, 2 above that high,
    // and at 15 on row 9, 2.5 above that one; tolerances are shares of 8.1953125.
    for (tolerance_atr, touches) in [(0.2, 2.0), (0.25, 3.0), (0.31, 4.0)] {
        let heard = hear(&[("tolerance_atr", ParamValue::Number(tolerance_atr))]);
        let said = heard.detections.iter().find(|said| said.pattern == "trend_prediction").unwrap();
        assert_eq!((said.row, said.direction), (10, Direction::Up));
        for (name, expected) in [
            ("side", 1.0),
            ("slope", 0.5),
            ("intercept", 12.0),
            ("start", 7.0),
            ("end", 3.0),
            ("touches", touches),
            ("price_change", 2.0),
            ("duration", 4.0),
        ] {
            assert_eq!(said.evidence(name), expected, "{name}");
        }
        // c ÷ (1 + c) with c = 2 ÷ 8.1953125 is 2 ÷ 10.1953125
        let strength = 2.0 / 10.1953125 * (1.0 - 1.0 / touches);
        assert!((said.strength - strength).abs() < 1e-15, "{} {strength}", said.strength);
        assert!(said.probability.is_nan());
    }
}

#[test]
fn predictions_are_validated_by_the_next_two_pivots() {
    let heard = hear(&[]);
    let said: Vec<_> = heard
        .detections
        .iter()
        .filter(|said| said.pattern == "trend_prediction")
        .map(|said| (said.row, said.direction, said.evidence("price_change")))
        .collect();
    use Direction::{Down, Up};
    assert_eq!(said, [(10, Up, 2.0), (16, Up, 2.0), (22, Up, 2.0), (28, Down, -3.0)]);
    // Said on row 10, validated on row 22 by 16 and 18: up, correct. Said on row 16, validated on row 28 by 18 and
    // 15: down, not correct. The last two wait.
    let none = f64::NAN;
    for (row, expected) in [
        (9, [0.0, 0.0, 0.0, none, 0.0]),
        (10, [1.0, 0.0, 0.0, none, 1.0]),
        (21, [2.0, 0.0, 0.0, none, 2.0]),
        (22, [3.0, 1.0, 1.0, 1.0, 2.0]),
        (28, [4.0, 2.0, 1.0, 0.5, 2.0]),
    ] {
        let names =
            ["total_predictions", "validated_predictions", "correct_predictions", "accuracy", "pending_validations"];
        for (name, expected) in names.iter().zip(expected) {
            assert_eq!(heard.output(name)[row].to_bits(), expected.to_bits(), "{name} on row {row}");
        }
    }
}

#[test]
fn the_line_stands_in_the_columns() {
    let heard = hear(&[]);
    for (output, row, expected) in [
        ("high_slope", 9, f64::NAN),
        ("high_slope", 10, 0.5),
        ("high_line", 10, 15.5),
        ("high_line", 12, 16.5),
        ("high_slope", 28, -0.5),
        ("high_line", 28, 13.5),
        ("low_line", 28, f64::NAN),
        ("touches_low", 28, f64::NAN),
        ("trend", 28, 0.0),
    ] {
        assert_eq!(heard.output(output)[row].to_bits(), expected.to_bits(), "{output} on row {row}");
    }
}
