//! Numbers of a period as they stood at each moment: the newest period that was released, in its latest revision.

use std::collections::BTreeMap;

use tapewright_model::{CANONICAL_NAN, Symbol, Time};

use super::write;
use crate::error::MarketError;
use crate::releases::{Release, as_of};
use crate::store::Store;
use crate::store::stored::StoredRows;

/// The column that tells which period the newest number is of.
pub(crate) const PERIOD_COLUMN: &str = "period";

pub(super) fn make(store: &Store, symbol: &Symbol) -> Result<(), MarketError> {
    let Some(mut rows) = StoredRows::open(&store.releases_path(symbol))? else { return Ok(()) };
    let mut names = rows.names().to_vec();
    let mut releases: Vec<Vec<Release>> = vec![Vec::new(); names.len()];
    while let Some((known, period)) = rows.head() {
        for (at, releases) in releases.iter_mut().enumerate() {
            let value = rows.value(at);
            if !value.is_nan() {
                releases.push(Release { period, known, value });
            }
        }
        rows.advance()?;
    }
    // by known time: what each column changes to, and the newest period
    let mut changes: BTreeMap<i64, (Vec<(usize, f64)>, i64)> = BTreeMap::new();
    for (at, releases) in releases.iter().enumerate() {
        for row in as_of(releases) {
            let (values, period) = changes.entry(row.known).or_insert((Vec::new(), i64::MIN));
            values.push((at, row.value));
            *period = (*period).max(row.period);
        }
    }
    names.push(PERIOD_COLUMN.to_owned());
    write(store, "series", symbol, &names, |table| {
        let mut now = vec![CANONICAL_NAN; names.len()];
        let mut newest = i64::MIN;
        for (known, (values, period)) in changes {
            for (at, value) in values {
                now[at] = value;
            }
            newest = newest.max(period);
            if let Some(last) = now.last_mut() {
                *last = newest as f64 / Time::SECOND as f64;
            }
            table.row(known, 0, &now)?;
        }
        Ok(())
    })
}
