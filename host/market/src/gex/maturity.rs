//! Implied volatility at a fixed time ahead: at the money, and of puts and calls of a delta of one quarter.
//!
//! Of each expiry, from its out-of-the-money options alone (puts below the forward, calls above):
//! - *at the money*: linear in the strike between the nearest put below the forward and the nearest call at or above it;
//! - *25-delta*: linear in delta between the two neighbours around ±0.25, each at its own volatility's delta.
//!
//! Between expiries total variance σ² T is linear in T, as in Cboe's VIX (white paper). Outside
//! the expiries the nearest one's volatility stands in when it is at most a quarter of the maturity away (VIX takes
//! 23 to 37 days for 30).
//!
//! Refuses to know: a model of the smile. What has no quotes around it is NaN.

use super::black_scholes::European;
use super::moment::{Moment, Pair};
use crate::chain::Right;

/// An option at the money has its neighbours within so much of the forward; else there is a hole in the chain.
const NEIGHBOUR_MAX: f64 = 0.1;
const QUARTER_DELTA: f64 = 0.25;
/// How far outside the expiries, as a part of the maturity.
const OUTSIDE_MAX: f64 = 0.25;

/// Volatilities a year, as ratios; NaN where there is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Volatilities {
    /// At the money, in 30 days.
    pub(crate) atm30: f64,
    /// That of the 25-delta put less that of the 25-delta call, in 30 days.
    pub(crate) skew30: f64,
    /// At the money in 90 days less that in 30.
    pub(crate) term: f64,
}

/// Of a chain.
pub(crate) fn volatilities(moment: &Moment<'_>) -> Volatilities {
    let mut expiries: Vec<(f64, [f64; 3])> = Vec::new();
    for expiry in moment.pairs.chunk_by(|a, b| a.expiry == b.expiry) {
        if let Some(years) = expiry.first().and_then(|pair| pair.years) {
            expiries.push((years, smile(moment, expiry, years)));
        }
    }
    let at = |days: f64, which: usize| {
        let known = expiries.iter().filter_map(|(years, all)| Some((*years, *all.get(which)?)));
        interpolated(known.filter(|(_, volatility)| volatility.is_finite()), days / 365.0)
    };
    let atm30 = at(30.0, 0);
    Volatilities { atm30, skew30: at(30.0, 1) - at(30.0, 2), term: at(90.0, 0) - atm30 }
}

/// One expiry's volatility at the money, of the 25-delta put and of the 25-delta call.
fn smile(moment: &Moment<'_>, pairs: &[Pair<'_>], years: f64) -> [f64; 3] {
    let spot = pairs.first().map_or(f64::NAN, |pair| pair.quoted_spot);
    let forward = moment.option(Right::Call, spot, spot, years).forward();
    let middle = pairs.partition_point(|pair| pair.strike < forward);
    let (below, above) = pairs.split_at(middle);
    let volatility = |right: Right| {
        move |pair: &Pair<'_>| {
            let (volatility, _) = moment.volatility(pair, right)?;
            Some((moment.option(right, spot, pair.strike, years), volatility))
        }
    };
    let puts = || below.iter().rev().filter_map(volatility(Right::Put));
    let calls = || above.iter().filter_map(volatility(Right::Call));
    [at_the_money(puts().next(), calls().next(), forward), quarter_delta(puts()), quarter_delta(calls())]
}

fn at_the_money(put: Option<(European, f64)>, call: Option<(European, f64)>, forward: f64) -> f64 {
    let near = |(option, _): &(European, f64)| (option.strike / forward - 1.0).abs() <= NEIGHBOUR_MAX;
    let (Some((put, low)), Some((call, high))) = (put.filter(near), call.filter(near)) else { return f64::NAN };
    low + (high - low) * (forward - put.strike) / (call.strike - put.strike)
}

/// Volatility where the absolute delta is a quarter, of options from the money outwards.
fn quarter_delta(options: impl Iterator<Item = (European, f64)>) -> f64 {
    let mut inner: Option<(f64, f64)> = None;
    for (option, volatility) in options {
        let delta = option.delta(volatility).abs();
        if delta.is_nan() {
            continue;
        }
        if delta <= QUARTER_DELTA {
            let Some((inner_delta, inner_volatility)) = inner else { return f64::NAN };
            let part = (inner_delta - QUARTER_DELTA) / (inner_delta - delta);
            return inner_volatility + part * (volatility - inner_volatility);
        }
        inner = Some((delta, volatility));
    }
    f64::NAN
}

/// Volatility at a time, from those of ascending times.
fn interpolated(expiries: impl Iterator<Item = (f64, f64)>, years: f64) -> f64 {
    let (mut before, mut after) = (None, None);
    for (at, volatility) in expiries {
        if at <= years {
            before = Some((at, volatility));
        } else if after.is_none() {
            after = Some((at, volatility));
        }
    }
    match (before, after) {
        (Some((near, low)), Some((far, high))) => {
            let (near_variance, far_variance) = (low * low * near, high * high * far);
            let variance = near_variance + (far_variance - near_variance) * (years - near) / (far - near);
            (variance / years).sqrt()
        }
        (Some((at, volatility)), None) | (None, Some((at, volatility)))
            if (at - years).abs() <= OUTSIDE_MAX * years =>
        {
            volatility
        }
        _ => f64::NAN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::OptionQuote;
    use crate::gex::made::{blank, chain_of};
    use tapewright_model::Time;

    fn check(expiries: &[(f64, f64)], days: f64, wanted: f64) {
        let expiries = expiries.iter().map(|(days, volatility)| (days / 365.0, *volatility));
        let got = interpolated(expiries, days / 365.0);
        assert!((got - wanted).abs() < 1e-12 || (got.is_nan() && wanted.is_nan()), "{got}, not {wanted}");
    }

    #[test]
    fn variance_is_linear_between_expiries_and_ends_near_them() {
        check(&[(30.0, 0.2)], 30.0, 0.2);
        check(&[(20.0, 0.2), (40.0, 0.2)], 30.0, 0.2);
        check(&[(20.0, 0.1), (40.0, 0.3)], 30.0, ((0.01 * 20.0 + 0.09 * 40.0) / 2.0 / 30.0_f64).sqrt());
        check(&[(1.0, 0.5), (20.0, 0.1), (40.0, 0.3), (90.0, 0.9)], 30.0, (1.9_f64 / 30.0).sqrt());
        check(&[(29.8, 0.25)], 30.0, 0.25);
        check(&[(37.0, 0.25)], 30.0, 0.25);
        check(&[(22.0, 0.25)], 30.0, f64::NAN);
        check(&[], 30.0, f64::NAN);
    }

    #[test]
    fn a_smile_is_read_where_it_lies() {
        // volatility falls by 0.2 for the whole price of the share: 0.3 at 80, 0.2 at 100 and above
        let event_time: Time = "2025-03-03T21:00:00Z".parse().unwrap();
        let day = crate::civil::day(2025, 3, 3).unwrap();
        let mut quotes = Vec::new();
        for days in [10, 30, 60, 120] {
            for strike in (60..=140).map(f64::from) {
                for right in [Right::Call, Right::Put] {
                    let iv = 0.2 + (0.5 * (1.0 - strike / 100.0)).max(0.0);
                    quotes.push(OptionQuote { iv, ..blank(day + days, strike, right) });
                }
            }
        }
        let chain = chain_of(event_time, 100.0, quotes);
        let moment = Moment::of(&chain, None, 0.0, 0.0);
        let got = volatilities(&moment);
        assert!((got.atm30 - 0.2).abs() < 1e-12 && got.term.abs() < 1e-12, "{got:?}");
        // the put at whose own volatility delta is −0.25, by bisection
        let volatility = |strike: f64| 0.2 + 0.5 * (1.0 - strike / 100.0);
        let delta = |strike: f64| moment.option(Right::Put, 100.0, strike, 30.0 / 365.0).delta(volatility(strike));
        let (mut low, mut high) = (60.0, 100.0);
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if delta(middle) > -0.25 { low = middle } else { high = middle }
        }
        assert!((got.skew30 - (volatility(low) - 0.2)).abs() < 2e-4, "{got:?}, not {}", volatility(low) - 0.2);
    }
}
