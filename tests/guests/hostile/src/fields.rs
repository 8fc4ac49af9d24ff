//! Numbers that a field does not take, and payloads in those that it does.

use crate::Guest;

/// A NaN that carries something.
const NAN: f64 = f64::from_bits(0xfff8_dead_beef_cafe);
/// One that traps where such things do.
const SIGNALING: f64 = f64::from_bits(0x7ff0_0000_0000_0001);

fn value(what: &str) -> f64 {
    match what.rsplit_once('_').map(|(_, value)| value) {
        Some("inf") => f64::INFINITY,
        Some("neginf") => f64::NEG_INFINITY,
        Some("seven") => 7.0,
        Some("negative") => -0.5,
        Some("max") => f64::MAX,
        Some("snan") => SIGNALING,
        _ => NAN,
    }
}

pub(crate) const GUEST: Guest = Guest {
    name: "fields",
    summary: "Says numbers that nobody should",
    what: &[
        "strength_nan",
        "strength_snan",
        "strength_inf",
        "strength_negative",
        "probability_nan",
        "probability_snan",
        "probability_inf",
        "probability_neginf",
        "probability_seven",
        "entry_nan",
        "entry_inf",
        "entry_neginf",
        "entry_max",
        "stop_nan",
        "stop_inf",
        "target_nan",
        "target_inf",
        "horizon",
        "pattern",
        "instrument",
        "columns_nan",
        "columns_snan",
        "columns_inf",
    ],
    open: Guest::opens,
    on_row: |what, said| {
        let mut detection = said.detection();
        let value = value(what);
        match what.split('_').next() {
            Some("strength") => detection.strength = value,
            Some("probability") => detection.probability = value,
            Some("entry") => detection.entry = value,
            Some("stop") => detection.stop = value,
            Some("target") => detection.target = value,
            Some("horizon") => detection.horizon = u32::MAX,
            Some("pattern") => detection.pattern = u32::MAX,
            Some("instrument") => detection.instrument = u32::MAX,
            _ => said.columns[said.row as usize] = value,
        }
        said.detections.push(detection);
        Ok(())
    },
};

pub(crate) const STRATEGY: Guest = Guest {
    name: "targets",
    summary: "Wants what nobody can hold",
    what: &[
        "exposure_nan",
        "exposure_inf",
        "exposure_neginf",
        "exposure_max",
        "limit_nan",
        "limit_inf",
        "limit_negative",
        "stop_nan",
        "stop_inf",
        "take_nan",
        "take_neginf",
        "reason",
        "instrument",
        "row",
        "expires",
    ],
    open: Guest::opens,
    on_row: |what, said| {
        let mut target = said.target();
        let value = value(what);
        match what.split('_').next() {
            Some("exposure") => target.exposure = value,
            Some("limit") => target.limit = value,
            Some("stop") => target.stop = value,
            Some("take") => target.take = value,
            Some("reason") => target.reason = 1,
            Some("instrument") => target.instrument = 1,
            Some("row") => target.row = u32::MAX,
            _ => target.expires = u32::MAX,
        }
        said.targets.push(target);
        Ok(())
    },
};
