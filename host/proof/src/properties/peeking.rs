//! What it says up to a row does not change with the rows after it: when there are none, and when there are others.

use tapewright_engine::OpenError;
use tapewright_replay::Shown;

use crate::check::Case;
use crate::property::{Line, Property};
use crate::said::Said;

/// Rows that are looked at: a push of them is as long as most.
const ROWS: usize = 4096;
/// Cuts by lot, and at detections at most.
const CUTS_BY_LOT: usize = 24;
const CUTS_AT_DETECTIONS: usize = 40;
/// Prices after a cut are multiplied by this: whoever sees them says so.
const SCALE: f64 = 3.0;

pub(crate) fn line(case: &Case<'_>) -> Result<Line, OpenError> {
    if case.plan.one_row_a_push() {
        return Ok(Line::pass(Property::NoPeeking, "it is always shown one row a push (own.* or outcomes)"));
    }
    let rows = case.whole.rows.min(ROWS);
    let first = case.subject.until(rows);
    let long = case.subject.says_of(&first, 0, case.push_rows_max)?;
    let cuts = cuts(&long, rows);
    for cut in &cuts {
        let shorter = case.subject.says_of(&case.subject.until(*cut), 0, case.push_rows_max)?;
        let other = case.subject.says_of(&perturbed(&first, *cut), 0, case.push_rows_max)?;
        for (what, said) in [("nothing after it", &shorter), ("other rows after it", &other)] {
            if let Some(row) = long.first_difference(said, *cut) {
                let why = format!(
                    "row {row} of {} ({}): {} | with {what} from row {cut} on {}",
                    case.subject.opening.symbols.first().map_or("", |symbol| symbol.as_str()),
                    tapewright_model::Time(first.times[row]),
                    long.shown(row),
                    said.shown(row)
                );
                return Ok(Line::fail(Property::NoPeeking, why));
            }
        }
    }
    Ok(Line::pass(
        Property::NoPeeking,
        format!("{} cuts of {rows} rows, truncated and with other rows after", cuts.len()),
    ))
}

/// Rows before which history ends: by lot, and after what was detected.
fn cuts(said: &Said, rows: usize) -> Vec<usize> {
    let mut lot = Lot(rows as u64);
    let mut cuts: Vec<usize> = (0..CUTS_BY_LOT).map(|_| 1 + lot.below(rows.saturating_sub(1).max(1))).collect();
    let step = said.detections.len().div_ceil(CUTS_AT_DETECTIONS).max(1);
    cuts.extend(said.detections.iter().step_by(step).filter_map(|(said, _)| usize::try_from(said.row + 1).ok()));
    cuts.retain(|cut| *cut < rows);
    cuts.sort_unstable();
    cuts.dedup();
    cuts
}

/// The same rows before a cut; those after it turned around and scaled.
fn perturbed(shown: &Shown, cut: usize) -> Shown {
    let mut other = shown.clone();
    for column in &mut other.columns {
        let after = &mut column[cut..];
        after.reverse();
        after.iter_mut().for_each(|value| *value *= SCALE);
    }
    other
}

/// splitmix64 (Steele, Lea and Flood 2014).
struct Lot(u64);

impl Lot {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % bound as u64).unwrap_or(0)
    }
}
