//! Where gamma exposure changes its sign: the chain priced anew over a grid of spots.
//!
//! With x = ln S an option of strike K adds w S e^(−d²/2) with d = (x − a) ÷ v, v = σ √T, a = ln K − (r − q) T − v² ÷ 2
//! and w = side × open interest × e^(−qT) ÷ (v √(2π)): gamma × S² × 100 shares × 1 %. Along a grid of equal steps in x
//! the exponential is a product of two ratios, so that an option costs four exponentials and not one a point. The
//! crossing is then found in its cell with whole evaluations, by Newton's rule: two or three.
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
/// Halving a cell alone needs 30 steps.
const STEPS_MAX: usize = 60;
/// Points of the grid that are computed side by side: each waits for nothing but itself four points before, which takes
/// half of the time of one after the other.
const LANES: usize = 4;

/// One option as the grid needs it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bell {
    /// ln of the spot at which its gamma × spot is largest.
    centre: f64,
    /// 1 ÷ σ √T.
    per_width: f64,
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
        if width.is_nan() || width <= 0.0 {
            return None;
        }
        let centre = libm::log(strike) - (rate - dividend_yield) * years - 0.5 * width * width;
        let weight = contracts * libm::exp(-dividend_yield * years) / (width * (2.0 * PI).sqrt());
        (centre.is_finite() && weight.is_finite()).then_some(Bell { centre, per_width: 1.0 / width, weight })
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
    let crosses = |[left, right]: &[(usize, f64); 2]| (left.1 < 0.0) != (right.1 < 0.0) && right.0 - left.0 <= 2;
    let mut cells: Vec<[(usize, f64); 2]> = signed.array_windows().copied().filter(crosses).collect();
    let away = |[left, right]: &[(usize, f64); 2]| STEPS_DOWN.abs_diff(left.0).min(STEPS_DOWN.abs_diff(right.0));
    cells.sort_by_key(away);
    for cell in cells {
        // a cell that begins beyond the nearest crossing has no nearer one
        if away(&cell) as f64 * step > nearest {
            break;
        }
        let zero = crossing(bells, cell.map(|(point, sum)| (x(point), sum)));
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
        let d = (first + middle as f64 * step - bell.centre) * bell.per_width;
        let top = libm::exp(-0.5 * d * d);
        if top < TAIL {
            continue;
        }
        let stride = step * bell.per_width;
        let shrink = libm::exp(-stride * stride);
        let (left, right) = sums.split_at_mut(middle);
        let ratio = libm::exp(-stride * (d + 0.5 * stride));
        outwards(right.chunks_mut(LANES).map(|points| points.iter_mut()), bell.weight, top, ratio, shrink);
        let ratio = libm::exp(stride * (d - 0.5 * stride));
        let points = left.rchunks_mut(LANES).map(|points| points.iter_mut().rev());
        outwards(points, bell.weight, top * ratio, ratio * shrink, shrink);
    }
    sums
}

/// Adds `top`, `top` × `ratio`, that × `ratio` × `shrink`, and so on, each ratio `shrink` times the one before it.
fn outwards<'a, P: Iterator<Item = &'a mut f64>>(
    points: impl Iterator<Item = P>,
    weight: f64,
    top: f64,
    ratio: f64,
    shrink: f64,
) {
    let squared = shrink * shrink;
    let (fourth, ratios) = (squared * squared, ratio * ratio);
    let second = top * ratio;
    let third = second * ratio * shrink;
    let mut here = [top, second, third, third * ratio * squared];
    // of four points on: the product of four ratios that follow each other
    let first = ratios * ratios * fourth * squared;
    let mut ratios = [first, first * fourth, first * fourth * fourth, first * fourth * fourth * fourth];
    let shrink = fourth * fourth * fourth * fourth;
    for points in points {
        if here[0] < TAIL {
            return;
        }
        for (sum, here) in points.zip(here) {
            *sum += weight * here;
        }
        for (here, ratio) in here.iter_mut().zip(&mut ratios) {
            *here *= *ratio;
            *ratio *= shrink;
        }
    }
}

/// Zero of the sum between two points of different sign, by Newton's rule; where that leaves what is left of the cell,
/// by its middle.
fn crossing(bells: &[Bell], [(a, at_a), (b, at_b)]: [(f64, f64); 2]) -> f64 {
    let (mut low, mut high) = (a, b);
    let mut x = a + at_a * (b - a) / (at_a - at_b);
    for _ in 0..STEPS_MAX {
        let (here, slope) = sum_and_slope(bells, x);
        if here == 0.0 {
            break;
        }
        if (here < 0.0) == (at_a < 0.0) {
            low = x;
        } else {
            high = x;
        }
        let next = x - here / slope;
        if next >= low && next <= high {
            // what is left after a step goes with its square
            if (next - x).abs() < 1e-8 {
                return next;
            }
            x = next;
        } else {
            x = 0.5 * (low + high);
        }
    }
    x
}

fn sum_and_slope(bells: &[Bell], x: f64) -> (f64, f64) {
    let (mut sum, mut slope) = (0.0, 0.0);
    for bell in bells {
        let d = (x - bell.centre) * bell.per_width;
        if d.abs() <= 8.0 {
            let part = bell.weight * libm::exp(-0.5 * d * d);
            sum += part;
            slope -= part * d * bell.per_width;
        }
    }
    (sum, slope)
}
