//! Lines of cells: CSV of any mark, read line by line, and numbers in cells.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use csv::ByteRecord;
use tapewright_model::CANONICAL_NAN;

use super::source::Source;
use crate::error::MarketError;

/// Bytes of one line at most: a table of 10,000 columns with 20 digits each has a fifth of it. A quoted cell may hold
/// line ends; they count as any other byte, so that a quote which is never closed does not take in the file.
const LINE_BYTES_MAX: usize = 1 << 20;
/// Bytes read at once.
const BUFFER_BYTES: usize = 128 << 10;

/// The lines of a source, as cells. A byte order mark is no cell's.
pub(crate) struct Lines {
    shown: String,
    reader: csv::Reader<Bounded>,
    seen: Rc<Seen>,
    record: ByteRecord,
    line: u64,
}

/// What the bytes so far were, of use to whoever reads them as cells.
#[derive(Default)]
struct Seen {
    /// Bytes read since the last line was given out.
    since_line: Cell<usize>,
    /// Whether the first line ends with a carriage return and a line feed.
    carriage_return: Cell<Option<bool>>,
    /// Bytes read altogether.
    bytes: Cell<u64>,
    /// The last of them, and the one before it.
    last: Cell<u8>,
    before_last: Cell<u8>,
}

impl Lines {
    /// From its first line on, cells parted by `mark`. Lines may have different numbers of cells; empty lines are
    /// passed over.
    pub(crate) fn open(source: &Source, mark: u8) -> Result<Lines, MarketError> {
        let mut bytes = source.open()?;
        let mut first = Vec::new();
        bytes.by_ref().take(4).read_to_end(&mut first).map_err(source.io())?;
        if first.starts_with(b"\xef\xbb\xbf") {
            first.drain(..3);
        }
        if is_utf16(&first) {
            return Err(source.fail("its text is UTF-16\nhint: save it as UTF-8"));
        }
        let seen = Rc::<Seen>::default();
        let bounded = Bounded { bytes: Box::new(io::Cursor::new(first).chain(bytes)), seen: Rc::clone(&seen) };
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(mark)
            .buffer_capacity(BUFFER_BYTES)
            .from_reader(bounded);
        Ok(Lines { shown: source.shown.clone(), reader, seen, record: ByteRecord::new(), line: 0 })
    }

    /// Goes to the next line; false after the last.
    pub(crate) fn advance(&mut self) -> Result<bool, MarketError> {
        self.seen.since_line.set(0);
        match self.reader.read_byte_record(&mut self.record) {
            Ok(more) => {
                self.line = self.line_read();
                Ok(more)
            }
            Err(error) => {
                let line = error.position().map_or(self.line + 1, csv::Position::line);
                let path = self.shown.clone();
                let reason = error.to_string();
                Err(match error.into_kind() {
                    csv::ErrorKind::Io(error) => MarketError::Io { path, error },
                    _ => MarketError::Line { path, line, reason },
                })
            }
        }
    }

    /// The line that was just read. The reader says where it began to look, which is before empty lines and before the
    /// second half of a `\r\n`; so the line is counted back from where it ended.
    fn line_read(&self) -> u64 {
        let began = self.record.position().map_or(0, csv::Position::line);
        let ended = self.reader.position().line();
        let line_feed_is_next = self.seen.carriage_return.get() == Some(true);
        // a last line may end without a line feed, or with one that belongs to a cell whose quote is never closed
        let unclosed = self.record.as_slice().ends_with(b"\n") && self.seen.before_last.get() != b'"';
        let is_last = self.reader.position().byte() == self.seen.bytes.get();
        let is_cut = is_last && (self.seen.last.get() != b'\n' || unclosed);
        let last = if line_feed_is_next || is_cut { ended } else { ended.saturating_sub(1) };
        if ended.saturating_sub(began) < 2 {
            return last;
        }
        let within = self.record.as_slice().iter().filter(|byte| **byte == b'\n').count();
        last.saturating_sub(u64::try_from(within).unwrap_or(u64::MAX))
    }

    /// Number of the line, counting from 1.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// How many cells the line has.
    pub(crate) fn len(&self) -> usize {
        self.record.len()
    }

    /// A cell without the blanks around it; empty when there is none.
    pub(crate) fn cell(&self, at: usize) -> &[u8] {
        self.record.get(at).unwrap_or_default().trim_ascii()
    }

    /// A cell as text, what is no UTF-8 replaced.
    pub(crate) fn text(&self, at: usize) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(self.cell(at))
    }
}

/// Whether a text of two bytes a character begins: with its mark, or with two characters of which one byte is nothing.
pub(crate) fn is_utf16(first: &[u8]) -> bool {
    let marked = first.starts_with(b"\xff\xfe") || first.starts_with(b"\xfe\xff");
    marked || matches!(first, [0, b' '..=b'z', 0, b' '..=b'z', ..] | [b' '..=b'z', 0, b' '..=b'z', 0, ..])
}

/// Refuses lines without an end, and those of which nobody could tell the number.
struct Bounded {
    bytes: Box<dyn Read>,
    seen: Rc<Seen>,
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // what was read before belongs to the line that is sought, but for a buffer
        if self.seen.since_line.get() > LINE_BYTES_MAX {
            let reason = format!(
                "a line is longer than {LINE_BYTES_MAX} bytes: it is no table of lines, or a quote is never closed"
            );
            return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
        }
        let read = self.bytes.read(buffer)?;
        self.seen.since_line.set(self.seen.since_line.get() + read);
        let read_bytes = buffer.get(..read).unwrap_or_default();
        if self.seen.carriage_return.get().is_none() && self.ends_with_carriage_return(read_bytes) {
            let reason = "its first line ends with a carriage return alone\nhint: save it with line feeds";
            return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
        }
        if self.seen.carriage_return.get().is_none()
            && let Some(at) = read_bytes.iter().position(|byte| *byte == b'\n')
        {
            let before = at.checked_sub(1).and_then(|at| read_bytes.get(at)).copied().unwrap_or(self.seen.last.get());
            self.seen.carriage_return.set(Some(before == b'\r'));
        }
        for byte in read_bytes.iter().skip(read.saturating_sub(2)) {
            self.seen.before_last.set(self.seen.last.replace(*byte));
        }
        self.seen.bytes.set(self.seen.bytes.get().saturating_add(read as u64));
        Ok(read)
    }
}

impl Bounded {
    /// Whether the next bytes of the first line have a carriage return before its line feed but not right before.
    fn ends_with_carriage_return(&self, bytes: &[u8]) -> bool {
        let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let before = self.seen.last.get() == b'\r' && !line.is_empty();
        before || line.split_last().is_some_and(|(_, line)| line.contains(&b'\r'))
    }
}

/// A cell that is no number.
#[derive(Debug)]
pub(crate) struct NoNumber;

impl NoNumber {
    /// Says what is wrong, for the cell of a column.
    pub(crate) fn in_column(self, name: &str, cell: &[u8]) -> String {
        let cell = String::from_utf8_lossy(cell);
        let digits = cell.contains(|c: char| c.is_ascii_digit());
        let (why, hint) = if digits && cell.contains(['$', '€', '£', '¥']) {
            (" (it has a currency sign)", "\nhint: write 1234.5")
        } else if digits && cell.contains([',', '\'', '\u{2019}', '_', ' ', '\u{a0}', '\u{202f}']) {
            // nobody can tell 1,234 from 1.234
            (" (it has a mark between digits)", "\nhint: write 1234.5")
        } else {
            ("", "")
        };
        format!("`{cell}` in column `{name}` is not a number{why}{hint}")
    }
}

/// An empty cell, `nan`, `null`, `n/a`, `.` and `-` are missing; infinities are no prices.
pub(crate) fn number(cell: &[u8]) -> Result<f64, NoNumber> {
    let missing: [&[u8]; 5] = [b"nan", b"null", b"n/a", b".", b"-"];
    if cell.is_empty() || missing.iter().any(|word| cell.eq_ignore_ascii_case(word)) {
        return Ok(CANONICAL_NAN);
    }
    let value: Option<f64> = std::str::from_utf8(cell).ok().and_then(|text| text.parse().ok());
    value.filter(|value| value.is_finite()).ok_or(NoNumber)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_the_number_that_an_editor_shows() {
        for (text, want) in [
            ("a\nb\nc\n", &[1, 2, 3][..]),
            ("a\nb\nc", &[1, 2, 3]),
            ("a\r\nb\r\nc\r\n", &[1, 2, 3]),
            ("a\r\nb\r\nc", &[1, 2, 3]),
            ("\na\n\n\nb", &[2, 5]),
            ("\r\na\r\n\r\nb\r\n", &[2, 4]),
            ("a,\"x\ny\"\nb\n", &[1, 3]),
            ("a\n\n\"x\ny\"\nb", &[1, 3, 5]),
            ("a,b\n1,\"x\n2,y\n", &[1, 2]),
            ("a,b\n1,\"x\n\"\n", &[1, 2]),
            ("", &[]),
        ] {
            let mut lines = Lines::open(&Source::of_bytes("a.csv", text.as_bytes()), b',').unwrap();
            let mut read = Vec::new();
            while lines.advance().unwrap() {
                read.push(lines.line());
            }
            assert_eq!(read, want, "{text:?}");
        }
    }

    #[test]
    fn a_quote_that_is_never_closed_does_not_take_in_the_file() {
        let text = format!("a,b\n1,\"{}", "2\n".repeat(2 << 20));
        let mut lines = Lines::open(&Source::of_bytes("a.csv", text.as_bytes()), b',').unwrap();
        assert!(lines.advance().unwrap());
        let error = lines.advance().unwrap_err().to_string();
        assert!(error.contains("or a quote is never closed"), "{error}");
    }
}
