//! From what a user names, files and folders, to a market.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tapewright_model::Symbol;

use crate::csv_bars::read_csv;
use crate::error::MarketError;
use crate::market::Market;
use crate::parquet_bars::read_parquet;
use crate::series::{Series, Span};
use crate::store::StoreFile;

/// How a file is read, by its name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Csv,
    Parquet,
}

impl Form {
    fn of(path: &Path) -> Option<Form> {
        let name = path.file_name()?.to_string_lossy().to_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        match name.rsplit_once('.')?.1 {
            "csv" | "tsv" | "txt" => Some(Form::Csv),
            "parquet" | "pq" => Some(Form::Parquet),
            _ => None,
        }
    }
}

impl Market {
    /// A market of files and folders. Of a folder every CSV and Parquet file is taken, not what lies in folders
    /// within it. A file without a column `symbol` holds `symbol`, or is named by its own name. Files of the
    /// store's shape stay where they are; all others are read into memory.
    ///
    /// # Errors
    /// See [`MarketError`]; what is known by two files is refused.
    pub fn open(paths: &[PathBuf], symbol: Option<&Symbol>, span: Span) -> Result<Market, MarketError> {
        let mut all: BTreeMap<Symbol, (Series, String)> = BTreeMap::new();
        for path in paths {
            for file in files(path)? {
                for (symbol, series) in read(&file, symbol)? {
                    let shown = file.display().to_string();
                    if let Some((_, first)) = all.get(&symbol) {
                        return Err(MarketError::Twice { symbol, first: first.clone(), second: shown });
                    }
                    all.insert(symbol, (series, shown));
                }
            }
        }
        let first = all.values().filter_map(|(series, _)| series.first()).min();
        let last = all.values().filter_map(|(series, _)| series.last()).max();
        if let (Some(first), Some(last)) = (first, last)
            && (span.until < first || span.after >= last)
        {
            return Err(MarketError::Span { first, last });
        }
        Ok(Market::of(all.into_iter().map(|(symbol, (series, _))| (symbol, series)).collect(), span))
    }
}

fn files(path: &Path) -> Result<Vec<PathBuf>, MarketError> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = std::fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let mut files: Vec<PathBuf> = entries.map_err(MarketError::io(path))?.iter().map(std::fs::DirEntry::path).collect();
    let hidden = |file: &Path| file.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    files.retain(|file| Form::of(file).is_some() && file.is_file() && !hidden(file));
    files.sort();
    if files.is_empty() {
        return Err(MarketError::file(path, "the folder holds no CSV or Parquet file"));
    }
    Ok(files)
}

fn read(path: &Path, symbol: Option<&Symbol>) -> Result<Vec<(Symbol, Series)>, MarketError> {
    let memory = |frames: Vec<(Symbol, _)>| frames.into_iter().map(|(symbol, rows)| (symbol, Series::Memory(rows)));
    // a file of another name is CSV, if anything
    if Form::of(path) != Some(Form::Parquet) {
        return Ok(memory(read_csv(path, symbol)?).collect());
    }
    match StoreFile::open(path)? {
        Some(file) => {
            let symbol = match symbol {
                Some(symbol) => symbol.clone(),
                None => {
                    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                    Symbol::new(&stem)
                        .map_err(|error| MarketError::file(path, format!("{error}; name one with --symbol")))?
                }
            };
            Ok(vec![(symbol, Series::Store(file))])
        }
        None => Ok(memory(read_parquet(path, symbol)?).collect()),
    }
}
