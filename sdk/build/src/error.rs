//! Why nothing was built.

use std::path::{Path, PathBuf};

/// Why nothing was built. All of it is the user's to mend.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// No toolchain compiles for the guest's target.
    #[error("no Rust toolchain here compiles for wasm32-unknown-unknown ({tried})\nhint: {hint}")]
    NoToolchain {
        /// What was tried, and how it went.
        tried: String,
        /// What to type.
        hint: String,
    },
    /// A program that is needed cannot be started.
    #[error("`{program}` does not start: {error}")]
    Program {
        /// Which.
        program: String,
        /// In the system's words.
        error: std::io::Error,
    },
    /// Cargo said no; its words went to standard error.
    #[error("cargo could not build the crate in {}", .dir.display())]
    Cargo {
        /// Where.
        dir: PathBuf,
    },
    /// Nothing in the crate becomes a component.
    #[error("the crate in {} has no library of crate-type cdylib\nhint: add to Cargo.toml: [lib] crate-type = [\"cdylib\"]", .dir.display())]
    NoCdylib {
        /// Where.
        dir: PathBuf,
    },
    /// The module makes no component.
    #[error("{} makes no component: {reason}", .module.display())]
    Componentize {
        /// Which.
        module: PathBuf,
        /// In wit-component's words.
        reason: String,
    },
    /// A file or folder.
    #[error("{}: {error}", .path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// In the system's words.
        error: std::io::Error,
    },
}

impl BuildError {
    pub(crate) fn io(path: &Path, error: std::io::Error) -> BuildError {
        BuildError::Io { path: path.to_owned(), error }
    }
}
