//! What is said on a row.

use crate::bindings::detector::exports::tapewright::signal::detector as wit_detector;
use crate::bindings::strategy::exports::tapewright::signal::strategy as wit_strategy;
use crate::{Direction, OutputColumn, PatternId, Reason};

/// A detection while it is being said.
#[derive(Clone, Copy)]
pub struct Detection(pub(crate) wit_detector::Detection);

impl Detection {
    fn new(pattern: PatternId, direction: Direction) -> Detection {
        Detection(wit_detector::Detection {
            row: 0,
            instrument: 0,
            pattern: pattern.0,
            direction,
            strength: 1.0,
            probability: f64::NAN,
            horizon: 0,
            entry: f64::NAN,
            stop: f64::NAN,
            target: f64::NAN,
        })
    }

    /// It will rise.
    pub fn up(pattern: PatternId) -> Detection {
        Detection::new(pattern, Direction::Up)
    }

    /// It will fall.
    pub fn down(pattern: PatternId) -> Detection {
        Detection::new(pattern, Direction::Down)
    }

    /// Neither.
    pub fn neutral(pattern: PatternId) -> Detection {
        Detection::new(pattern, Direction::Neutral)
    }

    /// Which instrument of a panel.
    pub fn instrument(mut self, instrument: usize) -> Detection {
        self.0.instrument = instrument as u32;
        self
    }

    /// How pronounced, 0 to 1 (values beyond are drawn in).
    pub fn strength(mut self, strength: f64) -> Detection {
        self.0.strength = strength.clamp(0.0, 1.0);
        self
    }

    /// Stated probability of a hit, 0 to 1.
    pub fn probability(mut self, probability: f64) -> Detection {
        self.0.probability = probability;
        self
    }

    /// Runs shorter than the pattern's horizon, in its unit.
    pub fn horizon(mut self, horizon: u32) -> Detection {
        self.0.horizon = horizon;
        self
    }

    /// Levels; NaN for none.
    pub fn levels(mut self, entry: f64, stop: f64, target: f64) -> Detection {
        (self.0.entry, self.0.stop, self.0.target) = (entry, stop, target);
        self
    }

    /// The level at which it is about to happen.
    pub fn entry(mut self, price: f64) -> Detection {
        self.0.entry = price;
        self
    }

    /// The level that proves it wrong.
    pub fn stop(mut self, price: f64) -> Detection {
        self.0.stop = price;
        self
    }

    /// The level that proves it right.
    pub fn target(mut self, price: f64) -> Detection {
        self.0.target = price;
        self
    }
}

/// Output columns of a push, and where the current row is in it.
pub(crate) struct Columns {
    values: Vec<f64>,
    rows: usize,
    instruments: usize,
}

impl Columns {
    pub(crate) fn new(outputs: usize, instruments: usize, rows: usize) -> Columns {
        Columns { values: vec![f64::NAN; outputs * instruments * rows], rows, instruments }
    }

    #[inline]
    fn set(&mut self, output: OutputColumn, instrument: usize, row: usize, value: f64) {
        let at = (output.0 as usize * self.instruments + instrument) * self.rows + row;
        self.values[at] = value;
    }

    pub(crate) fn finish(self) -> Vec<f64> {
        self.values
    }
}

/// A detector's voice on one row.
pub struct Say {
    pub(crate) row: usize,
    pub(crate) detections: Vec<wit_detector::Detection>,
    pub(crate) evidence: Vec<f64>,
    pub(crate) columns: Columns,
}

impl Say {
    /// Fills an output column on this row; what is not filled is NaN.
    #[inline]
    pub fn set(&mut self, output: OutputColumn, value: f64) {
        self.columns.set(output, 0, self.row, value);
    }

    /// Fills it for one instrument of a panel.
    #[inline]
    pub fn set_for(&mut self, output: OutputColumn, instrument: usize, value: f64) {
        self.columns.set(output, instrument, self.row, value);
    }

    /// Says a detection with as many numbers of evidence as its pattern declares.
    pub fn detect(&mut self, detection: Detection, evidence: &[f64]) {
        let row = self.row as u32;
        self.detections.push(wit_detector::Detection { row, ..detection.0 });
        self.evidence.extend_from_slice(evidence);
    }
}

/// A target while it is being said.
#[derive(Clone, Copy)]
pub struct Target(pub(crate) wit_strategy::Target);

impl Target {
    /// Wants this signed share of equity.
    pub fn new(exposure: f64) -> Target {
        let none = f64::NAN;
        Target(wit_strategy::Target {
            row: 0,
            instrument: 0,
            exposure,
            limit: none,
            stop: none,
            take: none,
            expires: 0,
            reason: 0,
        })
    }

    /// Wants nothing.
    pub fn flat() -> Target {
        Target::new(0.0)
    }

    /// Which instrument of a panel.
    pub fn instrument(mut self, instrument: usize) -> Target {
        self.0.instrument = instrument as u32;
        self
    }

    /// Only enters at this price or better.
    pub fn limit(mut self, price: f64) -> Target {
        self.0.limit = price;
        self
    }

    /// Exits when the price trades at or beyond this level.
    pub fn stop(mut self, price: f64) -> Target {
        self.0.stop = price;
        self
    }

    /// Exits when the price trades at or beyond this level.
    pub fn take(mut self, price: f64) -> Target {
        self.0.take = price;
        self
    }

    /// Exits this many rows after entry.
    pub fn expires(mut self, rows: u32) -> Target {
        self.0.expires = rows;
        self
    }

    /// Why.
    pub fn reason(mut self, reason: Reason) -> Target {
        self.0.reason = reason.0;
        self
    }
}

/// A strategy's voice on one row.
pub struct Trade {
    pub(crate) row: usize,
    pub(crate) targets: Vec<wit_strategy::Target>,
    pub(crate) columns: Columns,
}

impl Trade {
    /// Fills an output column on this row; what is not filled is NaN.
    #[inline]
    pub fn set(&mut self, output: OutputColumn, value: f64) {
        self.columns.set(output, 0, self.row, value);
    }

    /// Fills it for one instrument of a panel.
    #[inline]
    pub fn set_for(&mut self, output: OutputColumn, instrument: usize, value: f64) {
        self.columns.set(output, instrument, self.row, value);
    }

    /// Says a target. It holds until the next one of the instrument.
    pub fn target(&mut self, target: Target) {
        let row = self.row as u32;
        self.targets.push(wit_strategy::Target { row, ..target.0 });
    }
}
