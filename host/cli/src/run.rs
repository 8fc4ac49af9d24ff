//! `tapewright run`: plugins and data in, a run in the ledger, what was said on the screen.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::anyhow;
use tapewright_ledger::{Ledger, NewRun, SegmentWriter, UnitRow};
use tapewright_model::{Batch, Digest};
use tapewright_replay::{Graph, Progress, RunOptions, Sink, SinkError, UnitInfo, UnitResult};

use crate::args::{Args, Run};
use crate::failure::{Failure, Outcome};
use crate::grants::Grants;
use crate::job::{self, Job};
use crate::progress;
use crate::screen::Screen;
use crate::summary::{Summary, figures, figures_read};
use crate::{setting, show};

pub(crate) fn run(args: &Args, run: &Run) -> Result<Outcome, Failure> {
    let home = setting::home(args)?;
    let engine = setting::engine(&home)?;
    let ledger = Ledger::open(&home)?;
    let config = setting::config(args)?;
    let grants = Grants::new(&config, &run.grant_memory);
    let job = match run.resume {
        Some(kept) => {
            let job = Job::of(&engine, &ledger, job::number(&ledger, kept)?, &run.data)?;
            job.still_granted(&grants)?;
            job
        }
        None => Job::new(&engine, &ledger, run, &grants)?,
    };
    let threads = run.threads.or_else(|| std::thread::available_parallelism().ok()).map_or(1, usize::from);
    let progress = Arc::new(Progress::default());
    let options = RunOptions { push: run.push, threads, progress: Some(progress.clone()), ..RunOptions::default() };
    let graph = Graph::new(&job.request).map_err(|error| grants.explain(error))?;
    let key = job.request.key()?;
    let (id, finished) = match run.resume {
        Some(_) => (job.run, finished(&ledger, job.run, &key)?),
        None => {
            let provenance = serde_json::to_string(&job.provenance)?;
            (ledger.begin_run(&NewRun { key: &key, provenance: &provenance })?, BTreeMap::new())
        }
    };
    let span = tracing::info_span!("run", id);
    // a run that is killed must have told its number
    eprintln!("run {id} begun; if it is interrupted: tapewright run --resume {id}");
    let make = |unit: &UnitInfo| -> Result<Box<dyn Sink + Send + '_>, SinkError> {
        let segment = ledger.segment(unit.names())?;
        Ok(Box::new(UnitSink { ledger: &ledger, run: id, segment }))
    };
    let rows = progress::rows(&graph, &job.request.market, &finished);
    let result = span.in_scope(|| {
        progress::shown(&progress, rows, || tapewright_replay::run(&job.request, &graph, &options, &finished, &make))
    })?;
    ledger.finish_run(id, &result.digest)?;
    let mut screen = Screen::new();
    show::records(&mut screen, &ledger, id, &graph, &run.records)?;
    let summary = Summary::read(&ledger, id)?;
    if run.records.json {
        summary.json(&mut screen)?;
    } else {
        summary.text(&mut screen)?;
        screen.line(format!("next: tapewright report {id}"))?;
    }
    screen.finish()?;
    Ok(if summary.any_fault() { Outcome::PluginFailed } else { Outcome::Done })
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

/// Where one unit's records go: into its segment.
struct UnitSink<'a> {
    ledger: &'a Ledger,
    run: i64,
    segment: SegmentWriter,
}

impl Sink for UnitSink<'_> {
    fn batch(&mut self, batch: &Batch) -> Result<(), SinkError> {
        Ok(self.segment.add(batch)?)
    }

    fn finish(self: Box<Self>, result: &UnitResult) -> Result<(), SinkError> {
        let written = self.segment.finish(&result.digest)?;
        let row = UnitRow {
            key: result.key,
            digest: result.digest,
            records: result.records,
            segment: written.digest,
            outputs: written.outputs,
            figures: figures(&result.nodes).to_string(),
        };
        Ok(self.ledger.finish_unit(self.run, &row)?)
    }
}
