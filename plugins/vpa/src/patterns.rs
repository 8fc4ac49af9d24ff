//! The nine patterns: when each is seen, how pronounced it is, and where its levels lie.
//!
//! Every pattern comes in two mirrored forms, so each rule is written once, with `up` for what it
//! predicts. No probability is stated: none has been computed. It refuses to know how it is judged; that
//! is declared in [`crate::predictions`].

use crate::candle::CandleClass;
use crate::reading::Reading;
use crate::settings::Settings;
use crate::volume::VolumeClass;

/// A pattern; its number is its place in [`Seen`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A trading range after a fall in which rising rows have the volume.
    Accumulation,
    /// A trading range after a rise in which falling rows have the volume.
    Distribution,
    /// The last rush into a rise.
    BuyingClimax,
    /// The last rush out of a fall.
    SellingClimax,
    /// The market dips and nobody sells.
    TestOfSupply,
    /// The market lifts and nobody buys.
    TestOfDemand,
    /// Much volume moves the price little.
    EffortWithoutResult,
    /// Support is touched and holds on this row.
    SupportTest,
    /// Resistance is touched and holds on this row.
    ResistanceTest,
}

/// Every kind, in the order of their numbers.
pub const KINDS: [Kind; 9] = [
    Kind::Accumulation,
    Kind::Distribution,
    Kind::BuyingClimax,
    Kind::SellingClimax,
    Kind::TestOfSupply,
    Kind::TestOfDemand,
    Kind::EffortWithoutResult,
    Kind::SupportTest,
    Kind::ResistanceTest,
];

/// A climax closes at least this share of its range away from the end that it ran to.
const RECOVERED: f64 = 1.0 / 3.0;
/// Least share by which one side's volume outweighs the other's in a trading range.
const BALANCE: f64 = 0.1;
/// How near to a level counts as a touch, in average ranges.
pub const TOUCH: f64 = 0.25;

/// A pattern as it is seen on a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// Whether it predicts a rise.
    pub up: bool,
    /// How pronounced, 0 to 1.
    pub strength: f64,
    /// Entry, stop and target as prices; NaN where there is none.
    pub levels: [f64; 3],
    /// The numbers that the plan declares for the pattern.
    pub evidence: [f64; 3],
}

/// The patterns of one row, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Seen([Option<Found>; KINDS.len()]);

impl Seen {
    /// The pattern of this kind.
    #[inline]
    pub fn found(&self, kind: Kind) -> Option<Found> {
        self.0[kind as usize]
    }

    /// What a row with these patterns would have seen.
    #[cfg(test)]
    pub fn of(kinds: &[Kind]) -> Seen {
        let mut seen = Seen::default();
        for kind in kinds {
            seen.0[*kind as usize] = Some(Found { up: true, strength: 1.0, levels: NO_LEVELS, evidence: [0.0; 3] });
        }
        seen
    }

    /// Whether there is a pattern of this kind.
    #[inline]
    pub fn has(&self, kind: Kind) -> bool {
        self.0[kind as usize].is_some()
    }
}

/// Looks for patterns; remembers what still lasts, so that each is said once.
pub struct Patterns {
    settings: Settings,
    /// A trading range that was seen and lasts: falling, rising volume.
    ranging: [bool; 2],
    /// A level that is being touched: resistance, support.
    touching: [bool; 2],
}

const NO_LEVELS: [f64; 3] = [f64::NAN; 3];

impl Patterns {
    /// Nothing seen yet.
    pub fn new(settings: Settings) -> Patterns {
        Patterns { settings, ranging: [false; 2], touching: [false; 2] }
    }

    /// The patterns of the next reading.
    pub fn find(&mut self, reading: &Reading) -> Seen {
        let mut seen = Seen::default();
        for (up, range, climax, test, touch) in [
            (true, Kind::Accumulation, Kind::SellingClimax, Kind::TestOfSupply, Kind::SupportTest),
            (false, Kind::Distribution, Kind::BuyingClimax, Kind::TestOfDemand, Kind::ResistanceTest),
        ] {
            let found = self.trading_range(reading, up);
            seen.0[range as usize] = fresh(&mut self.ranging[usize::from(up)], found);
            seen.0[climax as usize] = self.climax(reading, up);
            seen.0[test as usize] = self.test(reading, up);
            let found = self.level_test(reading, up);
            seen.0[touch as usize] = fresh(&mut self.touching[usize::from(up)], found);
        }
        seen.0[Kind::EffortWithoutResult as usize] = self.effort_without_result(reading);
        seen
    }

    /// After a move, as many rows again without one, in a low range, where the volume of the rows
    /// against that move outweighs; and the close has come to the far half. Wyckoff's law of cause and
    /// effect: the target lies the height of the range away.
    fn trading_range(&self, reading: &Reading, up: bool) -> Option<Found> {
        let Reading { bar, trend, .. } = reading;
        if trend.direction != 0.0 || trend.before != -sign(up) || trend.balance * sign(up) < BALANCE {
            return None;
        }
        let (highest, lowest) = (reading.highest_before.max(bar.high), reading.lowest_before.min(bar.low));
        let height = highest - lowest;
        let height_max = self.settings.range_height * reading.average_range;
        let middle = (highest + lowest) / 2.0;
        let far = if up { bar.close > middle } else { bar.close < middle };
        (height <= height_max && far).then(|| Found {
            up,
            // half for twice the least balance and more, half for a low range
            strength: half(trend.balance.abs() / (2.0 * BALANCE)) + half(1.0 - height / height_max),
            levels: [f64::NAN, if up { lowest } else { highest }, bar.close + sign(up) * height],
            evidence: [lowest, highest, trend.balance],
        })
    }

    /// At the end of a trend a wide bar on very high volume runs to a new extreme and cannot close there.
    fn climax(&self, reading: &Reading, up: bool) -> Option<Found> {
        let Reading { bar, candle, volume, trend, average_range, .. } = reading;
        let extreme = if up { bar.low } else { bar.high };
        let beyond = if up { extreme < reading.lowest_before } else { extreme > reading.highest_before };
        let recovered = recovered(reading, up);
        let wide = candle.spread_ratio >= self.settings.spread.wide;
        let climax = volume.class == VolumeClass::VeryHigh && wide && beyond && trend.direction == -sign(up);
        (climax && recovered >= RECOVERED).then(|| Found {
            up,
            // half for twice the volume of a climax and more, half for the way back
            strength: half(volume.ratio / (2.0 * self.settings.volume.climax)) + half(recovered),
            levels: [
                f64::NAN,
                bar.close - sign(up) * self.settings.stop * average_range,
                bar.close + sign(up) * self.settings.target * average_range,
            ],
            evidence: [volume.ratio, candle.spread_ratio, extreme],
        })
    }

    /// Not against a trend, the price probes beyond the bar before on less volume than either of the two
    /// bars before, and comes back: that side is not there (Williams: no supply, no demand).
    fn test(&self, reading: &Reading, up: bool) -> Option<Found> {
        let Reading { bar, before, candle, volume, trend, .. } = reading;
        let probe = if up { bar.low } else { bar.high };
        let probed = if up { probe < before[0].low } else { probe > before[0].high };
        let dry = volume.class <= VolumeClass::Low && before.iter().all(|earlier| bar.volume < earlier.volume);
        let wide = candle.spread_ratio >= self.settings.spread.wide;
        let recovered = recovered(reading, up);
        (probed && dry && !wide && recovered > 0.5 && trend.direction != -sign(up)).then(|| Found {
            up,
            // half for how little was traded, half for the way back
            strength: half(1.0 - volume.ratio / self.settings.volume.low) + half(recovered),
            levels: NO_LEVELS,
            evidence: [volume.ratio, candle.spread_ratio, probe],
        })
    }

    /// High volume in a narrow bar: somebody stands in its way, so it points the other way.
    fn effort_without_result(&self, reading: &Reading) -> Option<Found> {
        let Reading { candle, volume, effort_result, .. } = reading;
        let up = match candle.class {
            CandleClass::NarrowUp => false,
            CandleClass::NarrowDown => true,
            _ => return None,
        };
        (volume.class >= VolumeClass::High).then(|| Found {
            up,
            strength: (effort_result / self.settings.volume.climax).clamp(0.0, 1.0),
            levels: NO_LEVELS,
            evidence: [volume.ratio, candle.spread_ratio, *effort_result],
        })
    }

    /// A level that stood before this row is touched, and the close has not broken it.
    fn level_test(&self, reading: &Reading, up: bool) -> Option<Found> {
        let Reading { bar, volume, levels, .. } = reading;
        let reach = TOUCH * reading.average_range;
        let (level, probe, tested) = if up {
            (levels.support_before, bar.low, levels.tested_support(bar.low, bar.close, reach))
        } else {
            (levels.resistance_before, bar.high, levels.tested_resistance(bar.high, bar.close, reach))
        };
        tested.then(|| Found {
            up,
            // half for a touch on the point, half for little volume
            strength: half(1.0 - (probe - level.price).abs() / reach)
                + half(1.0 - volume.ratio / self.settings.volume.climax),
            levels: [level.price, f64::NAN, f64::NAN],
            evidence: [level.price, (levels.row - level.row) as f64, volume.ratio],
        })
    }
}

fn sign(up: bool) -> f64 {
    if up { 1.0 } else { -1.0 }
}

/// Half of the strength, for a measure that is full at 1.
fn half(measure: f64) -> f64 {
    0.5 * measure.clamp(0.0, 1.0)
}

/// How far the close came back from the end that a row probed, as a share of the range.
fn recovered(reading: &Reading, up: bool) -> f64 {
    let position = reading.candle.close_position;
    if up { position } else { 1.0 - position }
}

/// What lasts over several rows is said on its first.
fn fresh(lasts: &mut bool, found: Option<Found>) -> Option<Found> {
    let lasted = std::mem::replace(lasts, found.is_some());
    found.filter(|_| !lasted)
}
