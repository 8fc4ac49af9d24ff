//! Quiet while the slabs grow; then as much on every row as one call may say.

use crate::Guest;

/// What the contract lets one call say.
const DETECTIONS: usize = 16_384;

pub(crate) const GUEST: Guest = Guest {
    name: "sleeper",
    summary: "Is quiet, and then is not",
    what: &["detections"],
    open: Guest::opens,
    on_row: |_, said| {
        said.detections.extend(vec![said.detection(); DETECTIONS]);
        Ok(())
    },
};
