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
    let quiet = outputs == 0;
    let mut at = 0;
    loop {
        if quiet {
            // without output columns most rows have nothing to say: go to the next that has
            let next = [
                said.fills.get(fill).map(|(row, _)| *row),
                said.detections.get(detection).map(|said| said.row),
                said.targets.get(target).map(|said| said.row),
                said.outcomes.get(outcome).map(|(row, _)| *row),
                said.fault.as_ref().map(|(row, _)| *row).filter(|row| *row >= said.first + at as u64),
            ];
            let Some(next) = next.into_iter().flatten().min() else { break };
            at = usize::try_from(next - said.first).unwrap_or(usize::MAX);
        }
        if at >= said.rows {
            break;
        }
        let row = said.first + at as u64;
        while let Some((_, filled)) = said.fills.get(fill).filter(|(on, _)| *on == row) {
            record(batch, at, filled.instrument, 0, What::Fill(*filled));
            fill += 1;
        }
        if !quiet && at < answered {
            batch.values.extend((0..outputs).map(|slot| run.slot(slot).0[at]));
            record(batch, at, 0, outputs, What::Columns);
        }
        while let Some(said_now) = said.detections.get(detection).filter(|said| said.row == row) {
            let len = run.evidence_len(said_now.pattern);
            batch.values.extend_from_slice(&said.evidence[evidence..evidence + len]);
            record(batch, at, said_now.instrument, len, What::Detection(*said_now));
            evidence += len;
            detection += 1;
        }
        while let Some(said_now) = said.targets.get(target).filter(|said| said.row == row) {
            record(batch, at, said_now.instrument, 0, What::Target(*said_now));
            target += 1;
        }
        while let Some((_, known)) = said.outcomes.get(outcome).filter(|(on, _)| *on == row) {
            record(batch, at, known.instrument, 0, What::Outcome(*known));
            outcome += 1;
        }
        if let Some((_, fault)) = said.fault.as_ref().filter(|(on, _)| *on == row) {
            record(batch, at, 0, 0, What::Fault(fault.kind));
        }
        at += 1;
    }
    run.sequence = sequence;
}
