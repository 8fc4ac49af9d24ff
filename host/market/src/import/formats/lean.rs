//! QuantConnect's Lean: bars as its data folder holds them, one zip archive an instrument, or a day of one.
//!
//! ```text
//! equity/usa/daily/aapl.zip!aapl.csv                            19980102 00:00,136300,162500,135000,162500,6315000
//! forex/fxcm/hour/eurusd.zip!eurusd.csv                         20070330 00:00,1.33141,…,0,1.33149,…,0
//! equity/usa/minute/aapl/20140605_trade.zip!20140605_aapl_minute_trade.csv     34200000,6448000,…,90
//! ```
//! Prices of equities are whole numbers × 10,000; all others are prices. Of quotes (bid open, high, low, close, size, and
//! the same of the ask) the columns are those of the middle of bid and ask, and `bid` and `ask` at the close; the sizes stay
//! out. What one side does not have has no middle.
//!
//! Days are days. Hours, minutes and seconds are stamped with their start and known at their end, in the clock of the
//! data, which Lean does not write into the file:
//! - equities: New York;
//! - indices: those of Cboe are in Chicago's clock (SPX begins at 08:30), others in New York's. The earliest bar tells it;
//!   when it is neither 08:30 nor 09:30 the file is refused without `--timezone`;
//! - crypto: UTC;
//! - forex and CFDs: Oanda's are in UTC (gold ends on Fridays with the bar of 21:00 in winter and 20:00 in summer, 17:00
//!   in New York), FXCM's five hours behind UTC the whole year (EUR/USD ends with the bar of 16:00 in winter and 15:00 in
//!   summer, and its moves are gold's of five hours later). In Lean's sample of EUR/USD the rows before 2009-09-20 are in
//!   another clock, nine hours behind UTC in summer and ten in winter: they come out four to five hours too early. Another
//!   broker's are refused without `--timezone`.
//!
//! A format by market: which one it is, a folder of the path says (`equity`, `index`, `forex`, `cfd`, `crypto`), or
//! hundreds of whole numbers; else the user.

mod layout;

use jiff::tz::TimeZone;
use tapewright_model::Time;

use self::layout::{Grain, Layout, Market, Scale};
use crate::calendar::Calendar;
use crate::civil::{Clock, zone};
use crate::error::MarketError;
use crate::import::cells::{Lines, number};
use crate::import::format::{Fit, Format, Hints};
use crate::import::rows::{Kind, Rows, SeriesKey, Shape, When};
use crate::import::sheet::timeframe;
use crate::import::source::{Head, Source};
use crate::import::stamp::{Dates, Forms, Reading, Stamp};
use crate::import::ticker;

/// Prices of equities are this many times the dollars.
const SCALE: f64 = 10_000.0;
const TRADES: [&str; 5] = ["open", "high", "low", "close", "volume"];
const QUOTES: [&str; 6] = ["open", "high", "low", "close", "bid", "ask"];
const HOUR: i64 = 3600 * Time::SECOND;
const DAY_MS: i64 = 86_400_000;
/// Currencies whose pairs trade through the week without a break.
const CURRENCIES: [&str; 12] = ["aud", "cad", "chf", "eur", "gbp", "jpy", "nok", "nzd", "sek", "sgd", "usd", "hkd"];

/// Bars of one of Lean's markets.
pub(crate) struct Lean {
    name: &'static str,
    summary: &'static str,
    market: Market,
}

/// Equities.
pub(crate) static LEAN_EQUITY: Lean = Lean {
    name: "lean-equity",
    summary: "QuantConnect Lean, equities: prices x 10000, clocks of New York",
    market: Market::Equity,
};
/// Indices.
pub(crate) static LEAN_INDEX: Lean = Lean {
    name: "lean-index",
    summary: "QuantConnect Lean, indices: clocks of Chicago or New York, by the first bar",
    market: Market::Index,
};
/// Currencies and contracts for difference.
pub(crate) static LEAN_FOREX: Lean = Lean {
    name: "lean-forex",
    summary: "QuantConnect Lean, forex and CFDs: quotes, clocks of the broker (oanda UTC, fxcm UTC-5)",
    market: Market::Forex,
};
/// Cryptocurrencies.
pub(crate) static LEAN_CRYPTO: Lean =
    Lean { name: "lean-crypto", summary: "QuantConnect Lean, cryptocurrencies: clocks of UTC", market: Market::Crypto };

impl Format for Lean {
    fn name(&self) -> &'static str {
        self.name
    }

    fn summary(&self) -> &'static str {
        self.summary
    }

    fn fits(&self, head: &Head<'_>) -> Fit {
        let Some(layout) = layout::layout(head) else { return Fit::No };
        let equity = self.market == Market::Equity;
        match (layout::market(head), layout::scale(head, layout)) {
            // whatever the folder is called
            (_, Scale::NoCents) if equity => Fit::No,
            // a damaged line, or another file of a folder of equities: not to be read as anything else unasked
            (Some(Some(Market::Equity)), Scale::Point) if equity => Fit::General,
            (Some(market), _) if market == Some(self.market) => Fit::Exact,
            (Some(_), _) => Fit::No,
            (None, Scale::Scaled) if equity => Fit::Exact,
            (None, Scale::Scaled) => Fit::No,
            (None, Scale::Point) if equity => Fit::No,
            (None, _) => Fit::General,
        }
    }

    fn read(&self, source: &Source, hints: &Hints, rows: &mut dyn Rows) -> Result<(), MarketError> {
        let head = source.head()?;
        let layout = layout::layout(&head).ok_or_else(|| {
            source.fail(format!("it is not laid out as bars of Lean; it begins with {}", head.first_line_shown()))
        })?;
        let stem = source.stem().trim_end_matches("_trade").trim_end_matches("_quote");
        let ticker = layout::of_name(source.stem()).map_or(stem, |(ticker, _)| ticker);
        let span = match layout.grain {
            Grain::Days => Time::DAY,
            Grain::Hours => HOUR,
            Grain::Within { span, .. } => span,
        };
        let shape = Shape {
            key: SeriesKey {
                kind: Kind::Bars,
                symbol: ticker::of_text(ticker, source, hints)?,
                timeframe: timeframe(span),
            },
            columns: if layout.quotes { &QUOTES[..] } else { &TRADES[..] }
                .iter()
                .map(|name| (*name).to_owned())
                .collect(),
            calendar: hints.calendar.or_else(|| self.calendar(ticker)),
        };
        let mut moments = Moments {
            clock: Clock::new(self.zone(&head, layout, hints).map_err(|reason| source.fail(reason))?),
            dates: Dates::new(Forms { compact: true, named_hours: false }),
            // days of currencies end at the midnight of the broker's clock, after any session
            days: layout.grain == Grain::Days && self.market != Market::Forex,
            grain: layout.grain,
            span,
        };
        let series = rows.series(shape)?;
        let mut lines = Lines::open(source, b',')?;
        let mut values = [0.0; QUOTES.len()];
        let values = values.get_mut(..if layout.quotes { QUOTES.len() } else { TRADES.len() }).unwrap_or_default();
        while lines.advance()? {
            let when = moments.when(&lines).and_then(|when| self.values(&lines, layout, values).map(|()| when));
            match when {
                Ok(when) => rows.row(series, lines.line(), when, values)?,
                Err(reason) => rows.unreadable(lines.line(), reason)?,
            }
        }
        Ok(())
    }
}

impl Lean {
    fn values(&self, lines: &Lines, layout: Layout, values: &mut [f64]) -> Result<(), String> {
        let cells = if layout.quotes { 11 } else { 6 };
        if lines.len() != cells {
            return Err(format!("{} cells, Lean's lines of this file have {cells}", lines.len()));
        }
        if !layout.quotes {
            for (at, (value, name)) in values.iter_mut().zip(TRADES).enumerate() {
                *value = if at < 4 { self.price(lines, at + 1, name)? } else { plain(lines, at + 1, name)? };
            }
            return Ok(());
        }
        for (at, (value, name)) in values.iter_mut().zip(QUOTES).enumerate() {
            *value = match at {
                4 => self.price(lines, 4, name)?,
                5 => self.price(lines, 9, name)?,
                _ => (self.price(lines, at + 1, name)? + self.price(lines, at + 6, name)?) / 2.0,
            };
        }
        Ok(())
    }

    fn price(&self, lines: &Lines, at: usize, name: &str) -> Result<f64, String> {
        let cell = lines.cell(at);
        let value = plain(lines, at, name)?;
        if self.market != Market::Equity {
            return Ok(value);
        }
        if !cell.iter().all(u8::is_ascii_digit) {
            return Err(format!(
                "`{}` in column `{name}` is not a price of Lean's equities, which are whole numbers x 10000\n\
                 hint: --format lean-crypto, lean-forex or lean-index reads prices as they are",
                lines.text(at)
            ));
        }
        Ok(value / SCALE)
    }

    fn zone(&self, head: &Head<'_>, layout: Layout, hints: &Hints) -> Result<TimeZone, String> {
        if let Some(zone) = &hints.zone {
            return Ok(zone.clone());
        }
        let named = |name: &str| zone(name).ok_or_else(|| format!("the zone {name} is not in this build"));
        if layout.grain == Grain::Days && self.market != Market::Forex {
            return Ok(TimeZone::UTC);
        }
        match self.market {
            Market::Equity => named("America/New_York"),
            Market::Crypto => Ok(TimeZone::UTC),
            Market::Index => match (layout::earliest(head, layout.grain), layout.grain) {
                (Some(30_600_000), Grain::Within { .. }) | (Some(28_800_000), Grain::Hours) => named("America/Chicago"),
                (Some(34_200_000), Grain::Within { .. }) | (Some(32_400_000), Grain::Hours) => {
                    named("America/New_York")
                }
                _ => {
                    Err("its first bar begins neither at 08:30 (Chicago) nor at 09:30 (New York), so its clock is not \
                          known\nhint: say it with --timezone"
                        .to_owned())
                }
            },
            Market::Forex if layout::names(head.shown, "fxcm") => Ok(TimeZone::fixed(jiff::tz::offset(-5))),
            Market::Forex if layout::names(head.shown, "oanda") => Ok(TimeZone::UTC),
            Market::Forex => {
                Err("its path names neither fxcm (whose clock is UTC-5) nor oanda (UTC), so its clock is not \
                                  known\nhint: say it with --timezone"
                    .to_owned())
            }
        }
    }

    fn calendar(&self, ticker: &str) -> Option<Calendar> {
        match self.market {
            Market::Equity | Market::Index => Some(Calendar::UsEquity),
            Market::Crypto => Some(Calendar::Always),
            Market::Forex => {
                let (base, quote) = ticker.split_at_checked(3)?;
                let known = |code: &str| CURRENCIES.contains(&code.to_lowercase().as_str());
                (known(base) && known(quote)).then_some(Calendar::Forex)
            }
        }
    }
}

fn plain(lines: &Lines, at: usize, name: &str) -> Result<f64, String> {
    number(lines.cell(at)).map_err(|wrong| wrong.in_column(name, lines.cell(at)))
}

/// When rows are known, from the first cell.
struct Moments {
    clock: Clock,
    dates: Dates,
    days: bool,
    grain: Grain,
    span: i64,
}

impl Moments {
    fn when(&mut self, lines: &Lines) -> Result<When, String> {
        let cell = lines.cell(0);
        let (day, since_midnight) = match self.grain {
            Grain::Within { day, .. } => {
                let ms: Option<i64> = std::str::from_utf8(cell).ok().and_then(|text| text.parse().ok());
                let ms = ms.filter(|ms| (0..DAY_MS).contains(ms));
                let wrong = || format!("`{}` is not a time of day in milliseconds", lines.text(0));
                (day, ms.ok_or_else(wrong)? * 1_000_000)
            }
            Grain::Days | Grain::Hours => match self.dates.read(cell, None, lines.line())? {
                Reading::One(Stamp::Civil { day, since_midnight }) => (day, since_midnight),
                _ => return Err(format!("`{}` is not a time as Lean writes it (20200102 09:00)", lines.text(0))),
            },
        };
        if self.grain == Grain::Days && since_midnight != 0 {
            return Err(format!("`{}` is no day, the lines before are", lines.text(0)));
        }
        if self.days {
            return Ok(When::Day(day));
        }
        let start = self.clock.instant(day, since_midnight);
        let known = start.and_then(|start| start.checked_add(self.span));
        known.map(When::Known).ok_or_else(|| format!("`{}` is out of range", lines.text(0)))
    }
}

#[cfg(test)]
mod tests;
