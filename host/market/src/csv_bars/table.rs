//! The rows of one symbol while a file is read: known times that ascend, and columns of numbers.

use tapewright_model::Time;

use super::stamp::{Order, Stamp};

/// Rows so far.
pub(super) struct Table {
    /// With the month first while `undecided` holds as many.
    times: Vec<i64>,
    columns: Vec<Vec<f64>>,
    undecided: Vec<Undecided>,
}

/// A row whose date reads both ways.
struct Undecided {
    day_first: i64,
    line: u64,
}

/// A row that is not known after the one before it.
pub(super) struct Disorder {
    pub(super) line: u64,
    pub(super) reason: String,
}

impl Table {
    pub(super) fn new(columns: usize) -> Table {
        Table { times: Vec::new(), columns: vec![Vec::new(); columns], undecided: Vec::new() }
    }

    /// The next row's time; its values go into `columns_mut`.
    pub(super) fn push(&mut self, stamp: Stamp, line: u64) -> Result<(), Disorder> {
        match stamp {
            Stamp::Known(time) => {
                if let Some(before) = self.times.last().filter(|before| **before >= time) {
                    return Err(disorder(*before, time, line));
                }
                self.times.push(time);
            }
            Stamp::Either { month_first, day_first } => {
                self.times.push(month_first);
                self.undecided.push(Undecided { day_first, line });
            }
        }
        Ok(())
    }

    pub(super) fn columns_mut(&mut self) -> &mut [Vec<f64>] {
        &mut self.columns
    }

    pub(super) fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// Whether it has rows whose dates read both ways.
    pub(super) fn is_undecided(&self) -> bool {
        !self.undecided.is_empty()
    }

    /// Whether both readings of its dates say the same.
    pub(super) fn readings_agree(&self) -> bool {
        self.times.iter().zip(&self.undecided).all(|(time, row)| *time == row.day_first)
    }

    /// Whether the undecided rows ascend under a reading.
    pub(super) fn ascends(&self, order: Order) -> bool {
        match order {
            Order::MonthFirst => self.times.is_sorted_by(|a, b| a < b),
            Order::DayFirst => self.undecided.is_sorted_by(|a, b| a.day_first < b.day_first),
        }
    }

    /// Settles the undecided rows, which are all so far.
    pub(super) fn decide(&mut self, order: Order) -> Result<(), Disorder> {
        let undecided = std::mem::take(&mut self.undecided);
        if order == Order::DayFirst {
            self.times.iter_mut().zip(&undecided).for_each(|(time, row)| *time = row.day_first);
        }
        let mut pairs = self.times.windows(2).zip(undecided.iter().skip(1));
        let first = pairs.find(|(pair, _)| pair[0] >= pair[1]);
        first.map_or(Ok(()), |(pair, row)| Err(disorder(pair[0], pair[1], row.line)))
    }

    /// Times and columns, when every row is settled.
    pub(super) fn into_parts(self) -> (Vec<i64>, Vec<Vec<f64>>) {
        (self.times, self.columns)
    }
}

fn disorder(before: i64, time: i64, line: u64) -> Disorder {
    let (before, time) = (Time(before), Time(time));
    Disorder { line, reason: format!("the row is known at {time}, not after the one before it ({before})") }
}
