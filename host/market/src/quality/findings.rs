//! What was found in one import, in bounded memory.

use std::collections::BTreeMap;

use super::{Check, Done, Finding};
use crate::error::MarketError;

/// Findings of one check and outcome that are kept with their lines: about 300 KiB of report; the rest are counted.
const KEPT_MAX: usize = 1_000;

/// The first findings of every kind, and how many there are.
#[derive(Default)]
pub(crate) struct Findings {
    kept: Vec<Finding>,
    counts: BTreeMap<(Check, Done), usize>,
}

impl Findings {
    /// Keeps a finding, or counts it. Gives its place among those that are kept.
    pub(crate) fn add(&mut self, finding: Finding) -> Option<usize> {
        let count = self.counts.entry((finding.check, finding.done)).or_default();
        *count += 1;
        if *count > KEPT_MAX {
            return None;
        }
        self.kept.push(finding);
        Some(self.kept.len() - 1)
    }

    /// Says more about a finding that was kept.
    pub(crate) fn amend(&mut self, at: usize, more: &str) {
        if let Some(finding) = self.kept.get_mut(at) {
            finding.said.push_str(more);
        }
    }

    /// The findings that are kept, and how many more there were.
    pub(crate) fn into_parts(self) -> (Vec<Finding>, u64) {
        let dropped = self.counts.values().map(|count| count.saturating_sub(KEPT_MAX) as u64).sum();
        (self.kept, dropped)
    }

    /// The refusal, when anything was refused.
    ///
    /// # Errors
    /// [`MarketError::Refused`].
    pub(crate) fn refusal(&self) -> Result<(), MarketError> {
        let refused = |finding: &&Finding| finding.done == Done::Refused;
        let findings: Vec<Finding> = self.kept.iter().filter(refused).cloned().collect();
        if findings.is_empty() {
            return Ok(());
        }
        let refused = self.counts.iter().filter(|((_, done), _)| *done == Done::Refused);
        let more = refused.map(|(_, count)| count.saturating_sub(KEPT_MAX) as u64).sum();
        Err(MarketError::Refused { findings, more })
    }
}
