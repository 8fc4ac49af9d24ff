//! What a run's detectors said, read back from its segments, each with what became of it.

use std::collections::HashMap;

use tapewright_ledger::{Labels, Ledger, LedgerError, NodeLabels, UnitRow};
use tapewright_model::{Detection, Label, Symbol, Time, What};
use tapewright_replay::UnitInfo;

/// One detection.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    /// Index of its node in the unit.
    pub(crate) node: usize,
    /// On which of the unit's instruments.
    pub(crate) symbol: Symbol,
    /// When it was said.
    pub(crate) time: Time,
    pub(crate) detection: Detection,
    pub(crate) outcome: Option<Known>,
}

/// What became of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    pub(crate) label: Label,
    /// Of the judged column.
    pub(crate) forward_return: f64,
    /// Row on which it was known.
    pub(crate) row: u64,
}

impl Said {
    /// The forward return in the predicted direction; NaN when there is none.
    pub(crate) fn signed_return(&self) -> f64 {
        let sign = self.detection.direction.sign();
        self.outcome.map_or(f64::NAN, |known| if sign == 0.0 { f64::NAN } else { sign * known.forward_return })
    }
}

/// Words for the indices of a unit's records, as its segment is written and read.
#[must_use]
pub fn labels(unit: &UnitInfo) -> Labels {
    let node = |node: &tapewright_replay::NodeInfo| NodeLabels {
        label: node.label.clone(),
        patterns: node.plan.patterns.iter().map(|pattern| pattern.name.clone()).collect(),
        reasons: node.plan.reasons.clone(),
        outputs: node.slots(),
    };
    let symbols = unit.symbols.iter().map(ToString::to_string).collect();
    Labels { symbols, nodes: unit.nodes.iter().map(node).collect() }
}

/// Everything that was detected in a unit, in commit order.
pub(crate) fn read(ledger: &Ledger, row: &UnitRow, unit: &UnitInfo) -> Result<Vec<Said>, LedgerError> {
    let mut reader = ledger.read(row, labels(unit))?;
    let mut all: Vec<Said> = Vec::new();
    let mut places: HashMap<(u32, u64), usize> = HashMap::new();
    while let Some(batch) = reader.next_batch()? {
        for record in &batch.records {
            match record.what {
                What::Detection(detection) => {
                    places.insert((record.node, detection.number), all.len());
                    let symbol = unit.symbols.get(record.instrument as usize).cloned();
                    let symbol = symbol.ok_or(LedgerError::Broken { what: "instrument" })?;
                    let node = record.node as usize;
                    all.push(Said { node, symbol, time: record.known_time, detection, outcome: None });
                }
                What::Outcome(known) => {
                    let place = places.remove(&(record.node, known.detection));
                    let said = place.and_then(|place| all.get_mut(place));
                    let said = said.ok_or(LedgerError::Broken { what: "outcome without a detection" })?;
                    let (label, forward_return) = (known.label, known.forward_return);
                    said.outcome = Some(Known { label, forward_return, row: record.row });
                }
                _ => {}
            }
        }
    }
    Ok(all)
}
