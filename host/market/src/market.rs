//! A market: instruments with series of rows, read some at a time, their bars of any timeframe, and what is joined
//! to them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tapewright_model::{Digest, DigestWriter, Frame, FrameError, Symbol, Time, Timeframe};

use crate::bars::aggregate;
use crate::clock::ClockColumn;
use crate::error::MarketError;
use crate::factors::{Adjust, Factors};
use crate::instrument::Instrument;
use crate::reader::Reader;
use crate::series::{Series, Span};

/// Instruments by symbol. What lies in files of the store stays there and is read by those who ask for rows.
#[derive(Debug)]
pub struct Market {
    instruments: BTreeMap<Symbol, Instrument>,
    span: Span,
    /// What an instrument's own rows are, when the user has said it.
    timeframe: Option<Timeframe>,
    adjust: Adjust,
    end: Time,
    /// Bars of what is in memory anyway; made once and kept.
    bars: Mutex<BTreeMap<(Symbol, Rows), Frame>>,
}

/// Which rows of an instrument.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rows {
    /// Its bars, or a table of other columns by name.
    pub table: Option<Arc<str>>,
    /// Closed bars of this timeframe; without one the data's own rows.
    pub timeframe: Option<Timeframe>,
}

impl Rows {
    /// Bars of a timeframe, or the data's own rows.
    #[must_use]
    pub fn bars(timeframe: Option<Timeframe>) -> Rows {
        Rows { table: None, timeframe }
    }
}

impl Market {
    /// A market of these frames.
    #[must_use]
    pub fn new(frames: impl IntoIterator<Item = (Symbol, Frame)>) -> Market {
        let own = |(symbol, frame)| (symbol, Instrument::of_rows(Series::Memory(frame)));
        let instruments: BTreeMap<Symbol, Instrument> = frames.into_iter().map(own).collect();
        let end = end(&instruments, Span::default());
        let bars = Mutex::default();
        Market { instruments, span: Span::default(), timeframe: None, adjust: Adjust::None, end, bars }
    }

    pub(crate) fn of(
        mut instruments: BTreeMap<Symbol, Instrument>,
        span: Span,
        timeframe: Option<Timeframe>,
        adjust: Adjust,
    ) -> Result<Market, MarketError> {
        let end = end(&instruments, span);
        instruments.values_mut().for_each(|instrument| instrument.adjust(adjust, span));
        let cut = |(symbol, instrument): (Symbol, Instrument)| Ok((symbol, instrument.cut(span)?));
        let instruments = instruments.into_iter().map(cut).collect::<Result<_, MarketError>>()?;
        Ok(Market { instruments, span, timeframe, adjust, end, bars: Mutex::default() })
    }

    /// The instruments that have bars, sorted.
    pub fn symbols(&self) -> impl Iterator<Item = &Symbol> {
        self.instruments.iter().filter(|(_, known)| known.bars(None).is_some()).map(|(symbol, _)| symbol)
    }

    /// All instruments, also those that have no bars, sorted.
    pub fn instruments(&self) -> impl Iterator<Item = &Symbol> {
        self.instruments.keys()
    }

    /// When a column's first value was known; `None` when it has none, or a clock tells it.
    ///
    /// # Errors
    /// Of its file.
    pub fn first_known(&self, symbol: &Symbol, name: &str) -> Result<Option<Time>, MarketError> {
        let Some((rows, column)) = self.place(symbol, None, None, name) else { return Ok(None) };
        let Some(mut reader) = self.reader(symbol, &rows, &[column])? else { return Ok(None) };
        while let Some(frame) = reader.next_rows()? {
            if let Some(row) = frame.column(0).iter().position(|value| !value.is_nan()) {
                return Ok(frame.times().get(row).map(|time| Time(*time)));
            }
        }
        Ok(None)
    }

    /// Names of an instrument's columns: those of its own rows, those that are joined, those that a clock tells; `None` for an
    /// instrument that is not there.
    #[must_use]
    pub fn columns(&self, symbol: &Symbol) -> Option<Vec<String>> {
        let instrument = self.instruments.get(symbol)?;
        let mut names = instrument.names(self.timeframe);
        names.extend(ClockColumn::names(symbol, instrument.calendar, &instrument.events));
        Some(names)
    }

    /// The place of a column among an instrument's bars of a timeframe.
    #[must_use]
    pub fn column(&self, symbol: &Symbol, timeframe: Option<Timeframe>, name: &str) -> Option<usize> {
        let place = self.instruments.get(symbol)?.place(timeframe.or(self.timeframe), name)?;
        place.table.is_none().then_some(place.column)
    }

    /// Where a column is that a reader of bars of `own` asks for, perhaps as of another timeframe. What is joined
    /// keeps its own moments unless a timeframe is asked for.
    #[must_use]
    pub fn place(
        &self,
        symbol: &Symbol,
        own: Option<Timeframe>,
        asked: Option<Timeframe>,
        name: &str,
    ) -> Option<(Rows, usize)> {
        let bars = asked.or(own);
        let place = self.instruments.get(symbol)?.place(bars.or(self.timeframe), name)?;
        let timeframe = if place.table.is_some() { asked } else { bars };
        Some((Rows { table: place.table, timeframe }, place.column))
    }

    /// A column that a clock or a diary tells of an instrument's rows; `None` when the data has a column of that name,
    /// or nothing tells it.
    #[must_use]
    pub fn clock(&self, symbol: &Symbol, name: &str) -> Option<Arc<ClockColumn>> {
        let instrument = self.instruments.get(symbol)?;
        let told = || ClockColumn::of(name, symbol, instrument.calendar, &instrument.events);
        if instrument.place(self.timeframe, name).is_some() { None } else { told().map(Arc::new) }
    }

    /// The timeframes of bars that were recorded for an instrument, the finest first; `None` for rows that tile no
    /// time.
    pub fn timeframes(&self, symbol: &Symbol) -> Vec<Option<Timeframe>> {
        self.instruments.get(symbol).map_or(Vec::new(), |known| known.timeframes().collect())
    }

    /// Whether bars of a timeframe can be made of what was recorded for an instrument.
    #[must_use]
    pub fn has_bars(&self, symbol: &Symbol, timeframe: Timeframe) -> bool {
        self.timeframes(symbol).iter().any(|known| known.is_none_or(|known| known <= timeframe))
    }

    /// How many rows an instrument has, when that is known without reading them all.
    #[must_use]
    pub fn rows(&self, symbol: &Symbol) -> Option<usize> {
        let (rows, gathered) = self.instruments.get(symbol)?.bars(self.timeframe)?;
        if gathered { None } else { rows.rows(self.span) }
    }

    /// The last known time of all bars, or the end of the span before it: the clock at which a run ends.
    #[must_use]
    pub fn end(&self) -> Time {
        self.end
    }

    /// What prices on a row known at a time were multiplied by when they were read: a price of a row divided by it
    /// is what was traded.
    #[must_use]
    pub fn multiplier(&self, symbol: &Symbol, time: Time) -> f64 {
        self.instruments.get(symbol).map_or(1.0, |known| known.multiplier(time))
    }

    /// The splits and dividends that are known of an instrument.
    #[must_use]
    pub fn factors(&self, symbol: &Symbol) -> Option<&Factors> {
        self.instruments.get(symbol).and_then(Instrument::factors)
    }

    /// Which factors prices are read with.
    #[must_use]
    pub fn adjust(&self) -> Adjust {
        self.adjust
    }

    /// Reads an instrument's rows from the first on. The frames that come have these of its columns alone, in this
    /// order.
    ///
    /// # Errors
    /// When its file cannot be opened.
    pub fn reader(&self, symbol: &Symbol, rows: &Rows, columns: &[usize]) -> Result<Option<Reader>, MarketError> {
        let Some(instrument) = self.instruments.get(symbol) else { return Ok(None) };
        let (found, span) = match &rows.table {
            None => (instrument.bars(rows.timeframe.or(self.timeframe)), self.span),
            Some(table) => {
                let series = instrument.table(table).map(|series| (series, rows.timeframe.is_some()));
                (series, Span { after: Time::MIN, ..self.span })
            }
        };
        let Some((series, gathered)) = found else { return Ok(None) };
        let timeframe = rows.timeframe.or(if rows.table.is_none() { self.timeframe } else { None });
        let Some(timeframe) = timeframe.filter(|_| gathered) else {
            return instrument.reader(symbol, series, span, columns).map(Some);
        };
        if let Series::Memory(frame) = series {
            let named = |error| MarketError::Frame { symbol: symbol.clone(), error };
            let bars = self.kept(symbol, rows, frame, timeframe).map_err(named)?;
            return Ok(Some(Reader::memory(bars.select(columns))));
        }
        let own = instrument.reader(symbol, series, span, columns)?;
        Ok(Some(Reader::bars(symbol.clone(), own, timeframe, self.end)))
    }

    /// All rows of an instrument at once, with these of its columns in this order.
    ///
    /// # Errors
    /// Of its file.
    pub fn frame(&self, symbol: &Symbol, rows: &Rows, columns: &[usize]) -> Result<Option<Frame>, MarketError> {
        self.reader(symbol, rows, columns)?.map(Reader::whole).transpose()
    }

    /// All bars of an instrument at once, with all their columns; not those that are joined.
    ///
    /// # Errors
    /// Of its file.
    pub fn whole(&self, symbol: &Symbol, timeframe: Option<Timeframe>) -> Result<Option<Frame>, MarketError> {
        let bars = self.instruments.get(symbol).and_then(|known| known.bars(timeframe.or(self.timeframe)));
        let columns: Vec<usize> = (0..bars.map_or(0, |(rows, _)| rows.names().len())).collect();
        self.frame(symbol, &Rows::bars(timeframe), &columns)
    }

    fn kept(&self, symbol: &Symbol, rows: &Rows, frame: &Frame, timeframe: Timeframe) -> Result<Frame, FrameError> {
        let mut bars = self.bars.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (symbol.clone(), Rows { timeframe: Some(timeframe), ..rows.clone() });
        if let Some(bars) = bars.get(&key) {
            return Ok(bars.clone());
        }
        let made = aggregate(frame, timeframe, self.end)?;
        bars.insert(key, made.clone());
        Ok(made)
    }

    /// Names every row of every column: another value anywhere gives another digest. What is in memory is
    /// named by its rows, what is in the store by its file's bytes and the span that is read.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn digest(&self) -> Result<Digest, MarketError> {
        let mut writer = DigestWriter::new("tapewright market");
        if let Some(timeframe) = self.timeframe {
            writer.text(&timeframe.to_string());
        }
        for (symbol, instrument) in &self.instruments {
            writer.text(symbol.as_str());
            instrument.write(self.span, &mut writer)?;
        }
        Ok(writer.finish())
    }
}

/// The last known time within the span.
fn end(instruments: &BTreeMap<Symbol, Instrument>, span: Span) -> Time {
    let of_bars = instruments.values().filter(|known| known.bars(None).is_some()).filter_map(Instrument::last).max();
    of_bars.map_or(Time::MIN, |last| last.min(span.until))
}
