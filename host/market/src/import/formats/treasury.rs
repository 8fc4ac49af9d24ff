//! `treasury`: the yield curve of the United States Treasury, a line a day, a column a maturity.
//!
//! ```text
//! Time Period,1month,3month,…,30year      fractions
//! Date,"1 Mo","1.5 Month",…,"30 Yr"       per cent, the month first, as treasury.gov gives it
//! ```
//! Columns `rate.month1` … `rate.year30` of the symbol `TREASURY`, in fractions a year. The Treasury publishes a day's
//! curve on its evening, so it is known when that day has ended (UTC).

use tapewright_model::Symbol;

use crate::error::MarketError;
use crate::import::daily::Daily;
use crate::import::format::{Fit, Format, Hints};
use crate::import::heading::Heading;
use crate::import::named::Sheet;
use crate::import::rows::Rows;
use crate::import::source::{Head, Source};
use crate::import::stamp::Order;

/// A rate at most, a year: bills of 1981 paid 0.17. What is above is written in another unit.
const RATE_MAX: f64 = 0.25;
/// A rate at least: in 2015 and 2020 bills were quoted a little below zero.
const RATE_MIN: f64 = -0.05;
/// Names of the day.
const DATES: [&str; 2] = ["time period", "date"];

pub(crate) struct Treasury;

impl Format for Treasury {
    fn name(&self) -> &'static str {
        "treasury"
    }

    fn summary(&self) -> &'static str {
        "Treasury yield curve: Time Period,1month,…,30year or Date,1 Mo,…,30 Yr"
    }

    fn fits(&self, head: &Head<'_>) -> Fit {
        if Heading::of_head(head).as_ref().and_then(maturities).is_some() { Fit::Exact } else { Fit::No }
    }

    fn read(&self, source: &Source, hints: &Hints, rows: &mut dyn Rows) -> Result<(), MarketError> {
        let mut sheet = Sheet::open(source)?;
        let Some((columns, per_cent)) = maturities(sheet.heading()) else {
            return Err(source.fail_at(1, format!("its columns are no maturities: {}", sheet.heading().shown())));
        };
        let symbol = match &hints.symbol {
            Some(symbol) => symbol.clone(),
            None => Symbol::new("TREASURY").map_err(|error| source.fail(error))?,
        };
        let mut daily = Daily::of(0, columns, Some(Order::MonthFirst));
        let checked = if per_cent { of_per_cent } else { of_fraction };
        while sheet.advance()? {
            daily.row(&sheet, rows, Ok(symbol.clone()), checked)?;
        }
        Ok(())
    }
}

/// The columns, and whether they are in per cent; `None` unless every column but the first is a maturity.
fn maturities(heading: &Heading) -> Option<(Vec<(usize, String)>, bool)> {
    let mut names = heading.names().enumerate();
    let (_, first) = names.next()?;
    if !DATES.contains(&first.to_lowercase().as_str()) {
        return None;
    }
    let mut columns: Vec<(usize, String)> = Vec::new();
    let mut blanks = 0;
    for (at, name) in names {
        let column = format!("rate.{}", maturity(name)?);
        if columns.iter().any(|(_, known)| *known == column) {
            return None;
        }
        columns.push((at, column));
        blanks += usize::from(name.contains(' '));
    }
    let per_cent = blanks == columns.len();
    // `1 Mo` is the Treasury's own writing, `1month` that of files in fractions
    (columns.len() > 1 && (per_cent || blanks == 0)).then_some((columns, per_cent))
}

/// `1 Mo` is `month1`, `2 Yr` `year2`, `1.5 Month` (six weeks) `week6`: the parts of a column's name begin with a letter.
fn maturity(name: &str) -> Option<String> {
    let name = name.to_lowercase();
    let end = name.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (count, unit) = name.split_at(end);
    let unit = match unit.trim() {
        "mo" | "month" | "months" => "month",
        "yr" | "year" | "years" => "year",
        _ => return None,
    };
    match (count, unit) {
        ("1.5", "month") => Some("week6".to_owned()),
        _ if (1..=2).contains(&count.len()) && !count.contains('.') => Some(format!("{unit}{count}")),
        _ => None,
    }
}

fn of_per_cent(name: &str, rate: f64) -> Result<f64, String> {
    of_fraction(name, rate / 100.0)
}

fn of_fraction(name: &str, rate: f64) -> Result<f64, String> {
    if (RATE_MIN..=RATE_MAX).contains(&rate) {
        return Ok(rate);
    }
    Err(format!("`{name}` is {rate} a year, as a fraction: is it written in another unit?"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::heard::{fit, hear, hear_source, released, rubbish, shared};

    #[test]
    fn both_ways_of_writing_it_are_fractions() {
        let gov = "Date,\"1 Mo\",\"1.5 Month\",\"2 Yr\",\"30 Yr\"\n\
            02/03/2025,4.37,,4.26,4.77\n01/31/2025,4.37,,4.22,4.83\n01/30/2025,437,,1,1\n";
        let heard = hear(&Treasury, "daily-treasury-rates.csv", gov);
        assert_eq!(heard.series[0].columns, ["rate.month1", "rate.week6", "rate.year2", "rate.year30"]);
        assert_eq!(heard.series[0].key.symbol.as_str(), "TREASURY");
        assert_eq!(heard.rows[0].2, released("2025-02-03", "2025-02-04"));
        assert_eq!((heard.rows[0].3[0], heard.rows[0].3[2]), (4.37 / 100.0, 4.26 / 100.0));
        assert!(heard.rows[0].3[1].is_nan());
        assert_eq!(heard.rows[1].2, released("2025-01-31", "2025-02-01"));
        assert_eq!(heard.unreadable.len(), 1);
        let per_cent = "Time Period,1month,30year\n1990-01-02 00:00:00+00:00,4.1,8\n1990-01-03 00:00:00+00:00,,\n";
        let heard = hear(&Treasury, "a.csv", per_cent);
        assert_eq!(heard.rows, []);
        assert!(heard.unreadable[0].1.starts_with("`rate.month1` is 4.1 a year"), "{:?}", heard.unreadable);
        assert_eq!(fit(&Treasury, "a.csv", "Date,Open,Close\n"), Fit::No);
        assert_eq!(fit(&Treasury, "a.csv", "Date,1month\n"), Fit::No);
        rubbish(&Treasury, "a.csv", "Date,1month,2month\n");
        rubbish(&Treasury, "a.csv", "");
    }

    #[test]
    fn the_curves_of_the_treasury_are_read_whole() {
        let Some(source) = shared("rates/treasury_curves.csv") else { return };
        let heard = hear_source(&Treasury, &source, &Hints::default()).unwrap();
        assert_eq!(heard.unreadable, []);
        assert_eq!(heard.series[0].columns.len(), 11);
        assert_eq!((heard.rows.len(), heard.rows[0].2), (6816, released("1990-01-02", "1990-01-03")));
        let last = heard.rows.last().unwrap();
        assert_eq!((last.2, last.3[0], last.3[10]), (released("2017-03-29", "2017-03-30"), 0.0076, 0.0299));
    }
}
