//! A run: its units spread over threads, each to its own sink, one digest over all.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Mutex, PoisonError};

use tapewright_model::{Batch, Digest, DigestWriter, Fault, SaidDigest, Time};

use crate::error::RunError;
use crate::graph::{Graph, Unit, UnitInfo};
use crate::request::{Request, RunOptions};
use crate::unit::{Ground, UnitRun};

/// Slabs that may be waiting to be kept: enough that neither side stands still, few enough to hold.
const BATCHES_AHEAD: usize = 2;

/// Why a sink could not keep something.
pub type SinkError = Box<dyn std::error::Error + Send + Sync>;

/// Where one unit's records go.
pub trait Sink {
    /// The records of one slab, in commit order.
    ///
    /// # Errors
    /// Stop the run.
    fn batch(&mut self, batch: &Batch) -> Result<(), SinkError>;

    /// The unit is done; nothing of it counts before.
    ///
    /// # Errors
    /// Stop the run.
    fn finish(self: Box<Self>, result: &UnitResult) -> Result<(), SinkError>;
}

/// Makes the sink of a unit, before the unit begins.
pub type MakeSink<'s> = dyn Fn(&UnitInfo) -> Result<Box<dyn Sink + Send + 's>, SinkError> + Sync + 's;

/// What became of a unit.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitResult {
    /// Names it within the run.
    pub key: Digest,
    /// Over everything that it said, in commit order.
    pub digest: Digest,
    /// How many records that is.
    pub records: u64,
    /// By node, in the unit's order.
    pub nodes: Vec<NodeStats>,
}

/// Figures of one node; none of them enters a digest.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeStats {
    /// Which node.
    pub label: String,
    /// Rows that it answered.
    pub rows: u64,
    /// Fuel that its instances used.
    pub fuel: u64,
    /// Why it ended before its last row.
    pub fault: Option<Fault>,
}

/// What became of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct RunResult {
    /// Over the sorted digests of its units.
    pub digest: Digest,
    /// In the order of their keys' units.
    pub units: Vec<UnitResult>,
}

/// Runs every unit that is not finished yet.
///
/// `finished` holds results of units that an earlier, killed run completed, by key; `sink` makes the sink
/// of a unit before it begins.
///
/// # Errors
/// The first error of any unit; units that were finished before it stay finished.
pub fn run<'s>(
    request: &Request,
    graph: &Graph,
    options: &RunOptions,
    finished: &BTreeMap<Digest, UnitResult>,
    sink: &MakeSink<'s>,
) -> Result<RunResult, RunError> {
    let order = options.unit_order.clone().unwrap_or_else(|| (0..graph.units.len()).collect());
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let done: Mutex<BTreeMap<usize, UnitResult>> = Mutex::default();
    let failed: Mutex<Option<RunError>> = Mutex::default();
    let work = || {
        while !stop.load(Ordering::Relaxed) {
            let Some(index) = order.get(next.fetch_add(1, Ordering::Relaxed)) else { return };
            let Some(unit) = graph.units.get(*index) else { continue };
            let result = match finished.get(&unit.info.key) {
                Some(result) => Ok(result.clone()),
                None => run_unit(request, unit, options, &stop, sink),
            };
            match result {
                Ok(result) => {
                    done.lock().unwrap_or_else(PoisonError::into_inner).insert(*index, result);
                }
                Err(error) => {
                    stop.store(true, Ordering::Relaxed);
                    failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                }
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..options.threads.min(graph.units.len()) {
            scope.spawn(work);
        }
        work();
    });
    if let Some(error) = failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(error);
    }
    let units: Vec<UnitResult> = done.into_inner().unwrap_or_else(PoisonError::into_inner).into_values().collect();
    let mut digests: Vec<Digest> = units.iter().map(|unit| unit.digest).collect();
    digests.sort_unstable();
    let mut writer = DigestWriter::new("tapewright run digest");
    digests.iter().for_each(|digest| {
        writer.digest(digest);
    });
    Ok(RunResult { digest: writer.finish(), units })
}

/// Where a unit's batches end: in its digest and in its sink.
struct Keep<'s> {
    said: SaidDigest,
    sink: Box<dyn Sink + Send + 's>,
}

impl<'s> Keep<'s> {
    fn new(unit: &UnitInfo, sink: Box<dyn Sink + Send + 's>) -> Keep<'s> {
        Keep { said: SaidDigest::new(&unit.names()), sink }
    }

    fn batch(&mut self, batch: &Batch) -> Result<(), RunError> {
        self.said.add(batch);
        Ok(self.sink.batch(batch)?)
    }
}

fn run_unit<'s>(
    request: &Request,
    unit: &Unit,
    options: &RunOptions,
    stop: &AtomicBool,
    sink: &MakeSink<'s>,
) -> Result<UnitResult, RunError> {
    let first = unit.info.nodes.first().map_or("", |node| node.label.as_str());
    let span = tracing::info_span!("unit", first);
    let _in_span = span.enter();
    let too_many = |error| RunError::TooMany { unit: first.to_owned(), error };
    let seats = request.engine.residency().reserve(unit.nodes.len()).map_err(too_many)?;
    let ground = Ground { request, options, unit };
    let all: BTreeSet<usize> = (0..unit.nodes.len()).collect();
    let mut run = UnitRun::new(ground, &all, &BTreeSet::new(), seats, false)?;
    let mut faults: Vec<Option<Fault>> = vec![None; unit.nodes.len()];
    let mut keep = Keep::new(&unit.info, sink(&unit.info)?);
    // what was said is hashed and written on a thread of its own while the next slab runs
    let kept = std::thread::scope(|scope| {
        let (to_keep, batches) = sync_channel::<Batch>(BATCHES_AHEAD);
        let (give_back, spare) = sync_channel::<Batch>(BATCHES_AHEAD + 1);
        let keeper = scope.spawn(move || -> Result<Keep<'s>, RunError> {
            for batch in batches {
                keep.batch(&batch)?;
                // nobody waits for it at the end
                let _ = give_back.try_send(batch);
            }
            Ok(keep)
        });
        loop {
            let mut batch = spare.try_recv().unwrap_or_default();
            if stop.load(Ordering::Relaxed) || !run.slab(Time::MAX, &mut batch)? {
                break;
            }
            for (kept, node) in faults.iter_mut().zip(run.nodes.iter().flatten()) {
                if let Some((_, fault)) = &node.said.fault {
                    *kept = Some(fault.clone());
                }
            }
            if let Some(progress) = &options.progress {
                progress.add(run.nodes.iter().flatten().map(|node| node.said.rows as u64).sum());
            }
            if !batch.is_empty() && to_keep.send(batch).is_err() {
                break;
            }
        }
        drop(to_keep);
        keeper.join().map_err(|_| RunError::Bug("the thread that keeps what was said panicked"))?
    })?;
    let Keep { said, sink } = kept;
    let (digest, records) = said.finish();
    let stats = unit.info.nodes.iter().zip(run.nodes.iter().flatten()).zip(faults);
    let nodes = stats.map(|((info, node), fault)| NodeStats {
        label: info.label.clone(),
        rows: node.answered,
        fuel: node.fuel(),
        fault,
    });
    let result = UnitResult { key: unit.info.key, digest, records, nodes: nodes.collect() };
    if !stop.load(Ordering::Relaxed) {
        sink.finish(&result)?;
    }
    Ok(result)
}
