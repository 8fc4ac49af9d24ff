//! Reference plugin `gex`: what gamma exposure says about the next move: an extreme of negative gamma, the price on
//! its way to the gamma flip, tests of the call wall and of the put support.
//!
//! It takes exposure and levels as columns of the data and does not know how they were made. Where one is missing
//! it says nothing of what needs it.

mod flip_approach;
mod gex;
mod level_test;
mod negative_gamma;
mod reading;

pub use gex::Gex;

tapewright_sdk::export_detectors!(Gex);
