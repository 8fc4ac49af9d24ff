//! The words that everyone in the house shares: times, columns, frames, plans, what was said.
//!
//! No I/O and no policy. A type lives here when two rooms speak of it; what only one room needs stays
//! there. Everything that enters a digest has its canonical bytes defined here, once.

mod column;
mod digest;
mod fault;
mod frame;
mod name;
mod param;
mod plan;
mod said;
mod time;
mod timeframe;

pub use column::{Column, ColumnError, DetectionField, OwnField};
pub use digest::{Digest, DigestError, DigestWriter};
pub use fault::{Fault, FaultKind};
pub use frame::{CANONICAL_NAN, Frame, FrameError, canonical};
pub use name::{NameError, Symbol, check_name};
pub use param::{NumberRange, Param, ParamDecl, ParamError, ParamKind, ParamValue, resolve_params};
pub use plan::{
    Entry, EvidenceDecl, EvidenceKind, Horizon, Kind, OutputDecl, Pattern, Plan, Refusal, Rule, WarmUp, params_text,
};
pub use said::{
    Batch, Detection, Direction, Fill, FillReason, Judged, Label, NodeNames, Outcome, OutputRows, Record, SaidDigest,
    Target, UnitNames, What,
};
pub use time::{Time, TimeError};
pub use timeframe::{Timeframe, TimeframeError};
