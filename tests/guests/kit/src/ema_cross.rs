//! What the benches run: two exponential means over six columns, and a detection when they cross.

use tapewright_sdk::prelude::*;

pub(crate) struct EmaCross {
    columns: [Column; 6],
    cross: PatternId,
    alpha: [f64; 2],
    means: [f64; 2],
    above: bool,
}

impl Detector for EmaCross {
    fn entry() -> Entry {
        Entry::new("ema_cross", "A fast mean of the typical price crosses a slow one")
            .param(Param::integer("fast", "Period in rows", (1, 1000), 12))
            .param(Param::integer("slow", "Period in rows", (2, 5000), 26))
    }

    fn open(setup: &mut Setup) -> Result<Self, Refusal> {
        let alpha = ["fast", "slow"].map(|name| 2.0 / (setup.integer(name) as f64 + 1.0));
        if alpha[0] <= alpha[1] {
            return Err(Refusal::combination(&["fast", "slow"], "fast must be below slow"));
        }
        Ok(EmaCross {
            columns: ["open", "high", "low", "close", "volume", "vwap"].map(|name| setup.column(name)),
            cross: setup.pattern(Pattern::new("cross", "Fast over or under slow").forward_return(20)),
            alpha,
            means: [f64::NAN; 2],
            above: false,
        })
    }

    fn on_row(&mut self, row: &Row, say: &mut Say) {
        let [open, high, low, close, volume, vwap] = self.columns.map(|column| row[column]);
        let price = (open + high + low + close + vwap) * 0.2;
        if !(price.is_finite() && volume > 0.0) {
            return;
        }
        for (mean, alpha) in self.means.iter_mut().zip(self.alpha) {
            *mean = if mean.is_nan() { price } else { *mean + alpha * (price - *mean) };
        }
        let above = self.means[0] > self.means[1];
        if above != self.above {
            self.above = above;
            let said = if above { Detection::up(self.cross) } else { Detection::down(self.cross) };
            say.detect(said, &[]);
        }
    }
}
