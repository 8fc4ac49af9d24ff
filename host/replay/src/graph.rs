//! The graph of a run: which nodes there are, what each reads, and which of them belong together.
//!
//! A node is (component, entry, parameters, limits, instrument or panel); equal nodes are one. An edge is a
//! column that another node puts out. The connected parts are the units of work.

mod units;

use std::collections::HashMap;
use std::sync::Arc;

use tapewright_engine::Opening;
use tapewright_market::Rows;
use tapewright_model::{Column, Digest, Kind, NodeNames, OutputDecl, Plan, Symbol, Timeframe, UnitNames};

use crate::error::GraphError;
use crate::input::{Concrete, FieldKey, Input, expand};
use crate::outcome::Judge;
use crate::request::{Binding, Request};
use crate::track::TrackKey;

pub(crate) use units::{Unit, UnitNode};

/// A node, as people and segments see it.
#[derive(Clone, Debug)]
pub struct NodeInfo {
    /// `alias@SYMBOL`, or `alias` of a panel; with `:timeframe` when it has its own.
    pub label: String,
    /// Of its binding.
    pub alias: String,
    /// Of the component.
    pub digest: Digest,
    /// Which entry.
    pub entry: String,
    /// Which interface.
    pub kind: Kind,
    /// One, or those of the panel.
    pub symbols: Vec<Symbol>,
    /// What it needs and gives.
    pub plan: Arc<Plan>,
}

/// A unit of work, as people and segments see it.
#[derive(Clone, Debug)]
pub struct UnitInfo {
    /// Names the unit within its run.
    pub key: Digest,
    /// Sorted by label; records name a node by its index here.
    pub nodes: Vec<NodeInfo>,
    /// Sorted; records name an instrument by its index here.
    pub symbols: Vec<Symbol>,
}

impl UnitInfo {
    /// Names of what its records speak of by index.
    #[must_use]
    pub fn names(&self) -> UnitNames {
        let node = |node: &NodeInfo| NodeNames {
            label: node.label.clone(),
            patterns: node.plan.patterns.iter().map(|pattern| pattern.name.clone()).collect(),
            reasons: node.plan.reasons.clone(),
            outputs: node.slots(),
        };
        let symbols = self.symbols.iter().map(ToString::to_string).collect();
        UnitNames { symbols, nodes: self.nodes.iter().map(node).collect() }
    }
}

/// A run's nodes, parted into units.
pub struct Graph {
    pub(crate) units: Vec<Unit>,
}

/// A node while the graph is built.
pub(crate) struct Draft {
    pub(crate) info: NodeInfo,
    pub(crate) binding: usize,
    pub(crate) inputs: Vec<Input<TrackKey, usize>>,
    pub(crate) judged: JudgedBy<Input<TrackKey, usize>>,
}

/// What a node's patterns are judged by.
#[derive(Clone)]
pub(crate) struct JudgedBy<I> {
    /// By pattern: the prices, or a column by number.
    pub(crate) by_pattern: Vec<Option<usize>>,
    /// By number, by instrument.
    pub(crate) columns: Vec<Vec<I>>,
}

impl Graph {
    /// Opens every node once to learn its plan, finds what its columns stand for, and parts the nodes.
    ///
    /// # Errors
    /// See [`GraphError`].
    pub fn new(request: &Request) -> Result<Graph, GraphError> {
        let mut builder = Builder { request, drafts: Vec::new(), index: HashMap::new() };
        let mut aliases: Vec<&str> = request.bindings.iter().map(|binding| binding.alias.as_str()).collect();
        aliases.sort_unstable();
        if let Some(twice) = aliases.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(GraphError::AliasTwice { alias: twice[0].to_owned() });
        }
        for symbol in &request.symbols {
            builder.check_symbol(symbol)?;
        }
        for binding in 0..request.bindings.len() {
            for symbol in &request.symbols {
                builder.node(binding, symbol)?;
            }
        }
        let mut next = 0;
        while next < builder.drafts.len() {
            builder.resolve(next)?;
            next += 1;
        }
        Ok(Graph { units: units::part(builder.drafts)? })
    }

    /// The units, in the order of their first label.
    pub fn units(&self) -> impl ExactSizeIterator<Item = &UnitInfo> {
        self.units.iter().map(|unit| &unit.info)
    }
}

struct Builder<'r> {
    request: &'r Request,
    drafts: Vec<Draft>,
    index: HashMap<(usize, Vec<Symbol>), usize>,
}

impl Builder<'_> {
    fn check_symbol(&self, symbol: &Symbol) -> Result<(), GraphError> {
        if self.request.market.symbols().any(|known| known == symbol) {
            return Ok(());
        }
        let known: Vec<&str> = self.request.market.symbols().map(Symbol::as_str).collect();
        Err(GraphError::NoSymbol { symbol: symbol.to_string(), known: known.join(", ") })
    }

    /// The node of a binding for an instrument; made when there is none yet. A binding that is equal to an
    /// earlier one stands for that one's nodes.
    fn node(&mut self, binding: usize, symbol: &Symbol) -> Result<usize, GraphError> {
        let bindings = &self.request.bindings;
        let equal = |a: &Binding, b: &Binding| {
            let same_code = a.plugin.digest() == b.plugin.digest() && a.kind == b.kind && a.entry == b.entry;
            same_code && a.params == b.params && a.limits == b.limits
        };
        let binding = bindings.iter().position(|other| equal(other, &bindings[binding])).unwrap_or(binding);
        let Binding { alias, plugin, kind, entry, panel, params, limits } = &bindings[binding];
        let symbols = if *panel { self.request.symbols.clone() } else { vec![symbol.clone()] };
        if let Some(node) = self.index.get(&(binding, symbols.clone())) {
            return Ok(*node);
        }
        let mut label = if *panel { alias.clone() } else { format!("{alias}@{symbol}") };
        let opening = Opening { plugin: alias, kind: *kind, entry, symbols: &symbols, params, artefact: None, limits };
        let opened = plugin.open(&opening).map_err(|error| GraphError::Open { label: label.clone(), error })?;
        let plan = Arc::clone(opened.plan());
        if let Some(timeframe) = plan.timeframe {
            label = format!("{label}:{timeframe}");
        }
        for pattern in &plan.patterns {
            let (label, pattern_name) = (&label, &pattern.name);
            let rule = |why| GraphError::Rule { label: label.clone(), pattern: pattern_name.clone(), why };
            Judge::new(pattern).map_err(rule)?;
            let data = |column: &&Column| matches!(column, Column::Data { name, .. } if name != "time");
            if let Some(column) = pattern.rule.column.as_ref().filter(|column| !data(column)) {
                return Err(rule(format!("rule judges `{column}`, and this host judges columns of the data alone")));
            }
        }
        let info = NodeInfo {
            label,
            alias: alias.clone(),
            digest: plugin.digest(),
            entry: entry.clone(),
            kind: *kind,
            symbols: symbols.clone(),
            plan,
        };
        let judged = JudgedBy { by_pattern: Vec::new(), columns: Vec::new() };
        self.drafts.push(Draft { info, binding, inputs: Vec::new(), judged });
        self.index.insert((binding, symbols), self.drafts.len() - 1);
        Ok(self.drafts.len() - 1)
    }

    fn resolve(&mut self, at: usize) -> Result<(), GraphError> {
        let info = self.drafts[at].info.clone();
        let mut inputs = Vec::new();
        for (column, concrete) in expand(&info.plan, &info.symbols) {
            let no = |why: String| GraphError::NoColumn { label: info.label.clone(), column: column.clone(), why };
            inputs.push(match concrete {
                Concrete::Own { instrument, field } => Input::Own { instrument, field },
                Concrete::Data { name, symbol, timeframe } => {
                    let own = info.plan.timeframe;
                    self.data(name, &symbol, own, timeframe, &no)?
                }
                Concrete::Plugin { alias, output, field, symbol, timeframe } => {
                    let node = self.read(alias, &symbol, timeframe, &no)?;
                    let read = &self.drafts[node].info;
                    let instrument = read.symbols.iter().position(|known| *known == symbol);
                    let instrument = instrument.ok_or_else(|| no(format!("is of a panel without {symbol}")))?;
                    said(read, output, field, instrument).map(|place| place.input(node)).map_err(no)?
                }
            });
        }
        self.drafts[at].inputs = inputs;
        self.drafts[at].judged = self.judged(&info)?;
        Ok(())
    }

    /// The columns that judge a node's patterns, each once.
    fn judged(&self, info: &NodeInfo) -> Result<JudgedBy<Input<TrackKey, usize>>, GraphError> {
        let (mut by_pattern, mut columns, mut known) = (Vec::new(), Vec::new(), Vec::<&Column>::new());
        for pattern in &info.plan.patterns {
            let Some(column @ Column::Data { name, symbol, timeframe }) = &pattern.rule.column else {
                by_pattern.push(None);
                continue;
            };
            let index = known.iter().position(|other| *other == column).unwrap_or(known.len());
            by_pattern.push(Some(index));
            if index < known.len() {
                continue;
            }
            known.push(column);
            let no = |why: String| GraphError::NoColumn { label: info.label.clone(), column: column.clone(), why };
            let of =
                |own: &Symbol| self.data(name, symbol.as_ref().unwrap_or(own), info.plan.timeframe, *timeframe, &no);
            columns.push(info.symbols.iter().map(of).collect::<Result<Vec<_>, _>>()?);
        }
        Ok(JudgedBy { by_pattern, columns })
    }

    fn data(
        &self,
        name: &str,
        symbol: &Symbol,
        own: Option<Timeframe>,
        asked: Option<Timeframe>,
        no: &dyn Fn(String) -> GraphError,
    ) -> Result<Input<TrackKey, usize>, GraphError> {
        let market = &self.request.market;
        let Some(names) = market.columns(symbol) else {
            return Err(no(format!("is of an instrument that the data does not hold: {symbol}")));
        };
        let has = |rows: &Rows| match rows.timeframe.filter(|wanted| !market.has_bars(symbol, *wanted)) {
            Some(timeframe) if rows.table.is_none() => {
                Err(no(format!("is of bars of {timeframe}, and the data of {symbol} has none as fine")))
            }
            _ => Ok(()),
        };
        if name == "time" {
            let track = TrackKey::bars(symbol, asked.or(own));
            if !market.symbols().any(|known| known == symbol) {
                return Err(no(format!("is of {symbol}, which has no bars")));
            }
            return has(&track.rows).map(|()| Input::Time { track });
        }
        if let Some(column) = market.clock(symbol, name) {
            return match asked {
                None => Ok(Input::Clock { column }),
                Some(_) => Err(no("is told by the clock on every row: leave the timeframe out".to_owned())),
            };
        }
        match market.place(symbol, own, asked, name) {
            Some((rows, column)) => {
                has(&rows).map(|()| Input::Market { track: TrackKey { symbols: vec![symbol.clone()], rows }, column })
            }
            None => Err(no(format!("the data of {symbol} does not have (it has {}, time)", names.join(", ")))),
        }
    }

    fn read(
        &mut self,
        alias: &str,
        symbol: &Symbol,
        timeframe: Option<Timeframe>,
        no: &dyn Fn(String) -> GraphError,
    ) -> Result<usize, GraphError> {
        let bindings = &self.request.bindings;
        let Some(binding) = bindings.iter().position(|binding| binding.alias == alias) else {
            let known: Vec<&str> = bindings.iter().map(|binding| binding.alias.as_str()).collect();
            return Err(no(format!(
                "no plugin of this run gives (there are: {}; name one as in {alias}=file.wasm)",
                known.join(", ")
            )));
        };
        self.check_symbol(symbol)?;
        let node = self.node(binding, symbol)?;
        let has = self.drafts[node].info.plan.timeframe;
        if timeframe.is_some() && timeframe != has {
            let has = has.map_or("the data's own rows".to_owned(), |has| has.to_string());
            return Err(no(format!("is of another timeframe than that plugin's: {has}")));
        }
        Ok(node)
    }
}

/// Where another node's plan puts what a column names.
enum Place {
    Output(usize),
    Field(FieldKey),
}

impl Place {
    fn input(self, node: usize) -> Input<TrackKey, usize> {
        match self {
            Place::Output(slot) => Input::Output { node, slot },
            Place::Field(field) => Input::Field { node, field },
        }
    }
}

fn said(
    read: &NodeInfo,
    name: &str,
    field: Option<tapewright_model::DetectionField>,
    instrument: usize,
) -> Result<Place, String> {
    let plan = &read.plan;
    let narrow = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
    let place = match field {
        None => {
            let output = plan.outputs.iter().position(|output| output.name == name);
            output.map(|output| Place::Output(output * read.symbols.len() + instrument))
        }
        Some(field) => {
            let pattern = plan.patterns.iter().position(|pattern| pattern.name == name);
            pattern.map(|pattern| {
                Place::Field(FieldKey { pattern: narrow(pattern), instrument: narrow(instrument), field })
            })
        }
    };
    place.ok_or_else(|| {
        let outputs: Vec<&str> = plan.outputs.iter().map(|output| output.name.as_str()).collect();
        let patterns: Vec<String> = plan
            .patterns
            .iter()
            .map(|pattern| format!("{}.strength, .probability, .direction or .age", pattern.name))
            .collect();
        format!("`{}` does not say (it says {})", read.alias, [outputs.join(", "), patterns.join(", ")].join("; "))
    })
}

impl NodeInfo {
    /// The rows on which it lives.
    pub(crate) fn track(&self) -> TrackKey {
        TrackKey { symbols: self.symbols.clone(), rows: Rows::bars(self.plan.timeframe) }
    }

    /// Names of its output columns by slot, those of a panel with the symbol.
    #[must_use]
    pub fn slots(&self) -> Vec<String> {
        let panel = self.symbols.len() > 1;
        let name = |output: &OutputDecl, symbol: &Symbol| {
            if panel { format!("{}@{symbol}", output.name) } else { output.name.clone() }
        };
        let of = |output| self.symbols.iter().map(move |symbol| name(output, symbol));
        self.plan.outputs.iter().flat_map(of).collect()
    }
}
