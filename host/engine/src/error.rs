//! Why a component does not load or an entry does not open.

use tapewright_model::{Digest, Fault, Refusal};

use crate::residency::TooManyInstances;
use crate::text::some;

/// Why a file is not a plugin that this host runs.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Not WebAssembly, a core module, or damaged.
    #[error("it is not a WebAssembly component: {reason}")]
    NotComponent {
        /// What is wrong, with the offset.
        reason: String,
    },
    /// Something about it is larger than what this host compiles.
    #[error("it has {count} {what}, {max} at most")]
    TooLarge {
        /// Of what.
        what: &'static str,
        /// How many.
        count: u64,
        /// The bound.
        max: u64,
    },
    /// It imports something other than the log.
    #[error("it imports {}, and a plugin may import nothing but the log{}", some(.names), wasi_hint(.names))]
    Imports {
        /// Every import that is not allowed.
        names: Vec<String>,
    },
    /// It speaks another version of the contract.
    #[error("it is built for {}, and this host speaks {}", some(.found), crate::CONTRACT)]
    Version {
        /// Interfaces that it exports.
        found: Vec<String>,
    },
    /// It exports no interface of the contract.
    #[error("it exports neither a detector nor a strategy of {}", crate::CONTRACT)]
    NoKind,
    /// The compiler refused it.
    #[error("it does not compile: {reason}")]
    Compile {
        /// In the compiler's words.
        reason: String,
    },
}

/// Most who meet this have written no such import.
fn wasi_hint(names: &[String]) -> &'static str {
    if names.iter().any(|name| name.starts_with("wasi:")) {
        "\nhint: WASI is files, clocks, chance and the network, which no plugin is given; often it is a language's runtime that asks, not the plugin: build it without WASI, as `tapewright build` does"
    } else {
        ""
    }
}

/// Why an entry did not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The plugin says no to these arguments.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The plugin failed.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The plan asks for more memory than was granted.
    #[error("its plan asks for {asked} bytes of memory, {granted} are granted")]
    MemoryNotGranted {
        /// The component whose plan it is: what a grant names.
        component: Digest,
        /// By the plan.
        asked: u64,
        /// By the user.
        granted: u64,
    },
    /// No room for another instance.
    #[error(transparent)]
    TooMany(#[from] TooManyInstances),
}

/// The engine itself could not be made: ours, or the machine's.
#[derive(Debug, thiserror::Error)]
#[error("the WebAssembly engine does not start: {0}")]
pub struct EngineError(pub(crate) String);
