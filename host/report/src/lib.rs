//! What people read: how a run's predictions did against what the market does anyway, as numbers and as one
//! self-contained page.
//!
//! Promises that every number can be made again from the run's segments and its data alone, and that nothing a
//! plugin or a file says can become markup.
//! Refuses to know: terminals, and how a run is made.

mod base_rate;
mod charts;
mod exposure;
mod page;
mod patterns;
mod proof;
mod report;
mod said;

pub use exposure::{ExposureRow, exposure_page};
pub use page::page;
pub use proof::{ProofLine, proof_page};
pub use report::{NodeReport, PatternReport, Report, ReportError, Source, report};
