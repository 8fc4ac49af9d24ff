//! What gamma exposure of one chain is: the questions and the answer.

use tapewright_model::{Symbol, Time};

use super::moment::SpotSource;

/// Who is supposed to hold what. Open interest has two sides; which one the dealers are on no file says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DealerConvention {
    /// Customers write calls against their shares and buy puts against falls: dealers are long calls and short puts.
    /// The usual ("naive") one: SqueezeMetrics, "Gamma Exposure: Quantifying hedge rebalancing in SPX options" (2016);
    /// Barbon & Buraschi, "Gamma Fragility" (2021), whose gamma imbalance is that of calls less that of puts.
    #[default]
    LongCallsShortPuts,
    /// The mirror image: customers chase calls and write puts, as in single shares that the crowd has found.
    ShortCallsLongPuts,
    /// Customers buy whatever is open: the least that exposure can be. Hedging always amplifies.
    ShortBoth,
    /// Customers write whatever is open: the most that exposure can be. Hedging always damps.
    LongBoth,
}

/// Which expiries count. Days are those of the calendar in New York, from the chain's day on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expiries {
    /// Each.
    #[default]
    All,
    /// Those of the chain's own day.
    ZeroDte,
    /// All but those of the chain's own day.
    ExceptZeroDte,
    /// Those in at most so many days.
    WithinDays(u32),
}

/// What becomes of options that had expired (16:00 New York) when the chain was made. Files that are made in the evening
/// still list them, with the gamma and open interest that they had last: in eight of eleven SPY snapshots of 2025 they
/// are between a quarter and more than all of the file's net exposure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expired {
    /// Nobody hedges them any more. Their exposure is said apart ([`GexProfile::expired`]).
    #[default]
    Dropped,
    /// They count with the file's gamma, as whoever sums up the file's rows has it. They never move the flip.
    Counted,
}

/// How to sum up a chain.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct GexOptions {
    /// Price of the underlying, dollars; `None`: the chain's, and when it says none, that of put–call parity.
    pub spot: Option<f64>,
    /// Who holds what.
    pub convention: DealerConvention,
    /// Which expiries count.
    pub expiries: Expiries,
    /// What becomes of those that have passed.
    pub expired: Expired,
    /// Riskless rate a year, continuously compounded, as a ratio.
    pub rate: f64,
    /// Dividends a year, continuously compounded, as a ratio.
    pub dividend_yield: f64,
}

/// Gamma exposure of one chain. Exposure is in dollars of the underlying that dealers must trade when it moves by 1 %:
/// Σ side × gamma × open interest × 100 shares × spot² × 0.01; positive, they trade against the move. What the chain
/// does not say is NaN. When no option says its open interest, or no open option has a gamma, all of it is.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct GexProfile {
    /// The underlying.
    #[serde(serialize_with = "crate::text::serialize")]
    pub symbol: Symbol,
    /// When the chain was made.
    pub event_time: Time,
    /// When it could be known.
    pub known_time: Time,
    /// Price of the underlying, dollars.
    pub spot: f64,
    /// Where it comes from.
    pub spot_source: SpotSource,
    /// What the quotes say that it was when they were made, by put–call parity at the first expiry; far from `spot`, the
    /// two are of different moments.
    pub spot_implied: f64,
    /// All of it.
    pub total: f64,
    /// The calls' part.
    pub call: f64,
    /// The puts' part, with its sign.
    pub put: f64,
    /// Price at which the total, every option priced anew by Black–Scholes, changes its sign; the nearest to the spot
    /// within −15 % and +15 %. NaN when there is none.
    pub flip: f64,
    /// (spot − flip) ÷ spot.
    pub flip_distance: f64,
    /// Strike with the most positive net exposure; NaN when none is positive.
    pub call_wall: f64,
    /// Strike with the most negative net exposure; NaN when none is negative.
    pub put_support: f64,
    /// Sign of the total: 1, −1 or 0.
    pub regime: f64,
    /// Shares' worth of what dealers hold in options, dollars: Σ side × delta × open interest × 100 × spot.
    pub delta: f64,
    /// Herfindahl index of absolute net exposure over strikes: 1 when one strike has all of it.
    pub concentration: f64,
    /// Mean days to expiry, each option weighed by its absolute exposure.
    pub days_to_expiry: f64,
    /// Part of the absolute exposure that expires on the chain's day.
    pub zero_dte: f64,
    /// Contracts open: puts ÷ calls.
    pub put_call_ratio_oi: f64,
    /// Contracts traded: puts ÷ calls. Of every option that was alive on the chain's day, expired in the evening or not.
    pub put_call_ratio_volume: f64,
    /// Part of the contracts traded that fell on options which traded at least 100 contracts and more than twice their
    /// open interest: positions opened that day.
    pub unusual_volume: f64,
    /// Contracts open.
    pub open_interest: f64,
    /// Exposure of options that had expired, at the file's gamma; in `total` or not.
    pub expired: f64,
    /// How the gammas were found.
    pub counts: QuoteCounts,
    /// By strike, ascending; strikes with open interest alone.
    pub strikes: Vec<StrikeGex>,
    /// By expiry, ascending.
    pub expiries: Vec<ExpiryGex>,
    /// By expiry and strike.
    pub cells: Vec<CellGex>,
    /// Total exposure at other spots, ascending; empty when nothing can be priced.
    pub curve: Vec<CurvePoint>,
}

/// How many options with open interest had which gamma.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct QuoteCounts {
    /// The file's.
    pub file: usize,
    /// From the file's volatility.
    pub iv: usize,
    /// From a volatility solved from the price.
    pub solved: usize,
    /// None: they count as zero.
    pub none: usize,
    /// Have a gamma but no volatility, so that `flip` and `curve` leave them out.
    pub unpriced: usize,
    /// Had expired.
    pub expired: usize,
}

/// Exposure of one strike, dollars for 1 %.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct StrikeGex {
    /// Dollars.
    pub strike: f64,
    /// The calls' part.
    pub call: f64,
    /// The puts' part, with its sign.
    pub put: f64,
    /// Both.
    pub net: f64,
    /// Calls open.
    pub open_interest_call: f64,
    /// Puts open.
    pub open_interest_put: f64,
}

/// Exposure of one expiry, dollars for 1 %.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct ExpiryGex {
    /// Days since 1970.
    pub expiry: i32,
    /// Days from the chain's day.
    pub days: i32,
    /// The calls' part.
    pub call: f64,
    /// The puts' part, with its sign.
    pub put: f64,
    /// Both.
    pub net: f64,
}

/// Exposure of one strike of one expiry, dollars for 1 %.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct CellGex {
    /// Days since 1970.
    pub expiry: i32,
    /// Dollars.
    pub strike: f64,
    /// The call's part.
    pub call: f64,
    /// The put's part, with its sign.
    pub put: f64,
    /// Both.
    pub net: f64,
    /// Calls open.
    pub open_interest_call: f64,
    /// Puts open.
    pub open_interest_put: f64,
}

/// Exposure if the underlying stood elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct CurvePoint {
    /// Dollars.
    pub price: f64,
    /// Dollars for 1 %.
    pub total: f64,
}

impl DealerConvention {
    /// Side of calls and of puts: 1 held, −1 owed.
    #[must_use]
    pub fn sides(self) -> [f64; 2] {
        match self {
            DealerConvention::LongCallsShortPuts => [1.0, -1.0],
            DealerConvention::ShortCallsLongPuts => [-1.0, 1.0],
            DealerConvention::ShortBoth => [-1.0, -1.0],
            DealerConvention::LongBoth => [1.0, 1.0],
        }
    }
}

impl Expiries {
    /// Whether one counts that is so many days away.
    #[must_use]
    pub fn has(self, days: i32) -> bool {
        match self {
            Expiries::All => true,
            Expiries::ZeroDte => days == 0,
            Expiries::ExceptZeroDte => days != 0,
            Expiries::WithinDays(most) => i64::from(days) <= i64::from(most),
        }
    }
}
