//! A table with a header: its cells by the names of their columns, in any order and case.
//!
//! Promises that a name is found however it is written (`Open Interest`, `open_interest`, `OPENINTEREST`), and that a line
//! with fewer cells than the header is not read as one whose last values are missing.
//! Refuses to know: what the columns mean.

use std::borrow::Cow;

use tapewright_model::{CANONICAL_NAN, Column, Symbol};

use super::cells::{Lines, number};
use super::format::Hints;
use super::source::{Head, Source};
use crate::error::MarketError;

/// Columns of one file at most: the widest feature tables have a few thousand.
const COLUMNS_MAX: usize = 10_000;
/// What cells are parted by, the more usual first.
const MARKS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Longest time of day: `11:59:59.999999999 PM`.
const CLOCK_BYTES_MAX: usize = 21;

/// Where the time of a line stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TimeAt {
    time: Option<usize>,
    /// Of its day, when `time` may be a clock alone.
    date: Option<usize>,
}

/// The names of the columns.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Heading {
    /// As they are written, without the blanks around them.
    written: Vec<String>,
    /// Letters and digits alone, in lower case.
    plain: Vec<String>,
}

/// A table as it is read.
pub(crate) struct Sheet {
    lines: Lines,
    heading: Heading,
}

impl Heading {
    fn of<'a>(cells: impl Iterator<Item = Cow<'a, str>>) -> Heading {
        let written: Vec<String> = cells.map(|cell| cell.trim().to_owned()).collect();
        let plain = written.iter().map(|name| plain(name)).collect();
        Heading { written, plain }
    }

    /// The first line of a file; `None` when it is no text or has one cell.
    pub(crate) fn of_head(head: &Head<'_>) -> Option<Heading> {
        let line = head.lines().find(|line| !line.trim().is_empty())?;
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).delimiter(mark_of(line)).from_reader(line.as_bytes());
        let record = reader.records().next()?.ok()?;
        (record.len() > 1).then(|| Heading::of(record.iter().map(Cow::from)))
    }

    /// Where the column stands that has the first of these names that is there; names are letters and digits, in lower
    /// case.
    pub(crate) fn find(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.plain.iter().position(|plain| plain == name))
    }

    /// Where the time stands, under the first of these names that is there; beside `time`, a `date` is its day.
    pub(crate) fn time(&self, names: &[&str]) -> TimeAt {
        let time = self.find(names);
        let is_time = time.is_some() && time == self.find(&["time"]);
        TimeAt { time, date: self.find(&["date", "tradedate"]).filter(|_| is_time) }
    }

    /// Whether one of these names is there.
    pub(crate) fn has(&self, names: &[&str]) -> bool {
        self.find(names).is_some()
    }

    /// How many columns there are.
    pub(crate) fn len(&self) -> usize {
        self.written.len()
    }

    /// The names as they are written.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.written.iter().map(String::as_str)
    }

    /// The name of a column as it is written.
    pub(crate) fn name(&self, at: usize) -> &str {
        self.written.get(at).map_or("", String::as_str)
    }

    /// The first line, for people.
    pub(crate) fn shown(&self) -> String {
        let all = self.written.join(",");
        let cut: String = all.chars().take(200).collect();
        if cut.len() < all.len() { format!("{cut}…") } else { cut }
    }
}

impl Sheet {
    /// Reads the header.
    ///
    /// # Errors
    /// When there is none, it has too many columns, or a name stands twice.
    pub(crate) fn open(source: &Source) -> Result<Sheet, MarketError> {
        let mark = source.head()?.lines().find(|line| !line.trim().is_empty()).map_or(b',', mark_of);
        let mut lines = Lines::open(source, mark)?;
        if !lines.advance()? {
            return Err(source.fail("it is empty"));
        }
        if lines.len() > COLUMNS_MAX {
            return Err(source.fail(format!("it has {} columns, {COLUMNS_MAX} at most", lines.len())));
        }
        let heading = Heading::of((0..lines.len()).map(|at| lines.text(at)));
        let mut names: Vec<&String> = heading.plain.iter().filter(|name| !name.is_empty()).collect();
        names.sort_unstable();
        if let Some([name, _]) = names.array_windows().find(|[name, next]| name == next) {
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

/// Letters and digits alone, in lower case.
pub(crate) fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
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

/// The mark that stands most often in a line, outside of quotes.
fn mark_of(line: &str) -> u8 {
    let mut best = (b',', 0);
    for mark in MARKS {
        let mut quoted = false;
        let mut count = 0;
        for byte in line.bytes() {
            quoted ^= byte == b'"';
            count += usize::from(byte == mark && !quoted);
        }
        if count > best.1 {
            best = (mark, count);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_found_however_its_name_is_written() {
        for header in
            ["Date,Open Interest", "date;OPENINTEREST", "\u{feff}DATE\t open_interest ", "\"date\",open-interest"]
        {
            let source = Source::of_bytes("a.csv", format!("{header}\n").as_bytes());
            let sheet = Sheet::open(&source).unwrap();
            assert_eq!(sheet.heading().find(&["oi", "openinterest"]), Some(1), "{header}");
            assert_eq!(Heading::of_head(&source.head().unwrap()).as_ref(), Some(sheet.heading()), "{header}");
        }
    }

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
