//! What a node was shown, for whoever wants to show it again.

use std::collections::BTreeSet;

use tapewright_model::{Batch, Time};

use crate::error::RunError;
use crate::graph::{Graph, Unit};
use crate::request::{Request, RunOptions};
use crate::unit::{Ground, UnitRun};

/// The first rows that a node is shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shown {
    /// When each was known, UTC ns, ascending.
    pub times: Vec<i64>,
    /// The plan's columns, those of a panel expanded; each one value a row.
    pub columns: Vec<Vec<f64>>,
}

impl Shown {
    pub(crate) fn add<'a>(&mut self, times: &[i64], columns: impl ExactSizeIterator<Item = &'a [f64]>) {
        self.times.extend(times);
        self.columns.resize_with(columns.len(), Vec::new);
        for (kept, values) in self.columns.iter_mut().zip(columns) {
            kept.extend(values);
        }
    }
}

/// The first rows that a node is shown in a run, by its label; with all that it reads running beside it. `None` when the
/// graph has no such node.
///
/// # Errors
/// As those of a run. A node that ends early was shown the rows before.
pub fn shown(request: &Request, graph: &Graph, label: &str, rows_max: usize) -> Result<Option<Shown>, RunError> {
    let of = |unit: &Unit| unit.info.nodes.iter().position(|node| node.label == label);
    let Some((unit, index)) = graph.units.iter().find_map(|unit| Some((unit, of(unit)?))) else { return Ok(None) };
    let options = RunOptions::default();
    let nodes = unit.closure(index);
    let too_many = |error| RunError::TooMany { unit: label.to_owned(), error };
    let seats = request.engine.residency().reserve(nodes.len()).map_err(too_many)?;
    let ground = Ground { request, options: &options, unit };
    let mut run = UnitRun::new(ground, &nodes, &BTreeSet::new(), seats, true)?;
    run.keep_shown(index);
    let mut batch = Batch::default();
    while run.shown_rows() < rows_max && run.slab(Time::MAX, &mut batch)? {}
    let mut shown = run.take_shown();
    let rows = shown.times.len().min(rows_max);
    shown.times.truncate(rows);
    shown.columns.iter_mut().for_each(|column| column.truncate(rows));
    Ok(Some(shown))
}
