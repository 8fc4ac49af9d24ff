//! Whether stated probabilities come true as often as they say.

use serde::Serialize;

use crate::wilson;

/// Bins of the reliability diagram, of equal width.
const BINS: usize = 10;

/// Predictions whose stated probability lies in one bin.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bin {
    /// Lower bound of the bin, included.
    pub low: f64,
    /// Upper bound, not included but in the last bin.
    pub high: f64,
    /// Mean of the stated probabilities.
    pub stated: f64,
    /// How many predictions.
    pub count: u64,
    /// How many of them came true.
    pub hits: u64,
    /// `hits ⁄ count`.
    pub observed: f64,
    /// Lower bound of its 95 % Wilson interval.
    pub observed_low: f64,
    /// Upper bound.
    pub observed_high: f64,
}

/// The Brier score of stated probabilities against what happened, mean (p − y)²: 0 is perfect, 0.25 what a coin
/// that is always said to be even gets. `None` without a prediction.
///
/// Brier, Verification of forecasts expressed in terms of probability, Monthly Weather Review 78 (1950).
#[must_use]
pub fn brier(stated: &[(f64, bool)]) -> Option<f64> {
    let squares = stated.iter().map(|(probability, hit)| {
        let miss = probability - f64::from(u8::from(*hit));
        miss * miss
    });
    (!stated.is_empty()).then(|| squares.sum::<f64>() / stated.len() as f64)
}

/// The reliability diagram: bins of equal width that hold a prediction.
#[must_use]
pub fn reliability(stated: &[(f64, bool)]) -> Vec<Bin> {
    let mut bins = [(0.0, 0_u64, 0_u64); BINS];
    for (probability, hit) in stated {
        let index = ((probability * BINS as f64) as usize).min(BINS - 1);
        let (sum, count, hits) = &mut bins[index];
        (*sum, *count, *hits) = (*sum + probability, *count + 1, *hits + u64::from(*hit));
    }
    let edge = |index: usize| index as f64 / BINS as f64;
    let bin = |(index, (sum, count, hits)): (usize, (f64, u64, u64))| {
        let interval = wilson(hits, count)?;
        let (stated, observed) = (sum / count as f64, hits as f64 / count as f64);
        let (observed_low, observed_high) = (interval.low, interval.high);
        Some(Bin {
            low: edge(index),
            high: edge(index + 1),
            stated,
            count,
            hits,
            observed,
            observed_low,
            observed_high,
        })
    };
    bins.into_iter().enumerate().filter_map(bin).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_brier_score_is_the_mean_square() {
        assert_eq!(brier(&[]), None);
        assert_eq!(brier(&[(0.5, true), (0.5, false)]), Some(0.25));
        assert_eq!(brier(&[(0.75, true), (0.25, true)]), Some((0.0625 + 0.5625) / 2.0));
        assert_eq!(brier(&[(1.0, true), (0.0, false)]), Some(0.0));
    }

    #[test]
    fn bins_hold_their_lower_bound_and_the_last_one_both() {
        let bins = reliability(&[(0.0, false), (0.1, true), (0.15, false), (1.0, true), (0.95, true)]);
        let seen: Vec<(f64, u64, u64)> = bins.iter().map(|bin| (bin.low, bin.count, bin.hits)).collect();
        assert_eq!(seen, [(0.0, 1, 0), (0.1, 2, 1), (0.9, 2, 2)]);
        assert_eq!(bins[1].stated, 0.125);
        assert_eq!(bins[2].observed_low, wilson(2, 2).unwrap().low);
    }
}
