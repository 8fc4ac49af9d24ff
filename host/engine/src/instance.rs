//! One instance: one entry, open with its parameters on its instruments, shown every row once.

use std::sync::Arc;

use tapewright_model::{Detection, Fault, Kind, Outcome, Plan, Target};
use wasmtime::Store;
use wasmtime::component::{Func, TypedFunc};

use crate::call::{Call, Host};
use crate::contract::{self, Shape};
use crate::gathered::Values;
use crate::wire;

/// What one push said. Rows are counted from the instance's first; NaNs are canonical; every index and
/// length has been checked against the plan.
#[derive(Debug, Default)]
pub struct Output {
    /// Of a detector, ascending by row.
    pub detections: Vec<Detection>,
    /// Evidence of all detections, one after the other.
    pub evidence: Vec<f64>,
    /// Of a strategy, ascending by row.
    pub targets: Vec<Target>,
    /// Output o of instrument s on row i at `[(o * m + s) * n + i]`.
    pub columns: Vec<f64>,
}

/// An open instance. After a fault it is not called again.
pub struct Instance {
    store: Store<Host>,
    push: Func,
    learn: Option<Func>,
    kind: Kind,
    plan: Arc<Plan>,
    shape: Shape,
    fuel_per_call: u64,
    fuel_used: u64,
    rows: u64,
    ended: bool,
}

impl std::fmt::Debug for Instance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Instance of `{}` after {} rows", self.store.data().owner.plugin, self.rows)
    }
}

impl Instance {
    pub(crate) fn new(
        mut store: Store<Host>,
        (push, learn): (Func, Option<Func>),
        kind: Kind,
        (plan, shape): (Arc<Plan>, Shape),
        fuel_per_call: u64,
    ) -> Result<Instance, Fault> {
        let call = Call { store: &mut store, fuel: fuel_per_call, export: "push" };
        let checked = match kind {
            Kind::Detector => push.typed::<wire::PushArgs<'static>, wire::Detected>(&*call.store).map(drop),
            Kind::Strategy => push.typed::<wire::PushArgs<'static>, wire::Moved>(&*call.store).map(drop),
        };
        checked.map_err(|error| call.breach(format!("its type is not the contract's: {error:#}")))?;
        if let Some(learn) = learn {
            let call = Call { store: &mut store, fuel: fuel_per_call, export: "learn" };
            let checked = learn.typed::<wire::LearnArgs<'static>, wire::Learned>(&*call.store);
            checked.map_err(|error| call.breach(format!("its type is not the contract's: {error:#}")))?;
        }
        store.set_hostcall_fuel(wire::PUSH_BYTES_MAX);
        Ok(Instance { store, push, learn, kind, plan, shape, fuel_per_call, fuel_used: 0, rows: 0, ended: false })
    }

    /// The plan that `open` gave.
    #[must_use]
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// Values a row that [`push`](Instance::push) takes: the plan's columns, those of a panel expanded.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.shape.columns
    }

    /// How many values of evidence a detection of a pattern carries.
    #[must_use]
    pub fn evidence_len(&self, pattern: u32) -> usize {
        self.shape.evidence_len(pattern)
    }

    /// Rows pushed so far.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Fuel that all calls since the opening used.
    #[must_use]
    pub fn fuel_used(&self) -> u64 {
        self.fuel_used
    }

    /// Linear memory and tables, in bytes.
    #[must_use]
    pub fn memory_bytes(&self) -> u64 {
        self.store.data().memory.used()
    }

    /// Shows the next rows: `values[c * times.len() + i]` is column c on row i.
    ///
    /// # Errors
    /// Any fault ends the instance.
    pub fn push(&mut self, times: &[i64], values: Values<'_>) -> Result<Output, Fault> {
        let (rows, first) = (times.len(), self.rows);
        let mut call = Call { store: &mut self.store, fuel: self.fuel_per_call, export: "push" };
        if self.ended || rows == 0 || values.count() != Some(rows * self.shape.columns) {
            // ours, not the guest's: said as such, so that no plugin is blamed
            return Err(call.breach(format!("host: a push of {rows} rows that do not fit the plan, or after the end")));
        }
        self.ended = true;
        let output = match self.kind {
            Kind::Detector => {
                // SAFETY: `new` checked this very signature on this function
                let typed = unsafe { TypedFunc::<wire::PushArgs<'_>, wire::Detected>::new_unchecked(self.push) };
                let (result,) = call.make(&typed, (times, values))?;
                let mut said = result.map_err(|fault| call.guest(&fault))?;
                let checked = || {
                    let detections = self.shape.detections(&said.detections.0, rows, first)?;
                    self.shape.evidence(&detections, &mut said.evidence.0)?;
                    self.shape.columns(&mut said.columns.0, rows)?;
                    let (evidence, columns) = (said.evidence.0, said.columns.0);
                    Ok(Output { detections, evidence, targets: Vec::new(), columns })
                };
                checked().map_err(|breach: contract::Breach| call.breach(breach.0))?
            }
            Kind::Strategy => {
                // SAFETY: as above
                let typed = unsafe { TypedFunc::<wire::PushArgs<'_>, wire::Moved>::new_unchecked(self.push) };
                let (result,) = call.make(&typed, (times, values))?;
                let mut said = result.map_err(|fault| call.guest(&fault))?;
                let checked = || {
                    let targets = self.shape.targets(&said.targets.0, rows, first)?;
                    self.shape.columns(&mut said.columns.0, rows)?;
                    Ok(Output { targets, columns: said.columns.0, ..Output::default() })
                };
                checked().map_err(|breach: contract::Breach| call.breach(breach.0))?
            }
        };
        self.fuel_used += call.fuel_used();
        self.rows += rows as u64;
        self.ended = false;
        Ok(output)
    }

    /// Tells what became of its own predictions. Does nothing for an empty list.
    ///
    /// # Errors
    /// Any fault ends the instance.
    pub fn learn(&mut self, outcomes: &[Outcome]) -> Result<(), Fault> {
        if outcomes.is_empty() {
            return Ok(());
        }
        let mut call = Call { store: &mut self.store, fuel: self.fuel_per_call, export: "learn" };
        let Some(learn) = self.learn.filter(|_| !self.ended) else {
            return Err(call.breach("host: it does not learn".into()));
        };
        self.ended = true;
        let outcomes: Vec<wire::Outcome> = outcomes.iter().map(contract::outcome).collect();
        // SAFETY: `new` checked this very signature on this function
        let typed = unsafe { TypedFunc::<wire::LearnArgs<'_>, wire::Learned>::new_unchecked(learn) };
        let (result,) = call.make(&typed, (outcomes.as_slice(),))?;
        result.map_err(|fault| call.guest(&fault))?;
        self.fuel_used += call.fuel_used();
        self.ended = false;
        Ok(())
    }
}
