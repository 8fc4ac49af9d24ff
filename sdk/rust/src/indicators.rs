//! Indicators for authors: small streaming filters, one `update` a row.
//!
//! ```
//! use tapewright_sdk::indicators::{Seed, Sma, Ema};
//!
//! let mut sma = Sma::new(3);
//! assert!(sma.update(1.0).is_nan() && sma.update(2.0).is_nan());
//! assert_eq!(sma.update(6.0), 3.0);
//! assert_eq!(sma.update(f64::NAN), 3.0); // a missing value is skipped
//! assert_eq!(Ema::new(3, Seed::First).update(7.0), 7.0);
//! ```
//!
//! What holds for all of them:
//!
//! - A value is NaN until there were enough rows. A row with a NaN among its inputs is skipped: it changes nothing,
//!   and `update` says the last value again, as `value` does.
//! - **Windows** ([`Sma`], [`Bollinger`], [`Donchian`], [`Highest`], [`Lowest`], [`Percentile`], [`RollingVwap`],
//!   [`TrueRange`], [`ZScore`]) forget: what they say depends, bit for bit, on the last `memory_rows()` rows alone,
//!   provided that none of those was skipped. Sums are taken afresh on every row, oldest first; a running sum would
//!   be faster and would carry the rounding of rows long gone. `warm_up()` is the row from which they say something.
//! - **Recursive filters** ([`Adx`], [`Atr`], [`Ema`], [`Macd`], [`Obv`], [`Pivots`], [`Rsi`], [`Vwap`]) never quite
//!   forget and promise no memory. `warm_up()` is 20 × the period: at the slowest decay here, Wilder's 1 − 1/n, the
//!   first row then weighs e⁻²⁰ ≈ 2·10⁻⁹ of what it did. Sums since the start ([`Obv`], [`Vwap`]) have none.
//! - Only `+ − × ÷ √` in a fixed order, so that the bits are the same on every machine. No allocation after `new`.
//! - A period of 0 panics; bound periods where the parameter is declared.

mod adx;
mod atr;
mod bollinger;
mod donchian;
mod ema;
mod extreme;
mod macd;
mod obv;
mod percentile;
mod pivots;
mod rsi;
mod sma;
mod vwap;
mod window;
mod z_score;

pub use adx::{Adx, AdxValue};
pub use atr::{Atr, TrueRange};
pub use bollinger::{Band, Bollinger};
pub use donchian::Donchian;
pub use ema::{Ema, Seed};
pub use extreme::{Highest, Lowest};
pub use macd::{Macd, MacdValue};
pub use obv::Obv;
pub use percentile::Percentile;
pub use pivots::{Pivot, PivotKind, Pivots};
pub use rsi::Rsi;
pub use sma::Sma;
pub use vwap::{RollingVwap, Vwap};
pub use window::Window;
pub use z_score::ZScore;

/// Rows after which a recursive filter of this period has forgotten its first row.
fn forgotten(period: usize) -> u32 {
    rows(period.saturating_mul(20))
}

fn rows(period: usize) -> u32 {
    u32::try_from(period).unwrap_or(u32::MAX)
}
