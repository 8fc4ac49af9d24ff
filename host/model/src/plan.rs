//! Plans: what an entry is, and what it needs and gives once it is open.

use std::fmt;

use crate::{Column, Param, ParamDecl, Timeframe};

/// A kind of plugin: which of the contract's interfaces is spoken.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Says what it detects.
    Detector,
    /// Says what it wants to hold.
    Strategy,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Detector => "detector",
            Kind::Strategy => "strategy",
        })
    }
}

/// One entry of a component's catalog.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// `file.wasm#name` names it.
    pub name: String,
    /// One sentence.
    pub summary: String,
    /// Takes all instruments at once.
    pub panel: bool,
    /// In the order of `open`.
    pub params: Vec<ParamDecl>,
}

/// What an open entry needs and gives. See `wit/signal/types.wit`.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// None: the data's own rows.
    pub timeframe: Option<Timeframe>,
    /// What it reads, before a panel's columns are expanded.
    pub columns: Vec<Column>,
    /// From when on what it says counts.
    pub warm_up: Vec<WarmUp>,
    /// Promise: the last n rows decide.
    pub memory_rows: Option<u32>,
    /// Linear memory asked for, in bytes.
    pub memory_bytes: Option<u64>,
    /// Wants outcomes.
    pub learns: bool,
    /// Output columns.
    pub outputs: Vec<OutputDecl>,
    /// What it may detect.
    pub patterns: Vec<Pattern>,
    /// Why it may say a target.
    pub reasons: Vec<String>,
}

impl Plan {
    /// Whether it must be shown one row a push: it reads its own account, or it learns.
    #[must_use]
    pub fn one_row_a_push(&self) -> bool {
        self.learns || self.columns.iter().any(|column| matches!(column, Column::Own(_)))
    }
}

/// Rows of a timeframe (None: the node's own) to see first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WarmUp {
    /// Of which bars.
    pub timeframe: Option<Timeframe>,
    /// How many.
    pub rows: u32,
}

/// An output column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputDecl {
    /// Snake case.
    pub name: String,
    /// One sentence.
    pub summary: String,
    /// `price`, `ratio`, `rows` or empty.
    pub unit: String,
}

/// A pattern that a detector may detect.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    /// Snake case.
    pub name: String,
    /// One sentence.
    pub summary: String,
    /// Numbers said with every detection.
    pub evidence: Vec<EvidenceDecl>,
    /// How it is judged.
    pub rule: Rule,
    /// How long it runs at most.
    pub horizon: Horizon,
}

/// A number that comes with a detection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceDecl {
    /// Snake case.
    pub name: String,
    /// One sentence.
    pub summary: String,
    /// What it counts.
    pub kind: EvidenceKind,
}

/// What a piece of evidence counts.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum EvidenceKind {
    /// Rows before the one on which it is said.
    RowsAgo,
    /// A price of the instrument.
    Price,
    /// A share or ratio.
    Ratio,
    /// Anything else.
    Number,
}

/// One of the host's outcome rules with its arguments.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// `forward-return` …
    pub name: String,
    /// By name.
    pub args: Vec<(String, f64)>,
    /// The judged column; None is `close`.
    pub column: Option<Column>,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        self.args.iter().try_for_each(|(name, value)| write!(f, " {name} {value}"))?;
        self.column.iter().try_for_each(|column| write!(f, " of {column}"))
    }
}

/// How long a prediction runs at most.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Horizon {
    /// Rows of the node.
    Rows(u32),
    /// Trading sessions.
    Sessions(u32),
    /// Seconds.
    Seconds(u64),
}

impl Horizon {
    /// The number, whatever its unit.
    #[must_use]
    pub fn count(self) -> u64 {
        match self {
            Horizon::Rows(count) | Horizon::Sessions(count) => u64::from(count),
            Horizon::Seconds(count) => count,
        }
    }
}

impl fmt::Display for Horizon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self {
            Horizon::Rows(_) => "rows",
            Horizon::Sessions(_) => "sessions",
            Horizon::Seconds(_) => "seconds",
        };
        write!(f, "{} {unit}", self.count())
    }
}

/// Why an entry does not open with its arguments. An answer, not a fault.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// The catalog does not hold it.
    #[error("there is no such entry")]
    UnknownEntry,
    /// One value does not do.
    #[error("parameter `{name}`: {reason}")]
    Param {
        /// Which.
        name: String,
        /// The plugin's words.
        reason: String,
    },
    /// The values do not go together.
    #[error("parameters {} do not go together: {reason}", .names.join(", "))]
    Combination {
        /// Which.
        names: Vec<String>,
        /// The plugin's words.
        reason: String,
    },
    /// A wrong number of instruments.
    #[error("it takes {min} to {max} instruments")]
    Instruments {
        /// At least.
        min: u32,
        /// At most.
        max: u32,
    },
    /// No artefact, or one that does not fit.
    #[error("it needs a fitted artefact: {0}")]
    Artefact(String),
}

/// Parameters as a user would type them, `fast=12 slow=26`.
#[must_use]
pub fn params_text(params: &[Param]) -> String {
    params.iter().map(|p| format!("{}={}", p.name, p.value)).collect::<Vec<_>>().join(" ")
}
