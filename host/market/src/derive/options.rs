//! Option levels over time, one row a chain, and exposure by expiry and strike of every chain.
//!
//! A chain that has not changed since its row was made is not computed again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, Date32Array, RecordBatch};
use tapewright_model::{Symbol, Time};

use super::write;
use crate::error::MarketError;
use crate::gex::{CellGex, GexOptions, GexProfile, OPTION_COLUMNS, levels};
use crate::store::stored::StoredRows;
use crate::store::writer::{doubles, write_batch, write_text};
use crate::store::{Store, Table, digest_of, file_stem};

/// Another number computes everything anew.
const VERSION: u32 = 1;

/// Of which chains the rows are.
#[derive(Default, PartialEq, serde::Serialize, serde::Deserialize)]
struct Made {
    version: u32,
    /// By the name of the chain's file.
    chains: BTreeMap<String, MadeRow>,
}

#[derive(Clone, PartialEq, serde::Serialize, serde::Deserialize)]
struct MadeRow {
    /// Of the file.
    digest: String,
    known_time: i64,
}

pub(super) fn make(store: &Store, symbol: &Symbol) -> Result<(), MarketError> {
    let names: Vec<String> = OPTION_COLUMNS.iter().map(|column| column.name.to_owned()).collect();
    let path = store.table_path(&Table::Columns("options".to_owned()), symbol);
    let made_path = made_path(&path, symbol);
    let before = made(&made_path);
    let kept = if before.version == VERSION { rows(&path, &names)? } else { BTreeMap::new() };
    let mut now = Made { version: VERSION, chains: BTreeMap::new() };
    let mut all: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
    for (_, chain_path) in store.chains(symbol)? {
        let name = chain_path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let digest = digest_of(&chain_path)?.to_string();
        let known = before.chains.get(&name).filter(|row| row.digest == digest);
        let row = known.and_then(|row| Some((row.known_time, kept.get(&row.known_time)?.clone())));
        let (known_time, values) = match row {
            Some(row) => row,
            None => {
                let chain = store.chain(&chain_path)?;
                let (profile, values) = levels(&chain, &GexOptions::default());
                write_strikes(store, &profile, &name)?;
                (chain.known_time.0, values.to_vec())
            }
        };
        // of two chains that were known at one moment the later quotes count
        all.insert(known_time, values);
        now.chains.insert(name, MadeRow { digest, known_time });
    }
    write(store, "options", symbol, &names, |table| {
        all.iter().try_for_each(|(known, values)| table.row(*known, 0, values))
    })?;
    let text = serde_json::to_string(&now).map_err(|error| MarketError::file(&made_path, error))?;
    write_text(&made_path, &text)
}

fn made_path(table: &Path, symbol: &Symbol) -> PathBuf {
    table.with_file_name(format!(".{}.json", file_stem(symbol)))
}

/// What cannot be read is made anew.
fn made(path: &Path) -> Made {
    std::fs::read(path).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
}

/// The rows that are there, when they have these columns.
fn rows(path: &Path, names: &[String]) -> Result<BTreeMap<i64, Vec<f64>>, MarketError> {
    let mut all = BTreeMap::new();
    let Some(mut rows) = StoredRows::open(path)? else { return Ok(all) };
    if rows.names() != names {
        return Ok(all);
    }
    while let Some((known, _)) = rows.head() {
        all.insert(known, (0..names.len()).map(|at| rows.value(at)).collect());
        rows.advance()?;
    }
    Ok(all)
}

/// Exposure of one chain by expiry and strike, as a file of its own.
fn write_strikes(store: &Store, profile: &GexProfile, name: &str) -> Result<(), MarketError> {
    let cells = &profile.cells;
    let folder = store.folder().join("strikes").join(file_stem(&profile.symbol));
    std::fs::create_dir_all(&folder).map_err(MarketError::io(&folder))?;
    let path = folder.join(name);
    let column = |value: fn(&CellGex) -> f64| -> ArrayRef { Arc::new(doubles(cells.iter().map(value).collect())) };
    let columns: [(&str, ArrayRef); 7] = [
        ("expiry", Arc::new(Date32Array::from_iter_values(cells.iter().map(|cell| cell.expiry)))),
        ("strike", column(|cell| cell.strike)),
        ("call", column(|cell| cell.call)),
        ("put", column(|cell| cell.put)),
        ("net", column(|cell| cell.net)),
        ("open_interest_call", column(|cell| cell.open_interest_call)),
        ("open_interest_put", column(|cell| cell.open_interest_put)),
    ];
    let batch = RecordBatch::try_from_iter_with_nullable(columns.map(|(name, values)| (name, values, true)));
    let batch = batch.map_err(|error| MarketError::file(&path, error))?;
    let part = folder.join(format!(".{name}.part"));
    let Time(known) = profile.known_time;
    write_batch(&part, &batch, vec![("known_time", known.to_string())])?;
    std::fs::rename(&part, &path).map_err(MarketError::io(&path))
}
