//! `fred`: daily series of FRED without their dates of release: `observation_date,DGS10`.
//!
//! Such a file tells neither when a number was released nor what it was before it was revised. For a daily series of
//! rates or prices, which is not revised, the day of release is bounded: most are posted on the next business day, and no
//! two weekdays in a row are holidays of the United States, so a number is taken to be known at the end (UTC) of the
//! second weekday after its day. For anything slower (months, quarters) nobody can tell, and it is refused: fetch it with
//! its vintages from ALFRED. Each column is a series of its own, called as its column, with the column `value`.

use tapewright_model::Symbol;

use crate::error::MarketError;
use crate::import::daily::{Daily, as_written, survey, weekdays_after};
use crate::import::dates::Dates;
use crate::import::format::{Fit, Format, Hints};
use crate::import::formats::vintages::vintage_of;
use crate::import::heading::Heading;
use crate::import::named::{Sheet, Symbols};
use crate::import::rows::Rows;
use crate::import::source::{Head, Source};

/// Weekdays after which a number is known.
const LAG_WEEKDAYS: u32 = 2;
/// FRED's names of the date, in its own case.
const DATES: [&str; 2] = ["observation_date", "DATE"];
/// Columns that make a table one of bars.
const BARS: &[&str] = &["open", "high", "low", "close", "adjclose", "volume", "price"];

pub(crate) struct Fred;

impl Format for Fred {
    fn name(&self) -> &'static str {
        "fred"
    }

    fn summary(&self) -> &'static str {
        "daily series of FRED without release dates: observation_date,DGS10"
    }

    fn fits(&self, head: &Head<'_>) -> Fit {
        let Some(heading) = Heading::of_head(head) else { return Fit::No };
        let mut names = heading.names();
        let dated = names.next().is_some_and(|name| DATES.contains(&name));
        let id = |name: &str| {
            let shaped = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
            !name.is_empty() && name.bytes().all(shaped) && vintage_of(name).is_none()
        };
        // FRED's older name of the date begins many other tables
        let shaped = heading.find(&["date"]).is_none() || heading.len() == 2;
        if dated && shaped && names.all(id) && !heading.has(BARS) { Fit::Exact } else { Fit::No }
    }

    fn read(&self, source: &Source, hints: &Hints, rows: &mut dyn Rows) -> Result<(), MarketError> {
        let survey = survey(source, 0)?;
        if !survey.daily {
            return Err(source.fail(
                "it has no dates of release, and its days do not follow each other: nobody can tell when a number was \
                 known\nhint: fetch it with its vintages from ALFRED, or add a column release_date",
            ));
        }
        let mut sheet = Sheet::open(source)?;
        let symbols = Symbols::of_file(source, hints);
        let only = sheet.heading().len() == 2;
        let mut series: Vec<(Result<Symbol, String>, Daily)> = Vec::new();
        for (at, name) in sheet.heading().names().enumerate().skip(1) {
            let symbol = match name {
                _ if only && (name == "VALUE" || hints.symbol.is_some()) => symbols.otherwise(),
                _ => Symbol::new(name).map_err(|error| error.to_string()),
            };
            let mut daily = Daily::of(0, vec![(at, "value".to_owned())], survey.order);
            daily.known = known;
            series.push((symbol, daily));
        }
        while sheet.advance()? {
            for (symbol, daily) in &mut series {
                daily.row(&sheet, rows, symbol.clone(), as_written)?;
            }
        }
        Ok(())
    }
}

fn known(dates: &mut Dates, day: i32) -> Result<i64, String> {
    dates.end_of(weekdays_after(day, LAG_WEEKDAYS))
}

#[cfg(test)]
mod tests {
    use tapewright_model::Time;

    use super::*;
    use crate::import::heard::{fit, hear, rubbish, try_hear};
    use crate::import::rows::When;

    #[test]
    fn a_daily_number_is_known_after_two_weekdays() {
        let released = |period: &str, known: &str| When::Released {
            period: period.parse::<Time>().unwrap().0,
            known: known.parse::<Time>().unwrap().0,
        };
        let text = "observation_date,DGS10,DGS2\n2024-01-04,3.99,4.38\n2024-01-05,4.05,.\n2024-01-08,4.01,4.36\n2024-01-09,.,\n";
        let heard = hear(&Fred, "rates.csv", text);
        let names: Vec<&str> = heard.series.iter().map(|shape| shape.key.symbol.as_str()).collect();
        assert_eq!(names, ["DGS10", "DGS2"]);
        assert_eq!(
            heard.rows,
            [
                (0, 2, released("2024-01-04", "2024-01-09"), vec![3.99]),
                (1, 2, released("2024-01-04", "2024-01-09"), vec![4.38]),
                (0, 3, released("2024-01-05", "2024-01-10"), vec![4.05]),
                (0, 4, released("2024-01-08", "2024-01-11"), vec![4.01]),
                (1, 4, released("2024-01-08", "2024-01-11"), vec![4.36]),
            ]
        );
        assert_eq!(heard.unreadable, []);
        let heard = hear(&Fred, "t10y2y.csv", "DATE,VALUE\n2024-01-04,0.1\n2024-01-05,0.2\n");
        assert_eq!(heard.series[0].key.symbol.as_str(), "T10Y2Y");
    }

    #[test]
    fn a_slow_series_without_release_dates_is_refused() {
        let text = "observation_date,CPIAUCSL\n2024-01-01,308.4\n2024-02-01,309.7\n2024-03-01,311.1\n";
        let error = try_hear(&Fred, "cpi.csv", text, &Hints::default()).err().unwrap().to_string();
        assert!(error.contains("hint: fetch it with its vintages from ALFRED"), "{error}");
        assert_eq!(fit(&Fred, "vix.csv", "DATE,OPEN,HIGH,LOW,CLOSE\n"), Fit::No);
        assert_eq!(fit(&Fred, "vix.csv", "Date,vix\n"), Fit::No);
        assert_eq!(fit(&Fred, "etfs.csv", "DATE,SPY,QQQ\n"), Fit::No);
        assert_eq!(fit(&Fred, "gdp.csv", "observation_date,GDP_20200130,GDP_20200227\n"), Fit::No);
        rubbish(&Fred, "a.csv", "DATE,VALUE\n2024-01-04,1\n2024-01-05,1\n");
        rubbish(&Fred, "a.csv", "");
    }
}
