//! What a format gave, for tests of formats: all of it, in order.

use std::path::PathBuf;
use std::sync::Arc;

use tapewright_model::{Symbol, Time};

use super::format::{Format, Hints, recognise};
use super::formats::FORMATS;
use super::rows::{Rows, Shape, When};
use super::source::Source;
use crate::chain::Chain;
use crate::error::MarketError;
use crate::event::Event;
use crate::factors::Factors;

/// Everything of one file.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    pub(crate) format: &'static str,
    pub(crate) series: Vec<Series>,
    pub(crate) factors: Vec<Factors>,
    pub(crate) chains: Vec<Chain>,
    pub(crate) events: Vec<(u64, Event)>,
    pub(crate) unreadable: Vec<(u64, String)>,
}

#[derive(Debug)]
pub(crate) struct Series {
    pub(crate) shape: Shape,
    lines: Vec<(u64, When)>,
    values: Vec<f64>,
}

impl Series {
    pub(crate) fn symbol(&self) -> &str {
        self.shape.key.symbol.as_str()
    }

    pub(crate) fn columns(&self) -> String {
        self.shape.columns.join(" ")
    }

    pub(crate) fn timeframe(&self) -> String {
        self.shape.key.timeframe.map(|timeframe| timeframe.to_string()).unwrap_or_default()
    }

    pub(crate) fn rows(&self) -> usize {
        self.lines.len()
    }

    pub(crate) fn row(&self, at: usize) -> (u64, When, &[f64]) {
        let width = self.shape.columns.len();
        (self.lines[at].0, self.lines[at].1, &self.values[at * width..(at + 1) * width])
    }

    /// Known times; of days their numbers.
    pub(crate) fn known(&self) -> Vec<String> {
        let shown = |(_, when): &(u64, When)| match when {
            When::Day(day) => day.to_string(),
            When::Known(known) | When::Released { known, .. } => Time(*known).to_string(),
        };
        self.lines.iter().map(shown).collect()
    }
}

impl Collected {
    /// Its one series.
    pub(crate) fn only(&self) -> &Series {
        assert_eq!(self.series.len(), 1);
        &self.series[0]
    }
}

impl Rows for Collected {
    fn series(&mut self, shape: Shape) -> Result<usize, MarketError> {
        let at = self.series.iter().position(|series| series.shape == shape).unwrap_or(self.series.len());
        if at == self.series.len() {
            self.series.push(Series { shape, lines: Vec::new(), values: Vec::new() });
        }
        Ok(at)
    }

    fn row(&mut self, series: usize, line: u64, when: When, values: &[f64]) -> Result<(), MarketError> {
        let series = &mut self.series[series];
        assert_eq!(values.len(), series.shape.columns.len());
        series.lines.push((line, when));
        series.values.extend(values);
        Ok(())
    }

    fn chain(&mut self, chain: Chain) -> Result<(), MarketError> {
        self.chains.push(chain);
        Ok(())
    }

    fn event(&mut self, line: u64, event: Event) -> Result<(), MarketError> {
        self.events.push((line, event));
        Ok(())
    }

    fn factors(&mut self, factors: Factors) -> Result<(), MarketError> {
        self.factors.push(factors);
        Ok(())
    }

    fn unreadable(&mut self, line: u64, reason: String) -> Result<(), MarketError> {
        self.unreadable.push((line, reason));
        Ok(())
    }
}

/// Reads a text under a file's name in the form that is recognised.
pub(crate) fn collect(name: &str, text: impl AsRef<[u8]>, hints: &Hints) -> Result<Collected, String> {
    let source = Source::of_bytes(name, text.as_ref());
    let format = recognise(&source.head().map_err(|error| error.to_string())?, FORMATS);
    collect_as(format.map_err(|error| error.to_string())?, &source, hints)
}

pub(crate) fn collect_as(format: &dyn Format, source: &Source, hints: &Hints) -> Result<Collected, String> {
    let mut collected = Collected { format: format.name(), ..Collected::default() };
    format.read(source, hints, &mut collected).map_err(|error| error.to_string())?;
    Ok(collected)
}

/// Reads a file of the real data with one member; `None` when that is not there.
pub(crate) fn of_file(name: &str, hints: &Hints) -> Option<Collected> {
    let folder = std::env::var_os("TAPEWRIGHT_TEST_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let path = folder.join(name);
    if !path.exists() {
        println!("skipped: {} is not there", path.display());
        return None;
    }
    let sources = Source::of_file(&path, &Arc::default()).unwrap();
    assert_eq!(sources.len(), 1, "{name}");
    let format = recognise(&sources[0].head().unwrap(), FORMATS).unwrap();
    Some(collect_as(format, &sources[0], hints).unwrap())
}

pub(crate) fn hints() -> Hints {
    Hints::default()
}

pub(crate) fn named(symbol: &str) -> Hints {
    Hints { symbol: Some(Symbol::new(symbol).unwrap()), ..Hints::default() }
}

/// Lines that could not be read, and why.
pub(crate) fn said(unreadable: &[(u64, String)]) -> Vec<String> {
    unreadable.iter().map(|(line, reason)| format!("{line}: {reason}")).collect()
}
