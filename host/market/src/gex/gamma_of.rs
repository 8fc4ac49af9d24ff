//! Gamma of one quote, and where it comes from.
//!
//! A zero needs a judgement. Cboe rounds to four places and prints 0 far from the money, beside a volatility of 0 there
//! and on the expiring day; other files print 0 for what they did not compute, at the money too. So a zero is believed
//! when the file has a volatility beside it, or a delta of 1 or −1 (a put so deep that it is exercised at once), or
//! when no volatility can be found, or when the gamma that follows from one rounds to zero too. A file whose every gamma
//! is zero has none.
//!
//! Nor is a gamma believed that is more than twice or less than half of what the option's price says, beside a volatility
//! which the price contradicts: Lean's option universes have many of them.

use super::moment::{Moment, Pair};
use crate::chain::{OptionQuote, Right};

/// Where a quote's gamma comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum GammaSource {
    /// The file.
    File,
    /// Black–Scholes, from the volatility in the file.
    Iv,
    /// Black–Scholes, from the volatility at which the option is worth its price.
    Solved,
}

/// Half of the last place that Cboe prints: below it a zero may be a rounded number.
const ROUNDS_TO_ZERO: f64 = 0.000_05;

/// How far a gamma may be from that of the option's price when the volatility beside it is not believed. When time alone
/// is counted otherwise, volatility is off and gamma is not: it hangs on σ √T, and so does the price.
const FACTOR_MAX: f64 = 2.0;

/// What one option adds for a dollar of the share.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Greeks {
    pub(crate) gamma: f64,
    /// NaN when nothing says it.
    pub(crate) delta: f64,
    pub(crate) source: GammaSource,
    /// A year; NaN when there is none.
    pub(crate) volatility: f64,
}

/// Whether any gamma of the chain is more than zero: if none is, the file has no gamma.
pub(crate) fn has_gamma(quotes: &[OptionQuote]) -> bool {
    quotes.iter().any(|quote| quote.gamma > 0.0 && quote.gamma.is_finite())
}

/// Gamma of one side of a pair with its volatility, and whether that was solved; none when neither file nor volatility
/// nor price says it. An option that has expired has what the file says, which is its last.
pub(crate) fn greeks_of(
    moment: &Moment<'_>,
    pair: &Pair<'_>,
    quote: &OptionQuote,
    volatility: Option<(f64, bool)>,
    has_gamma: bool,
) -> Option<Greeks> {
    let found = pair.years.zip(volatility);
    let option = |spot, years| moment.option(quote.right, spot, pair.strike, years);
    let gamma_at = |spot| {
        let gamma = found.map(|(years, (volatility, _))| option(spot, years).gamma(volatility));
        gamma.filter(|gamma| gamma.is_finite())
    };
    let said = has_gamma && quote.gamma.is_finite() && quote.gamma >= 0.0;
    let contradicted = quote.iv > 0.0 && found.is_some_and(|(_, (volatility, _))| volatility != quote.iv);
    // what the file says was computed where its options were quoted
    let believed = said && is_believed(quote, contradicted, || gamma_at(pair.quoted_spot));
    let volatility = found.map_or(f64::NAN, |(_, (volatility, _))| volatility);
    if believed {
        // beside a gamma that was not computed stands a delta that was not either
        let computed = || found.map_or(f64::NAN, |(years, _)| option(moment.spot, years).delta(volatility));
        let delta = said_delta(quote).unwrap_or_else(computed);
        return Some(Greeks { gamma: quote.gamma, delta, source: GammaSource::File, volatility });
    }
    let (years, (_, solved)) = found?;
    let (gamma, delta) = option(moment.spot, years).gamma_and_delta(volatility);
    let source = if solved { GammaSource::Solved } else { GammaSource::Iv };
    gamma.is_finite().then_some(Greeks { gamma, delta, source, volatility })
}

fn is_believed(quote: &OptionQuote, contradicted: bool, priced: impl Fn() -> Option<f64>) -> bool {
    let without_volatility = quote.iv.is_nan() || quote.iv <= 0.0;
    if quote.gamma == 0.0 && without_volatility && quote.delta.abs() != 1.0 {
        priced().is_none_or(|gamma| gamma < ROUNDS_TO_ZERO)
    } else if quote.gamma > 0.0 && contradicted {
        let most = |gamma: f64| FACTOR_MAX * gamma + ROUNDS_TO_ZERO;
        priced().is_none_or(|gamma| gamma <= most(quote.gamma) && quote.gamma <= most(gamma))
    } else {
        true
    }
}

/// A delta of the file that can be one.
pub(crate) fn said_delta(quote: &OptionQuote) -> Option<f64> {
    let possible = match quote.right {
        Right::Call => 0.0..=1.0,
        Right::Put => -1.0..=0.0,
    };
    possible.contains(&quote.delta).then_some(quote.delta)
}
