//! `cboe-json`: delayed quotes as Cboe's servers give them, one underlying a file.
//!
//! The `timestamp` is UTC and says when the file was made; its quotes are taken to be known then. They are delayed by a
//! quarter of an hour, so what they show is older than it says, never newer.

use std::fmt;
use std::io::Read;

use serde::Deserialize;
use serde::de::{SeqAccess, Visitor};
use tapewright_model::{CANONICAL_NAN, Symbol, Time};

use crate::chain::{Chain, OptionQuote, QUOTES_MAX};
use crate::error::MarketError;
use crate::import::dates::{Dates, Moment};
use crate::import::format::{Fit, Format, Hints};
use crate::import::occ::{occ, underlying};
use crate::import::options::Options;
use crate::import::rows::Rows;
use crate::import::source::{Head, Source};

/// Bytes of one file at most: 200,000 options of 600 bytes each, which is eight times SPX.
const BYTES_MAX: u64 = 128 << 20;

pub(crate) struct CboeJson;

#[derive(Deserialize)]
struct Document {
    timestamp: String,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    symbol: String,
    current_price: Option<f64>,
    #[serde(deserialize_with = "options")]
    options: Vec<Quote>,
}

#[derive(Deserialize)]
struct Quote {
    option: String,
    bid: Option<f64>,
    ask: Option<f64>,
    iv: Option<f64>,
    open_interest: Option<f64>,
    volume: Option<f64>,
    delta: Option<f64>,
    gamma: Option<f64>,
    last_trade_price: Option<f64>,
}

impl Format for CboeJson {
    fn name(&self) -> &'static str {
        "cboe-json"
    }

    fn summary(&self) -> &'static str {
        "option chain of Cboe's delayed quotes: {\"timestamp\": …, \"data\": {\"options\": [{\"option\": …"
    }

    fn fits(&self, head: &Head<'_>) -> Fit {
        let text = String::from_utf8_lossy(&head.bytes);
        let object = text.trim_start_matches('\u{feff}').trim_start().starts_with('{');
        let has = |name| text.contains(name);
        if object && has("\"data\"") && has("\"options\"") && has("\"option\"") { Fit::Exact } else { Fit::No }
    }

    fn read(&self, source: &Source, _: &Hints, rows: &mut dyn Rows) -> Result<(), MarketError> {
        let mut bytes = Vec::new();
        source.open()?.take(BYTES_MAX + 1).read_to_end(&mut bytes).map_err(source.io())?;
        if bytes.len() as u64 > BYTES_MAX {
            return Err(source.fail(format!("it has more than {BYTES_MAX} bytes: it is no chain of one underlying")));
        }
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let document: Document = serde_json::from_slice(text).map_err(|error| {
            let line = u64::try_from(error.line()).unwrap_or(0);
            let cut = if error.is_eof() { "\nhint: it is cut; fetch it again" } else { "" };
            source.fail_at(line, format!("{error}{cut}"))
        })?;
        let data = document.data;
        let symbol = data.symbol.trim_start_matches(['^', '_']).to_uppercase();
        let symbol = Symbol::new(&symbol).map_err(|error| source.fail(error))?;
        let time = match Dates::utc_unless(None).read(&document.timestamp) {
            Ok(Moment::At(time)) => Time(time),
            _ => return Err(source.fail(format!("its timestamp `{}` is not a time", document.timestamp))),
        };
        let spot = data.current_price.filter(|price| *price > 0.0);
        let spot = spot.ok_or_else(|| source.fail("it has no `current_price` above 0"))?;
        let mut options = Options::default();
        for quote in &data.options {
            let root = occ(&quote.option).map_or("", |occ| occ.root);
            let checked = quote.checked(&symbol).map_err(|reason| format!("{}: {reason}", quote.option));
            options.add(source, rows, 0, root, checked)?;
        }
        if options.len() == 0 {
            return Err(source.fail("it holds no option that can be read"));
        }
        let quotes = options.finish(rows)?;
        rows.chain(Chain { symbol, event_time: time, known_time: time, spot, quotes })
    }
}

impl Quote {
    fn checked(&self, symbol: &Symbol) -> Result<OptionQuote, String> {
        let occ = occ(&self.option).ok_or("it is not the symbol of an option")?;
        let of = underlying(occ.root)?;
        // BRK.B has the root BRKB
        if !of.bytes().eq(symbol.as_str().bytes().filter(u8::is_ascii_alphanumeric)) {
            return Err(format!("it is an option of {of}, the file of {symbol}"));
        }
        let value = |value: Option<f64>| value.unwrap_or(CANONICAL_NAN);
        Ok(OptionQuote {
            expiry: occ.expiry,
            strike: occ.strike,
            right: occ.right,
            bid: value(self.bid),
            ask: value(self.ask),
            last: value(self.last_trade_price),
            volume: value(self.volume),
            open_interest: value(self.open_interest),
            iv: value(self.iv),
            delta: value(self.delta),
            gamma: value(self.gamma),
        })
    }
}

/// No more options than a chain may have.
fn options<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<Quote>, D::Error> {
    struct Bounded;
    impl<'de> Visitor<'de> for Bounded {
        type Value = Vec<Quote>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "options, {QUOTES_MAX} at most")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut quotes: A) -> Result<Vec<Quote>, A::Error> {
            let mut all = Vec::new();
            while let Some(quote) = quotes.next_element()? {
                if all.len() == QUOTES_MAX {
                    return Err(serde::de::Error::invalid_length(QUOTES_MAX + 1, &self));
                }
                all.push(quote);
            }
            Ok(all)
        }
    }
    deserializer.deserialize_seq(Bounded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::Right;
    use crate::import::heard::{hear, rubbish, try_hear};

    const TEXT: &str = r#"{"timestamp":"2024-01-03 21:05:00","data":{"options":[
        {"option":"SPXW240103C04700000","bid":4.9,"bid_size":3,"ask":5.1,"iv":0.11,"open_interest":120,"volume":900,
         "delta":0.4,"gamma":0.011,"theta":-1.5,"last_trade_price":5.0,"last_trade_time":null},
        {"option":"SPXW240103P04700000","bid":1,"ask":2,"iv":0.0,"open_interest":null,"volume":0,"delta":-0.6,"gamma":0,
         "last_trade_price":0},
        {"option":"SPX9240103P04700000","bid":1,"ask":2},
        {"option":"NDX240103P04700000","bid":1,"ask":2}],
        "symbol":"^SPX","current_price":4704.8,"close":4700,"last_trade_time":"2024-01-03T16:00:00"},"symbol":"_SPX"}"#;

    #[test]
    fn a_file_is_one_chain_at_its_timestamp() {
        let heard = hear(&CboeJson, "_SPX.json", TEXT);
        let [chain] = &heard.chains[..] else { panic!() };
        assert_eq!((chain.symbol.as_str(), chain.spot), ("SPX", 4704.8));
        assert_eq!(chain.known_time, "2024-01-03T21:05:00Z".parse().unwrap());
        let [call, put] = &chain.quotes[..] else { panic!("{:?}", chain.quotes) };
        assert_eq!((call.strike, call.right, call.bid, call.ask, call.last), (4700.0, Right::Call, 4.9, 5.1, 5.0));
        assert_eq!(
            (call.iv, call.delta, call.gamma, call.open_interest, call.volume),
            (0.11, 0.4, 0.011, 120.0, 900.0)
        );
        assert!(put.iv.is_nan() && put.open_interest.is_nan() && put.gamma == 0.0);
        let said: Vec<&str> = heard.unreadable.iter().map(|(_, said)| said.as_str()).collect();
        assert_eq!(
            said,
            [
                "SPX9240103P04700000: the root `SPX9` is that of adjusted or flexible contracts, which deliver other things",
                "NDX240103P04700000: it is an option of NDX, the file of SPX",
            ]
        );
    }

    #[test]
    fn what_is_cut_or_lacks_its_price_is_refused() {
        let refused = |text: &str| try_hear(&CboeJson, "spx.json", text, &Hints::default()).err().unwrap().to_string();
        assert!(refused(&TEXT[..TEXT.len() - 20]).contains("hint: it is cut"));
        assert!(refused(&TEXT.replace("4704.8", "0")).contains("no `current_price` above 0"));
        assert!(refused(&TEXT.replace("2024-01-03 21", "21")).contains("is not a time"));
        assert!(refused(&TEXT.replace("0.011", "\"0.011\"")).contains("invalid type"));
        rubbish(&CboeJson, "spx.json", "{\"timestamp\":\"2024-01-03 21:05:00\",\"data\":{\"options\":[");
        rubbish(&CboeJson, "spx.json", "");
    }
}
