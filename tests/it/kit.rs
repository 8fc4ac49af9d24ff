//! The kit: one table of ways to run, and every guest says the same under each of them.

use std::collections::BTreeMap;

use tapewright_model::{FaultKind, FillReason, Label, What};
use tapewright_replay::{Binding, Push, Request, RunOptions};
use tapewright_tests::{guests, markets, runs};

const ROWS: usize = 1500;
const TRAP_AT: u64 = 700;

fn bindings() -> Vec<Binding> {
    let kit = guests::load("kit");
    let hoarder = guests::load("hoarder");
    let trap_reader = ["trap_at/double", "trap_at/tick.strength", "trap_at/tick.age"];
    let trap_reader = [("output", trap_reader[0]), ("strength", trap_reader[1]), ("age", trap_reader[2])];
    let trap = [("at", "700")];
    let mut all: Vec<Binding> =
        ["bracket", "daily", "follower", "late_pivot", "learner", "rank", "smuggler", "trailing"]
            .into_iter()
            .map(|entry| guests::bind(&kit, entry, &[]))
            .collect();
    all.push(guests::bind(&kit, "trap_at", &trap));
    all.push(Binding { alias: "trap_reader".into(), ..guests::bind(&kit, "follower", &trap_reader) });
    all.push(guests::bind(&hoarder, "hoarder", &[]));
    all
}

fn request() -> Request {
    runs::request(markets::five(ROWS), bindings())
}

#[test]
fn the_digest_is_the_same_however_it_is_run() {
    let request = request();
    let graph = tapewright_replay::Graph::new(&request).unwrap();
    let units = graph.units().len();
    let labels: Vec<String> = graph.units().flat_map(|unit| unit.nodes.iter().map(|node| node.label.clone())).collect();
    let base = runs::keep(&request, &RunOptions::default());
    let auto = RunOptions::default;
    let every = |rows: &[u64]| -> BTreeMap<String, Vec<u64>> {
        labels.iter().map(|label| (label.clone(), rows.to_vec())).collect()
    };
    let mut table: Vec<(String, RunOptions)> = Vec::new();
    for slab in [1, 7, 4096] {
        for push in [Push::Rows(1), Push::Rows(7), Push::Rows(4096), Push::Auto] {
            table.push((format!("slab {slab} push {push:?}"), RunOptions { slab_rows: Some(slab), push, ..auto() }));
        }
    }
    for threads in [1, 2, 8] {
        table.push((format!("{threads} threads"), RunOptions { threads, ..auto() }));
    }
    table.push((
        "units reversed".into(),
        RunOptions { unit_order: Some((0..units).rev().collect()), threads: 2, ..auto() },
    ));
    let mut random = markets::Random(11);
    for _ in 0..3 {
        let row = random.draw() % ROWS as u64;
        table.push((format!("rebuilt at {row}"), RunOptions { rebuild: every(&[row]), ..auto() }));
    }
    let around = [1, TRAP_AT - 1, TRAP_AT];
    table.push((
        "rebuilt three times in slabs of 7".into(),
        RunOptions { rebuild: every(&around), slab_rows: Some(7), ..auto() },
    ));
    table
        .push(("rebuilt one row a push".into(), RunOptions { rebuild: every(&around), push: Push::Rows(1), ..auto() }));
    for (name, options) in table {
        let ran = runs::keep(&request, &options);
        let units = base.result.units.iter().zip(&ran.result.units);
        for (want, got) in units {
            assert_eq!(want.digest, got.digest, "{name}: unit of {}", want.nodes[0].label);
            let faults = |unit: &tapewright_replay::UnitResult| {
                unit.nodes
                    .iter()
                    .map(|node| node.fault.clone().map(|fault| (fault.kind, fault.row)))
                    .collect::<Vec<_>>()
            };
            assert_eq!(faults(want), faults(got), "{name}");
        }
        assert_eq!(base.result.digest, ran.result.digest, "{name}");
    }
}

#[test]
fn a_rebuild_at_any_row_changes_nothing() {
    // every row of a short history, for the guests whose state is hardest to make again
    let kit = guests::load("kit");
    let entries = ["learner", "trailing", "follower", "late_pivot", "rank"];
    let bindings = entries.iter().map(|entry| guests::bind(&kit, entry, &[])).collect();
    let request = runs::request(markets::five(60), bindings);
    let base = runs::keep(&request, &RunOptions::default());
    let labels: Vec<&String> = base.records.keys().collect();
    for row in 0..60 {
        let rebuild = labels.iter().map(|label| ((*label).clone(), vec![row])).collect();
        let ran = runs::keep(
            &request,
            &RunOptions { rebuild, slab_rows: Some(16), push: Push::Rows(5), ..RunOptions::default() },
        );
        assert_eq!(base.result.digest, ran.result.digest, "row {row}");
    }
}

#[test]
fn rows_before_a_trap_are_there_and_its_reader_sees_nan_after() {
    let ran = runs::keep(&request(), &RunOptions::default());
    let fault = ran.fault("trap_at@AAA").unwrap();
    assert_eq!((fault.kind, fault.row.map(|(row, _)| row), fault.export), (FaultKind::Trap, Some(TRAP_AT), "push"));
    assert!(fault.detail.contains("row 700 is where it ends"), "{}", fault.detail);
    let said = ran.columns("trap_at@AAA");
    assert_eq!(said.len() as u64, TRAP_AT);
    let read = ran.columns("trap_reader@AAA");
    assert_eq!(read.len(), ROWS);
    for ((row, said), (_, read)) in said.iter().zip(&read) {
        assert_eq!(runs::bits(&said[..1]), runs::bits(&read[1..2]), "row {row}");
    }
    for (row, read) in &read[TRAP_AT as usize..] {
        assert!(read[1..].iter().all(|value| value.is_nan()), "row {row}: {read:?}");
    }
    let last = ran.of("trap_at@AAA").iter().rfind(|(record, _)| !matches!(record.what, What::Outcome(_))).unwrap();
    assert_eq!((last.0.what, last.0.row), (What::Fault(FaultKind::Trap), TRAP_AT));
}

#[test]
fn a_trap_changes_nothing_for_anyone_else() {
    let with = runs::keep(&request(), &RunOptions::default());
    let mut without = request();
    without.bindings.retain(|binding| !binding.alias.starts_with("trap"));
    let without = runs::keep(&without, &RunOptions::default());
    for (label, records) in &without.records {
        let said = |records: &[(tapewright_model::Record, Vec<f64>)]| -> Vec<_> {
            records
                .iter()
                .map(|(record, values)| (record.known_time, record.row, record.what, runs::bits(values)))
                .map(|said| format!("{said:?}"))
                .collect()
        };
        assert_eq!(said(records), said(with.of(label)), "{label}");
    }
}

#[test]
fn a_push_that_fails_only_in_bulk_is_no_fault() {
    let ran = runs::keep(&request(), &RunOptions { push: Push::Rows(4096), ..RunOptions::default() });
    assert_eq!(ran.fault("hoarder@AAA"), None);
    assert_eq!(ran.columns("hoarder@AAA").len(), ROWS);
}

#[test]
fn a_higher_timeframe_appears_when_its_bar_has_closed() {
    let request = request();
    let ran = runs::keep(&request, &RunOptions::default());
    let frame = request.market.whole(&markets::symbol("AAA"), None).unwrap().unwrap();
    let (times, close) = (frame.times(), frame.column(frame.index("close").unwrap()));
    let day = tapewright_model::Time::DAY;
    let mut checked = 0;
    for (row, values) in ran.columns("daily@AAA") {
        // by hand: the last row of the last whole day that ended at or before this row
        let time = times[row as usize];
        let midnight = time.div_euclid(day) * day;
        let last = times.partition_point(|at| *at <= midnight);
        let ended = close[..last].iter().rfind(|close| !close.is_nan());
        match ended {
            None => assert!(values[0].is_nan()),
            Some(ended) if !close[row as usize].is_nan() && times[last - 1] > midnight - day => {
                assert_eq!(values[0], close[row as usize] / ended - 1.0, "row {row}");
                assert_eq!(values[1], (time - midnight) as f64 / 1e9, "row {row}");
                checked += 1;
            }
            Some(_) => {}
        }
    }
    assert!(checked > ROWS / 2, "{checked}");
}

#[test]
fn another_symbol_is_seen_as_it_was_known() {
    let request = request();
    let ran = runs::keep(&request, &RunOptions::default());
    let level: Vec<(i64, f64)> =
        ran.outputs["late_pivot@BBB"].iter().map(|(_, time, values)| (*time, values[0])).collect();
    let said: Vec<(i64, f64, u64)> = ran
        .of("late_pivot@BBB")
        .iter()
        .filter_map(|(record, _)| match record.what {
            What::Detection(said) => Some((record.known_time.0, said.strength, record.row)),
            _ => None,
        })
        .collect();
    let rows: Vec<i64> = level.iter().map(|(time, _)| *time).collect();
    for (_, now, values) in &ran.outputs["follower@CCC"] {
        let now = *now;
        let want_level = level.iter().rfind(|(time, _)| *time <= now).map_or(f64::NAN, |(_, level)| *level);
        let latest = said.iter().rfind(|(time, ..)| *time <= now);
        let want_strength = latest.map_or(f64::NAN, |(_, strength, _)| *strength);
        let seen = rows.partition_point(|time| *time <= now) as f64 - 1.0;
        let want_age = latest.map_or(f64::NAN, |(_, _, row)| seen - *row as f64);
        let want = [want_level, want_strength, want_age];
        let canonical: Vec<u64> = want.iter().map(|value| tapewright_model::canonical(*value).to_bits()).collect();
        assert_eq!(runs::bits(&values[1..]), canonical, "at {now}");
    }
    assert!(said.len() > 100);
}

#[test]
fn an_attached_stop_is_hit_and_told_apart_from_a_take() {
    let ran = runs::keep(&request(), &RunOptions::default());
    let count = |reason: FillReason| {
        ran.of("bracket@AAA")
            .iter()
            .filter(|(record, _)| matches!(record.what, What::Fill(fill) if fill.reason == reason))
            .count()
    };
    for reason in [FillReason::Target, FillReason::Stop, FillReason::Take, FillReason::Expiry] {
        assert!(count(reason) > 0, "{}", reason.word());
    }
    assert!(count(FillReason::Stop) > count(FillReason::Take));
}

#[test]
fn a_stop_follows_the_entry_price_that_the_strategy_was_told() {
    let ran = runs::keep(&request(), &RunOptions::default());
    let (mut entry, mut stops) = (f64::NAN, 0);
    let mut records = ran.of("trailing@AAA").iter().peekable();
    for (row, values) in ran.columns("trailing@AAA") {
        while let Some((record, _)) = records.next_if(|(record, _)| record.row <= row) {
            let What::Fill(fill) = record.what else { continue };
            if fill.reason == FillReason::Target && fill.quantity > 0.0 {
                entry = fill.price;
                continue;
            }
            if fill.reason == FillReason::Stop {
                assert!(fill.price <= entry * 0.998, "{} of {entry}", fill.price);
                stops += 1;
            }
            entry = f64::NAN;
        }
        // told on the very row on which it was filled
        assert_eq!(runs::bits(&values), runs::bits(&[tapewright_model::canonical(entry)]), "row {row}");
    }
    assert!(stops > 10, "{stops}");
}

#[test]
fn a_learner_is_told_its_outcomes_between_two_rows() {
    let ran = runs::keep(&request(), &RunOptions::default());
    let (mut hits, mut judged, mut predictions) = (0.0, 0.0, 0);
    let mut records = ran.of("learner@AAA").iter().peekable();
    for (row, values) in ran.columns("learner@AAA") {
        assert_eq!(values[0], judged, "row {row}");
        while let Some((record, _)) = records.next_if(|(record, _)| record.row <= row) {
            match record.what {
                What::Detection(said) => {
                    assert_eq!(said.probability, (hits + 1.0) / (judged + 2.0), "row {row}");
                    predictions += 1;
                }
                What::Outcome(known) => {
                    judged += 1.0;
                    hits += f64::from(u8::from(known.label == Label::Hit));
                }
                _ => {}
            }
        }
    }
    assert!(predictions > 500 && judged > 500.0 && hits > 100.0);
}

#[test]
fn state_does_not_leak_between_instances() {
    let ran = runs::keep(&request(), &RunOptions::default());
    for symbol in ["AAA", "EEE"] {
        for (row, values) in ran.columns(&format!("smuggler@{symbol}")) {
            assert_eq!(values[0], row as f64);
        }
    }
}

#[test]
fn a_panel_ranks_what_each_instrument_last_showed() {
    let request = request();
    let ran = runs::keep(&request, &RunOptions::default());
    let rows = ran.columns("rank");
    assert!(rows.len() > ROWS, "a row for every instant of any instrument");
    let whole = rows.iter().filter(|(_, ranks)| ranks.iter().all(|rank| !rank.is_nan())).count();
    assert!(whole > ROWS);
    for (row, ranks) in rows {
        assert_eq!(ranks.len(), 5, "row {row}");
        assert!(ranks.iter().all(|rank| rank.is_nan() || (0.0..5.0).contains(rank)));
    }
}
