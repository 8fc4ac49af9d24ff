//! What is wrong with a table of the store, whoever wrote it.

use tapewright_model::{Symbol, Time, Timeframe};

use super::series::Place;
use super::{Done, Finding, Findings, SeriesQuality};
use crate::error::MarketError;
use crate::store::stored::StoredRows;
use crate::store::{Store, Table};

/// Looks at every row of a table; the findings, and how many there are beside them. Nothing is mended; lines are rows,
/// counting from 1. Columns that are no bars have nothing to look for.
///
/// # Errors
/// When the table cannot be read.
pub fn check_table(store: &Store, symbol: &Symbol, table: &Table) -> Result<(Vec<Finding>, u64), MarketError> {
    let path = store.table_path(table, symbol);
    let (Table::Bars(timeframe), Some(mut rows)) = (table, StoredRows::open(&path)?) else {
        return Ok((Vec::new(), 0));
    };
    let daily = *timeframe == Some(Timeframe::DAY);
    let tiles_days = timeframe.is_some_and(|timeframe| timeframe.span_ns() <= Time::DAY);
    let (calendar, factors) = (store.calendar(symbol)?, store.factors(symbol)?.factors);
    let columns = rows.names().to_vec();
    let mut quality = SeriesQuality::new(symbol, &columns, calendar, daily, tiles_days, factors);
    let mut findings = Findings::default();
    let mut add = |said: Vec<super::series::Said>| {
        for said in said {
            let (file, line) = (path.display().to_string(), u64::from(said.place.line));
            let symbol = symbol.to_string();
            findings.add(Finding { check: said.check, done: Done::Told, file, line, symbol, said: said.said });
        }
    };
    let (mut row, mut line) = (vec![0.0; columns.len()], 0_u32);
    while let Some((known, _)) = rows.head() {
        line = line.saturating_add(1);
        for (column, cell) in row.iter_mut().enumerate() {
            *cell = rows.value(column);
        }
        quality.row(known, &row, Place { file: Some(0), line });
        if !quality.is_quiet() {
            add(quality.take());
        }
        rows.advance()?;
    }
    add(quality.end());
    Ok(findings.into_parts())
}
