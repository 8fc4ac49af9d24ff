//! Two options that are held, and what they are worth on a chain.

use super::Leg;
use crate::chain::{OptionQuote, Right};
use crate::gex::{Moment, Pair};

/// What a position is worth, dollars a share. Bid and ask are NaN when an option has not both.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Mark {
    pub(crate) value: f64,
    pub(crate) bid: f64,
    pub(crate) ask: f64,
}

/// A position.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    /// The short one first.
    pub(crate) legs: [Leg; 2],
    /// When both were last quoted.
    pub(crate) last: Mark,
}

impl Mark {
    pub(crate) const UNKNOWN: Mark = Mark { value: f64::NAN, bid: f64::NAN, ask: f64::NAN };
}

impl Held {
    /// From now on; none when one of them has no price.
    pub(crate) fn open(legs: [Leg; 2], moment: &Moment<'_>) -> Option<Held> {
        let mut held = Held { legs, last: Mark::UNKNOWN };
        held.last = held.mark(moment)?;
        Some(held)
    }

    /// None when an option has expired, is not listed or has no price.
    pub(crate) fn mark(&self, moment: &Moment<'_>) -> Option<Mark> {
        let mut mark = Mark { value: 0.0, bid: 0.0, ask: 0.0 };
        for leg in &self.legs {
            let pair = pair_of(moment, leg).filter(|pair| pair.years.is_some())?;
            let quote = pair.side(leg.right)?;
            let (bid, ask) = if has_both(quote) { (quote.bid, quote.ask) } else { (f64::NAN, f64::NAN) };
            let (sold, bought) = if leg.side > 0.0 { (bid, ask) } else { (ask, bid) };
            mark.value += leg.side * middle(quote)?;
            mark.bid += leg.side * sold;
            mark.ask += leg.side * bought;
        }
        Some(mark)
    }

    /// What it is worth when what has expired is exercised at this moment's spot; none without a spot, or when what has
    /// not expired has no price.
    pub(crate) fn settled(&self, moment: &Moment<'_>) -> Option<f64> {
        let mut value = 0.0;
        for leg in &self.legs {
            let worth = if moment.has_passed(leg.expiry) {
                let spot = Some(moment.spot).filter(|spot| spot.is_finite())?;
                match leg.right {
                    Right::Call => (spot - leg.strike).max(0.0),
                    Right::Put => (leg.strike - spot).max(0.0),
                }
            } else {
                middle(pair_of(moment, leg)?.side(leg.right)?)?
            };
            value += leg.side * worth;
        }
        Some(value)
    }

    pub(crate) fn has_expired(&self, moment: &Moment<'_>) -> bool {
        self.legs.iter().any(|leg| moment.has_passed(leg.expiry))
    }

    /// Whether an option that has not expired is in no row of the chain.
    pub(crate) fn is_unlisted(&self, moment: &Moment<'_>) -> bool {
        self.legs.iter().any(|leg| pair_of(moment, leg).and_then(|pair| pair.side(leg.right)).is_none())
    }

    /// Days to the nearer expiry.
    pub(crate) fn days_near(&self, day: i32) -> i64 {
        let days = |leg: &Leg| i64::from(leg.expiry) - i64::from(day);
        let [short, long] = &self.legs;
        days(short).min(days(long))
    }

    /// Days to the nearer expiry and the short strike, as they are shown.
    pub(crate) fn shown(&self, day: i32) -> (f64, f64) {
        // a difference of two days of 32 bits
        (self.days_near(day) as f64, self.legs[0].strike)
    }
}

/// Whether there are a bid and an ask, not crossed. A bid of zero is one: nobody pays for it.
pub(crate) fn has_both(quote: &OptionQuote) -> bool {
    quote.bid >= 0.0 && quote.ask > 0.0 && quote.ask >= quote.bid && quote.ask.is_finite()
}

/// The middle of bid and ask; the last price of a file that has neither.
pub(crate) fn middle(quote: &OptionQuote) -> Option<f64> {
    if has_both(quote) {
        return Some(0.5 * (quote.bid + quote.ask));
    }
    let quoted = quote.bid.is_finite() || quote.ask.is_finite();
    (!quoted && quote.last.is_finite() && quote.last >= 0.0).then_some(quote.last)
}

fn pair_of<'a>(moment: &'a Moment<'_>, leg: &Leg) -> Option<&'a Pair<'a>> {
    let order = |pair: &Pair<'_>| pair.expiry.cmp(&leg.expiry).then(pair.strike.total_cmp(&leg.strike));
    let at = moment.pairs.binary_search_by(order).ok()?;
    moment.pairs.get(at)
}
