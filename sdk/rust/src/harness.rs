//! A native test harness: a plugin's own `cargo test` opens an entry, runs it over a table and looks at what it said.
//!
//! ```
//! use tapewright_sdk::harness::{self, Table};
//! use tapewright_sdk::prelude::*;
//!
//! struct Mean { close: Column, mean: OutputColumn, sma: Sma }
//!
//! impl Detector for Mean {
//!     fn entry() -> Entry {
//!         Entry::new("mean", "Mean of the close").param(Param::integer("rows", "Over how many rows", (1, 500), 20))
//!     }
//!     fn open(setup: &mut Setup) -> Result<Self, Refusal> {
//!         let sma = Sma::new(setup.integer("rows") as usize);
//!         setup.memory_rows(sma.memory_rows());
//!         Ok(Mean { close: setup.column("close"), mean: setup.output("mean", "Mean", "price"), sma })
//!     }
//!     fn on_row(&mut self, row: &Row, say: &mut Say) {
//!         say.set(self.mean, self.sma.update(row[self.close]));
//!     }
//! }
//!
//! let opened = harness::detector::<Mean>().param("rows", 2).open().unwrap();
//! assert_eq!(opened.memory_rows(), Some(2));
//! let heard = opened.run(&Table::daily(4).column("close", &[1.0, 3.0, 5.0, 7.0]));
//! assert_eq!(heard.output("mean")[1..], [2.0, 4.0, 6.0]);
//! ```
//!
//! It checks what the host checks: parameters against their declarations, the plan, the shape of what is said, that
//! the size of a push changes nothing, and a promised memory. Whatever breaks that panics and says where.
//!
//! It knows nothing of the sandbox, limits, fills or outcomes: `own.*` columns are what the table says, and `learn`
//! is never called. Native only: a component holds none of it.

mod breach;
mod heard;
mod opened;
mod opening;
mod table;

pub use crate::bindings::types::ParamValue;
pub use heard::{Heard, HeardDetection, HeardTarget};
pub use opened::Opened;
pub use opening::Opening;
pub use table::Table;

use crate::{Detector, Strategy, runtime};

/// Which trait the entry implements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Detector,
    Strategy,
}

/// Begins to open a detector.
#[must_use]
pub fn detector<D: Detector>() -> Opening {
    Opening::new(Kind::Detector, runtime::detector::<D>())
}

/// Begins to open a strategy.
#[must_use]
pub fn strategy<S: Strategy>() -> Opening {
    Opening::new(Kind::Strategy, runtime::strategy::<S>())
}
