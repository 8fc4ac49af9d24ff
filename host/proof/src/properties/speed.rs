//! What it costs: fuel, the same on every machine, and time beside a native loop on this one.

use std::hint::black_box;
use std::time::{Duration, Instant};

use tapewright_engine::OpenError;

use crate::check::Case;
use crate::property::{Line, Property};

/// Rows of a push: named, since fuel a row depends on it.
const PUSH: usize = 4096;
const ROUNDS: usize = 5;
/// Of the native exponential mean.
const ALPHA: f64 = 2.0 / 21.0;

pub(crate) fn line(case: &Case<'_>) -> Result<Line, OpenError> {
    let push = if case.plan.one_row_a_push() { 1 } else { PUSH.min(case.push_rows_max) };
    let (mut fuel, mut rows) = (0, 0);
    let mut walls = Vec::new();
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        let said = case.subject.says(push)?;
        walls.push(begun.elapsed());
        (fuel, rows) = (said.fuel, said.rows);
    }
    if rows == 0 {
        return Ok(Line::told(Property::Speed, "no row was answered"));
    }
    let per_row = |wall: Duration| wall.as_secs_f64() * 1e9 / rows as f64;
    let guest = per_row(median(walls));
    let native = case
        .subject
        .shown
        .columns
        .first()
        .map_or(f64::NAN, |values| per_row(median((0..ROUNDS).map(|_| native(&values[..rows])).collect())));
    let fuel = fuel as f64 / rows as f64;
    let why = format!(
        "{fuel:.0} fuel a row in pushes of {push}; here {guest:.0} ns a row, {:.0} times a native exponential mean ({native:.1} ns)",
        guest / native
    );
    Ok(Line::told(Property::Speed, why))
}

fn native(values: &[f64]) -> Duration {
    let begun = Instant::now();
    let mut mean = 0.0;
    for value in black_box(values) {
        mean += ALPHA * (value - mean);
    }
    black_box(mean);
    begun.elapsed()
}

fn median(mut walls: Vec<Duration>) -> Duration {
    walls.sort_unstable();
    walls.get(walls.len() / 2).copied().unwrap_or_default()
}
