//! Tracks: sequences of rows on which nodes live.

use std::ops::Range;
use std::sync::Arc;

use tapewright_market::Market;
use tapewright_model::{CANONICAL_NAN, Frame, FrameError, Symbol, Time, Timeframe};

/// Which rows: of one instrument, or every instant of several; the data's own, or closed bars.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TrackKey {
    pub(crate) symbols: Vec<Symbol>,
    pub(crate) timeframe: Option<Timeframe>,
}

/// Rows of one track over the whole unit.
pub(crate) struct Track {
    times: Times,
    /// Of a single instrument.
    frame: Option<Frame>,
}

enum Times {
    Frame(Frame),
    Union(Arc<[i64]>),
}

impl Track {
    pub(crate) fn new(market: &Market, key: &TrackKey) -> Result<Track, FrameError> {
        let frames = key.symbols.iter().map(|symbol| frame(market, symbol, key.timeframe));
        let frames = frames.collect::<Result<Vec<_>, _>>()?;
        if let [Some(frame)] = frames.as_slice() {
            return Ok(Track { times: Times::Frame(frame.clone()), frame: Some(frame.clone()) });
        }
        let times = crate::join::union(frames.iter().flatten().map(Frame::times));
        Ok(Track { times: Times::Union(times.into()), frame: None })
    }

    /// Known times of all rows.
    pub(crate) fn times(&self) -> &[i64] {
        match &self.times {
            Times::Frame(frame) => frame.times(),
            Times::Union(times) => times,
        }
    }

    pub(crate) fn frame(&self) -> Option<&Frame> {
        self.frame.as_ref()
    }

    /// The rows from `start` on that are known before `until`.
    pub(crate) fn range(&self, start: usize, until: Time) -> Range<usize> {
        let rest = &self.times()[start..];
        start..start + rest.partition_point(|time| *time < until.0)
    }
}

/// An instrument's rows: the data's own or closed bars.
pub(crate) fn frame(
    market: &Market,
    symbol: &Symbol,
    timeframe: Option<Timeframe>,
) -> Result<Option<Frame>, FrameError> {
    match timeframe {
        None => Ok(market.frame(symbol).cloned()),
        Some(timeframe) => market.bars(symbol, timeframe),
    }
}

/// Prices of one instrument over a slab of a node's rows, for fills and outcomes.
pub(crate) struct Prices<'a> {
    /// Columns over the slab's rows of the instrument's own track.
    columns: [Option<&'a [f64]>; 4],
    /// The last close before the slab.
    close_before: f64,
    /// Given when the node's rows are not the instrument's: for each of them, how many of the
    /// instrument's are at or before it.
    counts: Option<Vec<u32>>,
}

/// One bar. A price that the data does not have is NaN.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bar {
    pub(crate) open: f64,
    pub(crate) high: f64,
    pub(crate) low: f64,
    pub(crate) close: f64,
}

impl<'a> Prices<'a> {
    /// `rows` are the slab's rows of the instrument's frame; `times` those of the node, when they differ.
    pub(crate) fn new(frame: &'a Frame, rows: Range<usize>, times: Option<&[i64]>) -> Prices<'a> {
        let column = |name| frame.index(name).map(|index| &frame.column(index)[rows.clone()]);
        let close_before = match (rows.start.checked_sub(1), frame.index("close")) {
            (Some(row), Some(index)) => frame.column(index)[row],
            _ => CANONICAL_NAN,
        };
        let counts = times.map(|times| {
            let mut counts = Vec::new();
            crate::join::known_before(times, &frame.times()[rows.clone()], &mut counts);
            counts
        });
        Prices { columns: ["open", "high", "low", "close"].map(column), close_before, counts }
    }

    /// The instrument's bar that became known on the node's row, if one did. Data without opens, highs or
    /// lows has closes in their place.
    pub(crate) fn bar(&self, row: usize) -> Option<Bar> {
        let at = match &self.counts {
            None => row,
            Some(counts) => {
                let before = row.checked_sub(1).map_or(0, |row| counts[row]);
                let count = counts[row];
                (count > before).then(|| count as usize - 1)?
            }
        };
        let close = self.columns[3].map_or(CANONICAL_NAN, |values| values[at]);
        let price = |column: usize| self.columns[column].map_or(close, |values| values[at]);
        Some(Bar { open: price(0), high: price(1), low: price(2), close })
    }

    /// The last known close at the node's row.
    pub(crate) fn close(&self, row: usize) -> f64 {
        let count = self.counts.as_ref().map_or(row + 1, |counts| counts[row] as usize);
        match (count.checked_sub(1), self.columns[3]) {
            (Some(at), Some(close)) => close[at],
            _ => self.close_before,
        }
    }
}
