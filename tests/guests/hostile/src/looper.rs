//! A loop without an end.

use crate::Guest;

pub(crate) fn forever() -> ! {
    let mut turns = 0_u64;
    loop {
        turns = std::hint::black_box(turns.wrapping_add(1));
    }
}

pub(crate) const GUEST: Guest = Guest {
    name: "looper",
    summary: "Never comes back",
    what: &["push", "open"],
    open: |what, _| if what == "open" { forever() } else { Ok(()) },
    on_row: |_, _| forever(),
};
