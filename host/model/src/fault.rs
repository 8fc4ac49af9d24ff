//! Faults: what a plugin did that it must not.

use std::fmt;

use crate::{Digest, Time};

/// The ways in which a call into a plugin fails.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultKind {
    /// It trapped: a panic, a wild read, a stack overflow.
    Trap,
    /// It used more fuel than one call may.
    OutOfFuel,
    /// It wanted more memory than one instance may have.
    OutOfMemory,
    /// It returned a list longer than the bound of its field.
    OversizedOutput,
    /// It returned what the contract or its own plan rules out.
    ContractBreach,
    /// It said itself that it cannot go on.
    GuestError,
}

impl FaultKind {
    /// All kinds, in the order of their codes.
    pub const ALL: [FaultKind; 6] = [
        FaultKind::Trap,
        FaultKind::OutOfFuel,
        FaultKind::OutOfMemory,
        FaultKind::OversizedOutput,
        FaultKind::ContractBreach,
        FaultKind::GuestError,
    ];

    /// The word for it in tables and segments.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            FaultKind::Trap => "trap",
            FaultKind::OutOfFuel => "out of fuel",
            FaultKind::OutOfMemory => "out of memory",
            FaultKind::OversizedOutput => "oversized output",
            FaultKind::ContractBreach => "contract breach",
            FaultKind::GuestError => "guest error",
        }
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// One fault, with everything that somebody needs to find it again.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub struct Fault {
    /// What happened.
    pub kind: FaultKind,
    /// Name of the plugin: its alias in a run, its file elsewhere.
    pub plugin: String,
    /// Digest of the component.
    pub digest: Digest,
    /// The export that was called.
    pub export: &'static str,
    /// The instrument, or instruments of a panel.
    pub symbol: String,
    /// Row since the unit's origin and its known time, when a row was being pushed.
    pub row: Option<(u64, Time)>,
    /// What is known about the cause; the panic text, when there was one.
    pub detail: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: plugin `{}` ({}) in `{}`", self.kind, self.plugin, self.digest.short(), self.export)?;
        if !self.symbol.is_empty() {
            write!(f, " on {}", self.symbol)?;
        }
        if let Some((row, time)) = self.row {
            write!(f, " at row {row} ({time})")?;
        }
        if !self.detail.is_empty() {
            write!(f, ": {}", self.detail)?;
        }
        Ok(())
    }
}
