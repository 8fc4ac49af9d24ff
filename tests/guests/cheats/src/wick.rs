//! Says that a level holds which its own bar has touched already.

use tapewright_sdk::prelude::*;

pub(crate) struct Wick {
    columns: [Column; 3],
    hold: PatternId,
    range: Sma,
}

impl Detector for Wick {
    fn entry() -> Entry {
        Entry::new("wick", "A low far below the close holds, a high far above it as well")
    }

    fn open(setup: &mut Setup) -> Result<Self, Refusal> {
        let columns = ["high", "low", "close"].map(|name| setup.column(name));
        let hold = setup.pattern(Pattern::new("hold", "The extreme holds").level_reaction(20, 3, 0.0));
        Ok(Wick { columns, hold, range: Sma::new(20) })
    }

    fn on_row(&mut self, row: &Row, say: &mut Say) {
        let [high, low, close] = self.columns.map(|column| row[column]);
        let range = self.range.update(high - low);
        if close - low > 0.8 * range {
            say.detect(Detection::up(self.hold).entry(low), &[]);
        } else if high - close > 0.8 * range {
            say.detect(Detection::down(self.hold).entry(high), &[]);
        }
    }
}
