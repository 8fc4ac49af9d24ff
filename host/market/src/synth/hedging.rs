//! Dealers' hedging as a force on the price.
//!
//! A dealer who is long gamma G (dollars for a move of 1 %) sells G ÷ 0.01 × r dollars into a move of r and so takes a
//! part of it away; one who is short buys and adds to it. The part is G over what is traded in a day, times a
//! constant; most of it comes at once, the rest with the next move. Gamma is that of the price which the move
//! starts from, so a strike of much open interest is felt where the price is near it.
//! Refuses to know: options. It is told gamma at prices.

use crate::gex::CurvePoint;

/// Response at a gamma of one day's dollar volume. Typical gamma is a tenth of that.
const IMPACT: f64 = 3.0;
/// However much gamma there is, dealers take no more than this part of a move away, and add no more than that.
const RESPONSE_MIN: f64 = -0.5;
const RESPONSE_MAX: f64 = 0.7;
/// How much of the response comes late: with the move that follows within a day, and with the day that follows. It is
/// the response at the price from which the first move started: any other would, with gamma that grows with the price,
/// be a drift of its own.
pub(super) const LATE: f64 = 0.5;
pub(super) const LATE_DAY: f64 = 0.7;

/// Gamma is taken at so many prices on each side of the close, so far apart.
const SIDE: usize = 4;
const STEP: f64 = 0.015;

/// How moves are answered on one day, by price.
#[derive(Clone, Debug)]
pub(super) struct Hedging {
    /// The price of the first response, and one over the distance of two. 0 where nobody hedges.
    first: f64,
    per_step: f64,
    responses: [f64; 2 * SIDE + 1],
}

impl Hedging {
    /// Nobody hedges.
    pub(super) fn none() -> Hedging {
        Hedging { first: 0.0, per_step: 0.0, responses: [0.0; 2 * SIDE + 1] }
    }

    /// Of gamma along ascending prices at a close, where so many dollars are traded a day.
    pub(super) fn at_close(curve: &[CurvePoint], close: f64, dollars: f64) -> Hedging {
        let (first, step) = (close * (1.0 - STEP * SIDE as f64), close * STEP);
        let mut responses = [0.0; 2 * SIDE + 1];
        for (at, response) in responses.iter_mut().enumerate() {
            let gamma = gamma(curve, first + step * at as f64);
            *response = (-IMPACT * gamma / dollars).clamp(RESPONSE_MIN, RESPONSE_MAX);
        }
        Hedging { first, per_step: 1.0 / step, responses }
    }

    /// What a move that starts from a price is answered by, as a part of it: above 0 it grows.
    pub(super) fn response(&self, price: f64) -> f64 {
        let at = ((price - self.first) * self.per_step).clamp(0.0, (2 * SIDE) as f64);
        // whole and within the table by the line above; a NaN gives 0
        let left = (at as usize).min(2 * SIDE - 1);
        let part = at - left as f64;
        let response = |at: usize| self.responses.get(at).copied().unwrap_or(0.0);
        response(left) * (1.0 - part) + response(left + 1) * part
    }
}

/// At a price between two of the curve; outside of it nobody has any.
fn gamma(curve: &[CurvePoint], price: f64) -> f64 {
    let right = curve.partition_point(|point| point.price < price);
    let (Some(left), Some(right)) = (right.checked_sub(1).and_then(|left| curve.get(left)), curve.get(right)) else {
        return 0.0;
    };
    left.total + (right.total - left.total) * (price - left.price) / (right.price - left.price)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dealers_answer_by_the_gamma_at_the_price() {
        // long a billion above the close, short one below it
        let curve: Vec<CurvePoint> =
            (85..=115).map(|at| CurvePoint { price: f64::from(at), total: f64::from(at - 100) * 1e9 / 6.0 }).collect();
        let hedging = Hedging::at_close(&curve, 100.0, 10e9);
        for (price, want) in [(94.0, 0.3), (97.75, 0.1125), (100.0, 0.0), (101.5, -0.075), (106.0, -0.3), (120.0, -0.3)]
        {
            assert!((hedging.response(price) - want).abs() < 1e-12, "{price}: {}", hedging.response(price));
        }
        assert_eq!(Hedging::at_close(&curve, 100.0, 1e8).response(103.0), RESPONSE_MIN);
        assert_eq!(Hedging::at_close(&[], 100.0, 1e8).response(103.0), 0.0);
    }

    #[test]
    fn between_two_prices_the_response_lies_between_theirs() {
        let mut hedging = Hedging { first: 96.0, per_step: 1.0, responses: [0.0; 9] };
        (hedging.responses[4], hedging.responses[5], hedging.responses[8]) = (-0.4, 0.2, 0.6);
        for (price, want) in
            [(100.0, -0.4), (100.5, -0.1), (101.0, 0.2), (99.5, -0.2), (50.0, 0.0), (104.0, 0.6), (400.0, 0.6)]
        {
            assert!((hedging.response(price) - want).abs() < 1e-12, "{price}");
        }
        assert_eq!(Hedging::none().response(100.0), 0.0);
    }
}
