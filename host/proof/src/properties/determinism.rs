//! Another instance that is shown the same rows in the same pushes says the same.

use tapewright_engine::OpenError;

use crate::check::Case;
use crate::property::{Line, Property};

pub(crate) fn line(case: &Case<'_>) -> Result<Line, OpenError> {
    for (push, before) in [(1, case.alone), (case.push_rows_max, case.whole)] {
        if push > 1 && case.plan.one_row_a_push() {
            continue;
        }
        let again = case.subject.says(push)?;
        if let Some(row) = before.first_difference(&again, usize::MAX) {
            let why = format!("row {row} of pushes of {push}: {} | {}", before.shown(row), again.shown(row));
            return Ok(Line::fail(Property::Determinism, why));
        }
    }
    Ok(Line::pass(Property::Determinism, "the same twice, bit for bit"))
}
