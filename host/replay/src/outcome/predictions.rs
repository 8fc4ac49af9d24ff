//! The predictions of one node until their outcome is known.

use tapewright_model::{CANONICAL_NAN, Detection, Outcome, Plan, Time};

use super::pivots::Pivots;
use super::{Claim, Judge, Now, Watch};
use crate::track::{Bar, Prices};

/// What a node's predictions are judged by, over the rows of a slab.
pub(crate) struct Judged<'a> {
    /// By instrument.
    pub(crate) prices: Vec<Prices<'a>>,
    /// Other columns than `close`: by column, by instrument, one value a row.
    pub(crate) columns: Vec<Vec<std::borrow::Cow<'a, [f64]>>>,
}

/// Which of them judges a pattern: the prices, or another column by number.
pub(crate) type Source = Option<usize>;

/// The predictions of one node, in the order in which they were said.
#[derive(Clone, Debug, Default)]
pub(crate) struct Predictions {
    /// By pattern.
    judges: Vec<(Judge, Source)>,
    pending: Vec<Pending>,
    /// Columns and instruments whose pivots somebody waits for.
    pivots: Vec<(Source, usize, Pivots)>,
}

#[derive(Clone, Debug)]
struct Pending {
    detection: Detection,
    source: Source,
    watch: Watch,
}

impl Judged<'_> {
    fn bar(&self, source: Source, instrument: usize, at: usize) -> Option<Bar> {
        match source {
            None => self.prices.get(instrument)?.bar(at),
            Some(column) => self.columns.get(column)?.get(instrument)?.get(at).map(|value| Bar::flat(*value)),
        }
    }

    fn close(&self, source: Source, instrument: usize, at: usize) -> f64 {
        match source {
            None => self.prices.get(instrument).map_or(CANONICAL_NAN, |prices| prices.close(at)),
            Some(_) => self.bar(source, instrument, at).map_or(CANONICAL_NAN, |bar| bar.close),
        }
    }
}

impl Predictions {
    /// Of a plan on so many instruments; `sources` go with its patterns.
    pub(crate) fn new(plan: &Plan, sources: &[Source], instruments: usize) -> Result<Predictions, String> {
        let judges = plan.patterns.iter().zip(sources).map(|(pattern, source)| Ok((Judge::new(pattern)?, *source)));
        let judges = judges.collect::<Result<Vec<_>, String>>()?;
        let mut waited: Vec<Source> =
            judges.iter().filter(|(judge, _)| judge.pivots()).map(|(_, source)| *source).collect();
        waited.sort_unstable();
        waited.dedup();
        let of = |source: Source| (0..instruments).map(move |instrument| (source, instrument, Pivots::default()));
        let pivots = waited.into_iter().flat_map(of).collect();
        Ok(Predictions { judges, pending: Vec::new(), pivots })
    }

    /// The first row from `row` on that can change anything.
    pub(crate) fn next_row(&self, row: u64) -> u64 {
        if !self.pivots.is_empty() {
            return row;
        }
        self.pending.iter().map(|pending| pending.watch.next_row(row)).min().unwrap_or(u64::MAX)
    }

    /// What the column that judges a detection shows on a row of the slab.
    pub(crate) fn close(&self, detection: &Detection, at: usize, judged: &Judged<'_>) -> f64 {
        let judge = self.judges.get(detection.pattern as usize);
        judge.map_or(CANONICAL_NAN, |(_, source)| judged.close(*source, detection.instrument as usize, at))
    }

    /// A detection that was said on a row known at `time`; `at` is the row's place in the slab.
    pub(crate) fn register(&mut self, detection: Detection, time: Time, at: usize, judged: &Judged<'_>) {
        let Some((judge, source)) = self.judges.get(detection.pattern as usize) else { return };
        let instrument = detection.instrument as usize;
        let bar = judged.bar(*source, instrument, at);
        let bar = bar.unwrap_or(Bar::flat(detection.close));
        let Detection { direction, horizon, entry, stop, target, .. } = detection;
        let claim = Claim { direction, horizon, entry, stop, target, bar };
        let watch = judge.watch(&claim, detection.row, time);
        self.pending.push(Pending { detection, source: *source, watch });
    }

    /// The outcomes that become known on a row, in the order in which they were predicted.
    pub(crate) fn row(
        &mut self,
        row: u64,
        time: Time,
        at: usize,
        judged: &Judged<'_>,
        outcomes: &mut Vec<(u64, Outcome)>,
    ) {
        for (source, instrument, pivots) in &mut self.pivots {
            match judged.bar(*source, *instrument, at) {
                Some(bar) => pivots.row(row, &bar),
                None => pivots.no_row(),
            };
        }
        let pivots = &self.pivots;
        self.pending.retain_mut(|Pending { detection, source, watch }| {
            let instrument = detection.instrument as usize;
            let of = |(of, on, _): &&(Source, usize, Pivots)| of == source && *on == instrument;
            let now = Now {
                row,
                time,
                bar: judged.bar(*source, instrument, at),
                close: judged.close(*source, instrument, at),
                pivots: pivots.iter().find(of).map_or(&[], |(_, _, pivots)| pivots.known()),
            };
            let Some((label, forward_return)) = watch.row(&now) else { return true };
            let rows = u32::try_from(row - detection.row).unwrap_or(u32::MAX);
            let Detection { number, pattern, instrument, direction, .. } = *detection;
            let outcome = Outcome { detection: number, pattern, instrument, direction, label, forward_return, rows };
            outcomes.push((row, outcome));
            false
        });
    }
}
