//! One bar: a gap, a path with what hedging adds to it, and what it traded.

use super::hedging::{Hedging, LATE};
use super::random::Random;
use super::state::Spread;

/// A gap or a move is cut here on both sides alike, so that no price falls to nothing in one step.
const MOVE_MAX: f64 = 0.5;
/// A bar of high volume for no reason, and one that moved 2.5 times as far as typical.
const CLIMAX: f64 = 0.008;
const CLIMAX_AFTER_MOVE: f64 = 0.3;

/// Prices in whole cents; volume in whole shares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bar {
    pub(super) open: f64,
    pub(super) high: f64,
    pub(super) low: f64,
    pub(super) close: f64,
    pub(super) volume: f64,
}

/// What bars of one day have in common.
pub(super) struct Day<'a> {
    pub(super) hedging: &'a Hedging,
    /// A bar's path has so many steps; at each gamma is that of the price.
    pub(super) steps: u32,
    /// The long-run spread of a bar.
    pub(super) typical: f64,
    /// The usual volume of a bar.
    pub(super) volume: f64,
}

impl Bar {
    /// The bar after a close. `owed` is what hedging of the last bar is still to do.
    pub(super) fn next(random: &mut Random, before: f64, spread: &Spread, owed: f64, day: &Day<'_>) -> Bar {
        let gap = spread.gap * (1.0 + day.hedging.response(before)) * random.fat();
        let open = random.cents(before * (1.0 + gap.clamp(-MOVE_MAX, MOVE_MAX)));
        let steps = f64::from(day.steps);
        let (mean, width) = (spread.mean / steps, spread.inside * random.width() / steps.sqrt());
        let (mut price, mut high, mut low, mut owed) = (open, open, open, owed);
        for _ in 0..day.steps {
            let response = day.hedging.response(price);
            let width = width * (1.0 + response);
            let moved = (mean + owed + width * random.normal()).clamp(-MOVE_MAX, MOVE_MAX);
            let next = price * (1.0 + moved);
            // highest and lowest point of a Brownian path with both ends given (P. Glasserman, Monte Carlo Methods
            // in Financial Engineering, 2004, example 2.2.3), each drawn for itself
            let variance = (price * width) * (price * width);
            let mut reach = || ((next - price) * (next - price) - 2.0 * variance * libm::log(random.even())).sqrt();
            high = high.max((price + next + reach()) / 2.0);
            low = low.min((price + next - reach()) / 2.0);
            (price, owed) = (next, LATE * response * moved);
        }
        let close = random.cents(price);
        let moved = (close - before).abs() / (before * day.typical);
        let climax = random.happens(if moved > 2.5 { CLIMAX_AFTER_MOVE } else { CLIMAX });
        let climax = if climax { 2.0 + 2.0 * random.even() } else { 1.0 };
        let noise = libm::exp(0.3 * random.normal());
        let volume = day.volume * spread.activity * (0.5 + 0.7 * moved) * noise * climax;
        Bar { open, high, low, close, volume }.whole()
    }

    /// In whole cents and shares, with a range that holds open and close.
    pub(super) fn whole(self) -> Bar {
        let cents = |price: f64| ((price * 100.0).round() / 100.0).max(0.01);
        let (open, close) = (cents(self.open), cents(self.close));
        let (high, low) = (cents(self.high).max(open).max(close), cents(self.low).min(open).min(close));
        Bar { open, high, low, close, volume: self.volume.round().max(1.0) }
    }

    pub(super) fn range(&self) -> f64 {
        self.high - self.low
    }

    /// (close − low) ÷ range.
    pub(super) fn position(&self) -> f64 {
        if self.range() > 0.0 { (self.close - self.low) / self.range() } else { 0.5 }
    }
}
