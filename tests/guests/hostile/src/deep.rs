//! Calls itself until the stack ends.

use std::hint::black_box;

use crate::Guest;

fn deeper(depth: u64) -> u64 {
    let frame = [depth; 16];
    black_box(&frame)[3] + if black_box(depth) == u64::MAX { 0 } else { deeper(depth + 1) }
}

pub(crate) const GUEST: Guest = Guest {
    name: "deep",
    summary: "Overflows its stack",
    what: &["push", "open"],
    open: |what, _| {
        if what == "open" {
            black_box(deeper(0));
        }
        Ok(())
    },
    on_row: |_, _| {
        black_box(deeper(0));
        Ok(())
    },
};
