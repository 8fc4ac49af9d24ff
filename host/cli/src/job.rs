//! A run's request: made of what was typed, or of what the ledger kept of a run that was killed.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, anyhow};
use tapewright_engine::{Engine, HOST_SEMANTICS, Limits};
use tapewright_ledger::Ledger;
use tapewright_market::{Adjust, Market, OpenOptions, Remote, Span};
use tapewright_model::{Digest, Kind, Symbol, Time, Timeframe};
use tapewright_replay::{Binding, Request};

use crate::args::{Kept, Run, RunRef};
use crate::failure::Failure;
use crate::grants::Grants;
use crate::plugin_ref::{self, PluginRef, pair};
use crate::provenance::{PluginLine, Provenance};
use crate::setting;

/// A request and how it can be made again.
pub(crate) struct Job {
    pub(crate) request: Request,
    pub(crate) provenance: Provenance,
    /// Number of the run that it was made of; 0 before there is one.
    pub(crate) run: i64,
}

impl Job {
    pub(crate) fn new(engine: &Engine, ledger: &Ledger, run: &Run, grants: &Grants<'_>) -> Result<Job, Failure> {
        let mut limits = Limits::default();
        limits.fuel_per_call = run.fuel_per_call.unwrap_or(limits.fuel_per_call);
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
            let granted = grants.of(&plugin.digest(), &alias);
            let limits = Limits { memory_bytes_granted: granted.memory_bytes, ..limits };
            lines.push(PluginLine {
                alias: alias.clone(),
                file: reference.path.display().to_string(),
                digest: plugin.digest().to_string(),
                kind: kind.to_string(),
                entry: entry.name.clone(),
                params: params.iter().map(|param| (param.name.clone(), param.value.to_string())).collect(),
                memory_bytes_granted: Some(granted.memory_bytes),
                granted_by: granted.by,
            });
            bindings.push(Binding { alias, plugin, kind, entry: entry.name, panel: entry.panel, params, limits });
        }
        given.all_used()?;
        grants.all_used(&bindings.iter().map(|binding| binding.alias.as_str()).collect::<Vec<_>>())?;
        let symbol = run.symbol.as_deref().map(Symbol::new).transpose()?;
        let adjust = run.adjust.into();
        let span = span(run.from, run.to)?;
        let market =
            Market::open(&here(ledger, &run.data)?, &OpenOptions { symbol, span, timeframe: run.timeframe, adjust })?;
        let market = Arc::new(market);
        let symbols = if run.symbols.is_empty() {
            market.symbols().cloned().collect()
        } else {
            let mut symbols = run.symbols.iter().map(|text| Symbol::new(text)).collect::<Result<Vec<_>, _>>()?;
            symbols.sort();
            symbols.dedup();
            symbols
        };
        choose_bars(&market, &symbols, run)?;
        let whole = |path: &PathBuf| std::path::absolute(path).ok().filter(|_| !Remote::is_url(path));
        let data = run.data.iter().map(|path| whole(path).unwrap_or_else(|| path.clone())).collect();
        let provenance = Provenance {
            tapewright: env!("CARGO_PKG_VERSION").to_owned(),
            host_semantics: HOST_SEMANTICS,
            engine: engine.digest().to_string(),
            plugins: lines,
            data,
            symbol: run.symbol.clone(),
            from: run.from.map(|time| time.to_string()),
            to: run.to.map(|time| time.to_string()),
            timeframe: run.timeframe.map(|timeframe| timeframe.to_string()),
            adjust: Some(run.adjust),
            market: market.digest()?.to_string(),
            symbols: symbols.iter().map(ToString::to_string).collect(),
            cash: run.cash,
            fuel_per_call: limits.fuel_per_call,
            memory_bytes: limits.memory_bytes,
            memory_bytes_granted: None,
        };
        let request = Request { engine: engine.clone(), bindings, market, symbols, cash: run.cash };
        Ok(Job { request, provenance, run: 0 })
    }

    /// The job of a run that is kept.
    pub(crate) fn kept(engine: &Engine, ledger: &Ledger, kept: &Kept) -> Result<Job, Failure> {
        let id = number(ledger, kept.run)?;
        Job::of(engine, ledger, id, &kept.data)
    }

    /// The job of a run by number, with its data where it was or where it lies now.
    pub(crate) fn of(engine: &Engine, ledger: &Ledger, id: i64, data: &[PathBuf]) -> Result<Job, Failure> {
        let row = ledger.run(id)?;
        let provenance: Provenance = serde_json::from_str(&row.provenance)?;
        let limits = Limits {
            fuel_per_call: provenance.fuel_per_call,
            memory_bytes: provenance.memory_bytes,
            memory_bytes_granted: provenance.memory_bytes_granted.unwrap_or(provenance.memory_bytes),
        };
        let mut bindings = Vec::new();
        for line in &provenance.plugins {
            let digest: Digest = line.digest.parse().context("the run's provenance").map_err(Failure::input)?;
            let path = ledger.plugin_path(&digest);
            let kept = ledger.plugin(&digest).ok_or_else(|| {
                let (alias, path) = (&line.alias, path.display());
                Failure::input(anyhow!(
                    "the kept component of `{alias}` is missing or damaged: {path}\nhint: run it anew"
                ))
            })?;
            let plugin = engine.load(&kept).map_err(|error| Failure::from(error).at(path.display()))?;
            let kind = if line.kind == "strategy" { Kind::Strategy } else { Kind::Detector };
            let reference = PluginRef { alias: None, path: line.file.clone().into(), entry: Some(line.entry.clone()) };
            let (kind, entry) =
                plugin_ref::choose(plugin_ref::entries(&plugin, &line.alias, &limits)?, &reference, Some(kind))?;
            let params = plugin_ref::params(&entry, &line.params)?;
            bindings.push(Binding {
                alias: line.alias.clone(),
                plugin,
                kind,
                entry: entry.name,
                panel: entry.panel,
                params,
                limits: Limits {
                    memory_bytes_granted: line.memory_bytes_granted.unwrap_or(limits.memory_bytes_granted),
                    ..limits
                },
            });
        }
        let symbol = provenance.symbol.as_deref().map(Symbol::new).transpose()?;
        let time = |text: &Option<String>| text.as_deref().map(str::parse::<Time>).transpose();
        let (from, to) = (time(&provenance.from)?, time(&provenance.to)?);
        let moved = !data.is_empty();
        let data = if moved { data } else { &provenance.data };
        let timeframe = provenance.timeframe.as_deref().map(str::parse::<Timeframe>).transpose();
        let timeframe = timeframe.context("the run's provenance").map_err(Failure::input)?;
        let adjust = provenance.adjust.map_or(Adjust::None, Adjust::from);
        let market =
            Market::open(&here(ledger, data)?, &OpenOptions { symbol, span: span(from, to)?, timeframe, adjust });
        let market = market.map_err(|error| {
            let hint = if moved { "" } else { "\nhint: if it was moved, say where to with --data" };
            Failure::input(anyhow!("the data of run {id}: {error}{hint}"))
        })?;
        let market = Arc::new(market);
        if market.digest()?.to_string() != provenance.market {
            let symbols: Vec<&str> = market.symbols().map(Symbol::as_str).take(5).collect();
            let (symbols, then) =
                (symbols.join(", "), provenance.symbols.iter().take(5).cloned().collect::<Vec<_>>().join(", "));
            return Err(Failure::input(if moved {
                anyhow!(
                    "this is not the data of run {id}: it holds {symbols}, the run had {then}\nhint: a file must be called as it was, or the run made anew"
                )
            } else {
                anyhow!("the data has changed since run {id}\nhint: run it anew")
            }));
        }
        let symbols = provenance.symbols.iter().map(|text| Symbol::new(text)).collect::<Result<Vec<_>, _>>()?;
        let cash = provenance.cash;
        let request = Request { engine: engine.clone(), bindings, market, symbols, cash };
        Ok(Job { request, provenance, run: id })
    }

    /// Whether what its plugins were granted still holds.
    ///
    /// # Errors
    /// When somebody has changed it since.
    pub(crate) fn still_granted(&self, grants: &Grants<'_>) -> Result<(), Failure> {
        self.request.bindings.iter().zip(&self.provenance.plugins).try_for_each(|(binding, line)| {
            let then = (binding.limits.memory_bytes_granted, line.granted_by);
            grants.still(&binding.plugin.digest(), &binding.alias, then)
        })
    }
}

/// Where data lies on this machine: a store elsewhere is fetched as far as it has changed.
fn here(ledger: &Ledger, data: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    data.iter().map(|path| setting::fetched(ledger.home(), path)).collect()
}

/// The number of a run that is kept.
pub(crate) fn number(ledger: &Ledger, run: RunRef) -> Result<i64, Failure> {
    match run {
        RunRef::Number(number) => Ok(number),
        RunRef::Last => ledger.runs()?.first().map(|run| run.id).ok_or_else(|| {
            Failure::input(anyhow!("no run is kept in {}\nhint: tapewright run …", ledger.home().display()))
        }),
    }
}

/// What a store holds in several timeframes is run on one of them, which the user names.
fn choose_bars(market: &Market, symbols: &[Symbol], run: &Run) -> Result<(), Failure> {
    for symbol in symbols {
        let recorded = market.timeframes(symbol);
        let shown = |known: &Option<Timeframe>| known.map_or("rows".to_owned(), |known| known.to_string());
        let all = || recorded.iter().map(shown).collect::<Vec<_>>().join(", ");
        match run.timeframe {
            None if recorded.len() > 1 => {
                return Err(Failure::input(anyhow!(
                    "{symbol} has bars of {}\nhint: name those to run on with --timeframe",
                    all()
                )));
            }
            Some(wanted) if !recorded.is_empty() && !market.has_bars(symbol, wanted) => {
                return Err(Failure::input(anyhow!("--timeframe {wanted}: {symbol} has bars of {} alone", all())));
            }
            _ => {}
        }
    }
    Ok(())
}

fn span(from: Option<Time>, to: Option<Time>) -> Result<Span, Failure> {
    let all = Span::default();
    let span = Span { after: from.unwrap_or(all.after), until: to.unwrap_or(all.until) };
    if span.after >= span.until {
        return Err(Failure::input(anyhow!("--from {} is not before --to {}", span.after, span.until)));
    }
    Ok(span)
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
                Err(Failure::input(anyhow!(
                    "--param {name}={value}: no plugin of this run takes it\nhint: `tapewright inspect` shows what each takes"
                )))
            }
        }
    }
}
