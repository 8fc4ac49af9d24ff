//! Frames: rows of one instrument as columns.

use std::ops::Range;
use std::sync::Arc;

use crate::Time;

/// The one NaN that crosses the sandbox, in either direction.
pub const CANONICAL_NAN: f64 = f64::from_bits(0x7ff8_0000_0000_0000);

/// The value itself, or the canonical NaN for any NaN.
#[must_use]
#[inline]
pub fn canonical(value: f64) -> f64 {
    if value.is_nan() { CANONICAL_NAN } else { value }
}

/// Rows of one instrument and timeframe: strictly ascending known times, and named columns of as many
/// values. NaNs are canonical. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Frame {
    times: Arc<[i64]>,
    names: Arc<[String]>,
    columns: Arc<[Arc<Vec<f64>>]>,
}

/// Why columns make no frame.
#[derive(Debug, Clone, thiserror::Error)]
pub enum FrameError {
    /// A known time is not after the one before it.
    #[error("row {row} is known at {time}, not after {before}")]
    NotAscending {
        /// Index of the row.
        row: usize,
        /// Its known time.
        time: Time,
        /// The row before it.
        before: Time,
    },
    /// Another number of values than of times.
    #[error("column `{column}` has {len} values for {rows} rows")]
    Length {
        /// Which column.
        column: String,
        /// Its values.
        len: usize,
        /// Known times.
        rows: usize,
    },
    /// Two frames that should follow each other have other columns.
    #[error("rows that follow have other columns")]
    Columns,
    /// A name twice.
    #[error("column `{column}` stands twice")]
    Twice {
        /// Which column.
        column: String,
    },
}

impl Frame {
    /// Checks shape and order and makes NaNs canonical.
    ///
    /// # Errors
    /// See [`FrameError`].
    pub fn new(times: Vec<i64>, columns: Vec<(String, Vec<f64>)>) -> Result<Frame, FrameError> {
        if let Some(row) = (1..times.len()).find(|&row| times[row] <= times[row - 1]) {
            let (time, before) = (Time(times[row]), Time(times[row - 1]));
            return Err(FrameError::NotAscending { row, time, before });
        }
        let (names, mut columns): (Vec<String>, Vec<Vec<f64>>) = columns.into_iter().unzip();
        for (at, (name, values)) in names.iter().zip(&mut columns).enumerate() {
            if values.len() != times.len() {
                let (len, rows) = (values.len(), times.len());
                return Err(FrameError::Length { column: name.clone(), len, rows });
            }
            if names[..at].contains(name) {
                return Err(FrameError::Twice { column: name.clone() });
            }
            for value in values.iter_mut() {
                *value = canonical(*value);
            }
        }
        let columns = columns.into_iter().map(Arc::new).collect();
        Ok(Frame { times: times.into(), names: names.into(), columns })
    }

    /// No row and no column.
    #[must_use]
    pub fn empty() -> Frame {
        Frame { times: [].into(), names: [].into(), columns: [].into() }
    }

    /// A frame of the same rows with these of its columns, in this order; indices that are none are left out.
    #[must_use]
    pub fn select(&self, columns: &[usize]) -> Frame {
        let known = columns.iter().filter(|column| **column < self.columns.len());
        let (names, columns) = known.map(|column| (self.names[*column].clone(), self.columns[*column].clone())).unzip();
        let (names, columns): (Vec<String>, Vec<Arc<Vec<f64>>>) = (names, columns);
        Frame { times: self.times.clone(), names: names.into(), columns: columns.into() }
    }

    /// The same rows, all known so many ns later; times stay within 64 bits.
    #[must_use]
    pub fn later(&self, ns: i64) -> Frame {
        let times: Vec<i64> = self.times.iter().map(|time| time.saturating_add(ns)).collect();
        Frame { times: times.into(), ..self.clone() }
    }

    /// A copy of some of its rows, a range within them.
    #[must_use]
    pub fn slice(&self, rows: Range<usize>) -> Frame {
        let columns = self.columns.iter().map(|values| Arc::new(values[rows.clone()].to_vec()));
        Frame { times: self.times[rows.clone()].into(), names: self.names.clone(), columns: columns.collect() }
    }

    /// Its rows from `start` on and after them those of a frame with the same columns.
    ///
    /// # Errors
    /// [`FrameError::NotAscending`], with the row counted from `start`, when the other does not come after it;
    /// [`FrameError::Columns`] when it has others.
    pub fn followed_by(&self, start: usize, next: &Frame) -> Result<Frame, FrameError> {
        if self.names != next.names {
            return Err(FrameError::Columns);
        }
        if let (Some(before), Some(time)) = (self.times.last(), next.times.first())
            && before >= time
        {
            let (time, before) = (Time(*time), Time(*before));
            return Err(FrameError::NotAscending { row: self.times.len() - start, time, before });
        }
        let join = |(a, b): (&Arc<Vec<f64>>, &Arc<Vec<f64>>)| Arc::new([&a[start..], b].concat());
        let columns = self.columns.iter().zip(next.columns.iter()).map(join).collect();
        Ok(Frame { times: [&self.times[start..], &next.times].concat().into(), names: self.names.clone(), columns })
    }

    /// How many rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.times.len()
    }

    /// Known times in UTC ns, strictly ascending.
    #[must_use]
    pub fn times(&self) -> &[i64] {
        &self.times
    }

    /// Names, in the order of the columns.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Index of a column.
    #[must_use]
    pub fn index(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| known == name)
    }

    /// Values of a column, one a row. An index that is none gives an empty slice.
    #[must_use]
    pub fn column(&self, index: usize) -> &[f64] {
        self.columns.get(index).map_or(&[], |values| values.as_slice())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_refuses_disorder_and_keeps_one_nan() {
        let column = |values: &[f64]| vec![("close".to_owned(), values.to_vec())];
        assert!(matches!(Frame::new(vec![1, 1], column(&[1., 2.])), Err(FrameError::NotAscending { row: 1, .. })));
        assert!(matches!(Frame::new(vec![1, 2], column(&[1.])), Err(FrameError::Length { .. })));
        let twice = vec![("a".to_owned(), vec![1.]), ("a".to_owned(), vec![1.])];
        assert!(matches!(Frame::new(vec![1], twice), Err(FrameError::Twice { .. })));
        let frame = Frame::new(vec![1], column(&[f64::from_bits(0xfff8_0000_dead_beef)])).unwrap();
        assert_eq!(frame.column(0)[0].to_bits(), CANONICAL_NAN.to_bits());
    }

    #[test]
    fn rows_are_cut_out_and_put_together_again() {
        let frame = |times: &[i64]| {
            let values = |factor: f64| times.iter().map(|time| *time as f64 * factor).collect();
            Frame::new(times.to_vec(), vec![("a".into(), values(1.)), ("b".into(), values(10.))]).unwrap()
        };
        let whole = frame(&[1, 2, 3, 4, 5]);
        let joined = whole.slice(0..2).followed_by(1, &whole.slice(2..5)).unwrap();
        assert_eq!((joined.times(), joined.column(1)), (&[2, 3, 4, 5][..], &[20., 30., 40., 50.][..]));
        assert_eq!(whole.select(&[1]).names(), ["b"]);
        assert!(matches!(whole.followed_by(0, &whole), Err(FrameError::NotAscending { row: 5, .. })));
        assert!(matches!(whole.followed_by(0, &frame(&[6]).select(&[0])), Err(FrameError::Columns)));
    }
}
