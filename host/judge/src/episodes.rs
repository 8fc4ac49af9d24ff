//! Episodes: predictions that overlap are not independent, so they count once.

/// A prediction's run: from the moment at which it was said to the one at which its outcome was known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Said at this moment.
    pub start: i64,
    /// Known at this moment; `None` while it is not.
    pub end: Option<i64>,
}

/// Indices of the predictions that begin an episode. The spans are those of one pattern, instrument and direction,
/// ascending by start. What is said while an episode's first prediction still runs belongs to that episode, whose
/// outcome is the first one's; the moment at which the first becomes known is free again.
#[must_use]
pub fn firsts(spans: &[Span]) -> Vec<usize> {
    let mut firsts = Vec::new();
    // the moment from which on the next episode may begin; `None` when the last one has no end yet
    let mut free = Some(i64::MIN);
    for (index, span) in spans.iter().enumerate() {
        let Some(moment) = free else { break };
        if span.start >= moment {
            firsts.push(index);
            free = span.end;
        }
    }
    firsts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_overlaps_the_first_belongs_to_it() {
        let firsts = |spans: &[(i64, Option<i64>)]| {
            firsts(&spans.iter().map(|(start, end)| Span { start: *start, end: *end }).collect::<Vec<_>>())
        };
        assert_eq!(firsts(&[]), [0; 0]);
        // 12 runs within 10 to 15; 15 begins anew although 12 still runs; 30 has no end, so nothing follows it
        let spans = [(10, Some(15)), (12, Some(17)), (15, Some(20)), (16, Some(21)), (30, None), (40, Some(41))];
        assert_eq!(firsts(&spans), [0, 2, 4]);
    }
}
