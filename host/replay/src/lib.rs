//! The loop: a run is a graph of nodes, its connected parts are units of work, and inside a unit time
//! moves in slabs, with rows, pushes, fills, outcomes and the commit always in the same order.
//!
//! Promises: at a row with known time t a node sees what was known at t and nothing else; nothing that is
//! committed depends on slab size, push size, thread count, the order of units or on how often an
//! instance was rebuilt; memory does not grow with the number of units.
//! Refuses to know: whether rows are history or live, where what was said is kept, what a report is.

mod account;
mod commit;
mod error;
mod graph;
mod input;
mod join;
mod node;
mod outcome;
mod request;
mod run;
mod shown;
mod track;
mod traded;
mod unit;
mod warm_up;

pub use error::{GraphError, RunError};
pub use graph::{Graph, NodeInfo, UnitInfo};
pub use outcome::{Claim, History, Judge, Verdict};
pub use request::{Binding, Progress, Push, Request, RunOptions};
pub use run::{MakeSink, NodeStats, RunResult, Sink, SinkError, UnitResult, run};
pub use shown::{Shown, shown};
pub use track::Bar;
pub use traded::as_said;
