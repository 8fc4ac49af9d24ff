//! `tapewright run`: plugins and data in, a run in the ledger, what was said on the screen.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, anyhow};
use serde_json::{Value, json};
use tapewright_engine::{Engine, HOST_SEMANTICS, Limits};
use tapewright_ledger::{Labels, Ledger, NewRun, SegmentWriter, UnitRow};
use tapewright_market::{Market, read_csv};
use tapewright_model::{Batch, Digest, Fault, Kind, Symbol};
use tapewright_replay::{
    Binding, Graph, NodeStats, Request, RunOptions, RunResult, Sink, SinkError, UnitInfo, UnitResult,
};

use crate::args::{Args, Run};
use crate::failure::{Failure, Outcome};
use crate::plugin_ref::{self, PluginRef, pair};
use crate::provenance::{PluginLine, Provenance};
use crate::records::Shown;
use crate::setting;

pub(crate) fn run(args: &Args, run: &Run) -> Result<Outcome, Failure> {
    let home = setting::home(args)?;
    let engine = setting::engine(&home)?;
    let ledger = Ledger::open(&home)?;
    let job = match run.resume {
        Some(id) => Job::resume(&engine, &ledger, id)?,
        None => Job::new(&engine, &ledger, run)?,
    };
    let threads = run.threads.or_else(|| std::thread::available_parallelism().ok().map(usize::from)).unwrap_or(1);
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
    let skipped = finished.len();
    let shown: Mutex<BTreeMap<Digest, Shown>> = Mutex::default();
    let max = if run.json { usize::MAX } else { run.show };
    let make = |unit: &UnitInfo| -> Result<Box<dyn Sink + '_>, SinkError> {
        let segment = ledger.segment(labels(unit))?;
        Ok(Box::new(UnitSink { ledger: &ledger, run: id, segment, shown: Shown::new(unit, max), all: &shown }))
    };
    let result = tapewright_replay::run(&job.request, &graph, &options, &finished, &make)?;
    ledger.finish_run(id, &result.digest)?;
    let shown = shown.into_inner().unwrap_or_else(PoisonError::into_inner);
    let shown: Vec<&Shown> = graph.units().filter_map(|unit| shown.get(&unit.key)).collect();
    let report = Report { id, key, skipped, result: &result, shown: &shown, ledger: &ledger };
    if run.json { report.json() } else { report.text(run.show) }
    let failed = result.units.iter().flat_map(|unit| &unit.nodes).any(|node| node.fault.is_some());
    Ok(if failed { Outcome::PluginFailed } else { Outcome::Done })
}

/// A request and how it can be made again.
struct Job {
    request: Request,
    provenance: Provenance,
}

impl Job {
    fn new(engine: &Engine, ledger: &Ledger, run: &Run) -> Result<Job, Failure> {
        let mut limits = Limits::default();
        limits.fuel_per_call = run.fuel_per_call.unwrap_or(limits.fuel_per_call);
        limits.memory_bytes_granted = run.grant_memory.map_or(limits.memory_bytes_granted, |mib| mib << 20).max(limits.memory_bytes);
        if !(run.cash.is_finite() && run.cash > 0.0) {
            return Err(Failure::input(anyhow!("--cash {}: wanted a positive number", run.cash)));
        }
        let mut chosen = Vec::new();
        for text in &run.plugins {
            let reference = PluginRef::parse(text)?;
            let (plugin, bytes) = plugin_ref::load(engine, &reference.path)?;
            let alias = reference.alias()?;
            let entries = plugin_ref::entries(&plugin, &alias, &limits)?;
            let (kind, entry) = plugin_ref::choose(entries, &reference, run.kind.map(Kind::from))?;
            let name = reference.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            ledger.add_plugin(&plugin.digest(), &name, &bytes)?;
            chosen.push((reference, alias, plugin, kind, entry));
        }
        let mut given = Given::parse(&run.params)?;
        let (mut bindings, mut lines) = (Vec::new(), Vec::new());
        for (reference, alias, plugin, kind, entry) in chosen {
            let pairs = given.of(&alias, entry.params.iter().map(|param| param.name.as_str()));
            let params = plugin_ref::params(&entry, &pairs)?;
            lines.push(PluginLine {
                alias: alias.clone(),
                file: reference.path.display().to_string(),
                digest: plugin.digest().to_string(),
                kind: kind.to_string(),
                entry: entry.name.clone(),
                params: params.iter().map(|param| (param.name.clone(), param.value.to_string())).collect(),
            });
            bindings.push(Binding { alias, plugin, kind, entry: entry.name, panel: entry.panel, params });
        }
        given.all_used()?;
        let symbol = run.symbol.as_deref().map(Symbol::new).transpose()?;
        let market = Arc::new(market(&run.data, symbol.as_ref())?);
        let symbols = if run.symbols.is_empty() {
            market.symbols().cloned().collect()
        } else {
            let mut symbols = run.symbols.iter().map(|text| Symbol::new(text)).collect::<Result<Vec<_>, _>>()?;
            symbols.sort();
            symbols.dedup();
            symbols
        };
        let data = run.data.iter().map(|path| std::path::absolute(path).unwrap_or_else(|_| path.clone())).collect();
        let provenance = Provenance {
            tapewright: env!("CARGO_PKG_VERSION").to_owned(),
            host_semantics: HOST_SEMANTICS,
            engine: engine.digest().to_string(),
            plugins: lines,
            data,
            symbol: run.symbol.clone(),
            market: market.digest().to_string(),
            symbols: symbols.iter().map(ToString::to_string).collect(),
            cash: run.cash,
            fuel_per_call: limits.fuel_per_call,
            memory_bytes: limits.memory_bytes,
            memory_bytes_granted: limits.memory_bytes_granted,
        };
        let request = Request { engine: engine.clone(), bindings, market, symbols, limits, cash: run.cash };
        Ok(Job { request, provenance })
    }

    fn resume(engine: &Engine, ledger: &Ledger, id: i64) -> Result<Job, Failure> {
        let row = ledger.run(id)?;
        let provenance: Provenance = serde_json::from_str(&row.provenance)?;
        let limits = Limits {
            fuel_per_call: provenance.fuel_per_call,
            memory_bytes: provenance.memory_bytes,
            memory_bytes_granted: provenance.memory_bytes_granted,
        };
        let mut bindings = Vec::new();
        for line in &provenance.plugins {
            let digest: Digest = line.digest.parse().context("the run's provenance").map_err(Failure::input)?;
            let (plugin, _) = plugin_ref::load(engine, &ledger.plugin_path(&digest))?;
            if plugin.digest() != digest {
                return Err(Failure::input(anyhow!("the kept component of `{}` is damaged\nhint: run it anew", line.alias)));
            }
            let kind = if line.kind == "strategy" { Kind::Strategy } else { Kind::Detector };
            let reference = PluginRef { alias: None, path: line.file.clone().into(), entry: Some(line.entry.clone()) };
            let (kind, entry) = plugin_ref::choose(plugin_ref::entries(&plugin, &line.alias, &limits)?, &reference, Some(kind))?;
            let params = plugin_ref::params(&entry, &line.params)?;
            bindings.push(Binding { alias: line.alias.clone(), plugin, kind, entry: entry.name, panel: entry.panel, params });
        }
        let symbol = provenance.symbol.as_deref().map(Symbol::new).transpose()?;
        let market = Arc::new(market(&provenance.data, symbol.as_ref())?);
        if market.digest().to_string() != provenance.market {
            return Err(Failure::input(anyhow!("the data of run {id} has changed since\nhint: run it anew")));
        }
        let symbols = provenance.symbols.iter().map(|text| Symbol::new(text)).collect::<Result<Vec<_>, _>>()?;
        let cash = provenance.cash;
        let request = Request { engine: engine.clone(), bindings, market, symbols, limits, cash };
        Ok(Job { request, provenance })
    }
}

/// `--param` by name, and by alias and name; each must be used by some plugin.
struct Given {
    pairs: Vec<(Option<String>, String, String, bool)>,
}

impl Given {
    fn parse(texts: &[String]) -> Result<Given, Failure> {
        let parse = |text: &String| {
            let (name, value) = pair(text)?;
            Ok(match name.split_once('.') {
                Some((alias, name)) => (Some(alias.to_owned()), name.to_owned(), value, false),
                None => (None, name, value, false),
            })
        };
        Ok(Given { pairs: texts.iter().map(parse).collect::<Result<_, Failure>>()? })
    }

    /// What concerns a plugin; what is said for its alias goes before what is said for all.
    fn of<'a>(&mut self, alias: &str, declared: impl Iterator<Item = &'a str>) -> Vec<(String, String)> {
        let declared: Vec<&str> = declared.collect();
        let mut pairs: Vec<(bool, String, String)> = Vec::new();
        for (of, name, value, used) in &mut self.pairs {
            let mine = of.as_deref() == Some(alias);
            if mine || (of.is_none() && declared.contains(&name.as_str())) {
                *used = true;
                pairs.push((mine, name.clone(), value.clone()));
            }
        }
        let named: Vec<String> = pairs.iter().filter(|(mine, ..)| *mine).map(|(_, name, _)| name.clone()).collect();
        pairs.retain(|(mine, name, _)| *mine || !named.contains(name));
        pairs.into_iter().map(|(_, name, value)| (name, value)).collect()
    }

    fn all_used(&self) -> Result<(), Failure> {
        match self.pairs.iter().find(|(.., used)| !used) {
            None => Ok(()),
            Some((alias, name, value, _)) => {
                let name = alias.as_ref().map_or(name.clone(), |alias| format!("{alias}.{name}"));
                Err(Failure::input(anyhow!("--param {name}={value}: no plugin of this run takes it\nhint: `tapewright inspect` shows what each takes")))
            }
        }
    }
}

fn market(data: &[PathBuf], symbol: Option<&Symbol>) -> Result<Market, Failure> {
    let mut frames = BTreeMap::new();
    let mut from: BTreeMap<Symbol, &Path> = BTreeMap::new();
    for path in data {
        for (symbol, frame) in read_csv(path, symbol)? {
            if let Some(before) = from.insert(symbol.clone(), path) {
                return Err(Failure::input(anyhow!("{symbol} is in {} and in {}\nhint: put it into one file", before.display(), path.display())));
            }
            frames.insert(symbol, frame);
        }
    }
    Ok(Market::new(frames))
}

fn labels(unit: &UnitInfo) -> Labels {
    let node = |node: &tapewright_replay::NodeInfo| {
        let patterns = node.plan.patterns.iter().map(|pattern| pattern.name.clone()).collect();
        (node.label.clone(), patterns, node.plan.reasons.clone())
    };
    Labels { symbols: unit.symbols.iter().map(ToString::to_string).collect(), nodes: unit.nodes.iter().map(node).collect() }
}

/// The units that are done: in the database, and with their segment in its place.
fn finished(ledger: &Ledger, id: i64, key: &Digest) -> Result<BTreeMap<Digest, UnitResult>, Failure> {
    if ledger.run(id)?.key != *key {
        return Err(Failure::input(anyhow!("run {id} was made by another version of Tapewright\nhint: run it anew")));
    }
    let mut finished = BTreeMap::new();
    for unit in ledger.units(id)?.into_iter().filter(|unit| ledger.segment_path(&unit.digest).exists()) {
        let nodes = figures_read(&unit.figures).ok_or_else(|| Failure::bug(anyhow!("unit {} has figures that do not read", unit.key)))?;
        finished.insert(unit.key, UnitResult { key: unit.key, digest: unit.digest, records: unit.records, nodes });
    }
    Ok(finished)
}

fn figures(nodes: &[NodeStats]) -> Value {
    let node = |node: &NodeStats| {
        json!({ "label": node.label, "rows": node.rows, "fuel": node.fuel, "fault": node.fault.as_ref().map(fault_json) })
    };
    nodes.iter().map(node).collect()
}

fn fault_json(fault: &Fault) -> Value {
    json!({
        "kind": fault.kind.word(), "plugin": fault.plugin, "digest": fault.digest.to_string(), "export": fault.export,
        "symbol": fault.symbol, "row": fault.row.map(|(row, _)| row), "known_time": fault.row.map(|(_, time)| time.0), "detail": fault.detail,
    })
}

fn figures_read(text: &str) -> Option<Vec<NodeStats>> {
    let value: Value = serde_json::from_str(text).ok()?;
    let node = |value: &Value| {
        let fault = &value["fault"];
        let fault = if fault.is_null() { None } else { Some(fault_read(fault)?) };
        Some(NodeStats { label: value["label"].as_str()?.to_owned(), rows: value["rows"].as_u64()?, fuel: value["fuel"].as_u64()?, fault })
    };
    value.as_array()?.iter().map(node).collect()
}

fn fault_read(value: &Value) -> Option<Fault> {
    use tapewright_model::{FaultKind, Time};
    let text = |name: &str| value[name].as_str().map(ToOwned::to_owned);
    let exports = ["push", "learn", "open", "catalog", "instantiate"];
    Some(Fault {
        kind: FaultKind::ALL.into_iter().find(|kind| Some(kind.word()) == value["kind"].as_str())?,
        plugin: text("plugin")?,
        digest: text("digest")?.parse().ok()?,
        export: exports.into_iter().find(|export| Some(*export) == value["export"].as_str())?,
        symbol: text("symbol")?,
        row: value["row"].as_u64().zip(value["known_time"].as_i64().map(Time)),
        detail: text("detail")?,
    })
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
        self.segment.finish(&result.digest)?;
        let figures = figures(&result.nodes).to_string();
        let row = UnitRow { key: result.key, digest: result.digest, records: result.records, figures };
        self.ledger.finish_unit(self.run, &row)?;
        self.all.lock().unwrap_or_else(PoisonError::into_inner).insert(result.key, self.shown);
        Ok(())
    }
}

/// What the user reads.
struct Report<'a> {
    id: i64,
    key: Digest,
    skipped: usize,
    result: &'a RunResult,
    shown: &'a [&'a Shown],
    ledger: &'a Ledger,
}

impl Report<'_> {
    fn nodes(&self) -> impl Iterator<Item = &NodeStats> {
        self.result.units.iter().flat_map(|unit| &unit.nodes)
    }

    fn text(&self, max: usize) {
        let total: usize = self.shown.iter().map(|shown| shown.total).sum();
        let mut lines = self.shown.iter().flat_map(|shown| shown.records.iter().map(|(record, values)| shown.line(record, values)));
        let mut table = table(["known time", "node", "symbol", "what", "said"]);
        for line in lines.by_ref().take(max) {
            table.add_row(line);
        }
        if table.row_count() > 0 {
            println!("{table}");
        }
        if total > max {
            println!("… and {} more; --show N shows more, --json all\n", total - max);
        }
        let mut table = self::table(["node", "rows", "fuel per row", "ended"]);
        for node in self.nodes() {
            let ended = node.fault.as_ref().map_or(String::new(), |fault| match fault.row {
                Some((row, time)) => format!("{} at row {row} ({time})", fault.kind),
                None => fault.kind.to_string(),
            });
            table.add_row([node.label.clone(), node.rows.to_string(), per_row(node).map_or("-".to_owned(), |fuel| format!("{fuel:.1}")), ended]);
        }
        println!("{table}");
        for fault in self.nodes().filter_map(|node| node.fault.as_ref()) {
            println!("fault: {fault}");
        }
        if self.skipped > 0 {
            println!("{} units were finished before and are not shown", self.skipped);
        }
        println!("run {}  digest {}", self.id, self.result.digest);
        println!("segments in {}", self.ledger.home().join("segments").display());
    }

    fn json(&self) {
        for shown in self.shown {
            for (record, values) in &shown.records {
                println!("{}", shown.json(record, values));
            }
        }
        let unit = |unit: &UnitResult| {
            let nodes = unit.nodes.iter().map(|node| {
                json!({ "label": node.label, "rows": node.rows, "fuel": node.fuel, "fuel_per_row": per_row(node),
                    "fault": node.fault.as_ref().map(fault_json) })
            });
            json!({ "key": unit.key.to_string(), "digest": unit.digest.to_string(), "records": unit.records,
                "segment": self.ledger.segment_path(&unit.digest), "nodes": nodes.collect::<Vec<_>>() })
        };
        let units: Vec<Value> = self.result.units.iter().map(unit).collect();
        println!("{}", json!({ "what": "run", "run": self.id, "key": self.key.to_string(), "digest": self.result.digest.to_string(), "units": units }));
    }
}

fn per_row(node: &NodeStats) -> Option<f64> {
    (node.rows > 0).then(|| node.fuel as f64 / node.rows as f64)
}

fn table<const N: usize>(header: [&str; N]) -> comfy_table::Table {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING).set_header(header);
    table
}
