//! One bar: a gap, a move, and the path between them.

use super::levels::Levels;
use super::random::Random;
use super::state::Spread;

/// A gap or a move is cut here on both sides alike, so that no price falls to nothing in one step.
const MOVE_MAX: f64 = 0.5;
/// How often a wall turns a price back.
const WALL_HOLDS: f64 = 0.6;
/// A bar of high volume for no reason, and one that moved 2.5 times as far as typical.
const CLIMAX: f64 = 0.008;
const CLIMAX_AFTER_MOVE: f64 = 0.3;

/// Prices in whole cents; volume in whole shares.
pub(super) struct Bar {
    pub(super) open: f64,
    pub(super) high: f64,
    pub(super) low: f64,
    pub(super) close: f64,
    pub(super) volume: f64,
}

impl Bar {
    /// The bar after a close. `walls` are given when they hold; `typical` is the long-run spread of a bar, `volume`
    /// its usual volume.
    pub(super) fn next(
        random: &mut Random,
        before: f64,
        spread: &Spread,
        walls: Option<&Levels>,
        typical: f64,
        volume: f64,
    ) -> Bar {
        let step = |mean: f64, spread: f64, drawn: f64| 1.0 + (mean + spread * drawn).clamp(-MOVE_MAX, MOVE_MAX);
        let gap = step(0.0, spread.gap, random.fat());
        let open = random.cents(before * gap);
        let inside = step(spread.mean, spread.inside, random.fat());
        let mut close = random.cents(open * inside);
        let (mut touched_above, mut touched_below) = (open, open);
        if let Some(walls) = walls {
            if open < walls.call_wall && close > walls.call_wall && random.happens(WALL_HOLDS) {
                touched_above = walls.call_wall;
                close = random.cents(1.5 * walls.call_wall - 0.5 * close);
            } else if open > walls.put_support && close < walls.put_support && random.happens(WALL_HOLDS) {
                touched_below = walls.put_support;
                close = random.cents(1.5 * walls.put_support - 0.5 * close);
            }
        }
        // highest and lowest point of a Brownian path with both ends given (P. Glasserman, Monte Carlo Methods in
        // Financial Engineering, 2004, example 2.2.3), each drawn for itself
        let variance = (open * spread.inside) * (open * spread.inside);
        let mut reach = || ((close - open) * (close - open) - 2.0 * variance * libm::log(random.even())).sqrt();
        let nearest = |price: f64| (price * 100.0).round() / 100.0;
        let high = nearest((open + close + reach()) / 2.0).max(open).max(close).max(touched_above);
        let low = nearest((open + close - reach()) / 2.0).max(0.01).min(open).min(close).min(touched_below);
        let moved = (close - before).abs() / (before * typical);
        let climax = random.happens(if moved > 2.5 { CLIMAX_AFTER_MOVE } else { CLIMAX });
        let climax = if climax { 2.5 + 2.0 * random.even() } else { 1.0 };
        let noise = libm::exp(0.3 * random.normal());
        let volume = volume * spread.activity * (0.5 + 0.7 * moved) * noise * climax;
        Bar { open, high, low, close, volume: volume.round().max(1.0) }
    }
}
