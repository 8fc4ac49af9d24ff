//! Gamma exposure of a chain: what dealers must buy or sell when the underlying moves, by strike and expiry; and the
//! columns that a series of chains gives.
//!
//! A quote's gamma is the file's, else comes from its volatility, else from its price (`gamma_of`). Exposure is gamma
//! × open interest × 100 × spot² × 1 %, signed by what dealers are supposed to hold (`profile`). Where the sum changes its
//! sign is found by pricing the chain anew at other spots (`flip`).
//!
//! Promises that what the chain does not say is NaN or counted, never guessed, and the same bits on every machine.
//! Refuses to know: who really holds what. Open interest has no side; the convention is an assumption of the user's.

mod black_scholes;
mod columns;
mod exposure;
mod flip;
mod gamma_of;
mod implied_volatility;
#[cfg(test)]
pub(crate) mod made;
mod maturity;
mod moment;
mod profile;
#[cfg(test)]
mod reference;

pub use black_scholes::European;
pub use columns::{OPTION_COLUMNS, OptionColumns};
pub use exposure::gex_profile;
pub use gamma_of::GammaSource;
pub use moment::SpotSource;
pub use profile::{
    CellGex, CurvePoint, DealerConvention, Expired, Expiries, ExpiryGex, GexOptions, GexProfile, QuoteCounts, StrikeGex,
};

pub(crate) use columns::{follows, levels};
pub(crate) use gamma_of::said_delta;
pub(crate) use moment::{Moment, Pair, years_to};
