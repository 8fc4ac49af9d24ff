//! A folder with one broken file, its import with and without repair, and what the store then holds, as text.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, TimestampNanosecondType};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use tapewright_market::{
    Import, ImportOptions, ImportProgress, Market, MarketError, OpenOptions, Right, Store, import,
};
use tapewright_model::{Symbol, Time};

/// No broken file may take longer, on a slow machine and without optimisation.
const PATIENCE: Duration = Duration::from_secs(20);

/// One broken file, which is `refused`, `taken` or `ends` somehow.
#[must_use = "nothing is checked before that is said"]
pub(crate) struct Broken {
    name: &'static str,
    bytes: Vec<u8>,
    options: ImportOptions,
    says: Vec<&'static str>,
    holds: Option<&'static str>,
}

/// A file of this name, read in the format that is recognised.
pub(crate) fn broken(name: &'static str, bytes: impl Into<Vec<u8>>) -> Broken {
    Broken { name, bytes: bytes.into(), options: ImportOptions::default(), says: Vec::new(), holds: None }
}

impl Broken {
    /// Read in this format.
    pub(crate) fn format(mut self, format: &str) -> Broken {
        self.options.format = Some(format.to_owned());
        self
    }

    /// Times without a zone are of this one.
    pub(crate) fn zone(mut self, zone: &str) -> Broken {
        self.options.timezone = Some(zone.to_owned());
        self
    }

    /// What is said: in the refusal, and, where it can be mended, in the findings of the repair.
    pub(crate) fn says(mut self, says: &[&'static str]) -> Broken {
        self.says = says.to_vec();
        self
    }

    /// What the store holds when it was mended; without it nothing mends the file.
    pub(crate) fn holds(mut self, holds: &'static str) -> Broken {
        self.holds = Some(holds);
        self
    }

    /// The file has nothing to be refused: what is said is said, and the rows come in as they are.
    pub(crate) fn taken(self, holds: &'static str) {
        let (said, held) = self.import(false).unwrap_or_else(|error| panic!("{}: {error}", self.name));
        self.check_said(&said);
        assert_eq!(held, holds, "{}", self.name);
    }

    /// The file is refused, and mended as far as `holds` says.
    pub(crate) fn refused(self) {
        let error = self.import(false).map(|(said, held)| format!("{said}\n{held}"));
        let error = error.expect_err(self.name).to_string();
        assert!(error.contains(self.name), "{}: the file is not named: {error}", self.name);
        self.check_said(&error);
        let mended = self.import(true);
        match (self.holds, mended) {
            (None, Err(error)) => self.check_said(&error.to_string()),
            (None, Ok((said, held))) => panic!("{} was mended: {said}\n{held}", self.name),
            (Some(_), Err(error)) => panic!("{} was not mended: {error}", self.name),
            (Some(holds), Ok((said, held))) => {
                self.check_said(&said);
                assert_eq!(held, holds, "{}: {said}", self.name);
            }
        }
    }

    /// The file is refused with words that name it, or taken with rows of which `holds` is true.
    pub(crate) fn ends(self, holds: impl Fn(&str) -> bool) {
        match self.import(false) {
            Ok((said, held)) => assert!(holds(&held), "{}: {held}: {said}", self.name),
            Err(error) => assert!(error.to_string().contains(self.name), "{}: not named: {error}", self.name),
        }
    }

    fn check_said(&self, said: &str) {
        for says in &self.says {
            assert!(said.contains(says), "{}: no `{says}` in: {said}", self.name);
        }
    }

    fn import(&self, repair: bool) -> Result<(String, String), MarketError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(self.name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &self.bytes).unwrap();
        read(&[path], &folder.path().join("store"), &ImportOptions { repair, ..self.options.clone() })
    }
}

/// Imports; gives what was found, a line each, and what the store holds.
pub(crate) fn read(paths: &[PathBuf], store: &Path, options: &ImportOptions) -> Result<(String, String), MarketError> {
    let began = Instant::now();
    let done = import(paths, store, options, &ImportProgress::default());
    assert!(began.elapsed() < PATIENCE, "{paths:?} took {:?}", began.elapsed());
    match done {
        Ok(import) => Ok((found(&import), held(store))),
        Err(error) => {
            assert!(!store.exists(), "{paths:?} was refused and left a store");
            Err(error)
        }
    }
}

fn found(import: &Import) -> String {
    import.findings.iter().map(|finding| format!("{} {:?} {finding}\n", finding.check.name(), finding.done)).collect()
}

/// Everything that a store holds, but for what is made of it.
fn held(folder: &Path) -> String {
    let store = Store::open(folder).unwrap().unwrap();
    let mut text = String::new();
    let bars = Market::open(&[folder.to_owned()], &OpenOptions::default());
    if let Ok(market) = &bars {
        for symbol in market.symbols() {
            for timeframe in market.timeframes(symbol) {
                let frame = market.whole(symbol, timeframe).unwrap().unwrap();
                let timeframe = timeframe.map_or("rows".to_owned(), |timeframe| timeframe.to_string());
                write!(text, "{symbol} {timeframe} {}", frame.names().join(" ")).unwrap();
                for (row, time) in frame.times().iter().enumerate() {
                    write!(text, "|{}", Time(*time)).unwrap();
                    (0..frame.names().len()).for_each(|at| write!(text, " {}", frame.column(at)[row]).unwrap());
                }
                text.push('\n');
            }
        }
    }
    for table in ["releases", "prints", "quotes"] {
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(folder.join(table)).into_iter().flatten().map(|file| file.unwrap().path()).collect();
        files.sort();
        for file in files {
            text += &format!("{table} {}{}\n", file.file_stem().unwrap().to_string_lossy(), table_rows(&file));
        }
    }
    for symbol in store.chain_symbols().unwrap() {
        for (_, path) in store.chains(&symbol).unwrap() {
            text += &chain(&store, &path);
        }
    }
    let of_all = store.events(None).unwrap();
    let mut symbols: Vec<Symbol> =
        ["events", "factors"].iter().flat_map(|table| symbols(&folder.join(table))).collect();
    symbols.sort();
    symbols.dedup();
    let events = symbols.iter().flat_map(|symbol| store.events(Some(symbol)).unwrap());
    for event in of_all.into_iter().chain(events) {
        let symbol = event.symbol.as_ref().map_or("-", Symbol::as_str);
        writeln!(text, "{symbol} {} {}: {} {}", event.known_time, event.kind, event.title, event.value).unwrap();
    }
    for symbol in &symbols {
        for factor in store.factors(symbol).unwrap().factors {
            writeln!(text, "{symbol} {} split {} dividend {}", factor.known_time, factor.split, factor.dividend)
                .unwrap();
        }
    }
    text.trim_end().to_owned()
}

fn symbols(folder: &Path) -> Vec<Symbol> {
    let files = std::fs::read_dir(folder).into_iter().flatten().map(|file| file.unwrap().path());
    files
        .filter_map(|file| Symbol::new(&file.file_stem()?.to_string_lossy()).ok())
        .filter(|s| s.as_str() != "_")
        .collect()
}

/// `SPY 2024-01-03T21:00:00Z 469.5|2024-01-19 470 C bid 5 ask 5.2 last 5.1 oi 100 iv 0.11`
fn chain(store: &Store, path: &Path) -> String {
    let chain = store.chain(path).unwrap();
    let mut text = format!("{} {} {}", chain.symbol, chain.known_time, chain.spot);
    for quote in &chain.quotes {
        let day = Time(i64::from(quote.expiry).saturating_mul(Time::DAY)).to_string();
        let right = if quote.right == Right::Call { "C" } else { "P" };
        write!(text, "|{} {} {right} {} {}", &day[..10], quote.strike, quote.bid, quote.ask).unwrap();
        write!(text, " oi {} iv {}", quote.open_interest, quote.iv).unwrap();
    }
    text + "\n"
}

/// `|2024-01-03T14:31:00Z 1 2`, a row each; a period as seconds since 1970.
fn table_rows(file: &Path) -> String {
    let reader = ParquetRecordBatchReaderBuilder::try_new(std::fs::File::open(file).unwrap()).unwrap();
    let mut text = String::new();
    for batch in reader.build().unwrap() {
        let batch = batch.unwrap();
        for row in 0..batch.num_rows() {
            let cell = |column: &arrow_array::ArrayRef| {
                if column.is_null(row) {
                    return "NaN".to_owned();
                }
                if let Some(times) = column.as_primitive_opt::<TimestampNanosecondType>() {
                    return Time(times.value(row)).to_string();
                }
                column.as_primitive::<Float64Type>().value(row).to_string()
            };
            let cells: Vec<String> = batch.columns().iter().map(cell).collect();
            text += &format!("|{}", cells.join(" "));
        }
    }
    text
}

/// Packed with gzip.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// An archive of these members.
pub(crate) fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}
