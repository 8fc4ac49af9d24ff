//! Base rates: how often a pattern's rule says hit when the same is claimed on any row.
//!
//! A claim of the pattern is its direction, its horizon, and its levels and the bar on which it was said as ratios of
//! the close there: a level that the bar had touched is touched again. The base rate makes the claims of an
//! instrument's episodes on all judged rows of that instrument, and weighs the instruments by their episodes. Each is
//! made on each row while that is few, else about [`DRAWS`] in all, spread evenly over the rows, with the episode for
//! each drawn from a fixed sequence. A claim whose outcome is not known at the end, or void, counts for nothing.
//!
//! Rows are not matched: a pattern that only knows when the market moves more has a higher hit rate than its base where
//! claims can time out. Its mean return does not.

use std::num::NonZeroU64;

use tapewright_model::Label;
use tapewright_replay::{Bar, Claim, History, Judge};

use crate::said::{Said, signed};

/// Claims that are judged at most for one pattern.
const DRAWS: u64 = 200_000;
/// Rows that are looked at for one pattern at most, about: a second or two of work.
const LOOKS_MAX: u64 = 400_000_000;
/// Claims that tell how many looks one takes.
const PILOT: u64 = 64;

/// How often it comes true anyway.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct BaseRate {
    /// Judged rows.
    pub(crate) rows: u64,
    /// Claims that were decided on them.
    pub(crate) judged: u64,
    /// Episodes of the instruments that have a rate.
    weight: f64,
    /// Sum over instruments of episodes × share of hits.
    hits: f64,
    /// The same of the mean return in the predicted direction.
    returns: f64,
}

/// A claim's shape, free of the price at which it is made.
#[derive(Clone, Copy, Debug)]
struct Shape {
    claim: Claim,
}

/// What was claimed on one instrument.
pub(crate) struct Claims<'a> {
    pub(crate) judge: &'a Judge,
    /// Its episodes, of which there is an outcome other than void.
    pub(crate) episodes: &'a [&'a Said],
    /// Episodes of the pattern on all instruments.
    pub(crate) all: usize,
    /// Rows that the node answered.
    pub(crate) answered: u64,
}

impl Shape {
    /// Of a prediction that was said on this bar; `None` without a price.
    fn of(said: &Said, bar: Bar) -> Option<Shape> {
        let (detection, close) = (&said.detection, bar.close);
        let ratio = |level: f64| (level - close) / close.abs();
        (close.is_finite() && close != 0.0).then(|| Shape {
            claim: Claim {
                direction: detection.direction,
                horizon: detection.horizon,
                entry: ratio(detection.entry),
                stop: ratio(detection.stop),
                target: ratio(detection.target),
                bar: bar.map(ratio),
            },
        })
    }

    fn at(&self, close: f64) -> Claim {
        let level = |ratio: f64| close + ratio * close.abs();
        let Claim { entry, stop, target, bar, .. } = self.claim;
        let bar = Bar { close, ..bar.map(level) };
        Claim { entry: level(entry), stop: level(stop), target: level(target), bar, ..self.claim }
    }
}

impl BaseRate {
    /// The hit rate; `None` without a decided claim.
    pub(crate) fn rate(&self) -> Option<f64> {
        (self.weight > 0.0).then(|| self.hits / self.weight)
    }

    /// The mean return in the predicted direction.
    pub(crate) fn forward_return_mean(&self) -> Option<f64> {
        (self.weight > 0.0).then(|| self.returns / self.weight)
    }

    /// Adds the claims of one instrument's episodes on its rows.
    pub(crate) fn add(&mut self, history: &History, claims: &Claims<'_>) {
        let rows = (history.rows() as u64).min(claims.answered).saturating_sub(history.first_judged() as u64);
        self.rows += rows;
        let row = |said: &Said| usize::try_from(said.detection.row).unwrap_or(usize::MAX);
        let shapes = claims.episodes.iter().filter_map(|said| Shape::of(said, history.bar(row(said))));
        let shapes: Vec<Shape> = shapes.collect();
        let Some(count) = NonZeroU64::new(shapes.len() as u64).filter(|_| rows > 0) else { return };
        // its share of the claims that may be drawn, and of the rows that may be looked at
        let share = claims.episodes.len() as f64 / claims.all.max(1) as f64;
        let all = rows.saturating_mul(count.get());
        let mut drawn = Draw { history, judge: claims.judge, shapes: &shapes, rows, count, looks: 0 };
        let mut pilot = Tally::default();
        (0..PILOT.min(all)).for_each(|draw| drawn.add(draw, PILOT.min(all), true, &mut pilot));
        let looks = (drawn.looks / PILOT.min(all)).max(1);
        let most = ((DRAWS as f64 * share) as u64).min((LOOKS_MAX as f64 * share) as u64 / looks).max(PILOT);
        let mut tally = Tally::default();
        let (draws, spread) = if all <= most { (all, false) } else { (most, true) };
        (0..draws).for_each(|draw| drawn.add(draw, draws, spread, &mut tally));
        if tally.decided > 0 {
            let (weight, decided) = (claims.episodes.len() as f64, tally.decided as f64);
            self.judged += tally.decided;
            self.weight += weight;
            self.hits += weight * tally.hits as f64 / decided;
            self.returns += weight * tally.returns / decided;
        }
    }
}

/// Claims on one instrument, made one by one.
struct Draw<'a> {
    history: &'a History,
    judge: &'a Judge,
    shapes: &'a [Shape],
    rows: u64,
    count: NonZeroU64,
    looks: u64,
}

#[derive(Default)]
struct Tally {
    decided: u64,
    hits: u64,
    returns: f64,
}

impl Draw<'_> {
    /// The claim of one draw of so many: spread over the rows, or each episode on each row.
    fn add(&mut self, draw: u64, draws: u64, spread: bool, tally: &mut Tally) {
        let (row, shape) = if spread {
            let mut random = Sequence(draw);
            let within = (random.next() >> 11) as f64 / (1_u64 << 53) as f64;
            let place = (draw as f64 + within) * (self.rows as f64 / draws as f64);
            ((place as u64).min(self.rows - 1), random.next() % self.count)
        } else {
            (draw / self.count, draw % self.count)
        };
        let row = self.history.first_judged().saturating_add(usize::try_from(row).unwrap_or(usize::MAX));
        let shape = usize::try_from(shape).ok().and_then(|shape| self.shapes.get(shape));
        let close = self.history.bar(row).close;
        let Some(shape) = shape.filter(|_| close.is_finite()) else { return };
        let claim = shape.at(close);
        let Some(((label, forward_return), _)) = self.history.judge(self.judge, row, &claim, &mut self.looks) else {
            return;
        };
        if label != Label::Void {
            tally.decided += 1;
            tally.hits += u64::from(label == Label::Hit);
            tally.returns += signed(claim.direction, forward_return);
        }
    }
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
