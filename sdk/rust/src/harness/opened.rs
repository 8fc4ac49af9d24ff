//! An entry with its plan: runs it over tables, in pushes of every kind, and compares.

use std::ops::Range;

use super::{Heard, HeardDetection, HeardTarget, Kind, Opening, Table, breach};
use crate::bindings::detector::exports::tapewright::signal::detector::Detection;
use crate::bindings::strategy::exports::tapewright::signal::strategy::Target;
use crate::bindings::types::Plan;

/// How many rows a promised memory is tried on.
const MEMORY_TRIALS: usize = 8;

/// An opened entry. Every run has fresh instances.
pub struct Opened {
    opening: Opening,
    plan: Plan,
}

impl Opened {
    #[track_caller]
    pub(super) fn new(opening: Opening, plan: Plan) -> Opened {
        if let Some(breach) = breach::of_plan(opening.kind, &plan) {
            panic!("the host would not take the plan: {breach}");
        }
        Opened { opening, plan }
    }

    /// The plan.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The columns that it reads, as declared.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        &self.plan.columns
    }

    /// The names of its output columns.
    #[must_use]
    pub fn outputs(&self) -> Vec<&str> {
        self.plan.outputs.iter().map(|output| output.name.as_str()).collect()
    }

    /// The names of its patterns.
    #[must_use]
    pub fn patterns(&self) -> Vec<&str> {
        self.plan.patterns.iter().map(|pattern| pattern.name.as_str()).collect()
    }

    /// Its reasons for targets.
    #[must_use]
    pub fn reasons(&self) -> &[String] {
        &self.plan.reasons
    }

    /// Rows of its own timeframe after which it counts.
    #[must_use]
    pub fn warm_up(&self) -> u32 {
        let own = self.plan.warm_up.iter().filter(|warm_up| warm_up.timeframe.is_empty());
        own.map(|warm_up| warm_up.rows).max().unwrap_or(0)
    }

    /// On how many last rows it promises to depend.
    #[must_use]
    pub fn memory_rows(&self) -> Option<u32> {
        self.plan.memory_rows
    }

    /// Shows it the table: to one instance row by row, to another in one push (not when the plan reads `own.*` or
    /// learns, since the host then never does), and when it promises a memory, to some the last rows alone. Panics
    /// when they do not say the same, when it says what the host would not take, or when the table lacks a column.
    #[must_use]
    #[track_caller]
    pub fn run(&self, table: &Table) -> Heard {
        let columns = table.expanded(&self.plan.columns, self.opening.entry.panel, &self.opening.symbols);
        let shown = Shown { times: &table.times, columns };
        let rows = table.len();
        let heard = self.hear(&shown, 0..rows, 1);
        if rows > 0 && !self.plan.learns && !self.plan.columns.iter().any(|column| column.starts_with("own.")) {
            let whole = self.hear(&shown, 0..rows, rows);
            for row in 0..rows {
                let Some((what, one, other)) = difference(&whole.on_row(row), &heard.on_row(row)) else { continue };
                panic!(
                    "row {row}: {what} is {one} in one push of {rows} rows and {other} one row a push; what it says \
                     depends on the push size, or on something outside the instance"
                );
            }
        }
        if let Some(memory) = self.plan.memory_rows {
            self.check_memory(&shown, memory as usize, &heard);
        }
        heard
    }

    /// Tries a promised memory on some rows, spread over those that have something to forget.
    #[track_caller]
    fn check_memory(&self, shown: &Shown<'_>, memory: usize, heard: &Heard) {
        let Some(spread) = shown.times.len().checked_sub(memory + 1) else { return };
        for trial in 0..MEMORY_TRIALS {
            let row = memory + spread * trial / (MEMORY_TRIALS - 1);
            let recent = self.hear(shown, row + 1 - memory..row + 1, memory);
            let Some((what, one, other)) = difference(&recent.on_row(row), &heard.on_row(row)) else { continue };
            panic!(
                "row {row}: {what} is {one} when shown the last {memory} rows alone and {other} when shown all; the \
                 plan promises that the last {memory} do"
            );
        }
    }

    /// What a fresh instance says over these rows, in pushes of this size.
    #[track_caller]
    fn hear(&self, shown: &Shown<'_>, rows: Range<usize>, size: usize) -> Heard {
        let (plan, mut instance) = match self.opening.fresh() {
            Ok(fresh) => fresh,
            Err(refusal) => panic!("it opened before and now refuses the same: {refusal:?}"),
        };
        assert!(plan == self.plan, "it gives another plan for the same parameters");
        let symbols = &self.opening.symbols;
        let mut heard = Heard {
            detections: Vec::new(),
            targets: Vec::new(),
            outputs: self.plan.outputs.iter().map(|output| output.name.clone()).collect(),
            symbols: symbols.clone(),
            columns: vec![vec![f64::NAN; shown.times.len()]; self.plan.outputs.len() * symbols.len()],
        };
        for first in rows.clone().step_by(size) {
            let push = first..rows.end.min(first + size);
            let times = &shown.times[push.clone()];
            let values: Vec<f64> = shown.columns.iter().flat_map(|column| &column[push.clone()]).copied().collect();
            let outputs = match self.opening.kind {
                Kind::Detector => instance.detect(times, &values).map(|output| {
                    self.hear_detections(first, &output.detections, &output.evidence, &mut heard);
                    output.columns
                }),
                Kind::Strategy => instance.trade(times, &values).map(|moves| {
                    self.hear_targets(first, &moves.targets, &mut heard);
                    moves.columns
                }),
            };
            let outputs = outputs.unwrap_or_else(|fault| panic!("row {first}: it fails: {}", fault.detail));
            for (column, said) in heard.columns.iter_mut().zip(outputs.chunks(times.len())) {
                column[push.clone()].copy_from_slice(said);
            }
        }
        heard
    }

    #[track_caller]
    fn hear_detections(&self, first: usize, said: &[Detection], evidence: &[f64], heard: &mut Heard) {
        let declared = |said: &Detection| &self.plan.patterns[said.pattern as usize].evidence;
        let wanted: usize = said.iter().map(|said| declared(said).len()).sum();
        let (count, given) = (said.len(), evidence.len());
        assert!(given == wanted, "row {first}: {given} values of evidence with {count} detections, {wanted} wanted");
        let mut evidence = evidence.iter();
        for said in said {
            let row = first + said.row as usize;
            let pattern = self.plan.patterns[said.pattern as usize].name.clone();
            if let Some(breach) = breach::of_detection(said, &self.plan, self.opening.symbols.len()) {
                panic!("row {row}: the host would not take the detection `{pattern}`: {breach}");
            }
            heard.detections.push(HeardDetection {
                row,
                symbol: self.opening.symbols[said.instrument as usize].clone(),
                pattern,
                direction: said.direction,
                strength: said.strength,
                probability: said.probability,
                horizon: said.horizon,
                entry: said.entry,
                stop: said.stop,
                target: said.target,
                evidence: declared(said).iter().map(|decl| decl.name.clone()).zip(evidence.by_ref().copied()).collect(),
            });
        }
    }

    #[track_caller]
    fn hear_targets(&self, first: usize, said: &[Target], heard: &mut Heard) {
        for said in said {
            let row = first + said.row as usize;
            if let Some(breach) = breach::of_target(said, self.opening.symbols.len()) {
                panic!("row {row}: the host would not take the target: {breach}");
            }
            heard.targets.push(HeardTarget {
                row,
                symbol: self.opening.symbols[said.instrument as usize].clone(),
                exposure: said.exposure,
                limit: said.limit,
                stop: said.stop,
                take: said.take,
                expires: said.expires,
                reason: self.plan.reasons.get(said.reason as usize).cloned().unwrap_or_default(),
            });
        }
    }
}

/// A table as the plan reads it: its columns in the plan's order.
struct Shown<'a> {
    times: &'a [i64],
    columns: Vec<&'a [f64]>,
}

/// The first thing that is not said alike: what it is, and how the one and the other say it.
fn difference(one: &[(String, String)], other: &[(String, String)]) -> Option<(String, String, String)> {
    let at = (0..one.len().max(other.len())).find(|at| one.get(*at) != other.get(*at))?;
    let said = |said: &[(String, String)]| said.get(at).map_or("not said".into(), |(_, said)| said.clone());
    let (what, _) = one.get(at).or(other.get(at))?;
    Some((what.clone(), said(one), said(other)))
}
