//! `quotes`: best bid and ask of an instrument, by the names of the columns.
//!
//! A time without a zone is a clock of the zone that the user names, or of UTC (`Gmt time` of Dukascopy always is, and
//! its dates begin with the day). Sizes are in the unit of the file.

use crate::error::MarketError;
use crate::import::dates::{Dates, Moment};
use crate::import::format::{Fit, Format, Hints};
use crate::import::heading::{Heading, TimeAt};
use crate::import::named::{Sheet, Symbols};
use crate::import::rows::{BySymbol, Kind, Rows, SeriesKey, Shape, When};
use crate::import::source::{Head, Source};
use crate::import::stamp::Order;

/// What `Kind::Quotes` holds.
const COLUMNS: [&str; 4] = ["bid", "ask", "bid_size", "ask_size"];
/// Dukascopy's name of the time.
const GMT_TIME: &[&str] = &["gmttime"];

/// Words for each column, the surer first.
const TIME: &[&str] =
    &["gmttime", "transactiontime", "eventtime", "timestamp", "datetime", "time", "ts", "tsevent", "localtime"];
const SYMBOL: &[&str] = &["symbol", "ticker", "instrument", "pair"];
const BID: &[&str] = &["bid", "bidprice", "bestbid", "bestbidprice", "bidpx"];
const ASK: &[&str] = &["ask", "askprice", "bestask", "bestaskprice", "askpx", "offer"];
const BID_SIZE: &[&str] = &["bidsize", "bidqty", "bidvolume", "bestbidqty", "bestbidsize", "bidsz", "bidamount"];
const ASK_SIZE: &[&str] = &["asksize", "askqty", "askvolume", "bestaskqty", "bestasksize", "asksz", "askamount"];
/// Columns that only other tables have.
const OTHERS: &[&str] = &["strike", "expiry", "expiration", "option", "optionsymbol", "close", "price", "bidopen"];

pub(crate) struct Quotes;

impl Format for Quotes {
    fn name(&self) -> &'static str {
        "quotes"
    }

    fn summary(&self) -> &'static str {
        "best quotes: time,bid,ask,bid_size,ask_size and perhaps symbol"
    }

    fn fits(&self, head: &Head<'_>) -> Fit {
        let Some(heading) = Heading::of_head(head) else { return Fit::No };
        let quoted = [TIME, BID, ASK].iter().all(|names| heading.has(names));
        if quoted && !heading.has(OTHERS) { Fit::Exact } else { Fit::No }
    }

    fn read(&self, source: &Source, hints: &Hints, rows: &mut dyn Rows) -> Result<(), MarketError> {
        let mut sheet = Sheet::open(source)?;
        let heading = sheet.heading();
        let at = [BID, ASK, BID_SIZE, ASK_SIZE].map(|names| heading.find(names));
        let (time, symbol) = (heading.time(TIME), heading.find(SYMBOL));
        let gmt = heading.has(GMT_TIME);
        let mut dates = Dates::utc_unless(hints.zone.as_ref().filter(|_| !gmt)).ordered(gmt.then_some(Order::DayFirst));
        let mut symbols = Symbols::of_file(source, hints);
        let mut all = BySymbol::default();
        while sheet.advance()? {
            let line = sheet.line();
            let row = row(&sheet, time, at, &mut dates);
            let (known, values, symbol) = match row.and_then(|(known, values)| {
                let symbol = symbols.of(&sheet.text(symbol))?;
                Ok((known, values, symbol))
            }) {
                Ok(row) => row,
                Err(reason) => {
                    rows.unreadable(line, reason)?;
                    continue;
                }
            };
            let series = all.of(rows, symbol, |symbol| {
                let key = SeriesKey { kind: Kind::Quotes, symbol, timeframe: None };
                Shape { key, columns: COLUMNS.map(str::to_owned).to_vec(), calendar: hints.calendar }
            })?;
            rows.row(series, line, When::Known(known), &values)?;
        }
        Ok(())
    }
}

/// When, and `COLUMNS`.
fn row(sheet: &Sheet, time: TimeAt, at: [Option<usize>; 4], dates: &mut Dates) -> Result<(i64, [f64; 4]), String> {
    sheet.whole()?;
    let text = sheet.time(time);
    let Moment::At(known) = dates.read(&text)? else {
        return Err(format!("`{text}` has no time of day"));
    };
    let mut values = [0.0; 4];
    for ((value, at), name) in values.iter_mut().zip(at).zip(COLUMNS) {
        *value = sheet.number(at)?;
        if *value < 0.0 {
            return Err(format!("{name} {value} is negative"));
        }
    }
    Ok((known, values))
}

#[cfg(test)]
mod tests {
    use tapewright_model::Time;

    use super::*;
    use crate::import::heard::{fit, hear, rubbish};

    #[test]
    fn quotes_have_four_numbers_and_a_moment() {
        let known = |text: &str| When::Known(text.parse::<Time>().unwrap().0);
        let heard = hear(
            &Quotes,
            "eurusd.csv",
            "Gmt time,Ask,Bid,AskVolume,BidVolume\n04.01.2021 00:00:00.123,1.2239,1.2236,0.75,1.5\n04.01.2021,1,1,1,1\n",
        );
        assert_eq!(heard.series[0].key.symbol.as_str(), "EURUSD");
        assert_eq!(heard.series[0].columns, COLUMNS);
        assert_eq!(heard.rows, [(0, 2, known("2021-01-04T00:00:00.123Z"), vec![1.2236, 1.2239, 1.5, 0.75])]);
        assert_eq!(heard.unreadable, [(3, "`04.01.2021` has no time of day".to_owned())]);
        let heard = hear(
            &Quotes,
            "a.csv",
            "time,symbol,bid,ask,bid_qty\n1704292260000,spy,1,2,3\n1704292260001,qqq,1,2,3\n1704292260002,spy,-1,2,3\n",
        );
        let symbols: Vec<&str> = heard.series.iter().map(|shape| shape.key.symbol.as_str()).collect();
        assert_eq!(symbols, ["SPY", "QQQ"]);
        assert_eq!(heard.rows[0].2, known("2024-01-03T14:31:00Z"));
        assert!(heard.rows[0].3[3].is_nan());
        assert_eq!(heard.unreadable, [(4, "bid -1 is negative".to_owned())]);
    }

    #[test]
    fn other_tables_are_no_quotes() {
        assert_eq!(fit(&Quotes, "a.csv", "time,open,high,low,close,bid,ask\n"), Fit::No);
        assert_eq!(fit(&Quotes, "a.csv", "time,strike,expiry,right,bid,ask\n"), Fit::No);
        rubbish(&Quotes, "a.csv", "time,bid,ask\n");
        rubbish(&Quotes, "a.csv", "");
    }
}
