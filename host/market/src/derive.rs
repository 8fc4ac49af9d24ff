//! What is made of facts: tables of option levels from chains, numbers of a period as they stood, flow from option
//! trades, columns from quotes.
//!
//! Promises that tables follow the facts: what changed is remembered in the store until its tables are made, so a killed
//! import is made good by the next.
//! Refuses to know: how facts came in.

mod flow;
mod options;
mod quotes;
mod series;

use std::path::{Path, PathBuf};

use tapewright_model::Symbol;

use crate::error::MarketError;
use crate::import::gather::Changed;
use crate::store::writer::{RowsWriter, write_text};
use crate::store::{Store, Table};

/// Makes the tables of all that changed.
pub(crate) fn derive(store: &Store, changed: &Changed) -> Result<(), MarketError> {
    type Make = fn(&Store, &Symbol) -> Result<(), MarketError>;
    let all: [(&std::collections::BTreeSet<String>, Make); 4] = [
        (&changed.chains, options::make),
        (&changed.releases, series::make),
        (&changed.prints, flow::make),
        (&changed.quotes, quotes::make),
    ];
    for (symbols, make) in all {
        for text in symbols {
            let symbol = Symbol::new(text).map_err(|error| MarketError::file(store.folder(), error))?;
            make(store, &symbol)?;
        }
    }
    Ok(())
}

/// Writes a table of columns beside its place and renames it.
fn write(
    store: &Store,
    table: &str,
    symbol: &Symbol,
    names: &[String],
    rows: impl FnOnce(&mut RowsWriter) -> Result<(), MarketError>,
) -> Result<(), MarketError> {
    let place = store.table_path(&Table::Columns(table.to_owned()), symbol);
    let folder = place.parent().map_or_else(PathBuf::new, Path::to_owned);
    std::fs::create_dir_all(&folder).map_err(MarketError::io(&folder))?;
    let part = folder.join(format!(".{}.part", crate::store::file_stem(symbol)));
    let mut writer = RowsWriter::create(&part, names, false)?;
    rows(&mut writer)?;
    writer.finish()?;
    std::fs::rename(&part, &place).map_err(MarketError::io(&place))
}

impl Store {
    /// What changed and of which no table was made yet.
    pub(crate) fn pending(&self) -> Result<Changed, MarketError> {
        let path = self.pending_path();
        match std::fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text).map_err(|error| MarketError::file(&path, error)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Changed::default()),
            Err(error) => Err(MarketError::io(&path)(error)),
        }
    }

    /// Remembers what changed; nothing at all when all tables are made.
    pub(crate) fn set_pending(&self, changed: &Changed) -> Result<(), MarketError> {
        let path = self.pending_path();
        if changed.is_empty() {
            return match std::fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(MarketError::io(&path)(error)),
                _ => Ok(()),
            };
        }
        let text = serde_json::to_string(changed).map_err(|error| MarketError::file(&path, error))?;
        let part = self.folder().join(".pending.part");
        write_text(&part, &text)?;
        std::fs::rename(&part, &path).map_err(MarketError::io(&path))
    }

    fn pending_path(&self) -> PathBuf {
        self.folder().join(".pending.json")
    }
}
