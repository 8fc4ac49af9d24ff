//! Cargo within cargo.

use std::ffi::OsStr;
use std::process::Command;

/// Cargo as it would be typed: without the variables about a package that a cargo around this process has set. Build scripts
/// that watch them (ring's does) would run again, and all that stands on them would be compiled again, each time that
/// the two take turns.
#[must_use]
pub fn cargo(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        let about_a_package = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_CRATE_", "CARGO_BIN_", "CARGO_PRIMARY_"];
        if about_a_package.iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
            command.env_remove(name);
        }
    }
    command
}
