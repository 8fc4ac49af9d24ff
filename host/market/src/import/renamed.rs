//! Rows under the symbol that the user gives, whatever their files call it.
//!
//! Promises that rows of two instruments never become those of one.
//! Refuses to know: which of the names is right.

use tapewright_model::Symbol;

use super::rows::{Rows, Shape, When};
use crate::chain::Chain;
use crate::error::MarketError;
use crate::event::Event;
use crate::factors::Factors;

/// The name that is given, and the one in its place that the files have.
#[derive(Debug)]
pub(crate) struct Renaming {
    to: Symbol,
    from: Option<Symbol>,
}

impl Renaming {
    pub(crate) fn new(to: Symbol) -> Renaming {
        Renaming { to, from: None }
    }

    /// The rows of one file, renamed.
    pub(crate) fn of<'a>(&'a mut self, shown: &'a str, rows: &'a mut dyn Rows) -> Renamed<'a> {
        Renamed { renaming: self, shown, rows }
    }
}

/// Hands on what a format reads, under one name.
pub(crate) struct Renamed<'a> {
    renaming: &'a mut Renaming,
    shown: &'a str,
    rows: &'a mut dyn Rows,
}

impl Renamed<'_> {
    fn rename(&mut self, symbol: &mut Symbol) -> Result<(), MarketError> {
        let Renaming { to, from } = &mut *self.renaming;
        if symbol == to {
            return Ok(());
        }
        let from = from.get_or_insert_with(|| symbol.clone());
        if from != symbol {
            let reason = format!(
                "rows of {from} and of {symbol} cannot both be those of {to}\n\
                 hint: leave --as out, or import the files of each by themselves"
            );
            return Err(MarketError::File { path: self.shown.to_owned(), reason });
        }
        symbol.clone_from(to);
        Ok(())
    }
}

impl Rows for Renamed<'_> {
    fn series(&mut self, mut shape: Shape) -> Result<usize, MarketError> {
        self.rename(&mut shape.key.symbol)?;
        self.rows.series(shape)
    }

    fn row(&mut self, series: usize, line: u64, when: When, values: &[f64]) -> Result<(), MarketError> {
        self.rows.row(series, line, when, values)
    }

    fn chain(&mut self, mut chain: Chain) -> Result<(), MarketError> {
        self.rename(&mut chain.symbol)?;
        self.rows.chain(chain)
    }

    fn event(&mut self, line: u64, mut event: Event) -> Result<(), MarketError> {
        if let Some(symbol) = &mut event.symbol {
            self.rename(symbol)?;
        }
        self.rows.event(line, event)
    }

    fn factors(&mut self, mut factors: Factors) -> Result<(), MarketError> {
        self.rename(&mut factors.symbol)?;
        self.rows.factors(factors)
    }

    fn unreadable(&mut self, line: u64, reason: String) -> Result<(), MarketError> {
        self.rows.unreadable(line, reason)
    }
}
