//! However the rows are cut into pushes, it says what it says when it is shown them one by one.

use tapewright_engine::OpenError;

use crate::check::Case;
use crate::property::{Line, Property};

/// Beside one row and the most that a push may carry: a size that divides nothing, and that of a warm cache.
const SIZES: [usize; 2] = [7, 4096];

pub(crate) fn line(case: &Case<'_>) -> Result<Line, OpenError> {
    if case.plan.one_row_a_push() {
        return Ok(Line::pass(Property::PushInvariance, "it is always shown one row a push (own.* or outcomes)"));
    }
    let sizes = SIZES.into_iter().filter(|size| *size < case.push_rows_max).chain([case.push_rows_max]);
    for size in sizes.clone() {
        let said = if size == case.push_rows_max { None } else { Some(case.subject.says(size)?) };
        let said = said.as_ref().unwrap_or(case.whole);
        if let Some(row) = case.alone.first_difference(said, usize::MAX) {
            let time = case
                .subject
                .shown
                .times
                .get(row)
                .copied()
                .map_or_else(String::new, |time| format!(" ({})", tapewright_model::Time(time)));
            let why =
                format!("row {row}{time}: alone {} | in pushes of {size} {}", case.alone.shown(row), said.shown(row));
            return Ok(Line::fail(Property::PushInvariance, why));
        }
    }
    let sizes: Vec<String> = sizes.map(|size| size.to_string()).collect();
    Ok(Line::pass(Property::PushInvariance, format!("the same in pushes of 1, {}", sizes.join(", "))))
}
