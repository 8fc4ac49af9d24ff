//! Commit: what was said in a slab, in the one order (known time, instrument, node, sequence), and beside it the
//! output columns.

use tapewright_model::{Batch, OutputRows, Record, Time, What};

use crate::graph::UnitNode;
use crate::node::NodeRun;

/// Fills the batch with the records of all nodes. On one row of one node: fills, detections, targets,
/// outcomes, and the fault that ended it. What the batch held before is forgotten; its memory is used again.
pub(crate) fn assemble<'a>(
    nodes: impl Iterator<Item = (&'a UnitNode, &'a mut Option<NodeRun>)>,
    times: impl Fn(&UnitNode) -> &'a [i64],
    batch: &mut Batch,
) {
    batch.records.clear();
    batch.values.clear();
    let mut spare = std::mem::take(&mut batch.outputs);
    let mut several = false;
    for (index, (node, run)) in nodes.enumerate() {
        let Some(run) = run else { continue };
        let (index, times) = (u32::try_from(index).unwrap_or(u32::MAX), times(node));
        let before = batch.records.len();
        add(index, node, run, times, batch);
        // one node on one instrument already stands in order
        several |= (before > 0 && batch.records.len() > before) || node.instruments.len() > 1;
        batch.outputs.extend(outputs(index, run, times, spare.pop().unwrap_or_default()));
    }
    if several {
        batch.records.sort_by_key(|record| (record.known_time, record.instrument, record.node, record.sequence));
    }
}

/// The node's output columns on the rows that it answered, taken from it; it gets the spare's memory in turn.
fn outputs(node: u32, run: &mut NodeRun, times: &[i64], mut spare: OutputRows) -> Option<OutputRows> {
    let answered = run.said.ended_at.unwrap_or(run.said.rows);
    if run.outputs == 0 || answered == 0 {
        return None;
    }
    spare.times.clear();
    spare.times.extend_from_slice(&times[..answered]);
    spare.slots.resize_with(run.outputs, Vec::new);
    for (slot, values) in spare.slots.iter_mut().zip(run.said.columns_mut()) {
        std::mem::swap(slot, values);
        slot.truncate(answered);
    }
    Some(OutputRows { node, first_row: run.said.first, ..spare })
}

fn add(index: u32, node: &UnitNode, run: &mut NodeRun, times: &[i64], batch: &mut Batch) {
    let said = &run.said;
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
    let mut fault = said.fault.as_ref().map_or(none, |(row, _)| *row);
    loop {
        let next_fill = said.fills.get(fill).map_or(none, |(row, _)| *row);
        let next_detection = said.detections.get(detection).map_or(none, |said| said.row);
        let next_target = said.targets.get(target).map_or(none, |said| said.row);
        let next_outcome = said.outcomes.get(outcome).map_or(none, |(row, _)| *row);
        let row = next_fill.min(next_detection).min(next_target).min(next_outcome).min(fault);
        let at = usize::try_from(row.saturating_sub(said.first)).unwrap_or(usize::MAX);
        if at >= said.rows {
            break;
        }
        while let Some((_, filled)) = said.fills.get(fill).filter(|(of, _)| *of == row) {
            record(batch, at, filled.instrument, 0, What::Fill(*filled));
            fill += 1;
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
        while let Some((_, known)) = said.outcomes.get(outcome).filter(|(of, _)| *of == row) {
            record(batch, at, known.instrument, 0, What::Outcome(*known));
            outcome += 1;
        }
        if let Some((_, failed)) = said.fault.as_ref().filter(|_| fault == row) {
            record(batch, at, 0, 0, What::Fault(failed.kind));
            fault = none;
        }
    }
    run.sequence = sequence;
}
