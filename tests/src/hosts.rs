//! The host's own binary, as a user gets it: built by cargo once a process.

use std::path::PathBuf;
use std::process::Output;
use std::sync::LazyLock;

use crate::guests::{root, target};

fn build(release: bool) -> PathBuf {
    let mut command = tapewright_build::cargo(env!("CARGO"));
    command.current_dir(root()).args(["build", "--quiet", "--package", "tapewright"]).env("CARGO_TARGET_DIR", target());
    if release {
        command.arg("--release");
    }
    assert!(command.status().unwrap().success(), "the host builds");
    target().join(if release { "release" } else { "debug" }).join("tapewright")
}

/// The debug build.
pub fn debug() -> &'static PathBuf {
    static BUILT: LazyLock<PathBuf> = LazyLock::new(|| build(false));
    &BUILT
}

/// The release build.
pub fn release() -> &'static PathBuf {
    static BUILT: LazyLock<PathBuf> = LazyLock::new(|| build(true));
    &BUILT
}

/// Standard output of a command as text.
pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Standard error of a command as text.
pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}
