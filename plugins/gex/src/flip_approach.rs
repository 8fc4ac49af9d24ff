//! Pattern `flip_approach`: the price nears the level at which gamma changes its sign, and is expected to go through.
//!
//! It is said once an approach: when the distance is below `near` and has shrunk over `velocity_rows` rows. The next
//! one begins after the distance was more than twice `near`.

use tapewright_sdk::indicators::Window;
use tapewright_sdk::prelude::*;

use crate::reading::Reading;

/// How many times `near` ends an approach.
const REARM: f64 = 2.0;

pub(crate) struct FlipApproach {
    pattern: PatternId,
    velocity: OutputColumn,
    near: f64,
    armed: bool,
    /// Distances of the rows that had one.
    distances: Window,
}

impl FlipApproach {
    pub(crate) fn params(entry: Entry) -> Entry {
        entry
            .param(
                Param::number("near", "Distance to the gamma flip that is near, as a ratio", (0.001, 0.1), 0.01)
                    .step(0.0025),
            )
            .param(Param::integer("velocity_rows", "Rows over which the distance must shrink", (1, 500), 3).step(1.0))
    }

    pub(crate) fn open(
        setup: &mut Setup,
        judged: impl Fn(Pattern) -> Pattern,
        tolerance: f64,
    ) -> Result<FlipApproach, Refusal> {
        let near = setup.number("near");
        if tolerance >= near {
            let reason = "within tolerance the flip is touched before it is approached: tolerance must be below near";
            return Err(Refusal::combination(&["near", "tolerance"], reason));
        }
        let pattern = judged(Pattern::new("flip_approach", "The price nears the gamma flip and goes through it"))
            .evidence("distance", "(close − flip) ÷ close", EvidenceKind::Ratio)
            .evidence("velocity", "Change of the distance a row", EvidenceKind::Ratio)
            .evidence("rows_to_flip", "Rows until the flip at this velocity", EvidenceKind::Number)
            .evidence("flip", "The gamma flip", EvidenceKind::Price);
        Ok(FlipApproach {
            pattern: setup.pattern(pattern),
            velocity: setup.output("velocity", "Change of the distance to the gamma flip a row", "ratio"),
            near,
            armed: true,
            distances: Window::new(setup.integer("velocity_rows") as usize + 1),
        })
    }

    /// Strength: 1 − |distance| ÷ near, 1 at the flip.
    pub(crate) fn on_row(&mut self, reading: &Reading, say: &mut Say) {
        let distance = reading.distance;
        if distance.is_nan() {
            return;
        }
        self.distances.push(distance);
        if distance.abs() > REARM * self.near {
            self.armed = true;
        }
        if !self.distances.is_full() {
            return;
        }
        let rows = (self.distances.len() - 1) as f64;
        let velocity = (distance - self.distances.oldest()) / rows;
        say.set(self.velocity, velocity);
        // shrinking is moving against the sign of the distance; after a crossing both signs are the same
        if !(self.armed && distance.abs() < self.near && distance * velocity < 0.0) {
            return;
        }
        self.armed = false;
        let detection = if distance > 0.0 { Detection::down(self.pattern) } else { Detection::up(self.pattern) };
        let detection = detection.strength(1.0 - distance.abs() / self.near).entry(reading.flip);
        say.detect(detection, &[distance, velocity, -distance / velocity, reading.flip]);
    }
}
