//! A made market as a store, with the truth beside it.

use std::path::Path;

use tapewright_model::Timeframe;

use super::{SynthOptions, SynthTruth, synth};
use crate::derive::derive;
use crate::error::MarketError;
use crate::import::gather::Changed;
use crate::store::facts::write_chain;
use crate::store::table::write_at;
use crate::store::{Store, Table};

/// What was planted, in the store's folder.
pub const TRUTH: &str = "truth.json";

/// Makes a market in a new folder.
///
/// # Errors
/// When something is in the folder already, or it cannot be written.
pub fn make_store(options: &SynthOptions, into: &Path) -> Result<SynthTruth, MarketError> {
    let is_empty = std::fs::read_dir(into).map_or(true, |mut entries| entries.next().is_none());
    if !is_empty {
        return Err(MarketError::file(into, "the folder is not empty: a made market wants a new one"));
    }
    let store = Store::create(into)?;
    let timeframe = if options.minutes { "1m".parse().unwrap_or(Timeframe::DAY) } else { Timeframe::DAY };
    let mut truth = SynthTruth::new(options);
    let mut changed = Changed::default();
    for made in synth(options) {
        let made = made?;
        write_at(&store.table_path(&Table::Bars(Some(timeframe)), &made.symbol), &made.frame)?;
        for chain in &made.chains {
            let path = store.chain_path(chain);
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder).map_err(MarketError::io(folder))?;
            }
            write_chain(&path, chain)?;
        }
        if !made.chains.is_empty() {
            changed.chains.insert(made.symbol.to_string());
        }
        truth.planted.extend(made.planted);
    }
    derive(&store, &changed)?;
    let path = into.join(TRUTH);
    let text = serde_json::to_string_pretty(&truth).map_err(|error| MarketError::file(&path, error))?;
    std::fs::write(&path, text + "\n").map_err(MarketError::io(&path))?;
    Ok(truth)
}
