//! Base rates: how often a pattern's rule says hit when the same is claimed on any row.
//!
//! A claim of the pattern is its direction, its horizon and its levels as ratios of the close on which it was said.
//! The base rate makes the claims of the pattern's episodes on all judged rows of all its instruments: each on each
//! row while that is few, else about [`DRAWS`] spread evenly over the rows, with the episode for each drawn from a
//! fixed sequence. A claim whose outcome is not known at the end, or void, counts for nothing.

use std::num::NonZeroU64;

use tapewright_model::Label;
use tapewright_replay::{Bar, Claim, History, Judge};

use crate::patterns::signed;
use crate::said::Said;

/// Claims that are judged at most for one pattern: the standard error of the rate is then 0.0011 at worst.
const DRAWS: u64 = 200_000;

/// How often it comes true anyway.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct BaseRate {
    /// Rows on which it was claimed or could have been.
    pub(crate) rows: u64,
    /// Claims that were decided.
    pub(crate) decided: u64,
    /// Those that came true.
    pub(crate) hits: u64,
    /// Sum of the returns in the predicted direction.
    pub(crate) signed_returns: f64,
}

/// A claim's shape, free of the price at which it is made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    claim: Claim,
}

impl Shape {
    /// Of a prediction that was said at this close; `None` without a price.
    pub(crate) fn of(said: &Said) -> Option<Shape> {
        let (detection, close) = (&said.detection, said.detection.close);
        let ratio = |level: f64| level / close;
        (close.is_finite() && close != 0.0).then(|| Shape {
            claim: Claim {
                direction: detection.direction,
                horizon: detection.horizon,
                entry: ratio(detection.entry),
                stop: ratio(detection.stop),
                target: ratio(detection.target),
                bar: Bar::flat(close),
            },
        })
    }

    fn at(&self, bar: Bar) -> Claim {
        let Claim { entry, stop, target, .. } = self.claim;
        let level = |ratio: f64| ratio * bar.close;
        Claim { entry: level(entry), stop: level(stop), target: level(target), bar, ..self.claim }
    }
}

impl BaseRate {
    /// Adds the claims of these shapes on the rows of one history; `density` is how many claims a row gets on
    /// average, of as many as there are shapes.
    pub(crate) fn add(&mut self, judge: &Judge, history: &History, shapes: &[Shape], density: f64) {
        let rows = (history.rows() - history.first_judged()) as u64;
        self.rows += rows;
        let Some(count) = NonZeroU64::new(shapes.len() as u64).filter(|_| rows > 0) else { return };
        let all = density >= count.get() as f64;
        let draws = if all { rows * count.get() } else { (rows as f64 * density) as u64 };
        let stride = rows as f64 / draws.max(1) as f64;
        let mut random = Sequence(rows);
        for draw in 0..draws {
            let (row, shape) = if all {
                (draw / count, draw % count)
            } else {
                let within = (random.next() >> 11) as f64 / (1_u64 << 53) as f64;
                ((((draw as f64 + within) * stride) as u64).min(rows - 1), random.next() % count)
            };
            let row = history.first_judged().saturating_add(usize::try_from(row).unwrap_or(usize::MAX));
            let shape = usize::try_from(shape).ok().and_then(|shape| shapes.get(shape));
            let bar = history.bar(row).filter(|bar| !bar.close.is_nan());
            let Some((shape, bar)) = shape.zip(bar) else { continue };
            let claim = shape.at(bar);
            let Some(((label, forward_return), _)) = history.judge(judge, row, &claim) else { continue };
            if label != Label::Void {
                self.decided += 1;
                self.hits += u64::from(label == Label::Hit);
                self.signed_returns += signed(claim.direction, forward_return);
            }
        }
    }
}

/// How many claims a row gets, when there are so many rows in all.
pub(crate) fn density(rows: u64) -> f64 {
    DRAWS as f64 / rows.max(1) as f64
}

/// A fixed sequence of numbers (splitmix64: Steele, Lea, Flood, Fast splittable pseudorandom number generators,
/// OOPSLA 2014): the same report every time.
struct Sequence(u64);

impl Sequence {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}
