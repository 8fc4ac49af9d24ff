//! One run of cargo: packages in, WebAssembly modules out.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::BuildError;
use crate::cargo::cargo;
use crate::toolchain::{TARGET, Toolchain};

/// Compiles and gives each package's module. Cargo's own words go to standard error as they come.
pub(crate) fn compile(
    toolchain: &Toolchain,
    dir: &Path,
    packages: &[&str],
    target: &Path,
) -> Result<Vec<(String, PathBuf)>, BuildError> {
    let mut command = cargo(&toolchain.cargo);
    command.current_dir(dir).args([
        "build",
        "--release",
        "--target",
        TARGET,
        "--message-format=json-render-diagnostics",
    ]);
    command.arg("--target-dir").arg(target);
    for package in packages {
        command.args(["--package", package]);
    }
    // the profile of a guest, whatever the crate's own workspace says
    for setting in ["opt-level=3", "lto=true", "codegen-units=1", "panic=\"abort\"", "strip=true", "debug=false"] {
        command.arg("--config").arg(format!("profile.release.{setting}"));
    }
    command.env("CARGO_ENCODED_RUSTFLAGS", flags(toolchain, dir, target)).env("RUSTC", &toolchain.rustc);
    // of a calling cargo or a user's shell: none of them may change the bytes
    for name in [
        "RUSTFLAGS",
        "RUSTUP_TOOLCHAIN",
        "CARGO_BUILD_RUSTFLAGS",
        "RUSTC_WRAPPER",
        "RUSTC_WORKSPACE_WRAPPER",
        "CARGO_INCREMENTAL",
    ] {
        command.env_remove(name);
    }
    if let Some(linker) = &toolchain.from_source {
        command.env("RUSTC_BOOTSTRAP", "1").env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
        command.arg("-Zbuild-std=std,panic_abort");
    }
    let start = |error| BuildError::Program { program: toolchain.cargo.display().to_string(), error };
    let out = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).output().map_err(start)?;
    if !out.status.success() {
        return Err(BuildError::Cargo { dir: dir.to_owned() });
    }
    Ok(String::from_utf8_lossy(&out.stdout).lines().filter_map(module).collect())
}

/// The module that one of cargo's messages tells of.
fn module(line: &str) -> Option<(String, PathBuf)> {
    let message: serde_json::Value = serde_json::from_str(line).ok()?;
    if message["reason"] != "compiler-artifact" {
        return None;
    }
    let cdylib = message["target"]["crate_types"].as_array()?.iter().any(|kind| kind == "cdylib");
    let file = message["filenames"]
        .as_array()?
        .iter()
        .filter_map(|name| name.as_str())
        .find(|name| name.ends_with(".wasm"))?;
    // `path+file:///…/my-detector#0.1.0` or `…#my-detector@0.1.0`
    let id = message["package_id"].as_str()?;
    let (path, version) = id.rsplit_once('#')?;
    let package = match version.split_once('@') {
        Some((name, _)) => name,
        None => path.rsplit('/').next()?,
    };
    cdylib.then(|| (package.to_owned(), PathBuf::from(file)))
}

/// Flags for every crate: no folder of this machine in the bytes, and no cast that a panic's text would
/// need debug information for.
fn flags(toolchain: &Toolchain, dir: &Path, target: &Path) -> OsString {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    let workspace = workspace_root(&toolchain.cargo, dir).unwrap_or_else(|| dir.to_owned());
    // rustc takes the last prefix that fits: the narrowest stands last
    let mut remaps: Vec<(PathBuf, &str)> = vec![(toolchain.sysroot.clone(), "/rust")];
    remaps.extend(home.map(|home| (home, "/cargo")));
    remaps.push((workspace, "/src"));
    remaps.push((target.to_owned(), "/target"));
    let mut flags = OsString::new();
    for (from, to) in remaps {
        if !flags.is_empty() {
            flags.push("\x1f");
        }
        flags.push("--remap-path-prefix=");
        flags.push(from);
        flags.push("=");
        flags.push(to);
    }
    flags
}

/// The folder of the workspace that a crate belongs to; the crate's own when it stands alone.
pub(crate) fn workspace_root(cargo: &Path, dir: &Path) -> Option<PathBuf> {
    let mut command = Command::new(cargo);
    command.current_dir(dir).args(["locate-project", "--workspace", "--message-format=plain"]);
    let out = command.stderr(Stdio::null()).output().ok()?;
    let manifest = PathBuf::from(String::from_utf8(out.stdout).ok()?.trim());
    manifest.parent().map(Path::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_found_in_cargos_messages() {
        let message = |id: &str, kind: &str, file: &str| {
            format!(
                r#"{{"reason":"compiler-artifact","package_id":"{id}","target":{{"crate_types":["{kind}"]}},"filenames":["{file}"]}}"#
            )
        };
        let found = |text: String| module(&text).map(|(name, _)| name);
        assert_eq!(
            found(message("path+file:///a/my-detector#0.1.0", "cdylib", "/t/my_detector.wasm")).unwrap(),
            "my-detector"
        );
        assert_eq!(found(message("path+file:///a/b#my-detector@0.1.0", "cdylib", "/t/x.wasm")).unwrap(), "my-detector");
        assert_eq!(found(message("path+file:///a/b#0.1.0", "lib", "/t/x.rlib")), None);
        assert_eq!(found("no json".to_owned()), None);
    }
}
