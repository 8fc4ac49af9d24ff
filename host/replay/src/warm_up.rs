//! From which row on what a node says is judged.

use tapewright_model::{Judged, Time, Timeframe, WarmUp as Declared};

/// Counts rows and closed bars until the plan's warm-up is over.
#[derive(Clone, Debug)]
pub(crate) struct WarmUp {
    /// The first row that counts, as far as rows alone decide.
    first: u64,
    /// Bars of other timeframes that have not all closed yet.
    bars: Vec<Bars>,
}

#[derive(Clone, Debug)]
struct Bars {
    timeframe: Timeframe,
    left: u32,
    /// End of the bar of the last row, and whether it has closed.
    last: Option<(Time, bool)>,
}

impl WarmUp {
    pub(crate) fn new(declared: &[Declared]) -> WarmUp {
        let rows = declared.iter().filter(|warm_up| warm_up.timeframe.is_none()).map(|warm_up| u64::from(warm_up.rows));
        let bars = declared
            .iter()
            .filter_map(|warm_up| Some(Bars { timeframe: warm_up.timeframe?, left: warm_up.rows, last: None }));
        WarmUp { first: rows.max().unwrap_or(0), bars: bars.filter(|bars| bars.left > 0).collect() }
    }

    /// The next rows of the node, from `row` on.
    pub(crate) fn rows(&mut self, row: u64, times: &[i64]) {
        for (row, time) in (row..).zip(times) {
            if self.bars.is_empty() {
                return;
            }
            self.bars.retain_mut(|bars| bars.waits_after(Time(*time)));
            if self.bars.is_empty() {
                self.first = self.first.max(row);
            }
        }
    }

    /// Whether what is said on a row counts; the row was shown before.
    pub(crate) fn is_over(&self, row: u64) -> bool {
        self.bars.is_empty() && row >= self.first
    }

    /// The same, as a detection carries it.
    pub(crate) fn judged(&self, row: u64) -> Judged {
        if self.is_over(row) { Judged::Yes } else { Judged::WarmUp }
    }
}

impl Bars {
    /// Takes off the bars that close between the last row and this one, this moment included; whether any is
    /// still waited for.
    fn waits_after(&mut self, time: Time) -> bool {
        let end = self.timeframe.end_of_bar(time);
        let ends_now = time == end;
        let before = self.last.is_some_and(|(last, closed)| last < end && !closed);
        let closed = u32::from(before) + u32::from(ends_now);
        self.last = Some((end, ends_now));
        self.left = self.left.saturating_sub(closed);
        self.left > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_closed_bars_are_waited_for() {
        let hour = 3600 * Time::SECOND;
        let first_judged = |declared: &[(Option<&str>, u32)], pieces: usize| {
            let declared: Vec<_> = declared
                .iter()
                .map(|(timeframe, rows)| Declared { timeframe: timeframe.map(|of| of.parse().unwrap()), rows: *rows })
                .collect();
            // a row every six hours, known at 6, 12, 18, 24 …
            let times: Vec<i64> = (1..=40).map(|row| row * 6 * hour).collect();
            let mut warm_up = WarmUp::new(&declared);
            let mut judged = Vec::new();
            for (start, piece) in (0..).step_by(pieces).zip(times.chunks(pieces)) {
                warm_up.rows(start, piece);
                judged.extend((start..start + piece.len() as u64).filter(|row| warm_up.is_over(*row)));
            }
            judged.first().copied()
        };
        for pieces in [1, 3, 40] {
            assert_eq!(first_judged(&[], pieces), Some(0));
            assert_eq!(first_judged(&[(None, 5)], pieces), Some(5));
            // the second day's bar closes with row 7
            assert_eq!(first_judged(&[(Some("1d"), 2)], pieces), Some(7));
            assert_eq!(first_judged(&[(Some("1d"), 2), (None, 9)], pieces), Some(9));
            // bars of four hours end between rows: the first has closed when the row at 12 is known
            assert_eq!(first_judged(&[(Some("4h"), 1)], pieces), Some(1));
            assert_eq!(first_judged(&[(Some("1d"), 11)], pieces), None);
        }
    }
}
