//! One way of writing data down, and how it is recognised.

use jiff::tz::TimeZone;
use tapewright_model::{Symbol, Timeframe};

use super::rows::Rows;
use super::source::{Head, Source};
use crate::calendar::Calendar;
use crate::error::MarketError;

/// How well a file looks like a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fit {
    /// It is another one.
    No,
    /// It can be read so when nothing else fits better.
    General,
    /// It has what this format alone has.
    Exact,
}

/// What the user says about files that do not say it themselves.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hints {
    /// Whose rows these are.
    pub(crate) symbol: Option<Symbol>,
    /// Zone of times that are written without one.
    pub(crate) zone: Option<TimeZone>,
    /// How long a bar is.
    pub(crate) timeframe: Option<Timeframe>,
    /// When it trades.
    pub(crate) calendar: Option<Calendar>,
}

/// One way of writing data down. Each has a file of its own in `formats`.
pub(crate) trait Format: Sync {
    /// As it is typed after `--format`: `yahoo`.
    fn name(&self) -> &'static str;
    /// One line for people: what it is and which columns it has.
    fn summary(&self) -> &'static str;
    /// Looks at the file's name and its first bytes.
    fn fits(&self, head: &Head<'_>) -> Fit;
    /// Reads the whole file.
    fn read(&self, source: &Source, hints: &Hints, rows: &mut dyn Rows) -> Result<(), MarketError>;
}

/// The format of a file: the one that fits best.
///
/// # Errors
/// [`MarketError::File`] when none fits, or several do equally; with the candidates.
pub(crate) fn recognise(head: &Head<'_>, formats: &[&'static dyn Format]) -> Result<&'static dyn Format, MarketError> {
    let fits: Vec<(Fit, &'static dyn Format)> = formats.iter().map(|format| (format.fits(head), *format)).collect();
    let best = fits.iter().map(|(fit, _)| *fit).max().unwrap_or(Fit::No);
    let candidates: Vec<&'static dyn Format> =
        fits.iter().filter(|(fit, _)| *fit == best && best != Fit::No).map(|(_, format)| *format).collect();
    let fail = |reason: String| MarketError::File { path: head.shown.to_owned(), reason };
    match candidates[..] {
        [only] => Ok(only),
        [] if let Some(other) = head.other() => Err(fail(other.to_owned())),
        [] => Err(fail(format!(
            "its form is not known; it begins with {}\nhint: `tapewright import --help` lists the formats",
            head.first_line_shown()
        ))),
        _ => {
            let names: Vec<String> =
                candidates.iter().map(|format| format!("  {:<12} {}", format.name(), format.summary())).collect();
            Err(fail(format!("it may be\n{}\nhint: name one with --format", names.join("\n"))))
        }
    }
}
