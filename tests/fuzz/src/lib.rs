//! What the first byte of an input means: which importer reads the rest, under which name, and what the user says.
//!
//! Promises that a byte means the same for the target and for the seeds.

use std::path::Path;

use tapewright_market::{Calendar, ImportOptions, ImportProgress, MarketError, formats, import, preview};
use tapewright_model::Symbol;

/// Names of files that say something to some importer: the day and grain of Lean, a symbol, a broker. What has the last
/// one goes through a whole import, rows into tables, which is ten times slower.
pub const NAMES: [&str; 9] = [
    "bars.csv",
    "20140605_aapl_minute_trade.csv",
    "goog-20151222.csv",
    "aapl_dividends.csv",
    "BTCUSDT-1h-2024-01.csv",
    "eurusd-fxcm.csv",
    "20171217_btcusd_second_quote.csv",
    "btc-onchain.csv",
    "whole import.csv",
];

/// How the bytes of an input are read.
pub struct Case {
    /// Which importer.
    pub format: &'static str,
    /// What the file is called.
    pub name: &'static str,
    options: ImportOptions,
}

/// The first byte that stands for a format and a name.
pub fn byte_of(format: &str, name: &str) -> Option<u8> {
    let format = formats().position(|(known, _)| known == format)?;
    let name = NAMES.iter().position(|known| *known == name)?;
    u8::try_from(name * formats().count() + format).ok()
}

/// What a first byte stands for.
pub fn case(byte: u8) -> Option<Case> {
    let (byte, count) = (usize::from(byte), formats().count());
    let (format, _) = formats().nth(byte % count)?;
    let at = byte / count % NAMES.len();
    let options = ImportOptions {
        format: Some(format.to_owned()),
        timezone: (at % 2 == 1).then(|| "America/New_York".to_owned()),
        calendar: [None, Some(Calendar::UsEquity), Some(Calendar::Forex)].get(at % 3).copied().flatten(),
        symbol: if at + 1 == NAMES.len() { Symbol::new("AAA").ok() } else { None },
        // what is left out instead of refused says more
        repair: true,
        dry_run: true,
        ..ImportOptions::default()
    };
    Some(Case { format, name: NAMES.get(at)?, options })
}

impl Case {
    /// Reads bytes as the file; archives and what has the last name by an import of a file in a folder.
    pub fn read(&self, folder: &Path, bytes: &[u8]) -> Result<(), MarketError> {
        if Some(&self.name) != NAMES.last() && !bytes.starts_with(b"PK") {
            return preview(self.name, bytes, &self.options).map(|_| ());
        }
        let path = folder.join(self.name);
        std::fs::write(&path, bytes).map_err(|error| MarketError::Io { path: path.display().to_string(), error })?;
        import(&[path], &folder.join("store"), &self.options, &ImportProgress::default()).map(|_| ())
    }
}
