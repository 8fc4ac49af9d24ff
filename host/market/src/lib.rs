//! Data in: files become [`Frame`]s with known times, and a [`Market`] of them answers for rows of
//! any timeframe.
//!
//! Promises that every row has a known time, that nothing is dropped or mended silently, and that a bar
//! of a higher timeframe appears when it has closed.
//! Refuses to know: who reads the rows and what for.

mod bars;
mod csv_bars;
mod error;
mod market;
mod midnight;
mod open;
mod parquet_bars;
mod reader;
mod series;
mod store;
mod synth;

pub use bars::aggregate;
pub use csv_bars::read_csv;
pub use error::MarketError;
pub use market::Market;
pub use reader::Reader;
pub use series::Span;
pub use store::write_store;
pub use synth::{SynthOptions, synth};
