//! What the host would not take: a plan, a detection or a target that breaks the contract.

use std::collections::BTreeSet;

use super::Kind;
use crate::bindings::detector::exports::tapewright::signal::detector::Detection;
use crate::bindings::strategy::exports::tapewright::signal::strategy::Target;
use crate::bindings::types::{Horizon, Plan};

/// Why the host would not take this plan.
pub(super) fn of_plan(kind: Kind, plan: &Plan) -> Option<String> {
    let mut names = BTreeSet::new();
    let said = plan.outputs.iter().map(|output| &output.name).chain(plan.patterns.iter().map(|pattern| &pattern.name));
    if let Some(name) = said.into_iter().find(|name| !names.insert(*name)) {
        return Some(format!("output or pattern `{name}` is declared twice"));
    }
    if let Some(pattern) = plan.patterns.iter().find(|pattern| longest(pattern.horizon) == 0) {
        return Some(format!("pattern `{}` has a horizon of nothing", pattern.name));
    }
    let own = plan.columns.iter().find(|column| column.starts_with("own."));
    match (kind, own) {
        _ if plan.columns.is_empty() => Some("the plan reads no column".into()),
        _ if plan.memory_rows == Some(0) => Some("a memory of 0 rows would not even hold the row itself".into()),
        (Kind::Detector, Some(own)) => Some(format!("a detector has no account, but its plan reads `{own}`")),
        (Kind::Detector, _) if !plan.reasons.is_empty() => Some("a detector says no targets, but has reasons".into()),
        (Kind::Strategy, _) if !plan.patterns.is_empty() => Some("a strategy detects nothing, but has patterns".into()),
        (Kind::Strategy, _) if plan.learns => Some("a strategy predicts nothing to learn from, but learns".into()),
        _ => None,
    }
}

/// Why the host would not take this detection, made of an instance with so many instruments.
pub(super) fn of_detection(said: &Detection, plan: &Plan, instruments: usize) -> Option<String> {
    let share = |value: f64| (0.0..=1.0).contains(&value);
    let pattern = &plan.patterns[said.pattern as usize];
    let longest = longest(pattern.horizon);
    if said.instrument as usize >= instruments {
        Some(format!("it is of instrument {} of {instruments}", said.instrument))
    } else if !share(said.strength) {
        Some(format!("its strength is {}", said.strength))
    } else if !said.probability.is_nan() && !share(said.probability) {
        Some(format!("its probability is {}", said.probability))
    } else if u64::from(said.horizon) > longest {
        Some(format!("its horizon is {}, {longest} at most", said.horizon))
    } else {
        infinite(&[("entry", said.entry), ("stop", said.stop), ("target", said.target)])
    }
}

/// Why the host would not take this target, made of an instance with so many instruments.
pub(super) fn of_target(said: &Target, instruments: usize) -> Option<String> {
    if said.instrument as usize >= instruments {
        Some(format!("it is of instrument {} of {instruments}", said.instrument))
    } else if !said.exposure.is_finite() {
        Some(format!("its exposure is {}", said.exposure))
    } else {
        infinite(&[("limit", said.limit), ("stop", said.stop), ("take", said.take)])
    }
}

fn infinite(levels: &[(&str, f64)]) -> Option<String> {
    let (name, value) = levels.iter().find(|(_, value)| value.is_infinite())?;
    Some(format!("its {name} is {value}"))
}

fn longest(horizon: Horizon) -> u64 {
    match horizon {
        Horizon::Rows(count) | Horizon::Sessions(count) => count.into(),
        Horizon::Seconds(count) => count,
    }
}
