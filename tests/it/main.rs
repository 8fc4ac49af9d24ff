//! The one integration binary: real guests in real Wasm, real files, real processes.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests fail by panicking"
)]

mod browser;
mod check;
mod cli;
mod contract;
mod engine;
mod grants;
mod hostile;
mod kit;
mod known_time;
mod ledger;
mod market_data;
mod new;
mod outcomes;
mod real_data;
mod remote;
mod report;
mod tidy;
mod toolchain;
