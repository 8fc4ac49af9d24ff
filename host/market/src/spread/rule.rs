//! Which two options a rule wants of a chain.

use super::{Leg, SpreadOptions, SpreadRule};
use crate::chain::{OptionQuote, Right};
use crate::gex::{Moment, Pair, said_delta};

/// Short one first; none when the chain has nothing that fits. Of what is equally near the lower strike and the earlier
/// expiry are taken.
pub(crate) fn legs(
    options: &SpreadOptions,
    moment: &Moment<'_>,
    tradable: &dyn Fn(&OptionQuote) -> bool,
) -> Option<[Leg; 2]> {
    match options.rule {
        SpreadRule::Calendar { right, near_days, far_days, moneyness } => {
            let near = expiry(moment, near_days, i64::from(options.roll_days))?;
            let far = expiry(moment, far_days, days(moment, near)?)?;
            let target = near.first()?.quoted_spot * moneyness;
            let at = |strike: f64| {
                let at = far.binary_search_by(|pair| pair.strike.total_cmp(&strike)).ok()?;
                far.get(at)
            };
            let strike = nearest(
                near.iter().filter(|pair| {
                    has(pair, right, tradable) && at(pair.strike).is_some_and(|other| has(other, right, tradable))
                }),
                |pair| (pair.strike - target).abs(),
            )?
            .strike;
            let leg = |pairs: &[Pair<'_>], side| Some(Leg { expiry: pairs.first()?.expiry, strike, right, side });
            Some([leg(near, -1.0)?, leg(far, 1.0)?])
        }
        SpreadRule::Vertical { right, days, short_delta, width } => {
            let pairs = expiry(moment, days, i64::from(options.roll_days))?;
            let delta = |pair: &Pair<'_>| delta(moment, pair, right).map(f64::abs);
            let short = nearest(pairs.iter().filter(|pair| has(pair, right, tradable)), |pair| {
                delta(pair).map_or(f64::NAN, |delta| (delta - short_delta).abs())
            })?;
            // farther out of the money: higher for calls, lower for puts
            let outwards = match right {
                Right::Call => width,
                Right::Put => -width,
            };
            let beyond = |pair: &&Pair<'_>| (pair.strike - short.strike) * outwards > 0.0 && has(pair, right, tradable);
            let target = short.strike + outwards;
            let long = nearest(pairs.iter().filter(beyond), |pair| (pair.strike - target).abs())?;
            let leg = |pair: &Pair<'_>, side| Leg { expiry: pair.expiry, strike: pair.strike, right, side };
            Some([leg(short, -1.0), leg(long, 1.0)])
        }
    }
}

/// The options of the expiry that is nearest to so many days and more than `above` days away.
fn expiry<'a>(moment: &'a Moment<'a>, wanted: u32, above: i64) -> Option<&'a [Pair<'a>]> {
    let expiries = moment.pairs.chunk_by(|a, b| a.expiry == b.expiry);
    let alive = expiries.filter(|pairs| pairs.first().is_some_and(|pair| pair.years.is_some()));
    let away = alive.filter_map(|pairs| Some((days(moment, pairs)?, pairs))).filter(|(days, _)| *days > above);
    away.min_by_key(|(days, _)| days.abs_diff(i64::from(wanted))).map(|(_, pairs)| pairs)
}

fn days(moment: &Moment<'_>, pairs: &[Pair<'_>]) -> Option<i64> {
    Some(i64::from(pairs.first()?.expiry) - i64::from(moment.day))
}

fn has(pair: &Pair<'_>, right: Right, tradable: &dyn Fn(&OptionQuote) -> bool) -> bool {
    pair.side(right).is_some_and(tradable)
}

/// The first of those with the least distance; what has none is not there.
fn nearest<'a, 'b>(
    pairs: impl Iterator<Item = &'a Pair<'b>>,
    distance: impl Fn(&Pair<'b>) -> f64,
) -> Option<&'a Pair<'b>>
where
    'b: 'a,
{
    let measured = pairs.map(|pair| (distance(pair), pair)).filter(|(distance, _)| distance.is_finite());
    measured.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, pair)| pair)
}

/// That of the volatility, in the file or solved; else the file's.
fn delta(moment: &Moment<'_>, pair: &Pair<'_>, right: Right) -> Option<f64> {
    let priced = moment
        .volatility(pair, right)
        .zip(pair.years)
        .map(|((volatility, _), years)| moment.option(right, pair.quoted_spot, pair.strike, years).delta(volatility));
    priced.filter(|delta| delta.is_finite()).or_else(|| pair.side(right).and_then(said_delta))
}
