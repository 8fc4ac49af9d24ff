//! A spread instrument as bars of a store.

use tapewright_model::{Symbol, Timeframe};

use super::{Roll, SpreadBars, SpreadOptions};
use crate::error::MarketError;
use crate::store::writer::RowsWriter;
use crate::store::{Store, Table};

/// What was made.
#[derive(Debug)]
pub struct SpreadMade {
    /// Bars.
    pub rows: usize,
    /// When the position was rolled.
    pub rolls: Vec<Roll>,
}

/// Makes the bars of a position in two options of an underlying's chains, under a name of its own.
///
/// # Errors
/// When there are no chains, and when the rule cannot be followed.
pub fn store_spread(
    store: &Store,
    underlying: &Symbol,
    name: &Symbol,
    options: &SpreadOptions,
) -> Result<SpreadMade, MarketError> {
    let chains = store.chains(underlying)?;
    if chains.is_empty() {
        return Err(MarketError::file(store.folder(), format!("it holds no chains of {underlying}")));
    }
    let mut bars = SpreadBars::new(*options)?;
    for (_, path) in &chains {
        bars.push(&store.chain(path)?)?;
    }
    let rolls = bars.rolls().to_vec();
    let frame = bars.finish()?;
    let place = store.table_path(&Table::Bars(Some(Timeframe::DAY)), name);
    let folder = place.parent().unwrap_or(store.folder()).to_owned();
    std::fs::create_dir_all(&folder).map_err(MarketError::io(&folder))?;
    let part = folder.join(format!(".{}.part", crate::store::file_stem(name)));
    let mut writer = RowsWriter::create(&part, frame.names(), false)?;
    let mut values = Vec::new();
    for (row, known) in frame.times().iter().enumerate() {
        values.clear();
        values.extend((0..frame.names().len()).map(|column| frame.column(column)[row]));
        writer.row(*known, 0, &values)?;
    }
    writer.finish()?;
    std::fs::rename(&part, &place).map_err(MarketError::io(&place))?;
    Ok(SpreadMade { rows: frame.rows(), rolls })
}
