//! Columns from option trades. Trades of one moment are one row, after the last of them.

use tapewright_model::Symbol;

use super::write;
use crate::chain::Right;
use crate::error::MarketError;
use crate::flow::{FLOW_COLUMNS, Flow, LARGE_PREMIUM_USD, Print};
use crate::store::Store;
use crate::store::stored::StoredRows;

pub(super) fn make(store: &Store, symbol: &Symbol) -> Result<(), MarketError> {
    let Some(mut prints) = StoredRows::open(&store.prints_path(symbol))? else { return Ok(()) };
    let place = |name: &str| prints.names().iter().position(|known| known == name);
    let places = ["right", "price", "size", "bid", "ask"].map(place);
    let names = FLOW_COLUMNS.map(str::to_owned);
    write(store, "flow", symbol, &names, |table| {
        let mut flow = Flow::new(LARGE_PREMIUM_USD);
        while let Some((known, _)) = prints.head() {
            let [right, price, size, bid, ask] = places.map(|place| place.map_or(f64::NAN, |at| prints.value(at)));
            let right = if right < 0.0 { Right::Put } else { Right::Call };
            let values = flow.push(&Print { known, right, price, size, bid, ask });
            prints.advance()?;
            if prints.head().is_none_or(|(next, _)| next != known) {
                table.row(known, 0, &values)?;
            }
        }
        Ok(())
    })
}
