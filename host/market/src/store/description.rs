//! What a store holds, for people.

use tapewright_model::{Symbol, Time};

use super::{Store, StoreFile, Table, entries};
use crate::calendar::{Calendar, Days};
use crate::civil::date_of;
use crate::error::MarketError;
use crate::series::Span;

/// Holes that are named, the longest first.
const HOLES_SHOWN: usize = 3;

/// One table of a store, or the facts of one kind of an instrument.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct StoreTable {
    /// Whose; empty for events of no instrument.
    pub symbol: String,
    /// `bars/1d`, `columns/options`, `chains`, `events`, `factors`.
    pub table: String,
    /// Rows, or files of chains.
    pub rows: u64,
    /// Known time of the first.
    #[serde(serialize_with = "crate::text::option::serialize")]
    pub first: Option<Time>,
    /// Known time of the last.
    #[serde(serialize_with = "crate::text::option::serialize")]
    pub last: Option<Time>,
    /// Names of its columns.
    pub columns: Vec<String>,
    /// When the instrument trades.
    pub calendar: Option<Calendar>,
    /// Sessions between the first and the last row without a row; `None` without a calendar.
    pub sessions_missing: Option<u64>,
    /// The longest holes, as people read them.
    pub holes: Vec<String>,
}

impl Store {
    /// Everything that is there, sorted by instrument.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn describe(&self) -> Result<Vec<StoreTable>, MarketError> {
        let mut all = Vec::new();
        for (symbol, table) in self.tables()? {
            let path = self.table_path(&table, &symbol);
            let file = StoreFile::open(&path)?;
            let file = file.ok_or_else(|| MarketError::file(&path, "it is not a table of the store"))?;
            let name = match &table {
                Table::Bars(timeframe) => format!("bars/{}", timeframe.map_or("rows".to_owned(), |of| of.to_string())),
                Table::Columns(name) => format!("columns/{name}"),
            };
            let calendar = self.calendar(&symbol)?;
            let bars = matches!(table, Table::Bars(_));
            let holes = calendar.filter(|_| bars).map(|calendar| holes(&file, &symbol, calendar)).transpose()?;
            all.push(StoreTable {
                symbol: symbol.to_string(),
                table: name,
                rows: file.rows() as u64,
                first: file.first(),
                last: file.last(),
                columns: file.names().to_vec(),
                calendar,
                sessions_missing: holes.as_ref().map(|holes| holes.iter().map(|hole| hole.sessions).sum()),
                holes: holes.map_or(Vec::new(), named),
            });
        }
        for symbol in self.chain_symbols()? {
            let chains = self.chains(&symbol)?;
            let (first, last) = (chains.first().map(|(time, _)| *time), chains.last().map(|(time, _)| *time));
            all.push(facts(symbol.as_str(), "chains", chains.len(), first, last));
        }
        for (folder, name) in [("factors", "factors"), ("events", "events")] {
            for path in entries(&self.folder().join(folder))? {
                let symbol = super::symbol_of(&path).filter(|symbol| symbol.as_str() != "_");
                let found = match (name, &symbol) {
                    ("factors", Some(symbol)) => {
                        let factors = self.factors(symbol)?.factors;
                        (factors.len(), factors.first().map(|of| of.known_time), factors.last().map(|of| of.known_time))
                    }
                    ("factors", None) => continue,
                    _ => {
                        let events = self.events(symbol.as_ref())?;
                        (events.len(), events.first().map(|of| of.known_time), events.last().map(|of| of.known_time))
                    }
                };
                all.push(facts(symbol.as_ref().map_or("", Symbol::as_str), name, found.0, found.1, found.2));
            }
        }
        all.sort_by(|a, b| (&a.symbol, &a.table).cmp(&(&b.symbol, &b.table)));
        Ok(all)
    }
}

fn facts(symbol: &str, table: &str, rows: usize, first: Option<Time>, last: Option<Time>) -> StoreTable {
    StoreTable {
        symbol: symbol.to_owned(),
        table: table.to_owned(),
        rows: rows as u64,
        first,
        last,
        columns: Vec::new(),
        calendar: None,
        sessions_missing: None,
        holes: Vec::new(),
    }
}

/// Sessions in a row that have no row.
struct Hole {
    first: i32,
    last: i32,
    sessions: u64,
}

fn holes(file: &StoreFile, symbol: &Symbol, calendar: Calendar) -> Result<Vec<Hole>, MarketError> {
    let mut rows = file.reader(symbol, Span::default(), &[])?;
    let mut days: Vec<i32> = Vec::new();
    let mut of = Days::new(calendar);
    while let Some(frame) = rows.next_rows()? {
        for time in frame.times() {
            let day = of.of(*time).day;
            if days.last() != Some(&day) {
                days.push(day);
            }
        }
    }
    let mut holes = Vec::new();
    for pair in days.windows(2) {
        let missing: Vec<i32> = (pair[0] + 1..pair[1]).filter(|day| calendar.trades(*day)).collect();
        if let (Some(first), Some(last)) = (missing.first(), missing.last()) {
            holes.push(Hole { first: *first, last: *last, sessions: missing.len() as u64 });
        }
    }
    Ok(holes)
}

fn named(mut holes: Vec<Hole>) -> Vec<String> {
    holes.sort_by_key(|hole| (std::cmp::Reverse(hole.sessions), hole.first));
    let more = holes.len().saturating_sub(HOLES_SHOWN);
    let name = |hole: &Hole| match hole.sessions {
        1 => format!("{} missing", date_of(hole.first)),
        many => format!("{} to {} missing ({many} sessions)", date_of(hole.first), date_of(hole.last)),
    };
    let mut named: Vec<String> = holes.iter().take(HOLES_SHOWN).map(name).collect();
    if more > 0 {
        named.push(format!("and {more} more holes"));
    }
    named
}
