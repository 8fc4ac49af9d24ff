//! A panel: ranks its instruments by their return since the row before.

use tapewright_sdk::prelude::*;

pub(crate) struct Rank {
    close: Column,
    rank: OutputColumn,
    leader: PatternId,
    before: Vec<f64>,
    led: usize,
}

impl Detector for Rank {
    fn entry() -> Entry {
        Entry::new("rank", "Rank of the last return among all instruments").panel()
    }

    fn open(setup: &mut Setup) -> Result<Self, Refusal> {
        let instruments = setup.symbols().len();
        Ok(Rank {
            close: setup.column("close"),
            rank: setup.output("rank", "0 is the highest return", ""),
            leader: setup.pattern(Pattern::new("new_leader", "Another instrument leads").forward_return(4)),
            before: vec![f64::NAN; instruments],
            led: usize::MAX,
        })
    }

    fn on_row(&mut self, row: &Row, say: &mut Say) {
        let instruments = self.before.len();
        let returns: Vec<f64> = (0..instruments).map(|s| row.of(self.close, s) / self.before[s] - 1.0).collect();
        for s in 0..instruments {
            let rank = (0..instruments).filter(|other| returns[*other] > returns[s]).count();
            say.set_for(self.rank, s, if returns[s].is_nan() { f64::NAN } else { rank as f64 });
            if rank == 0 && returns[s] > 0.0 && s != self.led {
                self.led = s;
                say.detect(Detection::up(self.leader).instrument(s), &[]);
            }
            self.before[s] = row.of(self.close, s);
        }
    }
}
