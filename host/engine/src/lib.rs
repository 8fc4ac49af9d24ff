//! wasmtime, narrowed to what this house needs: a file becomes a [`Plugin`], an entry of it an
//! [`Instance`], rows go in and what was said comes out, checked against the contract.
//!
//! Promises: nothing that a component holds or says can panic the host, reach outside its instance, or
//! grow it past a named bound; whatever goes wrong is a typed [`Fault`](tapewright_model::Fault) or
//! [`LoadError`]; the same rows give the same bytes on every machine.
//! Refuses to know: what a backtest is, where rows come from, what is done with what was said.

mod bounded;
mod cache;
mod call;
mod config;
mod contract;
mod error;
mod gate;
mod gathered;
mod instance;
mod limits;
mod plugin;
mod residency;
mod text;
mod wire;

use std::path::PathBuf;
use std::sync::Arc;

use tapewright_model::Digest;
use wasmtime::component::{Component, Linker};

pub use config::HOST_SEMANTICS;
pub use error::{EngineError, LoadError, OpenError};
pub use gate::{COMPONENT_BYTES_MAX, toolchain};
pub use gathered::Values;
pub use instance::{Instance, Output};
pub use limits::Limits;
pub use plugin::{Fitting, Opening, Plugin};
pub use residency::{Residency, Seats, TooManyInstances};

use cache::CodeCache;
use call::Host;

/// The contract that this host speaks.
pub const CONTRACT: &str = "tapewright:signal@0.1.0";
/// The one interface that a plugin may import.
const LOG_INTERFACE: &str = "tapewright:signal/log@0.1.0";
/// Rows of one push at most.
pub const PUSH_ROWS_MAX: usize = 65_536;
/// Values of one push at most: 4 MiB of the guest's memory.
pub const PUSH_VALUES_MAX: usize = 524_288;
/// Values of output columns that one push may return.
pub const PUSH_OUTPUTS_MAX: usize = wire::COLUMN_VALUES_MAX;

/// The full name of one of the contract's interfaces.
fn interface(name: &str) -> String {
    format!("tapewright:signal/{name}@0.1.0")
}

/// How an engine is made.
#[derive(Debug, Default, Clone)]
pub struct EngineOptions {
    /// Where compiled code is kept; nowhere when missing.
    pub code_cache: Option<PathBuf>,
    /// Resident instances at most; from the kernel's limits when missing.
    pub instances_max: Option<usize>,
}

/// Compiles and loads components. One per process; cheap to clone.
#[derive(Clone)]
pub struct Engine {
    inner: wasmtime::Engine,
    linker: Arc<Linker<Host>>,
    cache: Option<Arc<CodeCache>>,
    digest: Digest,
    residency: Arc<Residency>,
}

impl Engine {
    /// Starts wasmtime with the house's one configuration. A code cache that cannot be opened is gone
    /// without, with a warning.
    ///
    /// # Errors
    /// When the machine does not carry the configuration.
    pub fn new(options: EngineOptions) -> Result<Engine, EngineError> {
        let fail = |error: wasmtime::Error| EngineError(format!("{error:#}"));
        let inner = wasmtime::Engine::new(&config::config()).map_err(fail)?;
        let mut linker = Linker::new(&inner);
        let mut log = linker.instance(LOG_INTERFACE).map_err(fail)?;
        log.func_wrap("log", call::log).map_err(fail)?;
        let cache = options.code_cache.and_then(|path| match CodeCache::open(&path) {
            Ok(cache) => Some(Arc::new(cache)),
            Err(error) => {
                tracing::warn!(path = %path.display(), %error, "no code cache, every component is compiled anew");
                None
            }
        });
        let digest = config::config_digest(&inner);
        let residency = Residency::new(options.instances_max);
        Ok(Engine { inner, linker: Arc::new(linker), cache, digest, residency })
    }

    /// Names configuration, wasmtime, processor features and host semantics: part of every key.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The bound on resident instances.
    #[must_use]
    pub fn residency(&self) -> &Arc<Residency> {
        &self.residency
    }

    /// Loads a component: from the code cache when this engine compiled it before, else it is counted,
    /// its imports are looked at, and it is compiled.
    ///
    /// # Errors
    /// See [`LoadError`].
    pub fn load(&self, bytes: &[u8]) -> Result<Plugin, LoadError> {
        gate::size(bytes.len() as u64)?;
        let digest = Digest::of_file(bytes);
        let component = match self.cached(&digest) {
            Some(component) => component,
            None => {
                gate::inspect(bytes)?;
                let compile =
                    |error: wasmtime::Error| LoadError::Compile { reason: text::shown(&format!("{error:#}")) };
                let component = Component::from_binary(&self.inner, bytes).map_err(compile)?;
                self.keep(&digest, &component);
                component
            }
        };
        let surface = plugin::surface(&component);
        surface.check()?;
        let compile = |error: wasmtime::Error| LoadError::Compile { reason: text::shown(&format!("{error:#}")) };
        let pre = self.linker.instantiate_pre(&component).map_err(compile)?;
        Plugin::new(pre, digest, bytes.len() as u64, surface)
    }

    fn cached(&self, digest: &Digest) -> Option<Component> {
        let code = self.cache.as_ref()?.read(digest, &self.digest)?;
        // SAFETY: the bytes are what `keep` wrote: the cache's folder belongs to this user and is closed
        // to others, the file's name binds component and engine, and its checksum holds. wasmtime checks
        // version and configuration again.
        match unsafe { Component::deserialize(&self.inner, &code) } {
            Ok(component) => Some(component),
            Err(error) => {
                tracing::warn!(component = %digest.short(), %error, "compiled code does not load, compiling again");
                None
            }
        }
    }

    fn keep(&self, digest: &Digest, component: &Component) {
        let Some(cache) = &self.cache else { return };
        let kept = component.serialize().map_err(|error| error.to_string());
        let kept = kept.and_then(|code| cache.write(digest, &self.digest, &code).map_err(|error| error.to_string()));
        if let Err(error) = kept {
            tracing::warn!(component = %digest.short(), error, "compiled code is not kept");
        }
    }
}
