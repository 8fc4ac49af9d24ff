//! `chain-csv`: option chains of any vendor, one option a line, by the names of the columns.
//!
//! A file may hold many underlyings, days and moments, in any order as long as it is small; of one that is not, lines of
//! a day must stand together. A date alone is the end of that day, 16:00 in New York; a time without a zone is a clock of
//! New York. Gamma is taken to be missing when it is 0 on every option of a chain. Of OptionMetrics (`cp_flag`,
//! `strike_price`) strikes are thousandths. `^SPX` is SPX.

use std::collections::BTreeMap;

use tapewright_model::{CANONICAL_NAN, Symbol, Time};

use crate::chain::{Chain, OptionQuote, QUOTES_MAX};
use crate::error::MarketError;
use crate::import::dates::{Dates, Moment};
use crate::import::format::{Fit, Format, Hints};
use crate::import::heading::{Heading, TimeAt};
use crate::import::named::{Sheet, Symbols};
use crate::import::occ::{occ, underlying};
use crate::import::options::{Options, right};
use crate::import::rows::Rows;
use crate::import::source::{Head, Source};

/// Options that are held at once, of all chains that may still grow: 200 MB.
const OPEN_QUOTES_MAX: usize = 8 * QUOTES_MAX;
/// When a session closes, ns after midnight in New York.
const CLOSE: i64 = 16 * 3600 * Time::SECOND;

/// Days for which an option is still listed after it expired: over a long weekend.
const EXPIRED_DAYS_MAX: i32 = 4;
/// Days to an expiry at most, 30 years: the longest that are listed run for five.
const EXPIRY_DAYS_MAX: i32 = 30 * 366;

/// Words for each column, the surer first.
const SYMBOL: &[&str] = &["underlying", "underlyingsymbol", "symbol", "ticker", "actsymbol"];
const SPOT: &[&str] = &["underlyinglast", "underlyingprice", "underlyingclose", "spot", "stockprice"];
const RIGHT: &[&str] = &["type", "right", "optiontype", "cpflag", "callput", "putcall"];
const EXPIRY: &[&str] = &["expiration", "expiry", "exdate", "expirationdate", "expirydate"];
const TIME: &[&str] = &["quotedate", "quotedatetime", "quotetime", "datetime", "timestamp", "time", "date"];
const STRIKE: &[&str] = &["strike", "strikeprice"];
const OCC: &[&str] =
    &["optionsymbol", "contractsymbol", "optionalias", "option", "contract", "contractid", "optionroot", "root"];
const LAST: &[&str] = &["last", "lastprice", "lasttradeprice", "close"];
const BID: &[&str] = &["bid", "bidprice", "bestbid"];
const ASK: &[&str] = &["ask", "askprice", "bestask", "bestoffer", "offer"];
const VOLUME: &[&str] = &["volume", "vol", "tradevolume"];
const INTEREST: &[&str] = &["openinterest", "oi"];
const IV: &[&str] = &["impliedvol", "impliedvolatility", "implvolatility", "iv"];

pub(crate) struct ChainCsv;

impl Format for ChainCsv {
    fn name(&self) -> &'static str {
        "chain-csv"
    }

    fn summary(&self) -> &'static str {
        "option chains: quotedate,expiration,strike,type and bid,ask,last,volume,openinterest,impliedvol,…"
    }

    fn fits(&self, head: &Head<'_>) -> Fit {
        let Some(heading) = Heading::of_head(head) else { return Fit::No };
        let option = [EXPIRY, STRIKE, RIGHT].iter().all(|names| heading.has(names)) || heading.has(OCC);
        let quoted = [BID, LAST, INTEREST, IV].iter().any(|names| heading.has(names));
        let trades = heading.has(super::prints::SIZE) && heading.has(super::prints::PRICE);
        if option && quoted && heading.has(TIME) && !trades { Fit::Exact } else { Fit::No }
    }

    fn read(&self, source: &Source, hints: &Hints, rows: &mut dyn Rows) -> Result<(), MarketError> {
        read(source, hints, rows, OPEN_QUOTES_MAX)
    }
}

/// Holds no more than `room` options at once.
fn read(source: &Source, hints: &Hints, rows: &mut dyn Rows, room: usize) -> Result<(), MarketError> {
    let mut sheet = Sheet::open(source)?;
    let columns = Columns::of(sheet.heading());
    let mut reading = Reading {
        dates: Dates::new_york_unless(hints.zone.as_ref()),
        symbols: Symbols::of_file(source, hints),
        room,
        open: BTreeMap::new(),
        held: 0,
        given: None,
    };
    while sheet.advance()? {
        let line = sheet.line();
        match reading.row(&sheet, &columns) {
            Ok(row) => reading.take(source, rows, line, row)?,
            Err(reason) => rows.unreadable(line, reason)?,
        }
    }
    for (key, gathered) in std::mem::take(&mut reading.open) {
        gathered.give(key, rows)?;
    }
    Ok(())
}

/// Where things stand.
struct Columns {
    symbol: Option<usize>,
    spot: Option<usize>,
    right: Option<usize>,
    expiry: Option<usize>,
    time: TimeAt,
    strike: Option<usize>,
    /// Thousandths for OptionMetrics.
    strike_unit: f64,
    occ: Option<usize>,
    last: Option<usize>,
    bid: Option<usize>,
    ask: Option<usize>,
    volume: Option<usize>,
    open_interest: Option<usize>,
    iv: Option<usize>,
    delta: Option<usize>,
    gamma: Option<usize>,
}

impl Columns {
    fn of(heading: &Heading) -> Columns {
        let option_metrics = heading.has(&["cpflag"]) && heading.has(&["strikeprice"]) && !heading.has(&["strike"]);
        Columns {
            symbol: heading.find(SYMBOL),
            spot: heading.find(SPOT),
            right: heading.find(RIGHT),
            expiry: heading.find(EXPIRY),
            time: heading.time(TIME),
            strike: heading.find(STRIKE),
            strike_unit: if option_metrics { 1000.0 } else { 1.0 },
            occ: heading.find(OCC),
            last: heading.find(LAST),
            bid: heading.find(BID),
            ask: heading.find(ASK),
            volume: heading.find(VOLUME),
            open_interest: heading.find(INTEREST),
            iv: heading.find(IV),
            delta: heading.find(&["delta"]),
            gamma: heading.find(&["gamma"]),
        }
    }
}

/// What a line says.
struct Row {
    /// When, and whose.
    key: (Time, Symbol),
    /// Days since 1970, as the file says it or of UTC.
    day: i32,
    spot: f64,
    root: String,
    quote: OptionQuote,
}

/// One chain, not yet whole.
struct Gathered {
    day: i32,
    spot: f64,
    options: Options,
}

struct Reading {
    dates: Dates,
    symbols: Symbols,
    /// Options and chains that may be held at once.
    room: usize,
    open: BTreeMap<(Time, Symbol), Gathered>,
    /// Options in `open`.
    held: usize,
    /// First and last of the days that were given away, to make room.
    given: Option<(i32, i32)>,
}

impl Reading {
    fn row(&mut self, sheet: &Sheet, columns: &Columns) -> Result<Row, String> {
        sheet.whole()?;
        let time = sheet.time(columns.time);
        let (day, time) = match self.dates.read(&time)? {
            Moment::Day(day) => (day, self.dates.at(day, CLOSE)?),
            Moment::At(time) => {
                let day = i32::try_from(time.div_euclid(Time::DAY)).map_err(|_| "the time is out of range")?;
                (day, time)
            }
        };
        let name = sheet.text(columns.occ);
        let whose = sheet.text(columns.symbol);
        let named = occ(&name).or_else(|| occ(&whose));
        let root = named.map_or(name.trim(), |named| named.root).to_owned();
        let mut symbol = whose.trim_start_matches('^').to_owned();
        if let Some(named) = named {
            let of = underlying(named.root)?;
            if symbol.is_empty() || occ(&symbol).is_some() {
                symbol = of;
            }
        }
        let expiry = match columns.expiry {
            Some(at) => self.dates.day(&sheet.text(Some(at)))?,
            None => named.map(|named| named.expiry).ok_or("it does not say when the option expires")?,
        };
        let on = || crate::civil::date_of(expiry);
        match expiry.saturating_sub(day) {
            days if days < -EXPIRED_DAYS_MAX => return Err(format!("it expired on {}, before it was quoted", on())),
            days if days > EXPIRY_DAYS_MAX => return Err(format!("it expires on {}, which is too far away", on())),
            _ => {}
        }
        let strike = match columns.strike {
            Some(at) => sheet.number(Some(at))? / columns.strike_unit,
            None => named.map_or(CANONICAL_NAN, |named| named.strike),
        };
        let right = match columns.right {
            Some(at) => right(&sheet.text(Some(at)))?,
            None => named.map(|named| named.right).ok_or("it does not say whether the option is a call or a put")?,
        };
        let spot = sheet.number(columns.spot)?;
        if spot <= 0.0 {
            return Err(format!("the underlying's price {spot} is no price"));
        }
        let quote = OptionQuote {
            expiry,
            strike,
            right,
            bid: sheet.number(columns.bid)?,
            ask: sheet.number(columns.ask)?,
            last: sheet.number(columns.last)?,
            volume: sheet.number(columns.volume)?,
            open_interest: sheet.number(columns.open_interest)?,
            iv: sheet.number(columns.iv)?,
            delta: sheet.number(columns.delta)?,
            gamma: sheet.number(columns.gamma)?,
        };
        Ok(Row { key: (Time(time), self.symbols.of(&symbol)?), day, spot, root, quote })
    }

    fn take(&mut self, source: &Source, rows: &mut dyn Rows, line: u64, row: Row) -> Result<(), MarketError> {
        if let Some((first, last)) = self.given
            && (first..=last).contains(&row.day)
        {
            let day = crate::civil::date_of(row.day);
            let reason = format!("it returns to {day} after other days\nhint: sort the file by date, or cut it in two");
            return Err(source.fail_at(line, reason));
        }
        if self.held + self.open.len() >= self.room {
            self.make_room(source, rows, line, row.day)?;
        }
        let gathered = self.open.entry(row.key).or_insert_with(|| Gathered {
            day: row.day,
            spot: row.spot,
            options: Options::default(),
        });
        let before = gathered.options.len();
        let same = gathered.spot.to_bits() == row.spot.to_bits() || row.spot.is_nan();
        let quote = if same || gathered.spot.is_nan() {
            if !row.spot.is_nan() {
                gathered.spot = row.spot;
            }
            Ok(row.quote)
        } else {
            Err(format!("the underlying's price is {}, that of the chain's other lines {}", row.spot, gathered.spot))
        };
        gathered.options.add(source, rows, line, &row.root, quote)?;
        self.held += gathered.options.len() - before;
        Ok(())
    }

    /// Gives away the chains of all days but one.
    fn make_room(&mut self, source: &Source, rows: &mut dyn Rows, line: u64, day: i32) -> Result<(), MarketError> {
        for (key, gathered) in std::mem::take(&mut self.open) {
            if gathered.day == day {
                self.open.insert(key, gathered);
                continue;
            }
            self.held -= gathered.options.len();
            let (first, last) = self.given.unwrap_or((gathered.day, gathered.day));
            self.given = Some((first.min(gathered.day), last.max(gathered.day)));
            gathered.give(key, rows)?;
        }
        if self.held + self.open.len() >= self.room {
            let reason =
                format!("one day has more options than can be held, {}\nhint: cut the file by moment", self.room);
            return Err(source.fail_at(line, reason));
        }
        Ok(())
    }
}

impl Gathered {
    fn give(self, (time, symbol): (Time, Symbol), rows: &mut dyn Rows) -> Result<(), MarketError> {
        let mut quotes = self.options.finish(rows)?;
        if quotes.iter().all(|quote| quote.gamma == 0.0) {
            for quote in &mut quotes {
                quote.gamma = CANONICAL_NAN;
            }
        }
        if quotes.is_empty() {
            return Ok(());
        }
        rows.chain(Chain { symbol, event_time: time, known_time: time, spot: self.spot, quotes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::Right;
    use crate::civil::day;
    use crate::import::heard::{Heard, fit, hear, hear_source, rubbish, shared};

    #[test]
    fn lines_of_one_moment_are_one_chain_in_any_order() {
        let text = "Symbol; quote_date ;Expiry;Strike;CP_Flag;Bid;Ask;Last;Volume;Open Interest;IV;Gamma;Spot\n\
            spy;2024-01-03;2024-01-19;470;C;5;5.2;5.1;10;100;0.11;0.02;469.5\n\
            SPY;2024-01-04;2024-01-19;470;C;4;4.2;4.1;10;110;0.12;0;468.5\n\
            SPY;2024-01-03;2024-01-19;470;P;5;5.2;5.1;10;100;0;0;469.5\n\
            QQQ;2024-01-03 10:00;2024-01-19;400;put;5;5.2;;;;;;\n\
            SPY;2024-01-03;2024-01-19;470;C;5;5.2;5.1;10;100;0.11;0.02;469.5\n\
            SPY;2024-01-03;2024-01-19;480;C;5;5.2;5.1;10;100;0.11;0.02;469.6\n\
            SPY;2024-01-03;2024-01-19;480;C;5;5,2;5.1;10;100;0.11;0.02;469.5\n\
            SPY;2024-01-03;3/1/2024;480;C;5;5.2;5.1;10;100;0.11;0.02;469.5\n";
        let heard = hear(&ChainCsv, "chains.csv", text);
        let short: Vec<_> = heard
            .chains
            .iter()
            .map(|chain| (chain.symbol.to_string(), chain.known_time.to_string(), chain.spot, chain.quotes.len()))
            .collect();
        assert_eq!(short.len(), 3);
        assert_eq!((short[0].0.as_str(), short[0].1.as_str(), short[0].3), ("QQQ", "2024-01-03T15:00:00Z", 1));
        assert!(short[0].2.is_nan());
        assert_eq!(short[1], ("SPY".to_owned(), "2024-01-03T21:00:00Z".to_owned(), 469.5, 2));
        assert_eq!(short[2], ("SPY".to_owned(), "2024-01-04T21:00:00Z".to_owned(), 468.5, 1));
        // zero is a gamma beside others, and none alone
        assert_eq!(heard.chains[1].quotes[1].gamma, 0.0);
        assert!(heard.chains[2].quotes[0].gamma.is_nan());
        let lines: Vec<u64> = heard.unreadable.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [7, 8, 9, 6], "{:?}", heard.unreadable);
    }

    #[test]
    fn an_option_symbol_or_option_metrics_says_the_same() {
        let heard = hear(&ChainCsv, "a.csv", "date,option,bid,ask\n2024-01-03T15:30:00Z,SPXW240119P04712500,1,2\n");
        assert_eq!(heard.chains[0].symbol.as_str(), "SPX");
        let quote = heard.chains[0].quotes[0];
        assert_eq!((quote.expiry, quote.strike, quote.right), (day(2024, 1, 19).unwrap(), 4712.5, Right::Put));
        let text = "ticker,date,exdate,cp_flag,strike_price,best_bid,best_offer,impl_volatility\n\
            SPX,20240103,20240119,P,4712500,1,2,0.2\n";
        let quote = hear(&ChainCsv, "a.csv", text).chains[0].quotes[0];
        assert_eq!((quote.strike, quote.bid, quote.ask, quote.iv), (4712.5, 1.0, 2.0, 0.2));
        assert_eq!(fit(&ChainCsv, "a.csv", "date,open,high,low,close\n"), Fit::No);
        rubbish(&ChainCsv, "a.csv", "quotedate,expiry,strike,right,bid\n");
        rubbish(&ChainCsv, "a.csv", "");
    }

    #[test]
    fn a_file_that_is_not_small_stands_by_day() {
        let read = |days: &[u32], room| {
            let mut text = "symbol,date,expiry,strike,right,bid\n".to_owned();
            for (at, day) in days.iter().enumerate() {
                text += &format!("SPY,2024-01-{day:02},2024-01-19,{},C,1\n", at + 1);
            }
            let mut heard = Heard::default();
            let read = super::read(&Source::of_bytes("a.csv", text.as_bytes()), &Hints::default(), &mut heard, room);
            read.map(|()| heard.chains.iter().map(|chain| chain.quotes.len()).collect::<Vec<_>>())
        };
        assert_eq!(read(&[3, 4, 3, 5, 4], 9).unwrap(), [2, 2, 1]);
        assert_eq!(read(&[3, 3, 4, 4, 5], 3).unwrap(), [2, 2, 1]);
        assert_eq!(read(&[5, 5, 4, 4, 3], 3).unwrap(), [2, 2, 1]);
        let error = read(&[3, 3, 4, 3], 3).unwrap_err().to_string();
        assert!(error.starts_with("a.csv:5: it returns to 2024-01-03 after other days\nhint: sort"), "{error}");
        let error = read(&[3, 3, 3], 3).unwrap_err().to_string();
        assert_eq!(error, "a.csv:4: one day has more options than can be held, 3\nhint: cut the file by moment");
    }

    #[test]
    fn the_monthlies_of_spx_are_read_whole() {
        let Some(source) = shared("options-history/spx-monthlies-2017.csv") else { return };
        let heard = hear_source(&ChainCsv, &source, &Hints::default()).unwrap();
        assert_eq!(heard.unreadable, []);
        assert_eq!(heard.chains.iter().map(|chain| chain.quotes.len()).sum::<usize>(), 392);
        let days: Vec<i64> = heard.chains.iter().map(|chain| chain.known_time.0.div_euclid(Time::DAY)).collect();
        assert!(days.is_sorted_by(|a, b| a < b));
        let first = &heard.chains[0];
        assert_eq!((first.symbol.as_str(), first.spot), ("SPX", 2257.83));
        assert_eq!(first.known_time, "2017-01-03T21:00:00Z".parse().unwrap());
        assert_eq!((first.quotes[0].bid, first.quotes[0].iv, first.quotes[0].open_interest), (1945.3, 0.1844, 12.0));
        assert_eq!(first.quotes[0].expiry, day(2017, 3, 17).unwrap());
        // but for the 14 days on which some option's gamma does not round to 0
        let with_gamma = heard.chains.iter().filter(|chain| chain.quotes.iter().any(|quote| quote.gamma > 0.0));
        let without = heard.chains.iter().filter(|chain| chain.quotes.iter().all(|quote| quote.gamma.is_nan()));
        assert_eq!((with_gamma.count(), without.count()), (14, heard.chains.len() - 14));
        let last = heard.chains.last().unwrap();
        assert_eq!(last.known_time, "2017-05-19T20:00:00Z".parse().unwrap());
    }
}
