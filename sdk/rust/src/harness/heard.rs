//! What a plugin said over a table, by name.

use crate::Direction;

/// Everything that was said.
#[derive(Clone, Debug)]
pub struct Heard {
    /// What was detected, ascending by row.
    pub detections: Vec<HeardDetection>,
    /// What a strategy wanted to hold, ascending by row.
    pub targets: Vec<HeardTarget>,
    pub(super) outputs: Vec<String>,
    pub(super) symbols: Vec<String>,
    /// One column an output and instrument, the instruments of an output side by side; one value a row.
    pub(super) columns: Vec<Vec<f64>>,
}

/// A detection as it was said. Levels and probability are NaN where none was stated.
#[derive(Clone, Debug)]
pub struct HeardDetection {
    /// The row of the table on which it was said.
    pub row: usize,
    /// The instrument's symbol.
    pub symbol: String,
    /// The pattern's name.
    pub pattern: String,
    /// Up, down or neither.
    pub direction: Direction,
    /// 0 to 1.
    pub strength: f64,
    /// Stated probability of a hit.
    pub probability: f64,
    /// A horizon shorter than the pattern's; 0 when none was stated.
    pub horizon: u32,
    /// Level of entry.
    pub entry: f64,
    /// Level that proves it wrong.
    pub stop: f64,
    /// Level that proves it right.
    pub target: f64,
    pub(super) evidence: Vec<(String, f64)>,
}

/// A target as it was said. Levels are NaN where none was stated.
#[derive(Clone, Debug)]
pub struct HeardTarget {
    /// The row of the table on which it was said.
    pub row: usize,
    /// The instrument's symbol.
    pub symbol: String,
    /// Wanted share of equity, signed.
    pub exposure: f64,
    /// Only enter at this price or better.
    pub limit: f64,
    /// Exit at or beyond this level, against the position.
    pub stop: f64,
    /// Exit at or beyond this level, for the position.
    pub take: f64,
    /// Exit so many rows after entry; 0 never.
    pub expires: u32,
    /// The reason's name; empty when the plan declares none.
    pub reason: String,
}

impl HeardDetection {
    /// A number of its evidence. Panics when the pattern declares none of the name.
    #[must_use]
    #[track_caller]
    pub fn evidence(&self, name: &str) -> f64 {
        let known = || self.evidence.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
        let found = self.evidence.iter().find(|(known, _)| known == name);
        found.unwrap_or_else(|| panic!("`{}` says no `{name}` as evidence (it says: {})", self.pattern, known())).1
    }
}

impl Heard {
    /// An output column, one value a row of the table; for one instrument. Panics when there is none of the name.
    #[must_use]
    #[track_caller]
    pub fn output(&self, name: &str) -> Vec<f64> {
        let [symbol] = &self.symbols[..] else {
            panic!("of several instruments, take `output_of(\"{name}\", SYMBOL)`")
        };
        self.output_of(name, symbol)
    }

    /// An output column of one instrument of a panel. Panics when there is none of the name or symbol.
    #[must_use]
    #[track_caller]
    pub fn output_of(&self, name: &str, symbol: &str) -> Vec<f64> {
        let place = |what: &str, name: &str, known: &[String]| {
            let missing = || panic!("there is no {what} `{name}` (there are: {})", known.join(", "));
            known.iter().position(|known| known == name).unwrap_or_else(missing)
        };
        let output = place("output", name, &self.outputs);
        let instrument = place("instrument", symbol, &self.symbols);
        self.columns[output * self.symbols.len() + instrument].clone()
    }

    /// What was said on a row, ready to be compared: by name, and in letters, in which NaN is NaN.
    pub(super) fn on_row(&self, row: usize) -> Vec<(String, String)> {
        let mut said = Vec::new();
        for (at, column) in self.columns.iter().enumerate() {
            let mut name = format!("output `{}`", self.outputs[at / self.symbols.len()]);
            if self.symbols.len() > 1 {
                name += &format!(" of {}", self.symbols[at % self.symbols.len()]);
            }
            said.push((name, format!("{:?}", column[row])));
        }
        let first = self.detections.partition_point(|said| said.row < row);
        for detection in self.detections[first..].iter().take_while(|said| said.row == row) {
            said.push((format!("detection `{}`", detection.pattern), format!("{detection:?}")));
        }
        let first = self.targets.partition_point(|said| said.row < row);
        for target in self.targets[first..].iter().take_while(|said| said.row == row) {
            said.push(("a target".into(), format!("{target:?}")));
        }
        said
    }
}
