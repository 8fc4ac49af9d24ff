//! The guest side of Tapewright: write one struct and one `on_row`, get a component.
//!
//! ```
//! use tapewright_sdk::prelude::*;
//!
//! /// Says when the close crosses its own running mean.
//! struct Cross { close: Column, cross: PatternId, mean: f64, rows: f64, above: bool }
//!
//! impl Detector for Cross {
//!     fn entry() -> Entry {
//!         Entry::new("cross", "The close crosses its running mean")
//!     }
//!     fn open(setup: &mut Setup) -> Result<Self, Refusal> {
//!         let close = setup.column("close");
//!         let cross = setup.pattern(Pattern::new("up", "From below to above").forward_return(10));
//!         Ok(Cross { close, cross, mean: 0.0, rows: 0.0, above: true })
//!     }
//!     fn on_row(&mut self, row: &Row, say: &mut Say) {
//!         let close = row[self.close];
//!         self.rows += 1.0;
//!         self.mean += (close - self.mean) / self.rows;
//!         let above = close > self.mean;
//!         if above && !self.above {
//!             say.detect(Detection::up(self.cross), &[]);
//!         }
//!         self.above = above;
//!     }
//! }
//! export_detectors!(Cross);
//! ```
//!
//! The host pushes thousands of rows at once; the author sees one at a time and so cannot peek by
//! accident. The crate promises that what it adds is a pure function of the rows, and that on a target
//! other than Wasm the exports vanish, so that a plugin's own tests run natively.

#[doc(hidden)]
pub mod bindings;
mod entry;
mod log;
mod row;
#[doc(hidden)]
pub mod runtime;
mod say;
mod setup;

pub use entry::{Entry, Param};
pub use log::{Level, log};
pub use row::Row;
pub use runtime::{Detector, Strategy};
pub use say::{Detection, Say, Target, Trade};
pub use setup::{Column, OutputColumn, Pattern, PatternId, Reason, Setup};

pub use bindings::feedback::exports::tapewright::signal::feedback::{Label, Outcome};
pub use bindings::types::{Direction, EvidenceKind, Refusal};

/// Everything that a plugin's file needs.
pub mod prelude {
    pub use crate::{
        Column, Detection, Detector, Direction, Entry, EvidenceKind, Label, Outcome, OutputColumn, Param, Pattern,
        PatternId, Reason, Refusal, Row, Say, Setup, Strategy, Target, Trade, export_detectors, export_learning,
        export_strategies,
    };
}
