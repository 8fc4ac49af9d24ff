//! `series-csv`: a date and numbers that are no bars, such as `Date,vix`, a line a day.
//!
//! One number is the series that its column names, with the column `value` (`VIX`); several are columns of one series that
//! the file's name names. They are taken to be known when their day has ended (UTC), which is true of what a market or a
//! thermometer shows. Numbers that somebody releases later need the dates of release: a table whose rows are further
//! apart than days is refused.

use crate::error::MarketError;
use crate::import::cells::number;
use crate::import::daily::{Daily, as_written, survey};
use crate::import::format::{Fit, Format, Hints};
use crate::import::heading::{Heading, plain};
use crate::import::named::{Sheet, Symbols, column_name};
use crate::import::rows::Rows;
use crate::import::source::{Head, Source};

/// Names of the day, letters and digits alone.
const DATE: &[&str] = &["date", "day", "time", "timestamp", "datetime"];
/// Names that say nothing.
const PLAIN: &[&str] = &["value", "values", "index", "level"];
/// Columns that make a table one of bars, quotes or options.
const OTHERS: &[&str] =
    &["open", "high", "low", "close", "adjclose", "price", "last", "settle", "volume", "bid", "ask", "strike"];

pub(crate) struct SeriesCsv;

impl Format for SeriesCsv {
    fn name(&self) -> &'static str {
        "series-csv"
    }

    fn summary(&self) -> &'static str {
        "any daily numbers without a close: Date,vix"
    }

    fn fits(&self, head: &Head<'_>) -> Fit {
        let Some(heading) = Heading::of_head(head) else { return Fit::No };
        let named = heading.names().next().is_some_and(|name| DATE.contains(&plain(name).as_str()));
        // the first line of numbers, if there is one
        let mark =
            [';', '\t', '|'].into_iter().find(|mark| head.lines().next().is_some_and(|line| line.contains(*mark)));
        let second = head.lines().filter(|line| !line.trim().is_empty()).nth(1).unwrap_or_default();
        let cells = second.split(mark.unwrap_or(',')).skip(1);
        let numbers = cells.clone().count() + 1 == heading.len()
            && cells.into_iter().all(|cell| number(cell.trim().trim_matches('"').as_bytes()).is_ok());
        if named && numbers && !heading.has(OTHERS) { Fit::General } else { Fit::No }
    }

    fn read(&self, source: &Source, hints: &Hints, rows: &mut dyn Rows) -> Result<(), MarketError> {
        let survey = survey(source, 0)?;
        if !survey.daily {
            return Err(source.fail(
                "its days do not follow each other: nobody can tell when a number was known\n\
                 hint: add a column release_date, and call the numbers `value`",
            ));
        }
        let mut sheet = Sheet::open(source)?;
        let heading = sheet.heading();
        let mut columns: Vec<(usize, String)> = Vec::new();
        for (at, name) in heading.names().enumerate().skip(1) {
            let column = column_name(name).ok_or_else(|| {
                source.fail_at(1, format!("column {} has no name that can be used: `{name}`", at + 1))
            })?;
            if columns.iter().any(|(_, known)| *known == column) {
                return Err(source.fail_at(1, format!("column `{column}` stands twice")));
            }
            columns.push((at, column));
        }
        let mut name = source.stem().to_owned();
        if let [(_, only)] = &mut columns[..] {
            if !PLAIN.contains(&only.as_str()) {
                name = std::mem::take(only);
            }
            *only = "value".to_owned();
        }
        let symbol = Symbols::or(&name, hints).otherwise();
        let mut daily = Daily::of(0, columns, survey.order);
        while sheet.advance()? {
            daily.row(&sheet, rows, symbol.clone(), as_written)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::heard::{fit, hear, hear_source, released, rubbish, shared, try_hear};
    use crate::import::rows::Kind;

    #[test]
    fn one_number_is_a_series_and_several_are_its_columns() {
        let heard = hear(&SeriesCsv, "a.csv", "Date,vix\n2014-01-03,13.76\n2014-01-06,\n2014-01-07,12.92\n");
        assert_eq!((heard.series[0].key.symbol.as_str(), heard.series[0].key.kind), ("VIX", Kind::Series));
        assert_eq!(heard.series[0].columns, ["value"]);
        assert_eq!(
            heard.rows,
            [
                (0, 2, released("2014-01-03", "2014-01-04"), vec![13.76]),
                (0, 4, released("2014-01-07", "2014-01-08"), vec![12.92])
            ]
        );
        let heard = hear(&SeriesCsv, "breadth.csv", "day,Advances,New Highs\n20140103,1,2\n20140106,3,4\n");
        assert_eq!(heard.series[0].key.symbol.as_str(), "BREADTH");
        assert_eq!(heard.series[0].columns, ["advances", "new_highs"]);
        let heard = hear(&SeriesCsv, "pcr.csv", "date,value\n20140103,1\n20140106,3\n");
        assert_eq!((heard.series[0].key.symbol.as_str(), &heard.series[0].columns[0][..]), ("PCR", "value"));
    }

    #[test]
    fn what_may_be_known_later_or_is_something_else_is_refused() {
        let refused = |text: &str| try_hear(&SeriesCsv, "a.csv", text, &Hints::default()).err().unwrap().to_string();
        assert!(refused("date,cpi\n2014-01-01,1\n2014-02-01,2\n").contains("hint: add a column release_date"));
        assert!(refused("date,x\n13/1/2014,1\n1/14/2014,2\n").starts_with("a.csv:3: by `1/14/2014`"));
        // nobody can tell the month
        let heard = hear(&SeriesCsv, "a.csv", "date,x\n2014-01-03,1\n2014-01-04,2\n1/5/2014,2\n");
        assert!(heard.unreadable[0].1.contains("hint: write dates as 2024-01-03"));
        for text in ["date,close\n2014-01-03,1\n", "date,name\n2014-01-03,x\n", "vix,date\n1,2014-01-03\n", ""] {
            assert_eq!(fit(&SeriesCsv, "a.csv", text), Fit::No, "{text}");
        }
        rubbish(&SeriesCsv, "a.csv", "date,x\n2014-01-03,1\n2014-01-04,1\n");
        rubbish(&SeriesCsv, "a.csv", "");
    }

    #[test]
    fn the_vix_is_read_whole() {
        let Some(source) = shared("arch/vix.csv.gz") else { return };
        let heard = hear_source(&SeriesCsv, &source, &Hints::default()).unwrap();
        assert_eq!(heard.unreadable, []);
        assert_eq!(heard.series[0].key.symbol.as_str(), "VIX");
        // of 1,305 lines 46 are holidays without a number
        assert_eq!((heard.rows.len(), heard.rows[0].2), (1259, released("2014-01-03", "2014-01-04")));
        assert_eq!(heard.rows.last().unwrap().2, released("2019-01-03", "2019-01-04"));
    }
}
