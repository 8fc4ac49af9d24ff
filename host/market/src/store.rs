//! The store: a folder that holds what was imported, in Parquet that any tool reads.
//!
//! ```text
//! DIR/tapewright.json                    says that this is a store, and of which version
//! DIR/bars/1d/SPY.parquet                bars of a timeframe                                       a table
//! DIR/columns/options/SPY.parquet        gex.* iv.* options.* from chains                          a table
//! DIR/columns/quotes/SPY.parquet         quote.*                                                   a table
//! DIR/columns/flow/SPY.parquet           flow.* from option trades                                 a table
//! DIR/columns/series/CPI.parquet         numbers of a period, the newest of those released         a table
//! DIR/chains/SPY/2025-05-16T192300Z.parquet   one moment's options, as imported
//! DIR/strikes/SPY/2025-05-16T192300Z.parquet  its gamma exposure by expiry and strike
//! DIR/releases/CPI.parquet               every release and revision: period, known_time, values
//! DIR/prints/SPY.parquet                 option trades
//! DIR/events/SPY.parquet                 dated texts; `events/_.parquet` for those of no instrument
//! DIR/factors/SPY.parquet                splits and dividends
//! DIR/instruments.json                   calendar and zone of each instrument
//! DIR/imports/000001.json                what each import found
//! ```
//! A **table** is a Parquet file of one shape (see `table`): `known_time` and doubles. Everything else is facts of which
//! tables are made. A file is written beside its place and then renamed, so a killed import leaves what was there.

pub(crate) mod decode;
pub(crate) mod description;
pub(crate) mod facts;
pub(crate) mod instruments;
pub(crate) mod links;
mod reports;
pub(crate) mod stored;
pub(crate) mod table;
pub(crate) mod writer;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use tapewright_model::{Digest, DigestWriter, Symbol, Timeframe};

use crate::error::MarketError;

pub use table::write_store;
pub(crate) use table::{StoreFile, StoreReader, plain};

/// Says that a folder is a store.
const MARK: &str = "tapewright.json";
/// The layout above.
const VERSION: u32 = 1;

/// A folder that holds what was imported.
#[derive(Clone, Debug)]
pub struct Store {
    folder: PathBuf,
}

/// Which table of an instrument.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// Bars of a timeframe; `None` for rows that tile no time.
    Bars(Option<Timeframe>),
    /// Other columns, by the name of their folder: `options`, `quotes`, `flow`, `series`.
    Columns(String),
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Mark {
    store: u32,
}

impl Store {
    /// The store in a folder; `None` when the folder is none.
    ///
    /// # Errors
    /// When it is of a version that this build does not know, or cannot be read.
    pub fn open(folder: &Path) -> Result<Option<Store>, MarketError> {
        let path = folder.join(MARK);
        let opened = links::handle(folder).and_then(|dir| Ok((dir.read(MARK)?, dir)));
        let (text, dir) = match opened {
            Ok(opened) => opened,
            Err(error) if [ErrorKind::NotFound, ErrorKind::NotADirectory].contains(&error.kind()) => return Ok(None),
            Err(error) => return Err(MarketError::io(&path)(error)),
        };
        let mark: Mark = serde_json::from_slice(&text).map_err(|error| MarketError::file(&path, error))?;
        if mark.store != VERSION {
            let reason = format!("the store is of version {}, this build knows {VERSION}", mark.store);
            return Err(MarketError::file(&path, reason));
        }
        links::check(folder, &dir)?;
        Ok(Some(Store { folder: folder.to_owned() }))
    }

    /// The store in a folder, made when there is none.
    ///
    /// # Errors
    /// When it cannot be written, or is of another version.
    pub fn create(folder: &Path) -> Result<Store, MarketError> {
        if let Some(store) = Store::open(folder)? {
            return Ok(store);
        }
        std::fs::create_dir_all(folder).map_err(MarketError::io(folder))?;
        let dir = links::handle(folder).map_err(MarketError::io(folder))?;
        links::check(folder, &dir)?;
        let part = format!(".{MARK}.{}", std::process::id());
        let text = format!("{{ \"store\": {VERSION} }}\n");
        let written = dir.write(&part, text).and_then(|()| dir.rename(&part, &dir, MARK));
        written.map_err(MarketError::io(&folder.join(MARK)))?;
        Ok(Store { folder: folder.to_owned() })
    }

    /// The store that will be in a folder; nothing is made.
    pub(crate) fn at(folder: &Path) -> Store {
        Store { folder: folder.to_owned() }
    }

    /// Where it is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where a table lies, whether it is there or not.
    pub(crate) fn table_path(&self, table: &Table, symbol: &Symbol) -> PathBuf {
        let folder = match table {
            Table::Bars(Some(timeframe)) => self.folder.join("bars").join(timeframe.to_string()),
            Table::Bars(None) => self.folder.join("bars").join("rows"),
            Table::Columns(name) => self.folder.join("columns").join(name),
        };
        folder.join(format!("{}.parquet", file_stem(symbol)))
    }

    /// Every table that is there, sorted by instrument and then by table.
    ///
    /// # Errors
    /// When a folder cannot be read.
    pub fn tables(&self) -> Result<Vec<(Symbol, Table)>, MarketError> {
        let mut all = Vec::new();
        for (group, of) in [
            (
                "bars",
                (|name| {
                    if name == "rows" { Some(Table::Bars(None)) } else { Some(Table::Bars(Some(name.parse().ok()?))) }
                }) as fn(&str) -> Option<Table>,
            ),
            ("columns", |name| Some(Table::Columns(name.to_owned()))),
        ] {
            for folder in entries(&self.folder.join(group))? {
                let Some(table) = folder.file_name().and_then(|name| of(name.to_str()?)) else { continue };
                for file in entries(&folder)? {
                    if let Some(symbol) = symbol_of(&file) {
                        all.push((symbol, table.clone()));
                    }
                }
            }
        }
        all.sort();
        Ok(all)
    }
}

/// What a folder holds, sorted; nothing when there is none. What begins with a dot is half written.
pub(crate) fn entries(folder: &Path) -> Result<Vec<PathBuf>, MarketError> {
    let read = match std::fs::read_dir(folder) {
        Ok(read) => read,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(MarketError::io(folder)(error)),
    };
    let mut paths = Vec::new();
    for entry in read {
        let entry = entry.map_err(MarketError::io(folder))?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            paths.push(entry.path());
        }
    }
    paths.sort();
    Ok(paths)
}

/// Of a file's bytes.
pub(crate) fn digest_of(path: &Path) -> Result<Digest, MarketError> {
    let file = std::fs::File::open(path).map_err(MarketError::io(path))?;
    digest_of_file(path, file)
}

/// Of the bytes of an open file.
pub(crate) fn digest_of_file(path: &Path, file: std::fs::File) -> Result<Digest, MarketError> {
    struct Hashing(DigestWriter);
    impl std::io::Write for Hashing {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.bytes(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut hashing = Hashing(DigestWriter::new("tapewright bars"));
    let mut file = std::io::BufReader::with_capacity(1 << 18, file);
    std::io::copy(&mut file, &mut hashing).map_err(MarketError::io(path))?;
    Ok(hashing.0.finish())
}

/// A symbol as the stem of a file: a dot at its beginning would hide it.
pub(crate) fn file_stem(symbol: &Symbol) -> String {
    match symbol.as_str().strip_prefix('.') {
        Some(rest) => format!("%2E{rest}"),
        None => symbol.to_string(),
    }
}

/// The symbol of a Parquet file of the store.
pub(crate) fn symbol_of(path: &Path) -> Option<Symbol> {
    let stem = path.file_name()?.to_str()?.strip_suffix(".parquet")?;
    let name = match stem.strip_prefix("%2E") {
        Some(rest) => format!(".{rest}"),
        None => stem.to_owned(),
    };
    Symbol::new(&name).ok()
}
