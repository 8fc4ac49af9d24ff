//! From releases and revisions of a series to what was its newest number at each moment.
//!
//! Promises that a row depends on nothing that was released after it: cutting the releases at a moment changes no row
//! before.
//! Refuses to know: what a period is, but for where it begins.

/// One number of one period, as it was released.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Release {
    /// When the period begins, UTC ns.
    pub(crate) period: i64,
    /// When the number could be known, UTC ns.
    pub(crate) known: i64,
    /// The number; NaN releases nothing.
    pub(crate) value: f64,
}

/// From `known` on the newest period has this number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct AsOf {
    /// UTC ns; ascending, each once.
    pub(crate) known: i64,
    /// The latest revision of the newest period that was released so far.
    pub(crate) value: f64,
    /// When that period begins, UTC ns.
    pub(crate) period: i64,
}

/// The newest number at each moment from which it is another one. A revision of a period that is no longer the newest
/// changes nothing. Of several numbers of one period that are known at one moment the last of the slice counts.
pub(crate) fn as_of(releases: &[Release]) -> Vec<AsOf> {
    let mut order: Vec<usize> = (0..releases.len()).collect();
    let key = |at: &usize| releases.get(*at).map(|release| (release.known, release.period));
    // stable: of equals the last of the slice comes last
    order.sort_by_key(key);
    let mut rows: Vec<AsOf> = Vec::new();
    for release in order.iter().filter_map(|at| releases.get(*at)).filter(|release| !release.value.is_nan()) {
        let row = AsOf { known: release.known, value: release.value, period: release.period };
        match rows.last_mut() {
            Some(last) if release.period < last.period => {}
            // the same moment: a newer period, or another number of the same one
            Some(last) if last.known == release.known => *last = row,
            Some(last) if (last.period, last.value.to_bits()) == (row.period, row.value.to_bits()) => {}
            _ => rows.push(row),
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(releases: &[(i64, i64, f64)]) -> Vec<(i64, f64, i64)> {
        let releases: Vec<Release> =
            releases.iter().map(|&(period, known, value)| Release { period, known, value }).collect();
        as_of(&releases).iter().map(|row| (row.known, row.value, row.period)).collect()
    }

    #[test]
    fn the_newest_period_counts_in_its_latest_revision() {
        for (releases, want) in [
            (&[][..], &[][..]),
            (&[(1, 10, 1.0), (2, 20, 2.0)], &[(10, 1.0, 1), (20, 2.0, 2)]),
            // in any order
            (&[(2, 20, 2.0), (1, 10, 1.0)], &[(10, 1.0, 1), (20, 2.0, 2)]),
            // a revision of the newest period, and one of an older
            (&[(1, 10, 1.0), (1, 12, 1.5), (2, 20, 2.0), (1, 25, 9.0)], &[(10, 1.0, 1), (12, 1.5, 1), (20, 2.0, 2)]),
            // both at once, as most releases are
            (&[(2, 20, 2.0), (1, 20, 1.5), (1, 10, 1.0)], &[(10, 1.0, 1), (20, 2.0, 2)]),
            (&[(1, 10, 1.0), (1, 11, 1.0), (1, 12, f64::NAN)], &[(10, 1.0, 1)]),
            (&[(1, 10, 1.0), (1, 10, 1.1)], &[(10, 1.1, 1)]),
        ] {
            assert_eq!(all(releases), want, "{releases:?}");
        }
    }

    #[test]
    fn what_comes_later_changes_no_row_before() {
        let mut state = 7_u64;
        let mut next = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) % below) as i64
        };
        for _ in 0..200 {
            let releases: Vec<(i64, i64, f64)> = (0..30)
                .map(|_| {
                    let period = next(8);
                    (period, period + next(12), next(4) as f64)
                })
                .collect();
            let whole = all(&releases);
            assert!(whole.is_sorted_by(|a, b| a.0 < b.0 && a.2 <= b.2));
            for t in 0..20 {
                let cut: Vec<_> = releases.iter().copied().filter(|release| release.1 <= t).collect();
                let before: Vec<_> = whole.iter().copied().filter(|row| row.0 <= t).collect();
                assert_eq!(all(&cut), before, "{releases:?} {t}");
            }
        }
    }
}
