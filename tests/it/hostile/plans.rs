//! Harm at the opening: a plan that cannot be, an `open` that does not come back, and texts without an end.

use expect_test::{Expect, expect};
use tapewright_replay::{Graph, RunOptions};
use tapewright_tests::runs;

use super::{ALONE, bad, plain, said_by_honest, with};

/// Texts that people read are cut.
const TEXT_MAX: usize = 2_000;

/// Why the run does not begin; or that it does, and that the others say what they say alone.
fn check(entry: &str, what: &str, expected: Expect) {
    let bad = bad(entry, what);
    let digest = bad.plugin.digest().short().to_string();
    let request = with(bad);
    let got = match Graph::new(&request).err() {
        Some(error) => error.to_string(),
        None => {
            let ran = runs::keep(&request, &RunOptions::default());
            assert!(said_by_honest(&ran) == *ALONE, "{entry} {what} changes what others say");
            ran.fault("bad@AAA").map_or("it runs".into(), ToString::to_string)
        }
    };
    assert!(got.len() < TEXT_MAX, "{entry} {what}: {} bytes", got.len());
    let got = plain(&got.replace(&format!(" ({digest})"), ""));
    expected.assert_eq(&got.replace("plugin `bad` in `open` on AAA: ", ""));
}

#[test]
fn an_opening_that_fails_is_told_by_name() {
    check("looper", "open", expect!["`bad@AAA` does not open: out of fuel: more than 20000000 in one call"]);
    check(
        "trapper",
        "open",
        expect![[r#"
        `bad@AAA` does not open: trap: panicked at tests/guests/hostile/src/trapper.rs:21:29:
        it will not open"#]],
    );
    check("deep", "open", expect!["`bad@AAA` does not open: trap: wasm trap: out of bounds memory access"]);
}

#[test]
fn a_plan_that_cannot_be_is_refused_in_words() {
    check("plans", "nothing", expect!["`bad@AAA` does not open: contract breach: the plan reads no column"]);
    check(
        "plans",
        "wide",
        expect![
            "contract breach: plugin `bad@AAA` in `push` on AAA at row 0 (2024-01-02T15:00:00Z): 1 values of output columns, 4096 wanted for 1 rows"
        ],
    );
    check(
        "plans",
        "too_many_outputs",
        expect!["`bad@AAA` does not open: oversized output: a list of 5000 elements, 4096 at most"],
    );
    check(
        "plans",
        "too_many_reasons",
        expect!["`bad@AAA` does not open: oversized output: a list of 100000 elements, 4096 at most"],
    );
    check(
        "plans",
        "nested",
        expect![
            "`bad@AAA` does not open: contract breach: too much data is being copied between the host and the guest: fuel allocated for hostcalls has been exhausted"
        ],
    );
    check(
        "plans",
        "memory",
        expect![
            "`bad@AAA` does not open: its plan asks for 18446744073709551615 bytes of memory, 67108864 are granted"
        ],
    );
    check(
        "plans",
        "own",
        expect!["`bad@AAA` does not open: contract breach: a detector has no account, but its plan reads `own.equity`"],
    );
    check(
        "plans",
        "reasons",
        expect!["`bad@AAA` does not open: contract breach: a detector says no targets, but its plan has reasons"],
    );
    check(
        "plans",
        "horizon",
        expect!["`bad@AAA` does not open: contract breach: pattern `up` has a horizon of nothing"],
    );
    check(
        "plans",
        "memory_rows",
        expect!["`bad@AAA` does not open: contract breach: a memory of 0 rows would not even hold the row itself"],
    );
    check(
        "plans",
        "argument_twice",
        expect!["`bad@AAA` does not open: contract breach: the rule of pattern `up` has argument `min` twice"],
    );
    check(
        "plans",
        "argument_nan",
        expect!["`bad@AAA` does not open: contract breach: the rule of pattern `up` has argument `min` = NaN"],
    );
    check(
        "plans",
        "argument_inf",
        expect!["`bad@AAA` does not open: contract breach: the rule of pattern `up` has argument `min` = inf"],
    );
    check(
        "plans",
        "output_twice",
        expect!["`bad@AAA` does not open: contract breach: output or pattern `double` is declared twice"],
    );
    check(
        "plans",
        "name",
        expect![[
            r#"`bad@AAA` does not open: contract breach: `Double Trouble\u{1b}[2J` is not a name (1 to 64 lower-case letters, digits or _, a letter first)"#
        ]],
    );
    check(
        "plans",
        "column",
        expect![[r#"
        `bad@AAA` does not open: contract breach: `close@\u{1b}[2J` is not a column: wanted a symbol after `@`
               ^"#]],
    );
    check(
        "plans",
        "timeframe",
        expect![
            "`bad@AAA` does not open: contract breach: `1 fortnight` is not a timeframe (wanted a number and s, m, h, d or w, such as 5m or 1d)"
        ],
    );
    check(
        "plans",
        "warm_up",
        expect![
            "`bad@AAA` does not open: contract breach: `soon` is not a timeframe (wanted a number and s, m, h, d or w, such as 5m or 1d)"
        ],
    );
    check(
        "plans",
        "rule",
        expect![
            "`bad@AAA` declares pattern `up`, whose rule `always-right` this host does not know (it knows forward-return, triple-barrier, level-reaction, pivot-trend)"
        ],
    );
    check(
        "plans",
        "alias",
        expect![
            "`bad@AAA` reads `nobody/says.strength`, which no plugin of this run gives (there are: late_pivot, learner, rank, trailing, bad; name one as in nobody=file.wasm)"
        ],
    );
    check("plans", "longest", expect!["it runs"]);
}

#[test]
fn a_long_text_is_cut_wherever_it_stands() {
    check(
        "texts",
        "huge_reason",
        expect!["`bad@AAA` does not open: oversized output: a text of 2097152 bytes, 4096 at most"],
    );
    check(
        "texts",
        "huge_refusal",
        expect!["`bad@AAA` does not open: oversized output: a text of 2097152 bytes, 4096 at most"],
    );
    check(
        "texts",
        "column",
        expect!["`bad@AAA` does not open: oversized output: a text of 300006 bytes, 4096 at most"],
    );
    check(
        "texts",
        "symbol",
        expect!["`bad@AAA` does not open: oversized output: a text of 300006 bytes, 4096 at most"],
    );
    check("texts", "alias", expect!["`bad@AAA` does not open: oversized output: a text of 600001 bytes, 4096 at most"]);
    check(
        "texts",
        "timeframe",
        expect!["`bad@AAA` does not open: oversized output: a text of 300000 bytes, 4096 at most"],
    );
    check(
        "texts",
        "output",
        expect!["`bad@AAA` does not open: oversized output: a text of 300000 bytes, 4096 at most"],
    );
    check(
        "texts",
        "pattern",
        expect!["`bad@AAA` does not open: oversized output: a text of 300000 bytes, 4096 at most"],
    );
    check("texts", "rule", expect!["`bad@AAA` does not open: oversized output: a text of 300000 bytes, 4096 at most"]);
    check(
        "texts",
        "argument",
        expect!["`bad@AAA` does not open: oversized output: a text of 300000 bytes, 4096 at most"],
    );
    check(
        "texts",
        "refusal",
        expect!["`bad@AAA` does not open: oversized output: a text of 300000 bytes, 4096 at most"],
    );
    check(
        "texts",
        "combination",
        expect!["`bad@AAA` does not open: oversized output: a text of 300000 bytes, 4096 at most"],
    );
    check(
        "texts",
        "artefact",
        expect!["`bad@AAA` does not open: oversized output: a text of 300000 bytes, 4096 at most"],
    );
    check("texts", "unit", expect!["`bad@AAA` does not open: oversized output: a text of 300000 bytes, 4096 at most"]);
}
