//! `vintages`: numbers of a period with the dates on which they were released and revised, as ALFRED gives them.
//!
//! ```text
//! observation_date,realtime_start,value[,series_id]        a line for each release
//! observation_date,GDP_20200130,GDP_20200227,…             a column for each vintage
//! ```
//! Of the wide form a number is released in the vintage in which it is new or other than before. A release date without
//! a time of day is known when that day has ended (UTC). Most releases of the United States come at 08:30 in New York:
//! a file that says so with times lets a row of that day see them.

use tapewright_model::{CANONICAL_NAN, Symbol};

use crate::error::MarketError;
use crate::import::daily::midnight;
use crate::import::dates::Dates;
use crate::import::format::{Fit, Format, Hints};
use crate::import::heading::Heading;
use crate::import::named::{Sheet, Symbols};
use crate::import::rows::{Kind, Rows, SeriesKey, Shape, When};
use crate::import::source::{Head, Source};

/// Words for each column, the surer first.
const PERIOD: &[&str] = &["observationdate", "period", "referenceperiod", "date"];
const RELEASED: &[&str] =
    &["releasedate", "released", "releasetime", "realtimestart", "vintagedate", "vintage", "knowntime"];
const VALUE: &[&str] = &["value"];
const SERIES: &[&str] = &["seriesid", "series", "symbol"];
/// Columns that make a table one of texts or of bars.
const OTHERS: &[&str] = &["title", "headline", "event", "text", "body", "summary", "content", "close"];

pub(crate) struct Vintages;

impl Format for Vintages {
    fn name(&self) -> &'static str {
        "vintages"
    }

    fn summary(&self) -> &'static str {
        "releases and revisions: observation_date,realtime_start,value or observation_date,GDP_20200130,…"
    }

    fn fits(&self, head: &Head<'_>) -> Fit {
        let Some(heading) = Heading::of_head(head) else { return Fit::No };
        let long = [PERIOD, RELEASED, VALUE].iter().all(|names| heading.has(names)) && !heading.has(OTHERS);
        if long || wide(&heading) { Fit::Exact } else { Fit::No }
    }

    fn read(&self, source: &Source, hints: &Hints, rows: &mut dyn Rows) -> Result<(), MarketError> {
        let sheet = Sheet::open(source)?;
        let dates = Dates::utc_unless(hints.zone.as_ref());
        if wide(sheet.heading()) {
            read_wide(source, sheet, dates, rows)
        } else {
            read_long(source, hints, sheet, dates, rows)
        }
    }
}

/// Series and date of a column of the wide form: `GDP_20200130`.
pub(super) fn vintage_of(name: &str) -> Option<(&str, &str)> {
    let (series, date) = name.rsplit_once('_')?;
    let is_date = date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit());
    (is_date && !series.is_empty()).then_some((series, date))
}

fn wide(heading: &Heading) -> bool {
    heading.len() > 1
        && heading.find(PERIOD) == Some(0)
        && heading.names().skip(1).all(|name| vintage_of(name).is_some())
}

fn read_long(
    source: &Source,
    hints: &Hints,
    mut sheet: Sheet,
    mut dates: Dates,
    rows: &mut dyn Rows,
) -> Result<(), MarketError> {
    let heading = sheet.heading();
    let [period, released, value, series] = [PERIOD, RELEASED, VALUE, SERIES].map(|names| heading.find(names));
    if period.is_none() || released.is_none() || value.is_none() {
        return Err(source.fail_at(1, "it lacks a column of a period, of its release or `value`"));
    }
    let mut symbols = Symbols::of_file(source, hints);
    let mut last: Option<(Symbol, usize)> = None;
    while sheet.advance()? {
        let line = sheet.line();
        let mut row = || {
            sheet.whole()?;
            let day = dates.day(&sheet.text(period))?;
            let known = dates.known(&sheet.text(released))?;
            let symbol = symbols.of(&sheet.text(series))?;
            Ok((symbol, midnight(day)?, known, sheet.number(value)?))
        };
        let row = row().and_then(|(symbol, period, known, value)| {
            released_after(period, known)?;
            Ok((symbol, period, known, value))
        });
        let (symbol, period, known, value) = match row {
            Ok(row) => row,
            Err(reason) => {
                rows.unreadable(line, reason)?;
                continue;
            }
        };
        if value.is_nan() {
            continue;
        }
        let series = match &last {
            Some((of, series)) if *of == symbol => *series,
            _ => {
                let series = rows.series(shape(&symbol))?;
                last = Some((symbol, series));
                series
            }
        };
        rows.row(series, line, When::Released { period, known }, &[value])?;
    }
    Ok(())
}

/// Columns of one series, by the time of their vintage.
struct Wide {
    symbol: Symbol,
    /// When the vintage was known, and where it stands.
    vintages: Vec<(i64, usize)>,
    series: Option<usize>,
}

fn read_wide(source: &Source, mut sheet: Sheet, mut dates: Dates, rows: &mut dyn Rows) -> Result<(), MarketError> {
    let mut all: Vec<Wide> = Vec::new();
    for (at, name) in sheet.heading().names().enumerate().skip(1) {
        let Some((series, date)) = vintage_of(name) else { continue };
        let known = dates.known(date).map_err(|reason| source.fail_at(1, format!("column `{name}`: {reason}")))?;
        let symbol = Symbol::new(series).map_err(|error| source.fail_at(1, error))?;
        match all.iter_mut().find(|wide| wide.symbol == symbol) {
            Some(wide) => wide.vintages.push((known, at)),
            None => all.push(Wide { symbol, vintages: vec![(known, at)], series: None }),
        }
    }
    for wide in &mut all {
        wide.vintages.sort_unstable();
    }
    while sheet.advance()? {
        let line = sheet.line();
        let period = sheet.whole().and_then(|()| midnight(dates.day(&sheet.text(Some(0)))?));
        let period = match period {
            Ok(period) => period,
            Err(reason) => {
                rows.unreadable(line, reason)?;
                continue;
            }
        };
        for wide in &mut all {
            let mut before = CANONICAL_NAN;
            for &(known, at) in &wide.vintages {
                let value = match sheet.number(Some(at)) {
                    Ok(value) if value.is_nan() || value == before => continue,
                    Ok(value) => value,
                    Err(reason) => {
                        rows.unreadable(line, reason)?;
                        continue;
                    }
                };
                if let Err(reason) = released_after(period, known) {
                    rows.unreadable(line, reason)?;
                    continue;
                }
                before = value;
                let series = match wide.series {
                    Some(series) => series,
                    None => *wide.series.insert(rows.series(shape(&wide.symbol))?),
                };
                rows.row(series, line, When::Released { period, known }, &[value])?;
            }
        }
    }
    Ok(())
}

/// What is known before its period begins is a forecast, or its columns are mixed up.
fn released_after(period: i64, known: i64) -> Result<(), String> {
    if known > period {
        return Ok(());
    }
    Err(format!(
        "it was released on {} and its period begins only on {}",
        tapewright_model::Time(known),
        tapewright_model::Time(period)
    ))
}

fn shape(symbol: &Symbol) -> Shape {
    let key = SeriesKey { kind: Kind::Series, symbol: symbol.clone(), timeframe: None };
    Shape { key, columns: vec!["value".to_owned()], calendar: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::heard::{fit, hear, released, rubbish};

    #[test]
    fn each_line_is_a_release() {
        let text = "date,realtime_start,realtime_end,value,series_id\n\
            2024-01-01,2024-02-13,2024-03-11,308.417,cpi\n\
            2024-01-01,2024-03-12T08:30:00-04:00,9999-12-31,308.5,CPI\n\
            2024-02-01,2024-03-12,9999-12-31,.,CPI\n\
            2024-02-01,2024-01-12,9999-12-31,1,CPI\n\
            2024-02-01,soon,9999-12-31,1,CPI\n";
        let heard = hear(&Vintages, "cpi.csv", text);
        assert_eq!(heard.series.len(), 1);
        assert_eq!((heard.series[0].key.symbol.as_str(), heard.series[0].key.kind), ("CPI", Kind::Series));
        assert_eq!(
            heard.rows,
            [
                (0, 2, released("2024-01-01", "2024-02-14"), vec![308.417]),
                (0, 3, released("2024-01-01", "2024-03-12T12:30:00Z"), vec![308.5]),
            ]
        );
        assert_eq!(
            heard.unreadable[0],
            (
                5,
                "it was released on 2024-01-13T00:00:00Z and its period begins only on 2024-02-01T00:00:00Z".to_owned()
            )
        );
        assert_eq!(heard.unreadable[1].0, 6);
    }

    #[test]
    fn a_vintage_releases_what_is_new_in_it() {
        let text = "observation_date,GDP_20200227,GDP_20200130,GDP_20200326\n\
            2019-07-01,21542.540,21542.540,21542.540\n\
            2019-10-01,21726.779,21734.266,21729.124\n\
            2020-01-01,.,,21537.940\n\
            2021-01-01,,,1\n\
            2019-10-01,x,1,1\n\
            2019-10-01,1";
        let heard = hear(&Vintages, "gdp.csv", text);
        assert_eq!(heard.series[0].key.symbol.as_str(), "GDP");
        assert_eq!(
            heard.rows[..5],
            [
                (0, 2, released("2019-07-01", "2020-01-31"), vec![21542.540]),
                (0, 3, released("2019-10-01", "2020-01-31"), vec![21734.266]),
                (0, 3, released("2019-10-01", "2020-02-28"), vec![21726.779]),
                (0, 3, released("2019-10-01", "2020-03-27"), vec![21729.124]),
                (0, 4, released("2020-01-01", "2020-03-27"), vec![21537.940]),
            ]
        );
        let lines: Vec<u64> = heard.unreadable.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [5, 6, 7]);
        assert_eq!(fit(&Vintages, "a.csv", "date,close,known_time,value\n"), Fit::No);
        assert_eq!(fit(&Vintages, "a.csv", "date,title,known_time,value\n"), Fit::No);
        rubbish(&Vintages, "a.csv", "date,released,value\n");
        rubbish(&Vintages, "a.csv", "date,GDP_20201399\n");
        rubbish(&Vintages, "a.csv", "");
    }
}
