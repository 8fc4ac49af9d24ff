//! The rows that a plugin is shown: times and named columns.

const NANOSECONDS_A_MINUTE: i64 = 60_000_000_000;
const NANOSECONDS_A_DAY: i64 = 1_440 * NANOSECONDS_A_MINUTE;
/// 2024-01-01, a Monday.
const BEGINNING: i64 = 19_723 * NANOSECONDS_A_DAY;

/// Rows of one or several instruments.
#[derive(Clone, Debug)]
pub struct Table {
    pub(super) times: Vec<i64>,
    columns: Vec<(String, Vec<f64>)>,
}

impl Table {
    /// This many rows, one a minute, the first known at 2024-01-01T00:01Z.
    #[must_use]
    pub fn new(rows: usize) -> Table {
        Table::every(NANOSECONDS_A_MINUTE, rows)
    }

    /// This many rows, one a UTC day, each known at its end, the first day 2024-01-01.
    #[must_use]
    pub fn daily(rows: usize) -> Table {
        Table::every(NANOSECONDS_A_DAY, rows)
    }

    fn every(step: i64, rows: usize) -> Table {
        Table { times: (1_i64..).map(|at| BEGINNING + at * step).take(rows).collect(), columns: Vec::new() }
    }

    /// Other times: when each row was known, in UTC nanoseconds. Panics when they are not as many as the rows or do not
    /// strictly ascend.
    #[must_use]
    #[track_caller]
    pub fn times(mut self, times: &[i64]) -> Table {
        assert_eq!(times.len(), self.len(), "as many times as rows");
        assert!(times.is_sorted_by(|before, after| before < after), "times must strictly ascend");
        self.times = times.to_vec();
        self
    }

    /// Adds a column under the name by which a plan reads it; for an instrument of a panel, `close@SYMBOL`. NaN is a
    /// missing value. Panics when the values are not as many as the rows, or the column is there already.
    #[must_use]
    #[track_caller]
    pub fn column(mut self, name: &str, values: impl AsRef<[f64]>) -> Table {
        let values = values.as_ref();
        assert_eq!(values.len(), self.len(), "as many values in column `{name}` as rows");
        assert!(self.find(name).is_none(), "the table has column `{name}` already");
        self.columns.push((name.into(), values.to_vec()));
        self
    }

    /// How many rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Whether it has no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    fn find(&self, name: &str) -> Option<&[f64]> {
        self.columns.iter().find(|(known, _)| known == name).map(|(_, values)| &values[..])
    }

    /// A column that a plan reads. Panics when there is none of the name.
    #[track_caller]
    fn read(&self, name: &str) -> &[f64] {
        self.find(name).unwrap_or_else(|| {
            let known: Vec<&str> = self.columns.iter().map(|(name, _)| name.as_str()).collect();
            panic!("the plan reads column `{name}`, which the table does not have (it has: {})", known.join(", "))
        })
    }

    /// The columns of a push: those of the plan, and in a panel each without a symbol once an instrument.
    #[track_caller]
    pub(super) fn expanded(&self, columns: &[String], panel: bool, symbols: &[String]) -> Vec<&[f64]> {
        let mut expanded = Vec::new();
        for name in columns {
            if !panel || name.contains('@') || symbols.len() == 1 && self.find(name).is_some() {
                expanded.push(self.read(name));
                continue;
            }
            let (name, timeframe) = name.split_at(name.find(':').unwrap_or(name.len()));
            for symbol in symbols {
                expanded.push(self.read(&format!("{name}@{symbol}{timeframe}")));
            }
        }
        expanded
    }
}
