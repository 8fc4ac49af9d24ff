//! Where gamma exposure changes its sign: the chain priced anew over a grid of spots.
//!
//! With x = ln S an option of strike K adds w S e^(−d²/2) with d = (x − a) ÷ v, v = σ √T, a = ln K − (r − q) T − v² ÷ 2
//! and w = side × open interest × e^(−qT) ÷ (v √(2π)): gamma × S² × 100 shares × 1 %. Along a grid of equal steps in x
//! the exponential is a product of two ratios, so that an option costs three exponentials and not one a point. The
//! crossing is then found in its cell with whole evaluations.
//!
//! Volatility stays with the strike when the spot moves ("sticky strike").

use std::f64::consts::PI;

use super::profile::CurvePoint;

/// The grid's step in ln S is a sixtieth of that to +15 %.
const STEPS_UP: usize = 60;
/// Steps down to −15 %.
const STEPS_DOWN: usize = 70;
const POINTS: usize = STEPS_DOWN + 1 + STEPS_UP;
/// Beyond 8 standard deviations a density is below 1.3e-14 of its middle.
const TAIL: f64 = 1.3e-14;
/// Exposure below this part of the grid's largest is rounding and has no sign.
const NOISE: f64 = 1e-9;
/// Illinois' rule needs about 7.
const STEPS_MAX: usize = 60;

/// One option as the grid needs it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bell {
    /// ln of the spot at which its gamma × spot is largest.
    centre: f64,
    /// σ √T.
    width: f64,
    /// Signed.
    weight: f64,
}

impl Bell {
    /// Of an option with so many signed contracts; none when its volatility or time is no number.
    pub(crate) fn new(
        contracts: f64,
        strike: f64,
        years: f64,
        volatility: f64,
        rate: f64,
        dividend_yield: f64,
    ) -> Option<Bell> {
        let width = volatility * years.sqrt();
        let centre = libm::log(strike) - (rate - dividend_yield) * years - 0.5 * width * width;
        let weight = contracts * libm::exp(-dividend_yield * years) / (width * (2.0 * PI).sqrt());
        (width > 0.0 && centre.is_finite() && weight.is_finite()).then_some(Bell { centre, width, weight })
    }
}

/// Exposure from −15 % to +15 % of the spot, dollars for a move of 1 %; and the spot nearest to this one where it
/// changes its sign, NaN when it does not.
pub(crate) fn flip(bells: &[Bell], spot: f64) -> (Vec<CurvePoint>, f64) {
    if !(spot.is_finite() && spot > 0.0) || bells.is_empty() {
        return (Vec::new(), f64::NAN);
    }
    let step = libm::log(1.15) / STEPS_UP as f64;
    let middle = libm::log(spot);
    let x = |point: usize| middle + (point as f64 - STEPS_DOWN as f64) * step;
    let sums = grid(bells, x(0), step);
    let curve: Vec<CurvePoint> = sums
        .iter()
        .enumerate()
        .map(|(point, sum)| {
            let price = if point == STEPS_DOWN { spot } else { libm::exp(x(point)) };
            CurvePoint { price, total: price * sum }
        })
        .collect();
    let largest = sums.iter().fold(0.0, |largest: f64, sum| largest.max((*sum).abs()));
    let signed: Vec<(usize, f64)> =
        sums.iter().copied().enumerate().filter(|(_, sum)| (*sum).abs() > NOISE * largest).collect();
    let mut nearest = f64::INFINITY;
    let mut found = f64::NAN;
    let mut cells: Vec<(usize, usize)> = signed
        .windows(2)
        .filter_map(|pair| match pair {
            [(left, a), (right, b)] => ((*a < 0.0) != (*b < 0.0) && right - left <= 2).then_some((*left, *right)),
            _ => None,
        })
        .collect();
    let away = |(left, right): (usize, usize)| STEPS_DOWN.abs_diff(left).min(STEPS_DOWN.abs_diff(right));
    cells.sort_by_key(|cell| away(*cell));
    for cell in cells {
        // a cell that begins beyond the nearest crossing has no nearer one
        if away(cell) as f64 * step > nearest {
            break;
        }
        let zero = crossing(bells, x(cell.0), x(cell.1));
        if (zero - middle).abs() < nearest {
            nearest = (zero - middle).abs();
            found = libm::exp(zero);
        }
    }
    (curve, found)
}

/// Sum of w e^(−d²/2) at every point of the grid.
fn grid(bells: &[Bell], first: f64, step: f64) -> [f64; POINTS] {
    let mut sums = [0.0; POINTS];
    for bell in bells {
        // begin at the point nearest to the middle and go outwards, so that what is multiplied only shrinks
        let middle = ((bell.centre - first) / step + 0.5).clamp(0.0, (POINTS - 1) as f64) as usize;
        let d = (first + middle as f64 * step - bell.centre) / bell.width;
        let top = libm::exp(-0.5 * d * d);
        if top < TAIL {
            continue;
        }
        let stride = step / bell.width;
        let shrink = libm::exp(-stride * stride);
        let (left, right) = sums.split_at_mut(middle);
        outwards(right.iter_mut(), bell.weight, top, libm::exp(-stride * (d + 0.5 * stride)), shrink);
        let ratio = libm::exp(stride * (d - 0.5 * stride));
        outwards(left.iter_mut().rev(), bell.weight, top * ratio, ratio * shrink, shrink);
    }
    sums
}

fn outwards<'a>(sums: impl Iterator<Item = &'a mut f64>, weight: f64, top: f64, ratio: f64, shrink: f64) {
    let (mut here, mut ratio) = (top, ratio);
    for sum in sums {
        if here < TAIL {
            return;
        }
        *sum += weight * here;
        here *= ratio;
        ratio *= shrink;
    }
}

/// Zero of the sum between two points of different sign, by the Illinois rule (Dowell & Jarratt, "A modified regula
/// falsi method", BIT 11 (1971)).
fn crossing(bells: &[Bell], left: f64, right: f64) -> f64 {
    let sum = |x: f64| {
        bells.iter().fold(0.0, |sum, bell| {
            let d = (x - bell.centre) / bell.width;
            if d.abs() > 8.0 { sum } else { sum + bell.weight * libm::exp(-0.5 * d * d) }
        })
    };
    let (mut a, mut b) = (left, right);
    let (mut at_a, mut at_b) = (sum(a), sum(b));
    for _ in 0..STEPS_MAX {
        if (b - a).abs() < 1e-12 || at_a == at_b {
            break;
        }
        let x = b - at_b * (b - a) / (at_b - at_a);
        let here = sum(x);
        if here == 0.0 || (x - b).abs() < 1e-11 {
            return x;
        }
        if (here < 0.0) == (at_b < 0.0) {
            at_a *= 0.5;
        } else {
            (a, at_a) = (b, at_b);
        }
        (b, at_b) = (x, here);
    }
    b
}
