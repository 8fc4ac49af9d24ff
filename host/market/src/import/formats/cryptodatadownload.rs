//! CryptoDataDownload: bars of exchanges, with a comment before the header, newest first.
//!
//! ```text
//! Timestamps are UTC timezone,https://www.CryptoDataDownload.com
//! date,symbol,open,high,low,close,volume_btc,volume
//! 2019-10-17 09-AM,BTCUSD,8051,8056.83,8021.23,8035.88,61.25,492394.56
//! ```
//! `unix`, where it stands beside `date`, says the same and is left out. Bars are stamped with their start, so an hour is
//! known an hour later; days are days of UTC. How long bars are, the distances of the stamps say. `BTC/USD` is BTCUSD. Of
//! two volumes the one that is named after the base of the pair is `volume`, the other `quote_volume`.

use crate::calendar::Calendar;
use crate::error::MarketError;
use crate::import::cells::Lines;
use crate::import::format::{Fit, Format, Hints};
use crate::import::header::{Header, column_name};
use crate::import::heading::{Heading, mark_of};
use crate::import::rows::Rows;
use crate::import::sheet::{Manner, Records, Sheet, Stamped};
use crate::import::source::{Head, Source};
use crate::import::stamp::Forms;

/// CryptoDataDownload.
pub(crate) struct CryptoDataDownload;

impl Format for CryptoDataDownload {
    fn name(&self) -> &'static str {
        "cryptodatadownload"
    }

    fn summary(&self) -> &'static str {
        "CryptoDataDownload: date, symbol, open, high, low, close, volumes, newest first, after a comment"
    }

    fn fits(&self, head: &Head<'_>) -> Fit {
        let Some(first) = head.lines().next() else { return Fit::No };
        let said = is_comment(first);
        let Some(line) = head.lines().nth(usize::from(said)) else { return Fit::No };
        let names = Heading::of_line(line).lower();
        let has = |name: &str| names.iter().any(|known| known == name);
        let bars = ["date", "symbol", "open", "high", "low", "close"].into_iter().all(has);
        if bars && (said || has("unix")) { Fit::Exact } else { Fit::No }
    }

    fn read(&self, source: &Source, hints: &Hints, rows: &mut dyn Rows) -> Result<(), MarketError> {
        let head = source.head()?;
        let said = head.lines().next().is_some_and(is_comment);
        let line = head.lines().nth(usize::from(said)).unwrap_or_default();
        let mark = mark_of(line);
        let open = || {
            let mut lines = Lines::open(source, mark)?;
            for _ in 0..1 + usize::from(said) {
                lines.advance()?;
            }
            Ok(Box::new(lines) as Box<dyn Records>)
        };
        let mut first = open()?;
        let more = first.advance()?;
        let names = Heading::of_line(line).lower();
        let pair = names.iter().position(|name| name == "symbol").filter(|_| more).map(|at| first.cell(at));
        let pair = pair.map(|cell| String::from_utf8_lossy(cell).to_lowercase()).unwrap_or_default();
        let header = header(&names, &pair).map_err(|reason| source.fail(reason))?;
        let manner = Manner {
            forms: Forms { compact: false, named_hours: true },
            stamped: Stamped::Start { midnight_in: None },
            calendar: Some(|_| Calendar::Always),
            slash: true,
            ..Manner::default()
        };
        Sheet { source, hints, header, manner, open: &open }.read(rows)
    }
}

fn is_comment(line: &str) -> bool {
    let line = line.to_lowercase();
    line.contains("cryptodatadownload") || line.starts_with("timestamps are utc")
}

/// What the columns are for a pair such as `btcusd` or `btc/usd`.
fn header(names: &[String], pair: &str) -> Result<Header, String> {
    let place = |name: &str| names.iter().position(|known| known == name);
    let time = place("date").ok_or("there is no column `date`")?;
    let symbol = place("symbol").ok_or("there is no column `symbol`")?;
    let volumes: Vec<&String> = names.iter().filter(|name| coin(name).is_some()).collect();
    let base = |name: &str| coin(name).is_some_and(|coin| !coin.is_empty() && pair.starts_with(coin));
    let two = volumes.len() == 2 && volumes.iter().filter(|name| base(name)).count() == 1;
    let mut columns: Vec<(usize, String)> = Vec::new();
    for (at, name) in names.iter().enumerate().filter(|(at, name)| *at != time && *at != symbol && *name != "unix") {
        let name = match name.as_str() {
            _ if two && base(name) => "volume".to_owned(),
            name if two && coin(name).is_some() => "quote_volume".to_owned(),
            name if volumes.len() == 1 && base(name) => "volume".to_owned(),
            "tradecount" | "trade_count" | "trade count" => "trades".to_owned(),
            name => column_name(name)?,
        };
        if columns.iter().any(|(_, known)| *known == name) {
            return Err(format!("column `{name}` stands twice"));
        }
        columns.push((at, name));
    }
    Ok(Header { time, clock: None, known: false, symbol: Some(symbol), columns, width: names.len() })
}

/// The coin that a volume is counted in: `btc` of `volume_btc` and `Volume BTC`, nothing of `volume`.
fn coin(name: &str) -> Option<&str> {
    let rest = name.strip_prefix("volume")?;
    if rest.is_empty() { Some("") } else { rest.strip_prefix([' ', '_']) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::heard::{hear_any, hear_shared, hints, said};
    use crate::import::rows::When;

    #[test]
    fn hours_are_known_an_hour_after_their_stamp() {
        let comment = "Timestamps are UTC timezone,https://www.CryptoDataDownload.com\n";
        let old = "date,symbol,open,high,low,close,volume_btc,volume\n\
                   2019-10-17 12-PM,BTCUSD,2,4,1,3,61.25,492394.56\n2019-10-17 11-AM,BTCUSD,2,4,1,3,370.45,2971610.86\n";
        let new = "unix,date,symbol,open,high,low,close,Volume BTC,Volume USDT,tradecount\n\
                   1571313600,2019-10-17 12:00:00,BTC/USDT,2,4,1,3,61.25,492394.56,7\n\
                   1571310000,2019-10-17 11:00:00,BTC/USDT,2,4,1,3,370.45,2971610.86,8\n";
        for (text, symbol, columns) in [
            (format!("{comment}{old}"), "BTCUSD", "open high low close volume quote_volume"),
            (
                format!("https://www.CryptoDataDownload.com\r\n{new}"),
                "BTCUSDT",
                "open high low close volume quote_volume trades",
            ),
            (new.to_owned(), "BTCUSDT", "open high low close volume quote_volume trades"),
        ] {
            let read = hear_any("Coinbase_BTCUSD_1h.csv", &text, &hints()).unwrap();
            let series = read.only();
            assert_eq!(
                (read.format, series.symbol(), series.columns()),
                ("cryptodatadownload", symbol, columns.to_owned())
            );
            assert_eq!(series.known(), ["2019-10-17T13:00:00Z", "2019-10-17T12:00:00Z"]);
            assert_eq!((series.timeframe(), series.shape.calendar), ("1h".to_owned(), Some(Calendar::Always)));
            assert_eq!(series.row(0).2[..6], [2., 4., 1., 3., 61.25, 492394.56]);
        }
    }

    #[test]
    fn lines_that_cannot_be_read_are_named() {
        let text = "cryptodatadownload\ndate,symbol,open,high,low,close,volume\n\
                    2019-10-17 13-AM,BTCUSD,2,4,1,3,1\n2019-10-17,BTCUSD,2,4,1,x,1\n2019-10-16,BTCUSD,2,4\n";
        let read = hear_any("a.csv", text, &hints()).unwrap();
        assert_eq!(
            said(&read.unreadable),
            [
                "3: `13-AM` is not a time of day (wanted 14:31 or 14:31:00, hours 00 to 23)",
                "4: `x` in column `close` is not a number",
                "5: 4 cells, the header has 7",
            ]
        );
    }

    #[test]
    fn the_hours_and_days_of_coinbase_are_read() {
        let Some(read) = hear_shared("btc-hourly/Coinbase_BTCUSD_1h.csv", &hints()) else { return };
        let series = read.only();
        assert_eq!((read.format, series.symbol(), series.rows()), ("cryptodatadownload", "BTCUSD", 20_111));
        let known = series.known();
        assert_eq!((known[0].as_str(), known[20_110].as_str()), ("2019-10-17T10:00:00Z", "2017-07-01T12:00:00Z"));
        assert!(read.unreadable.is_empty());
        let Some(read) = hear_shared("btc-hourly/Coinbase_BTCUSD_d.csv", &hints()) else { return };
        assert_eq!((read.format, read.only().rows()), ("cryptodatadownload", 1_770));
        assert_eq!(read.only().row(0).1, When::Day(18_186));
        assert_eq!(read.only().row(0).2, [7993.54, 8070., 7937.01, 8034.32, 1570.08, 12_537_245.82]);
    }
}
