//! Joining by known time: the last row known at or before each row.

/// For each target time, how many source times are at or before it. Both ascend.
pub(crate) fn known_before(target: &[i64], source: &[i64], out: &mut Vec<u32>) {
    out.clear();
    let mut known = 0;
    out.extend(target.iter().map(|time| {
        while known < source.len() && source[known] <= *time {
            known += 1;
        }
        u32::try_from(known).unwrap_or(u32::MAX)
    }));
}

/// The values of a source column on the target's rows; `carry` is the last value before the source's
/// first row.
pub(crate) fn join(counts: &[u32], source: &[f64], carry: f64, out: &mut Vec<f64>) {
    out.clear();
    out.extend(counts.iter().map(|count| match count {
        0 => carry,
        count => source[*count as usize - 1],
    }));
}

/// All times of several ascending lists, each once.
pub(crate) fn union<'a>(lists: impl Iterator<Item = &'a [i64]>) -> Vec<i64> {
    let mut all: Vec<i64> = lists.flatten().copied().collect();
    all.sort_unstable();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_sees_what_was_known_at_its_time_and_nothing_later() {
        let mut counts = Vec::new();
        known_before(&[1, 5, 6, 9], &[5, 7, 9, 11], &mut counts);
        assert_eq!(counts, [0, 1, 1, 3]);
        let mut values = Vec::new();
        join(&counts, &[50., 70., 90., 110.], 0.5, &mut values);
        assert_eq!(values, [0.5, 50., 50., 90.]);
        assert_eq!(union([&[1, 3][..], &[2, 3, 4][..]].into_iter()), [1, 2, 3, 4]);
    }
}
