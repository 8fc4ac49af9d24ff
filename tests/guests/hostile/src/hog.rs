//! Memory: all at once, or a little on every row.

use crate::Guest;

pub(crate) const GUEST: Guest = Guest {
    name: "hog",
    summary: "Wants memory",
    what: &["at_once", "leak"],
    open: Guest::opens,
    on_row: |what, _| {
        let bytes = if what == "leak" { 1 << 20 } else { 1 << 30 };
        std::hint::black_box(vec![1_u8; bytes].leak());
        Ok(())
    },
};
