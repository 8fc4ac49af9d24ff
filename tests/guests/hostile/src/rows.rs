//! Detections on rows that were not shown, or not in order.

use crate::Guest;

pub(crate) const GUEST: Guest = Guest {
    name: "rows",
    summary: "Speaks of other rows",
    what: &["beyond", "far_beyond", "backwards", "twice"],
    open: Guest::opens,
    on_row: |what, said| {
        let mut detection = said.detection();
        detection.row = match what {
            "beyond" => (said.columns.len()) as u32,
            "far_beyond" => u32::MAX,
            _ => said.row,
        };
        said.detections.push(detection);
        match what {
            "backwards" if said.row > 0 => said.detections.push(wit_row(detection, said.row - 1)),
            "twice" => said.detections.push(detection),
            _ => {}
        }
        Ok(())
    },
};

fn wit_row(mut detection: crate::wit::Detection, row: u32) -> crate::wit::Detection {
    detection.row = row;
    detection
}
