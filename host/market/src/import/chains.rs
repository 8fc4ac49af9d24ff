//! Option chains straight from files, without a store.

use std::path::PathBuf;
use std::sync::Arc;

use super::format::{Format, Hints, recognise};
use super::formats::FORMATS;
use super::renamed::Renaming;
use super::rows::{Rows, Shape, When};
use super::source::Source;
use super::{ImportOptions, files};
use crate::chain::Chain;
use crate::error::MarketError;
use crate::event::Event;
use crate::factors::Factors;

/// Options of all chains that are held at once at most: a year of days of a large underlying, 64 bytes each.
const QUOTES_HELD_MAX: usize = 10_000_000;

/// Reads every chain of files and folders, in the order in which they were known.
///
/// # Errors
/// Of the file that holds no chains, or is damaged.
pub fn read_chains(paths: &[PathBuf], options: &ImportOptions) -> Result<Vec<Chain>, MarketError> {
    let hints = Hints { symbol: options.symbol.clone(), ..Hints::default() };
    let mut all = Chains::default();
    let mut renaming = options.symbol.clone().map(Renaming::new);
    for file in files::files(paths)? {
        for source in Source::of_file(&file.path, &Arc::default())? {
            let format: &dyn Format = match &options.format {
                Some(name) => *FORMATS.iter().find(|format| format.name() == name).ok_or_else(|| {
                    source.fail(format!("there is no format `{name}`\nhint: `tapewright import --help` lists them"))
                })?,
                None => match recognise(&source.head()?, FORMATS) {
                    Ok(format) => format,
                    // of a folder what is no data is passed over, as an import does
                    Err(_) if !file.itself => continue,
                    Err(error) => return Err(error),
                },
            };
            all.shown.clone_from(&source.shown);
            match &mut renaming {
                None => format.read(&source, &hints, &mut all)?,
                Some(renaming) => format.read(&source, &hints, &mut renaming.of(&source.shown, &mut all))?,
            }
        }
    }
    all.chains.sort_by_key(|chain| (chain.known_time, chain.event_time));
    Ok(all.chains)
}

#[derive(Default)]
struct Chains {
    shown: String,
    chains: Vec<Chain>,
    quotes: usize,
}

impl Chains {
    fn other<T>(&self, what: &str) -> Result<T, MarketError> {
        Err(MarketError::File { path: self.shown.clone(), reason: format!("it holds {what}, not option chains") })
    }
}

impl Rows for Chains {
    fn series(&mut self, _shape: Shape) -> Result<usize, MarketError> {
        self.other("rows")
    }

    fn row(&mut self, _series: usize, _line: u64, _when: When, _values: &[f64]) -> Result<(), MarketError> {
        self.other("rows")
    }

    fn chain(&mut self, chain: Chain) -> Result<(), MarketError> {
        self.quotes += chain.quotes.len();
        if self.quotes > QUOTES_HELD_MAX {
            let reason = format!("more than {QUOTES_HELD_MAX} options together\nhint: import them and use gex history");
            return Err(MarketError::File { path: self.shown.clone(), reason });
        }
        self.chains.push(chain);
        Ok(())
    }

    fn event(&mut self, _line: u64, _event: Event) -> Result<(), MarketError> {
        self.other("events")
    }

    fn factors(&mut self, _factors: Factors) -> Result<(), MarketError> {
        self.other("splits and dividends")
    }

    fn unreadable(&mut self, line: u64, reason: String) -> Result<(), MarketError> {
        Err(MarketError::Line { path: self.shown.clone(), line, reason })
    }
}
