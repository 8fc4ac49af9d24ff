//! Shown rows without end it holds no more than before.

use tapewright_engine::{OpenError, Values};

use crate::check::Case;
use crate::property::{Line, Property};
use crate::subject::in_words;

/// Rows that a long life has: ten years of one-minute bars of a dozen markets.
const ROWS: u64 = 10_000_000;
/// Fuel after which a costly plugin has been looked at long enough, whatever the machine: about two seconds.
const FUEL: u64 = 10_000_000_000;
const PUSH: usize = 4096;

pub(crate) fn line(case: &Case<'_>) -> Result<Line, OpenError> {
    let shown = case.subject.shown;
    let (Some(first), Some(last)) = (shown.times.first(), shown.times.last()) else {
        return Ok(Line::told(Property::Endurance, "there are no rows"));
    };
    if case.alone.fault.is_some() {
        return Ok(Line::told(Property::Endurance, "not tried: it ends before the last row"));
    }
    let mut instance = case.subject.open()?;
    let columns: Vec<&[f64]> = shown.columns.iter().map(Vec::as_slice).collect();
    let push = if case.plan.one_row_a_push() { 1 } else { PUSH.min(case.push_rows_max) };
    // the rows come again and again, each time later
    let round = last.saturating_sub(*first).saturating_add(1);
    let (mut at, mut rows, mut later) = (0, 0_u64, 0_i64);
    let mut marks = Vec::new();
    while rows < ROWS && instance.fuel_used() < FUEL {
        let count = push.min(shown.times.len() - at);
        let times: Option<Vec<i64>> = shown.times[at..at + count].iter().map(|time| time.checked_add(later)).collect();
        // years beyond 2262 are none
        let Some(times) = times else { break };
        if let Err(fault) = instance.push(&times, Values::Columns { columns: &columns, at, rows: count }) {
            return Ok(Line::fail(Property::Endurance, format!("after {rows} rows: {}", in_words(&fault))));
        }
        rows += count as u64;
        marks.push((rows, instance.memory_bytes()));
        at += count;
        if at == shown.times.len() {
            (at, later) = (0, later.saturating_add(round));
        }
    }
    let half = marks.iter().find(|(at, _)| *at >= rows / 2).map_or(0, |(_, bytes)| *bytes);
    let end = instance.memory_bytes();
    let kib = |bytes: u64| bytes / 1024;
    if end > half {
        let why = format!("{} KiB after {} rows, {} KiB after {rows}: it grows", kib(half), rows / 2, kib(end));
        return Ok(Line::fail(Property::Endurance, why));
    }
    Ok(Line::pass(Property::Endurance, format!("{} KiB after {rows} rows, as after half of them", kib(end))))
}
