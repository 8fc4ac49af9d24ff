//! What is known of instruments beside their rows: `instruments.json`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use tapewright_model::Symbol;

use super::Store;
use crate::calendar::Calendar;
use crate::error::MarketError;

/// Instruments by symbol.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub(crate) struct Instruments(BTreeMap<String, Instrument>);

#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
struct Instrument {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    calendar: Option<Calendar>,
    /// What a later version keeps here is kept.
    #[serde(flatten)]
    more: serde_json::Map<String, serde_json::Value>,
}

impl Instruments {
    /// When an instrument trades, if somebody said so.
    pub(crate) fn calendar(&self, symbol: &Symbol) -> Option<Calendar> {
        self.0.get(symbol.as_str())?.calendar
    }

    /// Notes when an instrument trades. True when that is new.
    pub(crate) fn note_calendar(&mut self, symbol: &Symbol, calendar: Calendar) -> bool {
        let instrument = self.0.entry(symbol.as_str().to_owned()).or_default();
        instrument.calendar.replace(calendar) != Some(calendar)
    }

    /// As it is written.
    pub(crate) fn to_text(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }
}

impl Store {
    pub(crate) fn instruments_path(&self) -> PathBuf {
        self.folder().join("instruments.json")
    }

    /// What is known of instruments.
    pub(crate) fn instruments(&self) -> Result<Instruments, MarketError> {
        let path = self.instruments_path();
        match std::fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text).map_err(|error| MarketError::file(&path, error)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Instruments::default()),
            Err(error) => Err(MarketError::io(&path)(error)),
        }
    }

    /// When an instrument trades; `None` when nobody said so.
    ///
    /// # Errors
    /// When `instruments.json` cannot be read.
    pub fn calendar(&self, symbol: &Symbol) -> Result<Option<Calendar>, MarketError> {
        Ok(self.instruments()?.calendar(symbol))
    }
}
