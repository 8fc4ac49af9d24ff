//! `prints`: option trades, one a line, by the names of the columns.
//!
//! An option is named by its symbol (`SPY250516C00285000`) or by expiry, strike and right. Each trade has a time of day;
//! one without a zone is a clock of the zone that the user names, or of UTC. Bid and ask are those at the trade.

use tapewright_model::Symbol;

use crate::chain::Right;
use crate::error::MarketError;
use crate::import::dates::{Dates, Moment};
use crate::import::format::{Fit, Format, Hints};
use crate::import::heading::{Heading, TimeAt};
use crate::import::named::{Sheet, Symbols};
use crate::import::occ::{occ, underlying};
use crate::import::options::right;
use crate::import::rows::{BySymbol, Kind, Rows, SeriesKey, Shape, When};
use crate::import::source::{Head, Source};

/// What `Kind::Prints` holds.
const COLUMNS: [&str; 7] = ["expiry", "strike", "right", "price", "size", "bid", "ask"];

/// Words for each column, the surer first.
const TIME: &[&str] = &["executedat", "tradetime", "timestamp", "datetime", "time"];
const SYMBOL: &[&str] = &["underlying", "underlyingsymbol", "symbol", "ticker"];
const OCC: &[&str] = &["optionsymbol", "option", "optionchainid", "contract", "contractsymbol"];
const EXPIRY: &[&str] = &["expiry", "expiration", "expirationdate", "exdate"];
const STRIKE: &[&str] = &["strike", "strikeprice"];
const RIGHT: &[&str] = &["right", "optiontype", "type", "callput", "putcall"];
pub(super) const PRICE: &[&str] = &["price", "tradeprice"];
pub(super) const SIZE: &[&str] = &["size", "contracts", "quantity", "qty", "tradesize"];
const BID: &[&str] = &["bid", "nbbobid", "bidprice"];
const ASK: &[&str] = &["ask", "nbboask", "askprice"];

pub(crate) struct Prints;

impl Format for Prints {
    fn name(&self) -> &'static str {
        "prints"
    }

    fn summary(&self) -> &'static str {
        "option trades: time,symbol,expiry,strike,right (or option),price,size,bid,ask"
    }

    fn fits(&self, head: &Head<'_>) -> Fit {
        let Some(heading) = Heading::of_head(head) else { return Fit::No };
        let option = heading.has(OCC) || [EXPIRY, STRIKE, RIGHT].iter().all(|names| heading.has(names));
        if option && [TIME, PRICE, SIZE].iter().all(|names| heading.has(names)) { Fit::Exact } else { Fit::No }
    }

    fn read(&self, source: &Source, hints: &Hints, rows: &mut dyn Rows) -> Result<(), MarketError> {
        let mut sheet = Sheet::open(source)?;
        let columns = Columns::of(sheet.heading());
        let mut dates = Dates::utc_unless(hints.zone.as_ref());
        let mut symbols = Symbols::of_file(source, hints);
        let mut all = BySymbol::default();
        while sheet.advance()? {
            let line = sheet.line();
            let (symbol, known, values) = match columns.row(&sheet, &mut dates, &mut symbols) {
                Ok(row) => row,
                Err(reason) => {
                    rows.unreadable(line, reason)?;
                    continue;
                }
            };
            let series = all.of(rows, symbol, |symbol| {
                let key = SeriesKey { kind: Kind::Prints, symbol, timeframe: None };
                Shape { key, columns: COLUMNS.map(str::to_owned).to_vec(), calendar: hints.calendar }
            })?;
            rows.row(series, line, When::Known(known), &values)?;
        }
        Ok(())
    }
}

/// Where things stand.
struct Columns {
    time: TimeAt,
    symbol: Option<usize>,
    occ: Option<usize>,
    expiry: Option<usize>,
    strike: Option<usize>,
    right: Option<usize>,
    price: Option<usize>,
    size: Option<usize>,
    bid: Option<usize>,
    ask: Option<usize>,
}

impl Columns {
    fn of(heading: &Heading) -> Columns {
        Columns {
            time: heading.time(TIME),
            symbol: heading.find(SYMBOL),
            occ: heading.find(OCC),
            expiry: heading.find(EXPIRY),
            strike: heading.find(STRIKE),
            right: heading.find(RIGHT),
            price: heading.find(PRICE),
            size: heading.find(SIZE),
            bid: heading.find(BID),
            ask: heading.find(ASK),
        }
    }

    fn row(&self, sheet: &Sheet, dates: &mut Dates, symbols: &mut Symbols) -> Result<(Symbol, i64, [f64; 7]), String> {
        sheet.whole()?;
        let time = sheet.time(self.time);
        let Moment::At(known) = dates.read(&time)? else {
            return Err(format!("`{time}` has no time of day"));
        };
        let name = sheet.text(self.occ);
        let mut symbol = sheet.text(self.symbol);
        let whose = symbol.clone();
        let named = occ(&name).or_else(|| occ(&whose));
        if named.is_none() && !name.is_empty() && self.strike.is_none() {
            return Err(format!("`{name}` is not the symbol of an option"));
        }
        if let Some(named) = named {
            let of = underlying(named.root)?;
            if symbol.is_empty() || occ(&symbol).is_some() {
                symbol = of.into();
            }
        }
        let (expiry, strike, right) = match named {
            Some(named) => (named.expiry, named.strike, named.right),
            None => {
                let expiry = dates.day(&sheet.text(self.expiry))?;
                (expiry, sheet.number(self.strike)?, right(&sheet.text(self.right))?)
            }
        };
        let positive = |name: &str, value: f64| {
            if value > 0.0 { Ok(value) } else { Err(format!("{name} {value} is not above 0")) }
        };
        let not_negative = |name: &str, value: f64| {
            if value < 0.0 { Err(format!("{name} {value} is negative")) } else { Ok(value) }
        };
        let values = [
            f64::from(expiry),
            positive("strike", strike)?,
            if right == Right::Call { 1.0 } else { -1.0 },
            positive("price", sheet.number(self.price)?)?,
            positive("size", sheet.number(self.size)?)?,
            not_negative("bid", sheet.number(self.bid)?)?,
            not_negative("ask", sheet.number(self.ask)?)?,
        ];
        Ok((symbols.of(&symbol)?, known, values))
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use tapewright_model::Time;

    use super::*;
    use crate::civil::day;
    use crate::import::heard::{fit, hear, rubbish, try_hear};

    #[test]
    fn a_trade_is_named_by_its_symbol_or_its_terms() {
        let expiry = f64::from(day(2024, 1, 19).unwrap());
        let by_symbol = "executed_at,option_symbol,price,size,bid,ask\n\
            2024-01-03T14:31:00.5Z,SPY240119C00470000,5.1,20,5.0,5.1\n";
        let by_terms = "time,symbol,expiry,strike,type,price,contracts\n\
            2024-01-03 14:31:00.5,spy,2024-01-19,470,call,5.1,20\n\
            2024-01-03 14:31:00.5,spy,2024-01-19,470,put,5.1,20\n\
            2024-01-03,spy,2024-01-19,470,put,5.1,20\n\
            2024-01-03 14:31,spy,2024-01-19,470,put,0,20\n\
            2024-01-03 14:31,spy,2024-01-19,470,put,1,\n";
        let known = When::Known("2024-01-03T14:31:00.5Z".parse::<Time>().unwrap().0);
        let heard = hear(&Prints, "a.csv", by_symbol);
        assert_eq!(heard.series[0].columns, COLUMNS);
        assert_eq!(heard.series[0].key.symbol.as_str(), "SPY");
        assert_eq!(heard.rows, [(0, 2, known, vec![expiry, 470.0, 1.0, 5.1, 20.0, 5.0, 5.1])]);
        let heard = hear(&Prints, "a.csv", by_terms);
        assert_eq!(heard.series[0].key.kind, Kind::Prints);
        assert_eq!((heard.rows[1].2, &heard.rows[1].3[..5]), (known, &[expiry, 470.0, -1.0, 5.1, 20.0][..]));
        assert!(heard.rows[1].3[5].is_nan());
        let lines: Vec<u64> = heard.unreadable.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [4, 5, 6]);
        let zone = Hints { zone: TimeZone::get("America/New_York").ok(), ..Hints::default() };
        let heard = try_hear(&Prints, "a.csv", by_terms, &zone).unwrap();
        assert_eq!(heard.rows[0].2, When::Known("2024-01-03T19:31:00.5Z".parse::<Time>().unwrap().0));
    }

    #[test]
    fn other_tables_are_no_trades() {
        assert_eq!(fit(&Prints, "a.csv", "time,symbol,price,size\n"), Fit::No);
        assert_eq!(fit(&Prints, "a.csv", "quotedate,expiration,strike,type,bid,ask\n"), Fit::No);
        rubbish(&Prints, "a.csv", "time,option,price,size\n");
        rubbish(&Prints, "a.csv", "");
    }
}
