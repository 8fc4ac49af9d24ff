//! The rows of one series while they are gathered, and what is noticed on the way: their order and their distances.

use std::collections::HashMap;

use tapewright_model::{Time, Timeframe};

use super::run::{Buffer, Run, Spill, Stamp};
use crate::calendar::Calendar;
use crate::civil::date_of;
use crate::error::MarketError;
use crate::import::rows::{Kind, SeriesKey};

/// Different distances between rows that are counted: a series of bars has some dozens (nights, weekends, holidays).
const DISTANCES_MAX: usize = 4096;

/// One series.
pub(super) struct Gathered {
    pub(super) key: SeriesKey,
    /// Its rows are days, not moments.
    pub(super) daily: bool,
    /// Of all files, in the order in which they came.
    pub(super) columns: Vec<String>,
    /// When it trades, as a format says.
    pub(super) calendar: Option<Calendar>,
    pub(super) runs: Vec<Run>,
    buffer: Buffer,
    order: Order,
    /// Distances of rows as they came.
    pub(super) distances: Distances,
    /// Every row came after the one before it, or every row before it.
    pub(super) one_way: bool,
    last: Option<(i64, bool)>,
}

impl Gathered {
    pub(super) fn new(key: SeriesKey, daily: bool) -> Gathered {
        Gathered {
            key,
            daily,
            columns: Vec::new(),
            calendar: None,
            runs: Vec::new(),
            buffer: Buffer::new(0),
            order: Order::default(),
            distances: Distances::default(),
            one_way: true,
            last: None,
        }
    }

    /// Rows may have these columns as well from now on.
    pub(super) fn add_columns(&mut self, columns: &[String]) {
        let before = self.columns.len();
        for column in columns {
            if !self.columns.contains(column) {
                self.columns.push(column.clone());
            }
        }
        if self.columns.len() > before {
            self.seal();
            self.buffer = Buffer::new(self.columns.len());
        }
    }

    /// A row comes. True when it is the first of its file.
    pub(super) fn begin_row(&mut self, stamp: Stamp) -> bool {
        if let Some((last, down)) = self.last {
            if stamp.key != last {
                let goes_down = stamp.key < last;
                // the first step says which way
                self.one_way &= goes_down == down || self.distances.is_empty();
                self.distances.add(stamp.key.abs_diff(last));
                self.last = Some((stamp.key, goes_down));
            }
        } else {
            self.last = Some((stamp.key, false));
        }
        self.order.row(stamp)
    }

    pub(super) fn buffer(&mut self) -> &mut Buffer {
        &mut self.buffer
    }

    /// The file has ended: what is wrong with the order of its rows, and the first line where it is.
    pub(super) fn end_file(&mut self) -> Option<(u64, String)> {
        let order = std::mem::take(&mut self.order);
        let (stamp, before) = order.first_wrong.filter(|_| self.key.kind != Kind::Series)?;
        let shown = |key: i64| match i32::try_from(key) {
            Ok(day) if self.daily => date_of(day).to_string(),
            _ => Time(key).to_string(),
        };
        let (row, before, way) = (shown(stamp.key), shown(before), if order.down { "before" } else { "after" });
        let more = if order.wrong > 1 { format!("; so are {} more rows", order.wrong - 1) } else { String::new() };
        let said = format!("the row of {row} is not {way} the one before it ({before}){more}");
        Some((u64::from(stamp.line), said))
    }

    /// Puts what is held into runs.
    pub(super) fn seal(&mut self) {
        if !self.buffer.is_empty() {
            let width = self.columns.len();
            self.runs.push(std::mem::replace(&mut self.buffer, Buffer::new(width)).seal());
        }
    }

    /// Puts what is held on disk.
    pub(super) fn spill(&mut self, spill: &mut Spill) -> Result<(), MarketError> {
        self.seal();
        for run in &mut self.runs {
            if matches!(run, Run::Memory { .. }) {
                let empty = Run::Memory { width: 0, stamps: Vec::new(), values: Vec::new() };
                *run = spill.put(std::mem::replace(run, empty))?;
            }
        }
        Ok(())
    }
}

/// Whether the rows of one file go one way.
#[derive(Default)]
struct Order {
    file: Option<u32>,
    last: i64,
    /// Newest first; none before two rows differ.
    turned: Option<bool>,
    down: bool,
    wrong: u64,
    first_wrong: Option<(Stamp, i64)>,
}

impl Order {
    fn row(&mut self, stamp: Stamp) -> bool {
        if self.file != Some(stamp.file) {
            *self = Order { file: Some(stamp.file), last: stamp.key, ..Order::default() };
            return true;
        }
        if stamp.key != self.last {
            let down = stamp.key < self.last;
            if *self.turned.get_or_insert(down) != down {
                self.wrong += 1;
                self.first_wrong.get_or_insert((stamp, self.last));
            }
            self.down = self.turned.unwrap_or(false);
            self.last = stamp.key;
        }
        false
    }
}

/// How far rows are from each other.
#[derive(Default)]
pub(super) struct Distances {
    counts: HashMap<u64, u64>,
    /// The one that came last, which will come again.
    last: (u64, u64),
    all: u64,
}

impl Distances {
    pub(super) fn add(&mut self, distance: u64) {
        self.all += 1;
        if self.last.0 == distance {
            self.last.1 += 1;
            return;
        }
        self.flush();
        self.last = (distance, 1);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all == 0
    }

    /// The timeframe of bars that stand so: the commonest distance, if half of them or more are it.
    pub(super) fn timeframe(&mut self) -> Option<Timeframe> {
        self.flush();
        // of two that are as common the longer one is a gap
        let commonest = |(distance, count): &(&u64, &u64)| (**count, std::cmp::Reverse(**distance));
        let (distance, count) = self.counts.iter().max_by_key(commonest)?;
        let second = Time::SECOND.unsigned_abs();
        let regular = count.saturating_mul(2) >= self.all && distance.is_multiple_of(second);
        regular.then(|| format!("{}s", distance / second).parse().ok())?
    }

    fn flush(&mut self) {
        let (distance, count) = std::mem::take(&mut self.last);
        if count > 0 && (self.counts.len() < DISTANCES_MAX || self.counts.contains_key(&distance)) {
            *self.counts.entry(distance).or_default() += count;
        }
    }
}
