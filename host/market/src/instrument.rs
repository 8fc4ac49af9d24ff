//! One instrument: its bars of every timeframe that somebody recorded, other columns, factors, calendar.

use std::sync::Arc;

use tapewright_model::{DigestWriter, Symbol, Time, Timeframe};

use crate::calendar::Calendar;
use crate::error::MarketError;
use crate::event::Event;
use crate::factors::{Adjust, Factors, Multipliers};
use crate::reader::Reader;
use crate::series::{Series, Span};

/// What is known of one instrument.
#[derive(Debug, Default)]
pub(crate) struct Instrument {
    /// The finest first; rows that tile no time before all others. Each timeframe once.
    bars: Vec<(Option<Timeframe>, Series)>,
    /// Joined to rows by known time, by name.
    columns: Vec<(Arc<str>, Series)>,
    factors: Option<Factors>,
    multipliers: Option<Multipliers>,
    pub(crate) calendar: Option<Calendar>,
    /// What was announced; without the texts.
    pub(crate) events: Vec<Event>,
}

/// Where a column is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The table: that of the bars, or one whose rows are joined.
    pub(crate) table: Option<Arc<str>>,
    /// Its place in it.
    pub(crate) column: usize,
}

impl Instrument {
    /// Rows that were given as they are.
    pub(crate) fn of_rows(rows: Series) -> Instrument {
        Instrument { bars: vec![(None, rows)], ..Instrument::default() }
    }

    pub(crate) fn add_bars(&mut self, timeframe: Option<Timeframe>, rows: Series) {
        self.bars.push((timeframe, rows));
        self.bars.sort_by_key(|(timeframe, _)| *timeframe);
    }

    pub(crate) fn add_columns(&mut self, name: &str, rows: Series) {
        self.columns.push((name.into(), rows));
    }

    pub(crate) fn set_factors(&mut self, factors: Factors) {
        self.factors = Some(factors);
    }

    /// The timeframes that were recorded, the finest first; `None` for rows that tile no time.
    pub(crate) fn timeframes(&self) -> impl Iterator<Item = Option<Timeframe>> {
        self.bars.iter().map(|(timeframe, _)| *timeframe)
    }

    /// Known time of the last row of its bars; of all it has when it has none.
    pub(crate) fn last(&self) -> Option<Time> {
        let bars = self.bars.iter().filter_map(|(_, rows)| rows.last()).max();
        bars.or_else(|| self.columns.iter().filter_map(|(_, rows)| rows.last()).max())
    }

    /// Known time of the first row of its bars.
    pub(crate) fn first(&self) -> Option<Time> {
        self.bars.iter().filter_map(|(_, rows)| rows.first()).min()
    }

    /// Prices are those of the first row of the span from then on.
    pub(crate) fn adjust(&mut self, adjust: Adjust, span: Span) {
        let origin = if span.after > Time::MIN { span.after.next() } else { self.first().unwrap_or(Time::MIN) };
        self.multipliers = self.factors.as_ref().and_then(|factors| factors.multipliers(adjust, origin));
    }

    /// What prices on a row known at a time were multiplied by.
    pub(crate) fn multiplier(&self, time: Time) -> f64 {
        self.multipliers.as_ref().map_or(1.0, |multipliers| multipliers.at(time.0).price)
    }

    /// Bars in memory are cut to the span once and for all, and multiplied; files are when they are read. What is
    /// joined was known before the span begins.
    pub(crate) fn cut(mut self, span: Span) -> Result<Instrument, MarketError> {
        let joined = Span { after: Time::MIN, ..span };
        let multipliers = &self.multipliers;
        let cut = |rows: Series, span: Span| rows.cut(span, multipliers.as_ref());
        self.bars = self
            .bars
            .into_iter()
            .map(|(timeframe, rows)| Ok((timeframe, cut(rows, span)?)))
            .collect::<Result<_, MarketError>>()?;
        self.columns = self
            .columns
            .into_iter()
            .map(|(name, rows)| Ok((name, cut(rows, joined)?)))
            .collect::<Result<_, MarketError>>()?;
        Ok(self)
    }

    /// The recorded bars from which those of a timeframe are read, and whether they have to be gathered.
    pub(crate) fn bars(&self, timeframe: Option<Timeframe>) -> Option<(&Series, bool)> {
        let recorded = self.bars.iter().find(|(known, _)| *known == timeframe && timeframe.is_some());
        match (recorded, timeframe) {
            (Some((_, rows)), _) => Some((rows, false)),
            (None, wanted) => self.bars.first().map(|(_, rows)| (rows, wanted.is_some())),
        }
    }

    pub(crate) fn table(&self, name: &str) -> Option<&Series> {
        self.columns.iter().find(|(known, _)| &**known == name).map(|(_, rows)| rows)
    }

    /// Where a column of its rows is: among the bars, or joined to them.
    pub(crate) fn place(&self, timeframe: Option<Timeframe>, name: &str) -> Option<Place> {
        let at = |rows: &Series| rows.names().iter().position(|known| known == name);
        let of_bars = self.bars(timeframe).and_then(|(rows, _)| at(rows));
        let joined = || self.columns.iter().find_map(|(table, rows)| Some((Some(Arc::clone(table)), at(rows)?)));
        let (table, column) = of_bars.map(|column| (None, column)).or_else(joined)?;
        Some(Place { table, column })
    }

    /// Names of all its columns: those of the bars first.
    pub(crate) fn names(&self, timeframe: Option<Timeframe>) -> Vec<String> {
        let mut names: Vec<String> = self.bars(timeframe).map_or(Vec::new(), |(rows, _)| rows.names().to_vec());
        for (_, rows) in &self.columns {
            let new: Vec<String> = rows.names().iter().filter(|name| !names.contains(name)).cloned().collect();
            names.extend(new);
        }
        names
    }

    pub(crate) fn reader(
        &self,
        symbol: &Symbol,
        rows: &Series,
        span: Span,
        columns: &[usize],
    ) -> Result<Reader, MarketError> {
        rows.reader(symbol, span, columns, self.multipliers.as_ref())
    }

    /// Names everything that is read of it.
    pub(crate) fn write(&self, span: Span, writer: &mut DigestWriter) -> Result<(), MarketError> {
        for (timeframe, rows) in &self.bars {
            if let Some(timeframe) = timeframe {
                writer.text(&timeframe.to_string());
            }
            rows.write(span, writer)?;
        }
        for (name, rows) in &self.columns {
            writer.text(name);
            rows.write(Span { after: Time::MIN, ..span }, writer)?;
        }
        if let Some(multipliers) = &self.multipliers {
            multipliers.write(writer);
        }
        Ok(())
    }

    pub(crate) fn factors(&self) -> Option<&Factors> {
        self.factors.as_ref()
    }
}
