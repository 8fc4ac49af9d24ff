//! Gamma exposure of a made chain: what stands in the columns `gex.*`.

use super::repricing::Positions;
use crate::chain::Chain;

/// The flip is looked for as far as this from the price, in such steps.
const FLIP_STEP: f64 = 0.01;
const FLIP_STEPS: u32 = 15;
/// The line through both ends of a step is followed so often at most, and no further than to this part of the price.
const FLIP_TURNS: u32 = 12;
const FLIP_NEAR: f64 = 1e-6;

/// Gamma exposure of one chain: dollars for a move of 1 %, prices in dollars. NaN where there is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Exposure {
    pub(super) total: f64,
    /// The calls' part of it.
    pub(super) call: f64,
    /// The puts', signed.
    pub(super) put: f64,
    /// The price nearest to the spot at which re-priced total gamma crosses zero.
    pub(super) flip: f64,
    /// (spot − flip) ÷ spot.
    pub(super) flip_distance: f64,
    /// The strike of most positive net exposure.
    pub(super) call_wall: f64,
    /// The strike of most negative net exposure.
    pub(super) put_support: f64,
    /// Sign of the total.
    pub(super) regime: f64,
}

/// The exposure of a chain: dollar gamma = Σ ±gamma × open interest × 100 × spot² × 0.01, calls +, puts −.
pub(super) fn exposure(chain: &Chain) -> Exposure {
    let (positions, spot) = (Positions::of(chain), chain.spot);
    let log_spot = libm::log(spot);
    let (mut call, mut put) = (0.0, 0.0);
    let mut strikes: Vec<(f64, f64)> = Vec::new();
    for held in positions.iter() {
        let contract = held.contract(spot, log_spot);
        if contract > 0.0 {
            call += held.call * contract;
            put -= held.put * contract;
            strikes.push((held.strike, (held.call - held.put) * contract));
        }
    }
    // stable: sums are in the order of the expiries
    strikes.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (mut wall, mut support) = ((f64::NAN, 0.0), (f64::NAN, 0.0));
    for same in strikes.chunk_by(|one, other| one.0 == other.0) {
        let net: f64 = same.iter().map(|strike| strike.1).sum();
        let strike = same.first().map_or(f64::NAN, |strike| strike.0);
        if net > wall.1 {
            wall = (strike, net);
        }
        if net < support.1 {
            support = (strike, net);
        }
    }
    let total = call + put;
    let flip = flip(&positions, spot, total);
    let regime = f64::from(i8::from(total > 0.0) - i8::from(total < 0.0));
    let flip_distance = (spot - flip) / spot;
    Exposure { total, call, put, flip, flip_distance, call_wall: wall.0, put_support: support.0, regime }
}

/// Steps away on both sides at once, so the first crossing is the nearest but for the step that holds it.
fn flip(positions: &Positions, spot: f64, total: f64) -> f64 {
    let mut before = [(spot, total); 2];
    for step in 1..=FLIP_STEPS {
        let mut found = [f64::NAN; 2];
        for (side, (before, found)) in [1.0, -1.0].into_iter().zip(before.iter_mut().zip(&mut found)) {
            let price = spot * (1.0 + side * FLIP_STEP * f64::from(step));
            let end = (price, positions.total(price));
            // where nothing is left of gamma it has not changed its sign
            if end.1 * total < 0.0 {
                *found = crossing(positions, *before, end, FLIP_NEAR * spot);
            }
            *before = end;
        }
        let [above, below] = found;
        if !(above.is_nan() && below.is_nan()) {
            // a NaN is neither above nor nearer
            return if below.is_nan() || above - spot <= spot - below { above } else { below };
        }
    }
    f64::NAN
}

/// The price between two at which gamma is zero, by false position with the halved end of M. Dowell and P. Jarratt
/// (BIT 11, 1971: the "Illinois" method).
fn crossing(positions: &Positions, from: (f64, f64), to: (f64, f64), near: f64) -> f64 {
    let (mut kept, mut last) = (from, to);
    for _ in 0..FLIP_TURNS {
        let price = (kept.0 * last.1 - last.0 * kept.1) / (last.1 - kept.1);
        let next = (price, positions.total(price));
        if next.1 * last.1 < 0.0 {
            kept = last;
        } else {
            kept.1 *= 0.5;
        }
        let moved = (next.0 - last.0).abs();
        last = next;
        if next.1 == 0.0 || moved < near {
            break;
        }
    }
    last.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::{OptionQuote, Right};
    use tapewright_model::{Symbol, Time};

    /// (days to expiry, strike, right, open interest) at a volatility of 20 %.
    fn chain(spot: f64, options: &[(i32, f64, Right, f64)]) -> Chain {
        let nan = f64::NAN;
        let quote = |&(expiry, strike, right, open_interest): &(i32, f64, Right, f64)| OptionQuote {
            expiry,
            strike,
            right,
            bid: nan,
            ask: nan,
            last: nan,
            volume: nan,
            open_interest,
            iv: 0.2,
            delta: nan,
            gamma: nan,
        };
        let quotes = options.iter().map(quote).collect();
        Chain { symbol: Symbol::new("X").unwrap(), event_time: Time(0), known_time: Time(0), spot, quotes }
    }

    #[test]
    fn exposure_is_that_of_the_formula() {
        // σ√T = 0.2 √(73 ÷ 365) = 0.0894427; at the money d1 = 0.0447214, φ = 0.398544, gamma = 0.0445585
        let one = chain(100.0, &[(73, 100.0, Right::Call, 1000.0)]);
        let found = exposure(&one);
        assert!((found.total - 0.044_558_5 * 1000.0 * 100.0 * 100.0).abs() < 1.0, "{}", found.total);
        assert_eq!((found.call, found.put, found.regime), (found.total, 0.0, 1.0));
        assert_eq!(found.call_wall, 100.0);
        assert!(found.put_support.is_nan() && found.flip.is_nan());
        // d1 of the strike at 105 is (ln(100 ÷ 105) + 0.004) ÷ 0.0894427 = −0.500768, φ = 0.351932
        let far = exposure(&chain(100.0, &[(73, 105.0, Right::Put, 10.0)]));
        assert!((far.total + 10.0 * 100.0 * 0.351_932 / 0.089_442_7).abs() < 0.05, "{}", far.total);
        assert_eq!(exposure(&chain(100.0, &[(0, 100.0, Right::Call, 5.0)])).total, 0.0);
    }

    #[test]
    fn the_flip_is_where_calls_and_puts_weigh_the_same() {
        let both = [(30, 90.0, Right::Put, 500.0), (30, 110.0, Right::Call, 500.0)];
        for spot in [97.0, 99.0, 102.0] {
            let found = exposure(&chain(spot, &both));
            // both d1 of one size: ln S = (ln 90 + ln 110) ÷ 2 − σ²T ÷ 2
            assert!((found.flip - 99.3353).abs() < 0.001, "{}", found.flip);
            assert_eq!((spot > found.flip, found.flip_distance > 0.0), (found.total > 0.0, spot > found.flip));
            assert_eq!((found.call_wall, found.put_support), (110.0, 90.0));
        }
        assert!(exposure(&chain(130.0, &both)).flip.is_nan());
    }
}
