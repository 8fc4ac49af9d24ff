//! Data in: files become [`Frame`]s with known times, and a [`Market`] of them answers for rows of
//! any timeframe.
//!
//! Promises that every row has a known time, that nothing is dropped or mended silently, and that a bar
//! of a higher timeframe appears when it has closed.
//! Refuses to know: who reads the rows and what for.

mod bars;
mod calendar;
mod chain;
mod civil;
mod clock;
mod derive;
mod error;
mod event;
mod factors;
mod flow;
mod gex;
mod import;
mod instrument;
mod market;
mod meaning;
mod open;
mod quality;
mod quote_columns;
mod reader;
mod releases;
mod remote;
mod series;
mod spread;
mod store;
mod synth;
mod text;

pub use bars::aggregate;
pub use calendar::{Calendar, Session};
pub use chain::{Chain, OptionQuote, QUOTES_MAX, Right, SHARES_PER_CONTRACT};
pub use clock::ClockColumn;
pub use error::MarketError;
pub use event::Event;
pub use factors::{Adjust, Factor, Factors, is_price};
pub use gex::{
    CellGex, CurvePoint, DealerConvention, European, Expired, Expiries, ExpiryGex, GammaSource, GexOptions, GexProfile,
    OPTION_COLUMNS, OptionColumns, QuoteCounts, SpotSource, StrikeGex, gex_profile,
};
pub use import::chains::read_chains;
pub use import::preview::{Preview, preview};
pub use import::{FileRead, Import, ImportOptions, ImportProgress, SeriesWritten, formats, import};
pub use market::{Market, Rows};
pub use meaning::{ColumnMeaning, meaning};
pub use open::OpenOptions;
pub use quality::{Check, Done, Finding, check_table};
pub use reader::Reader;
pub use remote::Remote;
pub use series::Span;
pub use spread::stored::{SpreadMade, store_spread};
pub use spread::{IndexBase, Leg, MarkPolicy, Roll, RollReason, SPREAD_COLUMNS, SpreadBars, SpreadOptions, SpreadRule};
pub use store::description::StoreTable;
pub use store::{Store, Table, write_store};
pub use synth::stored::{TRUTH, make_store};
pub use synth::{Effect, EffectSize, Planted, SynthInstrument, SynthOptions, SynthTruth, synth};
