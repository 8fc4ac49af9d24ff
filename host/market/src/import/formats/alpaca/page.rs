//! An answer of Alpaca's API: the bars of one instrument, or of several by their symbols.
//!
//! ```text
//! {"bars":[{"t":…}],"symbol":"SPY","next_page_token":null}      {"bars":{"SPY":[{"t":…}],"AAPL":[…]}}
//! ```

use std::collections::BTreeMap;
use std::fmt;
use std::io::{Read, Write};
use std::rc::Rc;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

use crate::error::MarketError;
use crate::import::sheet::Records;
use crate::import::source::Source;

/// Bytes of an answer at most. A page has 10,000 bars, about 1 MiB; whole downloads are put together from pages.
const PAGE_BYTES_MAX: u64 = 64 << 20;

/// All bars of an answer.
pub(super) struct Page {
    bars: Rc<Vec<(String, Vec<Bar>)>>,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(deserialize_with = "bars")]
    bars: Vec<(String, Vec<Bar>)>,
    symbol: Option<String>,
}

#[derive(Deserialize)]
struct Bar {
    t: String,
    o: f64,
    h: f64,
    l: f64,
    c: f64,
    v: f64,
    n: Option<f64>,
    vw: Option<f64>,
}

/// Names of the cells.
pub(super) fn names(symbol: bool) -> Vec<String> {
    let names = ["t", "o", "h", "l", "c", "v", "n", "vw", "S"];
    names.iter().take(if symbol { 9 } else { 8 }).map(|name| (*name).to_owned()).collect()
}

/// Reads an answer.
pub(super) fn read(source: &Source) -> Result<Page, MarketError> {
    let mut bytes = Vec::new();
    source.open()?.take(PAGE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(source.io())?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > PAGE_BYTES_MAX) {
        let reason = format!("it has more than {PAGE_BYTES_MAX} bytes\nhint: write one bar a line");
        return Err(source.fail(reason));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let answer: Answer = serde_json::from_slice(bytes).map_err(|error| {
        let line = u64::try_from(error.line()).unwrap_or(0);
        source.fail_at(line, format!("it is no answer of Alpaca's API: {error}"))
    })?;
    let Answer { mut bars, symbol } = answer;
    if let (Some(symbol), [(unnamed, _)]) = (symbol, bars.as_mut_slice())
        && unnamed.is_empty()
    {
        *unnamed = symbol;
    }
    Ok(Page { bars: Rc::new(bars) })
}

impl Page {
    /// Whether it says whose bars it has.
    pub(super) fn has_symbol(&self) -> bool {
        self.bars.iter().all(|(symbol, _)| !symbol.is_empty())
    }

    pub(super) fn records(&self) -> Bars {
        Bars { bars: Rc::clone(&self.bars), at: None, cells: vec![Vec::new(); 9] }
    }
}

/// The bars of an answer as lines of cells.
pub(super) struct Bars {
    bars: Rc<Vec<(String, Vec<Bar>)>>,
    at: Option<(usize, usize)>,
    cells: Vec<Vec<u8>>,
}

impl Records for Bars {
    fn advance(&mut self) -> Result<bool, MarketError> {
        let (mut symbol, mut bar) = self.at.map_or((0, 0), |(symbol, bar)| (symbol, bar + 1));
        while self.bars.get(symbol).is_some_and(|(_, bars)| bar >= bars.len()) {
            (symbol, bar) = (symbol + 1, 0);
        }
        self.at = Some((symbol, bar));
        let Some((name, found)) = self.bars.get(symbol).and_then(|(name, bars)| Some((name, bars.get(bar)?))) else {
            return Ok(false);
        };
        let Bar { t, o, h, l, c, v, n, vw } = found;
        let numbers = [Some(*o), Some(*h), Some(*l), Some(*c), Some(*v), *n, *vw];
        for (at, cell) in self.cells.iter_mut().enumerate() {
            cell.clear();
            match at {
                0 => cell.extend_from_slice(t.as_bytes()),
                8 => cell.extend_from_slice(name.as_bytes()),
                _ => {
                    if let Some(number) = numbers.get(at - 1).copied().flatten() {
                        // into memory, which does not fail
                        let _ = write!(cell, "{number}");
                    }
                }
            }
        }
        Ok(true)
    }

    /// An answer is one line.
    fn line(&self) -> u64 {
        0
    }

    fn cell(&self, at: usize) -> &[u8] {
        self.cells.get(at).map_or(&[], Vec::as_slice)
    }

    fn wrong(&self, _: usize) -> Option<String> {
        None
    }
}

fn bars<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(String, Vec<Bar>)>, D::Error> {
    struct Either;
    impl<'de> Visitor<'de> for Either {
        type Value = Vec<(String, Vec<Bar>)>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("bars, or bars by symbol")
        }
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(Vec::new())
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
            let mut bars = Vec::new();
            while let Some(bar) = seq.next_element()? {
                bars.push(bar);
            }
            Ok(vec![(String::new(), bars)])
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut all: BTreeMap<String, Vec<Bar>> = BTreeMap::new();
            while let Some((symbol, bars)) = map.next_entry::<String, Vec<Bar>>()? {
                all.entry(symbol).or_default().extend(bars);
            }
            Ok(all.into_iter().collect())
        }
    }
    deserializer.deserialize_any(Either)
}
