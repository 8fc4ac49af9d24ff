//! `lean-universe`: QuantConnect Lean's list of the options of one underlying on one day.
//!
//! Symbol and date are those of the file's name: `goog-20151222.csv`, or `goog/20151222.csv` in a Lean tree. All of it is
//! known when the day's session has closed, on a day without one at 16:00 in New York. It has no bid and ask; `last` is the close,
//! which is a middle of quotes. The line without an expiry is a partial bar of the underlying: its close is the spot of
//! the chain and good for no more than a price where no bars are at hand. A volatility of 0 was not solved, and where
//! gamma is 0 beside it, neither were gamma and delta: all three are missing then.

use tapewright_model::{CANONICAL_NAN, Symbol, Time};

use crate::calendar::Calendar;
use crate::chain::{Chain, OptionQuote};
use crate::error::MarketError;
use crate::import::dates::Dates;
use crate::import::format::{Fit, Format, Hints};
use crate::import::heading::Heading;
use crate::import::named::Sheet;
use crate::import::options::{Options, known_iv, right};
use crate::import::rows::Rows;
use crate::import::source::{Head, Source};

/// When most sessions close, ns after midnight in New York.
const CLOSE: i64 = 16 * 3600 * Time::SECOND;

pub(crate) struct LeanUniverse;

impl Format for LeanUniverse {
    fn name(&self) -> &'static str {
        "lean-universe"
    }

    fn summary(&self) -> &'static str {
        "option chain of Lean: #expiry,strike,right,open,…,open_interest,implied_volatility,…"
    }

    fn fits(&self, head: &Head<'_>) -> Fit {
        let Some(heading) = Heading::of_head(head) else { return Fit::No };
        let mut names = heading.names();
        let first = names.next() == Some("#expiry") && names.next() == Some("strike") && names.next() == Some("right");
        if first && heading.has(&["openinterest"]) { Fit::Exact } else { Fit::No }
    }

    fn read(&self, source: &Source, hints: &Hints, rows: &mut dyn Rows) -> Result<(), MarketError> {
        let mut dates = Dates::new_york_unless(None);
        let (symbol, date) = named(source, hints)?;
        let day = dates.day(&date).map_err(|reason| source.fail(format!("the date in its name: {reason}")))?;
        let time = match Calendar::UsEquity.session(day) {
            Some(session) => session.close,
            None => Time(dates.at(day, CLOSE).map_err(|reason| source.fail(reason))?),
        };
        let mut sheet = Sheet::open(source)?;
        let columns = Columns::of(sheet.heading()).ok_or_else(|| {
            source.fail_at(1, format!("it lacks a column of a Lean universe; it has {}", sheet.heading().shown()))
        })?;
        let mut spot = CANONICAL_NAN;
        let mut options = Options::default();
        while sheet.advance()? {
            let line = sheet.line();
            if sheet.text(Some(columns.expiry)).is_empty() {
                match sheet.whole().and_then(|()| sheet.number(Some(columns.close))) {
                    Ok(_) if !spot.is_nan() => rows.unreadable(line, "a second line of the underlying".to_owned())?,
                    Ok(close) if close > 0.0 => spot = close,
                    Ok(close) => rows.unreadable(line, format!("the underlying's close {close} is no price"))?,
                    Err(reason) => rows.unreadable(line, reason)?,
                }
                continue;
            }
            let quote = columns.quote(&sheet, &mut dates);
            options.add(source, rows, line, "", quote)?;
        }
        if options.len() == 0 {
            return Err(source.fail("it holds no option that can be read"));
        }
        let quotes = options.finish(rows)?;
        rows.chain(Chain { symbol, event_time: time, known_time: time, spot, quotes })
    }
}

struct Columns {
    expiry: usize,
    strike: usize,
    right: usize,
    close: usize,
    volume: usize,
    open_interest: usize,
    iv: usize,
    delta: usize,
    gamma: usize,
}

impl Columns {
    fn of(heading: &Heading) -> Option<Columns> {
        let at = |name| heading.find(&[name]);
        Some(Columns {
            expiry: at("expiry")?,
            strike: at("strike")?,
            right: at("right")?,
            close: at("close")?,
            volume: at("volume")?,
            open_interest: at("openinterest")?,
            iv: at("impliedvolatility")?,
            delta: at("delta")?,
            gamma: at("gamma")?,
        })
    }

    fn quote(&self, sheet: &Sheet, dates: &mut Dates) -> Result<OptionQuote, String> {
        sheet.whole()?;
        let value = |at: usize| sheet.number(Some(at));
        let mut quote = OptionQuote {
            expiry: dates.day(&sheet.text(Some(self.expiry)))?,
            strike: value(self.strike)?,
            right: right(&sheet.text(Some(self.right)))?,
            bid: CANONICAL_NAN,
            ask: CANONICAL_NAN,
            last: value(self.close)?,
            volume: value(self.volume)?,
            open_interest: value(self.open_interest)?,
            iv: known_iv(value(self.iv)?),
            delta: value(self.delta)?,
            gamma: value(self.gamma)?,
        };
        if quote.iv.is_nan() && (quote.gamma == 0.0 || quote.gamma.is_nan()) {
            (quote.delta, quote.gamma) = (CANONICAL_NAN, CANONICAL_NAN);
        }
        Ok(quote)
    }
}

/// Symbol and date of a file's name.
fn named(source: &Source, hints: &Hints) -> Result<(Symbol, String), MarketError> {
    let fail = || {
        source.fail("its name does not say whose options these are and of which day\nhint: call it goog-20151222.csv")
    };
    let is_date = |text: &str| text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    let stem = source.stem();
    let (symbol, date) = match stem.rsplit_once(['-', '_']) {
        Some((symbol, date)) if is_date(date) => (symbol, date),
        _ if is_date(stem) => (source.shown.rsplit(['/', '\\', '!']).nth(1).unwrap_or_default(), stem),
        _ => return Err(fail()),
    };
    let symbol = match &hints.symbol {
        Some(symbol) => symbol.clone(),
        None => Symbol::new(&symbol.to_uppercase()).map_err(|_| fail())?,
    };
    Ok((symbol, date.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::Right;
    use crate::civil::day;
    use crate::import::heard::{hear, hear_source, rubbish, shared, try_hear};

    const HEAD: &str =
        "#expiry,strike,right,open,high,low,close,volume,open_interest,implied_volatility,delta,gamma,vega,theta,rho\n";

    #[test]
    fn what_was_not_solved_is_missing() {
        let text = format!(
            "{HEAD},,,748.7,748.8,748.7,748.75,0,,,,,,,\n\
             20151224,600,C,147.6,154.6,146.0,149.8,3,,3.0621143,0.9295562,0.0011224,0.05,-8.1,0.01\n\
             20151224,600,P,1,1,1,1.5,0,14,0,-0.99,0.0000000,0,0,0\n\
             20151224,610,P,1,1,1,1.5,0,14,0,-0.99,0.001,0,0,0\n\
             20151224,620,X,1,1,1,1.5,0,14,0,-0.99,0.001,0,0,0\n\
             20151224,620,P,1,1"
        );
        for name in ["goog-20151222.csv", "usa/universes/GOOG/20151222.csv"] {
            let heard = hear(&LeanUniverse, name, &text);
            let [chain] = &heard.chains[..] else { panic!() };
            assert_eq!((chain.symbol.as_str(), chain.spot), ("GOOG", 748.75));
            assert_eq!(chain.known_time, "2015-12-22T21:00:00Z".parse().unwrap());
            let [call, put, higher] = &chain.quotes[..] else { panic!("{:?}", chain.quotes) };
            assert_eq!((call.expiry, call.strike, call.right), (day(2015, 12, 24).unwrap(), 600.0, Right::Call));
            assert_eq!((call.last, call.volume, call.iv), (149.8, 3.0, 3.062_114_3));
            assert_eq!((call.delta, call.gamma), (0.929_556_2, 0.001_122_4));
            assert!(call.open_interest.is_nan() && call.bid.is_nan() && call.ask.is_nan());
            assert!(put.iv.is_nan() && put.delta.is_nan() && put.gamma.is_nan());
            assert_eq!(put.open_interest, 14.0);
            assert!(higher.iv.is_nan());
            assert_eq!((higher.delta, higher.gamma), (-0.99, 0.001));
            let lines: Vec<u64> = heard.unreadable.iter().map(|(line, _)| *line).collect();
            assert_eq!(lines, [6, 7], "{:?}", heard.unreadable);
        }
        let error = try_hear(&LeanUniverse, "goog.csv", &text, &Hints::default()).err().unwrap();
        assert!(error.to_string().contains("hint: call it goog-20151222.csv"), "{error}");
        rubbish(&LeanUniverse, "goog-20151222.csv", HEAD);
        rubbish(&LeanUniverse, "goog-20151322.csv", "");
    }

    #[test]
    fn the_universes_of_lean_are_read_whole() {
        for (name, options, interest, solved, spot) in [
            ("aapl-20140609", 4360, 3720, 924, 92.72),
            ("aapl-20140610", 4360, 3731, 896, 93.77),
            ("aapl-20140611", 4360, 3733, 876, 93.77),
            ("aapl-20140612", 4360, 3737, 856, 93.77),
            ("aapl-20140613", 4052, 3459, 842, 93.77),
            ("aapl-20140616", 4052, 3465, 816, 91.48),
            ("goog-20151222", 118, 87, 52, 748.75),
            ("goog-20151223", 2192, 1340, 1734, 748.54),
            ("goog-20151224", 2016, 1259, 1862, 748.40),
            ("goog-20151228", 2016, 1298, 1840, 762.51),
            ("goog-20151229", 2016, 1341, 1802, 777.00),
            ("goog-20151230", 2016, 1364, 1670, 771.50),
            ("goog-20151231", 2016, 1364, 1670, 771.50),
            ("spx-20151222", 233, 178, 233, f64::NAN),
            ("spx-20151223", 272, 183, 272, f64::NAN),
        ] {
            let Some(source) = shared(&format!("lean/options-universe/{name}.csv")) else { return };
            let heard = hear_source(&LeanUniverse, &source, &Hints::default()).unwrap();
            assert_eq!(heard.unreadable, [], "{name}");
            let [chain] = &heard.chains[..] else { panic!("{name}") };
            let known = |of: fn(&OptionQuote) -> f64| chain.quotes.iter().filter(|quote| !of(quote).is_nan()).count();
            let found = (chain.quotes.len(), known(|quote| quote.open_interest), known(|quote| quote.iv));
            assert_eq!(found, (options, interest, solved), "{name}");
            assert_eq!((known(|quote| quote.gamma), known(|quote| quote.delta)), (solved, solved), "{name}");
            assert_eq!(chain.spot.to_bits(), spot.to_bits(), "{name}: {}", chain.spot);
            let closed = match name {
                "goog-20151224" => "T18:00:00Z",
                _ if name.starts_with("aapl") => "T20:00:00Z",
                _ => "T21:00:00Z",
            };
            assert!(chain.known_time.to_string().ends_with(closed), "{name}");
        }
    }
}
