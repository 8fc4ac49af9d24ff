//! A plain strategy: says a target with exits attached and never looks back.

use tapewright_sdk::prelude::*;

pub(crate) struct Bracket {
    close: Column,
    dip: Reason,
    rows: u64,
}

impl Strategy for Bracket {
    fn entry() -> Entry {
        Entry::new("bracket", "Every 20 rows long or short, with a near stop and a far take")
    }

    fn open(setup: &mut Setup) -> Result<Self, Refusal> {
        Ok(Bracket { close: setup.column("close"), dip: setup.reason("clock"), rows: 0 })
    }

    fn on_row(&mut self, row: &Row, trade: &mut Trade) {
        if self.rows.is_multiple_of(20) {
            let side = if self.rows.is_multiple_of(40) { 0.5 } else { -0.5 };
            let near = row[self.close] * (1.0 - 0.004 * side);
            let far = row[self.close] * (1.0 + 0.02 * side);
            trade.target(Target::new(side).stop(near).take(far).expires(15).reason(self.dip));
        }
        self.rows += 1;
    }
}
