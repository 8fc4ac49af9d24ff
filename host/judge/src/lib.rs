//! Statistics: whether what was claimed is better than luck.
//!
//! Pure functions over slices: no I/O, no clock, no randomness, and the same bits for the same numbers on every
//! machine. Refuses to know: where the numbers come from, what they are shown as.

mod calibration;
mod episodes;
mod interval;

pub use calibration::{Bin, brier, reliability};
pub use episodes::{Span, firsts};
pub use interval::{Interval, wilson};
