//! A table of facts: its cells by the names of their columns, in any order.
//!
//! Promises that a line with fewer cells than the header is not read as one whose last values are missing.
//! Refuses to know: what the columns mean.

use std::borrow::Cow;

use tapewright_model::{CANONICAL_NAN, Column, Symbol};

use super::cells::{Lines, number};
use super::format::Hints;
use super::heading::{Heading, TimeAt};
use super::source::Source;
use crate::error::MarketError;

/// Longest time of day: `11:59:59.999999999 PM`.
const CLOCK_BYTES_MAX: usize = 21;

/// A table as it is read.
pub(crate) struct Sheet {
    lines: Lines,
    heading: Heading,
}

impl Sheet {
    /// Reads the header.
    ///
    /// # Errors
    /// When there is none, it has too many columns, or a name stands twice.
    pub(crate) fn open(source: &Source) -> Result<Sheet, MarketError> {
        let (heading, lines) = Heading::read(source)?;
        if let Some(name) = heading.twice() {
            return Err(source.fail_at(lines.line(), format!("column `{name}` stands twice")));
        }
        Ok(Sheet { lines, heading })
    }

    /// The names of the columns.
    pub(crate) fn heading(&self) -> &Heading {
        &self.heading
    }

    /// Goes to the next line; false after the last.
    pub(crate) fn advance(&mut self) -> Result<bool, MarketError> {
        self.lines.advance()
    }

    /// Number of the line, counting from 1.
    pub(crate) fn line(&self) -> u64 {
        self.lines.line()
    }

    /// Says what is wrong with a line that has not the cells of the header; empty ones after them are no matter.
    pub(crate) fn whole(&self) -> Result<(), String> {
        let (cells, wanted) = (self.lines.len(), self.heading.len());
        if cells < wanted || (wanted..cells).any(|at| !self.lines.cell(at).is_empty()) {
            return Err(format!("it has {cells} cells, the header {wanted}: perhaps it is cut"));
        }
        Ok(())
    }

    /// A cell as text; empty when there is no such column.
    pub(crate) fn text(&self, at: Option<usize>) -> Cow<'_, str> {
        at.map_or(Cow::Borrowed(""), |at| self.lines.text(at))
    }

    /// The time of a line, of which the day may have a column of its own.
    pub(crate) fn time(&self, at: TimeAt) -> Cow<'_, str> {
        let time = self.text(at.time);
        let is_clock = time.contains(':') && !time.contains(['-', '/']) && time.len() <= CLOCK_BYTES_MAX;
        match at.date {
            Some(_) if is_clock => Cow::Owned(format!("{} {time}", self.text(at.date))),
            _ => time,
        }
    }

    /// A cell as a number; NaN when it is missing or there is no such column.
    pub(crate) fn number(&self, at: Option<usize>) -> Result<f64, String> {
        let Some(at) = at else { return Ok(CANONICAL_NAN) };
        let cell = self.lines.cell(at);
        number(cell).map_err(|wrong| wrong.in_column(self.heading.name(at), cell))
    }
}

/// A name as that of a column: `Adj Close` is `adj_close`; `None` when nothing is left of it.
pub(crate) fn column_name(name: &str) -> Option<String> {
    let mut column = String::new();
    for c in name.trim().chars() {
        if c.is_ascii_alphanumeric() {
            column.push(c.to_ascii_lowercase());
        } else if !column.ends_with('_') && !column.is_empty() {
            column.push('_');
        }
    }
    let column = column.trim_end_matches('_');
    let is_data = matches!(column.parse(), Ok(Column::Data { symbol: None, timeframe: None, .. }));
    is_data.then(|| column.to_owned())
}

/// Whose rows a file holds.
pub(crate) struct Symbols {
    /// Of lines that do not say it.
    otherwise: Result<Symbol, String>,
    last: Option<(String, Symbol)>,
}

impl Symbols {
    /// Lines that do not say it are of what the user says, or of the file's own name in capitals.
    pub(crate) fn of_file(source: &Source, hints: &Hints) -> Symbols {
        Symbols::or(source.stem(), hints)
    }

    /// Lines that do not say it are of what the user says, or of `name` in capitals.
    pub(crate) fn or(name: &str, hints: &Hints) -> Symbols {
        let otherwise = match &hints.symbol {
            Some(symbol) => Ok(symbol.clone()),
            None => Symbol::new(&name.to_uppercase())
                .map_err(|error| format!("{error}\nhint: say whose rows these are: --as of import, --symbol of run")),
        };
        Symbols { otherwise, last: None }
    }

    /// Of lines that do not say it.
    pub(crate) fn otherwise(&self) -> Result<Symbol, String> {
        self.otherwise.clone()
    }

    /// Of a line with this cell, in capitals; empty when it does not say it.
    pub(crate) fn of(&mut self, cell: &str) -> Result<Symbol, String> {
        if cell.is_empty() {
            return self.otherwise.clone();
        }
        if let Some((text, symbol)) = &self.last
            && text == cell
        {
            return Ok(symbol.clone());
        }
        let symbol = Symbol::new(&cell.to_uppercase()).map_err(|error| error.to_string())?;
        self.last = Some((cell.to_owned(), symbol.clone()));
        Ok(symbol)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_line_is_not_one_with_missing_values() {
        let source = Source::of_bytes("a.csv", b"a,b\n1,2\n1,2,,\n1,2,3\n1");
        let mut sheet = Sheet::open(&source).unwrap();
        let mut whole = Vec::new();
        while sheet.advance().unwrap() {
            whole.push(sheet.whole().is_ok());
        }
        assert_eq!(whole, [true, true, false, false]);
        assert!(Sheet::open(&Source::of_bytes("a.csv", b"a,A\n")).is_err());
        assert!(Sheet::open(&Source::of_bytes("a.csv", b"")).is_err());
    }

    #[test]
    fn a_clock_may_stand_beside_its_day() {
        for (text, want) in [
            ("date,time\n2024-01-03,14:31:00\n", "2024-01-03 14:31:00"),
            ("time,date\n2024-01-03T14:31:00Z,2024-01-03\n", "2024-01-03T14:31:00Z"),
            ("time,date\n1704292260,2024-01-03\n", "1704292260"),
            ("time,day\n14:31,2024-01-03\n", "14:31"),
        ] {
            let mut sheet = Sheet::open(&Source::of_bytes("a.csv", text.as_bytes())).unwrap();
            let at = sheet.heading().time(&["time", "date"]);
            assert!(sheet.advance().unwrap());
            assert_eq!(sheet.time(at), want);
        }
    }

    #[test]
    fn names_become_columns() {
        for (name, want) in [
            ("Adj Close", Some("adj_close")),
            (" vix ", Some("vix")),
            ("n-unique-addresses", Some("n_unique_addresses")),
            ("a--b!", Some("a_b")),
            ("", None),
            ("日本", None),
        ] {
            assert_eq!(column_name(name).as_deref(), want, "{name}");
        }
    }
}
