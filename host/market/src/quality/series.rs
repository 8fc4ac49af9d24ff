//! All checks over the rows of one series.

use tapewright_model::{Symbol, Time};

use super::gap::Gap;
use super::jump::Jump;
use super::reuse::Reuse;
use super::zone::Zone;
use super::{Check, price, range};
use crate::calendar::Calendar;
use crate::factors::Factor;

/// Where a row stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// Number of the file; none for a row that was stored.
    pub(crate) file: Option<u32>,
    /// Its line, 0 when the file has none.
    pub(crate) line: u32,
}

/// One row of a series.
pub(super) struct Row<'a> {
    pub(super) known: i64,
    pub(super) values: &'a [f64],
    pub(super) place: Place,
}

impl Row<'_> {
    /// A value; NaN when the series has no such column.
    pub(super) fn value(&self, column: Option<usize>) -> f64 {
        column.and_then(|column| self.values.get(column)).copied().unwrap_or(f64::NAN)
    }
}

/// Where the prices of a bar stand.
#[derive(Clone, Copy, Default)]
pub(super) struct Prices {
    pub(super) open: Option<usize>,
    pub(super) high: Option<usize>,
    pub(super) low: Option<usize>,
    pub(super) close: Option<usize>,
    pub(super) volume: Option<usize>,
}

/// What a check found.
#[derive(Debug, PartialEq)]
pub(crate) struct Said {
    pub(crate) check: Check,
    pub(crate) place: Place,
    pub(crate) said: String,
}

/// Findings of one check about one series at most; those after it are counted by whoever takes them.
pub(super) const SAID_MAX: usize = 1_000;

/// The checks of one series of bars.
pub(crate) struct SeriesQuality {
    symbol: Symbol,
    prices: Prices,
    jump: Jump,
    reuse: Reuse,
    gap: Gap,
    zone: Zone,
    said: Vec<Said>,
}

impl SeriesQuality {
    /// For rows with these columns. `daily` when a row is a day; `tiles_days` when every session must have one, which is
    /// not so of weeks and of rows without a timeframe.
    pub(crate) fn new(
        symbol: &Symbol,
        columns: &[String],
        calendar: Option<Calendar>,
        daily: bool,
        tiles_days: bool,
        factors: Vec<Factor>,
    ) -> SeriesQuality {
        let place = |name: &str| columns.iter().position(|column| column == name);
        let prices = Prices {
            open: place("open"),
            high: place("high"),
            low: place("low"),
            close: place("close"),
            volume: place("volume"),
        };
        SeriesQuality {
            symbol: symbol.clone(),
            prices,
            jump: Jump::new(calendar, factors),
            reuse: Reuse::default(),
            gap: Gap::new(calendar, daily, tiles_days),
            zone: Zone::new(calendar),
            said: Vec::new(),
        }
    }

    /// Looks at the next row. False when it cannot be true and is to be left out: then no other check sees it.
    pub(crate) fn row(&mut self, known: i64, values: &[f64], place: Place) -> bool {
        let row = Row { known, values, place };
        let mut say = |check: Check, said: String| {
            self.said.push(Said { check, place, said });
        };
        if place.file.is_some() {
            if let Some(wrong) = price::wrong(&row, &self.prices) {
                say(Check::Price, format!("the bar of {} has {wrong}", Time(known)));
                return false;
            }
            if let Some(wrong) = range::wrong(&row, &self.prices) {
                say(Check::Range, format!("the bar of {} has {wrong}", Time(known)));
                return false;
            }
        }
        let hole = self.reuse.look(&row);
        if let Some(said) = &hole {
            say(Check::Reuse, format!("{said}: perhaps {} was another company before", self.symbol));
        }
        if let Some(said) = self.jump.look(&row, &self.prices) {
            say(Check::Jump, said);
        }
        self.gap.look(&row, hole.is_some(), &mut say);
        self.zone.look(&row);
        true
    }

    /// What was found since it was last asked.
    pub(crate) fn take(&mut self) -> Vec<Said> {
        std::mem::take(&mut self.said)
    }

    /// What can be said only after the last row.
    pub(crate) fn end(&mut self) -> Vec<Said> {
        let mut said = self.take();
        self.gap.end(&mut said);
        said.extend(self.zone.end());
        said
    }

    /// Whether nothing has been found since it was last asked.
    pub(crate) fn is_quiet(&self) -> bool {
        self.said.is_empty()
    }
}

#[cfg(test)]
mod tests;
