//! Stooq's bulk files. Its daily CSV (`Date,Open,High,Low,Close,Volume`) is the plain form and needs no format.
//!
//! ```text
//! <TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>
//! AAPL.US,D,20240103,000000,184.22,185.88,183.43,184.25,58414460,0
//! SPY.US,5,20240103,153500,470.4,470.5,470.1,470.2,12000,0
//! ```
//! A period of `D` (or `W`, `M`, dated with their last day) is of that day; a number is minutes, and the time is when the
//! bar ended. Stooq does not say in which zone: clocks are taken as UTC unless `--timezone` says another. Its own clock is
//! that of Warsaw, which is ahead of UTC, so without the hint rows are known too late, never too early.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use tapewright_model::Symbol;

use crate::civil::Clock;
use crate::error::MarketError;
use crate::import::cells::{Lines, number};
use crate::import::format::{Fit, Format, Hints};
use crate::import::heading::Heading;
use crate::import::rows::{Kind, Rows, SeriesKey, Shape, When};
use crate::import::sheet::SYMBOLS_MAX;
use crate::import::source::{Head, Source};
use crate::import::stamp::{Dates, Forms, Reading, Stamp};

/// The columns that stand before the values.
const BEFORE: [&str; 4] = ["<ticker>", "<per>", "<date>", "<time>"];
/// The values.
const VALUES: [(&str, &str); 6] = [
    ("<open>", "open"),
    ("<high>", "high"),
    ("<low>", "low"),
    ("<close>", "close"),
    ("<vol>", "volume"),
    ("<openint>", "open_interest"),
];

/// Stooq's bulk files.
pub(crate) struct Stooq;

impl Format for Stooq {
    fn name(&self) -> &'static str {
        "stooq"
    }

    fn summary(&self) -> &'static str {
        "Stooq bulk files: <TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,...; times are bar ends, of UTC unless --timezone is given"
    }

    fn fits(&self, head: &Head<'_>) -> Fit {
        let all = || BEFORE.into_iter().chain(VALUES.iter().map(|(name, _)| *name));
        if head.lines().next().is_some_and(|line| all().eq(Heading::of_line(line).lower())) {
            Fit::Exact
        } else {
            Fit::No
        }
    }

    fn read(&self, source: &Source, hints: &Hints, rows: &mut dyn Rows) -> Result<(), MarketError> {
        let mut lines = Lines::open(source, b',')?;
        // the header, which `fits` has read
        lines.advance()?;
        let mut dates = Dates::new(Forms { compact: true, named_hours: false });
        let mut clock = Clock::new(hints.zone.clone().unwrap_or(TimeZone::UTC));
        let mut series: BTreeMap<(Vec<u8>, Vec<u8>), usize> = BTreeMap::new();
        let mut last: Option<(Vec<u8>, Vec<u8>, usize)> = None;
        let mut values = [0.0; VALUES.len()];
        let mut any = false;
        while lines.advance()? {
            any = true;
            let (line, ticker, period) = (lines.line(), lines.cell(0), lines.cell(1));
            let when = match row(&lines, &mut dates, &mut clock, &mut values) {
                Ok(when) => when,
                Err(reason) => {
                    rows.unreadable(line, reason)?;
                    continue;
                }
            };
            let begun = match &last {
                Some((known, of, series)) if known == ticker && of == period => *series,
                _ => {
                    let key = (ticker.to_vec(), period.to_vec());
                    let begun = match series.get(&key) {
                        Some(begun) => *begun,
                        None => {
                            let symbol = match &hints.symbol {
                                Some(symbol) => Ok(symbol.clone()),
                                None => Symbol::new(&lines.text(0).to_uppercase()),
                            };
                            match symbol {
                                Ok(_) if series.len() >= SYMBOLS_MAX => {
                                    return Err(source.fail(format!("it has more than {SYMBOLS_MAX} instruments")));
                                }
                                Ok(symbol) => rows.series(shape(symbol, period, hints))?,
                                Err(error) => {
                                    rows.unreadable(line, error.to_string())?;
                                    continue;
                                }
                            }
                        }
                    };
                    series.insert(key, begun);
                    last = Some((ticker.to_vec(), period.to_vec(), begun));
                    begun
                }
            };
            rows.row(begun, line, when, &values)?;
        }
        if any { Ok(()) } else { Err(source.fail("it holds no row")) }
    }
}

fn row(lines: &Lines, dates: &mut Dates, clock: &mut Clock, values: &mut [f64]) -> Result<When, String> {
    let width = BEFORE.len() + VALUES.len();
    if lines.len() != width {
        return Err(format!("{} cells, the header has {width}", lines.len()));
    }
    let minutes = minutes(lines.cell(1))?;
    let time = minutes.map(|_| lines.cell(3));
    let when = match dates.read(lines.cell(2), time, lines.line())? {
        Reading::One(Stamp::Day(day)) => When::Day(day),
        Reading::One(Stamp::Civil { day, since_midnight }) => {
            When::Known(clock.instant(day, since_midnight).ok_or("its time is out of range")?)
        }
        _ => return Err(format!("`{}` is not a date (wanted 20240103)", lines.text(2))),
    };
    for ((at, (_, name)), value) in (BEFORE.len()..).zip(VALUES).zip(values) {
        *value = number(lines.cell(at)).map_err(|wrong| wrong.in_column(name, lines.cell(at)))?;
    }
    Ok(when)
}

/// Minutes of a period; none of one that is days or longer.
fn minutes(period: &[u8]) -> Result<Option<u32>, String> {
    if matches!(period, b"D" | b"W" | b"M" | b"Q" | b"Y") {
        return Ok(None);
    }
    let minutes = std::str::from_utf8(period).ok().and_then(|text| text.parse().ok()).filter(|minutes| *minutes > 0);
    let wrong = || format!("`{}` is not a period (wanted D or minutes)", String::from_utf8_lossy(period));
    minutes.map(Some).ok_or_else(wrong)
}

fn shape(symbol: Symbol, period: &[u8], hints: &Hints) -> Shape {
    let named = match (period, minutes(period)) {
        (b"D", _) => "1d".parse().ok(),
        (_, Ok(Some(minutes))) => format!("{minutes}m").parse().ok(),
        _ => None,
    };
    Shape {
        key: SeriesKey { kind: Kind::Bars, symbol, timeframe: hints.timeframe.or(named) },
        columns: VALUES.iter().map(|(_, name)| (*name).to_owned()).collect(),
        calendar: hints.calendar,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::heard::{hear_any, hints, said};

    const HEADER: &str = "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\n";

    #[test]
    fn days_are_days_and_minutes_end_when_they_are_stamped() {
        let text = format!(
            "{HEADER}AAPL.US,D,20240103,000000,184.22,185.88,183.43,184.25,58414460,0\r\n\
             SPY.US,5,20240103,153500,470.4,470.5,470.1,470.2,12000,0\r\nAAPL.US,D,20240104,000000,1,1,1,1,1,0\r\n"
        );
        let read = hear_any("bulk.txt", &text, &hints()).unwrap();
        assert_eq!(read.format, "stooq");
        let (days, minutes) = (read.of(0), read.of(1));
        let known = |text: &str| vec![text.to_owned()];
        assert_eq!((days.symbol(), days.timeframe()), ("AAPL.US", "1d".to_owned()));
        assert_eq!(days.known(), ["19725", "19726"]);
        assert_eq!((minutes.symbol(), minutes.timeframe()), ("SPY.US", "5m".to_owned()));
        assert_eq!(minutes.known(), known("2024-01-03T15:35:00Z"));
        assert_eq!(read.of(0).row(0).2, [184.22, 185.88, 183.43, 184.25, 58414460., 0.]);
        let warsaw = Hints { zone: crate::civil::zone("Europe/Warsaw"), ..hints() };
        let read = hear_any("bulk.txt", &text, &warsaw).unwrap();
        assert_eq!(read.of(1).known(), known("2024-01-03T14:35:00Z"));
    }

    #[test]
    fn what_is_no_row_is_named() {
        let text = format!(
            "{HEADER}A,X,20240103,000000,1,1,1,1,1,0\nA,D,20240230,0,1,1,1,1,1,0\nA/B,D,20240103,0,1,1,1,1,1,0\nA,D\n"
        );
        let read = hear_any("bulk.txt", text, &hints()).unwrap();
        assert_eq!(
            said(&read.unreadable),
            [
                "2: `X` is not a period (wanted D or minutes)",
                "3: `20240230` is not a date",
                "4: `A/B` is not a symbol (1 to 64 letters, digits or . _ - ^ = $ +)",
                "5: 2 cells, the header has 10",
            ]
        );
    }
}
