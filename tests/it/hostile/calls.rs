//! Components by hand: harm in calls that no toolchain would make, the catalog among them.

use expect_test::{Expect, expect};
use tapewright_engine::{Fitting, Limits, Opening, Values};
use tapewright_model::Kind;
use tapewright_tests::{by_hand, guests, markets};

use super::FUEL;

/// Loads the component, asks for its catalog, opens it and shows it three rows; says where that ended.
pub(super) fn walk(bytes: &[u8]) -> String {
    let plugin = match guests::engine().load(bytes) {
        Ok(plugin) => plugin,
        Err(error) => return format!("load: {error}"),
    };
    let limits = Limits { fuel_per_call: FUEL, ..Limits::default() };
    let digest = plugin.digest().short().to_string();
    let end = |error: &dyn std::fmt::Display| {
        let text = super::plain(&error.to_string().replace(&format!(": plugin `hand` ({digest}) in"), " in"));
        assert!(text.len() < 2_000, "{} bytes", text.len());
        text
    };
    if let Err(fault) = plugin.catalog(Kind::Detector, "hand", &limits) {
        return end(&fault);
    }
    let symbols = [markets::symbol("SPY")];
    let opening = Opening {
        plugin: "hand",
        kind: Kind::Detector,
        entry: "d",
        symbols: &symbols,
        params: &[],
        artefact: None,
        limits: &limits,
    };
    let mut instance = match plugin.open(&opening) {
        Ok(instance) => instance,
        Err(error) => return end(&error),
    };
    match instance.push(&[1, 2, 3], Values::Flat(&[1.0; 3])) {
        Ok(output) => format!("{} detections, {} values", output.detections.len(), output.columns.len()),
        Err(fault) => end(&fault),
    }
}

fn check(parts: &[(&str, &str)], expected: Expect) {
    expected.assert_eq(&walk(&by_hand::detector(parts)));
}

/// Stores a number at an address.
fn store(pairs: &[(u32, u32)]) -> String {
    pairs.iter().map(|(at, value)| format!("(i32.store (i32.const {at}) (i32.const {value}))")).collect()
}

const FOREVER: &str = "(loop $l (br $l))";

#[test]
fn the_one_that_means_no_harm_is_heard() {
    check(&[], expect!["0 detections, 0 values"]);
}

#[test]
fn a_catalog_comes_back_and_is_one() {
    check(&[("catalog", FOREVER)], expect!["out of fuel in `catalog`: more than 20000000 in one call"]);
    check(
        &[("catalog", "unreachable")],
        expect!["trap in `catalog`: wasm trap: wasm `unreachable` instruction executed"],
    );
    check(
        &[("catalog", "(call $bump (i32.const 1073741824)) drop")],
        expect!["out of memory in `catalog`: it wanted 1073938448 bytes of memory, 67108864 at most"],
    );
    // the address and the length of the list, of its name, of its summary, of its parameters
    check(
        &[("catalog", &store(&[(2052, 5_000)]))],
        expect!["oversized output in `catalog`: a list of 5000 elements, 4096 at most"],
    );
    check(
        &[("catalog", &store(&[(2052, u32::MAX)]))],
        expect!["oversized output in `catalog`: a list of 4294967295 elements, 4096 at most"],
    );
    check(
        &[("catalog", &store(&[(2048, 131_070), (2052, 2)]))],
        expect!["contract breach in `catalog`: list pointer/length out of bounds of memory"],
    );
    check(
        &[("catalog", &store(&[(2048, 2_049)]))],
        expect!["contract breach in `catalog`: list pointer is not aligned"],
    );
    check(
        &[("catalog", &store(&[(2068, 0)]))],
        expect![
            "contract breach in `catalog`: `` is not a name (1 to 64 lower-case letters, digits or _, a letter first)"
        ],
    );
    check(
        &[("catalog", &store(&[(2068, 100_000)]))],
        expect!["oversized output in `catalog`: a text of 100000 bytes, 4096 at most"],
    );
    check(
        &[("memory", "100"), ("catalog", &store(&[(2076, 3_000_000)]))],
        expect!["oversized output in `catalog`: a text of 3000000 bytes, 4096 at most"],
    );
    check(
        &[("catalog", &store(&[(2064, 131_072)]))],
        expect!["contract breach in `catalog`: string pointer/length out of bounds of memory"],
    );
    // two entries at the same address
    let twice = "(memory.copy (i32.const 2092) (i32.const 2064) (i32.const 28))".to_owned() + &store(&[(2052, 2)]);
    check(&[("catalog", &twice)], expect!["contract breach in `catalog`: the catalog holds `d` twice"]);
    // a panel that is neither true nor false
    check(&[("catalog", "(i32.store8 (i32.const 2080) (i32.const 7))")], expect!["0 detections, 0 values"]);
}

#[test]
fn a_text_that_is_no_text_is_a_breach() {
    let invalid = r#"(data (i32.const 1040) "cl\ff\feo")"#;
    check(&[("more", invalid)], expect!["0 detections, 0 values"]);
    check(&[("more", r#"(data (i32.const 1024) "\80")"#)], expect!["0 detections, 0 values"]);
    let log = "(call $log (i32.const 3) (i32.const 1100) (i32.const 4))";
    check(
        &[("more", r#"(data (i32.const 1100) "\c3\28\a0\a1")"#), ("push", log)],
        expect!["contract breach in `push` on SPY: invalid utf-8 sequence of 1 bytes from index 0"],
    );
    check(
        &[("push", "(call $log (i32.const 9) (i32.const 1024) (i32.const 1))")],
        expect!["contract breach in `push` on SPY: unexpected discriminant: 9"],
    );
    check(
        &[("push", "(call $log (i32.const 1) (i32.const -1) (i32.const 100))")],
        expect!["contract breach in `push` on SPY: string pointer/length out of bounds of memory"],
    );
    check(
        &[("memory", "1000"), ("push", "(call $log (i32.const 1) (i32.const 0) (i32.const 60000000))")],
        expect![
            "contract breach in `push` on SPY: too much data is being copied between the host and the guest: fuel allocated for hostcalls has been exhausted"
        ],
    );
}

#[test]
fn every_function_may_trap_and_is_named() {
    check(
        &[("more", "(func $s unreachable) (start $s)")],
        expect!["trap in `instantiate`: wasm trap: wasm `unreachable` instruction executed"],
    );
    check(
        &[("more", &format!("(func $s {FOREVER}) (start $s)"))],
        expect!["out of fuel in `instantiate`: more than 20000000 in one call"],
    );
    check(
        &[("memory", "2000")],
        expect!["out of memory in `instantiate`: it wanted 131072016 bytes of memory, 67108864 at most"],
    );
    check(
        &[("more", "(table 100000000 funcref)")],
        expect!["load: it has 100000000 elements in tables, 1000000 at most"],
    );
    check(&[("more", "(memory 1)")], expect!["load: it has 2 memories, 1 at most"]);
    check(
        &[("realloc", "unreachable")],
        expect!["trap in `open` on SPY: wasm trap: wasm `unreachable` instruction executed"],
    );
    check(&[("realloc", FOREVER)], expect!["out of fuel in `open` on SPY: more than 20000000 in one call"]);
    check(
        &[("realloc", "(return (i32.const -8))")],
        expect!["contract breach in `open` on SPY: realloc return: beyond end of memory"],
    );
    check(
        &[("realloc", "(return (i32.const 3))")],
        expect!["contract breach in `open` on SPY: realloc return: result not aligned"],
    );
    check(
        &[("open", "unreachable")],
        expect!["trap in `open` on SPY: wasm trap: wasm `unreachable` instruction executed"],
    );
    check(&[("open", FOREVER)], expect!["out of fuel in `open` on SPY: more than 20000000 in one call"]);
    check(
        &[("push", "unreachable")],
        expect!["trap in `push` on SPY: wasm trap: wasm `unreachable` instruction executed"],
    );
    check(
        &[("push", "(drop (i32.div_u (i32.const 1) (i32.const 0)))")],
        expect!["trap in `push` on SPY: wasm trap: integer divide by zero"],
    );
    check(
        &[("push", "(drop (i32.load (i32.const -4)))")],
        expect!["trap in `push` on SPY: wasm trap: out of bounds memory access"],
    );
    check(
        &[("post", "unreachable")],
        expect!["trap in `push` on SPY: wasm trap: wasm `unreachable` instruction executed"],
    );
    check(&[("post", FOREVER)], expect!["out of fuel in `push` on SPY: more than 20000000 in one call"]);
    check(
        &[("post", "(call $log (i32.const 1) (i32.const 1024) (i32.const 1))")],
        expect!["trap in `push` on SPY: wasm trap: cannot leave component instance"],
    );
}

#[test]
fn an_answer_that_lies_about_itself_is_a_breach() {
    // neither `ok` nor `error`
    check(
        &[("push", "(i32.store8 (i32.const 4096) (i32.const 2))")],
        expect!["contract breach in `push` on SPY: invalid expected discriminant"],
    );
    check(
        &[("push", "(return (i32.const -1))")],
        expect!["contract breach in `push` on SPY: return pointer not aligned"],
    );
    check(
        &[("push", "(return (i32.const 4097))")],
        expect!["contract breach in `push` on SPY: return pointer not aligned"],
    );
    // detections at no address, more than there are bytes, and a direction that is none
    check(
        &[("push", &store(&[(4100, 131_000), (4104, 100)]))],
        expect!["contract breach in `push` on SPY: list pointer/length out of bounds of memory"],
    );
    check(
        &[("push", &store(&[(4104, u32::MAX)]))],
        expect!["oversized output in `push` on SPY: a list of 4294967295 elements, 16384 at most"],
    );
    check(
        &[("push", &store(&[(4100, 8192), (4104, 1), (8204, 3)]))],
        expect!["contract breach in `push` on SPY: unexpected discriminant: 3"],
    );
    // a detection of a pattern, of which the plan has none
    check(
        &[("push", &store(&[(4100, 8192), (4104, 1)]))],
        expect!["contract breach in `push` on SPY: a detection of pattern 0 of 0"],
    );
    // a refusal that is none
    check(
        &[("open", "(i32.store8 (i32.const 3072) (i32.const 1)) (i32.store8 (i32.const 3080) (i32.const 9))")],
        expect!["contract breach in `open` on SPY: unexpected discriminant: 9"],
    );
}

#[test]
fn lists_that_share_their_bytes_are_paid_for_each_time() {
    // 4,096 patterns at one address would be 4,096 lists of 4,096 pieces of evidence at another
    let share = "(local $at i32) (local.set $at (i32.const 131072)) (loop $next
        (i32.store offset=16 (local.get $at) (i32.const 400000)) (i32.store offset=20 (local.get $at) (i32.const 4096))
        (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 64))) (i32.const 393216))))";
    let pattern = share.to_owned() + &store(&[(3140, 131_072), (3144, 4_096)]);
    check(
        &[("memory", "40"), ("open", &pattern)],
        expect![
            "contract breach in `open` on SPY: too much data is being copied between the host and the guest: fuel allocated for hostcalls has been exhausted"
        ],
    );
    // a million texts of one byte, and one of as many bytes as there are
    check(
        &[("memory", "200"), ("open", &store(&[(3148, 65_536), (3152, 1_000_000)]))],
        expect!["oversized output in `open` on SPY: a list of 1000000 elements, 4096 at most"],
    );
    check(
        &[("memory", "200"), ("open", &store(&[(3080, 0), (3084, 13_000_000)]))],
        expect!["oversized output in `open` on SPY: a text of 13000000 bytes, 4096 at most"],
    );
}

#[test]
fn fitting_and_loading_may_fail_as_any_call_may() {
    let plugin = guests::load("hostile");
    let limits = Limits { fuel_per_call: FUEL, ..Limits::default() };
    let digest = plugin.digest().short().to_string();
    let words = |text: String| text.replace(&format!(": plugin `hand` ({digest}) in"), " in");
    let fit = |column: &str| {
        let fitting = Fitting {
            plugin: "hand",
            entry: "looper",
            params: &[],
            columns: &[column.to_owned()],
            rows: &[1.0],
            labels: &[1.0],
            weights: &[1.0],
            seed: 0,
            limits: &limits,
        };
        words(plugin.fit(&fitting).unwrap_err().to_string())
    };
    expect!["trap in `fit`: wasm trap: wasm `unreachable` instruction executed"].assert_eq(&fit("trap"));
    expect!["out of memory in `fit`: it wanted 1074988016 bytes of memory, 67108864 at most"].assert_eq(&fit("huge"));
    expect!["out of fuel in `fit`: more than 20000000 in one call"].assert_eq(&fit("forever"));
    let (symbols, binding) = ([markets::symbol("SPY")], guests::bind(&plugin, "looper", &[]));
    let opening = Opening {
        plugin: "hand",
        kind: Kind::Detector,
        entry: "looper",
        symbols: &symbols,
        params: &binding.params,
        artefact: Some(&[1, 2, 3]),
        limits: &limits,
    };
    expect!["trap in `load` on SPY: wasm trap: wasm `unreachable` instruction executed"]
        .assert_eq(&words(plugin.open(&opening).unwrap_err().to_string()));
}
