//! Alpaca: bars as its market data API answers them, one a line, or as `alpaca-py` writes them to CSV.
//!
//! ```text
//! {"bars":{"SPY":[{"t":"2024-01-03T14:30:00Z","o":470.1,"h":470.4,"l":470.0,"c":470.2,"v":12000,"n":90,"vw":470.2}]}}
//! {"t":"2024-01-03T14:30:00Z","o":470.1,"h":470.4,"l":470.0,"c":470.2,"v":12000,"n":90,"vw":470.2,"S":"SPY"}
//! symbol,timestamp,open,high,low,close,volume,trade_count,vwap
//! ```
//! Bars are stamped with their start and known at their end; how long they are, the distances of the stamps say. Days of
//! equities are stamped with the midnight of New York and are days. A pair such as `BTC/USD` is BTCUSD and trades at every
//! moment; its days begin at a midnight of Chicago and are known 24 hours later.

mod page;

use crate::calendar::Calendar;
use crate::civil::zone;
use crate::error::MarketError;
use crate::import::format::{Fit, Format, Hints};
use crate::import::header::Header;
use crate::import::heading::Heading;
use crate::import::objects::Objects;
use crate::import::rows::Rows;
use crate::import::sheet::{Manner, Records, Sheet, Stamped};
use crate::import::source::{Head, Source};

/// Alpaca's names for our columns.
const COLUMNS: [(&str, &str); 14] = [
    ("o", "open"),
    ("h", "high"),
    ("l", "low"),
    ("c", "close"),
    ("v", "volume"),
    ("n", "trades"),
    ("vw", "vwap"),
    ("open", "open"),
    ("high", "high"),
    ("low", "low"),
    ("close", "close"),
    ("volume", "volume"),
    ("trade_count", "trades"),
    ("vwap", "vwap"),
];

/// Alpaca.
pub(crate) struct Alpaca;

/// Which of its forms a file has.
enum Form {
    Page,
    Lines(Vec<String>),
    Csv(Vec<String>),
}

impl Format for Alpaca {
    fn name(&self) -> &'static str {
        "alpaca"
    }

    fn summary(&self) -> &'static str {
        "Alpaca bars: answers of its API, JSON lines, CSV of alpaca-py; stamped with their start"
    }

    fn fits(&self, head: &Head<'_>) -> Fit {
        if form(head).is_some() { Fit::Exact } else { Fit::No }
    }

    fn read(&self, source: &Source, hints: &Hints, rows: &mut dyn Rows) -> Result<(), MarketError> {
        let head = source.head()?;
        let form = form(&head).ok_or_else(|| source.fail("it is none of Alpaca's forms"))?;
        match form {
            Form::Page => {
                let page = page::read(source)?;
                let names = page::names(page.has_symbol());
                let open = || Ok(Box::new(page.records()) as Box<dyn Records>);
                sheet(source, hints, &names, &open, rows)
            }
            Form::Lines(names) => {
                let open = || Ok(Box::new(Objects::open(source, &names)?) as Box<dyn Records>);
                sheet(source, hints, &names, &open, rows)
            }
            Form::Csv(names) => {
                let open = || Heading::read(source).map(|(_, lines)| Box::new(lines) as Box<dyn Records>);
                sheet(source, hints, &names, &open, rows)
            }
        }
    }
}

fn form(head: &Head<'_>) -> Option<Form> {
    let text = head.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head.bytes).trim_ascii_start();
    let all = |names: &[String], wanted: &[&str]| wanted.iter().all(|name| names.iter().any(|known| known == name));
    if text.starts_with(b"{") || text.starts_with(b"[") {
        let names = Objects::names_in(&head.bytes).unwrap_or_default();
        if all(&names, &["t", "o", "h", "l", "c", "v"]) {
            return Some(Form::Lines(names));
        }
        let has = |word: &[u8]| text.windows(word.len()).any(|part| part == word);
        return (text.starts_with(b"{") && has(b"\"bars\"") && has(b"\"t\"") && has(b"\"o\"")).then_some(Form::Page);
    }
    let names = Heading::of_head(head)?.lower();
    let csv = all(&names, &["timestamp", "open", "high", "low", "close", "volume", "trade_count", "vwap"]);
    csv.then_some(Form::Csv(names))
}

fn sheet(
    source: &Source,
    hints: &Hints,
    names: &[String],
    open: &dyn Fn() -> Result<Box<dyn Records>, MarketError>,
    rows: &mut dyn Rows,
) -> Result<(), MarketError> {
    let header = header(names).map_err(|reason| source.fail(reason))?;
    let mut first = open()?;
    let pair = first.advance()? && header.symbol.is_some_and(|at| first.cell(at).contains(&b'/'));
    let manner = Manner {
        // a midnight of New York is a moment within the day of a pair
        stamped: Stamped::Start { midnight_in: if pair { None } else { zone("America/New_York") } },
        calendar: Some(|symbol| if symbol.contains('/') { Calendar::Always } else { Calendar::UsEquity }),
        slash: true,
        cut_name: true,
        ..Manner::default()
    };
    Sheet { source, hints, header, manner, open }.read(rows)
}

fn header(names: &[String]) -> Result<Header, String> {
    let place = |wanted: &[&str]| names.iter().position(|name| wanted.contains(&name.as_str()));
    let time = place(&["t", "timestamp"]).ok_or("no column is called t or timestamp")?;
    let symbol = place(&["S", "symbol"]);
    let mut columns = Vec::new();
    for (at, name) in names.iter().enumerate() {
        if let Some((_, ours)) = COLUMNS.iter().find(|(theirs, _)| theirs == name) {
            columns.push((at, (*ours).to_owned()));
        } else if at != time && Some(at) != symbol && name != "T" {
            // `T` says what kind of message a line of the stream is
            return Err(format!("`{name}` is no column of Alpaca's bars"));
        }
    }
    Ok(Header { time, clock: None, known: false, symbol, columns, width: names.len() })
}

#[cfg(test)]
mod tests;
