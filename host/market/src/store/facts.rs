//! Facts of which tables are made: option chains, events, splits and dividends.
//!
//! Promises that what is read is what was written, bit by bit.
//! Refuses to know: what is made of them.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::types::{Date32Type, TimestampNanosecondType};
use arrow_array::{
    Array, ArrayRef, Date32Array, RecordBatch, StringArray, TimestampNanosecondArray, cast::AsArray, types::Float64Type,
};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use tapewright_model::{Symbol, Time};

use super::decode::{Batches, footer};
use super::writer::{KNOWN_TIME, doubles, write_batch};
use super::{Store, entries, file_stem, plain};
use crate::chain::{Chain, OptionQuote, QUOTES_MAX, Right};
use crate::error::MarketError;
use crate::event::Event;
use crate::factors::{Factor, Factors};

const EVENT_TIME: &str = "event_time";
/// Numbers of an option, in the order of the file.
const QUOTE: [&str; 8] = ["bid", "ask", "last", "volume", "open_interest", "iv", "delta", "gamma"];

impl Store {
    /// The chains of an underlying: when their quotes were made and where they lie, ascending.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn chains(&self, symbol: &Symbol) -> Result<Vec<(Time, PathBuf)>, MarketError> {
        let files = entries(&self.folder().join("chains").join(file_stem(symbol)))?;
        let mut chains: Vec<_> = files.into_iter().filter_map(|path| Some((time_of(&path)?, path))).collect();
        chains.sort();
        Ok(chains)
    }

    /// Underlyings that have chains, sorted.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn chain_symbols(&self) -> Result<Vec<Symbol>, MarketError> {
        let mut symbols: Vec<Symbol> =
            entries(&self.folder().join("chains"))?.iter().filter_map(|path| folder_symbol(path)).collect();
        symbols.sort();
        Ok(symbols)
    }

    /// Reads a chain.
    ///
    /// # Errors
    /// When it is not a chain of the store.
    pub fn chain(&self, path: &Path) -> Result<Chain, MarketError> {
        read_chain(path)
    }

    pub(crate) fn chain_path(&self, chain: &Chain) -> PathBuf {
        self.folder().join("chains").join(file_stem(&chain.symbol)).join(format!("{}.parquet", stamp(chain.event_time)))
    }

    /// Events of an instrument, or those of no instrument, ascending by the time at which they could be known.
    ///
    /// # Errors
    /// When their file cannot be read.
    pub fn events(&self, symbol: Option<&Symbol>) -> Result<Vec<Event>, MarketError> {
        read_events(&self.events_path(symbol), symbol)
    }

    pub(crate) fn events_path(&self, symbol: Option<&Symbol>) -> PathBuf {
        let stem = symbol.map_or("_".to_owned(), file_stem);
        self.folder().join("events").join(format!("{stem}.parquet"))
    }

    /// Splits and dividends of an instrument; none when there are none.
    ///
    /// # Errors
    /// When their file cannot be read.
    pub fn factors(&self, symbol: &Symbol) -> Result<Factors, MarketError> {
        let factors = read_factors(&self.factors_path(symbol))?;
        Ok(Factors { symbol: symbol.clone(), factors })
    }

    pub(crate) fn factors_path(&self, symbol: &Symbol) -> PathBuf {
        self.folder().join("factors").join(format!("{}.parquet", file_stem(symbol)))
    }

    pub(crate) fn releases_path(&self, symbol: &Symbol) -> PathBuf {
        self.folder().join("releases").join(format!("{}.parquet", file_stem(symbol)))
    }

    pub(crate) fn prints_path(&self, symbol: &Symbol) -> PathBuf {
        self.folder().join("prints").join(format!("{}.parquet", file_stem(symbol)))
    }

    pub(crate) fn quotes_path(&self, symbol: &Symbol) -> PathBuf {
        self.folder().join("quotes").join(format!("{}.parquet", file_stem(symbol)))
    }
}

/// A moment as a name of a file: `2025-05-16T192300Z`.
fn stamp(time: Time) -> String {
    time.to_string().replace(':', "")
}

fn time_of(path: &Path) -> Option<Time> {
    let stem = path.file_name()?.to_str()?.strip_suffix(".parquet")?;
    let (date, clock) = stem.split_once('T')?;
    let (hours, rest) = clock.split_at_checked(2)?;
    let (minutes, rest) = rest.split_at_checked(2)?;
    format!("{date}T{hours}:{minutes}:{rest}").parse().ok()
}

fn folder_symbol(path: &Path) -> Option<Symbol> {
    let name = path.file_name()?.to_str()?;
    let name = name.strip_prefix("%2E").map_or(name.to_owned(), |rest| format!(".{rest}"));
    Symbol::new(&name).ok()
}

/// Writes a chain as a file of its own.
pub(crate) fn write_chain(path: &Path, chain: &Chain) -> Result<(), MarketError> {
    let quotes = &chain.quotes;
    let number = |of: fn(&OptionQuote) -> f64| -> ArrayRef { Arc::new(doubles(quotes.iter().map(of).collect())) };
    let right = |quote: &OptionQuote| if quote.right == Right::Call { "C" } else { "P" };
    let numbers: [fn(&OptionQuote) -> f64; 8] = [
        |quote| quote.bid,
        |quote| quote.ask,
        |quote| quote.last,
        |quote| quote.volume,
        |quote| quote.open_interest,
        |quote| quote.iv,
        |quote| quote.delta,
        |quote| quote.gamma,
    ];
    let mut columns: Vec<(&str, ArrayRef, bool)> = vec![
        ("expiry", Arc::new(Date32Array::from_iter_values(quotes.iter().map(|quote| quote.expiry))), false),
        ("strike", number(|quote| quote.strike), false),
        ("right", Arc::new(StringArray::from_iter_values(quotes.iter().map(right))), false),
    ];
    columns.extend(QUOTE.into_iter().zip(numbers).map(|(name, of)| (name, number(of), true)));
    let batch = RecordBatch::try_from_iter_with_nullable(columns).map_err(|error| MarketError::file(path, error))?;
    let words = vec![
        (EVENT_TIME, chain.event_time.to_string()),
        (KNOWN_TIME, chain.known_time.to_string()),
        ("spot", chain.spot.to_string()),
    ];
    write_batch(path, &batch, words)
}

/// Reads a chain; its symbol is the name of its folder.
pub(crate) fn read_chain(path: &Path) -> Result<Chain, MarketError> {
    let broken = |why: &str| MarketError::file(path, format!("it is not a chain of the store ({why})"));
    let file = Parquet::open(path)?;
    let word = |key: &str| file.words.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str());
    let time = |key: &str| word(key).and_then(|text| text.parse::<Time>().ok()).ok_or_else(|| broken(key));
    let (event_time, known_time) = (time(EVENT_TIME)?, time(KNOWN_TIME)?);
    let spot = word("spot").and_then(|text| text.parse::<f64>().ok()).ok_or_else(|| broken("spot"))?;
    let symbol = path.parent().and_then(folder_symbol).ok_or_else(|| broken("its folder names no instrument"))?;
    if file.rows > QUOTES_MAX {
        return Err(broken("it has too many options"));
    }
    let mut quotes = Vec::with_capacity(file.rows);
    for batch in &file.batches {
        let expiry = batch.column_by_name("expiry").and_then(|column| column.as_primitive_opt::<Date32Type>());
        let expiry = expiry.ok_or_else(|| broken("expiry"))?;
        let right = batch.column_by_name("right").and_then(|column| column.as_string_opt::<i32>());
        let right = right.ok_or_else(|| broken("right"))?;
        let strike = numbers(batch, "strike").ok_or_else(|| broken("strike"))?;
        let columns: Option<Vec<Vec<f64>>> = QUOTE.into_iter().map(|name| numbers(batch, name)).collect();
        let columns = columns.ok_or_else(|| broken("a number"))?;
        let value = |column: usize, row: usize| {
            columns.get(column).and_then(|values| values.get(row)).copied().unwrap_or(f64::NAN)
        };
        for (row, strike) in strike.into_iter().enumerate() {
            let right = match right.value(row) {
                "C" => Right::Call,
                "P" => Right::Put,
                _ => return Err(broken("right")),
            };
            quotes.push(OptionQuote {
                expiry: expiry.value(row),
                strike,
                right,
                bid: value(0, row),
                ask: value(1, row),
                last: value(2, row),
                volume: value(3, row),
                open_interest: value(4, row),
                iv: value(5, row),
                delta: value(6, row),
                gamma: value(7, row),
            });
        }
    }
    Ok(Chain { symbol, event_time, known_time, spot, quotes })
}

/// Writes events of one instrument.
pub(crate) fn write_events(path: &Path, events: &[Event]) -> Result<(), MarketError> {
    let time = |of: fn(&Event) -> Time| -> ArrayRef {
        let times: Vec<i64> = events.iter().map(|event| of(event).0).collect();
        Arc::new(TimestampNanosecondArray::from(times).with_timezone("UTC"))
    };
    let text = |of: fn(&Event) -> &str| -> ArrayRef { Arc::new(StringArray::from_iter_values(events.iter().map(of))) };
    let columns = [
        (KNOWN_TIME, time(|event| event.known_time), false),
        (EVENT_TIME, time(|event| event.event_time), false),
        ("kind", text(|event| &event.kind), false),
        ("title", text(|event| &event.title), false),
        ("text", text(|event| &event.text), false),
        ("source", text(|event| &event.source), false),
        ("value", Arc::new(doubles(events.iter().map(|event| event.value).collect())) as ArrayRef, true),
    ];
    let batch = RecordBatch::try_from_iter_with_nullable(columns).map_err(|error| MarketError::file(path, error))?;
    write_batch(path, &batch, Vec::new())
}

/// Reads events of one instrument; none when the file is not there.
pub(crate) fn read_events(path: &Path, symbol: Option<&Symbol>) -> Result<Vec<Event>, MarketError> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let broken = |why: &str| MarketError::file(path, format!("it is no file of events of the store ({why})"));
    let mut events = Vec::new();
    for batch in &Parquet::open(path)?.batches {
        let time = |name: &str| times(batch, name).ok_or_else(|| broken(name));
        let (known, happened) = (time(KNOWN_TIME)?, time(EVENT_TIME)?);
        let text = |name: &'static str| {
            let column = batch.column_by_name(name).and_then(|column| column.as_string_opt::<i32>());
            column.ok_or_else(|| broken(name))
        };
        let (kind, title, body, source) = (text("kind")?, text("title")?, text("text")?, text("source")?);
        let value = numbers(batch, "value").ok_or_else(|| broken("value"))?;
        for (row, ((known, happened), value)) in known.into_iter().zip(happened).zip(value).enumerate() {
            events.push(Event {
                symbol: symbol.cloned(),
                kind: kind.value(row).to_owned(),
                event_time: Time(happened),
                known_time: Time(known),
                title: title.value(row).to_owned(),
                text: body.value(row).to_owned(),
                source: source.value(row).to_owned(),
                value,
            });
        }
    }
    Ok(events)
}

/// Writes splits and dividends of one instrument.
pub(crate) fn write_factors(path: &Path, factors: &[Factor]) -> Result<(), MarketError> {
    let times: Vec<i64> = factors.iter().map(|factor| factor.known_time.0).collect();
    let number = |of: fn(&Factor) -> f64| -> ArrayRef { Arc::new(doubles(factors.iter().map(of).collect())) };
    let columns = [
        (KNOWN_TIME, Arc::new(TimestampNanosecondArray::from(times).with_timezone("UTC")) as ArrayRef, false),
        ("split", number(|factor| factor.split), true),
        ("dividend", number(|factor| factor.dividend), true),
    ];
    let batch = RecordBatch::try_from_iter_with_nullable(columns).map_err(|error| MarketError::file(path, error))?;
    write_batch(path, &batch, Vec::new())
}

/// Reads splits and dividends; none when the file is not there.
pub(crate) fn read_factors(path: &Path) -> Result<Vec<Factor>, MarketError> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let broken = |why: &str| MarketError::file(path, format!("it is no file of factors of the store ({why})"));
    let mut factors = Vec::new();
    for batch in &Parquet::open(path)?.batches {
        let known = times(batch, KNOWN_TIME).ok_or_else(|| broken(KNOWN_TIME))?;
        let split = numbers(batch, "split").ok_or_else(|| broken("split"))?;
        let dividend = numbers(batch, "dividend").ok_or_else(|| broken("dividend"))?;
        let rows = known.into_iter().zip(split).zip(dividend);
        factors.extend(rows.map(|((known, split), dividend)| Factor { known_time: Time(known), split, dividend }));
    }
    Ok(factors)
}

/// A small file, read whole.
struct Parquet {
    words: Vec<(String, String)>,
    batches: Vec<RecordBatch>,
    rows: usize,
}

impl Parquet {
    fn open(path: &Path) -> Result<Parquet, MarketError> {
        let broken = |reason: String| MarketError::file(path, reason);
        let file = File::open(path).map_err(MarketError::io(path))?;
        let footer = footer(&file).map_err(broken)?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, footer);
        let metadata = builder.metadata().file_metadata();
        let words = metadata.key_value_metadata().into_iter().flatten();
        let words = words.filter_map(|word| Some((word.key.clone(), word.value.clone()?))).collect();
        let rows = usize::try_from(metadata.num_rows()).unwrap_or(0);
        let batches = Batches::of(builder).map_err(broken)?;
        let batches = batches.collect::<Result<Vec<_>, _>>().map_err(broken)?;
        Ok(Parquet { words, batches, rows })
    }
}

fn times(batch: &RecordBatch, name: &str) -> Option<Vec<i64>> {
    let times = batch.column_by_name(name)?.as_primitive_opt::<TimestampNanosecondType>()?;
    (times.null_count() == 0).then(|| times.values().to_vec())
}

fn numbers(batch: &RecordBatch, name: &str) -> Option<Vec<f64>> {
    Some(plain(batch.column_by_name(name)?.as_primitive_opt::<Float64Type>()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_reads_back_bit_by_bit_and_is_found_by_its_moment() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(folder.path()).unwrap();
        for (name, event, spot) in [
            ("SPY", "2025-05-16T19:23:00Z", 589.25),
            (".SPX", "2025-05-16T19:23:00.25Z", f64::NAN),
            ("SPY", "2025-05-15T20:00:00Z", 0.1 + 0.2),
        ] {
            let quote = |strike: f64, right| OptionQuote {
                expiry: 20_224,
                strike,
                right,
                bid: f64::NAN,
                ask: 1.0 / 3.0,
                last: 0.0,
                volume: 7.0,
                open_interest: 100.0,
                iv: 0.2,
                delta: -0.5,
                gamma: 0.0,
            };
            let chain = Chain {
                symbol: Symbol::new(name).unwrap(),
                event_time: event.parse().unwrap(),
                known_time: Time(event.parse::<Time>().unwrap().0 + 1),
                spot,
                quotes: vec![quote(580.0, Right::Call), quote(580.0, Right::Put)],
            };
            let path = store.chain_path(&chain);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            write_chain(&path, &chain).unwrap();
            let found = store.chains(&chain.symbol).unwrap();
            assert_eq!(found[0], (chain.event_time, path.clone()), "{path:?}");
            assert_eq!(format!("{:?}", store.chain(&path).unwrap()), format!("{chain:?}"));
        }
        let symbols: Vec<String> = store.chain_symbols().unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(symbols, [".SPX", "SPY"]);
        assert_eq!(store.chains(&Symbol::new("SPY").unwrap()).unwrap().len(), 2);
    }

    #[test]
    fn events_and_factors_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(folder.path()).unwrap();
        let (symbol, path) = (Symbol::new("AAPL").unwrap(), folder.path().join("AAPL.parquet"));
        assert_eq!(store.events(Some(&symbol)).unwrap(), []);
        assert_eq!(store.factors(&symbol).unwrap().factors, []);
        let event = Event {
            symbol: Some(symbol.clone()),
            kind: "ex_dividend".into(),
            event_time: Time(5),
            known_time: Time(3),
            title: "0.24 $".into(),
            text: String::new(),
            source: "é".into(),
            value: 0.24,
        };
        write_events(&path, std::slice::from_ref(&event)).unwrap();
        assert_eq!(read_events(&path, Some(&symbol)).unwrap(), [event]);
        let factors = [Factor { known_time: Time(9), split: 7.0, dividend: 1.004 }];
        write_factors(&path, &factors).unwrap();
        assert_eq!(read_factors(&path).unwrap(), factors);
    }
}
