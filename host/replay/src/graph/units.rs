//! From a graph of nodes to its connected parts, each with an order in which its nodes can run.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use tapewright_model::{Digest, DigestWriter, Symbol};

use super::{Draft, JudgedBy, NodeInfo, UnitInfo};
use crate::error::GraphError;
use crate::input::{FieldKey, Input};
use crate::track::TrackKey;

/// A unit of work: everything by index within it.
pub(crate) struct Unit {
    pub(crate) info: UnitInfo,
    pub(crate) nodes: Vec<UnitNode>,
    /// Every node after those that it reads.
    pub(crate) order: Vec<usize>,
    pub(crate) tracks: Vec<TrackKey>,
}

/// A node of a unit.
pub(crate) struct UnitNode {
    pub(crate) binding: usize,
    pub(crate) inputs: Vec<Input<usize, usize>>,
    /// The rows on which it lives.
    pub(crate) track: usize,
    /// The rows of each of its instruments.
    pub(crate) instrument_tracks: Vec<usize>,
    /// Each of its instruments' index in the unit.
    pub(crate) instruments: Vec<u32>,
    /// What its patterns are judged by.
    pub(crate) judged: JudgedBy<Input<usize, usize>>,
    /// Fields of its latest detections that others read.
    pub(crate) fields: Vec<FieldKey>,
}

impl Unit {
    /// The node itself, the nodes that it reads, and those that they read.
    pub(crate) fn closure(&self, node: usize) -> BTreeSet<usize> {
        let mut closure = BTreeSet::from([node]);
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            let reads = self.nodes[node].inputs.iter().filter_map(Input::node);
            open.extend(reads.copied().filter(|read| closure.insert(*read)));
        }
        closure
    }
}

/// Parts the nodes; units come in the order of their first label.
pub(crate) fn part(drafts: Vec<Draft>) -> Result<Vec<Unit>, GraphError> {
    let mut part: Vec<usize> = (0..drafts.len()).collect();
    for (node, draft) in drafts.iter().enumerate() {
        for read in draft.inputs.iter().filter_map(Input::node) {
            let (a, b) = (root(&mut part, node), root(&mut part, *read));
            part[a.max(b)] = a.min(b);
        }
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for node in 0..drafts.len() {
        groups.entry(root(&mut part, node)).or_default().push(node);
    }
    let units = groups.into_values().map(|mut members| {
        members.sort_by(|a, b| drafts[*a].info.label.cmp(&drafts[*b].info.label));
        unit(&drafts, &members)
    });
    let mut units = units.collect::<Result<Vec<_>, _>>()?;
    units.sort_by(|a, b| a.info.nodes[0].label.cmp(&b.info.nodes[0].label));
    Ok(units)
}

fn root(part: &mut [usize], mut node: usize) -> usize {
    while part[node] != node {
        part[node] = part[part[node]];
        node = part[node];
    }
    node
}

fn unit(drafts: &[Draft], members: &[usize]) -> Result<Unit, GraphError> {
    let local: BTreeMap<usize, usize> = members.iter().enumerate().map(|(local, node)| (*node, local)).collect();
    let infos: Vec<NodeInfo> = members.iter().map(|node| drafts[*node].info.clone()).collect();
    let symbols: BTreeSet<Symbol> = infos.iter().flat_map(|info| info.symbols.iter().cloned()).collect();
    let symbols: Vec<Symbol> = symbols.into_iter().collect();
    let mut tracks: Vec<TrackKey> = Vec::new();
    let mut known_tracks: HashMap<TrackKey, usize> = HashMap::new();
    let mut track = |key: TrackKey| {
        *known_tracks.entry(key).or_insert_with_key(|key| {
            tracks.push(key.clone());
            tracks.len() - 1
        })
    };
    let reads = |node: usize| {
        let read = drafts[members[node]].inputs.iter().filter_map(Input::node);
        read.map(|read| local[read]).collect::<BTreeSet<_>>()
    };
    let order = order(&infos, &reads)?;
    let mut nodes = Vec::new();
    for (member, info) in members.iter().zip(&infos) {
        // both names are known: the first is made here, the second is a member of this very unit
        let mut own = |input: &Input<TrackKey, usize>| {
            let known = input.track().map(|key| track(key.clone()));
            input.rename(|_| known, |node| local.get(node).copied())
        };
        let inputs = drafts[*member].inputs.iter().filter_map(&mut own).collect();
        let draft = &drafts[*member].judged;
        let columns = draft.columns.iter().map(|column| column.iter().filter_map(&mut own).collect()).collect();
        let judged = JudgedBy { by_pattern: draft.by_pattern.clone(), columns };
        let each = |symbol: &Symbol| TrackKey::bars(symbol, info.plan.timeframe);
        let index = |symbol: &Symbol| u32::try_from(symbols.binary_search(symbol).ok()?).ok();
        nodes.push(UnitNode {
            binding: drafts[*member].binding,
            inputs,
            track: track(info.track()),
            instrument_tracks: info.symbols.iter().map(|symbol| track(each(symbol))).collect(),
            instruments: info.symbols.iter().filter_map(index).collect(),
            judged,
            fields: Vec::new(),
        });
    }
    let read: Vec<(usize, FieldKey)> = nodes
        .iter()
        .flat_map(|node| &node.inputs)
        .filter_map(|input| match input {
            Input::Field { node, field } => Some((*node, *field)),
            _ => None,
        })
        .collect();
    for (node, field) in read {
        if !nodes[node].fields.contains(&field) {
            nodes[node].fields.push(field);
        }
    }
    let key = key(&infos);
    Ok(Unit { info: UnitInfo { key, nodes: infos, symbols }, nodes, order, tracks })
}

fn key(infos: &[NodeInfo]) -> Digest {
    let mut writer = DigestWriter::new("tapewright unit key");
    infos.iter().for_each(|info| {
        writer.text(&info.label);
    });
    writer.finish()
}

/// Always the first node by label whose reads are all done.
fn order(infos: &[NodeInfo], reads: &dyn Fn(usize) -> BTreeSet<usize>) -> Result<Vec<usize>, GraphError> {
    let mut open: Vec<BTreeSet<usize>> = (0..infos.len()).map(reads).collect();
    let mut readers: Vec<Vec<usize>> = vec![Vec::new(); infos.len()];
    for (node, reads) in open.iter().enumerate() {
        reads.iter().for_each(|read| readers[*read].push(node));
    }
    let mut ready: BTreeSet<usize> = (0..infos.len()).filter(|node| open[*node].is_empty()).collect();
    let mut order = Vec::new();
    while let Some(node) = ready.pop_first() {
        order.push(node);
        for reader in &readers[node] {
            open[*reader].remove(&node);
            if open[*reader].is_empty() {
                ready.insert(*reader);
            }
        }
    }
    if order.len() == infos.len() { Ok(order) } else { Err(GraphError::Cycle { labels: cycle(infos, &open) }) }
}

/// Follows unfinished reads until a node comes again.
fn cycle(infos: &[NodeInfo], open: &[BTreeSet<usize>]) -> Vec<String> {
    let mut path: Vec<usize> = open.iter().position(|reads| !reads.is_empty()).into_iter().collect();
    while let Some(next) = path.last().and_then(|node| open[*node].first()).copied() {
        let start = path.iter().position(|node| *node == next);
        path.push(next);
        if let Some(start) = start {
            path.drain(..start);
            break;
        }
    }
    path.into_iter().map(|node| infos[node].label.clone()).collect()
}
