//! The plain form: CSV with a header, one bar a line, ascending.
//!
//! ```text
//! time,open,high,low,close,volume
//! 2024-01-03T14:31:00Z,470.1,470.4,470.0,470.2,12000
//! ```
//! `time` (or `date`, `datetime`, `timestamp`) is when the bar was complete: RFC 3339, a civil time taken
//! as UTC, or a whole number since 1970 of seconds, milliseconds, microseconds or nanoseconds, told by
//! its size. A date alone is the bar of that UTC day, known at its end. A column `symbol` puts several
//! instruments into one file; every other column is numbers, an empty cell a missing value.

use std::collections::BTreeMap;
use std::path::Path;

use tapewright_model::{CANONICAL_NAN, Frame, FrameError, Symbol, Time};

use crate::MarketError;

/// Headers that name the known time.
const TIME_NAMES: [&str; 4] = ["time", "date", "datetime", "timestamp"];
/// Columns of one file at most: the widest feature tables have a few thousand.
const COLUMNS_MAX: usize = 10_000;

/// Reads a file in the plain form. Without a column `symbol` all rows belong to `symbol`, or to the file's
/// stem in upper case.
///
/// # Errors
/// With file and line, see [`MarketError`].
pub fn read_csv(path: &Path, symbol: Option<&Symbol>) -> Result<Vec<(Symbol, Frame)>, MarketError> {
    let shown = path.display().to_string();
    let file = std::fs::File::open(path).map_err(|error| MarketError::Io { path: shown.clone(), error })?;
    let whole = |reason: String| MarketError::File { path: shown.clone(), reason };
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(std::io::BufReader::new(file));
    let broken = |error: csv::Error| {
        let line = error.position().map_or(1, csv::Position::line);
        MarketError::Line { path: shown.clone(), line, reason: reason_of(&error) }
    };
    let header = Header::read(reader.headers().map_err(&broken)?).map_err(whole)?;
    let default = match (symbol, header.symbol) {
        (_, Some(_)) => None,
        (Some(symbol), None) => Some(symbol.clone()),
        (None, None) => {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().to_uppercase();
            Some(Symbol::new(&stem).map_err(|error| whole(format!("{error}; name one with --symbol")))?)
        }
    };
    let mut tables: BTreeMap<Symbol, Table> = BTreeMap::new();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(&broken)? {
        let line = record.position().map_or(0, csv::Position::line);
        let fail = |reason: String| MarketError::Line { path: shown.clone(), line, reason };
        let cell = |at: usize| record.get(at).unwrap_or_default();
        let symbol = match (&default, header.symbol) {
            (None, Some(at)) => Symbol::new(cell(at)).map_err(|error| fail(error.to_string()))?,
            (Some(symbol), _) => symbol.clone(),
            (None, None) => return Err(fail("no symbol".into())),
        };
        let time = read_time(cell(header.time)).map_err(fail)?;
        let table = tables.entry(symbol).or_insert_with(|| Table::new(header.columns.len()));
        if let Some(before) = table.times.last().filter(|before| **before >= time.0) {
            return Err(fail(format!("the row is known at {time}, not after the one before it ({})", Time(*before))));
        }
        table.times.push(time.0);
        for ((at, name), values) in header.columns.iter().zip(&mut table.columns) {
            values.push(
                number(cell(*at)).ok_or_else(|| fail(format!("`{}` in column `{name}` is not a number", cell(*at))))?,
            );
        }
    }
    if tables.is_empty() {
        return Err(whole("it holds no row".into()));
    }
    let names: Vec<String> = header.columns.into_iter().map(|(_, name)| name).collect();
    let frame = |(symbol, table): (Symbol, Table)| {
        let columns = names.iter().cloned().zip(table.columns).collect();
        let frame = Frame::new(table.times, columns);
        let frame = frame.map_err(|error: FrameError| MarketError::Frame { symbol: symbol.clone(), error })?;
        Ok((symbol, frame))
    };
    tables.into_iter().map(frame).collect()
}

struct Table {
    times: Vec<i64>,
    columns: Vec<Vec<f64>>,
}

impl Table {
    fn new(columns: usize) -> Table {
        Table { times: Vec::new(), columns: vec![Vec::new(); columns] }
    }
}

struct Header {
    time: usize,
    symbol: Option<usize>,
    columns: Vec<(usize, String)>,
}

impl Header {
    fn read(record: &csv::StringRecord) -> Result<Header, String> {
        if record.len() > COLUMNS_MAX {
            return Err(format!("it has {} columns, {COLUMNS_MAX} at most", record.len()));
        }
        // a byte order mark belongs to no name
        let names: Vec<String> = record.iter().map(|name| name.trim_start_matches('\u{feff}').to_lowercase()).collect();
        let time = names.iter().position(|name| TIME_NAMES.contains(&name.as_str()));
        let time = time.ok_or_else(|| {
            format!("no column is called {}; the header reads: {}", TIME_NAMES.join(", "), names.join(","))
        })?;
        let symbol = names.iter().position(|name| name == "symbol");
        let mut columns: Vec<(usize, String)> = Vec::new();
        for (at, name) in names.into_iter().enumerate().filter(|(at, _)| *at != time && Some(*at) != symbol) {
            let name = name.replace(' ', "_");
            if name.is_empty() {
                return Err(format!("column {} of the header has no name", at + 1));
            }
            let column = name.parse::<tapewright_model::Column>().map_err(|error| error.to_string())?;
            if !matches!(column, tapewright_model::Column::Data { symbol: None, timeframe: None, .. }) {
                return Err(format!("`{name}` cannot be the name of a column in a file"));
            }
            if columns.iter().any(|(_, known)| *known == name) {
                return Err(format!("column `{name}` stands twice"));
            }
            columns.push((at, name));
        }
        if !columns.iter().any(|(_, name)| name == "close") {
            return Err("there is no column `close`".into());
        }
        Ok(Header { time, symbol, columns })
    }
}

fn reason_of(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("{len} cells, the header has {expected_len}")
        }
        csv::ErrorKind::Utf8 { .. } => "it is not UTF-8 text".to_owned(),
        _ => error.to_string(),
    }
}

/// An empty cell, `nan`, `null` and `-` are missing; infinities are no prices.
fn number(cell: &str) -> Option<f64> {
    if cell.is_empty() || cell == "-" || cell.eq_ignore_ascii_case("nan") || cell.eq_ignore_ascii_case("null") {
        return Some(CANONICAL_NAN);
    }
    cell.parse().ok().filter(|value: &f64| value.is_finite())
}

fn read_time(cell: &str) -> Result<Time, String> {
    if !cell.is_empty() && cell.bytes().all(|byte| byte.is_ascii_digit()) {
        let number: i64 = cell.parse().map_err(|_| format!("`{cell}` is not a time"))?;
        // seconds until 5138, milliseconds until 5138, and so on: the ranges do not meet
        let unit = match cell.len() {
            9..=11 => Time::SECOND,
            12..=14 => 1_000_000,
            15..=17 => 1_000,
            18..=19 => 1,
            8 => return Err(format!("`{cell}` is not a time; a date is written 2024-01-03")),
            _ => return Err(format!("`{cell}` is not a time; as a number it has 9 to 19 digits, since 1970")),
        };
        return number.checked_mul(unit).map(Time).ok_or_else(|| format!("`{cell}` is not a time"));
    }
    let time: Time = cell.parse().map_err(|error: tapewright_model::TimeError| error.to_string())?;
    // a date alone names the day; its bar is known when the day is over
    let date_alone = cell.len() == 10 && !cell.contains([':', 'T']);
    Ok(if date_alone { Time(time.0.saturating_add(Time::DAY)) } else { time })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<(Symbol, Frame)>, String> {
        let folder = std::env::temp_dir().join(format!(
            "tapewright-csv-{}-{:?}",
            std::process::id(),
            std::thread::current().id()
        ));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("bars.csv");
        std::fs::write(&path, text).unwrap();
        let read = read_csv(&path, None).map_err(|error| error.to_string().replace(&folder.display().to_string(), ""));
        std::fs::remove_dir_all(&folder).unwrap();
        read
    }

    #[test]
    fn the_plain_form_reads() {
        let frames = read("\u{feff}Date,Close,Volume\n1970-01-01,1.5,\n1970-01-02,2,7\n").unwrap();
        let (symbol, frame) = &frames[0];
        assert_eq!(symbol.as_str(), "BARS");
        assert_eq!(frame.times(), [Time::DAY, 2 * Time::DAY]);
        assert_eq!(frame.names(), ["close", "volume"]);
        assert!(frame.column(1)[0].is_nan());
        let frames = read("time,symbol,close\n1700000000,A,1\n1700000000000,B,2\n").unwrap();
        assert_eq!(frames.len(), 2);
        assert_eq!(frames[0].1.times(), frames[1].1.times());
    }

    #[test]
    fn rubbish_is_named_with_its_line() {
        for (text, want) in [
            ("", "/bars.csv: no column is called time, date, datetime, timestamp; the header reads: "),
            ("time,close\n", "/bars.csv: it holds no row"),
            ("time,open\n1,1\n", "/bars.csv: there is no column `close`"),
            (
                "time,close\n2024-01-03,1\n2024-01-03,2\n",
                "/bars.csv:3: the row is known at 2024-01-04T00:00:00Z, not after the one before it (2024-01-04T00:00:00Z)",
            ),
            ("time,close\n2024-01-03,1\n2024-01-04,x\n", "/bars.csv:3: `x` in column `close` is not a number"),
            ("time,close\n2024-01-03,inf\n", "/bars.csv:2: `inf` in column `close` is not a number"),
            ("time,close\n2024-01-03\n", "/bars.csv:2: 1 cells, the header has 2"),
            ("time,close\n12,1\n", "/bars.csv:2: `12` is not a time; as a number it has 9 to 19 digits, since 1970"),
            ("time,close,close\n2024-01-03,1,1\n", "/bars.csv: column `close` stands twice"),
            (
                "time,close,own.equity\n2024-01-03,1,1\n",
                "/bars.csv: `own.equity` cannot be the name of a column in a file",
            ),
        ] {
            assert_eq!(read(text).unwrap_err(), want, "{text:?}");
        }
    }
}
