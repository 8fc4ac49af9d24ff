//! One node in a unit that runs: its instance, its account and predictions, and what it said in the
//! current slab.

use std::sync::Arc;

use tapewright_engine::{Instance, Output};
use tapewright_model::{
    CANONICAL_NAN, Detection, DetectionField, Fault, Fill, Judged as Standing, Kind, Outcome, OwnField, Plan, Record,
    Target, Time,
};

use crate::account::Account;
use crate::error::RunError;
use crate::graph::UnitNode;
use crate::outcome::{Judged, Predictions};
use crate::warm_up::WarmUp;

/// State of a node. Everything but the instance is the host's own and survives the instance.
pub(crate) struct NodeRun {
    /// Gone once the node has ended.
    pub(crate) instance: Option<Instance>,
    plan: Arc<Plan>,
    /// Slots that are output columns; fields come after them.
    pub(crate) outputs: usize,
    /// Always one row a push: by its plan, or since a push of several rows failed.
    pub(crate) one_row: bool,
    /// Rows before the slab.
    pub(crate) rows: u64,
    /// Rows that were answered.
    pub(crate) answered: u64,
    /// Fuel of instances that are gone.
    pub(crate) fuel_before: u64,
    /// The next record's sequence.
    pub(crate) sequence: u64,
    pub(crate) account: Option<Account>,
    predictions: Predictions,
    warm_up: WarmUp,
    /// Detections that were said.
    detections: u64,
    latest: Vec<Option<Latest>>,
    /// Values of the last row before the slab: output columns, then fields.
    carry: Vec<f64>,
    pub(crate) said: Said,
}

/// The latest detection that a field tells of.
#[derive(Clone, Copy)]
struct Latest {
    row: u64,
    strength: f64,
    probability: f64,
    direction: f64,
}

/// What was said in a slab, and what the host made of it. Rows are the node's, from its origin.
#[derive(Default)]
pub(crate) struct Said {
    pub(crate) first: u64,
    pub(crate) rows: usize,
    /// Rows from this one on were not answered: the node ended.
    pub(crate) ended_at: Option<usize>,
    /// By slot: output columns, then fields; one value a row of the slab.
    columns: Vec<Vec<f64>>,
    pub(crate) detections: Vec<Detection>,
    pub(crate) evidence: Vec<f64>,
    pub(crate) targets: Vec<Target>,
    pub(crate) fills: Vec<(u64, Fill)>,
    pub(crate) outcomes: Vec<(u64, Outcome)>,
    pub(crate) fault: Option<(u64, Fault)>,
}

impl Said {
    /// What its records take, output columns not counted.
    pub(crate) fn bytes(&self) -> usize {
        let records = self.detections.len() + self.targets.len() + self.fills.len() + self.outcomes.len();
        records * size_of::<Record>() + self.evidence.len() * size_of::<f64>()
    }

    /// Columns by slot, to be taken.
    pub(crate) fn columns_mut(&mut self) -> &mut [Vec<f64>] {
        &mut self.columns
    }
}

impl NodeRun {
    pub(crate) fn new(instance: Instance, node: &UnitNode, kind: Kind, cash: f64) -> Result<NodeRun, RunError> {
        let instruments = node.instruments.len();
        let plan = Arc::clone(instance.plan());
        let predictions = Predictions::new(&plan, &node.judged.by_pattern, instruments);
        // the graph has looked at every pattern's rule already
        let predictions = predictions.map_err(|_| RunError::Bug("a rule that was supported is not"))?;
        let outputs = plan.outputs.len() * instruments;
        let slots = outputs + node.fields.len();
        let account = (kind == Kind::Strategy).then(|| Account::new(cash, instruments));
        Ok(NodeRun {
            one_row: plan.one_row_a_push(),
            instance: Some(instance),
            outputs,
            rows: 0,
            answered: 0,
            fuel_before: 0,
            sequence: 0,
            account,
            predictions,
            warm_up: WarmUp::new(&plan.warm_up),
            detections: 0,
            latest: vec![None; node.fields.len()],
            carry: vec![CANONICAL_NAN; slots],
            said: Said { columns: vec![Vec::new(); slots], ..Said::default() },
            plan,
        })
    }

    /// Values that it gives a row: output columns and fields.
    pub(crate) fn slots(&self) -> usize {
        self.carry.len()
    }

    /// Begins a slab of so many rows.
    pub(crate) fn begin(&mut self, rows: usize) {
        let said = &mut self.said;
        (said.first, said.rows, said.fault) = (self.rows, rows, None);
        said.ended_at = self.instance.is_none().then_some(0);
        for column in &mut said.columns {
            column.clear();
            column.resize(rows, CANONICAL_NAN);
        }
        said.detections.clear();
        said.evidence.clear();
        said.targets.clear();
        said.fills.clear();
        said.outcomes.clear();
    }

    /// Ends the slab: what it said last is what the next slab's joins begin with.
    pub(crate) fn end(&mut self) {
        for (carry, column) in self.carry.iter_mut().zip(&self.said.columns) {
            *carry = column.last().copied().unwrap_or(*carry);
        }
        self.rows += self.said.rows as u64;
        self.answered += self.said.ended_at.unwrap_or(self.said.rows) as u64;
    }

    /// Values of a slot on the slab's rows, and the one before them.
    pub(crate) fn slot(&self, slot: usize) -> (&[f64], f64) {
        (&self.said.columns[slot], self.carry[slot])
    }

    /// Keeps the answer to a push of the rows from `at` on, known at these times of the slab.
    pub(crate) fn absorb(&mut self, at: usize, rows: usize, times: &[i64], mut output: Output) {
        self.warm_up.rows(self.rows + at as u64, &times[at..at + rows]);
        for said in &mut output.detections {
            (said.number, said.judged) = (self.detections, self.warm_up.judged(said.row));
            self.detections += 1;
        }
        for (column, values) in self.said.columns.iter_mut().zip(output.columns.chunks_exact(rows)) {
            column[at..at + rows].copy_from_slice(values);
        }
        self.said.detections.extend(output.detections);
        self.said.evidence.extend(output.evidence);
        self.said.targets.extend(output.targets);
    }

    /// The node ends on the slab's row `at`; `answered` tells whether that row itself was.
    pub(crate) fn fail(&mut self, at: usize, answered: bool, time: Time, mut fault: Fault) {
        let row = self.rows + at as u64;
        fault.row.get_or_insert((row, time));
        self.drop_instance();
        self.said.ended_at = Some(at + usize::from(answered));
        self.said.fault = Some((row, fault));
    }

    /// Drops the instance, keeping count of its fuel.
    pub(crate) fn drop_instance(&mut self) {
        if let Some(instance) = self.instance.take() {
            self.fuel_before += instance.fuel_used();
        }
    }

    /// Executes what stands in the account on one row.
    pub(crate) fn execute(&mut self, at: usize, judged: &Judged<'_>) {
        let Some(account) = &mut self.account else { return };
        if account.is_idle() {
            return;
        }
        for (instrument, prices) in judged.prices.iter().enumerate() {
            if let Some(bar) = prices.bar(at) {
                account.execute(self.rows + at as u64, instrument, bar, &mut self.said.fills);
            }
        }
        account.mark();
    }

    /// What the account shows on one row.
    pub(crate) fn own(&self, field: OwnField, instrument: usize, at: usize) -> f64 {
        let own = self.account.as_ref().map(|account| account.own(field, instrument, self.rows + at as u64));
        own.map_or(CANONICAL_NAN, tapewright_model::canonical)
    }

    /// Goes over rows that were pushed: fills (unless `executed`), then what was said becomes standing,
    /// then outcomes. Gives the outcomes that became known.
    pub(crate) fn settle(
        &mut self,
        rows: std::ops::Range<usize>,
        executed: bool,
        times: &[i64],
        judged: &Judged<'_>,
    ) -> &[(u64, Outcome)] {
        let known = self.said.outcomes.len();
        let first = self.rows + rows.start as u64;
        let mut detections = self.said.detections.partition_point(|said| said.row < first);
        let mut targets = self.said.targets.partition_point(|said| said.row < first);
        let mut at = rows.start;
        loop {
            // the next row on which anything can happen
            let row = self.rows + at as u64;
            let busy = self.account.as_ref().is_some_and(|account| !account.is_idle());
            let said = self.said.detections.get(detections).map(|said| said.row);
            let said = said.into_iter().chain(self.said.targets.get(targets).map(|said| said.row)).min();
            let next = if busy { row } else { self.predictions.next_row(row).min(said.unwrap_or(u64::MAX)) };
            at = usize::try_from(next - self.rows).unwrap_or(usize::MAX);
            if at >= rows.end {
                break;
            }
            let (row, time) = (next, Time(times[at]));
            if !executed {
                self.execute(at, judged);
            }
            while let Some(target) = self.said.targets.get(targets).filter(|said| said.row == row) {
                if let Some(account) = &mut self.account {
                    account.register(target);
                }
                targets += 1;
            }
            self.predictions.row(row, time, at, judged, &mut self.said.outcomes);
            while let Some(detection) = self.said.detections.get_mut(detections).filter(|said| said.row == row) {
                detection.close = self.predictions.close(detection, at, judged);
                if detection.judged == Standing::Yes && !self.predictions.register(*detection, time, at, judged) {
                    detection.judged = Standing::Crowded;
                }
                detections += 1;
            }
            at += 1;
        }
        &self.said.outcomes[known..]
    }

    /// Fills the fields that others read: the latest detection on every row that was answered.
    pub(crate) fn fill_fields(&mut self, node: &UnitNode) {
        let answered = self.said.ended_at.unwrap_or(self.said.rows);
        for (index, key) in node.fields.iter().enumerate() {
            let of = |said: &&Detection| said.pattern == key.pattern && said.instrument == key.instrument;
            let mut said = self.said.detections.iter().filter(of).peekable();
            let latest = &mut self.latest[index];
            for (at, value) in self.said.columns[self.outputs + index][..answered].iter_mut().enumerate() {
                let row = self.said.first + at as u64;
                while let Some(detection) = said.next_if(|said| said.row <= row) {
                    let Detection { row, strength, probability, direction, .. } = *detection;
                    *latest = Some(Latest { row, strength, probability, direction: direction.sign() });
                }
                *value = latest.map_or(CANONICAL_NAN, |latest| match key.field {
                    DetectionField::Strength => latest.strength,
                    DetectionField::Probability => latest.probability,
                    DetectionField::Direction => latest.direction,
                    DetectionField::Age => (row - latest.row) as f64,
                });
            }
        }
    }

    /// How many values of evidence a detection of a pattern carries.
    pub(crate) fn evidence_len(&self, pattern: u32) -> usize {
        self.plan.patterns.get(pattern as usize).map_or(0, |pattern| pattern.evidence.len())
    }

    /// Fuel since the origin.
    pub(crate) fn fuel(&self) -> u64 {
        self.fuel_before + self.instance.as_ref().map_or(0, Instance::fuel_used)
    }
}
