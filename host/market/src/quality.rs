//! What is wrong with rows, and what of it can be mended.
//!
//! Each check has a file of its own and sees the rows of one series once, in the order of their known times: those that
//! were stored before and those that are new. It speaks of new rows alone.
//!
//! Promises that every finding names file, line and value, and that what is mended is said.
//! Refuses to know: whether a price is right; only that it cannot be, or hardly can.

mod findings;
mod gap;
mod jump;
mod price;
mod range;
mod reuse;
mod series;
mod table;
mod zone;

pub(crate) use findings::Findings;
pub(crate) use series::{Place, SeriesQuality};
pub use table::check_table;

/// What was looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// A line that cannot be read.
    Unreadable,
    /// A row that is not after the one before it.
    Order,
    /// Two rows of one moment.
    Duplicate,
    /// High below low, or an open or close outside them.
    Range,
    /// A price that is zero or negative, or a negative volume.
    Price,
    /// A move that only an unadjusted split explains.
    Jump,
    /// Sessions of the calendar without a row.
    Gap,
    /// A hole of half a year or more: perhaps another company with the same ticker.
    Reuse,
    /// Rows outside the sessions of the calendar: perhaps stamped in another zone.
    Zone,
    /// Rows that differ from those that are stored.
    Conflict,
}

impl Check {
    /// As it is printed: `unreadable`, `order` …
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Check::Unreadable => "unreadable",
            Check::Order => "order",
            Check::Duplicate => "duplicate",
            Check::Range => "range",
            Check::Price => "price",
            Check::Jump => "jump",
            Check::Gap => "gap",
            Check::Reuse => "reuse",
            Check::Zone => "zone",
            Check::Conflict => "conflict",
        }
    }
}

/// What was done about a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Done {
    /// Nothing; the data is as it was. The user should look.
    Told,
    /// The row was left out.
    LeftOut,
    /// The rows were brought into order.
    Sorted,
    /// The new row took the place of the stored one.
    Replaced,
    /// Nothing was imported.
    Refused,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Finding {
    /// What was looked for.
    pub check: Check,
    /// What was done about it.
    pub done: Done,
    /// Which file.
    pub file: String,
    /// Which line, counting from 1; 0 when the file has no lines or it is of no single one.
    pub line: u64,
    /// Which instrument; empty when that is not known.
    pub symbol: String,
    /// What is wrong, with the value.
    pub said: String,
}

impl std::fmt::Display for Finding {
    /// `range: market.csv:41: SPY: high 10 is below low 12`
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.check.name(), self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if !self.symbol.is_empty() {
            write!(f, ": {}", self.symbol)?;
        }
        write!(f, ": {}", self.said)
    }
}
