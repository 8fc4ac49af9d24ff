//! Volume price analysis: what volume says about price, bar by bar.
//!
//! One detector, `vpa`. Each row is read on its own (`reading`), patterns are looked for in the reading
//! (`patterns`), and numbered rules make an action of both ([`rules`]). A second timeframe may be read beside (`context`). It promises that a row with a
//! missing value changes nothing, that no row after the present one is used, and that a row allocates
//! nothing unless a pattern is said.

mod candle;
mod context;
mod levels;
mod outputs;
mod patterns;
mod predictions;
mod reading;
pub mod rules;
mod settings;
mod trend;
mod volume;

use tapewright_sdk::prelude::*;

use candle::Bar;
use context::Context;
use outputs::Outputs;
use patterns::Patterns;
use predictions::Predictions;
use reading::Reader;
use settings::Settings;

/// The detector.
pub struct Vpa {
    columns: [Column; 5],
    reader: Reader,
    patterns: Patterns,
    outputs: Outputs,
    predictions: Predictions,
    context: Context,
}

impl Detector for Vpa {
    fn entry() -> Entry {
        settings::declare(Entry::new("vpa", "Volume price analysis: what volume says about price, bar by bar"))
    }

    fn open(setup: &mut Setup) -> Result<Self, Refusal> {
        let settings = Settings::read(setup)?;
        setup.warm_up(settings.warm_up());
        Ok(Vpa {
            columns: ["open", "high", "low", "close", "volume"].map(|name| setup.column(name)),
            reader: Reader::new(settings),
            patterns: Patterns::new(settings),
            outputs: Outputs::declare(setup),
            predictions: Predictions::declare(setup, &settings),
            context: Context::declare(setup, settings),
        })
    }

    fn on_row(&mut self, row: &Row, say: &mut Say) {
        self.context.read(row);
        let [open, high, low, close, volume] = self.columns.map(|column| row[column]);
        let Some(bar) = Bar::new(open, high, low, close, volume) else { return self.reader.skip() };
        let Some(reading) = self.reader.read(bar) else { return };
        let seen = self.patterns.find(&reading);
        let rule = rules::decide(&reading, &seen);
        self.outputs.say(&reading, rule, self.context.surer(rules::RULES[rule - 1].action), say);
        self.context.say(&reading, row, say);
        self.predictions.say(&seen, say);
    }
}

export_detectors!(Vpa);
