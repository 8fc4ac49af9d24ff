//! One instrument's rows, in memory or in a file of the store.

use tapewright_model::{DigestWriter, Frame, Symbol, Time};

use crate::error::MarketError;
use crate::factors::Multipliers;
use crate::reader::Reader;
use crate::store::StoreFile;

/// An instrument's rows.
#[derive(Debug)]
pub(crate) enum Series {
    Memory(Frame),
    Store(StoreFile),
}

/// Which rows of the data count: known after `after` and until `until`. Bars tile time in the same way, so a
/// span from one midnight to another holds exactly the bars of the days between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Not this moment itself.
    pub after: Time,
    /// This moment as well.
    pub until: Time,
}

impl Default for Span {
    /// All of them.
    fn default() -> Span {
        Span { after: Time::MIN, until: Time::MAX }
    }
}

impl Span {
    /// The rows of a list of ascending times.
    pub(crate) fn of(self, times: &[i64]) -> std::ops::Range<usize> {
        let start = times.partition_point(|time| *time <= self.after.0);
        start..start.max(times.partition_point(|time| *time <= self.until.0))
    }

    pub(crate) fn cut(self, frame: Frame) -> Frame {
        let rows = self.of(frame.times());
        if rows.len() == frame.rows() { frame } else { frame.slice(rows) }
    }
}

impl Series {
    pub(crate) fn names(&self) -> &[String] {
        match self {
            Series::Memory(frame) => frame.names(),
            Series::Store(file) => file.names(),
        }
    }

    /// Known time of the last row.
    pub(crate) fn last(&self) -> Option<Time> {
        match self {
            Series::Memory(frame) => frame.times().last().map(|time| Time(*time)),
            Series::Store(file) => file.last(),
        }
    }

    /// Known time of the first row, as far as that is known without reading.
    pub(crate) fn first(&self) -> Option<Time> {
        match self {
            Series::Memory(frame) => frame.times().first().map(|time| Time(*time)),
            Series::Store(file) => file.first(),
        }
    }

    /// What is in memory is cut to the span and multiplied once and for all; a file is when it is read.
    pub(crate) fn cut(self, span: Span, multipliers: Option<&Multipliers>) -> Result<Series, MarketError> {
        Ok(match self {
            Series::Memory(frame) => {
                let frame = span.cut(frame);
                let adjusted = multipliers.map(|multipliers| multipliers.apply(&frame)).transpose();
                let adjusted = adjusted
                    .map_err(|error| MarketError::File { path: "rows".to_owned(), reason: error.to_string() })?;
                Series::Memory(adjusted.unwrap_or(frame))
            }
            file => file,
        })
    }

    pub(crate) fn rows(&self, span: Span) -> Option<usize> {
        match self {
            Series::Memory(frame) => Some(frame.rows()),
            Series::Store(file) => (span == Span::default()).then(|| file.rows()),
        }
    }

    pub(crate) fn reader(
        &self,
        symbol: &Symbol,
        span: Span,
        columns: &[usize],
        multipliers: Option<&Multipliers>,
    ) -> Result<Reader, MarketError> {
        match self {
            Series::Memory(frame) => Ok(Reader::memory(frame.select(columns))),
            Series::Store(file) => {
                let rows = Reader::store(file.reader(symbol, span, columns)?);
                Ok(match multipliers {
                    Some(multipliers) => Reader::adjusted(symbol.clone(), rows, multipliers.clone()),
                    None => rows,
                })
            }
        }
    }

    pub(crate) fn write(&self, span: Span, writer: &mut DigestWriter) -> Result<(), MarketError> {
        match self {
            Series::Memory(frame) => {
                writer.number(frame.rows() as u64).integers(frame.times());
                for (index, name) in frame.names().iter().enumerate() {
                    writer.text(name).numbers(frame.column(index));
                }
                Ok(())
            }
            Series::Store(file) => {
                writer.digest(&file.digest()?);
                writer.integers(&[span.after.0, span.until.0]);
                Ok(())
            }
        }
    }
}
