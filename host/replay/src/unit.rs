//! A unit of work that runs: slab by slab, its nodes in the order of their edges.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::rc::Rc;

use tapewright_engine::{Instance, Opening, PUSH_OUTPUTS_MAX, PUSH_ROWS_MAX, PUSH_VALUES_MAX, Seats, Values};
use tapewright_model::{Batch, CANONICAL_NAN, Fault, Kind, OwnField, Time};

use crate::commit;
use crate::error::RunError;
use crate::graph::{Unit, UnitNode};
use crate::input::Input;
use crate::join::{join, known_before};
use crate::node::NodeRun;
use crate::request::{Push, Request, RunOptions};
use crate::track::{Prices, Track};

/// Bytes of rows that one push moves when nobody says otherwise: stays in a core's second-level cache,
/// and at this size the fixed cost of a call is below one part in fifty.
const PUSH_BYTES: usize = 128 << 10;
/// Bytes of rows in one slab when nobody says otherwise.
const SLAB_BYTES: usize = 4 << 20;

/// What stays the same while a unit runs.
#[derive(Clone, Copy)]
pub(crate) struct Ground<'r> {
    pub(crate) request: &'r Request,
    pub(crate) options: &'r RunOptions,
    pub(crate) unit: &'r Unit,
    pub(crate) tracks: &'r [Track],
}

/// A unit, or for a rebuild the part of it that one node depends on.
pub(crate) struct UnitRun<'r> {
    ground: Ground<'r>,
    /// By index in the unit; missing where this run leaves a node out.
    pub(crate) nodes: Vec<Option<NodeRun>>,
    /// Rows of each track before the slab.
    cursors: Vec<usize>,
    ranges: Vec<Range<usize>>,
    joins: RefCell<Joins>,
    slab_rows: usize,
    /// A rebuild commits nothing and is itself not told to rebuild.
    shadow: bool,
    _seats: Seats,
}

/// For (target track, source track): how many of the source's rows are known at each of the target's. Made
/// once a slab.
type Joins = HashMap<(usize, usize), Rc<Vec<u32>>>;

/// A column of a push over the slab's rows.
enum Column<'a> {
    Slice(&'a [f64]),
    Joined(Vec<f64>),
    Own(usize, OwnField),
}

/// One node's rows of the slab, with all that a step needs to look at.
struct Rows<'a> {
    times: &'a [i64],
    columns: Vec<Column<'a>>,
    prices: Vec<Prices<'a>>,
}

impl<'r> UnitRun<'r> {
    /// Opens the given nodes; those in `one_row` get one row a push from the start.
    pub(crate) fn new(
        ground: Ground<'r>,
        nodes: &BTreeSet<usize>,
        one_row: &BTreeSet<usize>,
        seats: Seats,
        shadow: bool,
    ) -> Result<UnitRun<'r>, RunError> {
        let unit = ground.unit;
        let mut open = Vec::new();
        for (index, node) in unit.nodes.iter().enumerate() {
            open.push(if nodes.contains(&index) {
                let instance = reopen(ground, index)?;
                let mut run = NodeRun::new(instance, node, unit.info.nodes[index].kind, ground.request.cash);
                run.one_row |= one_row.contains(&index);
                Some(run)
            } else {
                None
            });
        }
        let width: usize = unit.nodes.iter().map(|node| node.inputs.len() + 2).sum();
        let auto = (SLAB_BYTES / 8 / width.max(1)).clamp(256, PUSH_ROWS_MAX);
        Ok(UnitRun {
            ground,
            nodes: open,
            cursors: vec![0; ground.tracks.len()],
            ranges: vec![0..0; ground.tracks.len()],
            joins: RefCell::default(),
            slab_rows: ground.options.slab_rows.unwrap_or(auto).max(1),
            shadow,
            _seats: seats,
        })
    }

    /// Runs the next slab of what is known before `until`; false when there was none. What was said in it
    /// is then in the batch.
    pub(crate) fn slab(&mut self, until: Time, batch: &mut Batch) -> Result<bool, RunError> {
        let end = self.cut(until);
        for (track, rows) in self.ground.tracks.iter().enumerate() {
            self.ranges[track] = rows.range(self.cursors[track], end);
        }
        if self.ranges.iter().all(Range::is_empty) {
            return Ok(false);
        }
        self.joins.borrow_mut().clear();
        for index in &self.ground.unit.order {
            self.step(*index)?;
        }
        if !self.shadow {
            let nodes = self.ground.unit.nodes.iter().zip(&mut self.nodes);
            let tracks = self.ground.tracks;
            commit::assemble(nodes, |node| &tracks[node.track].times()[self.ranges[node.track].clone()], batch);
        }
        for node in self.nodes.iter_mut().flatten() {
            node.end();
        }
        for (cursor, range) in self.cursors.iter_mut().zip(&self.ranges) {
            *cursor = range.end;
        }
        Ok(true)
    }

    /// Where the slab ends: no track gets more than the wanted number of rows.
    fn cut(&self, until: Time) -> Time {
        let next = self.ground.tracks.iter().zip(&self.cursors).filter_map(|(track, cursor)| {
            track.times().get(cursor.saturating_add(self.slab_rows)).map(|time| Time(*time))
        });
        next.min().map_or(until, |end| end.min(until))
    }

    fn step(&mut self, index: usize) -> Result<(), RunError> {
        let Some(mut run) = self.nodes[index].take() else { return Ok(()) };
        let stepped = self.step_node(index, &mut run);
        self.nodes[index] = Some(run);
        stepped
    }

    fn step_node(&self, index: usize, run: &mut NodeRun) -> Result<(), RunError> {
        let node = &self.ground.unit.nodes[index];
        let info = &self.ground.unit.info.nodes[index];
        let range = self.ranges[node.track].clone();
        run.begin(range.len());
        if range.is_empty() {
            return Ok(());
        }
        let rows = self.rows(index, range.clone())?;
        let rebuilds = self.rebuilds(&info.label);
        let push_rows = self.push_rows(node, info.plan.outputs.len());
        // whole columns, unless some are made row by row
        let columns: Option<Vec<&[f64]>> = rows.columns.iter().map(Column::values).collect();
        let mut buffer = Vec::new();
        let mut at = 0;
        while at < range.len() {
            let row = run.rows + at as u64;
            if rebuilds.contains(&row) && run.instance.is_some() {
                run.drop_instance();
                match self.rebuild(index, Time(rows.times[at]))? {
                    Ok(instance) => run.instance = Some(instance),
                    Err(fault) => run.fail(at, false, Time(rows.times[at]), fault),
                }
            }
            let to_rebuild = rebuilds.iter().find(|rebuild| **rebuild > row).map_or(u64::MAX, |rebuild| rebuild - row);
            let push_rows = if run.one_row { 1 } else { push_rows };
            let count = push_rows.min(range.len() - at).min(usize::try_from(to_rebuild).unwrap_or(usize::MAX));
            let lockstep = info.plan.one_row_a_push();
            if lockstep {
                run.execute(at, &rows.prices);
            }
            if columns.is_none() {
                fill(&mut buffer, &rows.columns, at, run);
            }
            let values = match &columns {
                Some(columns) => Values::Columns { columns, at, rows: count },
                None => Values::Flat(&buffer),
            };
            if let Some(instance) = &mut run.instance {
                match instance.push(&rows.times[at..at + count], values) {
                    Ok(output) => run.absorb(at, count, output),
                    Err(fault) if count > 1 => {
                        tracing::debug!(node = info.label, row, %fault, "a push of several rows failed, one row at a time from here");
                        run.one_row = true;
                        run.drop_instance();
                        match self.rebuild(index, Time(rows.times[at]))? {
                            Ok(instance) => run.instance = Some(instance),
                            Err(fault) => run.fail(at, false, Time(rows.times[at]), fault),
                        }
                        continue;
                    }
                    Err(fault) => run.fail(at, false, Time(rows.times[at]), fault),
                }
            }
            let outcomes = run.settle(at..at + count, lockstep, rows.times, &rows.prices);
            if info.plan.learns && !outcomes.is_empty() {
                let outcomes: Vec<_> = outcomes.iter().map(|(_, outcome)| *outcome).collect();
                if let Some(Err(fault)) = run.instance.as_mut().map(|instance| instance.learn(&outcomes)) {
                    run.fail(at, true, Time(rows.times[at]), fault);
                }
            }
            at += count;
        }
        run.fill_fields(node);
        Ok(())
    }

    fn rebuilds(&self, label: &str) -> &'r [u64] {
        if self.shadow { &[] } else { self.ground.options.rebuild.get(label).map_or(&[], Vec::as_slice) }
    }

    fn push_rows(&self, node: &UnitNode, outputs: usize) -> usize {
        let (width, outputs) = (node.inputs.len() + 1, outputs * node.instruments.len());
        let wanted = match self.ground.options.push {
            Push::Rows(rows) => rows,
            Push::Auto => (PUSH_BYTES / 8 / (width + outputs)).max(64),
        };
        wanted.min(PUSH_ROWS_MAX).min(PUSH_VALUES_MAX / width).min(PUSH_OUTPUTS_MAX / outputs.max(1)).max(1)
    }

    /// A new instance of a node, shown every row before `until` one by one, next to fresh instances of all
    /// that it reads. The replay gives it the same inputs as the first time, since everything before it
    /// is a pure function of the rows; the host's own state of the node is not touched.
    fn rebuild(&self, index: usize, until: Time) -> Result<Result<Instance, Fault>, RunError> {
        let unit = self.ground.unit;
        let closure = unit.closure(index);
        let too_many = |error| RunError::TooMany { unit: unit.info.nodes[index].label.clone(), error };
        let seats = self.ground.request.engine.residency().reserve_now(closure.len()).map_err(too_many)?;
        let one_row_already = |node: &usize| self.nodes[*node].as_ref().is_some_and(|run| run.one_row);
        let mut one_row: BTreeSet<usize> = closure.iter().copied().filter(one_row_already).collect();
        one_row.insert(index);
        let mut shadow = UnitRun::new(self.ground, &closure, &one_row, seats, true)?;
        let mut batch = Batch::default();
        while shadow.slab(until, &mut batch)? {
            if let Some((_, fault)) = shadow.nodes[index].as_ref().and_then(|run| run.said.fault.as_ref()) {
                return Ok(Err(fault.clone()));
            }
        }
        let instance = shadow.nodes[index].take().and_then(|run| run.instance);
        instance.map(Ok).ok_or(RunError::Bug("a rebuilt node has neither an instance nor a fault"))
    }

    /// What a node sees of the slab.
    fn rows(&self, index: usize, range: Range<usize>) -> Result<Rows<'_>, RunError> {
        let node = &self.ground.unit.nodes[index];
        let info = &self.ground.unit.info.nodes[index];
        let times = &self.ground.tracks[node.track].times()[range];
        let columns = node.inputs.iter().map(|input| self.values(node, input, times));
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        let judged = info.kind == Kind::Strategy || !info.plan.patterns.is_empty();
        let mut prices = Vec::new();
        for track in node.instrument_tracks.iter().filter(|_| judged) {
            let frame = self.ground.tracks[*track].frame().ok_or(RunError::Bug("an instrument without a frame"))?;
            let own = (*track != node.track).then_some(times);
            prices.push(Prices::new(frame, self.ranges[*track].clone(), own));
        }
        Ok(Rows { times, columns, prices })
    }

    fn values<'a>(
        &'a self,
        node: &UnitNode,
        input: &Input<usize, usize>,
        times: &[i64],
    ) -> Result<Column<'a>, RunError> {
        let (source, values, carry) = match input {
            Input::Own { instrument, field } => return Ok(Column::Own(*instrument, *field)),
            Input::Market { track, column } => {
                let (frame, range) = (self.ground.tracks[*track].frame(), self.ranges[*track].clone());
                let column = frame.ok_or(RunError::Bug("a market column without a frame"))?.column(*column);
                let carry = range.start.checked_sub(1).map_or(CANONICAL_NAN, |row| column[row]);
                (*track, &column[range], carry)
            }
            Input::Time { track } => {
                let (all, range) = (self.ground.tracks[*track].times(), self.ranges[*track].clone());
                let seconds = |time: &i64| *time as f64 / Time::SECOND as f64;
                let carry = range.start.checked_sub(1).map_or(CANONICAL_NAN, |row| seconds(&all[row]));
                let source: Vec<f64> = all[range].iter().map(seconds).collect();
                let mut joined = Vec::new();
                join(&self.counts(node.track, *track, times), &source, carry, &mut joined);
                return Ok(Column::Joined(joined));
            }
            Input::Output { node: read, slot } => self.slot(*read, *slot)?,
            Input::Field { node: read, field } => {
                let place = self.ground.unit.nodes[*read].fields.iter().position(|known| known == field);
                let outputs = self.nodes[*read].as_ref().map(|run| run.outputs);
                let slot = outputs.zip(place).map(|(outputs, place)| outputs + place);
                self.slot(*read, slot.ok_or(RunError::Bug("a field that nobody fills"))?)?
            }
        };
        if source == node.track {
            return Ok(Column::Slice(values));
        }
        let mut joined = Vec::new();
        join(&self.counts(node.track, source, times), values, carry, &mut joined);
        Ok(Column::Joined(joined))
    }

    fn slot(&self, read: usize, slot: usize) -> Result<(usize, &[f64], f64), RunError> {
        let run = self.nodes[read].as_ref().ok_or(RunError::Bug("a node that is read does not run"))?;
        let (values, carry) = run.slot(slot);
        Ok((self.ground.unit.nodes[read].track, values, carry))
    }

    fn counts(&self, target: usize, source: usize, times: &[i64]) -> Rc<Vec<u32>> {
        let mut joins = self.joins.borrow_mut();
        let counts = joins.entry((target, source)).or_insert_with(|| {
            let mut counts = Vec::new();
            let source_times = &self.ground.tracks[source].times()[self.ranges[source].clone()];
            known_before(times, source_times, &mut counts);
            Rc::new(counts)
        });
        Rc::clone(counts)
    }
}

impl<'a> Column<'a> {
    /// The column's values on the slab's rows; nothing when they are made row by row.
    fn values(&'a self) -> Option<&'a [f64]> {
        match self {
            Column::Slice(values) => Some(values),
            Column::Joined(values) => Some(values),
            Column::Own(..) => None,
        }
    }
}

/// One row of a node that reads its own account, whose columns are true only now.
fn fill(buffer: &mut Vec<f64>, columns: &[Column<'_>], at: usize, run: &NodeRun) {
    buffer.clear();
    buffer.extend(columns.iter().map(|column| match column {
        Column::Slice(values) => values[at],
        Column::Joined(values) => values[at],
        Column::Own(instrument, field) => run.own(*field, *instrument, at),
    }));
}

/// Opens a node again; its plan must be what it was when the graph was built.
fn reopen(ground: Ground<'_>, index: usize) -> Result<Instance, RunError> {
    let info = &ground.unit.info.nodes[index];
    let binding = &ground.request.bindings[ground.unit.nodes[index].binding];
    let opening = Opening {
        plugin: &info.label,
        kind: info.kind,
        entry: &info.entry,
        symbols: &info.symbols,
        params: &binding.params,
        artefact: None,
        limits: &ground.request.limits,
    };
    let again = |why: String| RunError::Reopen { label: info.label.clone(), why };
    let instance = binding.plugin.open(&opening).map_err(|error| again(error.to_string()))?;
    if *instance.plan() != info.plan {
        return Err(again("with the same arguments it gives another plan".to_owned()));
    }
    Ok(instance)
}
