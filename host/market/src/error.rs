//! Why data did not come in.

use std::path::Path;

use tapewright_model::{FrameError, Symbol, Time};

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
