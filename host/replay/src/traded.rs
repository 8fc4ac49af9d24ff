//! Prices as they were traded. Plugins are shown adjusted prices and say levels in them; what is written down is in the
//! prices of its row's day.

use tapewright_market::{Market, is_price};
use tapewright_model::{Batch, Column, Detection, Plan, Symbol, Time, What};

use crate::graph::UnitInfo;

/// Makes the prices in a batch those that were traded.
pub(crate) fn as_traded(batch: &mut Batch, market: &Market, unit: &UnitInfo) {
    for record in &mut batch.records {
        let (Some(symbol), Some(node)) =
            (unit.symbols.get(record.instrument as usize), unit.nodes.get(record.node as usize))
        else {
            continue;
        };
        let by = market.multiplier(symbol, record.known_time);
        if by == 1.0 {
            continue;
        }
        match &mut record.what {
            What::Detection(detection) => scale(detection, &node.plan, 1.0 / by),
            What::Target(target) => {
                for price in [&mut target.limit, &mut target.stop, &mut target.take] {
                    *price /= by;
                }
            }
            What::Fill(fill) => {
                fill.price /= by;
                fill.quantity *= by;
            }
            _ => {}
        }
    }
}

/// A detection as it was said: its levels in the prices that the plugin was shown.
#[must_use]
pub fn as_said(detection: &Detection, plan: &Plan, market: &Market, symbol: &Symbol, time: Time) -> Detection {
    let mut said = *detection;
    let by = market.multiplier(symbol, time);
    if by != 1.0 {
        scale(&mut said, plan, by);
    }
    said
}

/// Levels of a pattern that is judged on prices.
fn scale(detection: &mut Detection, plan: &Plan, by: f64) {
    let column = plan.patterns.get(detection.pattern as usize).and_then(|pattern| pattern.rule.column.as_ref());
    if column.is_none_or(|column| matches!(column, Column::Data { name, .. } if is_price(name))) {
        for price in [&mut detection.entry, &mut detection.stop, &mut detection.target, &mut detection.close] {
            *price *= by;
        }
    }
}
