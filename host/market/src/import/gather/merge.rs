//! Runs and what is stored, merged into one order.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use tapewright_model::{CANONICAL_NAN, Time};

use super::run::RunReader;
use crate::error::MarketError;
use crate::quality::Place;
use crate::store::stored::StoredRows;

/// Rows of one moment at most: the busiest second of US option trading has some ten thousand.
const GROUP_ROWS_MAX: usize = 1 << 18;
/// Values of rows of one moment at most, so that wide rows take no more: 128 MiB.
const GROUP_CELLS_MAX: usize = 1 << 24;

/// Gives rows in the order of known time and period; of one moment those that are stored first, and then in the order in
/// which they came.
pub(super) struct Merge<'a> {
    stored: Option<StoredRows>,
    runs: Vec<RunReader<'a>>,
    /// Heads of all but the one that is read: 0 is what is stored, then the runs.
    waiting: BinaryHeap<Reverse<((i64, i64), usize)>>,
    current: Option<((i64, i64), usize)>,
    width: usize,
}

/// All rows of one known time and period.
#[derive(Default)]
pub(super) struct Group {
    pub(super) known: i64,
    pub(super) period: i64,
    pub(super) places: Vec<Place>,
    values: Vec<f64>,
    width: usize,
}

impl Group {
    pub(super) fn row(&self, at: usize) -> &[f64] {
        self.values.get(at * self.width..(at + 1) * self.width).unwrap_or_default()
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = (Place, &[f64])> {
        self.places.iter().enumerate().map(|(at, place)| (*place, self.row(at)))
    }
}

impl<'a> Merge<'a> {
    /// Of rows of so many columns, of which what is stored has the first.
    pub(super) fn new(stored: Option<StoredRows>, runs: Vec<RunReader<'a>>, width: usize) -> Merge<'a> {
        let heads = stored.iter().filter_map(StoredRows::head).map(|head| Reverse((head, 0)));
        let runs_heads = runs.iter().enumerate().filter_map(|(at, run)| Some(Reverse((run.head()?, at + 1))));
        let mut waiting: BinaryHeap<_> = heads.chain(runs_heads).collect();
        let current = waiting.pop().map(|Reverse(head)| head);
        Merge { stored, runs, waiting, current, width }
    }

    /// The rows of the next moment; false after the last.
    pub(super) fn next(&mut self, group: &mut Group) -> Result<bool, MarketError> {
        group.places.clear();
        group.values.clear();
        group.width = self.width;
        let Some(((known, period), _)) = self.current else { return Ok(false) };
        (group.known, group.period) = (known, period);
        while let Some((head, at)) = self.current
            && head == (known, period)
        {
            let start = group.values.len();
            group.values.resize(start + self.width, CANONICAL_NAN);
            let row = group.values.get_mut(start..).unwrap_or_default();
            let next = match (at.checked_sub(1).and_then(|run| self.runs.get_mut(run)), &mut self.stored) {
                (Some(run), _) => {
                    group.places.push(run.place());
                    run.copy(row);
                    run.advance()?;
                    run.head()
                }
                (None, Some(stored)) => {
                    group.places.push(Place::default());
                    let width = stored.names().len();
                    for (column, cell) in row.iter_mut().enumerate().take(width) {
                        *cell = stored.value(column);
                    }
                    stored.advance()?;
                    stored.head()
                }
                (None, None) => None,
            };
            if group.places.len() > GROUP_ROWS_MAX || group.values.len() > GROUP_CELLS_MAX {
                let reason = format!("{} rows and more are known at {}", group.places.len(), Time(known));
                return Err(MarketError::File { path: "rows".to_owned(), reason });
            }
            self.current = match (next, self.waiting.peek()) {
                (Some(next), Some(Reverse(least))) if (next, at) > *least => {
                    self.waiting.push(Reverse((next, at)));
                    self.waiting.pop().map(|Reverse(head)| head)
                }
                (Some(next), _) => Some((next, at)),
                (None, _) => self.waiting.pop().map(|Reverse(head)| head),
            };
        }
        Ok(true)
    }
}
