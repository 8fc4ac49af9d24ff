//! The output columns: name, unit and meaning of each, and the value that a row puts into it.

use tapewright_sdk::prelude::*;

use crate::reading::Reading;
use crate::rules::RULES;

/// How many output columns there are.
const OUTPUTS: usize = 17;

/// Name, summary and unit, in the order of [`values`].
const COLUMNS: [(&str, &str, &str); OUTPUTS] = [
    ("volume_ratio", "Volume ÷ average volume of the rows before", "ratio"),
    ("spread_ratio", "(high − low) ÷ average of it over the rows before", "ratio"),
    ("body_ratio", "|close − open| ÷ (high − low)", "ratio"),
    ("upper_wick_ratio", "Wick above the body ÷ (high − low)", "ratio"),
    ("lower_wick_ratio", "Wick below the body ÷ (high − low)", "ratio"),
    ("close_position", "Where it closed between low (0) and high (1)", "ratio"),
    ("effort_result", "volume_ratio − spread_ratio: above 0 more effort than result", ""),
    ("trend", "1 up, −1 down, 0 none", ""),
    ("trend_strength", "Efficiency ratio of the close, 0 to 1", "ratio"),
    ("trend_validated", "1 volume confirms the trend, −1 contradicts it, 0 unclear", ""),
    ("support", "Nearest unbroken pivot low at or below the close", "price"),
    ("resistance", "Nearest unbroken pivot high at or above the close", "price"),
    (
        "volume_class",
        "0 very low (ratio < low ÷ 2), 1 low (< low), 2 average, 3 high (≥ high), 4 very high (≥ climax)",
        "",
    ),
    ("candle_class", "0 doji, ±1 narrow, ±2 average, ±3 wide (the sign: up or down), 4 hammer, −4 shooting star", ""),
    ("rule", "Number of the rule that decided action and conviction", ""),
    ("action", "1 BUY, 0 HOLD, −1 SELL", ""),
    ("conviction", "3 STRONG, 2 MODERATE, 1 WEAK", ""),
];

/// The declared output columns.
pub struct Outputs([OutputColumn; OUTPUTS]);

impl Outputs {
    /// Declares them.
    pub fn declare(setup: &mut Setup) -> Outputs {
        Outputs(COLUMNS.map(|(name, summary, unit)| setup.output(name, summary, unit)))
    }

    /// Fills them for a row that is read, and on which the rule of this number (1 the first) decided; `surer` is how
    /// many steps a second timeframe adds to its conviction.
    #[inline]
    pub fn say(&self, reading: &Reading, rule: usize, surer: i8, say: &mut Say) {
        for (output, value) in self.0.into_iter().zip(values(reading, rule, surer)) {
            say.set(output, value);
        }
    }
}

fn values(reading: &Reading, rule: usize, surer: i8) -> [f64; OUTPUTS] {
    let Reading { candle, volume, trend, levels, .. } = reading;
    let decided = &RULES[rule - 1];
    [
        volume.ratio,
        candle.spread_ratio,
        candle.body_ratio,
        candle.upper_wick_ratio,
        candle.lower_wick_ratio,
        candle.close_position,
        reading.effort_result,
        trend.direction,
        trend.strength,
        trend.validated,
        levels.support.price,
        levels.resistance.price,
        f64::from(volume.class as i8),
        f64::from(candle.class as i8),
        rule as f64,
        f64::from(decided.action as i8),
        f64::from((decided.conviction as i8 + surer).clamp(1, 3)),
    ]
}
