//! Hand-made markets, each with its pattern and the numbers worked out, and each upside down.

use plugin_vpa::Vpa;
use tapewright_sdk::Direction;
use tapewright_sdk::harness::{self, Heard};

use crate::market::{Row, mirrored, step, table};

/// Averages and trends of five rows, ranges up to five bars high, pivots of level 1.
fn hear(rows: &[Row]) -> Heard {
    let opening = harness::detector::<Vpa>().param("period", 5).param("trend", 5).param("trend_min", 0.3);
    opening.param("level", 1).param("range_height", 5).open().unwrap().run(&table(rows))
}

/// What is said on the last row of a market.
struct Expected {
    pattern: [&'static str; 2],
    up: bool,
    strength: f64,
    /// Entry, stop, target.
    levels: [f64; 3],
    evidence: Vec<(&'static str, f64)>,
    /// Candle class, rule, action.
    columns: [f64; 3],
    rule_mirrored: f64,
}

/// Both the market and its mirror image about 100, in which the second pattern stands for the first.
fn check(rows: &[Row], expected: &Expected) {
    for (upside_down, rows) in [(false, rows.to_vec()), (true, mirrored(rows, 200.0))] {
        let heard = hear(&rows);
        let pattern = expected.pattern[usize::from(upside_down)];
        let said: Vec<_> = heard.detections.iter().filter(|said| said.pattern == pattern).collect();
        assert_eq!(said.iter().map(|said| said.row).collect::<Vec<_>>(), [rows.len() - 1], "{pattern}");
        let up = expected.up != upside_down;
        assert_eq!(said[0].direction, if up { Direction::Up } else { Direction::Down }, "{pattern}");
        assert!((said[0].strength - expected.strength).abs() < 1e-12, "{pattern} strength {}", said[0].strength);
        assert!(said[0].probability.is_nan());

        let price = |price: f64| if upside_down { 200.0 - price } else { price };
        let said_levels = [said[0].entry, said[0].stop, said[0].target];
        assert_eq!(format!("{said_levels:?}"), format!("{:?}", expected.levels.map(price)), "{pattern}");
        for (name, value) in &expected.evidence {
            let is_price = ["extreme", "probe", "level", "lowest", "highest"].contains(name);
            // the low of a range is the high of its mirror image, and one side's volume the other's
            let (name, value) = match (upside_down, *name) {
                (true, "lowest") => ("highest", price(*value)),
                (true, "highest") => ("lowest", price(*value)),
                (true, "balance") => ("balance", -value),
                (_, name) if is_price => (name, price(*value)),
                (_, name) => (name, *value),
            };
            assert!((said[0].evidence(name) - value).abs() < 1e-12, "{pattern} {name} {}", said[0].evidence(name));
        }
        let last = |name: &str| heard.output(name)[rows.len() - 1];
        let columns = [last("candle_class"), last("rule"), last("action")];
        let [class, _, action] = expected.columns;
        let want = if upside_down { [-class, expected.rule_mirrored, -action] } else { expected.columns };
        assert_eq!(columns, want, "{pattern}");
    }
}

/// Six bars down from 101 to 95, or up from 99 to 105, volume 100 each.
fn fall() -> Vec<Row> {
    (0..6).map(|at| step(101.0 - f64::from(at), 100.0 - f64::from(at), 100.0)).collect()
}
fn rise() -> Vec<Row> {
    (0..6).map(|at| step(99.0 + f64::from(at), 100.0 + f64::from(at), 100.0)).collect()
}

#[test]
fn a_climax_ends_a_trend() {
    let mut rows = fall();
    // range 6 of usually 2, volume 400 of usually 100, closed half way up
    rows.push([95.0, 95.5, 89.5, 92.5, 400.0]);
    check(
        &rows,
        &Expected {
            pattern: ["selling_climax", "buying_climax"],
            up: true,
            strength: 0.5 * 400.0 / 100.0 / 4.0 + 0.5 * 0.5,
            levels: [f64::NAN, 92.5 - 1.5 * 2.0, 92.5 + 2.0 * 2.0],
            evidence: vec![("volume_ratio", 4.0), ("spread_ratio", 3.0), ("extreme", 89.5)],
            columns: [-3.0, 1.0, 1.0],
            rule_mirrored: 2.0,
        },
    );
}

#[test]
fn a_climax_needs_each_of_its_signs() {
    for (sign, last) in [
        ("volume below the cut", [95.0, 95.5, 89.5, 92.5, 199.0]),
        ("a usual range", [95.0, 95.5, 93.0, 94.5, 400.0]),
        ("closed on its low", [95.0, 95.5, 89.5, 91.0, 400.0]),
        ("no new low", [99.0, 100.5, 94.5, 96.75, 400.0]),
    ] {
        let mut rows = fall();
        rows.push(last);
        assert!(hear(&rows).detections.iter().all(|said| said.pattern != "selling_climax"), "{sign}");
    }
}

#[test]
fn a_test_without_volume_shows_that_nobody_sells() {
    let mut rows = rise();
    // below the low of the bar before (103.5) on 40 of usually 100, closed at 7/8 of its range
    rows.push([104.5, 105.0, 103.0, 104.75, 40.0]);
    check(
        &rows,
        &Expected {
            pattern: ["test_of_supply", "test_of_demand"],
            up: true,
            strength: 0.5 * (1.0 - 0.4 / 0.8) + 0.5 * 0.875,
            levels: [f64::NAN; 3],
            evidence: vec![("volume_ratio", 0.4), ("spread_ratio", 1.0), ("probe", 103.0)],
            // up on 100 a row, down on 40: volume confirms the trend
            columns: [4.0, 5.0, 1.0],
            rule_mirrored: 6.0,
        },
    );
}

#[test]
fn effort_without_result_points_the_other_way() {
    let mut rows = rise();
    rows.push([105.0, 106.0, 105.0, 105.5, 150.0]);
    check(
        &rows,
        &Expected {
            pattern: ["effort_without_result"; 2],
            up: false,
            strength: (1.5 - 0.5) / 2.0,
            levels: [f64::NAN; 3],
            evidence: vec![("volume_ratio", 1.5), ("spread_ratio", 0.5), ("effort_result", 1.0)],
            columns: [1.0, 12.0, -1.0],
            rule_mirrored: 11.0,
        },
    );
}

/// A low at 97 in a market that goes nowhere, and a return to it.
fn return_to_support() -> Vec<Row> {
    let flat = [100.0, 101.0, 99.0, 100.0, 100.0];
    vec![flat, flat, [98.0, 99.0, 97.0, 98.0, 100.0], flat, flat, flat, [99.0, 99.25, 97.25, 99.0, 50.0]]
}

#[test]
fn a_level_is_tested_where_it_stood_before() {
    check(
        &return_to_support(),
        &Expected {
            pattern: ["support_test", "resistance_test"],
            up: true,
            // a touch is half an average range's half away: 0.25 of 0.5
            strength: 0.5 * 0.5 + 0.5 * (1.0 - 0.5 / 2.0),
            levels: [97.0, f64::NAN, f64::NAN],
            evidence: vec![("level", 97.0), ("rows_ago", 4.0), ("volume_ratio", 0.5)],
            // it is a test of supply too, and at support
            columns: [4.0, 5.0, 1.0],
            rule_mirrored: 6.0,
        },
    );
}

#[test]
fn a_touch_that_lasts_is_said_once() {
    let mut rows = return_to_support();
    rows.extend([rows[6], rows[6], rows[0], rows[6]]);
    let said: Vec<_> = hear(&rows).detections.into_iter().filter(|said| said.pattern == "support_test").collect();
    assert_eq!(said.iter().map(|said| said.row).collect::<Vec<_>>(), [6, 10]);
}

#[test]
fn accumulation_is_a_low_range_after_a_fall_with_the_volume_on_rising_rows() {
    let mut rows = fall();
    for at in 0..5 {
        rows.push(if at % 2 == 0 { step(95.0, 96.0, 120.0) } else { step(96.0, 95.0, 80.0) });
    }
    let balance = (3.0 * 120.0 - 2.0 * 80.0) / (3.0 * 120.0 + 2.0 * 80.0);
    check(
        &rows,
        &Expected {
            pattern: ["accumulation", "distribution"],
            up: true,
            // all of the half for the balance; a height of 2 where 5 × 2 is allowed
            strength: 0.5 + 0.5 * (1.0 - 2.0 / 10.0),
            levels: [f64::NAN, 94.5, 96.0 + 2.0],
            evidence: vec![("lowest", 94.5), ("highest", 96.5), ("balance", balance)],
            columns: [2.0, 3.0, 1.0],
            rule_mirrored: 4.0,
        },
    );
}

#[test]
fn a_range_without_volume_on_either_side_is_neither() {
    let mut rows = fall();
    for at in 0..5 {
        rows.push(if at % 2 == 0 { step(95.0, 96.0, 82.0) } else { step(96.0, 95.0, 120.0) });
    }
    // 246 rising, 240 falling
    assert!(hear(&rows).detections.iter().all(|said| said.pattern != "accumulation"));
}
