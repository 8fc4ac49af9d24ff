//! What a run's detectors said, read back from its segments, each with what became of it.

use std::collections::HashMap;

use tapewright_ledger::{Ledger, LedgerError, UnitRow};
use tapewright_model::{Detection, Direction, Label, Symbol, Time, What};
use tapewright_replay::UnitInfo;

/// One detection.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    /// Index of its node in the unit.
    pub(crate) node: usize,
    /// Index of the unit in the run.
    pub(crate) unit: usize,
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
    /// When that was known.
    pub(crate) time: Time,
}

impl Said {
    /// The forward return in the predicted direction; NaN when there is none.
    pub(crate) fn signed_return(&self) -> f64 {
        self.outcome.map_or(f64::NAN, |known| signed(self.detection.direction, known.forward_return))
    }

    /// Whether its outcome counts: it is known, and it could be judged.
    pub(crate) fn is_decided(&self) -> bool {
        self.outcome.is_some_and(|known| known.label != Label::Void)
    }
}

/// The return in a direction.
pub(crate) fn signed(direction: Direction, forward_return: f64) -> f64 {
    direction.sign() * forward_return
}

/// Everything that was detected in a unit, in commit order.
pub(crate) fn read(
    ledger: &Ledger,
    row: &UnitRow,
    (index, unit): (usize, &UnitInfo),
) -> Result<Vec<Said>, LedgerError> {
    let mut reader = ledger.read(row, unit.names())?;
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
                    all.push(Said { unit: index, node, symbol, time: record.known_time, detection, outcome: None });
                }
                What::Outcome(known) => {
                    let place = places.remove(&(record.node, known.detection));
                    let said = place.and_then(|place| all.get_mut(place));
                    let said = said.ok_or(LedgerError::Broken { what: "outcome without a detection" })?;
                    let (label, forward_return) = (known.label, known.forward_return);
                    said.outcome = Some(Known { label, forward_return, time: record.known_time });
                }
                _ => {}
            }
        }
    }
    Ok(all)
}
