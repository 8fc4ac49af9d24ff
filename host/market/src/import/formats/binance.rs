//! Binance klines, as its public archive packs them: spot and futures, of any interval.
//!
//! ```text
//! 1704067200000,42283.58,42554.57,42261.02,42475.23,1271.68108000,1704070799999,53957248.97,47134,682.57,28957416.81,0
//! ```
//! Open time, open, high, low, close, volume, close time, quote volume, trades, taker buy volume, taker buy quote volume,
//! and a cell without meaning; milliseconds, and microseconds from 2025 on. Newer files begin with a header. The close time
//! is the last moment of the bar: it is known one unit later. The symbol is the beginning of the file's name
//! (`BTCUSDT-1h-2024-01.csv`). The taker buy quote volume is left out: it is volume times price again.

use crate::calendar::Calendar;
use crate::error::MarketError;
use crate::import::cells::{Lines, number};
use crate::import::format::{Fit, Format, Hints};
use crate::import::heading::lower;
use crate::import::rows::{Kind, Rows, SeriesKey, Shape, When};
use crate::import::sheet::timeframe;
use crate::import::source::{Head, Source};
use crate::import::ticker;

/// Where the values stand, and what they are called.
const COLUMNS: [(usize, &str); 8] = [
    (1, "open"),
    (2, "high"),
    (3, "low"),
    (4, "close"),
    (5, "volume"),
    (7, "quote_volume"),
    (8, "trades"),
    (9, "taker_buy_volume"),
];
/// Where the close time stands.
const CLOSE_TIME: usize = 6;
/// Cells of a line.
const CELLS: usize = 12;
/// The longest interval of one length: months are not.
const WEEK: i64 = 7 * tapewright_model::Time::DAY;

/// Binance klines.
pub(crate) struct Binance;

impl Format for Binance {
    fn name(&self) -> &'static str {
        "binance"
    }

    fn summary(&self) -> &'static str {
        "Binance klines: twelve columns, times in milliseconds or microseconds, with or without a header"
    }

    fn fits(&self, head: &Head<'_>) -> Fit {
        let Some(first) = head.lines().next() else { return Fit::No };
        let cells: Vec<String> = first.split(',').map(lower).collect();
        let [open, .., _, _, _, _, _] = cells.as_slice() else { return Fit::No };
        let close = cells.get(CLOSE_TIME).map_or("", String::as_str).replace(' ', "_");
        let named = open.replace(' ', "_") == "open_time" && close == "close_time";
        let moment = |cell: &str| unit(cell.as_bytes()).is_some();
        let values = cells.iter().all(|cell| number(cell.as_bytes()).is_ok());
        let klines = cells.len() == CELLS && (named || moment(open) && moment(&close) && values);
        if klines { Fit::Exact } else { Fit::No }
    }

    fn read(&self, source: &Source, hints: &Hints, rows: &mut dyn Rows) -> Result<(), MarketError> {
        let symbol = ticker::of_file_start(source, hints)?;
        let mut lines = Lines::open(source, b',')?;
        let mut series = None;
        let mut values = [0.0; COLUMNS.len()];
        let mut any = false;
        while lines.advance()? {
            let line = lines.line();
            if !any && lower(&lines.text(0)).replace(' ', "_") == "open_time" {
                continue;
            }
            any = true;
            match kline(&lines, &mut values) {
                Ok((known, span)) => {
                    let series = match series {
                        Some(series) => series,
                        None => *series.insert(rows.series(Shape {
                            key: SeriesKey {
                                kind: Kind::Bars,
                                symbol: symbol.clone(),
                                timeframe: hints.timeframe.or_else(|| timeframe(span).filter(|_| span <= WEEK)),
                            },
                            columns: COLUMNS.iter().map(|(_, name)| (*name).to_owned()).collect(),
                            calendar: hints.calendar.or(Some(Calendar::Always)),
                        })?),
                    };
                    rows.row(series, line, When::Known(known), &values)?;
                }
                Err(reason) => rows.unreadable(line, reason)?,
            }
        }
        if any { Ok(()) } else { Err(source.fail("it holds no row")) }
    }
}

/// The values of a line; when it is known and how much time it covers, in ns.
fn kline(lines: &Lines, values: &mut [f64; COLUMNS.len()]) -> Result<(i64, i64), String> {
    if lines.len() != CELLS {
        return Err(format!("{} cells, klines have {CELLS}", lines.len()));
    }
    let open = moment(lines.cell(0), "open time")?;
    let close = moment(lines.cell(CLOSE_TIME), "close time")?;
    let unit = unit(lines.cell(CLOSE_TIME)).unwrap_or(1);
    let known = close.checked_add(unit).filter(|known| *known > open);
    let known =
        known.ok_or_else(|| format!("it closes at {} and opens at {}", lines.text(CLOSE_TIME), lines.text(0)))?;
    for ((at, name), value) in COLUMNS.iter().zip(values) {
        let cell = lines.cell(*at);
        *value = number(cell).map_err(|wrong| wrong.in_column(name, cell))?;
    }
    Ok((known, known - open))
}

fn moment(cell: &[u8], name: &str) -> Result<i64, String> {
    let number = std::str::from_utf8(cell).ok().and_then(|text| text.parse::<i64>().ok());
    let time = number.zip(unit(cell)).and_then(|(number, unit)| number.checked_mul(unit));
    time.ok_or_else(|| {
        format!("`{}` is no {name} (milliseconds or microseconds since 1970)", String::from_utf8_lossy(cell))
    })
}

/// Ns of the unit of a time: milliseconds have 12 or 13 digits (from 1973 on), microseconds 15 or 16.
fn unit(cell: &[u8]) -> Option<i64> {
    match cell.len() {
        _ if !cell.iter().all(u8::is_ascii_digit) => None,
        12..=13 => Some(1_000_000),
        15..=16 => Some(1_000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::heard::{hear_any, hints, said};

    const MILLIS: &str = "1704067200000,42283.58,42554.57,42261.02,42475.23,1271.68,1704070799999,53957248.97,47134,682.57,28957416.81,0\n";
    const MICROS: &str =
        "1735689600000000,93576,94509.42,93489.03,94401.14,755.99,1735693199999999,71111,129362,417.5,39,0\n";

    #[test]
    fn klines_are_known_when_they_have_closed() {
        let header = "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore\n";
        for (text, known) in [
            (MILLIS.to_owned(), "2024-01-01T01:00:00Z"),
            (MICROS.to_owned(), "2025-01-01T01:00:00Z"),
            (format!("{header}{MILLIS}"), "2024-01-01T01:00:00Z"),
        ] {
            let read = hear_any("BTCUSDT-1h-2024-01.csv", &text, &hints()).unwrap();
            let series = read.only();
            assert_eq!((read.format, series.symbol(), series.timeframe()), ("binance", "BTCUSDT", "1h".to_owned()));
            assert_eq!(series.columns(), "open high low close volume quote_volume trades taker_buy_volume");
            assert_eq!(series.known(), [known]);
            assert_eq!(series.shape.calendar, Some(Calendar::Always));
        }
        let read = hear_any("BTCUSDT-1h-2024-01.csv", MILLIS, &hints()).unwrap();
        let want = [42283.58, 42554.57, 42261.02, 42475.23, 1271.68, 53957248.97, 47134., 682.57];
        assert_eq!(read.only().row(0).2, want);
    }

    #[test]
    fn lines_that_are_no_klines_are_named() {
        let text = format!("{MILLIS}1704070800000,1,1,1,1,1,1704067200000,1,1,1,1,0\n1704070800000,1,1\nx{MILLIS}");
        let read = hear_any("BTCUSDT-1h.csv", text, &hints()).unwrap();
        assert_eq!(
            said(&read.unreadable),
            [
                "2: it closes at 1704067200000 and opens at 1704070800000",
                "3: 3 cells, klines have 12",
                "4: `x1704067200000` is no open time (milliseconds or microseconds since 1970)",
            ]
        );
    }
}
