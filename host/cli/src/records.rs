//! Records as people and scripts read them.

use serde_json::{Map, Value, json};
use tapewright_model::{Judged, OutputRows, Record, Time, What};
use tapewright_replay::{NodeInfo, UnitInfo};

/// Words for the records of one unit.
pub(crate) struct Teller<'a> {
    pub(crate) unit: &'a UnitInfo,
}

impl Teller<'_> {
    fn node(&self, node: u32) -> &NodeInfo {
        &self.unit.nodes[node as usize]
    }

    fn symbol(&self, record: &Record) -> String {
        self.unit.symbols.get(record.instrument as usize).map(ToString::to_string).unwrap_or_default()
    }

    /// Time, node, symbol, what, and the rest in words.
    pub(crate) fn line(&self, record: &Record, values: &[f64]) -> [String; 5] {
        let node = self.node(record.node);
        let plan = &node.plan;
        let level = |name: &str, value: f64| {
            if value.is_nan() { String::new() } else { format!(" {name} {}", number(value)) }
        };
        let pattern = |index: u32| plan.patterns.get(index as usize);
        let name = |index: u32| pattern(index).map_or("", |pattern| pattern.name.as_str());
        let words = match &record.what {
            What::Detection(said) => {
                let evidence = pattern(said.pattern).into_iter().flat_map(|pattern| &pattern.evidence).zip(values);
                let evidence: String =
                    evidence.map(|(decl, value)| format!(" {}={}", decl.name, number(*value))).collect();
                let levels = level("p", said.probability)
                    + &level("entry", said.entry)
                    + &level("stop", said.stop)
                    + &level("target", said.target);
                let standing = match said.judged {
                    Judged::Yes => String::new(),
                    why => format!(" ({})", why.word()),
                };
                let (name, direction) = (name(said.pattern), said.direction.word());
                format!("{name} {direction} strength {:.3}{levels}{evidence}{standing}", said.strength)
            }
            What::Target(said) => {
                let reason = plan.reasons.get(said.reason as usize).map_or("", String::as_str);
                let levels = level("limit", said.limit) + &level("stop", said.stop) + &level("take", said.take);
                format!("exposure {}{levels} {reason}", number(said.exposure))
            }
            What::Fill(fill) => format!("{:+.6} at {} ({})", fill.quantity, number(fill.price), fill.reason.word()),
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
        let node = self.node(record.node);
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
            What::Detection(said) => {
                let evidence = pattern(said.pattern).into_iter().flat_map(|pattern| &pattern.evidence).zip(values);
                let evidence: Map<String, Value> =
                    evidence.map(|(decl, value)| (decl.name.clone(), json!(value))).collect();
                put("pattern", json!(pattern(said.pattern).map(|pattern| &pattern.name)));
                put("detection", json!(said.number));
                put("direction", json!(said.direction.word()));
                for (name, value) in [
                    ("strength", said.strength),
                    ("probability", said.probability),
                    ("entry", said.entry),
                    ("stop", said.stop),
                    ("target", said.target),
                    ("close", said.close),
                ] {
                    put(name, json!(value));
                }
                put("horizon", json!(said.horizon));
                put("judged", json!(said.judged.word()));
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
                put("direction", json!(known.direction.word()));
                put("label", json!(known.label.word()));
                put("forward_return", json!(known.forward_return));
                put("rows", json!(known.rows));
            }
            What::Fault(kind) => put("kind", json!(kind.word())),
        }
        Value::Object(map)
    }

    /// One row of output columns, as a line.
    pub(crate) fn outputs_line(&self, rows: &OutputRows, at: usize) -> [String; 5] {
        let node = self.node(rows.node);
        let words: String = self.outputs(rows, at).map(|(name, value)| format!("{name}={} ", number(value))).collect();
        let symbol = if node.symbols.len() == 1 { node.symbols[0].to_string() } else { String::new() };
        let time = Time(rows.times[at]).to_string();
        [time, node.label.clone(), symbol, "columns".to_owned(), words.trim_end().to_owned()]
    }

    /// One row of output columns.
    pub(crate) fn outputs_json(&self, rows: &OutputRows, at: usize) -> Value {
        let columns: Map<String, Value> = self.outputs(rows, at).map(|(name, value)| (name, json!(value))).collect();
        let time = Time(rows.times[at]).to_string();
        let (label, row) = (&self.node(rows.node).label, rows.first_row + at as u64);
        json!({ "what": "columns", "known_time": time, "node": label, "row": row, "columns": columns })
    }

    fn outputs<'r>(&self, rows: &'r OutputRows, at: usize) -> impl Iterator<Item = (String, f64)> + 'r {
        self.node(rows.node).slots().into_iter().zip(rows.slots.iter().map(move |slot| slot[at]))
    }
}

/// A number for people: seven digits that count, none that says nothing. Scripts get all of them.
fn number(value: f64) -> String {
    let size = value.abs();
    if value.fract() == 0.0 && size < 1e15 || !value.is_finite() {
        return value.to_string();
    }
    let whole_digits = [1.0, 10.0, 100.0, 1e3, 1e4, 1e5].iter().filter(|power| size >= **power).count();
    let leading_zeros = [1e-1, 1e-2, 1e-3, 1e-4].iter().filter(|power| size < **power).count();
    let text = format!("{value:.*}", 7 - whole_digits + leading_zeros);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn a_number_has_the_digits_that_count() {
        for (value, text) in [
            (107.467_000_000_000_01, "107.467"),
            (-2_014_000_000.0, "-2014000000"),
            (0.002_962_968_918_978_636_5, "0.002962969"),
            (0.1, "0.1"),
            (1_234.567_89, "1234.568"),
            (9_999_999.5, "9999999.5"),
            (f64::NAN, "NaN"),
            (0.0, "0"),
        ] {
            assert_eq!(number(value), text);
        }
    }
}
