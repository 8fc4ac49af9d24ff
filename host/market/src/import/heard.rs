//! What a format says, kept whole: for tests of formats.

use std::path::PathBuf;
use std::sync::Arc;

use tapewright_model::{Symbol, Time};

use super::format::{Fit, Format, Hints, recognise};
use super::formats::FORMATS;
use super::rows::{Rows, Shape, When};
use super::source::Source;
use crate::chain::Chain;
use crate::error::MarketError;
use crate::event::Event;
use crate::factors::Factors;

/// Everything of one file.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    /// Empty when nobody asked which it is.
    pub(crate) format: &'static str,
    pub(crate) series: Vec<Shape>,
    /// Of which series, line, when, and its values.
    pub(crate) rows: Vec<(usize, u64, When, Vec<f64>)>,
    pub(crate) chains: Vec<Chain>,
    pub(crate) events: Vec<(u64, Event)>,
    pub(crate) factors: Vec<Factors>,
    pub(crate) unreadable: Vec<(u64, String)>,
}

/// One of its series.
pub(crate) struct Series<'a> {
    pub(crate) shape: &'a Shape,
    rows: Vec<&'a (usize, u64, When, Vec<f64>)>,
}

impl Heard {
    pub(crate) fn of(&self, at: usize) -> Series<'_> {
        Series { shape: &self.series[at], rows: self.rows.iter().filter(|(series, ..)| *series == at).collect() }
    }

    /// Its one series.
    pub(crate) fn only(&self) -> Series<'_> {
        assert_eq!(self.series.len(), 1);
        self.of(0)
    }
}

impl Series<'_> {
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
        self.rows.len()
    }

    pub(crate) fn row(&self, at: usize) -> (u64, When, &[f64]) {
        let (_, line, when, values) = self.rows[at];
        (*line, *when, values)
    }

    /// Known times; of days their numbers.
    pub(crate) fn known(&self) -> Vec<String> {
        let shown = |(_, _, when, _): &&(usize, u64, When, Vec<f64>)| match when {
            When::Day(day) => day.to_string(),
            When::Known(known) | When::Released { known, .. } => Time(*known).to_string(),
        };
        self.rows.iter().map(shown).collect()
    }
}

impl Rows for Heard {
    fn series(&mut self, shape: Shape) -> Result<usize, MarketError> {
        if let Some(at) = self.series.iter().position(|known| *known == shape) {
            return Ok(at);
        }
        self.series.push(shape);
        Ok(self.series.len() - 1)
    }

    fn row(&mut self, series: usize, line: u64, when: When, values: &[f64]) -> Result<(), MarketError> {
        assert_eq!(values.len(), self.series[series].columns.len());
        self.rows.push((series, line, when, values.to_vec()));
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

/// Reads a text under a file's name, which must be recognised as that format and no other.
pub(crate) fn hear(format: &'static dyn Format, name: &str, text: &str) -> Heard {
    try_hear(format, name, text, &Hints::default()).unwrap()
}

/// The same with hints.
pub(crate) fn try_hear(
    format: &'static dyn Format,
    name: &str,
    text: &str,
    hints: &Hints,
) -> Result<Heard, MarketError> {
    hear_source(format, &Source::of_bytes(name, text.as_bytes()), hints)
}

/// Reads a source, which must be recognised as that format and no other.
pub(crate) fn hear_source(format: &'static dyn Format, source: &Source, hints: &Hints) -> Result<Heard, MarketError> {
    let recognised = recognise(&source.head()?, FORMATS)?;
    assert_eq!(recognised.name(), format.name(), "{}", source.shown);
    hear_as(format, source, hints)
}

/// Reads a source as that format, whatever it is.
pub(crate) fn hear_as(format: &dyn Format, source: &Source, hints: &Hints) -> Result<Heard, MarketError> {
    let mut heard = Heard { format: format.name(), ..Heard::default() };
    format.read(source, hints, &mut heard)?;
    Ok(heard)
}

/// Reads a text under a file's name as the format that is recognised.
pub(crate) fn hear_any(name: &str, text: impl AsRef<[u8]>, hints: &Hints) -> Result<Heard, String> {
    any(&Source::of_bytes(name, text.as_ref()), hints).map_err(|error| error.to_string())
}

/// The same of a file of the shared data with one member; `None` when it is not there.
pub(crate) fn hear_shared(path: &str, hints: &Hints) -> Option<Heard> {
    shared(path).map(|source| any(&source, hints).unwrap())
}

fn any(source: &Source, hints: &Hints) -> Result<Heard, MarketError> {
    hear_as(recognise(&source.head()?, FORMATS)?, source, hints)
}

/// How a text under a file's name fits.
pub(crate) fn fit(format: &dyn Format, name: &str, text: &str) -> Fit {
    format.fits(&Source::of_bytes(name, text.as_bytes()).head().unwrap())
}

/// Bytes that are no data of any format; none of them may do more than fail.
pub(crate) fn rubbish(format: &'static dyn Format, name: &str, header: &str) {
    for rest in [
        "",
        "\n",
        ",\n",
        ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\n",
        "\u{0}\u{0}\n",
        "\"\n\n",
        "9999999999999999999999,1e999,nan,inf,-0\n",
        "日本語,日本語,日本語,日本語,日本語\n",
        "2024-01-03\n2024-01-03,1\n",
    ] {
        let text = format!("{header}{rest}");
        for hints in [Hints::default(), Hints { zone: Some(jiff::tz::TimeZone::UTC), ..Hints::default() }] {
            let mut heard = Heard::default();
            let _ = format.read(&Source::of_bytes(name, text.as_bytes()), &hints, &mut heard);
            assert!(heard.chains.iter().all(|chain| chain.quotes.iter().all(|quote| quote.strike > 0.0)));
        }
    }
    let bytes: Vec<u8> = (0..4096_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let mut heard = Heard::default();
    let _ = format.read(&Source::of_bytes(name, &[header.as_bytes(), &bytes].concat()), &Hints::default(), &mut heard);
}

/// A file of the shared data with one member; `None`, said once, when it is not there.
pub(crate) fn shared(path: &str) -> Option<Source> {
    let folder = std::env::var_os("TAPEWRIGHT_TEST_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let path = folder.join(path);
    if !path.exists() {
        println!("skipped: {} is not there", path.display());
        return None;
    }
    let mut sources = Source::of_file(&path, &Arc::default()).unwrap();
    assert_eq!(sources.len(), 1, "{}", path.display());
    sources.pop()
}

pub(crate) fn hints() -> Hints {
    Hints::default()
}

pub(crate) fn named(symbol: &str) -> Hints {
    Hints { symbol: Some(Symbol::new(symbol).unwrap()), ..Hints::default() }
}

/// A number of a period, known later.
pub(crate) fn released(period: &str, known: &str) -> When {
    let ns = |text: &str| text.parse::<Time>().unwrap().0;
    When::Released { period: ns(period), known: ns(known) }
}

/// Lines that could not be read, and why.
pub(crate) fn said(unreadable: &[(u64, String)]) -> Vec<String> {
    unreadable.iter().map(|(line, reason)| format!("{line}: {reason}")).collect()
}
