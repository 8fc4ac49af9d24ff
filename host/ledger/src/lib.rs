//! What must outlive the process: plugins by digest, runs with their provenance, units, and what they said
//! in Parquet segments.
//!
//! Promises that a process killed at any moment leaves a ledger that opens, in which a unit is either
//! there whole or not at all. SQLite holds what must be transactional; a segment is written beside its
//! place, named by the digest of what it holds, and counts from the moment its unit is in SQLite.
//! The folder is held as a handle, so that no name and no link leads out of it.
//! Refuses to know: how a run is made and what its records mean.

mod error;
mod folder;
mod ledger;
mod migrations;
mod segment;

pub use error::LedgerError;
pub use ledger::{Ledger, NewRun, RunRow, UnitRow};
pub use segment::{OutputsReader, SegmentReader, SegmentWriter, Written};
