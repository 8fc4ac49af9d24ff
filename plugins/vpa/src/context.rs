//! A second timeframe beside the rows: a higher one from its closed bars, a lower one from what another `vpa` says on it.
//!
//! A row of the higher timeframe is read once, on the first row that shows it closed. Nothing of this is declared unless a
//! parameter asks for it, so that data without a finer timeframe can be read too.

use tapewright_sdk::prelude::*;

use crate::candle::Bar;
use crate::reading::{Reader, Reading};
use crate::rules::Action;
use crate::settings::Settings;

/// The word for no second timeframe.
pub const NONE: &str = "none";
/// Timeframes that can be the higher one.
pub const HIGHER: &[&str] = &[NONE, "15m", "30m", "1h", "4h", "1d", "1w"];

/// Name, summary and unit of what the higher timeframe fills.
const COLUMNS: [(&str, &str, &str); 6] = [
    ("higher_trend", "Trend of the higher timeframe: 1 up, −1 down, 0 none", ""),
    ("higher_validated", "1 its volume confirms its trend, −1 contradicts it, 0 unclear", ""),
    ("higher_effort_result", "Its volume_ratio − spread_ratio", ""),
    ("higher_support", "Its nearest unbroken pivot low at or below its close", "price"),
    ("higher_resistance", "Its nearest unbroken pivot high at or above its close", "price"),
    ("agreement", "1 both trends have one direction, −1 opposite ones, 0 either has none", ""),
];

/// What is read beside the rows.
pub struct Context {
    higher: Option<Higher>,
    lower: Option<(Column, OutputColumn)>,
}

struct Higher {
    time: Column,
    prices: [Column; 5],
    outputs: [OutputColumn; COLUMNS.len()],
    reader: Reader,
    /// Since when the last closed bar holds.
    seen: f64,
    reading: Option<Reading>,
}

impl Context {
    /// Declares what the parameters ask for.
    pub fn declare(setup: &mut Setup, settings: Settings) -> Context {
        let timeframe = setup.text("higher").to_owned();
        let higher = (timeframe != NONE).then(|| {
            setup.warm_up_of(&timeframe, settings.warm_up());
            let of = |name: &str| format!("{name}:{timeframe}");
            Higher {
                time: setup.column(&of("time")),
                prices: ["open", "high", "low", "close", "volume"].map(|name| setup.column(&of(name))),
                outputs: COLUMNS.map(|(name, summary, unit)| setup.output(name, summary, unit)),
                reader: Reader::new(settings),
                seen: f64::NAN,
                reading: None,
            }
        });
        let lower = setup.text("lower").to_owned();
        let lower = (lower != NONE).then(|| {
            (setup.column(&lower), setup.output("lower", "What the column of the parameter `lower` last said", ""))
        });
        Context { higher, lower }
    }

    /// A row: reads the bar that has closed since the one before.
    #[inline]
    pub fn read(&mut self, row: &Row) {
        let Some(higher) = &mut self.higher else { return };
        let time = row[higher.time];
        if time.is_nan() || time == higher.seen {
            return;
        }
        higher.seen = time;
        let [open, high, low, close, volume] = higher.prices.map(|column| row[column]);
        match Bar::new(open, high, low, close, volume) {
            Some(bar) => higher.reading = higher.reader.read(bar).or(higher.reading),
            None => higher.reader.skip(),
        }
    }

    /// How much surer, in steps of conviction, an action is for going with the higher timeframe's trend.
    #[inline]
    pub fn surer(&self, action: Action) -> i8 {
        let trend =
            self.higher.as_ref().and_then(|higher| higher.reading).map_or(0.0, |reading| reading.trend.direction);
        (f64::from(action as i8) * trend) as i8
    }

    /// Fills its output columns on a row whose own reading is this.
    #[inline]
    pub fn say(&self, own: &Reading, row: &Row, say: &mut Say) {
        if let Some((column, output)) = self.lower {
            say.set(output, row[column]);
        }
        let Some(higher) = &self.higher else { return };
        let Some(reading) = &higher.reading else { return };
        let values = [
            reading.trend.direction,
            reading.trend.validated,
            reading.effort_result,
            reading.levels.support.price,
            reading.levels.resistance.price,
            own.trend.direction * reading.trend.direction,
        ];
        for (output, value) in higher.outputs.into_iter().zip(values) {
            say.set(output, value);
        }
    }
}
