//! Provenance: how a run can be done again, as the ledger keeps it.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::args::AdjustArg;
use crate::grants::By;

/// Everything that decides what a run writes, and where it came from.
#[derive(Serialize, Deserialize)]
pub(crate) struct Provenance {
    pub(crate) tapewright: String,
    pub(crate) host_semantics: u64,
    pub(crate) engine: String,
    pub(crate) plugins: Vec<PluginLine>,
    pub(crate) data: Vec<PathBuf>,
    pub(crate) symbol: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) from: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) to: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) timeframe: Option<String>,
    /// With which factors prices were read; runs that are older were read without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) adjust: Option<AdjustArg>,
    pub(crate) market: String,
    pub(crate) symbols: Vec<String>,
    pub(crate) cash: f64,
    pub(crate) fuel_per_call: u64,
    pub(crate) memory_bytes: u64,
    /// To every plugin alike; runs that are younger say it of each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) memory_bytes_granted: Option<u64>,
}

/// One plugin of a run.
#[derive(Serialize, Deserialize)]
pub(crate) struct PluginLine {
    pub(crate) alias: String,
    pub(crate) file: String,
    pub(crate) digest: String,
    pub(crate) kind: String,
    pub(crate) entry: String,
    pub(crate) params: Vec<(String, String)>,
    /// Missing in runs that are older.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) memory_bytes_granted: Option<u64>,
    /// Runs that are older were granted by flag, if at all.
    #[serde(default = "by_flag")]
    pub(crate) granted_by: By,
}

fn by_flag() -> By {
    By::Flag
}
