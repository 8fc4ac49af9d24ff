//! What a stranger can check of a plugin: it is shown the same rows in ways that must make no difference, and what it says
//! is compared bit by bit.
//!
//! Promises that a property which fails names the first row on which it does, with both answers; that the same component
//! and the same rows give the same verdicts on every machine (speed is a figure, never a verdict).
//! Refuses to know: whether a plugin is any good, and where rows come from. What a component carries inside it cannot be
//! ruled out from here: only a forward test settles that.

mod blind;
mod check;
mod property;
mod properties {
    pub(crate) mod determinism;
    pub(crate) mod endurance;
    pub(crate) mod faults;
    pub(crate) mod levels;
    pub(crate) mod memory;
    pub(crate) mod peeking;
    pub(crate) mod push_size;
    pub(crate) mod speed;
}
mod said;
mod subject;

pub use check::{Checked, check};
pub use properties::memory::MemoryRow;
pub use property::{Line, Property, Verdict};
pub use subject::Subject;
