//! Which Rust compiles for the guest's target.
//!
//! First the toolchain in use, when it has the target; else `rustup target add`; else, on Debian as
//! root, the packages `rustc-web cargo-web rust-web-src`, which bring a compiler and the source of std,
//! linked by the `rust-lld` of the toolchain in use.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::BuildError;

/// The guest's target.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";
/// Debian's packages, and where they put their programs.
const DEBIAN_PACKAGES: [&str; 3] = ["rustc-web", "cargo-web", "rust-web-src"];
const DEBIAN_BIN: &str = "/usr/bin";
/// Names one of `rustup` and `debian` to use that one alone: tests take both ways.
const CHOICE: &str = "TAPEWRIGHT_GUEST_TOOLCHAIN";

/// Whether something may be installed to get a toolchain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Install {
    /// Nothing: the error says what to type.
    Never,
    /// With rustup, or with apt-get as root.
    Allowed,
}

/// A cargo and a rustc that compile guests.
#[derive(Debug, Clone)]
pub struct Toolchain {
    pub(crate) cargo: PathBuf,
    pub(crate) rustc: PathBuf,
    /// Builds std from source, linked by this program.
    pub(crate) from_source: Option<PathBuf>,
    pub(crate) sysroot: PathBuf,
    /// `rustc 1.95.0 (59807616e 2026-04-14)`
    version: String,
}

impl Toolchain {
    /// What the compiler calls itself.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    pub(crate) fn find(install: Install) -> Result<Toolchain, BuildError> {
        let choice = std::env::var(CHOICE).unwrap_or_default();
        let mut tried = Vec::new();
        if choice != "debian" {
            let found = rustup(install, &mut tried)?;
            if let Some(toolchain) = found {
                return Ok(toolchain);
            }
        }
        if choice != "rustup" {
            let found = debian(install, &mut tried)?;
            if let Some(toolchain) = found {
                return Ok(toolchain);
            }
        }
        let hint = format!(
            "type `rustup target add {TARGET}`; where rustup cannot, on Debian as root: `apt-get update && apt-get install {}`",
            DEBIAN_PACKAGES.join(" ")
        );
        Err(BuildError::NoToolchain { tried: tried.join("; "), hint })
    }
}

fn output(program: &Path, args: &[&str]) -> Option<String> {
    // the toolchain of a calling cargo must not decide which one this is
    let out = Command::new(program).args(args).env_remove("RUSTUP_TOOLCHAIN").stderr(Stdio::null()).output().ok()?;
    out.status.success().then(|| String::from_utf8_lossy(&out.stdout).trim().to_owned())
}

fn has_target(sysroot: &Path) -> bool {
    sysroot.join("lib/rustlib").join(TARGET).join("lib").is_dir()
}

fn rustup(install: Install, tried: &mut Vec<String>) -> Result<Option<Toolchain>, BuildError> {
    let (cargo, rustc) = (PathBuf::from("cargo"), PathBuf::from("rustc"));
    let Some(sysroot) = output(&rustc, &["--print", "sysroot"]).map(PathBuf::from) else {
        tried.push("there is no rustc on the path".to_owned());
        return Ok(None);
    };
    if !has_target(&sysroot) {
        if install == Install::Never {
            tried.push(format!("the toolchain in use has no target {TARGET}"));
            return Ok(None);
        }
        let added = Command::new("rustup").args(["target", "add", TARGET]).env_remove("RUSTUP_TOOLCHAIN").status();
        if !added.is_ok_and(|status| status.success()) || !has_target(&sysroot) {
            tried.push(format!("`rustup target add {TARGET}` failed"));
            return Ok(None);
        }
    }
    let version = output(&rustc, &["--version"]).unwrap_or_default();
    Ok(Some(Toolchain { cargo, rustc, from_source: None, sysroot, version }))
}

fn debian(install: Install, tried: &mut Vec<String>) -> Result<Option<Toolchain>, BuildError> {
    if debian_programs().is_none() && install == Install::Allowed {
        let apt = |args: &[&str]| {
            let mut command = Command::new("apt-get");
            command.args(["-y", "-q"]).args(args).env("DEBIAN_FRONTEND", "noninteractive").stdout(Stdio::null());
            command.status().is_ok_and(|status| status.success())
        };
        let mut packages = vec!["install", "--no-install-recommends"];
        packages.extend(DEBIAN_PACKAGES);
        if !(apt(&["update"]) && apt(&packages)) {
            tried.push(format!("apt-get could not install {}", DEBIAN_PACKAGES.join(" ")));
        }
    }
    let Some((cargo, rustc)) = debian_programs() else {
        tried.push("Debian's packages are not installed".to_owned());
        return Ok(None);
    };
    let Some(sysroot) = output(&rustc, &["--print", "sysroot"]).map(PathBuf::from) else {
        tried.push("Debian's rustc does not start".to_owned());
        return Ok(None);
    };
    let Some(linker) = rust_lld(&sysroot) else {
        tried.push("there is no rust-lld to link with".to_owned());
        return Ok(None);
    };
    let version = output(&rustc, &["--version"]).unwrap_or_default();
    Ok(Some(Toolchain { cargo, rustc, from_source: Some(linker), sysroot, version }))
}

/// Cargo and rustc of Debian's packages, when all of them are installed.
fn debian_programs() -> Option<(PathBuf, PathBuf)> {
    for package in DEBIAN_PACKAGES {
        output(Path::new("dpkg"), &["-s", package])?;
    }
    let program = |name| Some(Path::new(DEBIAN_BIN).join(name)).filter(|path| path.exists());
    Some((program("cargo")?, program("rustc")?))
}

/// The WebAssembly linker: of the compiler itself, or of the toolchain in use.
fn rust_lld(sysroot: &Path) -> Option<PathBuf> {
    let in_use = output(Path::new("rustc"), &["--print", "sysroot"]).map(PathBuf::from);
    let roots = [Some(sysroot.to_owned()), in_use];
    let lld = |root: PathBuf| {
        let hosts = std::fs::read_dir(root.join("lib/rustlib")).ok()?;
        let linkers = hosts.flatten().map(|host| host.path().join("bin/rust-lld"));
        linkers.into_iter().find(|linker| linker.exists())
    };
    roots.into_iter().flatten().find_map(lld)
}
