//! Holes of half a year or more: tickers are given to other companies, and two of them make no series.

use tapewright_model::Time;

use super::series::Row;
use crate::civil::date_of;

/// A halt that ends in the same company's trading is shorter: the longest of a large one (2004 to 2005) had 100 days.
const HOLE_DAYS: i64 = 180;

/// Remembers when the last row was known.
#[derive(Default)]
pub(super) struct Reuse {
    last: Option<(i64, bool)>,
}

impl Reuse {
    /// What there is to say about the hole before this row.
    pub(super) fn look(&mut self, row: &Row<'_>) -> Option<String> {
        let new = row.place.file.is_some();
        let (last, last_new) = self.last.replace((row.known, new))?;
        let days = row.known.saturating_sub(last) / Time::DAY;
        let date = |time: i64| i32::try_from(time.saturating_sub(1).div_euclid(Time::DAY)).map_or(date_of(0), date_of);
        (days >= HOLE_DAYS && (new || last_new))
            .then(|| format!("no row for {days} days between {} and {}", date(last), date(row.known)))
    }
}
