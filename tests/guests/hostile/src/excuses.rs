//! Faults that a guest says itself, true or not.

use tapewright_sdk::bindings::types::{Fault, FaultKind};

use crate::Guest;

pub(crate) const GUEST: Guest = Guest {
    name: "excuses",
    summary: "Says that it cannot go on",
    what: &["not_open", "shape", "data", "internal", "long", "control"],
    open: Guest::opens,
    on_row: |what, _| {
        let (kind, detail) = match what {
            "not_open" => (FaultKind::NotOpen, "nothing was opened".into()),
            "shape" => (FaultKind::Shape, "one column too few".into()),
            "data" => (FaultKind::Data, "no such price".into()),
            "long" => (FaultKind::Internal, "é".repeat(1 << 20)),
            "control" => (FaultKind::Internal, "\u{1b}[2J\u{7} gone\n  at row 0 of another plugin".into()),
            _ => (FaultKind::Internal, "it gave up".into()),
        };
        Err(Fault { kind, detail })
    },
};
