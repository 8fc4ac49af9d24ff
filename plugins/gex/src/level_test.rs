//! Patterns `call_wall_test` and `put_support_test`: the price comes to a level of much gamma, which is expected to
//! hold.
//!
//! The two mirror each other: the wall is tested from below by a high, the support from above by a low. A test is
//! said once; the next one begins after the price was more than twice `touch` away on its own side. A close
//! through the level ends a test as well.

use tapewright_sdk::prelude::*;

/// How many times `touch` ends a test.
const REARM: f64 = 2.0;

/// Which level it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    CallWall,
    PutSupport,
}

pub(crate) struct LevelTest {
    level: Level,
    pattern: PatternId,
    distance: OutputColumn,
    touch: f64,
    armed: bool,
    close_before: f64,
}

impl LevelTest {
    pub(crate) fn param(entry: Entry) -> Entry {
        let touch = Param::number("touch", "How near to wall or support is a test, as a ratio", (0.0005, 0.05), 0.003);
        entry.param(touch.step(0.0005))
    }

    pub(crate) fn open(setup: &mut Setup, judged: impl Fn(Pattern) -> Pattern, level: Level) -> LevelTest {
        let [name, summary, output, output_summary] = match level {
            Level::CallWall => [
                "call_wall_test",
                "The price tests the call wall from below, and the wall holds",
                "call_wall_distance",
                "(call wall − close) ÷ close",
            ],
            Level::PutSupport => [
                "put_support_test",
                "The price tests the put support from above, and the support holds",
                "put_support_distance",
                "(close − put support) ÷ close",
            ],
        };
        let pattern = judged(Pattern::new(name, summary))
            .evidence("level", "The level that is tested", EvidenceKind::Price)
            .evidence("gap", "How far short of the level the row stayed, ÷ level", EvidenceKind::Ratio);
        LevelTest {
            level,
            pattern: setup.pattern(pattern),
            distance: setup.output(output, output_summary, "ratio"),
            touch: setup.number("touch"),
            armed: true,
            close_before: f64::NAN,
        }
    }

    /// One row: the level's price, the row's extreme on the level's side (high for a wall, low for a support), its
    /// close. Strength: 1 where the level was reached, falling to 0 where it was missed by `touch`.
    pub(crate) fn on_row(&mut self, level: f64, extreme: f64, close: f64, say: &mut Say) {
        let before = std::mem::replace(&mut self.close_before, close);
        if level.is_nan() || level <= 0.0 {
            return;
        }
        // positive while the price is on the side from which it tests
        let short_of = |price: f64| if self.level == Level::CallWall { level - price } else { price - level };
        say.set(self.distance, short_of(close) / close);
        let gap = short_of(extreme) / level;
        if short_of(close) <= 0.0 {
            self.armed = false;
        } else if gap > REARM * self.touch {
            self.armed = true;
        }
        if !(self.armed && gap <= self.touch && short_of(before) > 0.0) {
            return;
        }
        self.armed = false;
        let detection = match self.level {
            Level::CallWall => Detection::down(self.pattern),
            Level::PutSupport => Detection::up(self.pattern),
        };
        say.detect(detection.strength(1.0 - gap / self.touch).entry(level), &[level, gap]);
    }
}
