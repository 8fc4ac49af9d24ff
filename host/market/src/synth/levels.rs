//! Stand-ins for what an option chain would say: gamma exposure and its levels.
//!
//! They come from the state that moves the price, not from options. Promises that a day's levels were known at the
//! close before it.

use super::random::Random;

/// Strikes lie so far apart that a hundred steps reach the price.
const STEPS: [f64; 12] = [0.01, 0.05, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0];

/// Levels of one day, in dollars.
pub(super) struct Levels {
    /// Above it dealers are long gamma.
    pub(super) flip: f64,
    pub(super) call_wall: f64,
    pub(super) put_support: f64,
}

impl Levels {
    pub(super) fn new(random: &mut Random, close: f64, gamma_total: f64, volatility: f64) -> Levels {
        let mut levels = Levels { flip: close, call_wall: 0.0, put_support: 0.0 };
        levels.next_day(random, close, gamma_total, volatility, true);
        levels
    }

    /// The levels after a close. Walls stay for a week, or until a close is beyond one.
    pub(super) fn next_day(
        &mut self,
        random: &mut Random,
        close: f64,
        gamma_total: f64,
        volatility: f64,
        new_week: bool,
    ) {
        let below = 0.006 * gamma_total / 1e9 * libm::exp(0.15 * random.normal());
        self.flip = (close * (1.0 - below) * 100.0).round() / 100.0;
        let (above, under) = (1.5 + 2.0 * random.even(), 1.5 + 2.0 * random.even());
        if new_week || close > self.call_wall || close < self.put_support {
            let step = STEPS.iter().find(|step| **step * 100.0 >= close).unwrap_or(&STEPS[STEPS.len() - 1]);
            let strike = |count: f64| (count * step * 100.0).round() / 100.0;
            self.call_wall = strike((close * (1.0 + volatility * above) / step).ceil());
            self.put_support = strike((close * (1.0 - volatility * under) / step).floor());
        }
    }
}
