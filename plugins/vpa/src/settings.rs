//! The parameters: what each means, its range, and which combinations make no sense.

use tapewright_sdk::prelude::*;

use crate::candle::SpreadCuts;
use crate::context;
use crate::volume::VolumeCuts;

/// The parameters as they are used.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Rows of the averages of volume and range.
    pub period: usize,
    /// Rows of a trend and of a trading range.
    pub trend: usize,
    /// Least efficiency ratio of a trend.
    pub trend_min: f64,
    /// Where the volume classes begin.
    pub volume: VolumeCuts,
    /// Where narrow ends and wide begins.
    pub spread: SpreadCuts,
    /// Greatest height of a trading range, in average ranges of a bar.
    pub range_height: f64,
    /// Level of the pivots that are support and resistance.
    pub level: u8,
    /// Distance of the stop from the close, in average ranges.
    pub stop: f64,
    /// Distance of the target from the close, in average ranges.
    pub target: f64,
    /// Rows that a prediction runs.
    pub horizon: u32,
}

/// The entry with its parameters.
pub fn declare(entry: Entry) -> Entry {
    let integer = |name, summary, range, default, step| Param::integer(name, summary, range, default).step(step);
    let number = |name, summary, range, default, step| Param::number(name, summary, range, default).step(step);
    entry
        .param(Param::choice("timeframe", "Bars that are read; own are the data's rows", TIMEFRAMES))
        .param(Param::choice("higher", "A higher timeframe whose closed bars are read beside", context::HIGHER))
        .param(Param::column(
            "lower",
            "Column of a vpa on a lower timeframe: fine/effort_result:5m",
            Some(context::NONE),
        ))
        .param(integer("period", "Rows of the averages of volume and range", (5, 200), 20, 5.0))
        .param(integer("trend", "Rows of a trend and of a trading range", (5, 500), 50, 5.0))
        .param(number("trend_min", "Least efficiency ratio of a trend", (0.05, 0.9), 0.2, 0.05))
        .param(number("low", "Low volume is below this multiple of the average", (0.1, 1.0), 0.8, 0.05))
        .param(number("high", "High volume begins at this multiple of the average", (1.0, 5.0), 1.3, 0.1))
        .param(number("climax", "Very high volume begins at this multiple of the average", (1.2, 10.0), 2.0, 0.25))
        .param(number("narrow", "A narrow bar is at most this multiple of the average range", (0.1, 1.0), 0.7, 0.05))
        .param(number("wide", "A wide bar is at least this multiple of the average range", (1.0, 5.0), 1.3, 0.1))
        .param(number("range_height", "Greatest height of a trading range in average ranges", (1.0, 30.0), 6.0, 0.5))
        .param(integer("level", "Level of the pivots that are support and resistance", (1, 4), 2, 1.0))
        .param(number("stop", "Stop of a climax in average ranges from the close", (0.25, 10.0), 1.5, 0.25))
        .param(number("target", "Target of a climax in average ranges from the close", (0.25, 20.0), 2.0, 0.25))
        .param(integer("horizon", "Rows that a prediction runs", (2, 500), 20, 5.0))
}

const TIMEFRAMES: &[&str] = &["own", "5m", "15m", "30m", "1h", "4h", "1d", "1w"];

impl Settings {
    /// Reads them; refuses what contradicts itself.
    pub fn read(setup: &mut Setup) -> Result<Settings, Refusal> {
        if setup.text("timeframe") != TIMEFRAMES[0] {
            let timeframe = setup.text("timeframe").to_owned();
            setup.timeframe(&timeframe);
        }
        let [period, trend] = ["period", "trend"].map(|name| setup.integer(name) as usize);
        let [low, high, climax] = ["low", "high", "climax"].map(|name| setup.number(name));
        let [narrow, wide] = ["narrow", "wide"].map(|name| setup.number(name));
        if trend < period {
            return Err(Refusal::combination(&["trend", "period"], "trend must not be below period"));
        }
        if low >= high {
            return Err(Refusal::combination(&["low", "high"], "low must be below high"));
        }
        if high >= climax {
            return Err(Refusal::combination(&["high", "climax"], "high must be below climax"));
        }
        if narrow >= wide {
            return Err(Refusal::combination(&["narrow", "wide"], "narrow must be below wide"));
        }
        Ok(Settings {
            period,
            trend,
            trend_min: setup.number("trend_min"),
            volume: VolumeCuts { low, high, climax },
            spread: SpreadCuts { narrow, wide },
            range_height: setup.number("range_height"),
            level: setup.integer("level") as u8,
            stop: setup.number("stop"),
            target: setup.number("target"),
            horizon: setup.integer("horizon") as u32,
        })
    }

    /// Rows until everything that is said is known: a trend needs one close before its first change,
    /// and the trend before it as many rows again. Averages are windows and done by then.
    pub fn warm_up(&self) -> u32 {
        2 * self.trend as u32 + 1
    }
}
