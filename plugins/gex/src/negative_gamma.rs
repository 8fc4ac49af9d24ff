//! Pattern `negative_gamma_extreme`: dealers are so short of gamma that they have to trade with the move.
//!
//! A dealer who is short gamma hedges by selling what falls and buying what rises, and so makes the move that is
//! under way larger. Hence the claim: at an extreme the last move goes on. It is said once, on the first row at or
//! below the extreme on which the close has moved, and again only after exposure has risen above `rearm`.

use tapewright_sdk::indicators::Window;
use tapewright_sdk::prelude::*;

use crate::reading::Reading;

const DOLLARS_PER_BILLION: f64 = 1e9;

pub(crate) struct NegativeGamma {
    pattern: PatternId,
    extreme: f64,
    rearm: f64,
    armed: bool,
    closes: Window,
}

impl NegativeGamma {
    pub(crate) fn params(entry: Entry) -> Entry {
        entry
            .param(
                Param::number(
                    "extreme_billion_usd",
                    "Gamma exposure at or below which it is extreme",
                    (-50.0, -0.1),
                    -2.0,
                )
                .step(0.5),
            )
            .param(
                Param::number("rearm_billion_usd", "Above it the next extreme is a new one", (-50.0, 0.0), -1.5)
                    .step(0.5),
            )
            .param(Param::integer("move_rows", "Rows of the move that is to go on", (1, 500), 1).step(1.0))
            .param(Param::number("min_move", "Ratio by which it must go on", (0.0, 0.2), 0.01).step(0.005))
            .param(Param::integer("sessions", "How long it is judged, in sessions", (1, 20), 1).step(1.0))
    }

    pub(crate) fn open(setup: &mut Setup) -> Result<NegativeGamma, Refusal> {
        let [extreme, rearm] =
            ["extreme_billion_usd", "rearm_billion_usd"].map(|name| setup.number(name) * DOLLARS_PER_BILLION);
        if rearm < extreme {
            let names = ["extreme_billion_usd", "rearm_billion_usd"];
            return Err(Refusal::combination(&names, "rearm must not be below extreme"));
        }
        let pattern = Pattern::new("negative_gamma_extreme", "Gamma exposure is extremely negative: the move goes on")
            .forward_return(1)
            .min_move(setup.number("min_move"))
            .sessions(setup.integer("sessions") as u32)
            .evidence("total", "Gamma exposure, dollars per move of 1 %", EvidenceKind::Number)
            .evidence("move", "Close ÷ close at the start of the move − 1", EvidenceKind::Ratio);
        Ok(NegativeGamma {
            pattern: setup.pattern(pattern),
            extreme,
            rearm,
            armed: true,
            closes: Window::new(setup.integer("move_rows") as usize + 1),
        })
    }

    /// Strength: |total| ÷ (|total| + |extreme|), one half at the extreme.
    pub(crate) fn on_row(&mut self, reading: &Reading, say: &mut Say) {
        self.closes.push(reading.close);
        let total = reading.total;
        if total > self.rearm {
            self.armed = true;
        }
        if !(self.armed && total <= self.extreme && self.closes.is_full()) {
            return;
        }
        let change = reading.close / self.closes.oldest() - 1.0;
        if change == 0.0 {
            return;
        }
        self.armed = false;
        let detection = if change > 0.0 { Detection::up(self.pattern) } else { Detection::down(self.pattern) };
        say.detect(detection.strength(total / (total + self.extreme)), &[total, change]);
    }
}
