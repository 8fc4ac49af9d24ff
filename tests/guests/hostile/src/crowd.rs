//! As many patterns as a plan may have, with predictions of each that never end.

use tapewright_sdk::bindings::types::Horizon;

use crate::{Guest, pattern};

const PATTERNS: u32 = 4_096;

pub(crate) const GUEST: Guest = Guest {
    name: "crowd",
    summary: "Predicts everything at once",
    what: &["predictions"],
    open: |_, plan| {
        plan.patterns = (0..PATTERNS).map(|number| pattern(format!("p{number}"))).collect();
        plan.patterns.iter_mut().for_each(|pattern| pattern.horizon = Horizon::Rows(u32::MAX));
        Ok(())
    },
    on_row: |_, said| {
        let detection = said.detection();
        said.detections.extend((0..PATTERNS).map(|pattern| crate::wit::Detection { pattern, ..detection }));
        Ok(())
    },
};
