//! How each pattern is declared and judged, and how a found one is said.
//!
//! Climaxes and trading ranges name a stop and a target and are judged by which comes first; tests of
//! supply and demand and effort without result name a direction and are judged by the return; tests of
//! a level are judged by whether the price leaves the level again.

use tapewright_sdk::prelude::*;

use crate::patterns::{KINDS, Kind, Seen};
use crate::settings::Settings;

/// So many closes in a row on one side of a level decide …
const SUSTAIN_ROWS: u32 = 3;
/// … and every close but one on the very level is on a side: a ratio of the price would be wide on minutes and
/// narrow on weeks.
const TOLERANCE: f64 = 0.0;

/// The declared patterns, in the order of their kinds.
pub struct Predictions([PatternId; KINDS.len()]);

impl Predictions {
    /// Declares them.
    pub fn declare(setup: &mut Setup, settings: &Settings) -> Predictions {
        Predictions(KINDS.map(|kind| setup.pattern(pattern(kind, settings))))
    }

    /// Says what is seen on this row, in the order of the kinds.
    #[inline]
    pub fn say(&self, seen: &Seen, say: &mut Say) {
        for (kind, id) in KINDS.into_iter().zip(self.0) {
            if let Some(found) = seen.found(kind) {
                let detection = if found.up { Detection::up(id) } else { Detection::down(id) };
                let [entry, stop, target] = found.levels;
                say.detect(detection.strength(found.strength).levels(entry, stop, target), &found.evidence);
            }
        }
    }
}

fn pattern(kind: Kind, settings: &Settings) -> Pattern {
    let Settings { horizon, .. } = *settings;
    // a range is as long as a trend, and so is the move that it prepares
    let trend = settings.trend as u32;
    let range = |name, summary| {
        Pattern::new(name, summary)
            .triple_barrier(trend)
            .evidence("lowest", "Low of the range", EvidenceKind::Price)
            .evidence("highest", "High of the range", EvidenceKind::Price)
            .evidence("balance", "(rising − falling volume) ÷ both, over the range", EvidenceKind::Ratio)
    };
    let effort = |pattern: Pattern| {
        pattern.evidence("volume_ratio", "Volume ÷ average volume", EvidenceKind::Ratio).evidence(
            "spread_ratio",
            "Range ÷ average range",
            EvidenceKind::Ratio,
        )
    };
    let climax = |name, summary| {
        effort(Pattern::new(name, summary).triple_barrier(horizon)).evidence(
            "extreme",
            "The price to which it ran",
            EvidenceKind::Price,
        )
    };
    let test = |name, summary| {
        effort(Pattern::new(name, summary).forward_return(horizon)).evidence(
            "probe",
            "The price that was tried",
            EvidenceKind::Price,
        )
    };
    let level = |name, summary| {
        Pattern::new(name, summary)
            .level_reaction(horizon, SUSTAIN_ROWS, TOLERANCE)
            .evidence("level", "The level", EvidenceKind::Price)
            .evidence("rows_ago", "Where its pivot is", EvidenceKind::RowsAgo)
            .evidence("volume_ratio", "Volume ÷ average volume", EvidenceKind::Ratio)
    };
    match kind {
        Kind::Accumulation => range("accumulation", "A low range after a fall, its volume on rising rows"),
        Kind::Distribution => range("distribution", "A low range after a rise, its volume on falling rows"),
        Kind::BuyingClimax => {
            climax("buying_climax", "After a rise a wide bar on very high volume, closed off its new high")
        }
        Kind::SellingClimax => {
            climax("selling_climax", "After a fall a wide bar on very high volume, closed off its new low")
        }
        Kind::TestOfSupply => test("test_of_supply", "Low volume below the bar before, closed in the upper half"),
        Kind::TestOfDemand => test("test_of_demand", "Low volume above the bar before, closed in the lower half"),
        Kind::EffortWithoutResult => effort(
            Pattern::new("effort_without_result", "High volume in a narrow bar; predicts the other direction")
                .forward_return(horizon),
        )
        .evidence("effort_result", "Volume ratio − spread ratio", EvidenceKind::Number),
        Kind::SupportTest => level("support_test", "Support was touched and not broken"),
        Kind::ResistanceTest => level("resistance_test", "Resistance was touched and not broken"),
    }
}
