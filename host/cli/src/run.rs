//! `tapewright run`: plugins and data in, a run in the ledger, what was said on the screen.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use anyhow::anyhow;
use tapewright_ledger::{Labels, Ledger, NewRun, SegmentWriter, UnitRow};
use tapewright_model::{Batch, Digest};
use tapewright_replay::{Graph, RunOptions, Sink, SinkError, UnitInfo, UnitResult};

use crate::args::{Args, Run};
use crate::failure::{Failure, Outcome};
use crate::job::Job;
use crate::records::Shown;
use crate::report::{Report, figures, figures_read};
use crate::screen::Screen;
use crate::setting;

pub(crate) fn run(args: &Args, run: &Run) -> Result<Outcome, Failure> {
    let home = setting::home(args)?;
    let engine = setting::engine(&home)?;
    let ledger = Ledger::open(&home)?;
    let job = match run.resume {
        Some(id) => Job::resume(&engine, &ledger, id)?,
        None => Job::new(&engine, &ledger, run)?,
    };
    let threads = run.threads.or_else(|| std::thread::available_parallelism().ok()).map_or(1, usize::from);
    let options = RunOptions { push: run.push, threads, ..RunOptions::default() };
    let graph = Graph::new(&job.request)?;
    let key = job.request.key();
    let (id, finished) = match run.resume {
        Some(id) => (id, finished(&ledger, id, &key)?),
        None => {
            let provenance = serde_json::to_string(&job.provenance)?;
            (ledger.begin_run(&NewRun { key: &key, provenance: &provenance })?, BTreeMap::new())
        }
    };
    // a run that is killed must have told its number
    eprintln!("run {id} begun; if it is interrupted: tapewright run --resume {id}");
    let skipped = finished.len();
    let shown: Mutex<BTreeMap<Digest, Shown>> = Mutex::default();
    let max = if run.json { usize::MAX } else { run.show };
    let make = |unit: &UnitInfo| -> Result<Box<dyn Sink + '_>, SinkError> {
        let segment = ledger.segment(labels(unit))?;
        Ok(Box::new(UnitSink {
            ledger: &ledger,
            run: id,
            segment,
            shown: Shown::new(unit, max, run.columns),
            all: &shown,
        }))
    };
    let result = tapewright_replay::run(&job.request, &graph, &options, &finished, &make)?;
    ledger.finish_run(id, &result.digest)?;
    let shown = shown.into_inner().unwrap_or_else(PoisonError::into_inner);
    let shown: Vec<&Shown> = graph.units().filter_map(|unit| shown.get(&unit.key)).collect();
    let report = Report { id, key, skipped, result: &result, shown: &shown, ledger: &ledger };
    let mut screen = Screen::new();
    if run.json { report.json(&mut screen) } else { report.text(&mut screen, run.show) }?;
    screen.finish()?;
    let failed = result.units.iter().flat_map(|unit| &unit.nodes).any(|node| node.fault.is_some());
    Ok(if failed { Outcome::PluginFailed } else { Outcome::Done })
}

fn labels(unit: &UnitInfo) -> Labels {
    let node = |node: &tapewright_replay::NodeInfo| {
        let patterns = node.plan.patterns.iter().map(|pattern| pattern.name.clone()).collect();
        (node.label.clone(), patterns, node.plan.reasons.clone())
    };
    Labels {
        symbols: unit.symbols.iter().map(ToString::to_string).collect(),
        nodes: unit.nodes.iter().map(node).collect(),
    }
}

/// The units that are done: in the database, and with their segment whole in its place.
fn finished(ledger: &Ledger, id: i64, key: &Digest) -> Result<BTreeMap<Digest, UnitResult>, Failure> {
    if ledger.run(id)?.key != *key {
        return Err(Failure::input(anyhow!("run {id} was made by another version of Tapewright\nhint: run it anew")));
    }
    let mut finished = BTreeMap::new();
    for unit in ledger.units(id)?.into_iter().filter(|unit| ledger.is_whole(unit)) {
        let nodes = figures_read(&unit.figures)
            .ok_or_else(|| Failure::bug(anyhow!("unit {} has figures that do not read", unit.key)))?;
        finished.insert(unit.key, UnitResult { key: unit.key, digest: unit.digest, records: unit.records, nodes });
    }
    Ok(finished)
}

/// Where one unit's records go: into its segment, and onto the screen.
struct UnitSink<'a> {
    ledger: &'a Ledger,
    run: i64,
    segment: SegmentWriter,
    shown: Shown,
    all: &'a Mutex<BTreeMap<Digest, Shown>>,
}

impl Sink for UnitSink<'_> {
    fn batch(&mut self, batch: &Batch) -> Result<(), SinkError> {
        self.shown.add(batch);
        Ok(self.segment.add(batch)?)
    }

    fn finish(self: Box<Self>, result: &UnitResult) -> Result<(), SinkError> {
        let segment = self.segment.finish(&result.digest)?;
        let figures = figures(&result.nodes).to_string();
        let row = UnitRow { key: result.key, digest: result.digest, records: result.records, segment, figures };
        self.ledger.finish_unit(self.run, &row)?;
        self.all.lock().unwrap_or_else(PoisonError::into_inner).insert(result.key, self.shown);
        Ok(())
    }
}
