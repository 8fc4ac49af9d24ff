//! Harm on row k of a push: the same fault on the same row, however many rows the push has.

use expect_test::{Expect, expect};
use tapewright_model::{What, canonical};
use tapewright_replay::{Push, RunOptions};
use tapewright_tests::runs;

use super::{ALONE, AT, ROWS, bad, plain, said_by_honest, with};

/// What the guest says on AAA from the row on, or its fault; the same at every size of a push.
fn check(entry: &str, what: &str, expected: Expect) {
    let request = with(bad(entry, what));
    let frame = request.market.whole(&tapewright_tests::markets::symbol("AAA"), None).unwrap().unwrap();
    let close = frame.column(frame.index("close").unwrap());
    let mut outcome = None;
    for push in [1, 7, 4096] {
        let options = RunOptions { push: Push::Rows(push), ..RunOptions::default() };
        let ran = runs::keep(&request, &options);
        assert!(said_by_honest(&ran) == *ALONE, "{entry} {what} changes what others say, in pushes of {push}");
        let rows = ran.columns("bad@AAA");
        for ((row, said), close) in rows.iter().zip(close).take(AT as usize) {
            assert_eq!(said[0].to_bits(), canonical(close * 2.0).to_bits(), "{entry} {what}: row {row}");
        }
        let got = match ran.fault("bad@AAA") {
            Some(fault) => {
                let row = fault.row.unwrap().0;
                assert!(row >= AT && rows.len() as u64 == row + u64::from(fault.export == "learn"), "{row}");
                let recorded = ran.of("bad@AAA").iter().filter(|(record, _)| matches!(record.what, What::Fault(_)));
                let recorded: Vec<_> = recorded.map(|(record, _)| (record.row, record.what)).collect();
                assert_eq!(recorded, [(row, What::Fault(fault.kind))]);
                assert!(ran.fault("bad@BBB").is_some_and(|other| other.kind == fault.kind));
                let text = format!(
                    "{}: plugin `bad@AAA` ({}) in `{}` on AAA at row {row} ({}): {}",
                    fault.kind,
                    fault.digest.short(),
                    fault.export,
                    fault.row.unwrap().1,
                    fault.detail
                );
                assert_eq!(fault.to_string(), text);
                plain(&format!("{} in {} at row {row}: {}", fault.kind, fault.export, fault.detail))
            }
            None => {
                assert_eq!(rows.len(), ROWS);
                let said = ran.of("bad@AAA").iter().find_map(|(record, values)| match record.what {
                    What::Detection(said) => Some(format!(
                        "{:?}",
                        (said.strength, said.probability, said.entry, said.stop, said.target, values)
                    )),
                    What::Target(said) => {
                        Some(format!("{:?}", (said.exposure, said.limit, said.stop, said.take, said.expires)))
                    }
                    _ => None,
                });
                let bits = rows[AT as usize].1[0].to_bits();
                format!("no fault: {bits:#x} {}", said.unwrap_or_default())
            }
        };
        let first = outcome.get_or_insert_with(|| got.clone());
        assert_eq!(*first, got, "{entry} {what} in pushes of {push}");
    }
    expected.assert_eq(&outcome.unwrap());
}

#[test]
fn what_never_ends_runs_out_of_fuel() {
    check("looper", "push", expect!["out of fuel in push at row 120: more than 20000000 in one call"]);
}

#[test]
fn a_trap_says_what_it_is_about_and_nothing_else() {
    check(
        "trapper",
        "push",
        expect![[r#"
        trap in push at row 120: panicked at tests/guests/hostile/src/trapper.rs:39:18:
        row 120 is where it ends"#]],
    );
    check(
        "trapper",
        "learn",
        expect![[r#"
            trap in learn at row 130: panicked at tests/guests/hostile/src/lib.rs:226:30:
            what became of it is too much"#]],
    );
    check("trapper", "silent", expect!["trap in push at row 120: wasm trap: wasm `unreachable` instruction executed"]);
    check("trapper", "excused", expect!["trap in push at row 125: wasm trap: wasm `unreachable` instruction executed"]);
    check(
        "trapper",
        "loud",
        expect![[r#"
        trap in push at row 120: panicked at tests/guests/hostile/src/trapper.rs:37:17:
        the line that counts"#]],
    );
}

#[test]
fn memory_has_an_end_at_once_or_row_by_row() {
    check(
        "hog",
        "at_once",
        expect!["out of memory in push at row 120: it wanted 1074988016 bytes of memory, 67108864 at most"],
    );
    check(
        "hog",
        "leak",
        expect!["out of memory in push at row 182: it wanted 68027376 bytes of memory, 67108864 at most"],
    );
    check("deep", "push", expect!["trap in push at row 120: wasm trap: out of bounds memory access"]);
}

#[test]
fn an_excuse_is_a_fault_with_its_words_cut() {
    check("excuses", "not_open", expect!["guest error in push at row 120: not open: nothing was opened"]);
    check("excuses", "shape", expect!["guest error in push at row 120: shape: one column too few"]);
    check("excuses", "data", expect!["guest error in push at row 120: data: no such price"]);
    check("excuses", "internal", expect!["guest error in push at row 120: internal: it gave up"]);
    check("excuses", "long", expect!["oversized output in push at row 120: a text of 2097152 bytes, 4096 at most"]);
    check(
        "excuses",
        "control",
        expect![[r#"
        guest error in push at row 120: internal: \u{1b}[2J\u{7} gone
          at row 0 of another plugin"#]],
    );
}

#[test]
fn a_flood_of_lines_is_paid_for_or_not_kept() {
    check("flood", "lines", expect!["out of fuel in push at row 120: more than 20000000 in one call"]);
    check("flood", "long_line", expect!["no fault: 0x406950bc6b37bb0e "]);
    check("flood", "steady", expect!["no fault: 0x406950bc6b37bb0e "]);
    check("flood", "some", expect!["no fault: 0x406950bc6b37bb0e "]);
}

#[test]
fn numbers_are_within_their_fields_and_every_nan_is_the_same() {
    check("fields", "strength_nan", expect!["contract breach in push at row 120: a strength of NaN"]);
    check("fields", "strength_snan", expect!["contract breach in push at row 120: a strength of NaN"]);
    check("fields", "strength_inf", expect!["contract breach in push at row 120: a strength of inf"]);
    check("fields", "strength_negative", expect!["contract breach in push at row 120: a strength of -0.5"]);
    check("fields", "probability_nan", expect!["no fault: 0x406950bc6b37bb0e (1.0, NaN, NaN, NaN, NaN, [])"]);
    check("fields", "probability_snan", expect!["no fault: 0x406950bc6b37bb0e (1.0, NaN, NaN, NaN, NaN, [])"]);
    check("fields", "probability_inf", expect!["contract breach in push at row 120: a probability of inf"]);
    check("fields", "probability_neginf", expect!["contract breach in push at row 120: a probability of -inf"]);
    check("fields", "probability_seven", expect!["contract breach in push at row 120: a probability of 7"]);
    check("fields", "entry_nan", expect!["no fault: 0x406950bc6b37bb0e (1.0, NaN, NaN, NaN, NaN, [])"]);
    check("fields", "entry_inf", expect!["contract breach in push at row 120: a level `entry` of inf"]);
    check("fields", "entry_neginf", expect!["contract breach in push at row 120: a level `entry` of -inf"]);
    check(
        "fields",
        "entry_max",
        expect!["no fault: 0x406950bc6b37bb0e (1.0, NaN, 1.7976931348623157e308, NaN, NaN, [])"],
    );
    check("fields", "stop_nan", expect!["no fault: 0x406950bc6b37bb0e (1.0, NaN, NaN, NaN, NaN, [])"]);
    check("fields", "stop_inf", expect!["contract breach in push at row 120: a level `stop` of inf"]);
    check("fields", "target_nan", expect!["no fault: 0x406950bc6b37bb0e (1.0, NaN, NaN, NaN, NaN, [])"]);
    check("fields", "target_inf", expect!["contract breach in push at row 120: a level `target` of inf"]);
    check(
        "fields",
        "horizon",
        expect!["contract breach in push at row 120: a detection with a horizon of 4294967295, 10 at most"],
    );
    check("fields", "pattern", expect!["contract breach in push at row 120: a detection of pattern 4294967295 of 1"]);
    check(
        "fields",
        "instrument",
        expect!["contract breach in push at row 120: a detection of instrument 4294967295 of 1"],
    );
    check("fields", "columns_nan", expect!["no fault: 0x7ff8000000000000 (1.0, NaN, NaN, NaN, NaN, [])"]);
    check("fields", "columns_snan", expect!["no fault: 0x7ff8000000000000 (1.0, NaN, NaN, NaN, NaN, [])"]);
    check("fields", "columns_inf", expect!["no fault: 0x7ff0000000000000 (1.0, NaN, NaN, NaN, NaN, [])"]);
}

#[test]
fn targets_are_what_somebody_can_hold() {
    check("targets", "exposure_nan", expect!["contract breach in push at row 120: a target with an exposure of NaN"]);
    check("targets", "exposure_inf", expect!["contract breach in push at row 120: a target with an exposure of inf"]);
    check(
        "targets",
        "exposure_neginf",
        expect!["contract breach in push at row 120: a target with an exposure of -inf"],
    );
    check(
        "targets",
        "exposure_max",
        expect!["no fault: 0x406950bc6b37bb0e (1.7976931348623157e308, NaN, NaN, NaN, 0)"],
    );
    check("targets", "limit_nan", expect!["no fault: 0x406950bc6b37bb0e (1.0, NaN, NaN, NaN, 0)"]);
    check("targets", "limit_inf", expect!["contract breach in push at row 120: a level `limit` of inf"]);
    check("targets", "limit_negative", expect!["no fault: 0x406950bc6b37bb0e (1.0, -0.5, NaN, NaN, 0)"]);
    check("targets", "stop_nan", expect!["no fault: 0x406950bc6b37bb0e (1.0, NaN, NaN, NaN, 0)"]);
    check("targets", "stop_inf", expect!["contract breach in push at row 120: a level `stop` of inf"]);
    check("targets", "take_nan", expect!["no fault: 0x406950bc6b37bb0e (1.0, NaN, NaN, NaN, 0)"]);
    check("targets", "take_neginf", expect!["contract breach in push at row 120: a level `take` of -inf"]);
    check("targets", "reason", expect!["contract breach in push at row 120: a target with reason 1 of 1"]);
    check("targets", "instrument", expect!["contract breach in push at row 120: a target of instrument 1 of 1"]);
    check("targets", "row", expect!["contract breach in push at row 120: a target on row 4294967295 of a push of 1"]);
    check("targets", "expires", expect!["no fault: 0x406950bc6b37bb0e (1.0, NaN, NaN, NaN, 4294967295)"]);
}

#[test]
fn rows_are_those_that_were_shown_in_order() {
    check("rows", "beyond", expect!["contract breach in push at row 120: a detection on row 1 of a push of 1"]);
    check(
        "rows",
        "far_beyond",
        expect!["contract breach in push at row 120: a detection on row 4294967295 of a push of 1"],
    );
    check("rows", "backwards", expect!["no fault: 0x406950bc6b37bb0e (1.0, NaN, NaN, NaN, NaN, [])"]);
    check("rows", "twice", expect!["no fault: 0x406950bc6b37bb0e (1.0, NaN, NaN, NaN, NaN, [])"]);
}

#[test]
fn lists_are_as_long_as_they_may_be() {
    check(
        "lists",
        "detections",
        expect!["oversized output in push at row 120: a list of 20000 elements, 16384 at most"],
    );
    check(
        "lists",
        "evidence",
        expect!["oversized output in push at row 120: a list of 1048576 elements, 131072 at most"],
    );
    check(
        "lists",
        "columns",
        expect!["oversized output in push at row 120: a list of 1048576 elements, 524288 at most"],
    );
    check("lists", "evidence_unasked", expect!["contract breach in push at row 120: 1 values of evidence, 0 wanted"]);
    check(
        "lists",
        "columns_short",
        expect!["contract breach in push at row 120: 0 values of output columns, 1 wanted for 1 rows"],
    );
    check(
        "lists",
        "columns_none",
        expect!["contract breach in push at row 120: 0 values of output columns, 1 wanted for 1 rows"],
    );
    check(
        "many_targets",
        "targets",
        expect!["oversized output in push at row 120: a list of 20000 elements, 16384 at most"],
    );
}

#[test]
fn a_panic_of_any_length_is_cut() {
    check(
        "texts",
        "panic",
        expect![[r#"
        trap in push at row 120: panicked at tests/guests/hostile/src/texts.rs:58:20:
        ééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé…"#]],
    );
}

#[test]
fn an_instance_remembers_nothing_of_another() {
    check("forgetful", "count", expect!["no fault: 0x3ff0000000000000 "]);
}
