//! Plugin crate → component: finds a guest toolchain, compiles for `wasm32-unknown-unknown`, and wraps
//! the module as a component that imports no WASI.
//!
//! Promises that the same source and the same toolchain give the same bytes wherever the crate lies,
//! and that the component names its toolchain in the custom section `tapewright-toolchain`.
//! Refuses to know what a host does with the component.

mod cargo;
mod componentize;
mod crate_build;
mod error;
mod toolchain;

use std::path::{Path, PathBuf};

pub use cargo::cargo;
pub use error::BuildError;
pub use toolchain::{Install, Toolchain};

/// A component that was built.
#[derive(Debug, Clone)]
pub struct Built {
    /// Name of the package.
    pub package: String,
    /// Where the component was written.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
}

/// Builds plugin packages into components.
#[derive(Debug, Clone)]
pub struct Builder {
    toolchain: Toolchain,
    target_dir: Option<PathBuf>,
}

impl Builder {
    /// Finds a toolchain; whether one may be installed is the caller's to say.
    ///
    /// # Errors
    /// When there is none, with what to type.
    pub fn new(install: Install) -> Result<Builder, BuildError> {
        Ok(Builder { toolchain: Toolchain::find(install)?, target_dir: None })
    }

    /// Builds in this folder instead of `target/tapewright` of the crate's workspace.
    #[must_use]
    pub fn target_dir(mut self, dir: impl Into<PathBuf>) -> Builder {
        self.target_dir = Some(dir.into());
        self
    }

    /// The toolchain that was found.
    #[must_use]
    pub fn toolchain(&self) -> &Toolchain {
        &self.toolchain
    }

    /// `target/tapewright` of the workspace of the crate in `dir`: where guests are built, and where their
    /// components go when nobody says otherwise.
    #[must_use]
    pub fn target_of(&self, dir: &Path) -> PathBuf {
        let workspace = crate_build::workspace_root(&self.toolchain.cargo, dir);
        workspace.unwrap_or_else(|| dir.to_owned()).join("target/tapewright")
    }

    /// Builds every `cdylib` of the packages (of the crate in `dir`, when none is named) and writes each
    /// component as `<package>.wasm` into `out`.
    ///
    /// # Errors
    /// What cargo said, or why the module makes no component.
    pub fn build(&self, dir: &Path, packages: &[&str], out: &Path) -> Result<Vec<Built>, BuildError> {
        let dir = std::path::absolute(dir).map_err(|error| BuildError::io(dir, error))?;
        let target = self.target_dir.clone().unwrap_or_else(|| self.target_of(&dir));
        let modules = crate_build::compile(&self.toolchain, &dir, packages, &target)?;
        if modules.is_empty() {
            return Err(BuildError::NoCdylib { dir });
        }
        std::fs::create_dir_all(out).map_err(|error| BuildError::io(out, error))?;
        let mut built = Vec::new();
        for (package, module) in modules {
            let component = componentize::component(&module, &self.toolchain)?;
            let path = out.join(format!("{package}.wasm"));
            // beside its place, then moved there: a host that watches the folder never reads half
            let part = out.join(format!(".{package}.{}.part", std::process::id()));
            let written = std::fs::write(&part, &component).and_then(|()| std::fs::rename(&part, &path));
            written.map_err(|error| BuildError::io(&path, error))?;
            built.push(Built { package, path, bytes: component.len() as u64 });
        }
        Ok(built)
    }
}
