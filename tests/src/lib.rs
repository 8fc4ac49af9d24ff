//! What the integration tests and the benches share: built guests, made markets, runs kept in memory.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

pub mod browser;
pub mod by_hand;
pub mod guests;
pub mod hosts;
pub mod markets;
pub mod runs;
pub mod s3;
pub mod took;
