//! One row of a push.

use std::ops::Index;

use crate::Column;

/// What can be known at one moment. `row[column]` is the value of a declared column; a missing one is
/// NaN.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    pub(crate) times: &'a [i64],
    pub(crate) values: &'a [f64],
    pub(crate) at: usize,
}

impl Row<'_> {
    /// When the row was known, in UTC nanoseconds.
    #[inline]
    pub fn time(&self) -> i64 {
        self.times[self.at]
    }

    /// The value of a panel's column for one of its instruments, in the order of the setup.
    #[inline]
    pub fn of(&self, column: Column, instrument: usize) -> f64 {
        self.values[(column.0 as usize + instrument) * self.times.len() + self.at]
    }
}

impl Index<Column> for Row<'_> {
    type Output = f64;

    #[inline]
    fn index(&self, column: Column) -> &f64 {
        &self.values[column.0 as usize * self.times.len() + self.at]
    }
}
