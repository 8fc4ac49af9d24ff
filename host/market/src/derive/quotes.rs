//! Columns from best quotes: spread, imbalance, middle.

use tapewright_model::Symbol;

use super::write;
use crate::error::MarketError;
use crate::quote_columns::{QUOTE_COLUMNS, quote_columns};
use crate::store::Store;
use crate::store::stored::StoredRows;

pub(super) fn make(store: &Store, symbol: &Symbol) -> Result<(), MarketError> {
    let Some(mut quotes) = StoredRows::open(&store.quotes_path(symbol))? else { return Ok(()) };
    let place = |name: &str| quotes.names().iter().position(|known| known == name);
    let places = ["bid", "ask", "bid_size", "ask_size"].map(place);
    let names = QUOTE_COLUMNS.map(str::to_owned);
    write(store, "quotes", symbol, &names, |table| {
        while let Some((known, _)) = quotes.head() {
            let [bid, ask, bid_size, ask_size] = places.map(|place| place.map_or(f64::NAN, |at| quotes.value(at)));
            table.row(known, 0, &quote_columns(bid, ask, bid_size, ask_size))?;
            quotes.advance()?;
        }
        Ok(())
    })
}
