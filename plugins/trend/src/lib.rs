//! Reference plugin `trend`: pivots of three levels, trend lines through the level-2 pivots, and a prediction
//! of the trend whenever a new line appears.
//!
//! It promises to say a pivot only on the row on which it is known, never on the one on which it happened. It
//! knows nothing of how the host judges; the track record in its output columns is its own count.

mod line;
mod prominence;
mod side;
mod track_record;
mod trend;

pub use trend::Trend;

tapewright_sdk::export_detectors!(Trend);
