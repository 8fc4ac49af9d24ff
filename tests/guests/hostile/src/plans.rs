//! Plans that the contract rules out, or that ask for too much.

use tapewright_sdk::bindings::types::{EvidenceDecl, EvidenceKind, Horizon, OutputDecl, RuleArg, WarmUp};

use crate::{Guest, pattern};

pub(crate) const GUEST: Guest = Guest {
    name: "plans",
    summary: "Has a plan that cannot be",
    what: &[
        "nothing",
        "wide",
        "too_many_outputs",
        "too_many_reasons",
        "nested",
        "memory",
        "own",
        "reasons",
        "horizon",
        "memory_rows",
        "argument_twice",
        "argument_nan",
        "argument_inf",
        "output_twice",
        "name",
        "column",
        "timeframe",
        "warm_up",
        "rule",
        "alias",
        "longest",
    ],
    open: |what, plan| {
        let output = |name: String| OutputDecl { name, summary: String::new(), unit: String::new() };
        let arg = |value: f64| RuleArg { name: "min".into(), value };
        match what {
            "nothing" => plan.columns.clear(),
            "wide" => plan.outputs = (0..4_096).map(|number| output(format!("output_{number}"))).collect(),
            "too_many_outputs" => plan.outputs = (0..5_000).map(|number| output(format!("o{number}"))).collect(),
            "too_many_reasons" => plan.reasons = vec![String::new(); 100_000],
            "nested" => {
                let (name, summary, kind) = ("e".into(), String::new(), EvidenceKind::Number);
                let mut one = pattern("up".into());
                one.evidence = vec![EvidenceDecl { name, summary, kind }; 4_000];
                plan.patterns = vec![one; 10];
            }
            "memory" => plan.memory_bytes = Some(u64::MAX),
            "own" => plan.columns.push("own.equity".into()),
            "reasons" => plan.reasons.push("because".into()),
            "horizon" => plan.patterns[0].horizon = Horizon::Rows(0),
            "memory_rows" => plan.memory_rows = Some(0),
            "argument_twice" => plan.patterns[0].rule.args = vec![arg(0.1), arg(0.2)],
            "argument_nan" => plan.patterns[0].rule.args = vec![arg(f64::NAN)],
            "argument_inf" => plan.patterns[0].rule.args = vec![arg(f64::INFINITY)],
            "output_twice" => plan.outputs = vec![output("double".into()); 2],
            "name" => plan.outputs = vec![output("Double Trouble\u{1b}[2J".into())],
            "column" => plan.columns.push("close@\u{1b}[2J".into()),
            "timeframe" => plan.timeframe = "1 fortnight".into(),
            "warm_up" => plan.warm_up.push(WarmUp { timeframe: "soon".into(), rows: 1 }),
            "rule" => plan.patterns[0].rule.name = "always-right".into(),
            "alias" => plan.columns.push("nobody/says.strength".into()),
            _ => {
                plan.patterns[0].horizon = Horizon::Seconds(u64::MAX);
                plan.warm_up = vec![WarmUp { timeframe: String::new(), rows: u32::MAX }; 4_000];
                plan.memory_rows = Some(u32::MAX);
            }
        }
        Ok(())
    },
    on_row: |_, said| {
        said.detections.push(said.detection());
        Ok(())
    },
};
