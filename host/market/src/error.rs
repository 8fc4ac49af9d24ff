//! Why data did not come in.

use std::collections::BTreeMap;
use std::path::Path;

use tapewright_model::{FrameError, Symbol, Time};

use crate::quality::Finding;

/// Why data did not come in. All of it is the user's to mend.
#[derive(Debug, thiserror::Error)]
pub enum MarketError {
    /// The file.
    #[error("{path}: {error}")]
    Io {
        /// Which.
        path: String,
        /// In the system's words.
        error: std::io::Error,
    },
    /// A line of the file.
    #[error("{path}:{line}: {reason}")]
    Line {
        /// Which file.
        path: String,
        /// Which line, 1 the header.
        line: u64,
        /// What is wrong.
        reason: String,
    },
    /// The file as a whole.
    #[error("{path}: {reason}")]
    File {
        /// Which file.
        path: String,
        /// What is wrong.
        reason: String,
    },
    /// A store elsewhere.
    #[error("{url}: {reason}")]
    Remote {
        /// Which.
        url: String,
        /// What is wrong.
        reason: String,
    },
    /// A frame.
    #[error("{symbol}: {error}")]
    Frame {
        /// Of which instrument.
        symbol: Symbol,
        /// What is wrong.
        error: FrameError,
    },
    /// No row lies in the span.
    #[error("--from and --to leave no row: the data is known from {first} to {last}")]
    Span {
        /// The first row.
        first: Time,
        /// The last.
        last: Time,
    },
    /// An instrument in two files.
    #[error("{symbol} is in {first} and in {second}\nhint: put it into one file")]
    Twice {
        /// Which instrument.
        symbol: Symbol,
        /// One file.
        first: String,
        /// The other.
        second: String,
    },
    /// An import in which something is wrong. Nothing of it was written.
    #[error("{}", refused(findings, *more))]
    Refused {
        /// What is wrong: the first of every kind.
        findings: Vec<Finding>,
        /// How many there are beside these.
        more: u64,
    },
    /// Somebody else is writing to the store.
    #[error(
        "{store}: another import{} is writing to it\nhint: wait until it has ended",
        pid.map(|pid| format!(" (process {pid})")).unwrap_or_default()
    )]
    Busy {
        /// Which store.
        store: String,
        /// Who, when that could be read.
        pid: Option<u32>,
    },
}

/// Findings that an error spells out; the rest are counted.
const SHOWN_MAX: usize = 10;

fn refused(findings: &[Finding], more: u64) -> String {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for finding in findings {
        *counts.entry(finding.check.name()).or_default() += 1;
    }
    let counts: Vec<String> = counts.iter().map(|(name, count)| format!("{count} {name}")).collect();
    let mut text = format!("nothing was imported, for what is wrong with the data ({})", counts.join(", "));
    for finding in findings.iter().take(SHOWN_MAX) {
        text.push_str(&format!("\n  {finding}"));
    }
    let more = more + findings.len().saturating_sub(SHOWN_MAX) as u64;
    if more > 0 {
        text.push_str(&format!("\n  … and {more} more"));
    }
    text.push_str("\nhint: --repair mends what is safe: it sorts rows, leaves out what cannot be read or be true, and takes the later of two rows");
    text
}

impl MarketError {
    pub(crate) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> MarketError {
        let path = path.display().to_string();
        |error| MarketError::Io { path, error }
    }

    pub(crate) fn file(path: &Path, reason: impl std::fmt::Display) -> MarketError {
        MarketError::File { path: path.display().to_string(), reason: reason.to_string() }
    }
}
