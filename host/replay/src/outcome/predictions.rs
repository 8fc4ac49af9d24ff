//! The predictions of one node until their outcome is known.

use std::borrow::Cow;
use std::cmp::{Ordering, Reverse};
use std::collections::binary_heap::PeekMut;
use std::collections::{BinaryHeap, HashMap};
use std::rc::Rc;

use tapewright_model::{CANONICAL_NAN, Detection, Direction, Outcome, Plan, Time};

use super::pivots::Pivots;
use super::{Claim, Judge, Now, Watch};
use crate::track::{Bar, Prices};

/// What a node's predictions are judged by, over the rows of a slab.
pub(crate) struct Judged<'a> {
    /// By instrument.
    pub(crate) prices: Vec<Prices<'a>>,
    /// Other columns than `close`: by column, by instrument.
    pub(crate) columns: Vec<Vec<JudgedColumn<'a>>>,
}

/// A column that judges, over the rows of a slab.
pub(crate) struct JudgedColumn<'a> {
    /// Last known value on each row.
    pub(crate) values: Cow<'a, [f64]>,
    /// Given when it comes from other rows than the node's: how many of them are known at each row.
    pub(crate) counts: Option<Rc<Vec<u32>>>,
}

/// Which of them judges a pattern: the prices, or another column by number.
pub(crate) type Source = Option<usize>;

/// Predictions of one pattern, instrument and direction that wait at once at most: what is said beyond them is not
/// judged. A row costs time for each of them, and what overlaps counts as one episode anyway.
const WAITING_MAX: u32 = 512;
/// Predictions of one node that wait at once at most, of all its patterns: about 100 MiB. A plan may have 4,096 patterns,
/// of which six million could wait.
const WAITING_ALL_MAX: usize = 1 << 19;

/// The predictions of one node.
#[derive(Debug, Default)]
pub(crate) struct Predictions {
    /// By pattern.
    judges: Vec<(Judge, Source)>,
    /// Those that every row matters to.
    awake: Vec<Pending>,
    /// Empty between rows; its memory is used again.
    spare: Vec<Pending>,
    /// Those to which nothing matters before a row, the next one on top.
    asleep: BinaryHeap<Reverse<Asleep>>,
    /// Columns and instruments whose pivots somebody waits for.
    pivots: Vec<(Source, usize, Pivots)>,
    /// How many wait, by pattern, instrument and direction.
    waiting: HashMap<(u32, u32, Direction), u32>,
}

#[derive(Debug)]
struct Pending {
    detection: Detection,
    source: Source,
    watch: Watch,
}

/// Ordered by the row on which it wakes.
#[derive(Debug)]
struct Asleep {
    until: u64,
    pending: Pending,
}

impl Ord for Asleep {
    fn cmp(&self, other: &Asleep) -> Ordering {
        (self.until, self.pending.detection.number).cmp(&(other.until, other.pending.detection.number))
    }
}

impl PartialOrd for Asleep {
    fn partial_cmp(&self, other: &Asleep) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Asleep {
    fn eq(&self, other: &Asleep) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Asleep {}

fn kind(detection: &Detection) -> (u32, u32, Direction) {
    (detection.pattern, detection.instrument, detection.direction)
}

impl Judged<'_> {
    fn bar(&self, source: Source, instrument: usize, at: usize) -> Option<Bar> {
        match source {
            None => self.prices.get(instrument)?.bar(at),
            Some(_) => {
                let column = self.column(source, instrument)?;
                let new = column
                    .counts
                    .as_ref()
                    .is_none_or(|counts| counts[at] > at.checked_sub(1).map_or(0, |before| counts[before]));
                column.values.get(at).filter(|_| new).map(|value| Bar::flat(*value))
            }
        }
    }

    fn close(&self, source: Source, instrument: usize, at: usize) -> f64 {
        match source {
            None => self.prices.get(instrument).map_or(CANONICAL_NAN, |prices| prices.close(at)),
            Some(_) => {
                let value = self.column(source, instrument).and_then(|column| column.values.get(at));
                value.copied().unwrap_or(CANONICAL_NAN)
            }
        }
    }

    fn column(&self, source: Source, instrument: usize) -> Option<&JudgedColumn<'_>> {
        self.columns.get(source?)?.get(instrument)
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
        Ok(Predictions { judges, pivots, ..Predictions::default() })
    }

    /// The first row from `row` on that can change anything.
    pub(crate) fn next_row(&self, row: u64) -> u64 {
        if !(self.pivots.is_empty() && self.awake.is_empty()) {
            return row;
        }
        self.asleep.peek().map_or(u64::MAX, |Reverse(asleep)| asleep.until.max(row))
    }

    /// What the column that judges a detection shows on a row of the slab.
    pub(crate) fn close(&self, detection: &Detection, at: usize, judged: &Judged<'_>) -> f64 {
        let judge = self.judges.get(detection.pattern as usize);
        judge.map_or(CANONICAL_NAN, |(_, source)| judged.close(*source, detection.instrument as usize, at))
    }

    /// A detection that was said on a row known at `time`; `at` is the row's place in the slab. False when too many
    /// wait already: it is not judged.
    pub(crate) fn register(&mut self, detection: Detection, time: Time, at: usize, judged: &Judged<'_>) -> bool {
        let Some((judge, source)) = self.judges.get(detection.pattern as usize) else { return false };
        let waiting = self.waiting.entry(kind(&detection)).or_default();
        if *waiting >= WAITING_MAX || self.awake.len() + self.asleep.len() >= WAITING_ALL_MAX {
            return false;
        }
        *waiting += 1;
        let instrument = detection.instrument as usize;
        let bar = judged.bar(*source, instrument, at);
        let bar = bar.unwrap_or(Bar::flat(detection.close));
        let Detection { direction, horizon, entry, stop, target, .. } = detection;
        let claim = Claim { direction, horizon, entry, stop, target, bar };
        let watch = judge.watch(&claim, detection.row, time);
        self.awake.push(Pending { detection, source: *source, watch });
        true
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
        while let Some(Reverse(next)) = self.asleep.peek_mut().filter(|next| next.0.until <= row).map(PeekMut::pop) {
            self.awake.push(next.pending);
        }
        let known = outcomes.len();
        std::mem::swap(&mut self.awake, &mut self.spare);
        let pivots = &self.pivots;
        for mut pending in self.spare.drain(..) {
            let Pending { detection, source, watch } = &mut pending;
            let instrument = detection.instrument as usize;
            let of = |(of, on, _): &&(Source, usize, Pivots)| of == source && *on == instrument;
            let now = Now {
                row,
                time,
                bar: judged.bar(*source, instrument, at),
                close: judged.close(*source, instrument, at),
                pivots: pivots.iter().find(of).map_or(&[], |(_, _, pivots)| pivots.known()),
            };
            if let Some((label, forward_return)) = watch.row(&now) {
                let rows = u32::try_from(row - detection.row).unwrap_or(u32::MAX);
                let Detection { number, pattern, instrument, direction, .. } = *detection;
                let outcome =
                    Outcome { detection: number, pattern, instrument, direction, label, forward_return, rows };
                outcomes.push((row, outcome));
                if let Some(waiting) = self.waiting.get_mut(&kind(detection)) {
                    *waiting -= 1;
                }
                continue;
            }
            match watch.next_row(row + 1) {
                until if until > row + 1 => self.asleep.push(Reverse(Asleep { until, pending })),
                _ => self.awake.push(pending),
            }
        }
        outcomes[known..].sort_by_key(|(_, outcome)| outcome.detection);
    }
}
