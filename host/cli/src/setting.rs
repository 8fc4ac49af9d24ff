//! Where things are kept, and the engine over it.

use std::path::{Path, PathBuf};

use anyhow::Context;
use etcetera::BaseStrategy;
use tapewright_engine::{Engine, EngineOptions};

use crate::args::Args;
use crate::failure::Failure;

/// The home folder: as named, or `tapewright` in the platform's data folder.
pub(crate) fn home(args: &Args) -> Result<PathBuf, Failure> {
    if let Some(home) = &args.home {
        return Ok(home.clone());
    }
    let base = etcetera::choose_base_strategy().context("there is no home folder\nhint: name one with --home");
    Ok(base.map_err(Failure::input)?.data_dir().join("tapewright"))
}

/// The engine with its cache of compiled code in the home folder.
pub(crate) fn engine(home: &Path) -> Result<Engine, Failure> {
    Ok(Engine::new(EngineOptions { code_cache: Some(home.join("code")), instances_max: None })?)
}
