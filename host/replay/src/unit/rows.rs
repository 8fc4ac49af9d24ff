//! What the nodes of a unit see of a slab: columns of their own rows, and others joined by known time.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::rc::Rc;

use tapewright_model::{CANONICAL_NAN, Kind, OwnField, Symbol, Time};

use super::{Ground, UnitRun};
use crate::error::RunError;
use crate::graph::{NodeInfo, UnitNode};
use crate::input::Input;
use crate::join::{join, known_before};
use crate::node::NodeRun;
use crate::outcome::{Judged, JudgedColumn};
use crate::track::{PRICES, Prices, Track, TrackKey};

/// A column of a push over the slab's rows.
pub(super) enum Column<'a> {
    Slice(&'a [f64]),
    Joined(Vec<f64>),
    Own(usize, OwnField),
}

/// One node's rows of the slab, with all that a step needs to look at.
pub(super) struct Rows<'a> {
    pub(super) times: &'a [i64],
    pub(super) columns: Vec<Column<'a>>,
    pub(super) judged: Judged<'a>,
}

impl UnitRun<'_> {
    /// What a node sees of the slab.
    pub(super) fn rows(&self, index: usize) -> Result<Rows<'_>, RunError> {
        let node = &self.ground.unit.nodes[index];
        let info = &self.ground.unit.info.nodes[index];
        let times = self.tracks[node.track].times();
        let columns = node.inputs.iter().map(|input| self.values(node, input, times));
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        let mut prices = Vec::new();
        for (track, symbol) in node.instrument_tracks.iter().zip(&info.symbols).filter(|_| is_judged(info)) {
            let own = (*track != node.track).then_some(times);
            let columns = price_columns(self.ground, info, symbol);
            prices.push(Prices::new(&self.tracks[*track], columns, own));
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
            Input::Clock { column } => {
                let mut values = Vec::with_capacity(times.len());
                column.fill(times, &mut values);
                return Ok(Column::Joined(values));
            }
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
    pub(super) fn values(&'a self) -> Option<&'a [f64]> {
        match self {
            Column::Slice(values) => Some(values),
            Column::Joined(values) => Some(values),
            Column::Own(..) => None,
        }
    }
}

/// One row of a node that reads its own account, whose columns are true only now.
pub(super) fn fill(buffer: &mut Vec<f64>, columns: &[Column<'_>], at: usize, run: &NodeRun) {
    buffer.clear();
    buffer.extend(columns.iter().map(|column| match column {
        Column::Slice(values) => values[at],
        Column::Joined(values) => values[at],
        Column::Own(instrument, field) => run.own(*field, *instrument, at),
    }));
}

/// The tracks on which nodes live or that they read, with the columns that somebody needs.
pub(super) fn tracks(ground: Ground<'_>, nodes: &BTreeSet<usize>) -> Result<Vec<Track>, RunError> {
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
            needed[*track].extend(price_columns(ground, info, symbol).into_iter().flatten());
        }
    }
    let track = |(key, columns): (&TrackKey, BTreeSet<usize>)| {
        if key.symbols.len() == 1 {
            let track = Track::rows(&ground.request.market, key, columns.into_iter().collect())?;
            return track.ok_or(RunError::Bug("an instrument without rows"));
        }
        let each = |symbol: &Symbol| TrackKey { symbols: vec![symbol.clone()], rows: key.rows.clone() };
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

fn price_columns(ground: Ground<'_>, info: &NodeInfo, symbol: &Symbol) -> [Option<usize>; 4] {
    PRICES.map(|price| ground.request.market.column(symbol, info.plan.timeframe, price))
}
