//! The account of one strategy node: targets become fills, exits are watched, and `own.*` is true.
//!
//! The simplest form: next open, no costs, fractional units, the stop before the take on a row that
//! touches both. On a row, in this order: an expired position is closed at the open; a standing target
//! is executed at the open, or at its limit when the price trades through it; stop and take are watched
//! over the row, that of entry included; the row's close marks the position.

use tapewright_model::{CANONICAL_NAN, Fill, FillReason, OwnField, Target};

use crate::track::Bar;

/// Cash and positions.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    cash: f64,
    equity: f64,
    equity_max: f64,
    legs: Vec<Leg>,
}

/// The position in one instrument.
#[derive(Clone, Debug)]
struct Leg {
    quantity: f64,
    entry_price: f64,
    entry_row: u64,
    /// The exposure of the target that is in force; 0 after an exit.
    intent: f64,
    /// Said and not yet executed.
    standing: Option<Target>,
    stop: f64,
    take: f64,
    expires: u32,
    mark: f64,
    exit_reason: f64,
}

impl Account {
    pub(crate) fn new(cash: f64, instruments: usize) -> Account {
        let leg = Leg {
            quantity: 0.0,
            entry_price: CANONICAL_NAN,
            entry_row: 0,
            intent: 0.0,
            standing: None,
            stop: CANONICAL_NAN,
            take: CANONICAL_NAN,
            expires: 0,
            mark: CANONICAL_NAN,
            exit_reason: CANONICAL_NAN,
        };
        Account { cash, equity: cash, equity_max: cash, legs: vec![leg; instruments] }
    }

    /// Whether a row can change anything: a target stands or a position is open.
    pub(crate) fn is_idle(&self) -> bool {
        self.legs.iter().all(|leg| leg.quantity == 0.0 && leg.standing.is_none())
    }

    /// A target that was said on the row that has just been executed.
    pub(crate) fn register(&mut self, target: &Target) {
        if let Some(leg) = self.legs.get_mut(target.instrument as usize) {
            leg.standing = Some(*target);
        }
    }

    /// Executes what stands for one instrument on its bar.
    pub(crate) fn execute(&mut self, row: u64, instrument: usize, bar: Bar, fills: &mut Vec<(u64, Fill)>) {
        let held = self.legs[instrument].quantity != 0.0;
        let leg = &self.legs[instrument];
        if held && leg.expires > 0 && row - leg.entry_row >= u64::from(leg.expires) && !bar.open.is_nan() {
            self.close(row, instrument, bar.open, FillReason::Expiry, fills);
        }
        if let Some(target) = self.legs[instrument].standing {
            self.enter(row, instrument, &target, bar, fills);
        }
        self.watch(row, instrument, bar, fills);
        if !bar.close.is_nan() {
            self.legs[instrument].mark = bar.close;
        }
    }

    /// Marks the account after all its instruments were executed on a row.
    pub(crate) fn mark(&mut self) {
        self.equity = self.worth();
        if self.equity > self.equity_max {
            self.equity_max = self.equity;
        }
    }

    /// What `own.*` shows of an instrument on a row.
    pub(crate) fn own(&self, field: OwnField, instrument: usize, row: u64) -> f64 {
        let leg = &self.legs[instrument];
        let held = leg.quantity != 0.0;
        match field {
            OwnField::Exposure if held => leg.quantity * leg.mark / self.equity,
            OwnField::Exposure => 0.0,
            OwnField::EntryPrice => leg.entry_price,
            OwnField::RowsHeld if held => (row - leg.entry_row) as f64,
            OwnField::RowsHeld => CANONICAL_NAN,
            OwnField::Equity => self.equity,
            OwnField::Drawdown => 1.0 - self.equity / self.equity_max,
            OwnField::ExitReason => leg.exit_reason,
        }
    }

    fn worth(&self) -> f64 {
        let position = |leg: &Leg| if leg.quantity == 0.0 { 0.0 } else { leg.quantity * leg.mark };
        self.legs.iter().fold(self.cash, |sum, leg| sum + position(leg))
    }

    fn enter(&mut self, row: u64, instrument: usize, target: &Target, bar: Bar, fills: &mut Vec<(u64, Fill)>) {
        let leg = &self.legs[instrument];
        if leg.quantity != 0.0 && target.exposure == leg.intent {
            // the same intent said again: its exits are new, its size is not
            self.attach(instrument, target);
            return;
        }
        let wanted_more = target.exposure > leg.intent || (leg.quantity == 0.0 && target.exposure > 0.0);
        let price = if target.limit.is_nan() {
            bar.open
        } else if wanted_more && bar.low < target.limit {
            if bar.open < target.limit { bar.open } else { target.limit }
        } else if !wanted_more && bar.high > target.limit {
            if bar.open > target.limit { bar.open } else { target.limit }
        } else {
            return;
        };
        if price.is_nan() || price <= 0.0 {
            return;
        }
        if self.legs[instrument].quantity != 0.0 {
            self.legs[instrument].mark = price;
        }
        let worth = self.worth();
        let quantity = if worth > 0.0 { target.exposure * worth / price } else { 0.0 };
        if !quantity.is_finite() {
            return;
        }
        self.trade(row, instrument, quantity, price, FillReason::Target, fills);
        self.legs[instrument].intent = target.exposure;
        self.attach(instrument, target);
    }

    fn attach(&mut self, instrument: usize, target: &Target) {
        let leg = &mut self.legs[instrument];
        (leg.stop, leg.take, leg.expires) = (target.stop, target.take, target.expires);
        leg.standing = None;
    }

    /// Stop, then take. A bar that opens beyond a level fills at its open.
    fn watch(&mut self, row: u64, instrument: usize, bar: Bar, fills: &mut Vec<(u64, Fill)>) {
        let leg = &self.legs[instrument];
        let (stop, take) = (leg.stop, leg.take);
        let below = |level: f64| (bar.low <= level).then_some(if bar.open < level { bar.open } else { level });
        let above = |level: f64| (bar.high >= level).then_some(if bar.open > level { bar.open } else { level });
        let (stopped, taken) = if leg.quantity > 0.0 {
            (below(stop), above(take))
        } else if leg.quantity < 0.0 {
            (above(stop), below(take))
        } else {
            return;
        };
        if let Some(price) = stopped {
            self.close(row, instrument, price, FillReason::Stop, fills);
        } else if let Some(price) = taken {
            self.close(row, instrument, price, FillReason::Take, fills);
        }
    }

    fn close(&mut self, row: u64, instrument: usize, price: f64, reason: FillReason, fills: &mut Vec<(u64, Fill)>) {
        self.trade(row, instrument, 0.0, price, reason, fills);
        self.legs[instrument].intent = 0.0;
    }

    /// Brings the position to `quantity`.
    fn trade(
        &mut self,
        row: u64,
        instrument: usize,
        quantity: f64,
        price: f64,
        reason: FillReason,
        fills: &mut Vec<(u64, Fill)>,
    ) {
        let leg = &mut self.legs[instrument];
        let before = leg.quantity;
        let bought = quantity - before;
        if bought == 0.0 {
            return;
        }
        self.cash -= bought * price;
        let turned = before * quantity < 0.0;
        let grown = quantity.abs() > before.abs() && !turned;
        if before == 0.0 || turned {
            (leg.entry_price, leg.entry_row) = (price, row);
        } else if grown {
            leg.entry_price = (leg.entry_price * before + price * bought) / quantity;
        }
        if !grown {
            leg.exit_reason = f64::from(reason as u8);
        }
        if quantity == 0.0 {
            leg.entry_price = CANONICAL_NAN;
            (leg.stop, leg.take, leg.expires) = (CANONICAL_NAN, CANONICAL_NAN, 0);
        }
        leg.quantity = quantity;
        let instrument = u32::try_from(instrument).unwrap_or(u32::MAX);
        fills.push((row, Fill { instrument, quantity: bought, price, reason }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bars as open, high, low, close; targets by the row on which they are said.
    fn check(bars: &[[f64; 4]], targets: &[(u64, Target)], want: &[(u64, f64, f64, FillReason)], equity: f64) {
        let mut account = Account::new(1000.0, 1);
        let mut fills = Vec::new();
        for (row, [open, high, low, close]) in (0..).zip(bars.iter().copied()) {
            account.execute(row, 0, Bar { open, high, low, close }, &mut fills);
            account.mark();
            targets.iter().filter(|(said, _)| *said == row).for_each(|(_, target)| account.register(target));
        }
        let got: Vec<_> = fills.iter().map(|(row, fill)| (*row, fill.quantity, fill.price, fill.reason)).collect();
        assert_eq!(got, want);
        assert!((account.equity - equity).abs() < 1e-9, "{}", account.equity);
    }

    fn target(exposure: f64) -> Target {
        let none = CANONICAL_NAN;
        Target { row: 0, instrument: 0, exposure, limit: none, stop: none, take: none, expires: 0, reason: 0 }
    }

    const FLAT: [f64; 4] = [100., 101., 99., 100.];

    #[test]
    fn a_target_is_executed_at_the_next_open() {
        check(
            &[FLAT, [110., 112., 109., 111.]],
            &[(0, target(1.0))],
            &[(1, 1000. / 110., 110., FillReason::Target)],
            1000. / 110. * 111.,
        );
    }

    #[test]
    fn a_stop_comes_before_a_take_and_a_gap_fills_at_the_open() {
        let bracket = Target { stop: 95., take: 105., ..target(1.0) };
        check(
            &[FLAT, [100., 106., 94., 100.]],
            &[(0, bracket)],
            &[(1, 10., 100., FillReason::Target), (1, -10., 95., FillReason::Stop)],
            950.,
        );
        check(
            &[FLAT, FLAT, [90., 91., 89., 90.]],
            &[(0, bracket)],
            &[(1, 10., 100., FillReason::Target), (2, -10., 90., FillReason::Stop)],
            900.,
        );
        check(
            &[FLAT, FLAT, [107., 108., 106., 107.]],
            &[(0, bracket)],
            &[(1, 10., 100., FillReason::Target), (2, -10., 107., FillReason::Take)],
            1070.,
        );
        let short = Target { stop: 105., take: 95., ..target(-0.5) };
        check(
            &[FLAT, [100., 100., 94., 95.]],
            &[(0, short)],
            &[(1, -5., 100., FillReason::Target), (1, 5., 95., FillReason::Take)],
            1025.,
        );
    }

    #[test]
    fn a_limit_fills_only_when_the_price_trades_through_it() {
        let limit = Target { limit: 99., ..target(1.0) };
        check(&[FLAT, FLAT], &[(0, limit)], &[], 1000.);
        check(
            &[FLAT, FLAT, [100., 100., 98., 99.]],
            &[(0, limit)],
            &[(2, 1000. / 99., 99., FillReason::Target)],
            1000.,
        );
    }

    #[test]
    fn an_expiry_closes_at_the_open_and_exposure_stays_nothing() {
        let short_lived = Target { expires: 2, ..target(1.0) };
        check(
            &[FLAT, FLAT, FLAT, [103., 104., 102., 103.], FLAT],
            &[(0, short_lived)],
            &[(1, 10., 100., FillReason::Target), (3, -10., 103., FillReason::Expiry)],
            1030.,
        );
    }

    #[test]
    fn the_same_intent_said_again_moves_exits_and_not_size() {
        let again = Target { stop: 99.5, ..target(1.0) };
        check(
            &[FLAT, FLAT, FLAT],
            &[(0, target(1.0)), (1, again)],
            &[(1, 10., 100., FillReason::Target), (2, -10., 99.5, FillReason::Stop)],
            995.,
        );
    }
}
