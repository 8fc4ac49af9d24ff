//! `tapewright check`: what can be proved about a plugin by showing it rows.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, anyhow};
use serde_json::json;
use tapewright_build::{Builder, Install};
use tapewright_engine::{Engine, Limits, Opening, Plugin};
use tapewright_market::{Market, OpenOptions, SynthOptions, is_price, synth};
use tapewright_model::{Column, Digest, Entry, Kind, Plan, Symbol};
use tapewright_proof::{Checked, Line, Property, Subject, Verdict, check as prove};
use tapewright_replay::{Binding, Graph, Request};
use tapewright_report::{ProofLine, proof_page};

use crate::args::{Args, Check};
use crate::failure::{Failure, Outcome};
use crate::grants::Grants;
use crate::plugin_ref::{self, PluginRef};
use crate::screen::Screen;
use crate::setting;
use crate::summary::table;

/// Rows that it is shown: more than one push may carry.
const ROWS_MAX: usize = 70_000;
/// The market that is made when none is named: minutes of sixty sessions.
const MADE: SynthOptions = SynthOptions { seed: 7, symbols: 2, days: 60, minutes: true, null: false, chains: false };
/// Instruments of a panel.
const PANEL_MAX: usize = 8;

pub(crate) fn check(args: &Args, wanted: &Check) -> Result<Outcome, Failure> {
    let reference = PluginRef::parse(&wanted.plugin)?;
    let engine = setting::engine(&setting::home(args)?)?;
    let (plugin, bytes) = plugin_ref::load(&engine, &reference.path)?;
    let alias = reference.alias()?;
    let config = setting::config(args)?;
    let grants = Grants::new(&config, &[]);
    let granted = grants.of(&plugin.digest(), &alias);
    let limits = Limits { memory_bytes_granted: granted.memory_bytes, ..Limits::default() };
    let mut entries = plugin_ref::entries(&plugin, &alias, &limits)?;
    if reference.entry.is_some() || wanted.kind.is_some() {
        entries = vec![plugin_ref::choose(entries, &reference, wanted.kind.map(Kind::from))?];
    }
    let market = Arc::new(market(args, wanted)?);
    let mut found = Vec::new();
    for (kind, entry) in entries {
        let given = wanted.params.iter().map(|text| plugin_ref::pair(text)).collect::<Result<Vec<_>, _>>()?;
        let params = plugin_ref::params(&entry, &given)?;
        let binding = Binding {
            alias: alias.clone(),
            plugin: plugin.clone(),
            kind,
            entry: entry.name.clone(),
            panel: entry.panel,
            params,
            limits,
        };
        let checked = of_entry(&engine, &market, binding, &entry, wanted).map_err(|failure| failure.at(&entry.name))?;
        found.push((format!("{kind} {}", entry.name), checked));
    }
    let source = wanted.source.as_ref().map(|folder| of_source(folder, &bytes)).transpose()?;
    tell(wanted, &plugin, &found, source.as_ref())?;
    let passed =
        found.iter().all(|(_, checked)| checked.passed()) && source.is_none_or(|line| line.verdict != Verdict::Fail);
    Ok(if passed { Outcome::Done } else { Outcome::PluginFailed })
}

/// The data that was named, or a made market.
fn market(args: &Args, wanted: &Check) -> Result<Market, Failure> {
    if wanted.data.is_empty() {
        let made = synth(&MADE).map(|made| made.map(|made| (made.symbol, made.frame)));
        return Ok(Market::new(made.collect::<Result<Vec<_>, _>>()?));
    }
    let paths = wanted.data.iter().map(|path| setting::data(args, path)).collect::<Result<Vec<_>, _>>()?;
    Ok(Market::open(&paths, &OpenOptions { timeframe: wanted.timeframe, ..OpenOptions::default() })?)
}

fn of_entry(
    engine: &Engine,
    market: &Arc<Market>,
    binding: Binding,
    entry: &Entry,
    wanted: &Check,
) -> Result<Checked, Failure> {
    let mut symbols: Vec<Symbol> = match &wanted.symbols[..] {
        [] => market.symbols().take(if entry.panel { PANEL_MAX } else { 1 }).cloned().collect(),
        named => named.iter().map(|text| Symbol::new(text)).collect::<Result<_, _>>()?,
    };
    symbols.sort();
    symbols.dedup();
    let (plugin, kind, params, alias) =
        (binding.plugin.clone(), binding.kind, binding.params.clone(), binding.alias.clone());
    let limits = binding.limits;
    let request = Request {
        engine: engine.clone(),
        bindings: vec![binding],
        market: Arc::clone(market),
        symbols,
        cash: 100_000.0,
    };
    let graph = Graph::new(&request).map_err(|error| {
        let hint = if wanted.data.is_empty() { "\nhint: name data that has it with --data" } else { "" };
        Failure::from(error).hinted(hint)
    })?;
    let node = graph.units().flat_map(|unit| &unit.nodes).next();
    let node = node.ok_or_else(|| Failure::input(anyhow!("there is no instrument to show it")))?;
    let shown = tapewright_replay::shown(&request, &graph, &node.label, ROWS_MAX)?;
    let shown = shown.ok_or_else(|| Failure::bug(anyhow!("the graph lost {}", node.label)))?;
    let opening = Opening {
        plugin: &alias,
        kind,
        entry: &entry.name,
        symbols: &node.symbols,
        params: &params,
        artefact: None,
        limits: &limits,
    };
    let prices = wanted.blind.then(|| prices(&node.plan, shown.columns.len()));
    Ok(prove(Subject { plugin: &plugin, opening, shown: &shown }, prices.as_deref())?)
}

/// Which of the shown columns are in units of the price.
fn prices(plan: &Plan, columns: usize) -> Vec<bool> {
    let is_price = |column: &Column| matches!(column, Column::Data { name, .. } if is_price(name));
    let each = columns / plan.columns.len().max(1);
    plan.columns.iter().flat_map(|column| std::iter::repeat_n(is_price(column), each)).collect()
}

/// Whether the crate in a folder builds into these very bytes.
fn of_source(folder: &Path, bytes: &[u8]) -> Result<Line, Failure> {
    let out = tempfile::tempdir().context("a folder to build in").map_err(Failure::input)?;
    let built = Builder::new(Install::Never)?.build(folder, &[], out.path())?;
    let wanted = Digest::of_file(bytes);
    let mut others = Vec::new();
    for component in &built {
        let made = std::fs::read(&component.path).with_context(|| component.path.display().to_string());
        let digest = Digest::of_file(&made.map_err(Failure::input)?);
        if digest == wanted {
            return Ok(Line::pass(Property::Source, format!("{} builds into {}", folder.display(), digest.short())));
        }
        others.push(format!("{} into {}", component.package, digest.short()));
    }
    let why = format!("{} builds {}, this is {}", folder.display(), others.join(", "), wanted.short());
    Ok(Line::fail(Property::Source, why))
}

fn tell(wanted: &Check, plugin: &Plugin, found: &[(String, Checked)], source: Option<&Line>) -> Result<(), Failure> {
    let mut screen = Screen::new();
    if wanted.json {
        let entries: Vec<_> = found
            .iter()
            .map(|(entry, checked)| json!({ "entry": entry, "passed": checked.passed(), "checked": checked }))
            .collect();
        let all = json!({ "digest": plugin.digest().to_string(), "entries": entries, "source": source });
        screen.line(format!("{all:#}"))?;
    } else {
        text(&mut screen, found, source)?;
    }
    if let Some(path) = &wanted.html {
        let title = format!("{} {}", wanted.plugin, plugin.digest().short());
        let line = |entry: &str, line: &Line| ProofLine {
            entry: entry.to_owned(),
            property: line.property.name().to_owned(),
            passed: match line.verdict {
                Verdict::Pass => Some(true),
                Verdict::Fail => Some(false),
                Verdict::Told => None,
            },
            why: line.why.clone(),
        };
        let mut lines: Vec<ProofLine> = Vec::new();
        for (entry, checked) in found {
            lines.extend(checked.lines.iter().map(|of| line(entry, of)));
        }
        lines.extend(source.map(|of| line("", of)));
        std::fs::write(path, proof_page(&title, &lines))
            .with_context(|| path.display().to_string())
            .map_err(Failure::input)?;
        if !wanted.json {
            screen.line(format!("\npage: {}", path.display()))?;
        }
    }
    screen.finish()
}

fn text(screen: &mut Screen, found: &[(String, Checked)], source: Option<&Line>) -> Result<(), Failure> {
    let word = |line: &Line| match line.verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "FAIL",
        Verdict::Told => "–",
    };
    for (entry, checked) in found {
        screen.line(format!("{entry}, shown {} rows", checked.rows))?;
        for line in &checked.lines {
            screen.line(format!("  {:<16} {:<5} {}", line.property.name(), word(line), line.why))?;
        }
        let needs_more = checked.memory.iter().any(|row| row.alike < row.tried);
        if needs_more {
            let mut rows = table(["rows of history", "answers alike", "furthest off"]);
            for row in &checked.memory {
                let off = if row.off_max.is_nan() { "–".to_owned() } else { format!("{:.1e}", row.off_max) };
                rows.add_row([row.rows.to_string(), format!("{} of {}", row.alike, row.tried), off]);
            }
            screen.line("")?;
            screen.line(rows.trim_fmt())?;
        }
        screen.line("")?;
    }
    if let Some(line) = source {
        screen.line(format!("  {:<16} {:<5} {}", line.property.name(), word(line), line.why))?;
    }
    let failed = found.iter().flat_map(|(_, checked)| &checked.lines).chain(source);
    match failed.filter(|line| line.verdict == Verdict::Fail).count() {
        0 => screen.line("nothing failed"),
        1 => screen.line("1 property failed"),
        many => screen.line(format!("{many} properties failed")),
    }
}
