//! What `tapewright new --kind strategy` writes: compiled here, so that its own tests run. What it writes for a
//! detector is this crate's own source.

#[path = "../../../host/cli/templates/strategy.rs"]
mod strategy;
