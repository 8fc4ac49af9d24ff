//! What goes wrong with files and databases.

use std::path::{Path, PathBuf};

/// Why the ledger could not do it.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// A file or folder.
    #[error("{}: {error}", .path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// In the system's words.
        error: std::io::Error,
    },
    /// The database.
    #[error("the ledger's database cannot be used")]
    Database(#[from] rusqlite::Error),
    /// A segment.
    #[error("a segment cannot be written")]
    Segment(#[from] parquet::errors::ParquetError),
    /// Arrow's words about a segment.
    #[error("a segment cannot be written")]
    Arrow(#[from] arrow_schema::ArrowError),
    /// A newer Tapewright was here.
    #[error("{} has version {found}, and this Tapewright knows {known}\nhint: use the newer Tapewright, or another --home", .path.display())]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The newest known.
        known: i64,
    },
    /// No such run.
    #[error("there is no run {id} in {}{}", .home.display(), list(.unfinished))]
    NoRun {
        /// As asked.
        id: i64,
        /// Where.
        home: PathBuf,
        /// Runs that can be resumed.
        unfinished: Vec<i64>,
    },
    /// What the database holds is not what was written.
    #[error("the ledger's database holds a broken {what}")]
    Broken {
        /// Of which kind.
        what: &'static str,
    },
}

impl LedgerError {
    pub(crate) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> LedgerError {
        let path = path.to_owned();
        |error| LedgerError::Io { path, error }
    }
}

fn list(unfinished: &[i64]) -> String {
    match unfinished {
        [] => " (and none that is unfinished)".to_owned(),
        runs => format!(" (unfinished: {})", runs.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
    }
}
