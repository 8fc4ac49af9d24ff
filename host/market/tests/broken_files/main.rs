//! Files that are broken: each is refused with words that name it, or mended in a way that is said, and what the store
//! holds afterwards is what the file says. Never a panic, never a wrong price.

// what cannot be fails the test
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod archives;
mod bars;
mod chains;
mod desk;
mod folders;
mod json;
mod packed;
mod releases;
mod texts;
mod times;
