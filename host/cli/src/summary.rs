//! What became of a run's nodes, to people and to scripts, and their figures as the ledger keeps them.

use anyhow::anyhow;
use serde_json::{Value, json};
use tapewright_ledger::{Ledger, RunRow, UnitRow};
use tapewright_model::{Fault, FaultKind, Time};
use tapewright_replay::NodeStats;

use crate::failure::Failure;
use crate::screen::Screen;

/// A run's finished units.
pub(crate) struct Summary<'a> {
    ledger: &'a Ledger,
    run: RunRow,
    units: Vec<(UnitRow, Vec<NodeStats>)>,
}

impl<'a> Summary<'a> {
    /// As the ledger holds it.
    pub(crate) fn read(ledger: &'a Ledger, run: i64) -> Result<Summary<'a>, Failure> {
        let unit = |row: UnitRow| {
            let stats = figures_read(&row.figures)
                .ok_or_else(|| Failure::bug(anyhow!("unit {} has figures that do not read", row.key)))?;
            Ok((row, stats))
        };
        let units = ledger.units(run)?.into_iter().map(unit).collect::<Result<Vec<_>, Failure>>()?;
        let mut units: Vec<_> = units;
        units.sort_by(|(_, a), (_, b)| a.first().map(|node| &node.label).cmp(&b.first().map(|node| &node.label)));
        Ok(Summary { ledger, run: ledger.run(run)?, units })
    }

    pub(crate) fn nodes(&self) -> impl Iterator<Item = &NodeStats> {
        self.units.iter().flat_map(|(_, nodes)| nodes)
    }

    /// Whether a plugin failed on the way.
    pub(crate) fn any_fault(&self) -> bool {
        self.nodes().any(|node| node.fault.is_some())
    }

    pub(crate) fn text(&self, screen: &mut Screen) -> Result<(), Failure> {
        let mut lines = table(["node", "rows", "fuel per row", "ended"]);
        for node in self.nodes() {
            let ended = node.fault.as_ref().map_or(String::new(), |fault| match fault.row {
                Some((row, time)) => format!("{} at row {row} ({time})", fault.kind),
                None => fault.kind.to_string(),
            });
            lines.add_row([
                node.label.clone(),
                node.rows.to_string(),
                per_row(node).map_or("-".to_owned(), |fuel| format!("{fuel:.1}")),
                ended,
            ]);
        }
        screen.line(lines.trim_fmt())?;
        for fault in self.nodes().filter_map(|node| node.fault.as_ref()) {
            screen.line(format!("fault: {fault}"))?;
        }
        let id = self.run.id;
        match self.run.digest {
            Some(digest) => screen.line(format!("run {id}  digest {digest}"))?,
            None => screen.line(format!("run {id} is not finished: tapewright run --resume {id}"))?,
        }
        screen.line(format!("segments in {}", self.ledger.home().join("segments").display()))
    }

    pub(crate) fn json(&self, screen: &mut Screen) -> Result<(), Failure> {
        let unit = |(unit, nodes): &(UnitRow, Vec<NodeStats>)| {
            json!({ "key": unit.key.to_string(), "digest": unit.digest.to_string(), "records": unit.records,
                "segment": self.ledger.segment_path(&unit.digest), "nodes": figures(nodes) })
        };
        let units: Vec<Value> = self.units.iter().map(unit).collect();
        let (run, digest) = (&self.run, self.run.digest.map(|digest| digest.to_string()));
        let line =
            json!({ "what": "run", "run": run.id, "key": run.key.to_string(), "digest": digest, "units": units });
        screen.line(line)
    }
}

fn per_row(node: &NodeStats) -> Option<f64> {
    (node.rows > 0).then(|| node.fuel as f64 / node.rows as f64)
}

pub(crate) fn table<const N: usize>(header: [&str; N]) -> comfy_table::Table {
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
