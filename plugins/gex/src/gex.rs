//! The detector: reads a row, shows it to each pattern, fills the columns that belong to none of them.

use tapewright_sdk::prelude::*;

use crate::flip_approach::FlipApproach;
use crate::level_test::{Level, LevelTest};
use crate::negative_gamma::NegativeGamma;
use crate::reading::Columns;

/// The entry `gex`.
pub struct Gex {
    columns: Columns,
    distance: OutputColumn,
    regime: OutputColumn,
    negative_gamma: NegativeGamma,
    flip_approach: FlipApproach,
    call_wall: LevelTest,
    put_support: LevelTest,
}

impl Detector for Gex {
    fn entry() -> Entry {
        let entry = Entry::new("gex", "Negative gamma extremes, the way to the gamma flip, tests of wall and support");
        LevelTest::param(FlipApproach::params(NegativeGamma::params(entry)))
            .param(
                Param::integer("level_rows", "How long a reaction to a level is judged, in rows", (2, 1000), 20)
                    .step(5.0),
            )
            .param(Param::integer("sustain", "Closes in a row that make a reaction", (1, 50), 2).step(1.0))
            .param(
                Param::number(
                    "tolerance",
                    "Nearer than this a level is touched, and a close on neither side, as a ratio",
                    (0.0, 0.02),
                    0.001,
                )
                .step(0.0005),
            )
    }

    fn open(setup: &mut Setup) -> Result<Self, Refusal> {
        let [rows, sustain] = ["level_rows", "sustain"].map(|name| setup.integer(name) as u32);
        if sustain > rows {
            return Err(Refusal::combination(&["level_rows", "sustain"], "sustain must not be above level_rows"));
        }
        let tolerance = setup.number("tolerance");
        let judged = |pattern: Pattern| pattern.level_reaction(rows, sustain, tolerance);
        setup.warm_up(setup.integer("move_rows").max(setup.integer("velocity_rows")) as u32 + 1);
        Ok(Gex {
            columns: Columns::new(setup),
            distance: setup.output("distance", "(close − gamma flip) ÷ close", "ratio"),
            regime: setup.output("regime", "-1 negative gamma, 1 positive, 0 unknown", ""),
            negative_gamma: NegativeGamma::open(setup)?,
            flip_approach: FlipApproach::open(setup, judged, tolerance)?,
            call_wall: LevelTest::open(setup, judged, Level::CallWall),
            put_support: LevelTest::open(setup, judged, Level::PutSupport),
        })
    }

    fn on_row(&mut self, row: &Row, say: &mut Say) {
        let Some(reading) = self.columns.read(row) else { return };
        let regime = if reading.total > 0.0 {
            1.0
        } else if reading.total < 0.0 {
            -1.0
        } else {
            0.0
        };
        say.set(self.regime, regime);
        say.set(self.distance, reading.distance);
        self.negative_gamma.on_row(&reading, say);
        self.flip_approach.on_row(&reading, say);
        self.call_wall.on_row(reading.call_wall, reading.high, reading.close, say);
        self.put_support.on_row(reading.put_support, reading.low, reading.close, say);
    }
}
