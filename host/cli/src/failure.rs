//! What a failure is to the one who typed the command.

use tapewright_engine::{EngineError, LoadError, OpenError};
use tapewright_ledger::LedgerError;
use tapewright_market::MarketError;
use tapewright_replay::{GraphError, RunError};

/// How a command ended that did end.
pub(crate) enum Outcome {
    /// All of it.
    Done,
    /// All of it, but a plugin failed on the way.
    PluginFailed,
}

/// Who can mend it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// The user.
    Input,
    /// The plugin's author.
    Plugin,
    /// Nobody: whoever read the output has gone away.
    Quiet,
    /// We.
    Bug,
}

impl Class {
    pub(crate) fn exit_code(self) -> u8 {
        match self {
            Class::Quiet => 0,
            Class::Input => 2,
            Class::Plugin => 3,
            Class::Bug => 70,
        }
    }
}

/// An error and its class.
pub(crate) struct Failure {
    pub(crate) class: Class,
    pub(crate) error: anyhow::Error,
}

impl Failure {
    pub(crate) fn input(error: anyhow::Error) -> Failure {
        Failure { class: Class::Input, error }
    }

    pub(crate) fn bug(error: anyhow::Error) -> Failure {
        Failure { class: Class::Bug, error }
    }

    /// The same failure with a word about what to do.
    pub(crate) fn hinted(self, hint: &str) -> Failure {
        Failure { class: self.class, error: anyhow::anyhow!("{:#}{hint}", self.error) }
    }

    /// The same failure with a word about where.
    pub(crate) fn at(self, place: impl std::fmt::Display) -> Failure {
        Failure { class: self.class, error: anyhow::anyhow!("{place}: {:#}", self.error) }
    }
}

impl From<tapewright_model::Fault> for Failure {
    fn from(fault: tapewright_model::Fault) -> Failure {
        Failure { class: Class::Plugin, error: fault.into() }
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Failure {
        let class = match &error {
            OpenError::Fault(_) => Class::Plugin,
            OpenError::Refused(_) | OpenError::MemoryNotGranted { .. } | OpenError::TooMany(_) => Class::Input,
        };
        Failure { class, error: error.into() }
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Failure {
        let class = match &error {
            RunError::Graph(GraphError::Open { error: OpenError::Fault(_), .. }) | RunError::Reopen { .. } => {
                Class::Plugin
            }
            RunError::Bug(_) => Class::Bug,
            RunError::Graph(_) | RunError::Market(_) | RunError::TooMany { .. } | RunError::Sink(_) => Class::Input,
        };
        Failure { class, error: error.into() }
    }
}

impl From<GraphError> for Failure {
    fn from(error: GraphError) -> Failure {
        RunError::from(error).into()
    }
}

macro_rules! class {
    ($class:ident: $($error:ty),+) => {
        $(impl From<$error> for Failure {
            fn from(error: $error) -> Failure {
                Failure { class: Class::$class, error: error.into() }
            }
        })+
    };
}

class!(Input: LoadError, MarketError, LedgerError, tapewright_build::BuildError, tapewright_model::ParamError, tapewright_model::NameError, tapewright_model::TimeError, tapewright_report::ReportError);
class!(Bug: EngineError, serde_json::Error);
