//! Option chains: what every listed option of one underlying was quoted at, at one moment.

use tapewright_model::{Symbol, Time};

/// Call or put.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Right {
    /// The right to buy.
    Call,
    /// The right to sell.
    Put,
}

/// One option of a chain. What the file does not have is NaN.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OptionQuote {
    /// Day on which it expires, in days since 1970.
    pub expiry: i32,
    /// In dollars.
    pub strike: f64,
    /// Call or put.
    pub right: Right,
    /// Best bid, dollars a share.
    pub bid: f64,
    /// Best ask, dollars a share.
    pub ask: f64,
    /// Last or closing price, dollars a share.
    pub last: f64,
    /// Contracts traded in the session.
    pub volume: f64,
    /// Contracts open.
    pub open_interest: f64,
    /// Implied volatility a year, as a ratio (0.2 is 20 %). A zero in a file is no volatility: NaN.
    pub iv: f64,
    /// As in the file.
    pub delta: f64,
    /// As in the file: change of delta for a dollar. Zero stays zero.
    pub gamma: f64,
}

/// All options of an underlying at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    /// The underlying.
    pub symbol: Symbol,
    /// When the quotes were made.
    pub event_time: Time,
    /// When they could be known: `event_time`, or the close of the session for an end-of-day file.
    pub known_time: Time,
    /// Price of the underlying, dollars; NaN when the file does not say.
    pub spot: f64,
    /// Sorted by expiry, strike and right, each once.
    pub quotes: Vec<OptionQuote>,
}

/// Shares of one contract.
pub const SHARES_PER_CONTRACT: f64 = 100.0;
/// Options of one chain at most: SPX lists about 25,000.
pub const QUOTES_MAX: usize = 200_000;
