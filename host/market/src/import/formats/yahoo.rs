//! Yahoo Finance: the CSV of its site and what the `yfinance` package writes.
//!
//! ```text
//! Date,Open,High,Low,Close,Adj Close,Volume
//! 1/4/1999,1229.22998,1248.810059,1219.099976,1228.099976,1228.099976,877000000
//! ```
//! In any order, with `Dividends`, `Stock Splits` and `Capital Gains` or without. `adj_close` is kept beside `close`;
//! nothing is adjusted. A line of nulls is a day that Yahoo never filled in: it is no bar. Times of day (column `Datetime`)
//! are the start of a bar, so it is known a bar later.

use crate::error::MarketError;
use crate::import::format::{Fit, Format, Hints};
use crate::import::heading::Heading;
use crate::import::rows::Rows;
use crate::import::sheet::{Manner, Stamped};
use crate::import::source::{Head, Source};

use super::plain::read_under_header;

/// Every column that Yahoo writes.
const NAMES: [&str; 12] = [
    "date",
    "datetime",
    "open",
    "high",
    "low",
    "close",
    "adj close",
    "adj_close",
    "volume",
    "dividends",
    "stock splits",
    "capital gains",
];

/// Yahoo Finance.
pub(crate) struct Yahoo;

impl Format for Yahoo {
    fn name(&self) -> &'static str {
        "yahoo"
    }

    fn summary(&self) -> &'static str {
        "Yahoo Finance: Date, Open, High, Low, Close, Adj Close, Volume"
    }

    fn fits(&self, head: &Head<'_>) -> Fit {
        let Some(names) = head.lines().next().map(|line| Heading::of_line(line).lower()) else { return Fit::No };
        let has = |name: &str| names.iter().any(|known| known == name);
        let own = ["adj close", "adj_close", "stock splits"].into_iter().any(has);
        let bars = ["open", "high", "low", "close"].into_iter().all(has);
        let all = names.iter().all(|name| NAMES.contains(&name.as_str()));
        if own && bars && all && (has("date") || has("datetime")) { Fit::Exact } else { Fit::No }
    }

    fn read(&self, source: &Source, hints: &Hints, rows: &mut dyn Rows) -> Result<(), MarketError> {
        let stamped = Stamped::Start { midnight_in: None };
        read_under_header(source, hints, rows, Manner { stamped, refuse_empty: true, ..Manner::default() })
    }
}

#[cfg(test)]
mod tests {
    use crate::import::heard::{hear_any, hear_shared, hints, said};
    use crate::import::rows::When;

    #[test]
    fn days_of_yahoo_keep_their_adjusted_close() {
        let text = "Date,Open,High,Low,Close,Adj Close,Volume\n2024-01-03,1,3,0.5,2,1.9,100\n2024-01-04,null,null,null,null,null,null\n2024-01-05,2,3,1,2.5,2.4,50";
        let read = hear_any("^GSPC.csv", text, &hints()).unwrap();
        assert_eq!(read.format, "yahoo");
        let series = read.only();
        assert_eq!(series.symbol(), "^GSPC");
        assert_eq!(series.columns(), "open high low close adj_close volume");
        assert_eq!(series.row(1), (4, When::Day(19_727), &[2., 3., 1., 2.5, 2.4, 50.][..]));
        assert_eq!(said(&read.unreadable), ["3: all values are null: a day that was never filled in"]);
    }

    #[test]
    fn times_of_day_are_the_start_of_a_bar() {
        let text = "Datetime,Open,High,Low,Close,Volume,Dividends,Stock Splits\n\
                    2024-01-03 09:30:00-05:00,1,3,0.5,2,100,0,0\n2024-01-03 10:30:00-05:00,1,3,0.5,2,100,0,0\n";
        let read = hear_any("SPY.csv", text, &hints()).unwrap();
        assert_eq!(read.only().known(), ["2024-01-03T15:30:00Z", "2024-01-03T16:30:00Z"]);
        // the days of yfinance are stamped with the midnight of New York
        let text =
            "Date,Open,High,Low,Close,Volume,Dividends,Stock Splits\n2024-01-03 00:00:00-05:00,1,3,0.5,2,100,0,0\n";
        let read = hear_any("SPY.csv", text, &hints()).unwrap();
        assert_eq!(read.only().row(0).1, When::Day(19_725));
    }

    #[test]
    fn the_indices_of_arch_are_yahoos() {
        for (name, first) in [("sp500", 1228.099976), ("nasdaq", 2208.050049)] {
            let Some(read) = hear_shared(&format!("arch/{name}.csv.gz"), &hints()) else { return };
            assert_eq!((read.format, read.only().rows()), ("yahoo", 5_031));
            let series = read.only();
            let (_, when, values) = series.row(0);
            assert_eq!((when, values[3]), (When::Day(10_595), first), "{name}");
        }
    }
}
