//! Traps: with words, without, and after words that have nothing to do with it.

use tapewright_sdk::{Level, log};

use crate::Guest;

/// A trap that says nothing.
fn silent() -> ! {
    #[cfg(target_arch = "wasm32")]
    core::arch::wasm32::unreachable();
    #[cfg(not(target_arch = "wasm32"))]
    std::process::abort()
}

pub(crate) const GUEST: Guest = Guest {
    name: "trapper",
    summary: "Traps",
    what: &["push", "open", "learn", "silent", "excused", "loud"],
    open: |what, plan| {
        plan.learns = what == "learn";
        if what == "open" { panic!("it will not open") } else { Ok(()) }
    },
    on_row: |what, said| {
        match what {
            // told to `learn`, which panics
            "learn" => said.detections.push(said.detection()),
            "silent" => silent(),
            // an error that was got over, and rows later a trap that says nothing
            "excused" if said.detections.is_empty() && said.rows.is_multiple_of(10) => {
                log(Level::Error, "the cache is cold");
            }
            "excused" if said.rows % 10 == 5 => silent(),
            "excused" => {}
            // more lines than are kept, and then the one that counts
            "loud" => {
                (0..100).for_each(|line| log(Level::Error, &format!("line {line}")));
                panic!("the line that counts");
            }
            _ => panic!("row {} is where it ends", said.rows),
        }
        Ok(())
    },
};
