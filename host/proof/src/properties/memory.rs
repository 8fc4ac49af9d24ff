//! How much history an answer needs: what is promised holds bit for bit, and what could be promised is told.

use tapewright_engine::OpenError;
use tapewright_replay::Shown;

use crate::check::Case;
use crate::property::{Line, Property};

/// Rows at which the short history ends.
const SAMPLES: usize = 32;
/// The longest history that is tried without a promise.
const HISTORY_MAX: usize = 4096;

/// What is left of an answer when only so many rows are shown before it.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct MemoryRow {
    /// Rows that were shown, the one that is answered included.
    pub rows: usize,
    /// Answers that were tried.
    pub tried: usize,
    /// Those that were the long run's, bit for bit.
    pub alike: usize,
    /// The largest distance of an output from the long run's, relative to it; NaN when no output could be compared.
    pub off_max: f64,
}

pub(crate) fn line(case: &Case<'_>) -> Result<(Line, Vec<MemoryRow>), OpenError> {
    let promised = case.plan.memory_rows.map(|rows| rows as usize);
    let mut table = Vec::new();
    let mut rows = 1;
    while rows <= HISTORY_MAX && rows <= case.alone.rows / 2 {
        table.push(row(case, rows)?.0);
        rows *= 2;
    }
    let Some(promised) = promised else {
        // the shortest from which on every longer one does as well
        let short = table.iter().rposition(|row: &MemoryRow| row.alike < row.tried).map_or(0, |at| at + 1);
        let why = match table.get(short) {
            Some(row) => format!("it promises nothing; {} rows gave the same answers here", row.rows),
            None => "it promises nothing, and is rebuilt from the first row".to_owned(),
        };
        return Ok((Line::pass(Property::Memory, why), table));
    };
    if promised > case.alone.rows {
        let why = format!("it promises {promised} rows, and there are {} to try it on", case.alone.rows);
        return Ok((Line::told(Property::Memory, why), table));
    }
    let (found, first) = row(case, promised)?;
    let line = match first {
        None => {
            Line::pass(Property::Memory, format!("{} answers from the promised {promised} rows alone", found.tried))
        }
        Some((at, short)) => Line::fail(
            Property::Memory,
            format!("row {at}: {} | from the promised {promised} rows alone {short}", case.alone.shown(at)),
        ),
    };
    Ok((line, table))
}

/// Tries a length of history; with the first answer that is another.
fn row(case: &Case<'_>, rows: usize) -> Result<(MemoryRow, Option<(usize, String)>), OpenError> {
    let ends = case.alone.rows - rows;
    let samples = SAMPLES.min(ends + 1);
    let mut found = MemoryRow { rows, tried: samples, alike: 0, off_max: f64::NAN };
    let mut first = None;
    for sample in 0..samples {
        // evenly, the last row among them
        let last = rows - 1 + ends * (sample + 1) / samples;
        let from = last + 1 - rows;
        let part = |values: &[f64]| values[from..=last].to_vec();
        let shown = &case.subject.shown;
        let short = Shown {
            times: shown.times[from..=last].to_vec(),
            columns: shown.columns.iter().map(|column| part(column)).collect(),
        };
        let push = if case.plan.one_row_a_push() { 1 } else { case.push_rows_max };
        let said = case.subject.says_of(&short, 0, push)?;
        if said.rows == rows && case.alone.is_alike(last, &said, rows - 1) {
            found.alike += 1;
        } else if first.is_none() {
            first = Some((last, said.shown(rows - 1)));
        }
        for (long, short) in case.alone.columns.iter().zip(&said.columns) {
            if let Some(short) = short.get(rows - 1) {
                let off = ((short - long[last]) / long[last]).abs();
                found.off_max = if off.is_finite() { found.off_max.max(off) } else { found.off_max };
            }
        }
    }
    Ok((found, first))
}
