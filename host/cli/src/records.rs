//! Records as people and scripts read them.

use serde_json::{Map, Value, json};
use tapewright_model::{Batch, Record, What};
use tapewright_replay::{NodeInfo, UnitInfo};

/// The records of one unit that are worth showing: output columns only when they are asked for.
pub(crate) struct Shown {
    pub(crate) unit: UnitInfo,
    pub(crate) records: Vec<(Record, Vec<f64>)>,
    pub(crate) total: usize,
    /// Rows of output columns that are left out.
    pub(crate) columns: usize,
    with_columns: bool,
    max: usize,
}

impl Shown {
    pub(crate) fn new(unit: &UnitInfo, max: usize, with_columns: bool) -> Shown {
        Shown { unit: unit.clone(), records: Vec::new(), total: 0, columns: 0, with_columns, max }
    }

    pub(crate) fn add(&mut self, batch: &Batch) {
        for record in &batch.records {
            if record.what == What::Columns && !self.with_columns {
                self.columns += 1;
                continue;
            }
            self.total += 1;
            if self.records.len() < self.max {
                self.records.push((*record, batch.values_of(record).to_vec()));
            }
        }
    }

    fn node(&self, record: &Record) -> &NodeInfo {
        &self.unit.nodes[record.node as usize]
    }

    fn symbol(&self, record: &Record) -> String {
        self.unit.symbols.get(record.instrument as usize).map(ToString::to_string).unwrap_or_default()
    }

    /// Time, node, symbol, what, and the rest in words.
    pub(crate) fn line(&self, record: &Record, values: &[f64]) -> [String; 5] {
        let node = self.node(record);
        let plan = &node.plan;
        let level = |name: &str, value: f64| if value.is_nan() { String::new() } else { format!(" {name} {value}") };
        let pattern = |index: u32| plan.patterns.get(index as usize);
        let name = |index: u32| pattern(index).map_or("", |pattern| pattern.name.as_str());
        let words = match &record.what {
            What::Columns => outputs(node).zip(values).map(|(name, value)| format!("{name}={value} ")).collect(),
            What::Detection(said) => {
                let evidence = pattern(said.pattern).into_iter().flat_map(|pattern| &pattern.evidence).zip(values);
                let evidence: String = evidence.map(|(decl, value)| format!(" {}={value}", decl.name)).collect();
                let levels = level("p", said.probability)
                    + &level("entry", said.entry)
                    + &level("stop", said.stop)
                    + &level("target", said.target);
                format!(
                    "{} {} strength {:.3}{levels}{evidence}",
                    name(said.pattern),
                    said.direction.word(),
                    said.strength
                )
            }
            What::Target(said) => {
                let reason = plan.reasons.get(said.reason as usize).map_or("", String::as_str);
                let levels = level("limit", said.limit) + &level("stop", said.stop) + &level("take", said.take);
                format!("exposure {}{levels} {reason}", said.exposure)
            }
            What::Fill(fill) => format!("{:+.6} at {} ({})", fill.quantity, fill.price, fill.reason.word()),
            What::Outcome(known) => {
                format!(
                    "{} #{} {} after {} rows, return {:.5}",
                    name(known.pattern),
                    known.detection,
                    known.label.word(),
                    known.rows,
                    known.forward_return
                )
            }
            What::Fault(kind) => kind.to_string(),
        };
        [
            record.known_time.to_string(),
            node.label.clone(),
            self.symbol(record),
            record.what.word().to_owned(),
            words.trim_end().to_owned(),
        ]
    }

    /// The record with every field that it has.
    pub(crate) fn json(&self, record: &Record, values: &[f64]) -> Value {
        let node = self.node(record);
        let plan = &node.plan;
        let mut map = Map::new();
        let mut put = |name: &str, value: Value| {
            if !value.is_null() {
                map.insert(name.to_owned(), value);
            }
        };
        put("what", json!(record.what.word()));
        put("known_time", json!(record.known_time.to_string()));
        put("node", json!(node.label));
        put("symbol", json!(self.symbol(record)));
        put("row", json!(record.row));
        let pattern = |index: u32| plan.patterns.get(index as usize);
        match &record.what {
            What::Columns => {
                let columns: Map<String, Value> =
                    outputs(node).zip(values).map(|(name, value)| (name, json!(value))).collect();
                put("columns", Value::Object(columns));
            }
            What::Detection(said) => {
                let evidence = pattern(said.pattern).into_iter().flat_map(|pattern| &pattern.evidence).zip(values);
                let evidence: Map<String, Value> =
                    evidence.map(|(decl, value)| (decl.name.clone(), json!(value))).collect();
                put("pattern", json!(pattern(said.pattern).map(|pattern| &pattern.name)));
                put("direction", json!(said.direction.word()));
                for (name, value) in [
                    ("strength", said.strength),
                    ("probability", said.probability),
                    ("entry", said.entry),
                    ("stop", said.stop),
                    ("target", said.target),
                ] {
                    put(name, json!(value));
                }
                put("horizon", json!(said.horizon));
                put("evidence", Value::Object(evidence));
            }
            What::Target(said) => {
                for (name, value) in
                    [("exposure", said.exposure), ("limit", said.limit), ("stop", said.stop), ("take", said.take)]
                {
                    put(name, json!(value));
                }
                put("expires", json!(said.expires));
                put("reason", json!(plan.reasons.get(said.reason as usize)));
            }
            What::Fill(fill) => {
                put("quantity", json!(fill.quantity));
                put("price", json!(fill.price));
                put("reason", json!(fill.reason.word()));
            }
            What::Outcome(known) => {
                put("pattern", json!(pattern(known.pattern).map(|pattern| &pattern.name)));
                put("detection", json!(known.detection));
                put("label", json!(known.label.word()));
                put("forward_return", json!(known.forward_return));
                put("rows", json!(known.rows));
            }
            What::Fault(kind) => put("kind", json!(kind.word())),
        }
        Value::Object(map)
    }
}

/// Names of a node's output columns, those of a panel with the symbol.
fn outputs(node: &NodeInfo) -> impl Iterator<Item = String> {
    let panel = node.symbols.len() > 1;
    node.plan.outputs.iter().flat_map(move |output| {
        let name = move |symbol| if panel { format!("{}@{symbol}", output.name) } else { output.name.clone() };
        node.symbols.iter().map(name)
    })
}
