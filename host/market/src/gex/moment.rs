//! One chain at its moment: which options stand side by side, how long each has to live, and what the share is worth.
//!
//! **Time to expiry** is that to 16:00 New York of the expiry day, in years of 365 days, at least [`YEARS_MIN`]. What
//! settles in the morning (monthly index options) or after a short session lives some hours too long here; gamma near
//! the money is then some percent too small on the last day and no different a week before.
//!
//! **The share's price** in a file is often of another moment than its quotes: Cboe's table of 2025-05-16 says 589.25,
//! the price in the evening, beside options quoted at the close, when it was 594.0. The quotes tell their own price by
//! put–call parity, each expiry its own (which holds what rates and dividends are not told), and volatilities are solved
//! at that one.
//!
//! Refuses to know: what is made of it.

use tapewright_model::Time;

use super::black_scholes::European;
use crate::chain::{Chain, OptionQuote, Right};
use crate::civil::Clock;

/// A quarter of an hour. It is Cboe's own floor: in all files of 2025 that were made after the close, gamma, delta and
/// volatility of the options of that day agree on 0.25 h. Without a floor gamma at the money has no bound.
const YEARS_MIN: f64 = 0.25 / (24.0 * 365.0);
const YEAR_NS: f64 = 365.0 * 86_400e9;
/// When options of a day expire, in ns since New York's midnight.
const EXPIRY_OF_DAY: i64 = 16 * 3600 * Time::SECOND;
/// Volatilities above 10,000 % are no quotes; Cboe prints about 1,000 % at most, on the expiring day.
const VOLATILITY_MAX: f64 = 100.0;
/// Pairs of a call and a put nearest to the money of which parity takes the middle one: one bad quote is then no matter.
const PARITY_PAIRS: usize = 5;
/// How far one expiry's price by parity may be from the first's: two years of interest at 5 %. Beyond it are bad quotes.
const PARITY_MAX: f64 = 0.1;
/// A volatility is contradicted by a price that is worth so much more or less of it, beside half the spread.
const CONTRADICTED: f64 = 0.25;
/// Or by this little, in dollars: prices are rounded to cents, and further out to five.
const TICK: f64 = 0.05;

/// Where the price of the underlying comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SpotSource {
    /// From the caller.
    Given,
    /// From the chain.
    Chain,
    /// From the quotes themselves, by put–call parity: neither of the others says it.
    Parity,
    /// From nowhere: it is NaN.
    Unknown,
}

/// A call and a put of one expiry and strike.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair<'a> {
    pub(crate) expiry: i32,
    pub(crate) strike: f64,
    /// To expiry; none when it has passed.
    pub(crate) years: Option<f64>,
    pub(crate) call: Option<&'a OptionQuote>,
    pub(crate) put: Option<&'a OptionQuote>,
    /// Price of the share at which this expiry's options were quoted.
    pub(crate) quoted_spot: f64,
}

/// A chain as it is priced.
pub(crate) struct Moment<'a> {
    /// By expiry and strike.
    pub(crate) pairs: Vec<Pair<'a>>,
    event_time: Time,
    /// The day in New York.
    pub(crate) day: i32,
    pub(crate) spot: f64,
    pub(crate) spot_source: SpotSource,
    /// By parity; NaN when no call and put of one strike are both quoted.
    pub(crate) spot_implied: f64,
    rate: f64,
    dividend_yield: f64,
}

impl Pair<'_> {
    pub(crate) fn side(&self, right: Right) -> Option<&OptionQuote> {
        match right {
            Right::Call => self.call,
            Right::Put => self.put,
        }
    }
}

impl<'a> Moment<'a> {
    /// Quotes whose strike is no price are left out.
    pub(crate) fn of(chain: &'a Chain, spot: Option<f64>, rate: f64, dividend_yield: f64) -> Moment<'a> {
        let mut clock = Clock::new_york();
        let day = clock.local(chain.event_time.0).map_or_else(|| utc_day(chain.event_time), |(day, _)| day);
        let pairs = pairs(chain, &mut clock);
        let mut moment = Moment {
            pairs,
            event_time: chain.event_time,
            day,
            spot: f64::NAN,
            spot_source: SpotSource::Unknown,
            spot_implied: f64::NAN,
            rate,
            dividend_yield,
        };
        let implied = moment.parity();
        if let Some((_, first)) = implied.first() {
            moment.spot_implied = *first;
        }
        let candidates = [
            (spot.unwrap_or(f64::NAN), SpotSource::Given),
            (chain.spot, SpotSource::Chain),
            (moment.spot_implied, SpotSource::Parity),
        ];
        if let Some((spot, source)) = candidates.into_iter().find(|(spot, _)| is_positive(*spot)) {
            (moment.spot, moment.spot_source) = (spot, source);
        }
        let all = moment.quoted_spot();
        for expiry in moment.pairs.chunk_by_mut(|a, b| a.expiry == b.expiry) {
            let own = expiry.first().and_then(|pair| {
                let at = implied.binary_search_by_key(&pair.expiry, |(expiry, _)| *expiry).ok()?;
                implied.get(at).map(|(_, spot)| *spot).filter(|spot| (spot / all - 1.0).abs() <= PARITY_MAX)
            });
            expiry.iter_mut().for_each(|pair| pair.quoted_spot = own.unwrap_or(all));
        }
        moment
    }

    /// Whether options of an expiry are over, listed here or not.
    pub(crate) fn has_passed(&self, expiry: i32) -> bool {
        years_to(&mut Clock::new_york(), self.event_time, expiry).is_none()
    }

    /// The share's price at which the options were quoted.
    fn quoted_spot(&self) -> f64 {
        if self.spot_implied.is_nan() { self.spot } else { self.spot_implied }
    }

    pub(crate) fn option(&self, right: Right, spot: f64, strike: f64, years: f64) -> European {
        European { right, spot, strike, years, rate: self.rate, dividend_yield: self.dividend_yield }
    }

    /// Volatility of one side of a pair, and whether it was solved from a price. The file's own, unless the option's price
    /// contradicts it; else of an option in the money that of the other side, which parity makes the same and whose
    /// price is mostly time value; else from the option's price.
    pub(crate) fn volatility(&self, pair: &Pair<'_>, right: Right) -> Option<(f64, bool)> {
        let own = pair.side(right)?;
        let out = out_of_the_money(pair);
        let twin = if right == out { None } else { pair.side(out) };
        let solved = |quote| Some((self.solved(pair, quote)?, true));
        let said_by = |quote| Some((self.believed(pair, quote)?, false));
        said_by(own)
            .or_else(|| twin.and_then(said_by))
            .or_else(|| twin.and_then(solved))
            .or_else(|| solved(own))
            .or_else(|| Some((said(own)?, false)))
    }

    /// Of both sides, calls first; what both need is found once.
    pub(crate) fn volatilities(&self, pair: &Pair<'_>) -> [Option<(f64, bool)>; 2] {
        let out = out_of_the_money(pair);
        let inside = if out == Right::Call { Right::Put } else { Right::Call };
        let outer = self.volatility(pair, out);
        let inner = match (pair.side(inside), outer) {
            (Some(own), Some(_)) => self.believed(pair, own).map(|volatility| (volatility, false)).or(outer),
            _ => self.volatility(pair, inside),
        };
        if out == Right::Call { [outer, inner] } else { [inner, outer] }
    }

    /// The file's volatility, if the price does not contradict it: some files compute it from something else than the
    /// price beside it, and say 284 % at the money for an option that costs 2 % of the share.
    fn believed(&self, pair: &Pair<'_>, quote: &OptionQuote) -> Option<f64> {
        let volatility = said(quote)?;
        let (price, slack) = if quote.bid.is_nan() && quote.ask.is_nan() {
            (quote.last, 0.0)
        } else if quote.bid > 0.0 && quote.ask >= quote.bid {
            (0.5 * (quote.bid + quote.ask), 0.5 * (quote.ask - quote.bid))
        } else {
            // its last price is of another time
            return Some(volatility);
        };
        if price.is_nan() {
            return Some(volatility);
        }
        let option = self.option(quote.right, pair.quoted_spot, pair.strike, pair.years?);
        let gap = (option.price(volatility) - price).abs();
        let contradicted = gap > slack + TICK && gap > slack + CONTRADICTED * volatility * option.vega(volatility);
        (!contradicted).then_some(volatility)
    }

    fn solved(&self, pair: &Pair<'_>, quote: &OptionQuote) -> Option<f64> {
        let option = self.option(quote.right, pair.quoted_spot, pair.strike, pair.years?);
        let volatility = option.implied_volatility(price_of(quote));
        (volatility <= VOLATILITY_MAX).then_some(volatility)
    }

    /// Price of the share by parity, C − P = S e^(−qT) − K e^(−rT), of each expiry that has pairs.
    fn parity(&self) -> Vec<(i32, f64)> {
        let spot = |expiry: &[Pair<'_>]| {
            let (day, years) = expiry.first().and_then(|pair| Some((pair.expiry, pair.years?)))?;
            let (discount, growth) = (libm::exp(-self.rate * years), libm::exp(self.dividend_yield * years));
            let mut found: Vec<(f64, f64)> = expiry
                .iter()
                .filter_map(|pair| {
                    let call_less_put = price_of(pair.call?) - price_of(pair.put?);
                    let spot = (call_less_put + pair.strike * discount) * growth;
                    is_positive(spot).then(|| (call_less_put.abs(), spot))
                })
                .collect();
            found.sort_by(|a, b| a.0.total_cmp(&b.0));
            found.truncate(PARITY_PAIRS);
            found.sort_by(|a, b| a.1.total_cmp(&b.1));
            found.get(found.len() / 2).map(|(_, spot)| (day, *spot))
        };
        self.pairs.chunk_by(|a, b| a.expiry == b.expiry).filter_map(spot).collect()
    }
}

/// What an option is worth: the middle of bid and ask when they are not crossed, else the last price. When there is an ask
/// and nobody bids it has none: between nothing and the ask, and the last price is of another time.
pub(crate) fn price_of(quote: &OptionQuote) -> f64 {
    let asked = is_positive(quote.ask);
    if quote.bid > 0.0 && quote.ask >= quote.bid && asked {
        0.5 * (quote.bid + quote.ask)
    } else if is_positive(quote.last) && !(quote.bid == 0.0 && asked) {
        quote.last
    } else {
        f64::NAN
    }
}

pub(crate) fn is_positive(value: f64) -> bool {
    value.is_finite() && value > 0.0
}

/// To the close of an expiry day, in years; none when it has passed.
pub(crate) fn years_to(clock: &mut Clock, now: Time, expiry: i32) -> Option<f64> {
    let left = clock.instant(expiry, EXPIRY_OF_DAY)?.checked_sub(now.0)?;
    // a span of 64 bits of ns has 53 bits of it: to the microsecond
    (left > 0).then(|| (left as f64 / YEAR_NS).max(YEARS_MIN))
}

/// Which side of a strike is worth nothing if the spot stays; puts at the money.
fn out_of_the_money(pair: &Pair<'_>) -> Right {
    if pair.strike > pair.quoted_spot { Right::Call } else { Right::Put }
}

/// The volatility that the file says, if it is one.
fn said(quote: &OptionQuote) -> Option<f64> {
    (quote.iv > 0.0 && quote.iv <= VOLATILITY_MAX).then_some(quote.iv)
}

fn pairs<'a>(chain: &'a Chain, clock: &mut Clock) -> Vec<Pair<'a>> {
    let before = |a: &OptionQuote, b: &OptionQuote| a.expiry.cmp(&b.expiry).then(a.strike.total_cmp(&b.strike));
    let mut quotes: Vec<&OptionQuote> = chain.quotes.iter().filter(|quote| is_positive(quote.strike)).collect();
    // a chain is sorted; one that is not must not lose its pairs
    if !quotes.is_sorted_by(|a, b| before(a, b).is_le()) {
        quotes.sort_by(|a, b| before(a, b).then(a.right.cmp(&b.right)));
    }
    let mut pairs: Vec<Pair<'a>> = Vec::with_capacity(quotes.len() / 2 + 1);
    for quote in quotes {
        let (expiry, strike) = (quote.expiry, quote.strike);
        let place = |pair: &mut Pair<'a>| {
            let side = match quote.right {
                Right::Call => &mut pair.call,
                Right::Put => &mut pair.put,
            };
            side.is_none().then(|| *side = Some(quote)).is_some()
        };
        let last = pairs.last_mut();
        let years = match &last {
            Some(pair) if pair.expiry == expiry => pair.years,
            _ => years_to(clock, chain.event_time, expiry),
        };
        let placed = last.is_some_and(|pair| pair.expiry == expiry && pair.strike == strike && place(pair));
        if !placed {
            let mut pair = Pair { expiry, strike, years, call: None, put: None, quoted_spot: f64::NAN };
            place(&mut pair);
            pairs.push(pair);
        }
    }
    pairs
}

fn utc_day(time: Time) -> i32 {
    // 64 bits of ns are 106,752 days
    i32::try_from(time.0.div_euclid(Time::DAY)).unwrap_or_default()
}
