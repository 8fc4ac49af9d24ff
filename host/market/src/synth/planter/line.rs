//! Trend lines: higher lows or lower highs on a straight line, each a pivot that stands out, and in the end a break.
//!
//! Between two touches the price goes away from the line and comes back by waypoints with a turn on each way: so each
//! touch is lower (or higher) than the turns beside it, which is what makes it a pivot of level 2.

use super::super::bar::Bar;
use super::super::random::Random;
use super::super::state::Spread;
use super::super::truth::{Effect, EffectSize, Mark};
use super::{AFTER_LINE, Doing, Step};

/// Rows from the first bar to the first touch, and its distance from where it began, in average ranges.
const APPROACH: usize = 5;
const APPROACH_BY: f64 = 1.8;
/// Rows between two touches at least, and at most so many more.
const GAP: usize = 15;
const GAP_MORE: f64 = 5.0;
/// Slope of the line in average ranges a row, at least and at most.
const SLOPE: [f64; 2] = [0.06, 0.14];
/// Waypoints between two touches: part of the way, and distance from the line in average ranges.
const WAYPOINTS: [(f64, f64); 6] = [(0.2, 1.6), (0.35, 0.8), (0.55, 2.6), (0.7, 1.0), (0.85, 1.8), (1.0, 0.0)];
/// No other row comes nearer to the line than this, in average ranges.
const CLEAR: f64 = 0.3;
/// The break closes so far beyond the line, so many rows after the last touch.
const BREAKS_BY: f64 = 0.8;
const BREAKS_AFTER: usize = 11;
/// Spread of a bar that is led.
const QUIET: f64 = 0.55;

/// A line that is being made. Prices are multiplied by `sign`, so that it always holds from below.
pub(super) struct Line {
    sign: f64,
    average_range: f64,
    /// Row and price of the first touch, and price a row.
    start: usize,
    price: f64,
    slope: f64,
    first: usize,
    touches: Vec<usize>,
    /// (row, price) ahead, next last.
    ahead: Vec<(usize, f64)>,
    row: usize,
    breaks: usize,
}

impl Line {
    /// From the row that comes next: a rising one through lows, or a falling one through highs.
    pub(super) fn new(random: &mut Random, up: bool, price: f64, average_range: f64, row: usize) -> Line {
        let sign = if up { 1.0 } else { -1.0 };
        let slope = average_range * (SLOPE[0] + (SLOPE[1] - SLOPE[0]) * random.even());
        let start = row + APPROACH;
        let first_price = sign * price - APPROACH_BY * average_range;
        let count = if random.happens(0.5) { 5 } else { 4 };
        let mut line = Line {
            sign,
            average_range,
            start,
            price: first_price,
            slope,
            first: row,
            touches: vec![start],
            ahead: vec![(start, first_price)],
            row,
            breaks: 0,
        };
        for _ in 1..count {
            let from = line.touches.last().copied().unwrap_or(start);
            let gap = GAP + (GAP_MORE * random.even()) as usize;
            for (part, off) in WAYPOINTS {
                let row = from + (part * gap as f64).round() as usize;
                line.ahead.push((row, line.at(row) + off * average_range));
            }
            line.touches.push(from + gap);
        }
        let last = line.touches.last().copied().unwrap_or(start);
        line.breaks = last + BREAKS_AFTER;
        for (after, off) in [(3, 1.6), (5, 0.8), (7, 1.4), (BREAKS_AFTER, -BREAKS_BY)] {
            line.ahead.push((last + after, line.at(last + after) + off * average_range));
        }
        line.ahead.reverse();
        line
    }

    fn at(&self, row: usize) -> f64 {
        self.price + self.slope * (row as f64 - self.start as f64)
    }

    /// Towards the next waypoint as a Brownian bridge goes: what is left of the way, over what is left of the time.
    pub(super) fn lead(&self, spread: &mut Spread, before: f64) {
        let Some((row, price)) = self.ahead.last() else { return };
        let left = (row + 1).saturating_sub(self.row).max(1) as f64;
        let quiet = QUIET * ((left - 1.0) / left).sqrt().max(0.4);
        spread.mean = ((self.sign * price / before - 1.0) / left).clamp(-0.2, 0.2);
        (spread.gap, spread.inside) = (spread.gap * quiet, spread.inside * quiet);
    }

    pub(super) fn step(mut self, random: &mut Random, bar: &mut Bar, row: usize) -> Step {
        let (line, usual) = (self.at(row), self.average_range);
        let touches = self.touches.contains(&row);
        if row < self.breaks {
            let floor = if touches { line } else { line + CLEAR * usual };
            let (open, close) = (self.sign * bar.open, self.sign * bar.close);
            let back = if touches { (0.3 + 0.3 * random.even()) * usual } else { 0.1 * usual };
            let (open, close) = (open.max(floor + 0.1 * usual), close.max(floor + back));
            let held = self.far_end(bar);
            let near = if touches { floor } else { self.near_end(bar).max(floor) };
            *bar = self.turned(*bar, open, close, held.max(open).max(close), near);
        } else {
            let close = (self.sign * bar.close).min(line - 0.5 * BREAKS_BY * usual);
            let (far, near) = (self.far_end(bar), self.near_end(bar).min(close));
            *bar = self.turned(*bar, self.sign * bar.open, close, far, near);
        }
        if bar.low <= 0.01 {
            return Step::Drops;
        }
        self.row = row + 1;
        while self.ahead.last().is_some_and(|(at, _)| *at <= row) {
            self.ahead.pop();
        }
        if row < self.breaks {
            return Step::Goes(Doing::Line(self));
        }
        // two pivots make a line; every further touch is a test of it, and so is the break
        let held = self.touches.len() as f64 - 2.0;
        let drift = self.slope / self.price.abs() * self.sign;
        let size = EffectSize { drift: Some(drift), bounce_share: Some(held / (held + 1.0)), ..EffectSize::default() };
        let mark = Mark {
            effect: Effect::TrendLine,
            direction: if self.sign > 0.0 { 1 } else { -1 },
            first: self.first,
            complete: self.touches.get(1).copied().unwrap_or(self.start),
            last: row,
            size,
            pivots: self.touches,
        };
        Step::Done(mark, AFTER_LINE)
    }

    /// The end of a bar that is away from the line, and the one that is near it.
    fn far_end(&self, bar: &Bar) -> f64 {
        if self.sign > 0.0 { bar.high } else { -bar.low }
    }

    fn near_end(&self, bar: &Bar) -> f64 {
        if self.sign > 0.0 { bar.low } else { -bar.high }
    }

    fn turned(&self, bar: Bar, open: f64, close: f64, far: f64, near: f64) -> Bar {
        let [open, close] = [open, close].map(|price| self.sign * price);
        let (high, low) = if self.sign > 0.0 { (far, near) } else { (-near, -far) };
        Bar { open, high, low, close, volume: bar.volume }.whole()
    }
}
