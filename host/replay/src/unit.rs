//! A unit of work that runs: slab by slab, its nodes in the order of their edges.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use tapewright_engine::{Instance, Opening, PUSH_OUTPUTS_MAX, PUSH_ROWS_MAX, PUSH_VALUES_MAX, Seats, Values};
use tapewright_model::{Batch, CANONICAL_NAN, Fault, Kind, OwnField, Symbol, Time};

use crate::commit;
use crate::error::RunError;
use crate::graph::{NodeInfo, Unit, UnitNode};
use crate::input::Input;
use crate::join::{join, known_before, union};
use crate::node::NodeRun;
use crate::outcome::{Judged, JudgedColumn};
use crate::request::{Push, Request, RunOptions};
use crate::track::{PRICES, Prices, Track, TrackKey};

/// Bytes of rows that one push moves when nobody says otherwise: stays in a core's second-level cache,
/// and at this size the fixed cost of a call is below one part in fifty.
const PUSH_BYTES: usize = 128 << 10;
/// Bytes of rows in one slab when nobody says otherwise.
const SLAB_BYTES: usize = 4 << 20;
/// Rows of the first slab when nobody says otherwise: a plugin may say so much on each that no more must be held.
const SLAB_ROWS_FIRST: usize = 64;
/// Bytes of records in one slab above which the next one has half as many rows, and below which it has twice.
const SAID_BYTES: usize = 4 << 20;

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
    judged: Judged<'a>,
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
                let mut run = NodeRun::new(instance, node, unit.info.nodes[index].kind, ground.request.cash)?;
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
            tracks: tracks(ground, nodes)?,
            joins: RefCell::default(),
            slab_rows: ground.options.slab_rows.unwrap_or(SLAB_ROWS_FIRST.min(auto)).max(1),
            slab_rows_max: ground.options.slab_rows.unwrap_or(auto).max(1),
            shadow,
            _seats: seats,
        })
    }

    /// Runs the next slab of what is known before `until`; false when there was none. What was said in it
    /// is then in the batch.
    pub(crate) fn slab(&mut self, until: Time, batch: &mut Batch) -> Result<bool, RunError> {
        if !self.cut(until)? {
            return Ok(false);
        }
        self.joins.borrow_mut().clear();
        for index in &self.ground.unit.order {
            self.step(*index)?;
        }
        let said: usize = self.nodes.iter().flatten().map(|node| node.said.bytes()).sum();
        for node in self.nodes.iter_mut().flatten() {
            node.end();
        }
        if !self.shadow {
            let nodes = self.ground.unit.nodes.iter().zip(&mut self.nodes);
            commit::assemble(nodes, |node| self.tracks[node.track].times(), batch);
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

    fn step(&mut self, index: usize) -> Result<(), RunError> {
        let Some(mut run) = self.nodes[index].take() else { return Ok(()) };
        let stepped = self.step_node(index, &mut run);
        self.nodes[index] = Some(run);
        stepped
    }

    fn step_node(&self, index: usize, run: &mut NodeRun) -> Result<(), RunError> {
        let node = &self.ground.unit.nodes[index];
        let info = &self.ground.unit.info.nodes[index];
        let count_all = self.tracks[node.track].times().len();
        run.begin(count_all);
        if count_all == 0 {
            return Ok(());
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
                    Ok(output) => run.absorb(at, count, rows.times, output),
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
    fn rows(&self, index: usize) -> Result<Rows<'_>, RunError> {
        let node = &self.ground.unit.nodes[index];
        let info = &self.ground.unit.info.nodes[index];
        let times = self.tracks[node.track].times();
        let columns = node.inputs.iter().map(|input| self.values(node, input, times));
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        let mut prices = Vec::new();
        for (track, symbol) in node.instrument_tracks.iter().zip(&info.symbols).filter(|_| is_judged(info)) {
            let own = (*track != node.track).then_some(times);
            prices.push(Prices::new(&self.tracks[*track], price_columns(self.ground, symbol), own));
        }
        let mut judging = Vec::new();
        for column in &node.judged.columns {
            let by_instrument = column.iter().map(|input| {
                let values = match self.values(node, input, times)? {
                    Column::Slice(values) => Cow::Borrowed(values),
                    Column::Joined(values) => Cow::Owned(values),
                    Column::Own(..) => return Err(RunError::Bug("an account that judges")),
                };
                let other = input.track().filter(|track| **track != node.track);
                Ok(JudgedColumn { values, counts: other.map(|track| self.counts(node.track, *track, times)) })
            });
            judging.push(by_instrument.collect::<Result<Vec<_>, _>>()?);
        }
        Ok(Rows { times, columns, judged: Judged { prices, columns: judging } })
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
                let read = self.tracks[*track].column(*column);
                let (values, carry) = read.ok_or(RunError::Bug("a market column that was not read"))?;
                (*track, values, carry)
            }
            Input::Time { track } => {
                let read = &self.tracks[*track];
                let seconds = |time: &i64| *time as f64 / Time::SECOND as f64;
                let carry = read.time_before().map_or(CANONICAL_NAN, |time| seconds(&time));
                let source: Vec<f64> = read.times().iter().map(seconds).collect();
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
            known_before(times, self.tracks[source].times(), &mut counts);
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

/// The tracks on which nodes live or that they read, with the columns that somebody needs.
fn tracks(ground: Ground<'_>, nodes: &BTreeSet<usize>) -> Result<Vec<Track>, RunError> {
    let unit = ground.unit;
    let mut needed: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); unit.tracks.len()];
    for index in nodes {
        let (node, info) = (&unit.nodes[*index], &unit.info.nodes[*index]);
        for input in node.inputs.iter().chain(node.judged.columns.iter().flatten()) {
            if let Input::Market { track, column } = input {
                needed[*track].insert(*column);
            }
        }
        for (track, symbol) in node.instrument_tracks.iter().zip(&info.symbols).filter(|_| is_judged(info)) {
            needed[*track].extend(price_columns(ground, symbol).into_iter().flatten());
        }
    }
    let track = |(key, columns): (&TrackKey, BTreeSet<usize>)| {
        if key.symbols.len() == 1 {
            let track = Track::rows(&ground.request.market, key, columns.into_iter().collect())?;
            return track.ok_or(RunError::Bug("an instrument without rows"));
        }
        let each = |symbol: &Symbol| TrackKey { symbols: vec![symbol.clone()], timeframe: key.timeframe };
        let member = |symbol: &Symbol| unit.tracks.iter().position(|other| *other == each(symbol));
        let members: Option<Vec<usize>> = key.symbols.iter().map(member).collect();
        Ok(Track::instants(members.ok_or(RunError::Bug("a panel without an instrument's rows"))?))
    };
    unit.tracks.iter().zip(needed).map(track).collect()
}

/// Whether prices are needed: for fills or for outcomes.
fn is_judged(info: &NodeInfo) -> bool {
    info.kind == Kind::Strategy || !info.plan.patterns.is_empty()
}

fn price_columns(ground: Ground<'_>, symbol: &Symbol) -> [Option<usize>; 4] {
    let names = ground.request.market.columns(symbol).unwrap_or(&[]);
    PRICES.map(|price| names.iter().position(|name| name == price))
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
