//! A long random walk: what must hold on any row whatever.

use std::collections::BTreeSet;

use plugin_vpa::Vpa;
use plugin_vpa::rules::RULES;
use tapewright_sdk::harness::{self, Heard};

use crate::market::{Row, mirrored, table, walk};

const ROWS: usize = 40_000;
const TREND: usize = 50;

fn hear(rows: &[Row]) -> Heard {
    harness::detector::<Vpa>().open().unwrap().run(&table(rows))
}

/// Output columns by name, with the number of the row.
fn each_row(heard: &Heard, mut check: impl FnMut(usize, &dyn Fn(&str) -> f64)) {
    let names = harness::detector::<Vpa>().open().unwrap();
    let columns: Vec<_> = names.outputs().iter().map(|name| (name.to_string(), heard.output(name))).collect();
    for row in 0..columns[0].1.len() {
        check(row, &|name| columns.iter().find(|(known, _)| known == name).unwrap().1[row]);
    }
}

#[test]
fn every_output_keeps_to_its_range() {
    let rows = walk(1, ROWS);
    each_row(&hear(&rows), |row, value| {
        let [_, high, low, close, volume] = rows[row];
        if row < TREND {
            assert!(value("volume_ratio").is_nan() && value("action").is_nan(), "row {row}");
            return;
        }
        let within = |name: &str, least: f64, most: f64| {
            assert!((least..=most).contains(&value(name)), "row {row}: {name} is {}", value(name));
        };
        for name in ["body_ratio", "upper_wick_ratio", "lower_wick_ratio", "close_position", "trend_strength"] {
            within(name, 0.0, 1.0);
        }
        within("volume_ratio", 0.0, f64::MAX);
        within("spread_ratio", 0.0, f64::MAX);
        within("trend", -1.0, 1.0);
        within("trend_validated", -1.0, 1.0);
        within("volume_class", 0.0, 4.0);
        within("candle_class", -4.0, 4.0);
        within("rule", 1.0, RULES.len() as f64);
        assert_eq!(value("effort_result"), value("volume_ratio") - value("spread_ratio"));
        assert_eq!(value("volume_ratio") == 0.0, volume == 0.0, "row {row}");
        let (support, resistance) = (value("support"), value("resistance"));
        assert!(support.is_nan() || support <= close, "row {row}: {support}");
        assert!(resistance.is_nan() || resistance >= close, "row {row}: {resistance}");

        let shares = value("body_ratio") + value("upper_wick_ratio") + value("lower_wick_ratio");
        if high > low {
            assert!((shares - 1.0).abs() < 1e-12, "row {row}: {shares}");
        } else {
            assert_eq!((shares, value("close_position"), value("spread_ratio")), (0.0, 0.5, 0.0), "row {row}");
        }
    });
}

#[test]
fn action_and_conviction_are_those_of_the_rule_and_every_rule_decides_somewhere() {
    let mut met = BTreeSet::new();
    each_row(&hear(&walk(2, ROWS)), |row, value| {
        if row >= TREND {
            let rule = value("rule") as usize;
            met.insert(rule);
            let said = (value("action"), value("conviction"));
            let rule = &RULES[rule - 1];
            assert_eq!(said, (f64::from(rule.action as i8), f64::from(rule.conviction as i8)), "row {row}");
        }
    });
    assert_eq!(met, (1..=RULES.len()).collect());
}

#[test]
fn every_pattern_is_met_and_its_levels_make_sense() {
    let rows = walk(3, ROWS);
    let heard = hear(&rows);
    let met: BTreeSet<&str> = heard.detections.iter().map(|said| said.pattern.as_str()).collect();
    assert_eq!(met, harness::detector::<Vpa>().open().unwrap().patterns().into_iter().collect());
    for said in &heard.detections {
        let close = rows[said.row][3];
        let up = said.direction == tapewright_sdk::Direction::Up;
        let (below, above) = if up { (said.stop, said.target) } else { (said.target, said.stop) };
        let judged_by_levels = ["accumulation", "distribution", "buying_climax", "selling_climax"];
        if judged_by_levels.contains(&said.pattern.as_str()) {
            assert!(below < close && close < above, "row {}: {below} {close} {above}", said.row);
        } else {
            assert!(below.is_nan() && above.is_nan(), "row {}", said.row);
        }
        let judged_at_a_level = ["support_test", "resistance_test"].contains(&said.pattern.as_str());
        assert_eq!(said.entry.is_nan(), !judged_at_a_level, "row {}", said.row);
        assert!(said.probability.is_nan());
    }
}

#[test]
fn upside_down_everything_is_the_opposite() {
    let rows = walk(4, ROWS);
    let (heard, opposite) = (hear(&rows), hear(&mirrored(&rows, 4096.0)));
    let column = |heard: &Heard, name: &str| heard.output(name);
    let compare = |name: &str, mirror: &str, turn: &dyn Fn(f64) -> f64| {
        for (row, (value, other)) in column(&heard, name).iter().zip(column(&opposite, mirror)).enumerate() {
            let want = turn(*value);
            let same = want.is_nan() && other.is_nan() || (want - other).abs() < 1e-12;
            assert!(same, "row {row}: {name} {value} against {mirror} {other}");
        }
    };
    for name in ["volume_ratio", "spread_ratio", "body_ratio", "effort_result", "trend_strength", "trend_validated"] {
        compare(name, name, &|value| value);
    }
    for name in ["trend", "action", "candle_class"] {
        compare(name, name, &|value| -value);
    }
    compare("conviction", "conviction", &|value| value);
    compare("close_position", "close_position", &|value| 1.0 - value);
    compare("upper_wick_ratio", "lower_wick_ratio", &|value| value);
    compare("support", "resistance", &|value| 4096.0 - value);
    assert_eq!(heard.detections.len(), opposite.detections.len());
}

#[test]
fn a_row_with_a_missing_value_says_nothing_and_changes_nothing() {
    let rows = walk(5, 3_000);
    let mut gapped = Vec::new();
    let mut places = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        if at % 7 == 3 {
            // each of the five in turn
            let mut missing = [at as f64; 5];
            missing[at % 5] = f64::NAN;
            gapped.push(missing);
        }
        places.push(gapped.len());
        gapped.push(*row);
    }
    let (whole, with_gaps) = (hear(&rows), hear(&gapped));
    for name in harness::detector::<Vpa>().open().unwrap().outputs() {
        let (want, said) = (whole.output(name), with_gaps.output(name));
        let mut gap = vec![true; gapped.len()];
        for (row, place) in places.iter().enumerate() {
            gap[*place] = false;
            assert_eq!(want[row].to_bits(), said[*place].to_bits(), "{name}, row {row}");
        }
        assert!(said.iter().zip(gap).all(|(value, gap)| !gap || value.is_nan()), "{name}");
    }
    let rows_said: Vec<_> = whole.detections.iter().map(|said| (places[said.row], &said.pattern)).collect();
    let rows_with_gaps: Vec<_> = with_gaps.detections.iter().map(|said| (said.row, &said.pattern)).collect();
    assert_eq!(rows_said, rows_with_gaps);

    // evidence counts the rows of the market, gaps included
    for (pattern, price) in [("resistance_test", 1), ("support_test", 2)] {
        let said: Vec<_> = with_gaps.detections.iter().filter(|said| said.pattern == pattern).collect();
        assert!(said.len() > 10, "{pattern} {}", said.len());
        for said in said {
            let pivot = gapped[said.row - said.evidence("rows_ago") as usize];
            assert_eq!(
                (pivot[price], said.entry),
                (said.evidence("level"), said.evidence("level")),
                "row {}",
                said.row
            );
        }
    }
}

#[test]
fn a_market_without_volume_or_without_movement_is_not_read() {
    let rows = walk(6, 1_000);
    let change = |change: fn(&Row) -> Row| rows.iter().map(change).collect::<Vec<_>>();
    for rows in [
        change(|[open, high, low, close, _]| [*open, *high, *low, *close, f64::NAN]),
        change(|[open, high, low, close, _]| [*open, *high, *low, *close, 0.0]),
        change(|[_, _, _, _, volume]| [7.0, 7.0, 7.0, 7.0, *volume]),
    ] {
        let heard = hear(&rows);
        assert!(heard.detections.is_empty());
        assert!(heard.output("action").iter().all(|action| action.is_nan()));
    }
}
