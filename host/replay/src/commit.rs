//! Commit: what was said in a slab, in the one order (known time, instrument, node, sequence).

use tapewright_model::{Batch, Record, Time, What};

use crate::graph::UnitNode;
use crate::node::NodeRun;

/// Fills the batch with the records of all nodes. On one row of one node: fills, output columns,
/// detections, targets, outcomes, and the fault that ended it.
pub(crate) fn assemble<'a>(
    nodes: impl Iterator<Item = (&'a UnitNode, &'a mut Option<NodeRun>)>,
    times: impl Fn(&UnitNode) -> &'a [i64],
    batch: &mut Batch,
) {
    batch.clear();
    let mut several = false;
    for (index, (node, run)) in nodes.enumerate() {
        let Some(run) = run else { continue };
        let before = batch.records.len();
        add(u32::try_from(index).unwrap_or(u32::MAX), node, run, times(node), batch);
        // one node on one instrument already stands in order
        several |= (before > 0 && batch.records.len() > before) || node.instruments.len() > 1;
    }
    if several {
        batch.records.sort_by_key(|record| (record.known_time, record.instrument, record.node, record.sequence));
    }
}

fn add(index: u32, node: &UnitNode, run: &mut NodeRun, times: &[i64], batch: &mut Batch) {
    let said = &run.said;
    let outputs = run.outputs;
    let answered = said.ended_at.unwrap_or(said.rows);
    let (mut fill, mut detection, mut target, mut outcome, mut evidence) = (0, 0, 0, 0, 0);
    let mut sequence = run.sequence;
    let mut record = |batch: &mut Batch, at: usize, instrument: u32, values: usize, what: What| {
        let end = u32::try_from(batch.values.len()).unwrap_or(u32::MAX);
        batch.records.push(Record {
            known_time: Time(times[at]),
            instrument: node.instruments.get(instrument as usize).copied().unwrap_or(0),
            node: index,
            sequence,
            row: said.first + at as u64,
            values: (end - u32::try_from(values).unwrap_or(0), end),
            what,
        });
        sequence += 1;
    };
    // the row of the next thing of each sort; a row far beyond the slab when there is none
    let none = u64::MAX;
    let fault_row = said.fault.as_ref().map_or(none, |(row, _)| *row);
    let mut next_fill = said.fills.first().map_or(none, |(row, _)| *row);
    let mut next_detection = said.detections.first().map_or(none, |said| said.row);
    let mut next_target = said.targets.first().map_or(none, |said| said.row);
    let mut next_outcome = said.outcomes.first().map_or(none, |(row, _)| *row);
    let mut at = 0;
    loop {
        let mut row = said.first + at as u64;
        if outputs == 0 {
            // without output columns most rows have nothing to say: go to the next that has
            let fault = if fault_row >= row { fault_row } else { none };
            row = next_fill.min(next_detection).min(next_target).min(next_outcome).min(fault);
            at = usize::try_from(row - said.first).unwrap_or(usize::MAX);
        }
        if at >= said.rows {
            break;
        }
        while next_fill == row {
            let filled = said.fills[fill].1;
            record(batch, at, filled.instrument, 0, What::Fill(filled));
            fill += 1;
            next_fill = said.fills.get(fill).map_or(none, |(row, _)| *row);
        }
        if outputs > 0 && at < answered {
            batch.values.extend((0..outputs).map(|slot| run.slot(slot).0[at]));
            record(batch, at, 0, outputs, What::Columns);
        }
        while next_detection == row {
            let said_now = said.detections[detection];
            let len = run.evidence_len(said_now.pattern);
            batch.values.extend_from_slice(&said.evidence[evidence..evidence + len]);
            record(batch, at, said_now.instrument, len, What::Detection(said_now));
            evidence += len;
            detection += 1;
            next_detection = said.detections.get(detection).map_or(none, |said| said.row);
        }
        while next_target == row {
            let said_now = said.targets[target];
            record(batch, at, said_now.instrument, 0, What::Target(said_now));
            target += 1;
            next_target = said.targets.get(target).map_or(none, |said| said.row);
        }
        while next_outcome == row {
            let known = said.outcomes[outcome].1;
            record(batch, at, known.instrument, 0, What::Outcome(known));
            outcome += 1;
            next_outcome = said.outcomes.get(outcome).map_or(none, |(row, _)| *row);
        }
        if let Some((_, fault)) = said.fault.as_ref().filter(|_| fault_row == row) {
            record(batch, at, 0, 0, What::Fault(fault.kind));
        }
        at += 1;
    }
    run.sequence = sequence;
}
