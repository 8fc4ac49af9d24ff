//! The report of a run: every pattern against its base rate, every node's figures, charts, provenance.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;
use serde_json::Value;
use tapewright_judge::Bin;
use tapewright_ledger::{Ledger, LedgerError, RunRow, UnitRow};
use tapewright_market::{Market, MarketError};
use tapewright_model::{Column, Symbol};
use tapewright_replay::{Graph, History, Judge, NodeInfo, UnitInfo, as_said};

use crate::base_rate::{BaseRate, Claims};
use crate::charts::{Chart, chart};
use crate::patterns::{Gathered, Place};
use crate::said::{self, Said};

/// Charts of one report at most.
const CHARTS_MAX: usize = 16;

/// Where a report comes from.
pub struct Source<'a> {
    /// Holds the run.
    pub ledger: &'a Ledger,
    /// The run.
    pub run: &'a RunRow,
    /// Its nodes, as when it ran.
    pub graph: &'a Graph,
    /// Its data.
    pub market: &'a Market,
    /// What each node did, by label: rows, fuel, and its fault in words.
    pub figures: &'a [(String, u64, u64, Option<String>)],
    /// Whether charts are wanted.
    pub charts: bool,
}

/// How a run's predictions did.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Number of the run.
    pub run: i64,
    /// When it began, in UTC.
    pub begun: String,
    /// Of everything that it said; missing while it is not finished.
    pub digest: Option<String>,
    /// Of everything that decides what it says.
    pub key: String,
    /// By plugin, in the order of its plan.
    pub patterns: Vec<PatternReport>,
    /// By label.
    pub nodes: Vec<NodeReport>,
    /// Only when asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    charts: Vec<Chart>,
    /// Instruments without a chart.
    #[serde(skip_serializing_if = "is_nothing")]
    symbols_left_out: usize,
    /// How it can be done again.
    pub provenance: Value,
}

/// How one pattern did, over all instruments of the run. Shares are 0 to 1, returns ratios; what cannot be said is
/// missing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PatternReport {
    /// Alias of the plugin.
    pub plugin: String,
    /// Name of the pattern.
    pub pattern: String,
    /// What it is.
    pub summary: String,
    /// The outcome rule with its arguments.
    pub rule: String,
    /// The longest time that a prediction runs.
    pub horizon: String,
    /// How often it was said.
    pub detections: u64,
    /// How often of these in the warm-up, where nothing is judged.
    pub warm_up: u64,
    /// How often of these while too many of its kind waited for their outcome, so that it was not judged either.
    pub crowded: u64,
    /// Predictions that do not overlap an earlier one of the same direction; everything below counts these.
    pub episodes: u64,
    /// It happened.
    pub hits: u64,
    /// The opposite happened.
    pub misses: u64,
    /// Neither happened.
    pub timeouts: u64,
    /// It cannot be judged.
    pub voids: u64,
    /// It is not known yet.
    pub pending: u64,
    /// hits ⁄ (hits + misses + timeouts).
    pub hit_rate: Option<f64>,
    /// Lower bound of its 95 % Wilson interval.
    pub hit_rate_low: Option<f64>,
    /// Upper bound.
    pub hit_rate_high: Option<f64>,
    /// The hit rate of the same claims on all judged rows of the same instruments.
    pub base_rate: Option<f64>,
    /// How many rows that is.
    pub base_rows: u64,
    /// How many claims were made on them and decided: each episode's on each row, or 200,000 drawn from these.
    pub base_judged: u64,
    /// Mean forward return in the predicted direction of the same claims on all judged rows.
    pub base_forward_return_mean: Option<f64>,
    /// Mean forward return in the predicted direction.
    pub forward_return_mean: Option<f64>,
    /// pending ⁄ episodes.
    pub pending_share: Option<f64>,
    /// voids ⁄ episodes.
    pub void_share: Option<f64>,
    /// Of the stated probabilities; missing when none was stated.
    pub brier: Option<f64>,
    /// The reliability diagram of the stated probabilities.
    pub reliability: Vec<Bin>,
}

/// What one node did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NodeReport {
    /// Its label.
    pub label: String,
    /// Rows that it answered.
    pub rows: u64,
    /// Fuel for each of them.
    pub fuel_per_row: Option<f64>,
    /// Why it ended early.
    pub fault: Option<String>,
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// What was said cannot be read back.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The data cannot be read.
    #[error(transparent)]
    Market(#[from] MarketError),
    /// It is not there to be reported on.
    #[error("the segment of `{unit}` is missing or damaged\nhint: tapewright run --resume {run} makes it again")]
    Segment {
        /// Number of the run.
        run: i64,
        /// The unit's first node.
        unit: String,
    },
    /// What the ledger holds does not read.
    #[error("the run's provenance does not read")]
    Provenance(#[from] serde_json::Error),
}

fn is_nothing(count: &usize) -> bool {
    *count == 0
}

/// Makes the report of a run: of its finished units, when it was killed.
///
/// # Errors
/// See [`ReportError`].
pub fn report(source: &Source<'_>) -> Result<Report, ReportError> {
    let rows: BTreeMap<_, _> = source.ledger.units(source.run.id)?.into_iter().map(|row| (row.key, row)).collect();
    let units: Vec<(&UnitInfo, &UnitRow)> =
        source.graph.units().filter_map(|unit| Some((unit, rows.get(&unit.key)?))).collect();
    let gathered = gather(source, &units)?;
    let nodes = source.figures.iter().map(|(label, rows, fuel, fault)| NodeReport {
        label: label.clone(),
        rows: *rows,
        fuel_per_row: (*rows > 0).then(|| *fuel as f64 / *rows as f64),
        fault: fault.clone(),
    });
    let (charts, symbols_left_out) = if source.charts { charts(source, &units, &gathered)? } else { (Vec::new(), 0) };
    Ok(Report {
        run: source.run.id,
        begun: source.run.begun.clone(),
        digest: source.run.digest.map(|digest| digest.to_string()),
        key: source.run.key.to_string(),
        patterns: judge(source, &units, &gathered)?,
        nodes: nodes.collect(),
        charts,
        symbols_left_out,
        provenance: provenance(serde_json::from_str(&source.run.provenance)?),
    })
}

/// Parameters by name, where the ledger keeps them as pairs.
fn provenance(mut kept: Value) -> Value {
    for plugin in kept["plugins"].as_array_mut().into_iter().flatten() {
        let Some(params) = plugin["params"].as_array() else { continue };
        let named = params.iter().filter_map(|pair| Some((pair[0].as_str()?.to_owned(), pair[1].clone())));
        plugin["params"] = Value::Object(named.collect());
    }
    kept
}

/// What was said, by plugin and pattern. A plan may declare a pattern in another way on another instrument: these are
/// then counted apart.
fn gather(source: &Source<'_>, units: &[(&UnitInfo, &UnitRow)]) -> Result<Vec<Gathered>, ReportError> {
    let mut all: BTreeMap<(String, usize, String), Gathered> = BTreeMap::new();
    let key = |node: &NodeInfo, number: usize| {
        let declared = node.plan.patterns.get(number).map(|of| format!("{} {} {}", of.name, of.rule, of.horizon));
        (node.alias.clone(), number, declared.unwrap_or_default())
    };
    for (index, (unit, row)) in units.iter().enumerate() {
        if !source.ledger.is_whole(row) {
            let unit = unit.nodes.first().map(|node| node.label.clone()).unwrap_or_default();
            return Err(ReportError::Segment { run: source.run.id, unit });
        }
        for (at, node) in unit.nodes.iter().enumerate() {
            for (number, pattern) in node.plan.patterns.iter().enumerate() {
                let entry = all.entry(key(node, number)).or_insert_with(|| Gathered {
                    alias: node.alias.clone(),
                    pattern: pattern.clone(),
                    said: Vec::new(),
                    places: BTreeSet::new(),
                });
                entry.places.extend(node.symbols.iter().map(|symbol| (index, at, symbol.clone())));
            }
        }
        for mut said in said::read(source.ledger, row, (index, unit))? {
            let plan = &unit.nodes[said.node].plan;
            said.detection = as_said(&said.detection, plan, source.market, &said.symbol, said.time);
            let key = key(&unit.nodes[said.node], said.detection.pattern as usize);
            if let Some(entry) = all.get_mut(&key) {
                entry.said.push(said);
            }
        }
    }
    Ok(all.into_values().collect())
}

/// Every pattern against its base rate, one instrument of one node at a time.
fn judge(
    source: &Source<'_>,
    units: &[(&UnitInfo, &UnitRow)],
    gathered: &[Gathered],
) -> Result<Vec<PatternReport>, ReportError> {
    let answered: HashMap<&str, u64> = source.figures.iter().map(|(label, rows, ..)| (label.as_str(), *rows)).collect();
    let mut reports = Vec::new();
    // the patterns of one plugin lie on the same rows
    for patterns in gathered.chunk_by(|a, b| a.alias == b.alias) {
        let episodes: Vec<Vec<&Said>> = patterns.iter().map(Gathered::episodes).collect();
        // those with an outcome that counts: all of them, and by place
        let decided: Vec<(usize, BTreeMap<Place, Vec<&Said>>)> = episodes.iter().map(|said| by_place(said)).collect();
        let judges: Vec<Option<Judge>> = patterns.iter().map(|of| Judge::new(&of.pattern).ok()).collect();
        let mut bases = vec![BaseRate::default(); patterns.len()];
        let places: BTreeSet<&Place> = patterns.iter().flat_map(|of| &of.places).collect();
        for place in places {
            let (unit, node, symbol) = place;
            let node = &units[*unit].0.nodes[*node];
            let answered = answered.get(node.label.as_str()).copied().unwrap_or(0);
            let mut histories: Vec<(Option<&Column>, Option<History>)> = Vec::new();
            for (index, of) in patterns.iter().enumerate().filter(|(_, of)| of.places.contains(place)) {
                let column = of.pattern.rule.column.as_ref();
                if !histories.iter().any(|(known, _)| *known == column) {
                    histories.push((column, History::read(source.market, node, column, symbol)?));
                }
                let history = histories.iter().find(|(known, _)| *known == column);
                if let (Some((_, Some(history))), Some(judge)) = (history, &judges[index]) {
                    let (all, here) = &decided[index];
                    let episodes = here.get(place).map_or(&[][..], Vec::as_slice);
                    bases[index].add(history, &Claims { judge, episodes, all: *all, answered });
                }
            }
        }
        reports.extend(patterns.iter().zip(&episodes).zip(&bases).map(|((of, said), base)| of.count(said, base)));
    }
    Ok(reports)
}

/// How many of these episodes are decided, and which on each instrument of each node.
fn by_place<'a>(episodes: &[&'a Said]) -> (usize, BTreeMap<Place, Vec<&'a Said>>) {
    let (mut all, mut places) = (0, BTreeMap::<_, Vec<&Said>>::new());
    for said in episodes.iter().filter(|said| said.is_decided()) {
        places.entry((said.unit, said.node, said.symbol.clone())).or_default().push(said);
        all += 1;
    }
    (all, places)
}

fn charts(
    source: &Source<'_>,
    units: &[(&UnitInfo, &UnitRow)],
    gathered: &[Gathered],
) -> Result<(Vec<Chart>, usize), ReportError> {
    let symbols: BTreeSet<&Symbol> = units.iter().flat_map(|(unit, _)| &unit.symbols).collect();
    let mut charts = Vec::new();
    for symbol in symbols.iter().take(CHARTS_MAX) {
        let said: Vec<(&str, &str, &Said)> = gathered
            .iter()
            .flat_map(|of| of.said.iter().map(|said| (of.alias.as_str(), of.pattern.name.as_str(), said)))
            .filter(|(_, _, said)| said.symbol == **symbol)
            .collect();
        charts.extend(chart(source.market, symbol, &said)?);
    }
    Ok((charts, symbols.len().saturating_sub(CHARTS_MAX)))
}
