//! Lists longer or shorter than they may be.

use crate::Guest;

pub(crate) const GUEST: Guest = Guest {
    name: "lists",
    summary: "Lists without an end",
    what: &["detections", "evidence", "columns", "evidence_unasked", "columns_short", "columns_none"],
    open: Guest::opens,
    on_row: |what, said| {
        match what {
            "detections" => said.detections = vec![said.detection(); 20_000],
            "evidence" => said.evidence = vec![0.5; 1 << 20],
            "columns" => said.columns = vec![0.5; 1 << 20],
            "evidence_unasked" => {
                said.detections.push(said.detection());
                said.evidence.push(0.5);
            }
            "columns_short" => drop(said.columns.pop()),
            _ => said.columns.clear(),
        }
        Ok(())
    },
};

pub(crate) const STRATEGY: Guest = Guest {
    name: "many_targets",
    summary: "Targets without an end",
    what: &["targets"],
    open: Guest::opens,
    on_row: |_, said| {
        said.targets = vec![said.target(); 20_000];
        Ok(())
    },
};
