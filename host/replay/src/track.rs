//! Tracks: sequences of rows on which nodes live, read some at a time.

use std::ops::Range;

use tapewright_market::{Market, MarketError, Reader, Rows as Which};
use tapewright_model::{CANONICAL_NAN, Frame, Symbol, Time, Timeframe};

/// Which rows: of one instrument, or every instant of several; the data's own, closed bars, or a table that is joined.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TrackKey {
    pub(crate) symbols: Vec<Symbol>,
    pub(crate) rows: Which,
}

impl TrackKey {
    /// Bars of one instrument.
    pub(crate) fn bars(symbol: &Symbol, timeframe: Option<Timeframe>) -> TrackKey {
        TrackKey { symbols: vec![symbol.clone()], rows: Which::bars(timeframe) }
    }
}

/// Rows of one track: those of the current slab, the one before them, and what was read ahead.
pub(crate) struct Track {
    source: Source,
    /// Row of the track on which the slab begins.
    cursor: usize,
    /// Rows of the slab.
    rows: usize,
}

enum Source {
    /// Of a single instrument.
    Rows(Rows),
    /// Instants of several: the slab's, and the last one before them.
    Instants { members: Vec<usize>, times: Vec<i64>, before: Option<i64> },
}

struct Rows {
    reader: Option<Reader>,
    window: Frame,
    /// Row of the track with which the window begins.
    first: usize,
    /// Columns of the market that the window has, sorted.
    columns: Vec<usize>,
}

impl Track {
    /// One instrument's rows with these columns (sorted).
    pub(crate) fn rows(market: &Market, key: &TrackKey, columns: Vec<usize>) -> Result<Option<Track>, MarketError> {
        let Some(reader) = market.reader(&key.symbols[0], &key.rows, &columns)? else { return Ok(None) };
        let mut rows = Rows { reader: Some(reader), window: Frame::empty(), first: 0, columns };
        rows.read(0)?;
        Ok(Some(Track { source: Source::Rows(rows), cursor: 0, rows: 0 }))
    }

    /// Every instant of other tracks of the unit.
    pub(crate) fn instants(members: Vec<usize>) -> Track {
        Track { source: Source::Instants { members, times: Vec::new(), before: None }, cursor: 0, rows: 0 }
    }

    /// The tracks of which it is made; none when it has rows of its own.
    pub(crate) fn members(&self) -> Option<&[usize]> {
        match &self.source {
            Source::Rows(_) => None,
            Source::Instants { members, .. } => Some(members),
        }
    }

    /// Reads ahead and gives the known time of the row that lies so many behind the slab's first, if there is
    /// one.
    pub(crate) fn ahead(&mut self, rows: usize) -> Result<Option<Time>, MarketError> {
        let cursor = self.cursor;
        let Source::Rows(own) = &mut self.source else { return Ok(None) };
        while own.first + own.window.rows() <= cursor + rows && own.reader.is_some() {
            // one row before the slab stays: what was known when it began
            own.read(cursor.saturating_sub(1))?;
        }
        Ok(own.window.times().get(cursor + rows - own.first).map(|time| Time(*time)))
    }

    /// The slab ends here: rows known before `until`, of those that were read.
    pub(crate) fn begin(&mut self, until: Time) {
        if let Source::Rows(own) = &self.source {
            let rest = &own.window.times()[self.cursor - own.first..];
            self.rows = rest.partition_point(|time| *time < until.0);
        }
    }

    /// The slab's instants.
    pub(crate) fn begin_instants(&mut self, instants: Vec<i64>) {
        self.rows = instants.len();
        if let Source::Instants { times, .. } = &mut self.source {
            *times = instants;
        }
    }

    /// The slab is done.
    pub(crate) fn end(&mut self) {
        self.cursor += self.rows;
        self.rows = 0;
        if let Source::Instants { times, before, .. } = &mut self.source {
            *before = times.last().copied().or(*before);
            times.clear();
        }
    }

    /// Known times of the slab's rows.
    pub(crate) fn times(&self) -> &[i64] {
        match &self.source {
            Source::Rows(own) => &own.window.times()[self.range(own)],
            Source::Instants { times, .. } => times,
        }
    }

    /// Known time of the last row before the slab.
    pub(crate) fn time_before(&self) -> Option<i64> {
        match &self.source {
            Source::Rows(own) => own.window.times().get(self.range(own).start.checked_sub(1)?).copied(),
            Source::Instants { before, .. } => *before,
        }
    }

    /// A market column on the slab's rows, and the value before them; `None` when the track was not asked to
    /// read it.
    pub(crate) fn column(&self, column: usize) -> Option<(&[f64], f64)> {
        let Source::Rows(own) = &self.source else { return None };
        let place = own.columns.binary_search(&column).ok()?;
        let (values, range) = (own.window.column(place), self.range(own));
        let before = range.start.checked_sub(1).map_or(CANONICAL_NAN, |row| values[row]);
        Some((&values[range], before))
    }

    fn range(&self, own: &Rows) -> Range<usize> {
        let start = self.cursor - own.first;
        start..start + self.rows
    }
}

impl Rows {
    /// Appends the next piece and forgets the rows before `keep`.
    fn read(&mut self, keep: usize) -> Result<(), MarketError> {
        let Some(reader) = &mut self.reader else { return Ok(()) };
        match reader.next_rows()? {
            None => self.reader = None,
            Some(next) if self.window.rows() == 0 => self.window = next,
            Some(next) => {
                let joined = self.window.followed_by(keep - self.first, &next);
                self.window = joined.map_err(|error| reader.broken(error))?;
                self.first = keep;
            }
        }
        Ok(())
    }
}

/// Prices of one instrument over a slab of a node's rows, for fills and outcomes.
pub(crate) struct Prices<'a> {
    /// Open, high, low and close over the slab's rows of the instrument's own track.
    columns: [Option<&'a [f64]>; 4],
    /// The last close before the slab.
    close_before: f64,
    /// Given when the node's rows are not the instrument's: for each of them, how many of the
    /// instrument's are at or before it.
    counts: Option<Vec<u32>>,
}

/// Names of the columns of prices.
pub(crate) const PRICES: [&str; 4] = ["open", "high", "low", "close"];

/// One bar. A price that the data does not have is NaN.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// First price.
    pub open: f64,
    /// Highest price.
    pub high: f64,
    /// Lowest price.
    pub low: f64,
    /// Last price.
    pub close: f64,
}

impl Bar {
    /// Every price made another one.
    #[must_use]
    pub fn map(self, price: impl Fn(f64) -> f64) -> Bar {
        Bar { open: price(self.open), high: price(self.high), low: price(self.low), close: price(self.close) }
    }

    /// A single value as a bar.
    #[must_use]
    pub fn flat(value: f64) -> Bar {
        Bar { open: value, high: value, low: value, close: value }
    }
}

impl<'a> Prices<'a> {
    /// `columns` are the instrument's market columns of these prices; `times` the node's rows, when they are not
    /// the track's.
    pub(crate) fn new(track: &'a Track, columns: [Option<usize>; 4], times: Option<&[i64]>) -> Prices<'a> {
        let column = |column: Option<usize>| track.column(column?);
        let counts = times.map(|times| {
            let mut counts = Vec::new();
            crate::join::known_before(times, track.times(), &mut counts);
            counts
        });
        Prices {
            columns: columns.map(|price| column(price).map(|(values, _)| values)),
            close_before: column(columns[3]).map_or(CANONICAL_NAN, |(_, before)| before),
            counts,
        }
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
