//! What is checked: an entry of a component with its parameters, and the rows that it is shown.

use tapewright_engine::{
    Instance, OpenError, Opening, PUSH_OUTPUTS_MAX, PUSH_ROWS_MAX, PUSH_VALUES_MAX, Plugin, Values,
};
use tapewright_model::{Fault, Plan};
use tapewright_replay::Shown;

use crate::said::Said;

/// An entry, and the rows that a run shows it.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The loaded component.
    pub plugin: &'a Plugin,
    /// What is opened.
    pub opening: Opening<'a>,
    /// What it is shown.
    pub shown: &'a Shown,
}

impl Subject<'_> {
    pub(crate) fn rows(&self) -> usize {
        self.shown.times.len()
    }

    /// A new instance.
    pub(crate) fn open(&self) -> Result<Instance, OpenError> {
        self.plugin.open(&self.opening)
    }

    /// The most rows that a push of such a plan may carry.
    pub(crate) fn push_rows_max(&self, plan: &Plan) -> usize {
        let outputs = plan.outputs.len() * self.opening.symbols.len();
        let width = self.shown.columns.len() + 1;
        PUSH_ROWS_MAX.min(PUSH_VALUES_MAX / width).min(PUSH_OUTPUTS_MAX / outputs.max(1)).max(1)
    }

    /// What it says of all rows in pushes of so many.
    pub(crate) fn says(&self, push: usize) -> Result<Said, OpenError> {
        self.says_of(self.shown, 0, push)
    }

    /// What a new instance says of other rows, from one of them on.
    pub(crate) fn says_of(&self, shown: &Shown, first: usize, push: usize) -> Result<Said, OpenError> {
        let mut instance = self.open()?;
        let mut said = Said::new(instance.plan().outputs.len() * self.opening.symbols.len());
        let columns: Vec<&[f64]> = shown.columns.iter().map(Vec::as_slice).collect();
        let mut at = first;
        while at < shown.times.len() && !said.is_full() {
            let rows = push.min(shown.times.len() - at);
            let values = Values::Columns { columns: &columns, at, rows };
            match instance.push(&shown.times[at..at + rows], values) {
                Ok(output) => said.add(output, rows, |pattern| instance.evidence_len(pattern)),
                Err(fault) => {
                    said.fault = Some(fault);
                    break;
                }
            }
            at += rows;
        }
        said.fuel = instance.fuel_used();
        Ok(said)
    }

    /// The same rows up to one of them.
    pub(crate) fn until(&self, rows: usize) -> Shown {
        let columns = self.shown.columns.iter().map(|column| column[..rows].to_vec()).collect();
        Shown { times: self.shown.times[..rows].to_vec(), columns }
    }
}

/// A fault as a line.
pub(crate) fn in_words(fault: &Fault) -> String {
    fault.to_string().lines().next().unwrap_or_default().to_owned()
}
