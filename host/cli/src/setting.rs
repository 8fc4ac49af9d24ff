//! Where things are kept, and the engine over it.

use std::path::{Path, PathBuf};

use anyhow::Context;
use etcetera::BaseStrategy;
use tapewright_engine::{Engine, EngineOptions};
use tapewright_market::Remote;

use crate::args::Args;
use crate::config::Config;
use crate::failure::Failure;

/// The home folder: as named, or `tapewright` in the platform's data folder.
pub(crate) fn home(args: &Args) -> Result<PathBuf, Failure> {
    if let Some(home) = &args.home {
        return Ok(home.clone());
    }
    let base = etcetera::choose_base_strategy().context("there is no home folder\nhint: name one with --home");
    Ok(base.map_err(Failure::input)?.data_dir().join("tapewright"))
}

/// What was set down in `--config`, or in the home folder.
pub(crate) fn config(args: &Args) -> Result<Config, Failure> {
    Config::read(args.config.as_deref(), &home(args)?)
}

/// The engine with its cache of compiled code in the home folder.
pub(crate) fn engine(home: &Path) -> Result<Engine, Failure> {
    Ok(Engine::new(EngineOptions { code_cache: Some(home.join("code")), instances_max: None })?)
}

/// A store elsewhere, when this names one.
pub(crate) fn remote(args: &Args, path: &Path) -> Result<Option<Remote>, Failure> {
    remote_in(&home(args)?, path)
}

/// Where data lies on this machine: a store elsewhere is fetched as far as it has changed.
pub(crate) fn data(args: &Args, path: &Path) -> Result<PathBuf, Failure> {
    fetched(&home(args)?, path)
}

/// The same, with its mirrors in this home.
pub(crate) fn fetched(home: &Path, path: &Path) -> Result<PathBuf, Failure> {
    match remote_in(home, path)? {
        Some(remote) => Ok(remote.pull()?.to_owned()),
        None => Ok(path.to_owned()),
    }
}

fn remote_in(home: &Path, path: &Path) -> Result<Option<Remote>, Failure> {
    match path.to_str().filter(|_| Remote::is_url(path)) {
        Some(url) => Ok(Some(Remote::open(url, &home.join("mirrors"))?)),
        None => Ok(None),
    }
}
