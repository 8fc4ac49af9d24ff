//! A unit of work that runs: slab by slab, its nodes in the order of their edges.

mod rows;

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use tapewright_engine::{Instance, Opening, PUSH_OUTPUTS_MAX, PUSH_ROWS_MAX, PUSH_VALUES_MAX, Seats, Values};
use tapewright_model::{Batch, Fault, Time};

use crate::commit;
use crate::error::RunError;
use crate::graph::{Unit, UnitNode};
use crate::join::union;
use crate::node::NodeRun;
use crate::request::{Push, Request, RunOptions};
use crate::shown::Shown;
use crate::track::Track;
use crate::traded::as_traded;
use rows::{Column, fill, tracks};

/// Bytes of rows that one push moves when nobody says otherwise: stays in a core's second-level cache,
/// and at this size the fixed cost of a call is below one part in fifty.
const PUSH_BYTES: usize = 128 << 10;
/// Bytes of rows in one slab when nobody says otherwise.
const SLAB_BYTES: usize = 4 << 20;
/// Rows of the first slab when nobody says otherwise: a plugin may say so much on each that no more must be held.
const SLAB_ROWS_FIRST: usize = 64;
/// Bytes of records in one slab above which the next one has half as many rows, and below which it has twice.
const SAID_BYTES: usize = 4 << 20;
/// Bytes of records in one slab at most, unless it has one row only. A node that was quiet while its slabs grew may say
/// 16,384 detections on each of 65,536 rows: 100 GiB.
const HELD_BYTES_MAX: usize = 32 << 20;
/// Rows of a slab after more was said in one than may be held: a node's longest answers on so many rows fit.
const SLAB_ROWS_FULL: usize = 8;
/// Rows of a slab at least, when nobody says otherwise, however many columns they have.
const SLAB_ROWS_MIN: usize = 16;

/// What stays the same while a unit runs.
#[derive(Clone, Copy)]
pub(crate) struct Ground<'r> {
    pub(crate) request: &'r Request,
    pub(crate) options: &'r RunOptions,
    pub(crate) unit: &'r Unit,
}

/// A unit, or for a rebuild the part of it that one node depends on.
pub(crate) struct UnitRun<'r> {
    ground: Ground<'r>,
    /// By index in the unit; missing where this run leaves a node out.
    pub(crate) nodes: Vec<Option<NodeRun>>,
    tracks: Vec<Track>,
    joins: RefCell<Joins>,
    slab_rows: usize,
    /// The most rows that a slab grows to.
    slab_rows_max: usize,
    /// A rebuild commits nothing and is itself not told to rebuild.
    shadow: bool,
    /// The node whose rows are kept, and they.
    kept: Option<(usize, RefCell<Shown>)>,
    /// Bytes of records that nodes have said so far in this slab.
    held: usize,
    seats: Option<Seats>,
}

/// Whether a node's rows of a slab were all shown to it.
enum Step {
    Done,
    /// More was said in the slab than may be held.
    Overfull,
}

/// For (target track, source track): how many of the source's rows are known at each of the target's. Made
/// once a slab.
type Joins = HashMap<(usize, usize), Rc<Vec<u32>>>;

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
                let mut run = NodeRun::new(instance, node, unit.info.nodes[index].kind, ground.request.cash)?;
                run.one_row |= one_row.contains(&index);
                Some(run)
            } else {
                None
            });
        }
        let slots = |node: &NodeRun| node.slots();
        let width: usize = unit.nodes.iter().map(|node| node.inputs.len() + 2).sum::<usize>()
            + open.iter().flatten().map(slots).sum::<usize>();
        let auto = (SLAB_BYTES / 8 / width.max(1)).clamp(SLAB_ROWS_MIN, PUSH_ROWS_MAX);
        Ok(UnitRun {
            ground,
            nodes: open,
            tracks: tracks(ground, nodes)?,
            joins: RefCell::default(),
            slab_rows: ground.options.slab_rows.unwrap_or(SLAB_ROWS_FIRST.min(auto)).max(1),
            slab_rows_max: ground.options.slab_rows.unwrap_or(auto).max(1),
            shadow,
            kept: None,
            held: 0,
            seats: Some(seats),
        })
    }

    /// Keeps the rows that a node is shown from here on.
    pub(crate) fn keep_shown(&mut self, node: usize) {
        self.kept = Some((node, RefCell::default()));
    }

    /// How many rows were kept.
    pub(crate) fn shown_rows(&self) -> usize {
        self.kept.as_ref().map_or(0, |(_, shown)| shown.borrow().times.len())
    }

    /// The rows that were kept.
    pub(crate) fn take_shown(&mut self) -> Shown {
        self.kept.take().map_or_else(Shown::default, |(_, shown)| shown.into_inner())
    }

    /// Runs the next slab of what is known before `until`; false when there was none. What was said in it
    /// is then in the batch.
    pub(crate) fn slab(&mut self, until: Time, batch: &mut Batch) -> Result<bool, RunError> {
        if !self.cut(until)? {
            return Ok(false);
        }
        self.joins.borrow_mut().clear();
        self.held = 0;
        for index in &self.ground.unit.order {
            if let Step::Overfull = self.step(*index)? {
                self.begin_again()?;
                return self.slab(until, batch);
            }
        }
        let said: usize = self.nodes.iter().flatten().map(|node| node.said.bytes()).sum();
        for node in self.nodes.iter_mut().flatten() {
            node.end();
        }
        if !self.shadow {
            let nodes = self.ground.unit.nodes.iter().zip(&mut self.nodes);
            commit::assemble(nodes, |node| self.tracks[node.track].times(), batch);
            as_traded(batch, &self.ground.request.market, &self.ground.unit.info);
        }
        self.tracks.iter_mut().for_each(Track::end);
        if self.ground.options.slab_rows.is_none() {
            let wanted = if said > SAID_BYTES { self.slab_rows / 2 } else { self.slab_rows * 2 };
            self.slab_rows = wanted.clamp(1, self.slab_rows_max);
        }
        Ok(true)
    }

    /// Begins the next slab on every track; false when no row is left before `until`. No track gets more than the
    /// wanted number of rows.
    fn cut(&mut self, mut until: Time) -> Result<bool, RunError> {
        for track in &mut self.tracks {
            until = track.ahead(self.slab_rows)?.map_or(until, |end| end.min(until));
        }
        loop {
            self.tracks.iter_mut().for_each(|track| track.begin(until));
            let mut instants = Vec::new();
            for (index, track) in self.tracks.iter().enumerate() {
                let Some(members) = track.members() else { continue };
                let times = union(members.iter().map(|member| self.tracks[*member].times()));
                // many instruments have more instants between them than any of them has rows
                if let Some(end) = times.get(self.slab_rows) {
                    until = until.min(Time(*end));
                }
                instants.push((index, times));
            }
            if instants.iter().all(|(_, times)| times.len() <= self.slab_rows) {
                for (index, times) in instants {
                    self.tracks[index].begin_instants(times);
                }
                return Ok(self.tracks.iter().any(|track| !track.times().is_empty()));
            }
        }
    }

    /// Brings every node back to the first row of the slab by replay from the origin, to go on in slabs so small that
    /// whatever is said in one can be held. What was committed stays; what was said in this slab is forgotten.
    fn begin_again(&mut self) -> Result<(), RunError> {
        let begin = self.tracks.iter().filter_map(|track| track.times().first()).min().copied().map(Time);
        let begin = begin.ok_or(RunError::Bug("a slab without rows says too much"))?;
        let of = |keep: &dyn Fn(&NodeRun) -> bool| -> BTreeSet<usize> {
            let nodes = self.nodes.iter().enumerate();
            nodes.filter_map(|(index, run)| run.as_ref().filter(|run| keep(run)).map(|_| index)).collect()
        };
        let (nodes, one_row) = (of(&|_| true), of(&|run| run.one_row));
        let seats = self.seats.take().ok_or(RunError::Bug("a unit that runs has no room"))?;
        let rows = if self.slab_rows_max > SLAB_ROWS_FULL { SLAB_ROWS_FULL } else { 1 };
        tracing::debug!(%begin, rows, "more was said in a slab than is held, again from the origin in smaller ones");
        self.nodes.clear();
        let mut again = UnitRun::new(self.ground, &nodes, &one_row, seats, self.shadow)?;
        if let Some((node, _)) = self.kept {
            again.keep_shown(node);
        }
        let mut forgotten = Batch::default();
        while again.slab(begin, &mut forgotten)? {}
        (again.slab_rows, again.slab_rows_max) = (rows, rows);
        *self = again;
        Ok(())
    }

    fn step(&mut self, index: usize) -> Result<Step, RunError> {
        let Some(mut run) = self.nodes[index].take() else { return Ok(Step::Done) };
        let stepped = self.step_node(index, &mut run);
        self.held += run.said.bytes();
        self.nodes[index] = Some(run);
        stepped
    }

    fn step_node(&self, index: usize, run: &mut NodeRun) -> Result<Step, RunError> {
        let node = &self.ground.unit.nodes[index];
        let info = &self.ground.unit.info.nodes[index];
        let count_all = self.tracks[node.track].times().len();
        run.begin(count_all);
        if count_all == 0 {
            return Ok(Step::Done);
        }
        let span = tracing::debug_span!("node", label = info.label, row = run.rows, rows = count_all);
        let _in_span = span.enter();
        let rows = self.rows(index)?;
        let rebuilds = self.rebuilds(&info.label);
        let push_rows = self.push_rows(node, info.plan.outputs.len());
        // whole columns, unless some are made row by row
        let columns: Option<Vec<&[f64]>> = rows.columns.iter().map(Column::values).collect();
        let mut buffer = Vec::new();
        let mut at = 0;
        while at < count_all {
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
            let count = push_rows.min(count_all - at).min(usize::try_from(to_rebuild).unwrap_or(usize::MAX));
            let lockstep = info.plan.one_row_a_push();
            if lockstep {
                run.execute(at, &rows.judged);
            }
            if columns.is_none() {
                fill(&mut buffer, &rows.columns, at, run);
            }
            let values = match &columns {
                Some(columns) => Values::Columns { columns, at, rows: count },
                None => Values::Flat(&buffer),
            };
            if let Some(instance) = &mut run.instance {
                let call = tracing::trace_span!("call", export = "push", row, rows = count);
                match call.in_scope(|| instance.push(&rows.times[at..at + count], values)) {
                    Ok(output) => {
                        run.absorb(at, count, rows.times, output);
                        self.note_shown(index, &rows.times[at..at + count], values);
                    }
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
            let outcomes = run.settle(at..at + count, lockstep, rows.times, &rows.judged);
            if info.plan.learns && !outcomes.is_empty() {
                let outcomes: Vec<_> = outcomes.iter().map(|(_, outcome)| *outcome).collect();
                let call = tracing::trace_span!("call", export = "learn", row, outcomes = outcomes.len());
                let learnt = call.in_scope(|| run.instance.as_mut().map(|instance| instance.learn(&outcomes)));
                if let Some(Err(fault)) = learnt {
                    run.fail(at, true, Time(rows.times[at]), fault);
                }
            }
            at += count;
            if self.held + run.said.bytes() > HELD_BYTES_MAX && self.slab_rows > 1 {
                return Ok(Step::Overfull);
            }
        }
        run.fill_fields(node);
        Ok(Step::Done)
    }

    /// Keeps what was shown and answered, if somebody wants it.
    fn note_shown(&self, index: usize, times: &[i64], values: Values<'_>) {
        let Some((_, kept)) = self.kept.as_ref().filter(|(node, _)| *node == index) else { return };
        let width = match values {
            Values::Columns { columns, .. } => columns.len(),
            Values::Flat(values) => values.len() / times.len().max(1),
        };
        let columns = (0..width).map(|column| match values {
            Values::Columns { columns, at, rows } => &columns[column][at..at + rows],
            Values::Flat(values) => &values[column * times.len()..(column + 1) * times.len()],
        });
        kept.borrow_mut().add(times, columns);
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
        limits: &binding.limits,
    };
    let again = |why: String| RunError::Reopen { label: info.label.clone(), why };
    let instance = binding.plugin.open(&opening).map_err(|error| again(error.to_string()))?;
    if *instance.plan() != info.plan {
        return Err(again("with the same arguments it gives another plan".to_owned()));
    }
    Ok(instance)
}
