//! It ends no call early, shown one row at a time.

use crate::check::Case;
use crate::property::{Line, Property};
use crate::subject::in_words;

pub(crate) fn line(case: &Case<'_>) -> Line {
    match &case.alone.fault {
        Some(fault) => {
            Line::fail(Property::Limits, format!("at row {}, shown alone: {}", case.alone.rows, in_words(fault)))
        }
        None => Line::pass(Property::Limits, format!("{} rows one by one without a fault", case.alone.rows)),
    }
}
