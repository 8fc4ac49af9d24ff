//! `dividends`: ex-dividend days with the amount, as events of the kind `ex_dividend`.
//!
//! The event is the open of the ex-day's session, 09:30 in New York; its value is the amount in dollars a share. It is
//! known when the day on which it was declared has ended (in the zone that the user names, or UTC); without that column
//! only when it happens.

use tapewright_model::Time;

use crate::error::MarketError;
use crate::event::Event;
use crate::import::dates::{Dates, Moment};
use crate::import::format::{Fit, Format, Hints};
use crate::import::heading::Heading;
use crate::import::named::{Sheet, Symbols};
use crate::import::rows::Rows;
use crate::import::source::{Head, Source};

/// When a session opens, ns after midnight in New York.
const OPEN: i64 = (9 * 60 + 30) * 60 * Time::SECOND;

/// Words for each column, the surer first.
const EX_DATE: &[&str] = &["exdate", "exdividenddate", "exday"];
const AMOUNT: &[&str] = &["amount", "dividend", "dividends", "cashamount", "value"];
const DECLARED: &[&str] = &["declared", "declarationdate", "announced", "knowntime"];
const SYMBOL: &[&str] = &["symbol", "ticker"];
/// Columns that only options have, which `exdate` may mean as well.
const OTHERS: &[&str] = &["strike", "strikeprice", "close"];

pub(crate) struct Dividends;

impl Format for Dividends {
    fn name(&self) -> &'static str {
        "dividends"
    }

    fn summary(&self) -> &'static str {
        "dividends: ex_date,amount and perhaps declared,symbol"
    }

    fn fits(&self, head: &Head<'_>) -> Fit {
        let Some(heading) = Heading::of_head(head) else { return Fit::No };
        if heading.has(EX_DATE) && heading.has(AMOUNT) && !heading.has(OTHERS) { Fit::Exact } else { Fit::No }
    }

    fn read(&self, source: &Source, hints: &Hints, rows: &mut dyn Rows) -> Result<(), MarketError> {
        let mut sheet = Sheet::open(source)?;
        let heading = sheet.heading();
        let [ex_date, amount, declared, symbol] = [EX_DATE, AMOUNT, DECLARED, SYMBOL].map(|names| heading.find(names));
        // aapl-dividends.csv
        let stem = source.stem().to_lowercase();
        let named = stem.trim_end_matches("dividends").trim_end_matches(['-', '_', ' ', '.']);
        let mut symbols = Symbols::or(named, hints);
        let mut new_york = Dates::new_york_unless(None);
        let mut zone = Dates::utc_unless(hints.zone.as_ref());
        while sheet.advance()? {
            let mut event = || -> Result<Event, String> {
                sheet.whole()?;
                let day = new_york.day(&sheet.text(ex_date))?;
                let event_time = new_york.at(day, OPEN)?;
                let known_time = match sheet.text(declared) {
                    text if text.is_empty() => event_time,
                    text => match zone.read(&text)? {
                        Moment::Day(day) => zone.end_of(day)?,
                        Moment::At(time) => time,
                    },
                };
                let value = sheet.number(amount)?;
                if value.is_nan() || value < 0.0 {
                    return Err(format!("the amount `{}` is no dividend", sheet.text(amount)));
                }
                Ok(Event {
                    symbol: Some(symbols.of(&sheet.text(symbol))?),
                    kind: "ex_dividend".to_owned(),
                    event_time: Time(event_time),
                    known_time: Time(known_time),
                    title: format!("Dividend of {value}"),
                    text: String::new(),
                    source: String::new(),
                    value,
                })
            };
            match event() {
                Ok(event) => rows.event(sheet.line(), event)?,
                Err(reason) => rows.unreadable(sheet.line(), reason)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::heard::{fit, hear, rubbish};

    #[test]
    fn a_dividend_is_known_when_it_was_declared() {
        let text =
            "ex_date,declared,amount\n2024-02-09,2024-02-01,0.24\n2024-08-12,,0.25\n2024-11-08,,\n2024-11-08,,-1\n";
        let heard = hear(&Dividends, "aapl_dividends.csv", text);
        let [(2, first), (3, second)] = &heard.events[..] else { panic!("{:?}", heard.events) };
        assert_eq!(first.symbol.as_ref().map(tapewright_model::Symbol::as_str), Some("AAPL"));
        assert_eq!((first.kind.as_str(), first.value), ("ex_dividend", 0.24));
        assert_eq!(first.event_time, "2024-02-09T14:30:00Z".parse().unwrap());
        assert_eq!(first.known_time, "2024-02-02".parse().unwrap());
        assert_eq!(second.event_time, "2024-08-12T13:30:00Z".parse().unwrap());
        assert_eq!(second.known_time, second.event_time);
        let lines: Vec<u64> = heard.unreadable.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [4, 5]);
        let heard = hear(&Dividends, "dividends.csv", text);
        assert!(heard.events.is_empty() && heard.unreadable[0].1.contains("--symbol"));
        assert_eq!(fit(&Dividends, "a.csv", "date,exdate,cp_flag,strike_price,value\n"), Fit::No);
        rubbish(&Dividends, "a.csv", "ex_date,amount\n");
        rubbish(&Dividends, "a.csv", "");
    }
}
