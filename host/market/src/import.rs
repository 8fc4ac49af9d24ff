//! From what a trader has on disk to what the store holds.
//!
//! A **source** is a file, or one member of an archive, unpacked as it is read (`source`). Its **format** is
//! recognised by what it holds (`format`; one file each in `formats`). A format gives **rows** (`rows`), in the order of
//! the file and as they were written, each with the moment at which it was known. `gather` sorts them into series, checks
//! them (`crate::quality`) and writes what is new into a `staging`, which gets into its place when nothing is refused.
//!
//! Promises that a number is never guessed and that nothing is dropped or mended unsaid.
//! Refuses to know: what rows are used for.

pub(crate) mod cells;
pub(crate) mod chains;
mod daily;
mod dates;
mod files;
pub(crate) mod format;
pub(crate) mod formats;
pub(crate) mod frames;
pub(crate) mod gather;
pub(crate) mod header;
pub(crate) mod heading;
#[cfg(test)]
pub(crate) mod heard;
pub(crate) mod named;
pub(crate) mod objects;
mod occ;
mod options;
pub(crate) mod preview;
pub(crate) mod renamed;
pub(crate) mod rows;
pub(crate) mod sheet;
pub(crate) mod source;
mod staging;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tapewright_model::{Symbol, Time, Timeframe};

use crate::calendar::Calendar;
use crate::civil::zone;
use crate::derive::derive;
use crate::error::MarketError;
use crate::quality::Finding;
use crate::store::Store;
use crate::store::writer::write_text;
use files::Named;
use format::{Fit, Format, Hints, recognise};
use formats::FORMATS;
use gather::{BUFFER_BYTES, Changed, Gather, Terms};
use renamed::Renaming;
use source::Source;
use staging::{Rank, Staging};

/// What the user says about what is imported.
#[derive(Clone, Debug, Default)]
pub struct ImportOptions {
    /// Whose rows these are, whatever the files say.
    pub symbol: Option<Symbol>,
    /// Zone of times that are written without one: `America/New_York`, `UTC`.
    pub timezone: Option<String>,
    /// How long a bar is, when the files do not say it.
    pub timeframe: Option<Timeframe>,
    /// When the instruments trade.
    pub calendar: Option<Calendar>,
    /// The format of all files, by name.
    pub format: Option<String>,
    /// Files of splits and dividends.
    pub factors: Vec<PathBuf>,
    /// Mend what is safe to mend, and say so.
    pub repair: bool,
    /// Write nothing.
    pub dry_run: bool,
}

/// How far an import is; read by another thread while it runs.
#[derive(Debug, Default)]
pub struct ImportProgress {
    read: Arc<AtomicU64>,
    total: AtomicU64,
    file: Mutex<String>,
}

impl ImportProgress {
    /// Bytes that were read.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// Bytes of all files; 0 before they were counted.
    #[must_use]
    pub fn bytes_total(&self) -> u64 {
        self.total.load(Ordering::Relaxed)
    }

    /// The file that is read; after the last one empty, while everything is sorted and written.
    #[must_use]
    pub fn file(&self) -> String {
        self.file.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn at(&self, file: &str) {
        file.clone_into(&mut self.file.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct FileRead {
    /// Its path.
    pub file: String,
    /// Its format; of an archive those of its members, parted by commas.
    pub format: String,
    /// Its size on disk.
    pub bytes: u64,
    /// Rows, options, events and factors in it.
    pub rows: u64,
}

/// A file of the store, after the import.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct SeriesWritten {
    /// Whose; empty for events of no instrument.
    pub symbol: String,
    /// Which: `bars/1d`, `chains`, `releases` …
    pub table: String,
    /// Rows that were not there before, or are others now.
    pub rows_new: u64,
    /// Rows of the import that were there before.
    pub rows_same: u64,
    /// Known time of its first row, of chains of the first that was imported.
    #[serde(with = "crate::text")]
    pub first: Time,
    /// Known time of its last row, of chains of the last that was imported.
    #[serde(with = "crate::text")]
    pub last: Time,
}

/// What an import did.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Import {
    /// What was read, in the order in which it was.
    pub files: Vec<FileRead>,
    /// What the store holds now.
    pub series: Vec<SeriesWritten>,
    /// What is wrong with the data, and what was done about it.
    pub findings: Vec<Finding>,
    /// How many findings there are beside these.
    pub findings_dropped: u64,
    /// Where this is written down; none when nothing was to be written.
    pub report: Option<PathBuf>,
}

/// Name and summary of every format that is known.
pub fn formats() -> impl Iterator<Item = (&'static str, &'static str)> {
    FORMATS.iter().map(|format| (format.name(), format.summary()))
}

/// Reads files and folders into a store, which is made when there is none.
///
/// # Errors
/// [`MarketError::Refused`] when something is wrong with the data: then nothing was written. [`MarketError::Busy`] when
/// somebody else writes to the store. Else of the file that is named.
pub fn import(
    paths: &[PathBuf],
    into: &Path,
    options: &ImportOptions,
    progress: &ImportProgress,
) -> Result<Import, MarketError> {
    import_by(FORMATS, BUFFER_BYTES, paths, into, options, progress)
}

fn import_by(
    formats: &[&'static dyn Format],
    buffer_bytes: usize,
    paths: &[PathBuf],
    into: &Path,
    options: &ImportOptions,
    progress: &ImportProgress,
) -> Result<Import, MarketError> {
    let reading = Reading { formats, hints: hints(options)?, only: only(formats, options)?, progress };
    let mut files = files::files(&options.factors)?;
    files.extend(files::files(paths)?);
    let sizes = files.iter().map(|file| std::fs::metadata(&file.path).map_or(0, |file| file.len()));
    progress.total.store(sizes.sum(), Ordering::Relaxed);
    let terms =
        Terms { calendar: options.calendar, timeframe: options.timeframe, repair: options.repair, buffer_bytes };
    if options.dry_run {
        let trial = tempfile::tempdir().map_err(MarketError::io(&std::env::temp_dir()))?;
        let store = Store::open(into)?.unwrap_or_else(|| Store::at(into));
        let mut staging = Staging::of_trial(trial.path().join("import"));
        std::fs::create_dir(trial.path().join("import")).map_err(MarketError::io(trial.path()))?;
        return Ok(reading.run(&files, &store, &mut staging, terms, trial.path())?.0);
    }
    let is_new = !into.exists();
    std::fs::create_dir_all(into).map_err(MarketError::io(into))?;
    let done = write(&reading, &files, into, terms);
    if done.is_err() && is_new {
        staging::forget_store(into);
    }
    done
}

fn write(reading: &Reading<'_>, files: &[Named], into: &Path, terms: Terms) -> Result<Import, MarketError> {
    // of another version? then before anything is read
    let known = Store::open(into)?;
    let mut staging = Staging::of_store(into)?;
    let store = known.unwrap_or_else(|| Store::at(into));
    let (mut import, mut changed) = reading.run(files, &store, &mut staging, terms, into)?;
    let store = Store::create(into)?;
    changed.join(store.pending()?);
    if !staging.is_empty() {
        store.set_pending(&changed)?;
    }
    let report = store.next_report()?;
    import.report = Some(report.clone());
    let text = serde_json::to_string_pretty(&import).map_err(|error| MarketError::file(&report, error))?;
    write_text(&staging.part(&report, Rank::Report), &(text + "\n"))?;
    let lock = staging.commit()?;
    if !changed.is_empty() {
        derive(&store, &changed)?;
    }
    store.set_pending(&Changed::default())?;
    drop(lock);
    Ok(import)
}

/// How files are read.
struct Reading<'a> {
    formats: &'a [&'static dyn Format],
    hints: Hints,
    /// The format that the user named.
    only: Option<&'static dyn Format>,
    progress: &'a ImportProgress,
}

impl Reading<'_> {
    /// Reads all files into the staging. Nothing may be committed when it fails.
    fn run(
        &self,
        files: &[Named],
        store: &Store,
        staging: &mut Staging,
        terms: Terms,
        spill: &Path,
    ) -> Result<(Import, Changed), MarketError> {
        let mut gather = Gather::new(store, staging, terms, spill.to_owned());
        let mut renaming = self.hints.symbol.clone().map(Renaming::new);
        let (mut read, mut done) = (Vec::new(), 0);
        for file in files {
            self.progress.at(&file.path.display().to_string());
            read.extend(self.file(file, renaming.as_mut(), &mut gather)?);
            done += std::fs::metadata(&file.path).map_or(0, |file| file.len());
            // members of an archive count nothing while they are read
            self.progress.read.store(done, Ordering::Relaxed);
        }
        self.progress.at("");
        if read.is_empty() {
            let shown = files.first().map(|file| file.path.display().to_string()).unwrap_or_default();
            let reason =
                "no file of a form that is known is among them\nhint: `tapewright import --help` lists the formats";
            return Err(MarketError::File { path: shown, reason: reason.to_owned() });
        }
        let outcome = gather.finish()?;
        outcome.findings.refusal()?;
        let (findings, findings_dropped) = outcome.findings.into_parts();
        let import = Import { files: read, series: outcome.series, findings, findings_dropped, report: None };
        Ok((import, outcome.changed))
    }

    /// Reads one file; none when it is passed over.
    fn file(
        &self,
        file: &Named,
        mut renaming: Option<&mut Renaming>,
        gather: &mut Gather<'_>,
    ) -> Result<Option<FileRead>, MarketError> {
        let sources = Source::of_file(&file.path, &self.progress.read)?;
        let must = file.itself && sources.len() == 1;
        let bytes = std::fs::metadata(&file.path).map_or(0, |file| file.len());
        let mut read = FileRead { file: file.path.display().to_string(), format: String::new(), bytes, rows: 0 };
        let mut names: Vec<&str> = Vec::new();
        let mut unknown = None;
        for source in &sources {
            let format = match self.format(source, must)? {
                Ok(format) => format,
                Err(reason) => {
                    gather.pass_over(&source.shown, reason.clone());
                    unknown.get_or_insert((source.shown.clone(), reason));
                    continue;
                }
            };
            if !names.contains(&format.name()) {
                names.push(format.name());
            }
            gather.begin_file(&source.shown)?;
            match renaming.as_deref_mut() {
                None => format.read(source, &self.hints, gather)?,
                Some(renaming) => format.read(source, &self.hints, &mut renaming.of(&source.shown, gather))?,
            }
            gather.end_file(&mut read);
        }
        read.format = names.join(", ");
        match unknown {
            Some((path, reason)) if names.is_empty() && file.itself => Err(MarketError::File { path, reason }),
            _ => Ok((!names.is_empty()).then_some(read)),
        }
    }

    /// The format of a source; why it has none when it may be passed over.
    fn format(&self, source: &Source, must: bool) -> Result<Result<&'static dyn Format, String>, MarketError> {
        if let Some(only) = self.only {
            return Ok(Ok(only));
        }
        let head = source.head()?;
        match recognise(&head, self.formats) {
            Ok(format) => Ok(Ok(format)),
            // what may be two things is data, and is not passed over
            Err(error) if must || self.formats.iter().any(|format| format.fits(&head) != Fit::No) => Err(error),
            Err(MarketError::File { reason, .. }) => Ok(Err(reason)),
            Err(error) => Err(error),
        }
    }
}

fn hints(options: &ImportOptions) -> Result<Hints, MarketError> {
    let zone = match &options.timezone {
        None => None,
        Some(name) => Some(zone(name).ok_or_else(|| MarketError::File {
            path: "--timezone".to_owned(),
            reason: format!("`{name}` is not a zone\nhint: name one as America/New_York, Europe/London or UTC"),
        })?),
    };
    Ok(Hints { symbol: options.symbol.clone(), zone, timeframe: options.timeframe, calendar: options.calendar })
}

fn only(formats: &[&'static dyn Format], options: &ImportOptions) -> Result<Option<&'static dyn Format>, MarketError> {
    let Some(name) = &options.format else { return Ok(None) };
    let found = formats.iter().find(|format| format.name() == name).copied();
    found.map(Some).ok_or_else(|| {
        let names: Vec<&str> = formats.iter().map(|format| format.name()).collect();
        let reason = format!("`{name}` is not a format\nhint: name one of {}", names.join(", "));
        MarketError::File { path: "--format".to_owned(), reason }
    })
}

pub(crate) mod stamp;
#[cfg(test)]
mod tests;
pub(crate) mod ticker;
