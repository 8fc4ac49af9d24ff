//! What was said of rows, row by row, so that two answers can be laid side by side.

use std::fmt::Write as _;

use tapewright_engine::Output;
use tapewright_model::{Detection, Fault, Target};

/// Detections, targets and values of evidence that are held of one answer: about 200 MB. Whoever says more is looked at as
/// far as that.
const HELD_MAX: usize = 2_000_000;

/// Everything that was said.
#[derive(Debug, Default)]
pub(crate) struct Said {
    /// Rows that were answered.
    pub(crate) rows: usize,
    pub(crate) detections: Vec<(Detection, Vec<f64>)>,
    pub(crate) targets: Vec<Target>,
    /// By slot, one value a row.
    pub(crate) columns: Vec<Vec<f64>>,
    /// Why it ended before the last row.
    pub(crate) fault: Option<Fault>,
    pub(crate) fuel: u64,
    held: usize,
}

impl Said {
    pub(crate) fn new(slots: usize) -> Said {
        Said { columns: vec![Vec::new(); slots], ..Said::default() }
    }

    /// The next push.
    pub(crate) fn add(&mut self, output: Output, rows: usize, evidence_len: impl Fn(u32) -> usize) {
        self.held += output.detections.len() + output.evidence.len() + output.targets.len();
        let mut evidence = output.evidence.into_iter();
        for detection in output.detections {
            let values = evidence.by_ref().take(evidence_len(detection.pattern)).collect();
            self.detections.push((detection, values));
        }
        self.targets.extend(output.targets);
        for (kept, values) in self.columns.iter_mut().zip(output.columns.chunks(rows)) {
            kept.extend(values);
        }
        self.rows += rows;
    }

    /// Whether no more is to be held; the rows after the last are then unknown, not unanswered.
    pub(crate) fn is_full(&self) -> bool {
        self.held > HELD_MAX
    }

    /// Everything of one row as bits.
    fn bits(&self, row: usize) -> Vec<u64> {
        let mut bits = Vec::new();
        for (said, evidence) in self.detections_on(row) {
            bits.extend([u64::from(said.instrument), u64::from(said.pattern), said.direction.sign().to_bits()]);
            bits.extend([said.strength, said.probability, said.entry, said.stop, said.target].map(f64::to_bits));
            bits.push(said.horizon);
            bits.extend(evidence.iter().map(|value| value.to_bits()));
        }
        for said in self.targets_on(row) {
            bits.extend([u64::from(said.instrument), u64::from(said.reason), u64::from(said.expires)]);
            bits.extend([said.exposure, said.limit, said.stop, said.take].map(f64::to_bits));
        }
        bits.extend(self.columns.iter().map(|column| column[row].to_bits()));
        bits
    }

    pub(crate) fn detections_on(&self, row: usize) -> &[(Detection, Vec<f64>)] {
        let from = self.detections.partition_point(|(said, _)| said.row < row as u64);
        let to = self.detections.partition_point(|(said, _)| said.row <= row as u64);
        &self.detections[from..to]
    }

    fn targets_on(&self, row: usize) -> &[Target] {
        let from = self.targets.partition_point(|said| said.row < row as u64);
        let to = self.targets.partition_point(|said| said.row <= row as u64);
        &self.targets[from..to]
    }

    /// The first of so many rows on which two say something else; when one of them ended early, the row after its last.
    pub(crate) fn first_difference(&self, other: &Said, rows: usize) -> Option<usize> {
        let both = self.rows.min(other.rows).min(rows);
        let differs = |row: &usize| self.bits(*row) != other.bits(*row);
        let ended = !self.is_full() && !other.is_full() && self.rows.min(rows) != other.rows.min(rows);
        (0..both).find(differs).or_else(|| ended.then_some(both))
    }

    /// Whether one row here and one there are answered alike.
    pub(crate) fn is_alike(&self, row: usize, other: &Said, there: usize) -> bool {
        self.bits(row) == other.bits(there)
    }

    /// What was said on a row, for people.
    pub(crate) fn shown(&self, row: usize) -> String {
        if row >= self.rows {
            return self.fault.as_ref().map_or("nothing".to_owned(), |fault| format!("fault: {}", fault.kind));
        }
        let mut text = String::new();
        for (said, evidence) in self.detections_on(row) {
            let _ = write!(text, "pattern {} {} strength {}", said.pattern, said.direction.word(), said.strength);
            for (name, value) in
                [("probability", said.probability), ("entry", said.entry), ("stop", said.stop), ("target", said.target)]
            {
                if !value.is_nan() {
                    let _ = write!(text, " {name} {value}");
                }
            }
            let _ = write!(text, " evidence {evidence:?}; ");
        }
        for said in self.targets_on(row) {
            let _ = write!(text, "target {} of instrument {}; ", said.exposure, said.instrument);
        }
        if !self.columns.is_empty() {
            let values: Vec<String> = self.columns.iter().map(|column| column[row].to_string()).collect();
            let _ = write!(text, "columns {}", values.join(" "));
        }
        let text = text.trim_end_matches("; ");
        if text.is_empty() { "nothing".to_owned() } else { text.to_owned() }
    }
}
