//! The plain form: CSV with a header, one bar a line, ascending; packed with gzip or not.
//!
//! ```text
//! time,open,high,low,close,volume
//! 2024-01-03T14:31:00Z,470.1,470.4,470.0,470.2,12000
//! ```
//! `time` (or `date`, `datetime`, `timestamp`, `date/time`, `ts`; or `date` and `time`, each a column) is when the bar
//! was complete: RFC 3339, a civil time taken as UTC, or a whole number since 1970 of seconds, milliseconds,
//! microseconds or nanoseconds, told by its size. A date alone is the bar of that UTC day, known at its end.
//! Dates such as 1/4/1999 are read one way in the whole file, or refused when nothing says which. A column
//! `symbol` puts several instruments into one file; every other column is numbers, an empty cell a missing value.
//! Refuses to know: whether a bar makes sense. What is no number is never made one.

mod header;
mod stamp;
mod table;
mod text;

use std::collections::HashMap;
use std::path::Path;

use csv::ByteRecord;
use tapewright_model::{CANONICAL_NAN, Frame, FrameError, Symbol};

use self::header::Header;
use self::stamp::{Dates, Order};
use self::table::{Disorder, Table};
use self::text::Text;
use crate::MarketError;

/// Reads a file in the plain form, sorted by symbol. Without a column `symbol` all rows belong to `symbol`, or to
/// the file's stem in upper case (`sp500.csv.gz` is SP500).
///
/// # Errors
/// With file and line, see [`MarketError`].
pub fn read_csv(path: &Path, symbol: Option<&Symbol>) -> Result<Vec<(Symbol, Frame)>, MarketError> {
    let shown = path.display().to_string();
    let text = Text::open(path).map_err(|error| MarketError::Io { path: shown.clone(), error })?;
    let whole = |reason: String| MarketError::File { path: shown.clone(), reason };
    let mut reader = csv::Reader::from_reader(text);
    let names = reader.headers().map_err(|error| broken(&shown, error))?;
    let header = Header::read(names.iter().collect::<Vec<_>>().into_iter()).map_err(whole)?;
    let mut tables = Tables::new(&header, path, symbol).map_err(whole)?;
    let mut dates = Dates::default();
    let mut record = ByteRecord::new();
    while reader.read_byte_record(&mut record).map_err(|error| broken(&shown, error))? {
        let line = record.position().map_or(0, csv::Position::line);
        let fail = |reason: String| MarketError::Line { path: shown.clone(), line, reason };
        let disordered = |Disorder { line, reason }: Disorder| MarketError::Line { path: shown.clone(), line, reason };
        let cell = |at: usize| record.get(at).unwrap_or_default().trim_ascii();
        let stamp = dates.read(cell(header.time), header.clock.map(cell), line).map_err(fail)?;
        if let Some(order) = dates.order() {
            tables.decide(order).map_err(disordered)?;
        }
        let table = tables.of(header.symbol.map(cell)).map_err(fail)?;
        table.push(stamp, line).map_err(disordered)?;
        for ((at, name), values) in header.columns.iter().zip(table.columns_mut()) {
            values.push(number(cell(*at)).map_err(|wrong| fail(wrong.in_column(name, cell(*at))))?);
        }
    }
    if tables.is_empty() {
        return Err(whole("it holds no row".to_owned()));
    }
    tables.decide_by_ascent().map_err(whole)?;
    let frames = tables.into_frames(&header)?;
    Ok(if header.known || dates.alone() { frames } else { crate::midnight::known(frames) })
}

/// The tables of a file, in the order in which their symbols appear.
struct Tables {
    tables: Vec<(Symbol, Table)>,
    by_symbol: HashMap<Vec<u8>, usize>,
    columns: usize,
    undecided: bool,
}

impl Tables {
    fn new(header: &Header, path: &Path, symbol: Option<&Symbol>) -> Result<Tables, String> {
        let columns = header.columns.len();
        let mut tables = Vec::new();
        if header.symbol.is_none() {
            let symbol = match symbol {
                Some(symbol) => symbol.clone(),
                None => symbol_of(path)?,
            };
            tables.push((symbol, Table::new(columns)));
        }
        // until the first row says otherwise: asking costs once
        Ok(Tables { tables, by_symbol: HashMap::new(), columns, undecided: true })
    }

    fn of(&mut self, symbol: Option<&[u8]>) -> Result<&mut Table, String> {
        let at = match symbol {
            None => 0,
            Some(text) => match self.by_symbol.get(text) {
                Some(at) => *at,
                None => {
                    let symbol = Symbol::new(&String::from_utf8_lossy(text)).map_err(|error| error.to_string())?;
                    self.tables.push((symbol, Table::new(self.columns)));
                    self.by_symbol.insert(text.to_vec(), self.tables.len() - 1);
                    self.tables.len() - 1
                }
            },
        };
        Ok(&mut self.tables.get_mut(at).ok_or("no symbol")?.1)
    }

    fn is_empty(&self) -> bool {
        self.tables.iter().all(|(_, table)| table.is_empty())
    }

    /// Settles the rows before the one that says how dates are read.
    fn decide(&mut self, order: Order) -> Result<(), Disorder> {
        if !std::mem::take(&mut self.undecided) {
            return Ok(());
        }
        self.tables.iter_mut().try_for_each(|(_, table)| table.decide(order))
    }

    /// When no row has said it: the order of the rows does, if it can.
    fn decide_by_ascent(&mut self) -> Result<(), String> {
        if !self.tables.iter().any(|(_, table)| table.is_undecided()) {
            return Ok(());
        }
        let ascends = |order| self.tables.iter().all(|(_, table)| table.ascends(order));
        let order = match (ascends(Order::MonthFirst), ascends(Order::DayFirst)) {
            (true, true) if self.tables.iter().all(|(_, table)| table.readings_agree()) => Order::MonthFirst,
            (true, false) => Order::MonthFirst,
            (false, true) => Order::DayFirst,
            (both, _) => {
                let why = if both { "its rows ascend either way" } else { "its rows ascend neither way" };
                return Err(format!(
                    "no date says whether the day or the month stands first, and {why}\n\
                     hint: write dates as 2024-01-03"
                ));
            }
        };
        self.decide(order).map_err(|Disorder { reason, .. }| reason)
    }

    fn into_frames(self, header: &Header) -> Result<Vec<(Symbol, Frame)>, MarketError> {
        let frame = |(symbol, table): (Symbol, Table)| {
            let (times, columns) = table.into_parts();
            let names = header.columns.iter().map(|(_, name)| name.clone());
            let frame = Frame::new(times, names.zip(columns).collect());
            let frame = frame.map_err(|error: FrameError| MarketError::Frame { symbol: symbol.clone(), error })?;
            Ok((symbol, frame))
        };
        let mut frames = self.tables.into_iter().map(frame).collect::<Result<Vec<_>, _>>()?;
        frames.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(frames)
    }
}

/// The file's stem in upper case.
fn symbol_of(path: &Path) -> Result<Symbol, String> {
    let packed = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gz"));
    let inner = if packed { path.with_extension("") } else { path.to_owned() };
    let stem = inner.file_stem().unwrap_or_default().to_string_lossy().to_uppercase();
    Symbol::new(&stem).map_err(|error| format!("{error}; name one with --symbol"))
}

fn broken(path: &str, error: csv::Error) -> MarketError {
    let path = path.to_owned();
    let line = error.position().map_or(1, csv::Position::line);
    let reason = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("{len} cells, the header has {expected_len}")
        }
        csv::ErrorKind::Utf8 { .. } => "it is not UTF-8 text".to_owned(),
        _ => error.to_string(),
    };
    match error.into_kind() {
        csv::ErrorKind::Io(error) => MarketError::Io { path, error },
        _ => MarketError::Line { path, line, reason },
    }
}

/// A cell that is no number.
struct NoNumber;

impl NoNumber {
    /// Says what is wrong, for the cell of a column.
    fn in_column(self, name: &str, cell: &[u8]) -> String {
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

/// An empty cell, `nan`, `null` and `-` are missing; infinities are no prices.
fn number(cell: &[u8]) -> Result<f64, NoNumber> {
    if cell.is_empty() || cell == b"-" || cell.eq_ignore_ascii_case(b"nan") || cell.eq_ignore_ascii_case(b"null") {
        return Ok(CANONICAL_NAN);
    }
    let value: Option<f64> = std::str::from_utf8(cell).ok().and_then(|text| text.parse().ok());
    value.filter(|value| value.is_finite()).ok_or(NoNumber)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tapewright_model::Time;

    fn read_file(name: &str, bytes: &[u8]) -> Result<Vec<(Symbol, Frame)>, String> {
        let folder = std::env::temp_dir().join(format!(
            "tapewright-csv-{}-{:?}",
            std::process::id(),
            std::thread::current().id()
        ));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join(name);
        std::fs::write(&path, bytes).unwrap();
        let read = read_csv(&path, None).map_err(|error| error.to_string().replace(&folder.display().to_string(), ""));
        std::fs::remove_dir_all(&folder).unwrap();
        read
    }

    fn read(text: &str) -> Result<Vec<(Symbol, Frame)>, String> {
        read_file("bars.csv", text.as_bytes())
    }

    #[test]
    fn the_plain_form_reads() {
        let frames = read("\u{feff}Date,Close,Volume\n1970-01-01,1.5,\n1970-01-02, 2 ,7\n").unwrap();
        let (symbol, frame) = &frames[0];
        assert_eq!(symbol.as_str(), "BARS");
        assert_eq!(frame.times(), [Time::DAY, 2 * Time::DAY]);
        assert_eq!(frame.names(), ["close", "volume"]);
        assert!(frame.column(1)[0].is_nan());
        assert_eq!(frame.column(0), [1.5, 2.]);
        let frames = read("time,symbol,close\n1700000000,B,1\n1700000000000,A,2\n1700000001,B,3\n").unwrap();
        let shown: Vec<_> = frames.iter().map(|(symbol, frame)| (symbol.as_str(), frame.column(0))).collect();
        assert_eq!(shown, [("A", &[2.][..]), ("B", &[1., 3.])]);
        assert_eq!(frames[0].1.times()[0], frames[1].1.times()[0]);
    }

    #[test]
    fn a_packed_file_reads_as_the_text_in_it() {
        let text = "Date,Time,o,h,l,c\n2024-01-03,14:31,1,2,0.5,1.5\n2024-01-03,14:32,1,2,0.5,1.6\n";
        let packed = text::pack(text);
        for (name, want) in [("sp500.csv.gz", "SP500"), ("sp500.GZ", "SP500"), ("brk.b.csv", "BRK.B")] {
            let frames = read_file(name, &packed).unwrap();
            let (symbol, frame) = &frames[0];
            assert_eq!(symbol.as_str(), want);
            assert_eq!(frame.names(), ["open", "high", "low", "close"]);
            assert_eq!(frame.times()[1], "2024-01-03T14:32:00Z".parse::<Time>().unwrap().0);
        }
        assert_eq!(
            read_file("sp500.csv.gz", &packed[..packed.len() - 9]).unwrap_err(),
            "/sp500.csv.gz: the gzip stream ends too early: the file is truncated\nhint: fetch or pack it again"
        );
    }

    #[test]
    fn dates_are_read_one_way_in_the_whole_file() {
        let doubt = |why: &str| {
            Err(format!(
                "/bars.csv: no date says whether the day or the month stands first, and its rows ascend {why}\n\
                 hint: write dates as 2024-01-03"
            ))
        };
        let line = |text: &str| Err(format!("/bars.csv:{text}"));
        for (dates, want) in [
            // a number above 12 says it, for the rows before it too
            (&["1/4/1999", "1/5/1999", "1/13/1999"][..], Ok("1999-01-05 1999-01-06 1999-01-14")),
            (&["4/1/1999", "5/1/1999", "13/1/1999"], Ok("1999-01-05 1999-01-06 1999-01-14")),
            (&["4.1.1999", "13.1.1999", "1.2.1999"], Ok("1999-01-05 1999-01-14 1999-02-02")),
            // the order of the rows says it
            (&["1/11/1999", "1/12/1999", "2/1/1999"], Ok("1999-01-12 1999-01-13 1999-02-02")),
            (&["11/1/1999", "12/1/1999", "1/2/1999"], Ok("1999-01-12 1999-01-13 1999-02-02")),
            (&["5/5/1999"], Ok("1999-05-06")),
            (&["1/4/1999", "1/5/1999"], doubt("either way")),
            (&["1/4/1999"], doubt("either way")),
            (&["2/3/1999", "1/2/1999"], doubt("neither way")),
            // what says one thing and then another
            (
                &["1/13/1999", "13/2/1999"],
                line("3: `13/2/1999` is not a date: line 2 says that the month stands first"),
            ),
            (&["13/1/1999", "2/13/1999"], line("3: `2/13/1999` is not a date: line 2 says that the day stands first")),
            (&["1/13/1999", "1999-01-14"], line("3: `1999-01-14` is not written as the dates before it")),
            (&["1999-01-14", "1/15/1999"], line("3: `1/15/1999` is not written as the dates before it")),
            (
                &["1/5/1999", "1/4/1999", "1/13/1999"],
                line("3: the row is known at 1999-01-05T00:00:00Z, not after the one before it (1999-01-06T00:00:00Z)"),
            ),
            (
                &["1/13/1999", "1/12/1999"],
                line("3: the row is known at 1999-01-13T00:00:00Z, not after the one before it (1999-01-14T00:00:00Z)"),
            ),
        ] {
            let rows: String = dates.iter().map(|date| format!("{date},1\n")).collect();
            let read = read(&format!("date,close\n{rows}")).map(|frames| {
                let times = frames[0].1.times().iter().map(|time| Time(*time).to_string()[..10].to_owned());
                times.collect::<Vec<_>>().join(" ")
            });
            assert_eq!(read, want.map(str::to_owned), "{dates:?}");
        }
        let two = "date,symbol,close\n1/2/1999,A,1\n1/2/1999,B,1\n3/1/1999,B,1\n2/3/1999,A,1\n1/4/1999,B,1\n";
        assert_eq!(
            read(two).map(|_| ""),
            doubt("neither way"),
            "A ascends both ways, B neither with the day nor with the month first"
        );
    }

    #[test]
    fn rows_that_are_all_stamped_with_a_midnight_are_days() {
        let known = |text: &str| read(text).unwrap()[0].1.times().to_vec();
        let days = [Time::DAY, 2 * Time::DAY];
        assert_eq!(known("time,close\n1970-01-01 00:00:00,1\n1970-01-02T00:00:00Z,2\n"), days);
        assert_eq!(known("known_time,close\n1970-01-02 00:00:00,1\n1970-01-03 00:00:00,2\n"), days);
        assert_eq!(known("time,close\n1970-01-02 00:00:00,1\n1970-01-03 00:00:01,2\n")[0], Time::DAY);
    }

    #[test]
    fn rubbish_is_named_with_its_line() {
        for (text, want) in [
            (
                "",
                "/bars.csv: no column is called time, date, datetime, timestamp, date/time, ts, known_time; the first line reads: \nhint: the first line names the columns",
            ),
            ("time,close\n", "/bars.csv: it holds no row"),
            ("time,symbol,close\n", "/bars.csv: it holds no row"),
            (
                "time,symbol,close\n2024-01-03,A/B,1\n",
                "/bars.csv:2: `A/B` is not a symbol (1 to 64 letters, digits or . _ - ^ = $ +)",
            ),
            (
                "time,close\n2024-01-03,1\n2024-01-03,2\n",
                "/bars.csv:3: the row is known at 2024-01-04T00:00:00Z, not after the one before it (2024-01-04T00:00:00Z)",
            ),
            ("time,close\n2024-01-03,1\n2024-01-04,x\n", "/bars.csv:3: `x` in column `close` is not a number"),
            ("time,close\n2024-01-03,inf\n", "/bars.csv:2: `inf` in column `close` is not a number"),
            ("time,close\n2024-01-03\n", "/bars.csv:2: 1 cells, the header has 2"),
            ("time,close\n12,1\n", "/bars.csv:2: `12` is not a time; as a number it has 9 to 19 digits, since 1970"),
            (
                "time,close\n2024-01-03,\"1,234.5\"\n",
                "/bars.csv:2: `1,234.5` in column `close` is not a number (it has a mark between digits)\nhint: write 1234.5",
            ),
            (
                "time,close\n2024-01-03,1 234\n",
                "/bars.csv:2: `1 234` in column `close` is not a number (it has a mark between digits)\nhint: write 1234.5",
            ),
            (
                "time,close\n2024-01-03,\"$1,234\"\n",
                "/bars.csv:2: `$1,234` in column `close` is not a number (it has a currency sign)\nhint: write 1234.5",
            ),
        ] {
            assert_eq!(read(text).unwrap_err(), want, "{text:?}");
        }
    }
}
