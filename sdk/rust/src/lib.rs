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
//! [`indicators`] are the streaming filters that most plugins are made of, and [`harness`] runs an entry natively over
//! a table of rows, so that a plugin's own `cargo test` sees what it says:
//!
//! ```
//! use tapewright_sdk::harness::{self, Table};
//! use tapewright_sdk::prelude::*;
//!
//! /// Says when the fast average crosses above the slow one.
//! struct Golden { close: Column, golden: PatternId, fast: Sma, slow: Sma, above: bool }
//!
//! impl Detector for Golden {
//!     fn entry() -> Entry {
//!         Entry::new("golden", "The fast average of the close crosses above the slow one")
//!             .param(Param::integer("slow", "Rows of the slow average", (3, 400), 200))
//!     }
//!     fn open(setup: &mut Setup) -> Result<Self, Refusal> {
//!         let (fast, slow) = (Sma::new(2), Sma::new(setup.integer("slow") as usize));
//!         setup.warm_up(slow.warm_up());
//!         setup.memory_rows(slow.memory_rows() + 1); // and one more for the row before
//!         let golden = Pattern::new("golden", "From below to above").triple_barrier(20).barriers(0.02, 0.04);
//!         let golden = setup.pattern(golden);
//!         Ok(Golden { close: setup.column("close"), golden, fast, slow, above: true })
//!     }
//!     fn on_row(&mut self, row: &Row, say: &mut Say) {
//!         let (fast, slow) = (self.fast.update(row[self.close]), self.slow.update(row[self.close]));
//!         if fast > slow && !self.above {
//!             say.detect(Detection::up(self.golden), &[]);
//!         }
//!         self.above = slow.is_nan() || fast > slow;
//!     }
//! }
//!
//! let opened = harness::detector::<Golden>().param("slow", 3).open().unwrap();
//! let heard = opened.run(&Table::daily(6).column("close", [5.0, 4.0, 3.0, 3.0, 6.0, 7.0]));
//! assert_eq!(heard.detections.len(), 1);
//! assert_eq!((heard.detections[0].row, heard.detections[0].pattern.as_str()), (4, "golden"));
//! ```
//!
//! The host pushes thousands of rows at once; the author sees one at a time and so cannot peek by
//! accident. The crate promises that what it adds is a pure function of the rows, and that on a target
//! other than Wasm the exports vanish, so that a plugin's own tests run natively.

#[doc(hidden)]
pub mod bindings;
mod entry;
#[cfg(not(target_arch = "wasm32"))]
pub mod harness;
pub mod indicators;
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
    pub use crate::indicators::{
        Adx, AdxValue, Atr, Band, Bollinger, Donchian, Ema, Highest, Lowest, Macd, MacdValue, Obv, Percentile, Pivot,
        PivotKind, Pivots, RollingVwap, Rsi, Seed, Sma, TrueRange, Vwap, Window, ZScore,
    };
    pub use crate::{
        Column, Detection, Detector, Direction, Entry, EvidenceKind, Label, Outcome, OutputColumn, Param, Pattern,
        PatternId, Reason, Refusal, Row, Say, Setup, Strategy, Target, Trade, export_detectors, export_learning,
        export_strategies,
    };
}
