//! What moves an instrument and is never shown: its volatility, its drift and how busy it is.
//!
//! Promises that a day's state is settled before the day's first price. In a null market nothing of it reaches the
//! prices: every bar's volatility is drawn anew from the distribution that the other kind has in the long run.

use super::random::Random;

/// How much of the logarithm of the volatility is left after a day, and its spread.
const VOLATILITY_KEPT: f64 = 0.97;
const VOLATILITY_SPREAD: f64 = 0.4;
/// A calm regime has so much less of that logarithm, a volatile one so much more.
const REGIME_VOLATILITY: f64 = 0.3;
/// Takes the mean of the square of all that to 1: spread² + ln cosh(2 × regime) ÷ 2.
const VOLATILITY_MEAN: f64 = 0.245;
/// What a fall of one usual day adds to the news of the volatility.
const FALL: f64 = 0.35;
/// The same of how busy the instrument is.
const BUSY_KEPT: f64 = 0.9;
const BUSY_SPREAD: f64 = 0.2;
/// Share of a day's variance that lies between two sessions, and of a minute's between two minutes.
const OVERNIGHT: f64 = 0.25;
const BETWEEN_MINUTES: f64 = 0.02;
/// Days of a regime on average.
const DRIFT_DAYS: f64 = 50.0;
const VOLATILITY_DAYS: f64 = 40.0;
/// Drift of a trend in units of the day's volatility, and how a range draws back by units of distance.
const TREND: f64 = 0.12;
pub(super) const RANGE: f64 = 0.03;
/// Trading days of a year.
const YEAR: f64 = 252.0;

/// What the volatility of a volatile regime is to that of a calm one.
pub(super) fn volatile_factor() -> f64 {
    libm::exp(2.0 * REGIME_VOLATILITY)
}

/// One-minute bars of a session.
pub(super) const MINUTES: usize = 390;

/// The hidden state of one instrument on one day.
pub(super) struct State {
    null: bool,
    /// Of daily returns, in the long run.
    volatility_typical: f64,
    log_volatility: f64,
    log_busy: f64,
    regime: Regime,
    /// The last day's return in units of what was usual then.
    surprise: f64,
}

/// Four regimes, and two of the four with a sign: a Markov chain of two independent parts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Regime {
    pub(super) drift: Drift,
    pub(super) volatile: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Drift {
    Rise,
    Fall,
    /// Around a price.
    Range(f64),
}

/// How the next bar is drawn, as ratios of the price.
#[derive(Clone, Copy)]
pub(super) struct Spread {
    /// Between the last close and the open.
    pub(super) gap: f64,
    /// Between open and close.
    pub(super) inside: f64,
    pub(super) mean: f64,
    /// 1 on average: the busier part of a session has more volume, too.
    pub(super) activity: f64,
}

impl Spread {
    /// Of the bar as a whole.
    pub(super) fn volatility(&self) -> f64 {
        (self.gap * self.gap + self.inside * self.inside).sqrt()
    }
}

impl State {
    pub(super) fn new(random: &mut Random, null: bool, close: f64) -> State {
        State {
            null,
            // one for all where nothing is to be found: the wilder instrument would be known by its past
            volatility_typical: if null { 0.0144 } else { 0.008 + 0.012 * random.even() },
            log_volatility: VOLATILITY_SPREAD * random.normal(),
            log_busy: BUSY_SPREAD * random.normal(),
            regime: Regime { drift: Drift::Range(close), volatile: random.happens(0.5) },
            surprise: 0.0,
        }
    }

    /// Of a bar among so many a day.
    pub(super) fn volatility_typical(&self, bars: usize) -> f64 {
        self.volatility_typical / (bars as f64).sqrt()
    }

    /// A year's: this day's, and in the long run.
    pub(super) fn volatility_year(&self) -> [f64; 2] {
        [self.volatility(), self.volatility_typical].map(|day| day * YEAR.sqrt())
    }

    pub(super) fn regime(&self) -> Regime {
        self.regime
    }

    /// Mean return of this day, as far as the regime makes it.
    pub(super) fn drift(&self, close: f64) -> f64 {
        let drift = match self.regime.drift {
            Drift::Rise => TREND,
            Drift::Fall => -TREND,
            Drift::Range(middle) => -RANGE * ((close / middle - 1.0) / self.volatility_typical).clamp(-5.0, 5.0),
        };
        drift * self.volatility()
    }

    /// The last day's return in units of what was usual then, between −3 and 3.
    pub(super) fn surprise(&self) -> f64 {
        self.surprise
    }

    /// What a usual day's volume is multiplied by; 1 in the mean.
    pub(super) fn busy(&self) -> f64 {
        libm::exp(self.log_busy - 0.5 * BUSY_SPREAD * BUSY_SPREAD)
    }

    /// Of this day.
    fn volatility(&self) -> f64 {
        self.volatility_of(self.log_volatility, self.regime.volatile)
    }

    /// Its square is that of the typical one in the mean.
    fn volatility_of(&self, logarithm: f64, volatile: bool) -> f64 {
        let regime = if volatile { REGIME_VOLATILITY } else { -REGIME_VOLATILITY };
        self.volatility_typical * libm::exp(logarithm + regime - VOLATILITY_MEAN)
    }

    /// Goes on to the next day, from the return of the one before and its close. A fall makes it wilder.
    pub(super) fn next_day(&mut self, random: &mut Random, close: f64, day_return: f64) {
        let left = |kept: f64| (1.0 - kept * kept).sqrt();
        // measured by the day's own volatility: otherwise a wild spell would feed itself
        let usual = if self.null { self.volatility_typical } else { self.volatility() };
        self.surprise = (day_return / usual).clamp(-3.0, 3.0);
        let news = VOLATILITY_SPREAD * ((1.0 - FALL * FALL).sqrt() * random.normal() - FALL * self.surprise);
        self.log_volatility = VOLATILITY_KEPT * self.log_volatility + left(VOLATILITY_KEPT) * news;
        self.log_busy = BUSY_KEPT * self.log_busy + left(BUSY_KEPT) * BUSY_SPREAD * random.normal();
        if random.happens(1.0 / VOLATILITY_DAYS) {
            self.regime.volatile = !self.regime.volatile;
        }
        if random.happens(1.0 / DRIFT_DAYS) {
            let drawn = random.even();
            self.regime.drift = match drawn {
                ..0.28 => Drift::Rise,
                0.28..0.5 => Drift::Fall,
                _ => Drift::Range(close),
            };
        }
    }

    /// The next bar's spread: a whole day, or a minute of a session.
    pub(super) fn spread(&self, random: &mut Random, minute: Option<usize>, close: f64) -> Spread {
        let bars = if minute.is_some() { MINUTES as f64 } else { 1.0 };
        let between = if minute.is_some() { BETWEEN_MINUTES } else { OVERNIGHT };
        let volatility = match self.null {
            true => self.volatility_of(VOLATILITY_SPREAD * random.normal(), random.happens(0.5)),
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
        let mean = self.drift(close) / bars;
        match minute {
            None => Spread { gap, inside, mean, activity },
            Some(minute) => {
                let session = (1.0 - OVERNIGHT).sqrt() * activity;
                let gap = if minute == 0 { volatility * OVERNIGHT.sqrt() } else { gap * session };
                Spread { gap, inside: inside * session, mean, activity }
            }
        }
    }
}
