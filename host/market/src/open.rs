//! From what a user names, files and folders, to a market.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tapewright_model::{Symbol, Timeframe};

use crate::error::MarketError;
use crate::factors::Adjust;
use crate::import::format::{Fit, Format, Hints, recognise};
use crate::import::formats::FORMATS;
use crate::import::formats::parquet::{Parquet, check_nesting, is_parquet};
use crate::import::formats::plain::Plain;
use crate::import::frames::Frames;
use crate::import::source::Source;
use crate::instrument::Instrument;
use crate::market::Market;
use crate::series::{Series, Span};
use crate::store::{Store, StoreFile, Table};

/// How the names of files end that are taken of a folder.
const ENDINGS: [&str; 8] = ["csv", "tsv", "txt", "parquet", "pq", "zip", "jsonl", "ndjson"];

/// How files become a market.
#[derive(Clone, Debug, Default)]
pub struct OpenOptions {
    /// Whose the rows of a file are that does not say it.
    pub symbol: Option<Symbol>,
    /// Which rows count.
    pub span: Span,
    /// What an instrument's own rows are; without it the finest that was recorded.
    pub timeframe: Option<Timeframe>,
    /// Which factors prices are read with.
    pub adjust: Adjust,
}

impl Market {
    /// A market of stores, files and folders. Of a folder that is no store every file is taken that is CSV, Parquet, JSON lines or a zip archive
    /// by its name, not what lies in folders within it. A file without a column `symbol` holds `symbol`, or is named by
    /// its own name. Files of the store's shape stay where they are; all others are read into memory, in the form that
    /// their first lines show.
    ///
    /// # Errors
    /// See [`MarketError`]; what is known by two files is refused.
    pub fn open(paths: &[PathBuf], options: &OpenOptions) -> Result<Market, MarketError> {
        let mut all: BTreeMap<Symbol, (Instrument, String)> = BTreeMap::new();
        for path in paths {
            let found = match Store::open(path)? {
                Some(store) => stored(&store)?,
                None => loose(path, options.symbol.as_ref())?,
            };
            for (symbol, instrument, shown) in found {
                if let Some((_, first)) = all.get(&symbol) {
                    return Err(MarketError::Twice { symbol, first: first.clone(), second: shown });
                }
                all.insert(symbol, (instrument, shown));
            }
        }
        let span = options.span;
        let first = all.values().filter_map(|(known, _)| known.first()).min();
        let last = all.values().filter_map(|(known, _)| known.last()).max();
        if let (Some(first), Some(last)) = (first, last)
            && (span.until < first || span.after >= last)
        {
            return Err(MarketError::Span { first, last });
        }
        let instruments = all.into_iter().map(|(symbol, (instrument, _))| (symbol, instrument)).collect();
        Market::of(instruments, span, options.timeframe, options.adjust)
    }
}

/// The instruments of a store.
fn stored(store: &Store) -> Result<Vec<(Symbol, Instrument, String)>, MarketError> {
    let mut all: BTreeMap<Symbol, Instrument> = BTreeMap::new();
    for (symbol, table) in store.tables()? {
        let path = store.table_path(&table, &symbol);
        let file = StoreFile::open(&path)?;
        let file = file.ok_or_else(|| MarketError::file(&path, "it is not a table of the store"))?;
        let instrument = all.entry(symbol).or_default();
        match table {
            Table::Bars(timeframe) => instrument.add_bars(timeframe, Series::Store(file)),
            Table::Columns(name) => instrument.add_columns(&name, Series::Store(file)),
        }
    }
    if all.is_empty() {
        return Err(MarketError::file(store.folder(), "the store is empty\nhint: tapewright import"));
    }
    for (symbol, instrument) in &mut all {
        instrument.set_factors(store.factors(symbol)?);
        instrument.calendar = store.calendar(symbol)?;
        for mut event in store.events(Some(symbol))?.into_iter().chain(store.events(None)?) {
            // its texts are nobody's column
            event.text.clear();
            instrument.events.push(event);
        }
    }
    let shown = store.folder().display().to_string();
    Ok(all.into_iter().map(|(symbol, instrument)| (symbol, instrument, shown.clone())).collect())
}

/// The instruments of a file, or of a folder of files.
fn loose(path: &Path, symbol: Option<&Symbol>) -> Result<Vec<(Symbol, Instrument, String)>, MarketError> {
    let mut all = Vec::new();
    for file in files(path)? {
        for (symbol, series) in read(&file, symbol)? {
            all.push((symbol, Instrument::of_rows(series), file.display().to_string()));
        }
    }
    Ok(all)
}

fn files(path: &Path) -> Result<Vec<PathBuf>, MarketError> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = std::fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let mut files: Vec<PathBuf> = entries.map_err(MarketError::io(path))?.iter().map(std::fs::DirEntry::path).collect();
    let hidden = |file: &Path| file.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    let ours = |file: &Path| file.file_name().is_some_and(|name| has_ending(&name.to_string_lossy(), &ENDINGS));
    files.retain(|file| ours(file) && file.is_file() && !hidden(file));
    files.sort();
    if files.is_empty() {
        return Err(MarketError::file(path, "the folder holds no file of rows (CSV, Parquet, JSON lines, zip)"));
    }
    Ok(files)
}

fn read(path: &Path, symbol: Option<&Symbol>) -> Result<Vec<(Symbol, Series)>, MarketError> {
    if is_parquet(path)? {
        check_nesting(path)?;
        if let Some(file) = StoreFile::open(path)? {
            let symbol = match symbol {
                Some(symbol) => symbol.clone(),
                None => {
                    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                    Symbol::new(&stem)
                        .map_err(|error| MarketError::file(path, format!("{error}; name one with --symbol")))?
                }
            };
            return Ok(vec![(symbol, Series::Store(file))]);
        }
    }
    let hints = Hints { symbol: symbol.cloned(), ..Hints::default() };
    let mut frames = Frames::new(true);
    for source in Source::of_file(path, &Arc::default())? {
        frames.read(format_of(&source)?, &source, &hints)?;
    }
    Ok(frames.finish()?.into_iter().map(|(symbol, rows)| (symbol, Series::Memory(rows))).collect())
}

/// The form of a file. What has none that is known is CSV, if anything: reading it so says what is wrong.
fn format_of(source: &Source) -> Result<&'static dyn Format, MarketError> {
    let head = source.head()?;
    if FORMATS.iter().all(|format| format.fits(&head) == Fit::No) {
        return Ok(if has_ending(&head.name, &["parquet", "pq"]) { &Parquet } else { &Plain });
    }
    recognise(&head, FORMATS)
}

fn has_ending(name: &str, endings: &[&str]) -> bool {
    let name = name.to_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    name.rsplit_once('.').is_some_and(|(_, ending)| endings.contains(&ending))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn zipped(path: &Path, members: &[(&str, &str)]) {
        let mut zip = zip::ZipWriter::new(std::fs::File::create(path).unwrap());
        for (name, text) in members {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap();
    }

    fn shown(path: &Path) -> Result<String, String> {
        let market = Market::open(&[path.to_owned()], &OpenOptions::default()).map_err(|error| error.to_string())?;
        let symbols: Vec<String> =
            market.symbols().map(|symbol| format!("{symbol} {:?}", market.rows(symbol))).collect();
        Ok(format!("{} until {}", symbols.join(", "), market.end()))
    }

    #[test]
    fn files_open_in_the_form_that_they_have() {
        let folder = tempfile::tempdir().unwrap();
        let lean = folder.path().join("equity");
        std::fs::create_dir(&lean).unwrap();
        let day = |date: &str| format!("{date} 00:00,10000,20000,10000,15000,7\n");
        let path = lean.join("aapl.zip");
        zipped(&path, &[("aapl.csv", &(day("19980102") + &day("19980105")))]);
        assert_eq!(shown(&path), Ok("AAPL Some(2) until 1998-01-06T00:00:00Z".to_owned()));
        // the days of one instrument, each a member
        let path = lean.join("minutes.zip");
        let minute = "34200000,10000,20000,10000,15000,7\n";
        zipped(&path, &[("20140605_aapl_minute_trade.csv", minute), ("20140604_aapl_minute_trade.csv", minute)]);
        assert_eq!(shown(&path), Ok("AAPL Some(2) until 2014-06-05T13:31:00Z".to_owned()));
        // newest first
        let path = folder.path().join("b.csv");
        std::fs::write(&path, "time,close\n2024-01-04,2\n2024-01-03,1\n").unwrap();
        assert_eq!(shown(&path), Ok("B Some(2) until 2024-01-05T00:00:00Z".to_owned()));
        // a folder of them
        std::fs::write(folder.path().join("c.jsonl"), "{\"date\":\"2024-01-03\",\"close\":1}\n").unwrap();
        std::fs::write(folder.path().join("README"), "no rows").unwrap();
        assert_eq!(shown(folder.path()), Ok("B Some(2), C Some(1) until 2024-01-05T00:00:00Z".to_owned()));
    }

    #[test]
    fn what_is_no_file_of_rows_says_why() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text, want) in [
            ("a.csv", "open_time,close\n1,2\n", "`open_time` is when a bar begins"),
            ("a.csv", "# made by hand\ntime,close\n", "it begins with a comment"),
            ("a.csv", "", "it is empty"),
            ("a.csv", "close\n1\n", "no column is called time"),
            ("a.parquet", "PAR0 and more of it", "it is not a whole Parquet file"),
            ("aapl.csv", "19980102,1,1,1\n20501231,1,1,0", "it holds splits and dividends, not bars"),
        ] {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            let error = shown(&path).unwrap_err();
            assert!(error.contains(want), "{text:?}: {error}");
        }
    }
}
