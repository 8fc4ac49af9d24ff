//! Rows of one instrument, in order, some at a time.

use tapewright_model::{Frame, FrameError, Symbol, Time, Timeframe};

use crate::bars::aggregate;
use crate::error::MarketError;
use crate::factors::Multipliers;
use crate::store::StoreReader;

/// Gives an instrument's rows as frames that follow each other. Holds one piece at a time.
pub struct Reader(Source);

enum Source {
    Memory(Option<Frame>),
    Store(Box<StoreReader>),
    Bars(Box<Bars>),
    Adjusted(Box<Adjusted>),
}

/// Rows whose prices are multiplied as they are read.
struct Adjusted {
    symbol: Symbol,
    rows: Reader,
    multipliers: Multipliers,
}

/// Bars made of rows as they are read.
struct Bars {
    symbol: Symbol,
    rows: Reader,
    timeframe: Timeframe,
    /// A bar that ends later has not closed.
    until: Time,
    /// Rows of a bar whose end has not been seen yet.
    open: Option<Frame>,
    ended: bool,
}

impl Reader {
    pub(crate) fn memory(frame: Frame) -> Reader {
        Reader(Source::Memory(Some(frame)))
    }

    pub(crate) fn store(reader: StoreReader) -> Reader {
        Reader(Source::Store(Box::new(reader)))
    }

    pub(crate) fn bars(symbol: Symbol, rows: Reader, timeframe: Timeframe, until: Time) -> Reader {
        Reader(Source::Bars(Box::new(Bars { symbol, rows, timeframe, until, open: None, ended: false })))
    }

    pub(crate) fn adjusted(symbol: Symbol, rows: Reader, multipliers: Multipliers) -> Reader {
        Reader(Source::Adjusted(Box::new(Adjusted { symbol, rows, multipliers })))
    }

    /// The next rows, never none of them; `None` after the last.
    ///
    /// # Errors
    /// Of the file; rows that were given before stay true.
    pub fn next_rows(&mut self) -> Result<Option<Frame>, MarketError> {
        match &mut self.0 {
            Source::Memory(frame) => Ok(frame.take().filter(|frame| frame.rows() > 0)),
            Source::Store(reader) => reader.next_rows(),
            Source::Bars(bars) => bars.next_rows(),
            Source::Adjusted(adjusted) => {
                let Some(rows) = adjusted.rows.next_rows()? else { return Ok(None) };
                let named = |error| MarketError::Frame { symbol: adjusted.symbol.clone(), error };
                adjusted.multipliers.apply(&rows).map(Some).map_err(named)
            }
        }
    }

    /// An error of these rows.
    #[must_use]
    pub fn broken(&self, error: FrameError) -> MarketError {
        match &self.0 {
            Source::Memory(_) => MarketError::File { path: "rows".to_owned(), reason: error.to_string() },
            Source::Store(reader) => reader.broken(error),
            Source::Bars(bars) => MarketError::Frame { symbol: bars.symbol.clone(), error },
            Source::Adjusted(adjusted) => MarketError::Frame { symbol: adjusted.symbol.clone(), error },
        }
    }

    /// All rows that are left.
    pub(crate) fn whole(mut self) -> Result<Frame, MarketError> {
        let mut pieces = Vec::new();
        while let Some(rows) = self.next_rows()? {
            pieces.push(rows);
        }
        if pieces.len() == 1 {
            return Ok(pieces.remove(0));
        }
        let names = pieces.first().map_or(&[][..], Frame::names);
        let times: Vec<i64> = pieces.iter().flat_map(Frame::times).copied().collect();
        let column = |index: usize| pieces.iter().flat_map(|rows| rows.column(index)).copied().collect();
        let columns = names.iter().enumerate().map(|(index, name)| (name.clone(), column(index))).collect();
        Frame::new(times, columns).map_err(|error| self.broken(error))
    }
}

impl Bars {
    fn next_rows(&mut self) -> Result<Option<Frame>, MarketError> {
        let named = |symbol: &Symbol| {
            let symbol = symbol.clone();
            |error| MarketError::Frame { symbol, error }
        };
        while !self.ended {
            let (rows, until) = match self.rows.next_rows()? {
                Some(rows) => {
                    let rows = match self.open.take() {
                        Some(open) => open.followed_by(0, &rows).map_err(named(&self.symbol))?,
                        None => rows,
                    };
                    // the bar of the last row may go on in the next piece
                    let last = rows.times().last().map_or(Time::MIN, |time| self.timeframe.end_of_bar(Time(*time)));
                    let start = last.0.saturating_sub(self.timeframe.span_ns());
                    let closed = rows.times().partition_point(|time| *time <= start);
                    self.open = Some(rows.slice(closed..rows.rows()));
                    (rows.slice(0..closed), Time::MAX)
                }
                None => {
                    self.ended = true;
                    let Some(open) = self.open.take() else { break };
                    (open, self.until)
                }
            };
            let bars = aggregate(&rows, self.timeframe, until).map_err(named(&self.symbol))?;
            if bars.rows() > 0 {
                return Ok(Some(bars));
            }
        }
        Ok(None)
    }
}
