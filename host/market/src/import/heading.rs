//! The line that names the columns of a table: what parts its cells, and what they are called.
//!
//! Promises that a name is found however it is written (`Open Interest`, `open_interest`, `OPENINTEREST`), and that a mark
//! within quotes parts nothing.
//! Refuses to know: what the columns mean. Tables of facts ask for them by name (`named`), tables of bars keep all that
//! they have (`header`).

use std::borrow::Cow;

use super::cells::Lines;
use super::source::{Head, Source};
use crate::error::MarketError;

/// Columns of one file at most: the widest feature tables have a few thousand.
const COLUMNS_MAX: usize = 10_000;
/// What cells are parted by, the more usual first.
const MARKS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The names of the columns.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Heading {
    /// As they are written, without the blanks around them.
    written: Vec<String>,
    /// Letters and digits alone, in lower case.
    plain: Vec<String>,
}

/// Where the time of a line stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TimeAt {
    pub(crate) time: Option<usize>,
    /// Of its day, when `time` may be a clock alone.
    pub(crate) date: Option<usize>,
}

impl Heading {
    fn of<'a>(cells: impl Iterator<Item = Cow<'a, str>>) -> Heading {
        let written: Vec<String> = cells.map(|cell| cell.trim().to_owned()).collect();
        let plain = written.iter().map(|name| plain(name)).collect();
        Heading { written, plain }
    }

    /// Of a line; without any name when it is none.
    pub(crate) fn of_line(line: &str) -> Heading {
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).delimiter(mark_of(line)).from_reader(line.as_bytes());
        let record = reader.records().next().and_then(Result::ok).unwrap_or_default();
        Heading::of(record.iter().map(Cow::from))
    }

    /// The first line of a file; `None` when it is no text or has one cell.
    pub(crate) fn of_head(head: &Head<'_>) -> Option<Heading> {
        let heading = Heading::of_line(first_line(head)?);
        (heading.len() > 1).then_some(heading)
    }

    /// The first line of a file, and the lines after it.
    ///
    /// # Errors
    /// When there is none, or it has too many columns.
    pub(crate) fn read(source: &Source) -> Result<(Heading, Lines), MarketError> {
        let mark = first_line(&source.head()?).map_or(b',', mark_of);
        let mut lines = Lines::open(source, mark)?;
        if !lines.advance()? {
            return Err(source.fail("it is empty"));
        }
        few_enough(lines.len()).map_err(|reason| source.fail(reason))?;
        Ok((Heading::of((0..lines.len()).map(|at| lines.text(at))), lines))
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

    /// A name that stands twice.
    pub(crate) fn twice(&self) -> Option<&str> {
        let mut names: Vec<&str> = self.plain.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
        names.sort_unstable();
        names.array_windows().find(|[name, next]| name == next).map(|[name, _]| *name)
    }

    /// Whether one of these names is there.
    pub(crate) fn has(&self, names: &[&str]) -> bool {
        self.find(names).is_some()
    }

    /// How many columns there are.
    pub(crate) fn len(&self) -> usize {
        self.written.len()
    }

    /// The names in lower case.
    pub(crate) fn lower(&self) -> Vec<String> {
        self.written.iter().map(|name| lower(name)).collect()
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

/// The first line that is not blank.
fn first_line<'a>(head: &'a Head<'_>) -> Option<&'a str> {
    head.lines().find(|line| !line.trim().is_empty())
}

/// Whether a file may have so many columns.
pub(crate) fn few_enough(columns: usize) -> Result<(), String> {
    if columns <= COLUMNS_MAX { Ok(()) } else { Err(format!("it has {columns} columns, {COLUMNS_MAX} at most")) }
}

/// Letters and digits alone, in lower case.
pub(crate) fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// In lower case, without what stands around it.
pub(crate) fn lower(name: &str) -> String {
    // a byte order mark belongs to no name
    name.trim_start_matches('\u{feff}').trim().trim_matches('"').trim().to_lowercase()
}

/// The mark that stands most often in a line, outside of quotes.
pub(crate) fn mark_of(line: &str) -> u8 {
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
            let (heading, _) = Heading::read(&source).unwrap();
            assert_eq!(heading.find(&["oi", "openinterest"]), Some(1), "{header}");
            assert_eq!(Heading::of_head(&source.head().unwrap()), Some(heading), "{header}");
        }
    }

    #[test]
    fn the_mark_of_a_header_is_the_one_it_is_full_of() {
        for (line, want) in [
            ("time,close", b','),
            ("time;close;volume", b';'),
            ("time\tclose", b'\t'),
            ("time|close", b'|'),
            ("time,close;volume", b','),
            ("time", b','),
            ("\"a;b;c\",close", b','),
        ] {
            assert_eq!(mark_of(line), want, "{line}");
        }
    }
}
