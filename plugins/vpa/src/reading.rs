//! What is known on one row: the reading that patterns and rules look at.
//!
//! The reader holds all state that comes from rows. It promises that a reading depends on this row and
//! those before it, and that a skipped row changes nothing but how long ago things are.

use tapewright_sdk::indicators::{Highest, Lowest, Sma};

use crate::candle::{Bar, Candle};
use crate::levels::{LevelReading, Levels};
use crate::settings::Settings;
use crate::trend::{Trend, TrendReading};
use crate::volume::{Volume, VolumeAverage};

/// One row as volume price analysis sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// The bar.
    pub bar: Bar,
    /// The bar before, and the one before that.
    pub before: [Bar; 2],
    /// Anatomy of the bar.
    pub candle: Candle,
    /// Volume against its average.
    pub volume: Volume,
    /// Volume ratio − spread ratio: above 0 more effort than result (Wyckoff's third law).
    pub effort_result: f64,
    /// Trend over the last rows.
    pub trend: TrendReading,
    /// Support and resistance.
    pub levels: LevelReading,
    /// Mean range of the rows before, in price, above 0.
    pub average_range: f64,
    /// Highest high of the `trend` rows before.
    pub highest_before: f64,
    /// Lowest low of the `trend` rows before.
    pub lowest_before: f64,
}

/// State over the rows so far.
pub struct Reader {
    settings: Settings,
    volume: VolumeAverage,
    range: Sma,
    trend: Trend,
    levels: Levels,
    highest: Highest,
    lowest: Lowest,
    average_range: f64,
    highest_before: f64,
    lowest_before: f64,
    before: [Option<Bar>; 2],
}

impl Reader {
    /// No rows yet.
    pub fn new(settings: Settings) -> Reader {
        Reader {
            settings,
            volume: VolumeAverage::new(settings.period, settings.volume),
            range: Sma::new(settings.period),
            trend: Trend::new(settings.trend, settings.trend_min),
            levels: Levels::new(settings.level),
            highest: Highest::new(settings.trend),
            lowest: Lowest::new(settings.trend),
            average_range: f64::NAN,
            highest_before: f64::NAN,
            lowest_before: f64::NAN,
            before: [None; 2],
        }
    }

    /// A row that cannot be read.
    pub fn skip(&mut self) {
        self.levels.skip();
    }

    /// Reads the next bar. None while an average is not known yet, and when nothing was traded or no
    /// price moved in a whole period: then a ratio means nothing.
    #[inline]
    pub fn read(&mut self, bar: Bar) -> Option<Reading> {
        // every part sees every row, whatever becomes of the reading
        let volume = self.volume.read(bar.volume);
        let trend = self.trend.update(bar.close, bar.volume);
        let levels = self.levels.update(bar.high, bar.low, bar.close);
        let average_range = std::mem::replace(&mut self.average_range, self.range.update(bar.range()));
        let highest_before = std::mem::replace(&mut self.highest_before, self.highest.update(bar.high));
        let lowest_before = std::mem::replace(&mut self.lowest_before, self.lowest.update(bar.low));
        let before = self.before;
        self.before = [Some(bar), before[0]];

        let (volume, trend) = (volume?, trend?);
        if !(average_range > 0.0 && highest_before.is_finite() && lowest_before.is_finite()) {
            return None;
        }
        let candle = Candle::new(&bar, average_range, self.settings.spread);
        Some(Reading {
            bar,
            before: [before[0]?, before[1]?],
            candle,
            volume,
            effort_result: volume.ratio - candle.spread_ratio,
            trend,
            levels,
            average_range,
            highest_before,
            lowest_before,
        })
    }
}
