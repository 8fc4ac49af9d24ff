//! Learns: states as its probability the share of hits among the outcomes that it was told.

use tapewright_sdk::prelude::*;

pub(crate) struct Learner {
    close: Column,
    rise: PatternId,
    told: OutputColumn,
    before: f64,
    hits: f64,
    judged: f64,
}

impl Detector for Learner {
    fn entry() -> Entry {
        Entry::new("learner", "A rise goes on, with the probability that it has had so far")
    }

    fn open(setup: &mut Setup) -> Result<Self, Refusal> {
        setup.learns();
        Ok(Learner {
            close: setup.column("close"),
            rise: setup.pattern(Pattern::new("rise", "Close above the one before").forward_return(3)),
            told: setup.output("told", "Outcomes so far", ""),
            before: f64::NAN,
            hits: 0.0,
            judged: 0.0,
        })
    }

    fn on_row(&mut self, row: &Row, say: &mut Say) {
        let close = row[self.close];
        if close > self.before {
            let probability = (self.hits + 1.0) / (self.judged + 2.0);
            say.detect(Detection::up(self.rise).probability(probability), &[]);
        }
        self.before = close;
        say.set(self.told, self.judged);
    }

    fn on_outcome(&mut self, outcome: &Outcome) {
        self.judged += 1.0;
        self.hits += f64::from(u8::from(outcome.label == Label::Hit));
    }
}
