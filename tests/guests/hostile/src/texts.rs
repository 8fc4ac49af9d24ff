//! Texts longer than anybody reads, where texts are expected.

use tapewright_sdk::bindings::types::{CombinationRefusal, ParamRefusal, Refusal};

use crate::{Guest, pattern};

/// Below what one answer may hold, so that it is the text itself that is looked at.
const LONG: usize = 300_000;

pub(crate) const GUEST: Guest = Guest {
    name: "texts",
    summary: "Long texts",
    what: &[
        "huge_reason",
        "huge_refusal",
        "panic",
        "column",
        "symbol",
        "alias",
        "timeframe",
        "output",
        "pattern",
        "rule",
        "argument",
        "refusal",
        "combination",
        "artefact",
        "unit",
    ],
    open: |what, plan| {
        let long = "x".repeat(LONG);
        match what {
            "huge_reason" => plan.patterns[0].summary = "x".repeat(2 << 20),
            "huge_refusal" => return Err(Refusal::Artefact("x".repeat(2 << 20))),
            "column" => plan.columns.push(format!("{long} close")),
            "symbol" => plan.columns.push(format!("close@{long}")),
            "alias" => plan.columns.push(format!("{long}/{long}")),
            "timeframe" => plan.timeframe = long,
            "output" => plan.outputs[0].name = long,
            "pattern" => plan.patterns = vec![pattern(long)],
            "rule" => plan.patterns[0].rule.name = long,
            "argument" => {
                let arg = tapewright_sdk::bindings::types::RuleArg { name: long, value: 0.0 };
                plan.patterns[0].rule.args.push(arg);
            }
            "refusal" => return Err(Refusal::Param(ParamRefusal { name: long.clone(), reason: long })),
            "combination" => {
                let names = vec!["x".into(); 4_000];
                return Err(Refusal::Combination(CombinationRefusal { names, reason: long }));
            }
            "artefact" => return Err(Refusal::Artefact(long)),
            "unit" => plan.outputs[0].unit = long,
            _ => {}
        }
        Ok(())
    },
    on_row: |what, _| match what {
        "panic" => panic!("{}", "é".repeat(1 << 20)),
        _ => Ok(()),
    },
};
