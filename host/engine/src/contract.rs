//! From the contract's records to the house's words, and the rules that a record must keep.
//!
//! Everything that comes out of a guest passes through here before anybody acts on it. A rule that is
//! broken is a [`Breach`], which becomes a fault with the plugin's name on it.

use tapewright_model as model;
use tapewright_model::{CANONICAL_NAN, Symbol, canonical, check_name};

use crate::text::{shown, some};
use crate::wire;

/// What the guest said that the contract rules out.
#[derive(Debug)]
pub(crate) struct Breach(pub(crate) String);

impl<E: std::error::Error> From<E> for Breach {
    fn from(error: E) -> Breach {
        Breach(error.to_string())
    }
}

fn breach<T>(text: String) -> Result<T, Breach> {
    Err(Breach(text))
}

/// What the plan fixes for every push.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shape {
    pub(crate) instruments: u32,
    /// Values a row in, after a panel's columns are expanded.
    pub(crate) columns: usize,
    /// Values a row out.
    pub(crate) outputs: usize,
    evidence: Vec<usize>,
    horizons: Vec<u64>,
    reasons: usize,
}

pub(crate) fn entries(list: wire::List<wire::Entry>) -> Result<Vec<model::Entry>, Breach> {
    let mut entries: Vec<model::Entry> = Vec::new();
    for entry in list.0 {
        let name = entry.name.0;
        check_name(&name)?;
        if entries.iter().any(|known| known.name == name) {
            return breach(format!("the catalog holds `{name}` twice"));
        }
        let params = entry.params.0.into_iter().map(param_decl).collect::<Result<Vec<_>, _>>()?;
        unique("parameter", params.iter().map(|param| &param.name))?;
        entries.push(model::Entry { name, summary: entry.summary.0, panel: entry.panel, params });
    }
    Ok(entries)
}

fn texts(list: wire::List<wire::Text>) -> Vec<String> {
    list.0.into_iter().map(|text| text.0).collect()
}

fn unique<'a>(what: &str, names: impl Iterator<Item = &'a String>) -> Result<(), Breach> {
    let mut seen = std::collections::BTreeSet::new();
    for name in names {
        check_name(name)?;
        if !seen.insert(name) {
            return breach(format!("{what} `{name}` is declared twice"));
        }
    }
    Ok(())
}

fn param_decl(decl: wire::ParamDecl) -> Result<model::ParamDecl, Breach> {
    use model::{NumberRange, ParamKind};
    let name = decl.name.0;
    let kind = match decl.kind {
        wire::ParamKind::Number(wire::NumberRange { min, max, step }) => {
            if !(min.is_finite() && max.is_finite() && step.is_finite() && min <= max && step >= 0.0) {
                return breach(format!("parameter `{name}` has the range {min} to {max} by {step}"));
            }
            ParamKind::Number(NumberRange { min, max, step })
        }
        wire::ParamKind::Integer(wire::IntegerRange { min, max, step }) => {
            if min > max || step < 0 {
                return breach(format!("parameter `{name}` has the range {min} to {max} by {step}"));
            }
            ParamKind::Integer(NumberRange { min, max, step })
        }
        wire::ParamKind::Choice(words) if words.0.is_empty() => {
            return breach(format!("parameter `{name}` has no choice"));
        }
        wire::ParamKind::Choice(words) => ParamKind::Choice(texts(words)),
        wire::ParamKind::Symbol => ParamKind::Symbol,
        wire::ParamKind::Column => ParamKind::Column,
        wire::ParamKind::Timeframe => ParamKind::Timeframe,
    };
    let default = decl.default.map(|value| match value {
        wire::ParamValue::Number(value) => model::ParamValue::Number(value),
        wire::ParamValue::Integer(value) => model::ParamValue::Integer(value),
        wire::ParamValue::Text(value) => model::ParamValue::Text(value),
    });
    match default {
        Some(value) if !kind.admits(&value) => {
            breach(format!("parameter `{name}` has the default `{value}`, but takes {kind}"))
        }
        default => Ok(model::ParamDecl { name, summary: decl.summary.0, kind, default }),
    }
}

pub(crate) fn params(params: &[model::Param]) -> Vec<wire::Param> {
    let value = |value: &model::ParamValue| match value {
        model::ParamValue::Number(value) => wire::ParamValue::Number(*value),
        model::ParamValue::Integer(value) => wire::ParamValue::Integer(*value),
        model::ParamValue::Text(value) => wire::ParamValue::Text(value.clone()),
    };
    params.iter().map(|param| wire::Param { name: param.name.clone(), value: value(&param.value) }).collect()
}

pub(crate) fn instruments(symbols: &[Symbol]) -> Vec<wire::Instrument> {
    symbols.iter().map(|symbol| wire::Instrument { symbol: symbol.to_string() }).collect()
}

pub(crate) fn refusal(refusal: wire::Refusal) -> model::Refusal {
    match refusal {
        wire::Refusal::UnknownEntry => model::Refusal::UnknownEntry,
        wire::Refusal::Param(wire::ParamRefusal { name, reason }) => {
            model::Refusal::Param { name: shown(&name.0), reason: shown(&reason.0) }
        }
        wire::Refusal::Combination(wire::CombinationRefusal { names, reason }) => {
            model::Refusal::Combination { names: vec![some(&texts(names))], reason: shown(&reason.0) }
        }
        wire::Refusal::Instruments(wire::InstrumentsRefusal { min, max }) => model::Refusal::Instruments { min, max },
        wire::Refusal::Artefact(reason) => model::Refusal::Artefact(shown(&reason.0)),
    }
}

pub(crate) fn plan(kind: model::Kind, plan: wire::Plan) -> Result<model::Plan, Breach> {
    let timeframe = |text: &str| if text.is_empty() { Ok(None) } else { text.parse().map(Some) };
    let columns = plan.columns.0.iter().map(|text| text.0.parse()).collect::<Result<Vec<_>, _>>()?;
    let warm_up = plan
        .warm_up
        .0
        .iter()
        .map(|warm_up| Ok(model::WarmUp { timeframe: timeframe(&warm_up.timeframe.0)?, rows: warm_up.rows }));
    let outputs = plan.outputs.0.into_iter().map(|decl| model::OutputDecl {
        name: decl.name.0,
        summary: decl.summary.0,
        unit: decl.unit.0,
    });
    let patterns = plan.patterns.0.into_iter().map(pattern).collect::<Result<Vec<_>, Breach>>()?;
    let plan = model::Plan {
        timeframe: timeframe(&plan.timeframe.0)?,
        columns,
        warm_up: warm_up.collect::<Result<Vec<_>, Breach>>()?,
        memory_rows: plan.memory_rows,
        memory_bytes: plan.memory_bytes,
        learns: plan.learns,
        outputs: outputs.collect(),
        patterns,
        reasons: texts(plan.reasons),
    };
    let names = plan.outputs.iter().map(|output| &output.name);
    unique("output or pattern", names.chain(plan.patterns.iter().map(|pattern| &pattern.name)))?;
    let own = plan.columns.iter().find(|column| matches!(column, model::Column::Own(_)));
    match (kind, own) {
        (model::Kind::Detector, Some(own)) => breach(format!("a detector has no account, but its plan reads `{own}`")),
        (model::Kind::Detector, None) if !plan.reasons.is_empty() => {
            breach("a detector says no targets, but its plan has reasons".into())
        }
        (model::Kind::Strategy, _) if !plan.patterns.is_empty() => {
            breach("a strategy detects nothing, but its plan has patterns".into())
        }
        (model::Kind::Strategy, _) if plan.learns => {
            breach("a strategy predicts nothing to learn from, but its plan learns".into())
        }
        _ if plan.memory_rows == Some(0) => breach("a memory of 0 rows would not even hold the row itself".into()),
        _ if plan.columns.is_empty() => breach("the plan reads no column".into()),
        _ => Ok(plan),
    }
}

fn pattern(pattern: wire::Pattern) -> Result<model::Pattern, Breach> {
    let evidence = pattern.evidence.0.into_iter().map(|decl| model::EvidenceDecl {
        name: decl.name.0,
        summary: decl.summary.0,
        kind: match decl.kind {
            wire::EvidenceKind::RowsAgo => model::EvidenceKind::RowsAgo,
            wire::EvidenceKind::Price => model::EvidenceKind::Price,
            wire::EvidenceKind::Ratio => model::EvidenceKind::Ratio,
            wire::EvidenceKind::Number => model::EvidenceKind::Number,
        },
    });
    let evidence: Vec<_> = evidence.collect();
    unique("evidence", evidence.iter().map(|decl| &decl.name))?;
    let horizon = match pattern.horizon {
        wire::Horizon::Rows(rows) => model::Horizon::Rows(rows),
        wire::Horizon::Sessions(sessions) => model::Horizon::Sessions(sessions),
        wire::Horizon::Seconds(seconds) => model::Horizon::Seconds(seconds),
    };
    if horizon.count() == 0 {
        return breach(format!("pattern `{}` has a horizon of nothing", pattern.name.0));
    }
    let column = match pattern.rule.column.0.as_str() {
        "" => None,
        text => Some(text.parse()?),
    };
    let mut args: Vec<(String, f64)> = Vec::new();
    for arg in pattern.rule.args.0 {
        let (name, value) = (arg.name.0, arg.value);
        check_name(&name)?;
        // a NaN would make the plan differ from itself
        if !value.is_finite() {
            return breach(format!("the rule of pattern `{}` has argument `{name}` = {value}", pattern.name.0));
        }
        if args.iter().any(|(known, _)| *known == name) {
            return breach(format!("the rule of pattern `{}` has argument `{name}` twice", pattern.name.0));
        }
        args.push((name, value));
    }
    let rule = model::Rule { name: shown(&pattern.rule.name.0), args, column };
    Ok(model::Pattern { name: pattern.name.0, summary: pattern.summary.0, evidence, rule, horizon })
}

/// How many columns a plan reads once those without a symbol stand for each instrument of a panel.
pub(crate) fn expanded(plan: &model::Plan, instruments: usize) -> usize {
    let each = |column: &model::Column| match column {
        model::Column::Data { symbol: None, .. }
        | model::Column::Plugin { symbol: None, .. }
        | model::Column::Own(_) => instruments,
        _ => 1,
    };
    plan.columns.iter().map(each).sum()
}

impl Shape {
    pub(crate) fn new(plan: &model::Plan, instruments: usize) -> Shape {
        Shape {
            instruments: u32::try_from(instruments).unwrap_or(u32::MAX),
            columns: expanded(plan, instruments),
            outputs: plan.outputs.len() * instruments,
            evidence: plan.patterns.iter().map(|pattern| pattern.evidence.len()).collect(),
            horizons: plan.patterns.iter().map(|pattern| pattern.horizon.count()).collect(),
            reasons: plan.reasons.len(),
        }
    }

    fn place(&self, what: &str, row: u32, before: u32, rows: usize, instrument: u32) -> Result<(), Breach> {
        if row as usize >= rows {
            return breach(format!("a {what} on row {row} of a push of {rows}"));
        }
        if row < before {
            return breach(format!("a {what} on row {row} after one on row {before}"));
        }
        if instrument >= self.instruments {
            return breach(format!("a {what} of instrument {instrument} of {}", self.instruments));
        }
        Ok(())
    }

    /// Output columns of a push, NaNs canonical.
    pub(crate) fn columns(&self, columns: &mut [f64], rows: usize) -> Result<(), Breach> {
        if columns.len() != self.outputs * rows {
            let (len, want) = (columns.len(), self.outputs * rows);
            return breach(format!("{len} values of output columns, {want} wanted for {rows} rows"));
        }
        for value in columns {
            *value = canonical(*value);
        }
        Ok(())
    }

    /// Detections of a push, with the row counted from `first`.
    pub(crate) fn detections(
        &self,
        list: &[wire::Detection],
        rows: usize,
        first: u64,
    ) -> Result<Vec<model::Detection>, Breach> {
        let mut before = 0;
        let mut detection = |said: &wire::Detection| {
            self.place("detection", said.row, before, rows, said.instrument)?;
            before = said.row;
            let Some(&longest) = self.horizons.get(said.pattern as usize) else {
                return breach(format!("a detection of pattern {} of {}", said.pattern, self.horizons.len()));
            };
            let horizon = if said.horizon == 0 { longest } else { u64::from(said.horizon) };
            if horizon > longest {
                return breach(format!("a detection with a horizon of {horizon}, {longest} at most"));
            }
            Ok(model::Detection {
                row: first + u64::from(said.row),
                instrument: said.instrument,
                pattern: said.pattern,
                direction: direction(said.direction),
                strength: share("strength", said.strength)?,
                probability: if said.probability.is_nan() {
                    CANONICAL_NAN
                } else {
                    share("probability", said.probability)?
                },
                horizon,
                entry: level("entry", said.entry)?,
                stop: level("stop", said.stop)?,
                target: level("target", said.target)?,
                close: CANONICAL_NAN,
                number: 0,
                judged: model::Judged::Yes,
            })
        };
        list.iter().map(&mut detection).collect()
    }

    /// The evidence that comes with detections, NaNs canonical.
    pub(crate) fn evidence(&self, detections: &[model::Detection], evidence: &mut [f64]) -> Result<(), Breach> {
        let want: usize = detections.iter().map(|said| self.evidence_len(said.pattern)).sum();
        if evidence.len() != want {
            return breach(format!("{} values of evidence, {want} wanted", evidence.len()));
        }
        for value in evidence {
            *value = canonical(*value);
        }
        Ok(())
    }

    pub(crate) fn evidence_len(&self, pattern: u32) -> usize {
        self.evidence.get(pattern as usize).copied().unwrap_or(0)
    }

    /// Targets of a push, with the row counted from `first`.
    pub(crate) fn targets(&self, list: &[wire::Target], rows: usize, first: u64) -> Result<Vec<model::Target>, Breach> {
        let mut before = 0;
        let mut target = |said: &wire::Target| {
            self.place("target", said.row, before, rows, said.instrument)?;
            before = said.row;
            if !said.exposure.is_finite() {
                return breach(format!("a target with an exposure of {}", said.exposure));
            }
            if said.reason as usize >= self.reasons.max(1) {
                return breach(format!("a target with reason {} of {}", said.reason, self.reasons));
            }
            Ok(model::Target {
                row: first + u64::from(said.row),
                instrument: said.instrument,
                exposure: said.exposure,
                limit: level("limit", said.limit)?,
                stop: level("stop", said.stop)?,
                take: level("take", said.take)?,
                expires: said.expires,
                reason: said.reason,
            })
        };
        list.iter().map(&mut target).collect()
    }
}

fn share(what: &str, value: f64) -> Result<f64, Breach> {
    if (0.0..=1.0).contains(&value) { Ok(value) } else { breach(format!("a {what} of {value}")) }
}

fn level(what: &str, value: f64) -> Result<f64, Breach> {
    if value.is_infinite() { breach(format!("a level `{what}` of {value}")) } else { Ok(canonical(value)) }
}

fn direction(direction: wire::Direction) -> model::Direction {
    match direction {
        wire::Direction::Down => model::Direction::Down,
        wire::Direction::Neutral => model::Direction::Neutral,
        wire::Direction::Up => model::Direction::Up,
    }
}

pub(crate) fn outcome(outcome: &model::Outcome) -> wire::Outcome {
    wire::Outcome {
        detection: outcome.detection,
        pattern: outcome.pattern,
        instrument: outcome.instrument,
        direction: match outcome.direction {
            model::Direction::Down => wire::Direction::Down,
            model::Direction::Neutral => wire::Direction::Neutral,
            model::Direction::Up => wire::Direction::Up,
        },
        label: match outcome.label {
            model::Label::Hit => wire::Label::Hit,
            model::Label::Miss => wire::Label::Miss,
            model::Label::Timeout => wire::Label::Timeout,
            model::Label::Void => wire::Label::Void,
        },
        forward_return: outcome.forward_return,
        rows: outcome.rows,
    }
}
