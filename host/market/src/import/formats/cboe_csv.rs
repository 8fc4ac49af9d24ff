//! `cboe-csv`: the quote table that Cboe lets anyone download.
//!
//! Three lines (name and last price; time, bid and ask; names of the columns), then a line for each strike with the call to
//! the left and the put to the right. The time is a clock of New York with its zone; quotes are taken to be known at it.
//! They are delayed by a quarter of an hour, so what they show is older than it says, never newer.

use jiff::tz::TimeZone;
use tapewright_model::{Symbol, Time};

use crate::chain::{Chain, OptionQuote, Right};
use crate::error::MarketError;
use crate::import::cells::{Lines, number};
use crate::import::dates::{Dates, Moment};
use crate::import::format::{Fit, Format, Hints};
use crate::import::heading::plain;
use crate::import::occ::{occ, underlying};
use crate::import::options::Options;
use crate::import::rows::Rows;
use crate::import::source::{Head, Source};

/// Lines before the names of the columns at most.
const PREAMBLE_LINES_MAX: usize = 8;
/// Names of the columns, letters and digits alone.
const COLUMNS: [&str; 22] = [
    "expirationdate",
    "calls",
    "lastsale",
    "net",
    "bid",
    "ask",
    "volume",
    "iv",
    "delta",
    "gamma",
    "openinterest",
    "strike",
    "puts",
    "lastsale",
    "net",
    "bid",
    "ask",
    "volume",
    "iv",
    "delta",
    "gamma",
    "openinterest",
];
/// Where they stand.
const STRIKE: usize = 11;
const CALL: usize = 1;
const PUT: usize = 12;

pub(crate) struct CboeCsv;

/// What stands above the table.
struct Preamble {
    spot: f64,
    time: Time,
}

impl Format for CboeCsv {
    fn name(&self) -> &'static str {
        "cboe-csv"
    }

    fn summary(&self) -> &'static str {
        "option chain of Cboe's quote table: Expiration Date, Calls, …, Strike, Puts, …"
    }

    fn fits(&self, head: &Head<'_>) -> Fit {
        let names = |line: &str| line.starts_with("Expiration Date,Calls,") && line.contains(",Strike,Puts,");
        if head.lines().take(PREAMBLE_LINES_MAX).any(names) { Fit::Exact } else { Fit::No }
    }

    fn read(&self, source: &Source, _: &Hints, rows: &mut dyn Rows) -> Result<(), MarketError> {
        let mut lines = Lines::open(source, b',')?;
        let Preamble { spot, time } = Preamble::read(source, &mut lines)?;
        let mut options = Options::default();
        let mut of: Option<String> = None;
        let mut dates = Dates::of_zone(TimeZone::UTC);
        while lines.advance()? {
            let line = lines.line();
            if lines.len() != COLUMNS.len() {
                let wanted = COLUMNS.len();
                rows.unreadable(line, format!("it has {} cells, the header {wanted}: perhaps it is cut", lines.len()))?;
                continue;
            }
            for (at, right) in [(CALL, Right::Call), (PUT, Right::Put)] {
                let name = lines.text(at).into_owned();
                let root = occ(&name).map_or("", |occ| occ.root);
                let quote = belongs(root, &name, &mut of).and_then(|()| quote(&lines, at, right, &mut dates));
                options.add(source, rows, line, root, quote)?;
            }
        }
        let of = of.filter(|_| options.len() > 0).ok_or_else(|| source.fail("it holds no option that can be read"))?;
        let symbol = Symbol::new(&of).map_err(|error| source.fail(error))?;
        let quotes = options.finish(rows)?;
        rows.chain(Chain { symbol, event_time: time, known_time: time, spot, quotes })
    }
}

/// All options of a table are of one underlying; the first says which.
fn belongs(root: &str, name: &str, of: &mut Option<String>) -> Result<(), String> {
    if root.is_empty() {
        return Err(format!("`{name}` is not the symbol of an option"));
    }
    let here = underlying(root)?;
    let of = of.get_or_insert_with(|| here.clone());
    if *of == here { Ok(()) } else { Err(format!("`{name}` is an option of {here}, those before of {of}")) }
}

fn quote(lines: &Lines, at: usize, right: Right, dates: &mut Dates) -> Result<OptionQuote, String> {
    let value = |at: usize| {
        let name = COLUMNS.get(at).copied().unwrap_or_default();
        number(lines.cell(at)).map_err(|wrong| wrong.in_column(name, lines.cell(at)))
    };
    let expiry = dates.day(&lines.text(0))?;
    let strike = value(STRIKE)?;
    let name = lines.text(at);
    if let Some(occ) = occ(&name)
        && (occ.expiry, occ.strike, occ.right) != (expiry, strike, right)
    {
        return Err(format!("`{name}` is not the option of this line's date and strike {strike}"));
    }
    Ok(OptionQuote {
        expiry,
        strike,
        right,
        last: value(at + 1)?,
        bid: value(at + 3)?,
        ask: value(at + 4)?,
        volume: value(at + 5)?,
        iv: value(at + 6)?,
        delta: value(at + 7)?,
        gamma: value(at + 8)?,
        open_interest: value(at + 9)?,
    })
}

impl Preamble {
    /// Reads until after the names of the columns.
    fn read(source: &Source, lines: &mut Lines) -> Result<Preamble, MarketError> {
        let (mut spot, mut time) = (None, None);
        for _ in 0..PREAMBLE_LINES_MAX {
            if !lines.advance()? {
                break;
            }
            let line = lines.line();
            if plain(&lines.text(0)) == COLUMNS[0] {
                let same = COLUMNS.iter().enumerate().all(|(at, name)| plain(&lines.text(at)) == *name);
                if !same || lines.len() != COLUMNS.len() {
                    return Err(source.fail_at(line, format!("its columns are not {}", COLUMNS.join(","))));
                }
                let spot = spot.ok_or_else(|| source.fail("the lines above the table have no cell `Last: …`"))?;
                let time = time.ok_or_else(|| source.fail("the lines above the table have no cell `Date: …`"))?;
                return Ok(Preamble { spot, time });
            }
            for at in 0..lines.len() {
                let cell = lines.text(at);
                if let Some(last) = cell.strip_prefix("Last:") {
                    let last = last.trim().replace(',', "");
                    let price = number(last.as_bytes()).ok().filter(|price| *price > 0.0);
                    spot = Some(price.ok_or_else(|| source.fail_at(line, format!("`{cell}` is no price")))?);
                } else if let Some(date) = cell.strip_prefix("Date:") {
                    time = Some(moment(date.trim()).map_err(|reason| source.fail_at(line, reason))?);
                }
            }
        }
        Err(source.fail("no line has the names of the columns: Expiration Date,Calls,…"))
    }
}

/// `May 16, 2025 at 7:23 PM EDT`.
fn moment(text: &str) -> Result<Time, String> {
    let (clock, zone) = text.rsplit_once(' ').unwrap_or((text, ""));
    // what its clocks show twice in autumn, the zone's name tells apart
    let zone = match zone {
        "EDT" => TimeZone::fixed(jiff::tz::offset(-4)),
        "EST" => TimeZone::fixed(jiff::tz::offset(-5)),
        _ => return Err(format!("`{text}` does not end with EDT or EST, the zones of New York")),
    };
    match Dates::of_zone(zone).read(clock)? {
        Moment::At(time) => Ok(Time(time)),
        Moment::Day(_) => Err(format!("`{text}` has no time of day")),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::civil::day;
    use crate::import::heard::{fit, hear, hear_source, rubbish, shared, try_hear};

    const HEAD: &str = "\nS&P 500 INDEX,Last: 4697.24,Change: -16.00\n\
        \"Date: January 4, 2024 at 4:05 PM EST\",Bid: 1,Ask: 2,Size: 2*4,\"Volume: 75,744,434\"\n\
        Expiration Date,Calls,Last Sale,Net,Bid,Ask,Volume,IV,Delta,Gamma,Open Interest,Strike,Puts,Last Sale,Net,Bid,Ask,Volume,IV,Delta,Gamma,Open Interest\n";

    #[test]
    fn a_line_is_a_call_and_a_put() {
        let text = format!(
            "{HEAD}Fri Jan 19 2024,SPX240119C04700000,50.1,1,49,51,10,0.12,0.51,0.002,100,4700.00,SPX240119P04700000,48,1,47,49,20,0,-0.49,0,300\n\
             2024-01-19,SPXW240119C04700000,50.2,1,49.5,50.5,5,0.13,0.52,0.0021,200,4700.00,SPXW240119P04700000,48,1,47,49,20,0.12,-0.48,0.002,30\n\
             Fri Jan 19 2024,SPX240119C04705000,1,1,1,1,1,1,1,1,1,4700.00,SPX240119P04700000,48\n\
             Fri Jan 19 2024,SPX240119C04705000,1,1,1,1,1,1,1,1,1,4710,SPY240119P04710000,1,1,1,1,1,1,1,1,1\n"
        );
        let heard = hear(&CboeCsv, "quotes.csv", &text);
        let [chain] = &heard.chains[..] else { panic!("{:?}", heard.chains) };
        assert_eq!((chain.symbol.as_str(), chain.spot), ("SPX", 4697.24));
        assert_eq!(chain.event_time, "2024-01-04T21:05:00Z".parse().unwrap());
        assert_eq!(chain.known_time, chain.event_time);
        let [call, put] = &chain.quotes[..] else { panic!("{:?}", chain.quotes) };
        assert_eq!((call.expiry, call.strike, call.right), (day(2024, 1, 19).unwrap(), 4700.0, Right::Call));
        // the numbers of SPXW, which has more open interest; interest and volume of both
        assert_eq!((call.bid, call.ask, call.last, call.iv), (49.5, 50.5, 50.2, 0.13));
        assert_eq!((call.delta, call.gamma, call.open_interest, call.volume), (0.52, 0.0021, 300.0, 15.0));
        assert_eq!((put.right, put.open_interest, put.volume, put.gamma), (Right::Put, 330.0, 40.0, 0.0));
        assert!(put.iv.is_nan());
        let lines: Vec<u64> = heard.unreadable.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [7, 8, 8], "{:?}", heard.unreadable);
    }

    #[test]
    fn a_table_without_its_time_or_price_is_refused() {
        let row = "Fri Jan 19 2024,SPX240119C04700000,1,1,1,1,1,1,1,1,1,4700,SPX240119P04700000,1,1,1,1,1,1,1,1,1\n";
        for (from, to, want) in [
            (" EST", " CET", "quotes.csv:3: `January 4, 2024 at 4:05 PM CET` does not end with EDT or EST"),
            ("Last: 4697.24", "Last: 0", "quotes.csv:2: `Last: 0` is no price"),
            ("Last:", "Latest:", "quotes.csv: the lines above the table have no cell `Last: …`"),
            (",Gamma,", ",Gama,", "quotes.csv:4: its columns are not"),
        ] {
            let text = format!("{HEAD}{row}").replace(from, to);
            let error = try_hear(&CboeCsv, "quotes.csv", &text, &Hints::default()).err().unwrap().to_string();
            assert!(error.starts_with(want), "{error}");
        }
        assert_eq!(fit(&CboeCsv, "a.csv", "Date,Close\n"), Fit::No);
        rubbish(&CboeCsv, "quotes.csv", HEAD);
        rubbish(&CboeCsv, "quotes.csv", "");
    }

    #[test]
    fn the_snapshots_of_spy_are_read_whole() {
        for (stamp, time, spot, strikes, expiries, interest, gex) in [
            ("20250430T2035", "2025-05-01T00:35:00Z", 554.540, 2259, 13, 6_560_068.0, -0.4598),
            ("20250501T1649", "2025-05-01T20:49:00Z", 557.650, 2438, 14, 7_210_135.0, 1.5626),
            ("20250502T1847", "2025-05-02T22:47:00Z", 565.615, 2354, 13, 7_260_592.0, 2.6629),
            ("20250506T1814", "2025-05-06T22:14:00Z", 557.370, 2297, 13, 6_654_217.0, -4.0831),
            ("20250508T1657", "2025-05-08T20:57:00Z", 565.790, 2359, 14, 7_117_197.0, -0.7711),
            ("20250516T1923", "2025-05-16T23:23:00Z", 589.250, 1580, 10, 6_751_000.0, 8.5994),
            ("20250609T1652", "2025-06-09T20:52:00Z", 599.480, 1603, 12, 7_165_303.0, 4.0003),
            ("20250901T1850", "2025-09-01T22:50:00Z", 645.050, 1389, 14, 7_702_342.0, -3.9717),
            ("20250903T0924", "2025-09-03T13:24:00Z", 642.650, 4252, 35, 17_629_336.0, -8.7232),
            ("20250904T0518", "2025-09-04T09:18:00Z", 642.650, 1430, 15, 8_145_801.0, -7.607),
            ("20250925T2105", "2025-09-26T01:05:00Z", 658.050, 1858, 11, 5_756_713.0, -3.9178),
        ] {
            let Some(source) = shared(&format!("cboe-spy-chains/spy-{stamp}.csv")) else { return };
            let heard = hear_source(&CboeCsv, &source, &Hints::default()).unwrap();
            assert_eq!(heard.unreadable, [], "{stamp}");
            let [chain] = &heard.chains[..] else { panic!("{stamp}") };
            assert_eq!((chain.symbol.as_str(), chain.spot), ("SPY", spot), "{stamp}");
            assert_eq!(chain.event_time, time.parse().unwrap(), "{stamp}");
            assert_eq!(chain.quotes.len(), 2 * strikes, "{stamp}");
            let days: BTreeSet<i32> = chain.quotes.iter().map(|quote| quote.expiry).collect();
            assert_eq!(days.len(), expiries, "{stamp}");
            assert_eq!(chain.quotes.iter().map(|quote| quote.open_interest).sum::<f64>(), interest, "{stamp}");
            assert!(chain.quotes.iter().all(|quote| !quote.iv.is_finite() || quote.iv > 0.0));
            // gamma exposure of all dealers, billions of dollars for 1 %, as computed from the same files elsewhere
            let sign = |right| if right == Right::Call { 1.0 } else { -1.0 };
            let gammas = chain.quotes.iter().map(|quote| sign(quote.right) * quote.gamma * quote.open_interest);
            let found = gammas.sum::<f64>() * 100.0 * spot * spot * 0.01 / 1e9;
            assert!((found - gex).abs() < 1e-3, "{stamp}: {found}");
        }
    }
}
