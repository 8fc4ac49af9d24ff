//! What moves an instrument and is never shown: its volatility, its drift and the dealers' gamma.
//!
//! Promises that a day's state is settled before the day's first price. In a null market nothing of it reaches the
//! prices: every bar's volatility is drawn anew from the distribution that the other kind has in the long run.

use super::random::Random;

/// How much of the gamma and of the logarithm of the volatility is left after a day.
const GAMMA_KEPT: f64 = 0.93;
const VOLATILITY_KEPT: f64 = 0.97;
/// Total gamma stays between −7.7e9 and 12.7e9 dollars.
const GAMMA_MAX: f64 = 3.2;
/// Spread of the logarithm of the volatility, without the part that gamma adds.
const VOLATILITY_SPREAD: f64 = 0.45;
/// What gamma takes from that logarithm: dealers that are long gamma sell highs and buy lows.
const GAMMA_CALMS: f64 = 0.4;
/// Of the logarithm of the volatility as a whole.
const VARIANCE: f64 = VOLATILITY_SPREAD * VOLATILITY_SPREAD + GAMMA_CALMS * GAMMA_CALMS;
/// Share of a day's variance that lies between two sessions, and of a minute's between two minutes.
const OVERNIGHT: f64 = 0.25;
const BETWEEN_MINUTES: f64 = 0.02;
/// How much of the last move goes on where gamma is negative, and comes back where it is positive.
const CONTINUES: f64 = 0.25;
const RETURNS: f64 = -0.05;
/// Days of a regime on average, and its drift in units of the day's volatility.
const REGIME_DAYS: f64 = 50.0;
const TREND: f64 = 0.12;

/// One-minute bars of a session.
pub(super) const MINUTES: usize = 390;

/// The hidden state of one instrument on one day.
pub(super) struct State {
    null: bool,
    /// Of daily returns, in the long run.
    volatility_typical: f64,
    log_volatility: f64,
    /// Standard normal in the long run.
    gamma: f64,
    regime: Regime,
    /// The last day's return in units of what was usual then.
    surprise: f64,
}

#[derive(Copy, Clone)]
enum Regime {
    Trend(f64),
    /// Around a price.
    Range(f64),
}

/// How the next bar is drawn, as ratios of the price.
pub(super) struct Spread {
    /// Between the last close and the open.
    pub(super) gap: f64,
    /// Between open and close.
    pub(super) inside: f64,
    pub(super) mean: f64,
    /// 1 on average: the busier part of a session has more volume, too.
    pub(super) activity: f64,
}

impl State {
    pub(super) fn new(random: &mut Random, null: bool, close: f64) -> State {
        State {
            null,
            // one for all where nothing is to be found: the wilder instrument would be known by its past
            volatility_typical: if null { 0.0144 } else { 0.008 + 0.012 * random.even() },
            log_volatility: VOLATILITY_SPREAD * random.normal(),
            gamma: random.normal(),
            regime: Regime::Range(close),
            surprise: 0.0,
        }
    }

    /// Of a bar among so many a day.
    pub(super) fn volatility_typical(&self, bars: usize) -> f64 {
        self.volatility_typical / (bars as f64).sqrt()
    }

    /// Of this day.
    fn volatility(&self) -> f64 {
        self.volatility_of(self.log_volatility - GAMMA_CALMS * self.gamma)
    }

    /// Its square is that of the typical one in the mean.
    fn volatility_of(&self, logarithm: f64) -> f64 {
        self.volatility_typical * libm::exp(logarithm - VARIANCE)
    }

    /// In dollars for a move of 1 %, whole millions. Below −2e9 on one day in twelve.
    pub(super) fn gamma_total(&self) -> f64 {
        (2500.0 + 3200.0 * self.gamma).round() * 1e6
    }

    /// Whether walls turn prices back.
    pub(super) fn walls_hold(&self) -> bool {
        !self.null && self.gamma_total() > 0.0
    }

    /// Goes on to the next day, from the return of the one before and its close. A fall takes gamma away.
    pub(super) fn next_day(&mut self, random: &mut Random, close: f64, day_return: f64) {
        let left = |kept: f64| (1.0 - kept * kept).sqrt();
        // measured by the day's own volatility: otherwise a wild spell would feed itself
        let usual = if self.null { self.volatility_typical } else { self.volatility() };
        self.surprise = (day_return / usual).clamp(-3.0, 3.0);
        let news = 0.9 * random.normal() + 0.436 * self.surprise;
        self.gamma = (GAMMA_KEPT * self.gamma + left(GAMMA_KEPT) * news).clamp(-GAMMA_MAX, GAMMA_MAX);
        let news = VOLATILITY_SPREAD * random.normal();
        self.log_volatility = VOLATILITY_KEPT * self.log_volatility + left(VOLATILITY_KEPT) * news;
        if random.happens(1.0 / REGIME_DAYS) {
            let drawn = random.even();
            self.regime = match drawn {
                ..0.3 => Regime::Trend(TREND),
                0.3..0.5 => Regime::Trend(-TREND),
                _ => Regime::Range(close),
            };
        }
    }

    /// The next bar's spread: a whole day, or a minute of a session.
    pub(super) fn spread(&self, random: &mut Random, minute: Option<usize>, close: f64, last_return: f64) -> Spread {
        let bars = if minute.is_some() { MINUTES as f64 } else { 1.0 };
        let between = if minute.is_some() { BETWEEN_MINUTES } else { OVERNIGHT };
        let volatility = match self.null {
            true => self.volatility_of(VARIANCE.sqrt() * random.normal()),
            false => self.volatility(),
        };
        let bar = volatility / bars.sqrt();
        // a session begins and ends busier than its middle; its mean is 1
        let activity = minute.map_or(1.0, |minute| {
            let from_noon = 2.0 * minute as f64 / (MINUTES - 1) as f64 - 1.0;
            0.7 + 0.9 * from_noon * from_noon
        });
        let (gap, inside) = (bar * between.sqrt(), bar * (1.0 - between).sqrt());
        if self.null {
            return Spread { gap, inside, mean: 0.0, activity };
        }
        let drift = match self.regime {
            Regime::Trend(drift) => drift,
            Regime::Range(middle) => -0.04 * ((close / middle - 1.0) / self.volatility_typical).clamp(-5.0, 5.0),
        };
        let goes_on = if self.gamma_total() < 0.0 { CONTINUES } else { RETURNS };
        let day_mean = (drift + goes_on * self.surprise) * volatility;
        match minute {
            None => Spread { gap, inside, mean: day_mean, activity },
            Some(minute) => {
                let session = (1.0 - OVERNIGHT).sqrt() * activity;
                let gap = if minute == 0 { volatility * OVERNIGHT.sqrt() } else { gap * session };
                // a part of the momentum is within the session
                let mean = day_mean / bars + 0.4 * goes_on * last_return;
                Spread { gap, inside: inside * session, mean, activity }
            }
        }
    }
}
