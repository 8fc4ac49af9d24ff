//! What was planted in a made market, row by row: the key to a test of detectors.
//!
//! Promises that every effect is listed with the rows on which it shows and its size. Whoever found it is not known
//! here.

use serde::{Deserialize, Serialize};
use tapewright_model::{Symbol, Time};

use super::SynthOptions;

/// Everything that is planted in a market, as `truth.json` beside its store holds it. Empty for a null market.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SynthTruth {
    /// The market's seed.
    pub seed: u64,
    /// Whether it is a null market.
    pub null: bool,
    /// By instrument, then by the row on which it begins.
    pub planted: Vec<Planted>,
}

impl SynthTruth {
    /// Of a market of which nothing was made yet: `planted` is to be filled from each instrument.
    #[must_use]
    pub fn new(options: &SynthOptions) -> SynthTruth {
        SynthTruth { seed: options.seed, null: options.null, planted: Vec::new() }
    }
}

/// One effect. Those of one row or phase come one at a time; regimes and hedging are there beside them. Times are known
/// times of rows. What is said on a row from `first` to `last` may have found it; a claim about the future can count on
/// it from the row after `complete`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Planted {
    /// The instrument.
    #[serde(with = "crate::text")]
    pub symbol: Symbol,
    /// What it is.
    pub effect: Effect,
    /// `plugin/pattern` of the reference plugin that should find it; none when no pattern looks for it.
    pub pattern: Option<String>,
    /// 1 when the effect is a rise, −1 when it is a fall, 0 when it has no direction.
    pub direction: i8,
    /// The first row that belongs to it.
    #[serde(with = "crate::text")]
    pub first: Time,
    /// The row on which its bars are complete, so the first on which it can be said; of a trend line its second pivot,
    /// which is known when the price has left it.
    #[serde(with = "crate::text")]
    pub complete: Time,
    /// The last row that it moves; the market's last row when the market ends first.
    #[serde(with = "crate::text")]
    pub last: Time,
    /// How much it does.
    pub size: EffectSize,
    /// The rows whose lows (or highs) lie on a trend line; empty for everything else.
    #[serde(with = "crate::text::list")]
    pub pivots: Vec<Time>,
}

/// What is planted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// A wide bar on very high volume at the end of a fall, then a rise.
    SellingClimax,
    /// Its mirror image.
    BuyingClimax,
    /// A dip on little volume, then a rise.
    TestOfSupply,
    /// Its mirror image: no demand.
    TestOfDemand,
    /// Much volume in a narrow bar, then a move against it.
    EffortWithoutResult,
    /// A range after a fall whose volume is on rising rows, then a rise.
    Accumulation,
    /// Its mirror image.
    Distribution,
    /// Higher lows or lower highs on a line that holds, and in the end breaks.
    TrendLine,
    /// What follows the break of a line.
    LineBreak,
    /// Dealers are short of gamma beyond an extreme: moves are wider and go on.
    NegativeGamma,
    /// The price is at a wall of much positive gamma: moves are damped and come back.
    CallWall,
    /// The price is at a support around which dealers are long gamma.
    PutSupport,
    /// Weeks with a drift.
    Trend,
    /// Rows around a price: what goes away from it is drawn back.
    Range,
    /// Weeks of more volatility.
    Volatile,
}

/// How much an effect does; what it does not touch is absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EffectSize {
    /// Mean return a row after `complete` up to `last`, signed; of a trend the mean of what its rows were drawn with,
    /// other effects included. Of a trend line its slope ÷ its first price. What dealers' hedging adds is not in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drift: Option<f64>,
    /// Rows that the drift lasts; fewer when the market ends first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u32>,
    /// What the standard deviation of a move is multiplied by: by hedging, or against a calm regime.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volatility_factor: Option<f64>,
    /// The part of the distance to the middle of a range that a row takes back in the mean.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drawn_back: Option<f64>,
    /// Of the times that the price came to a line of two pivots: the share in which it held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bounce_share: Option<f64>,
}

impl EffectSize {
    pub(super) fn drift(drift: f64, rows: u32) -> EffectSize {
        EffectSize { drift: Some(drift), rows: Some(rows), ..EffectSize::default() }
    }

    pub(super) fn drawn_back(part: f64) -> EffectSize {
        EffectSize { drawn_back: Some(part), ..EffectSize::default() }
    }

    pub(super) fn volatility(factor: f64) -> EffectSize {
        EffectSize { volatility_factor: Some(factor), ..EffectSize::default() }
    }
}

impl Effect {
    /// The pattern of the reference plugins that looks for it.
    pub(super) fn pattern(self) -> Option<&'static str> {
        Some(match self {
            Effect::SellingClimax => "vpa/selling_climax",
            Effect::BuyingClimax => "vpa/buying_climax",
            Effect::TestOfSupply => "vpa/test_of_supply",
            Effect::TestOfDemand => "vpa/test_of_demand",
            Effect::EffortWithoutResult => "vpa/effort_without_result",
            Effect::Accumulation => "vpa/accumulation",
            Effect::Distribution => "vpa/distribution",
            Effect::TrendLine => "trend/trend_prediction",
            Effect::NegativeGamma => "gex/negative_gamma_extreme",
            Effect::CallWall => "gex/call_wall_test",
            Effect::PutSupport => "gex/put_support_test",
            Effect::LineBreak | Effect::Trend | Effect::Range | Effect::Volatile => return None,
        })
    }
}

/// An effect by rows of its instrument, before the rows have times.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    pub(super) effect: Effect,
    pub(super) direction: i8,
    pub(super) first: usize,
    pub(super) complete: usize,
    /// May lie beyond the last row.
    pub(super) last: usize,
    pub(super) size: EffectSize,
    pub(super) pivots: Vec<usize>,
}

impl Mark {
    /// `None` when the rows end before it can be known.
    pub(super) fn planted(self, symbol: &Symbol, times: &[i64]) -> Option<Planted> {
        let at = |row: usize| times.get(row).map(|time| Time(*time));
        Some(Planted {
            symbol: symbol.clone(),
            effect: self.effect,
            pattern: self.effect.pattern().map(ToOwned::to_owned),
            direction: self.direction,
            first: at(self.first)?,
            complete: at(self.complete)?,
            last: at(self.last.min(times.len().checked_sub(1)?))?,
            size: self.size,
            pivots: self.pivots.into_iter().filter_map(at).collect(),
        })
    }
}
