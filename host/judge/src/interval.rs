//! Intervals for shares.

use serde::Serialize;

/// A share's bounds, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
}

/// The 97.5 % point of the standard normal.
const Z_95: f64 = 1.959_963_984_540_054;

/// The 95 % score interval of a share of `hits` in `count` independent trials; `None` without a trial.
///
/// Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927): the shares p for
/// which |hits ⁄ n − p| ≤ z √(p (1 − p) ⁄ n).
#[must_use]
pub fn wilson(hits: u64, count: u64) -> Option<Interval> {
    if count == 0 {
        return None;
    }
    let (n, z2) = (count as f64, Z_95 * Z_95);
    let share = hits as f64 / n;
    let centre = share + z2 / (2.0 * n);
    let half = Z_95 * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z2 / n;
    Some(Interval { low: ((centre - half) / scale).max(0.0), high: ((centre + half) / scale).min(1.0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_wilsons() {
        // statsmodels 0.15 gives these: statsmodels.stats.proportion.proportion_confint(hits, count, method="wilson")
        for (hits, count, low, high) in [
            (0, 10, 0.0, 0.27753279986288926),
            (10, 10, 0.7224672001371106, 1.0),
            (48, 94, 0.4111688615108497, 0.6092723709084791),
            (1, 3, 0.06149194472039626, 0.7923403991979523),
            (5123, 10000, 0.5025003026054713, 0.5220902510346099),
        ] {
            let got = wilson(hits, count).unwrap();
            assert!((got.low - low).abs() < 1e-12 && (got.high - high).abs() < 1e-12, "{hits}/{count}: {got:?}");
        }
        assert_eq!(wilson(0, 0), None);
    }
}
