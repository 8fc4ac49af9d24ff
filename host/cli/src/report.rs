//! What a run shows at its end, to people and to scripts, and its figures as the ledger keeps them.

use serde_json::{Value, json};
use tapewright_ledger::Ledger;
use tapewright_model::{Digest, Fault, FaultKind, Time};
use tapewright_replay::{NodeStats, RunResult, UnitResult};

use crate::failure::Failure;
use crate::records::Shown;
use crate::screen::Screen;

/// What the user reads.
pub(crate) struct Report<'a> {
    pub(crate) id: i64,
    pub(crate) key: Digest,
    pub(crate) skipped: usize,
    pub(crate) result: &'a RunResult,
    pub(crate) shown: &'a [&'a Shown],
    pub(crate) ledger: &'a Ledger,
}

impl Report<'_> {
    fn nodes(&self) -> impl Iterator<Item = &NodeStats> {
        self.result.units.iter().flat_map(|unit| &unit.nodes)
    }

    pub(crate) fn text(&self, screen: &mut Screen, max: usize) -> Result<(), Failure> {
        let total: usize = self.shown.iter().map(|shown| shown.total).sum();
        let mut lines =
            self.shown.iter().flat_map(|shown| shown.records.iter().map(|(record, values)| shown.line(record, values)));
        let mut table = table(["known time", "node", "symbol", "what", "said"]);
        for line in lines.by_ref().take(max) {
            table.add_row(line);
        }
        if table.row_count() > 0 {
            screen.line(format!("{table}"))?;
        }
        if total > max {
            screen.line(format!("… and {} more; --show N shows more, --json all\n", total - max))?;
        }
        let mut table = self::table(["node", "rows", "fuel per row", "ended"]);
        for node in self.nodes() {
            let ended = node.fault.as_ref().map_or(String::new(), |fault| match fault.row {
                Some((row, time)) => format!("{} at row {row} ({time})", fault.kind),
                None => fault.kind.to_string(),
            });
            table.add_row([
                node.label.clone(),
                node.rows.to_string(),
                per_row(node).map_or("-".to_owned(), |fuel| format!("{fuel:.1}")),
                ended,
            ]);
        }
        screen.line(format!("{table}"))?;
        for fault in self.nodes().filter_map(|node| node.fault.as_ref()) {
            screen.line(format!("fault: {fault}"))?;
        }
        let columns: usize = self.shown.iter().map(|shown| shown.columns).sum();
        if columns > 0 {
            screen.line(format!("{columns} rows of output columns are in the segments; --columns shows them"))?;
        }
        if self.skipped > 0 {
            screen.line(format!("{} units were finished before and are not shown", self.skipped))?;
        }
        screen.line(format!("run {}  digest {}", self.id, self.result.digest))?;
        screen.line(format!("segments in {}", self.ledger.home().join("segments").display()))?;
        Ok(())
    }

    pub(crate) fn json(&self, screen: &mut Screen) -> Result<(), Failure> {
        for shown in self.shown {
            for (record, values) in &shown.records {
                screen.line(format!("{}", shown.json(record, values)))?;
            }
        }
        let unit = |unit: &UnitResult| {
            json!({ "key": unit.key.to_string(), "digest": unit.digest.to_string(), "records": unit.records,
                "segment": self.ledger.segment_path(&unit.digest), "nodes": figures(&unit.nodes) })
        };
        let units: Vec<Value> = self.result.units.iter().map(unit).collect();
        screen.line(format!(
            "{}",
            json!({ "what": "run", "run": self.id, "key": self.key.to_string(), "digest": self.result.digest.to_string(), "units": units })
        ))?;
        Ok(())
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

/// Figures of a unit's nodes, as scripts read them and the ledger keeps them.
pub(crate) fn figures(nodes: &[NodeStats]) -> Value {
    let node = |node: &NodeStats| {
        json!({ "label": node.label, "rows": node.rows, "fuel": node.fuel, "fuel_per_row": per_row(node),
            "fault": node.fault.as_ref().map(fault_json) })
    };
    nodes.iter().map(node).collect()
}

fn fault_json(fault: &Fault) -> Value {
    json!({
        "kind": fault.kind.word(), "plugin": fault.plugin, "digest": fault.digest.to_string(), "export": fault.export,
        "symbol": fault.symbol, "row": fault.row.map(|(row, _)| row), "known_time": fault.row.map(|(_, time)| time.0), "detail": fault.detail,
    })
}

/// The same figures, read back.
pub(crate) fn figures_read(text: &str) -> Option<Vec<NodeStats>> {
    let value: Value = serde_json::from_str(text).ok()?;
    let node = |value: &Value| {
        let fault = &value["fault"];
        let fault = if fault.is_null() { None } else { Some(fault_read(fault)?) };
        Some(NodeStats {
            label: value["label"].as_str()?.to_owned(),
            rows: value["rows"].as_u64()?,
            fuel: value["fuel"].as_u64()?,
            fault,
        })
    };
    value.as_array()?.iter().map(node).collect()
}

fn fault_read(value: &Value) -> Option<Fault> {
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
