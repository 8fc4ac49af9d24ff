//! A market: series of rows by symbol, read some at a time, and their bars of any timeframe.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use tapewright_model::{Digest, DigestWriter, Frame, FrameError, Symbol, Time, Timeframe};

use crate::bars::aggregate;
use crate::error::MarketError;
use crate::reader::Reader;
use crate::series::{Series, Span};

/// Series by symbol. What lies in files of the store stays there and is read by those who ask for rows.
#[derive(Debug)]
pub struct Market {
    series: BTreeMap<Symbol, Series>,
    span: Span,
    end: Time,
    /// Bars of what is in memory anyway; made once and kept.
    bars: Mutex<BTreeMap<(Symbol, Timeframe), Frame>>,
}

impl Market {
    /// A market of these frames.
    #[must_use]
    pub fn new(frames: impl IntoIterator<Item = (Symbol, Frame)>) -> Market {
        let series = frames.into_iter().map(|(symbol, frame)| (symbol, Series::Memory(frame))).collect();
        Market::of(series, Span::default())
    }

    pub(crate) fn of(series: BTreeMap<Symbol, Series>, span: Span) -> Market {
        let last = series.values().filter_map(Series::last).max();
        let end = last.map_or(Time::MIN, |last| last.min(span.until));
        let series = series.into_iter().map(|(symbol, series)| (symbol, series.cut(span))).collect();
        Market { series, span, end, bars: Mutex::default() }
    }

    /// The instruments, sorted.
    pub fn symbols(&self) -> impl ExactSizeIterator<Item = &Symbol> {
        self.series.keys()
    }

    /// Names of an instrument's columns; `None` for one that is not there.
    #[must_use]
    pub fn columns(&self, symbol: &Symbol) -> Option<&[String]> {
        self.series.get(symbol).map(Series::names)
    }

    /// The place of one of an instrument's columns.
    #[must_use]
    pub fn column(&self, symbol: &Symbol, name: &str) -> Option<usize> {
        self.columns(symbol)?.iter().position(|known| known == name)
    }

    /// How many rows an instrument has, when that is known without reading them all.
    #[must_use]
    pub fn rows(&self, symbol: &Symbol) -> Option<usize> {
        self.series.get(symbol)?.rows(self.span)
    }

    /// The last known time of all instruments, or the end of the span before it: the clock at which a run ends.
    #[must_use]
    pub fn end(&self) -> Time {
        self.end
    }

    /// Reads an instrument's rows from the first on: the data's own, or the closed bars of a timeframe. The
    /// frames that come have these of its columns alone, in this order.
    ///
    /// # Errors
    /// When its file cannot be opened.
    pub fn reader(
        &self,
        symbol: &Symbol,
        timeframe: Option<Timeframe>,
        columns: &[usize],
    ) -> Result<Option<Reader>, MarketError> {
        let Some(series) = self.series.get(symbol) else { return Ok(None) };
        let named = |error| MarketError::Frame { symbol: symbol.clone(), error };
        if let (Series::Memory(frame), Some(timeframe)) = (series, timeframe) {
            let bars = self.kept(symbol, frame, timeframe).map_err(named)?;
            return Ok(Some(Reader::memory(bars.select(columns))));
        }
        let rows = series.reader(symbol, self.span, columns)?;
        Ok(Some(match timeframe {
            None => rows,
            Some(timeframe) => Reader::bars(symbol.clone(), rows, timeframe, self.end),
        }))
    }

    /// All rows of an instrument at once, with these of its columns in this order.
    ///
    /// # Errors
    /// Of its file.
    pub fn frame(
        &self,
        symbol: &Symbol,
        timeframe: Option<Timeframe>,
        columns: &[usize],
    ) -> Result<Option<Frame>, MarketError> {
        self.reader(symbol, timeframe, columns)?.map(Reader::whole).transpose()
    }

    /// All rows of an instrument at once, with all its columns.
    ///
    /// # Errors
    /// Of its file.
    pub fn whole(&self, symbol: &Symbol, timeframe: Option<Timeframe>) -> Result<Option<Frame>, MarketError> {
        let columns: Vec<usize> = (0..self.columns(symbol).map_or(0, <[String]>::len)).collect();
        self.frame(symbol, timeframe, &columns)
    }

    fn kept(&self, symbol: &Symbol, frame: &Frame, timeframe: Timeframe) -> Result<Frame, FrameError> {
        let mut bars = self.bars.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (symbol.clone(), timeframe);
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
        for (symbol, series) in &self.series {
            writer.text(symbol.as_str());
            series.write(self.span, &mut writer)?;
        }
        Ok(writer.finish())
    }
}
