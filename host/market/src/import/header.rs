//! What the columns of bars are: which is the time, which the symbol, and what all others are in our words.
//!
//! Promises that no two columns get one name, and that a file without a `close` is refused. Names are taken at their word
//! (`gex.total`), for they become those of the store; what cannot be one is refused.
//! Refuses to know: where the names come from, and what is in the cells.

use tapewright_model::Column;

use super::heading::{few_enough, lower};

/// The name that says that times are known times, not how a bar was stamped.
const KNOWN_TIME: &str = "known_time";
/// Headers that name the known time.
const TIME_NAMES: [&str; 7] = ["time", "date", "datetime", "timestamp", "date/time", "ts", KNOWN_TIME];
/// Other words for a column of ours.
const ALIASES: [(&str, &str); 2] = [("vol", "volume"), ("adjclose", "adj_close")];
/// One-letter names, believed only when the file has no others.
const LETTERS: [(&str, &str); 5] = [("o", "open"), ("h", "high"), ("l", "low"), ("c", "close"), ("v", "volume")];

/// Where things stand in a line.
#[derive(Debug)]
pub(crate) struct Header {
    /// The time, or the date where the time of day has a column of its own.
    pub(crate) time: usize,
    pub(crate) clock: Option<usize>,
    /// Whether the times are said to be known times.
    pub(crate) known: bool,
    pub(crate) symbol: Option<usize>,
    /// All others, in the order of the file.
    pub(crate) columns: Vec<(usize, String)>,
    /// How many cells a line has.
    pub(crate) width: usize,
}

impl Header {
    /// Reads the names in any case.
    pub(crate) fn read<S: AsRef<str>>(cells: &[S]) -> Result<Header, String> {
        few_enough(cells.len())?;
        let names: Vec<String> = cells.iter().map(|name| lower(name.as_ref())).collect();
        if names.first().is_some_and(|name| name.starts_with('#')) {
            return Err("it begins with a comment\nhint: remove the lines before the header".to_owned());
        }
        let (time, clock) = times(&names)?;
        let symbol = names.iter().position(|name| name == "symbol");
        let taken = |at: usize| at == time || Some(at) == clock || Some(at) == symbol;
        let others: Vec<(usize, &str)> =
            names.iter().enumerate().filter(|(at, _)| !taken(*at)).map(|(at, name)| (at, name.as_str())).collect();
        let letters = others.len() >= 4
            && others.iter().all(|(_, name)| LETTERS.iter().any(|(letter, _)| letter == name))
            && LETTERS[..4].iter().all(|(letter, _)| others.iter().any(|(_, name)| name == letter));
        let mut columns: Vec<(usize, String)> = Vec::new();
        for (at, name) in others {
            if name.is_empty() {
                return Err(format!("column {} of the header has no name", at + 1));
            }
            let words: &[(&str, &str)] = if letters { &LETTERS } else { &ALIASES };
            let known = words.iter().find(|(other, _)| *other == name.replace(' ', "_"));
            let name = column_name(known.map_or(name, |(_, known)| known))?;
            if columns.iter().any(|(_, known)| *known == name) {
                return Err(format!("column `{name}` stands twice"));
            }
            columns.push((at, name));
        }
        if !columns.iter().any(|(_, name)| name == "close") {
            return Err(format!("there is no column `close`; the header reads: {}", names.join(",")));
        }
        let known = names.get(time).is_some_and(|name| name == KNOWN_TIME);
        Ok(Header { time, clock, known, symbol, columns, width: names.len() })
    }
}

/// The name of a column of data, or why it cannot be one.
pub(crate) fn column_name(name: &str) -> Result<String, String> {
    let name = lower(name).replace(' ', "_");
    let column = name.parse::<Column>().map_err(|error| error.to_string())?;
    if !matches!(column, Column::Data { symbol: None, timeframe: None, .. }) {
        return Err(format!("`{name}` cannot be the name of a column in a file"));
    }
    Ok(name)
}

/// Whether names could be those of the plain form: a time, and a close or what stands for it.
pub(crate) fn names_bars(names: &[String]) -> bool {
    let has = |name: &str| names.iter().any(|known| known == name);
    let time = TIME_NAMES.iter().any(|name| has(name)) || has("open_time") || has("open time");
    time && (has("close") || LETTERS[..4].iter().all(|(letter, _)| has(letter)))
}

/// Where the time stands, and the time of day when that is apart.
fn times(names: &[String]) -> Result<(usize, Option<usize>), String> {
    let found = (0..names.len()).filter(|at| TIME_NAMES.contains(&names[*at].as_str()));
    let found: Vec<usize> = found.collect();
    match found[..] {
        [] if names.iter().any(|name| ["open_time", "open time"].contains(&name.as_str())) => {
            Err("`open_time` is when a bar begins; a row is known when it ends\nhint: give the end a column `time`"
                .to_owned())
        }
        [] => Err(format!(
            "no column is called {}; the first line reads: {}\nhint: the first line names the columns",
            TIME_NAMES.join(", "),
            names.join(",")
        )),
        [time] => Ok((time, None)),
        [first, second] if names[first] == "date" && names[second] == "time" => Ok((first, Some(second))),
        [first, second] if names[first] == "time" && names[second] == "date" => Ok((second, Some(first))),
        [first, second, ..] => Err(format!("`{}` and `{}` both name the time", names[first], names[second])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_columns() {
        for (line, want) in [
            ("Date,Open,High,Low,Close,Adj Close,Volume", "0:- 1:open 2:high 3:low 4:close 5:adj_close 6:volume"),
            ("DATE/TIME, close ,Vol,AdjClose", "0:- 1:close 2:volume 3:adj_close"),
            ("close,ts,gex.total", "1:- 0:close 2:gex.total"),
            ("Time,Date,close", "1:0 2:close"),
            ("date,time,close", "0:1 2:close"),
            ("t,time,o,h,l,c,close", "1:- 0:t 2:o 3:h 4:l 5:c 6:close"),
            ("symbol,time,O,H,L,C,V", "1:- 2:open 3:high 4:low 5:close 6:volume"),
            ("time,c,l,h,o", "0:- 1:close 2:low 3:high 4:open"),
        ] {
            let header = Header::read(&line.split(',').collect::<Vec<_>>()).unwrap();
            let mut shown = format!("{}:{}", header.time, header.clock.map_or("-".to_owned(), |at| at.to_string()));
            shown.extend(header.columns.iter().map(|(at, name)| format!(" {at}:{name}")));
            assert_eq!(shown, want, "{line}");
        }
    }

    #[test]
    fn a_header_that_says_too_little_is_refused() {
        for (line, want) in [
            (
                "day,close",
                "no column is called time, date, datetime, timestamp, date/time, ts, known_time; the first line reads: day,close\nhint: the first line names the columns",
            ),
            ("time,open", "there is no column `close`; the header reads: time,open"),
            ("time,o,h,l,v", "there is no column `close`; the header reads: time,o,h,l,v"),
            ("time,o,h,l,c,x", "there is no column `close`; the header reads: time,o,h,l,c,x"),
            ("time,close,close", "column `close` stands twice"),
            ("time,close,vol,volume", "column `volume` stands twice"),
            ("time,close,own.equity", "`own.equity` cannot be the name of a column in a file"),
            ("time,close,", "column 3 of the header has no name"),
            ("time,timestamp,close", "`time` and `timestamp` both name the time"),
            (
                "open_time,close",
                "`open_time` is when a bar begins; a row is known when it ends\nhint: give the end a column `time`",
            ),
            ("# made by hand", "it begins with a comment\nhint: remove the lines before the header"),
        ] {
            let read = Header::read(&line.split(',').collect::<Vec<_>>());
            assert_eq!(read.unwrap_err(), want, "{line}");
        }
    }
}
