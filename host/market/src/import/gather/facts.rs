//! Chains, events, and factors: what is no row of a series.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tapewright_model::{Symbol, Time};

use super::{Outcome, shown};
use crate::chain::{Chain, OptionQuote, QUOTES_MAX};
use crate::error::MarketError;
use crate::event::Event;
use crate::factors::{Factor, Factors};
use crate::import::SeriesWritten;
use crate::import::staging::{Rank, Staging};
use crate::quality::{Check, Done, Finding, Findings, Place};
use crate::store::Store;
use crate::store::facts::{read_chain, write_chain, write_events, write_factors};

/// Bytes of events of one import at most, and of one instrument: a year of a news wire's headlines has a tenth of it.
const EVENT_BYTES_MAX: usize = 256 << 20;
/// Bytes of an event beside its texts.
const EVENT_BYTES: usize = std::mem::size_of::<Event>();
/// Factors of one import at most: every split and dividend of US shares since 1970 is about as many.
const FACTORS_MAX: usize = 5_000_000;

/// Where what was gathered is written.
pub(super) struct Writing<'a> {
    pub(super) store: &'a Store,
    pub(super) staging: &'a mut Staging,
    pub(super) files: &'a [String],
    pub(super) repair: bool,
    pub(super) outcome: &'a mut Outcome,
}

impl Writing<'_> {
    /// The file of a row; of a stored row the table.
    pub(super) fn file(&self, place: Place, table: &Path) -> String {
        let file = place.file.and_then(|file| self.files.get(usize::try_from(file).ok()?));
        file.cloned().unwrap_or_else(|| table.display().to_string())
    }
}

/// What of one underlying's chains is in an import.
#[derive(Default)]
struct Chains {
    new: u64,
    same: u64,
    ends: Option<(Time, Time)>,
    /// Moments of this import, and the parts that hold what is new.
    parts: BTreeMap<Time, (String, Option<PathBuf>)>,
}

/// What is no row.
#[derive(Default)]
pub(super) struct Facts {
    chains: BTreeMap<Symbol, Chains>,
    events: BTreeMap<Option<Symbol>, Vec<Event>>,
    event_bytes: usize,
    factors: BTreeMap<Symbol, Vec<(Factor, u32)>>,
    factors_count: usize,
}

impl Facts {
    /// A chain comes, of a file; `clash` is what is done when another of its moment is there.
    pub(super) fn chain(
        &mut self,
        chain: Chain,
        file: &str,
        clash: Done,
        store: &Store,
        staging: &mut Staging,
        findings: &mut Findings,
    ) -> Result<(), MarketError> {
        check_chain(&chain).map_err(|reason| MarketError::File { path: file.to_owned(), reason })?;
        let chains = self.chains.entry(chain.symbol.clone()).or_default();
        let mut say = |check: Check, done: Done, said: String| {
            let (file, symbol) = (file.to_owned(), chain.symbol.to_string());
            findings.add(Finding { check, done, file, line: 0, symbol, said });
        };
        let (path, time) = (store.chain_path(&chain), chain.event_time);
        let ends = chains.ends.get_or_insert((time, time));
        *ends = (ends.0.min(time), ends.1.max(time));
        if let Some((first, part)) = chains.parts.get(&time) {
            let same = same_chain(&read_chain_as(part.as_deref().unwrap_or(&path), &chain.symbol)?, &chain);
            if same {
                say(Check::Duplicate, Done::LeftOut, format!("the chain of {time} is in {first} already"));
                return Ok(());
            }
            let done = if clash == Done::Replaced { Done::LeftOut } else { clash };
            say(Check::Duplicate, done, format!("the chain of {time} is not that in {first}"));
        } else if path.exists() {
            if same_chain(&read_chain(&path)?, &chain) {
                chains.same += 1;
                chains.parts.insert(time, (file.to_owned(), None));
                return Ok(());
            }
            say(Check::Conflict, clash, format!("the chain of {time} is not the one that is stored"));
            chains.new += 1;
        } else {
            chains.new += 1;
        }
        let part = match chains.parts.remove(&time) {
            Some((_, Some(part))) => part,
            before => {
                // a chain that was the stored one is replaced after all
                if before.is_some() {
                    (chains.same, chains.new) = (chains.same - 1, chains.new + 1);
                }
                staging.part(&path, Rank::Facts)
            }
        };
        write_chain(&part, &chain)?;
        chains.parts.insert(time, (file.to_owned(), Some(part)));
        Ok(())
    }

    /// An event comes.
    pub(super) fn event(&mut self, mut event: Event, file: &str) -> Result<(), MarketError> {
        let fail = |reason: String| MarketError::File { path: file.to_owned(), reason };
        if event.symbol.as_ref().is_some_and(|symbol| symbol.as_str() == "_") {
            return Err(fail(
                "`_` cannot be the instrument of an event: its file would be that of no instrument".into(),
            ));
        }
        event.value = tapewright_model::canonical(event.value);
        self.event_bytes += bytes(&event);
        if self.event_bytes > EVENT_BYTES_MAX {
            return Err(fail(format!(
                "more than {EVENT_BYTES_MAX} bytes of events\nhint: import them in several parts"
            )));
        }
        self.events.entry(event.symbol.clone()).or_default().push(event);
        Ok(())
    }

    /// Factors come, of a file with this number.
    pub(super) fn factors(&mut self, factors: Factors, file: u32, shown: &str) -> Result<(), MarketError> {
        self.factors_count += factors.factors.len();
        if self.factors_count > FACTORS_MAX {
            let reason = format!("more than {FACTORS_MAX} factors\nhint: import them in several parts");
            return Err(MarketError::File { path: shown.to_owned(), reason });
        }
        for factor in &factors.factors {
            let fits = |ratio: f64| ratio.is_finite() && ratio > 0.0;
            if !fits(factor.split) || !fits(factor.dividend) {
                let reason = format!(
                    "at {} a split of {} and a dividend of {}: both are ratios above 0",
                    factor.known_time, factor.split, factor.dividend
                );
                return Err(MarketError::File { path: shown.to_owned(), reason });
            }
        }
        let held = self.factors.entry(factors.symbol).or_default();
        held.extend(factors.factors.into_iter().map(|factor| (factor, file)));
        Ok(())
    }

    /// Writes what came. Gives all factors by instrument, those that were stored among them.
    pub(super) fn finish(self, writing: &mut Writing<'_>) -> Result<BTreeMap<Symbol, Vec<Factor>>, MarketError> {
        for (symbol, chains) in self.chains {
            if chains.new > 0 {
                writing.outcome.changed.chains.insert(symbol.to_string());
            }
            let Some((first, last)) = chains.ends else { continue };
            writing.wrote(&symbol.to_string(), "chains", (chains.new, chains.same), (first, last));
        }
        for (symbol, events) in self.events {
            finish_events(symbol.as_ref(), events, writing)?;
        }
        let mut factors = BTreeMap::new();
        for (symbol, new) in self.factors {
            let all = finish_factors(&symbol, new, writing)?;
            factors.insert(symbol, all);
        }
        Ok(factors)
    }
}

impl Writing<'_> {
    fn wrote(&mut self, symbol: &str, table: &str, rows: (u64, u64), ends: (Time, Time)) {
        let ((rows_new, rows_same), (first, last)) = (rows, ends);
        let (symbol, table) = (symbol.to_owned(), table.to_owned());
        self.outcome.series.push(SeriesWritten { symbol, table, rows_new, rows_same, first, last });
    }
}

fn finish_events(
    symbol: Option<&Symbol>,
    mut events: Vec<Event>,
    writing: &mut Writing<'_>,
) -> Result<(), MarketError> {
    let path = writing.store.events_path(symbol);
    let stored = writing.store.events(symbol)?;
    let size = std::fs::metadata(&path).map_or(0, |file| file.len());
    if usize::try_from(size).unwrap_or(usize::MAX) > EVENT_BYTES_MAX {
        return Err(MarketError::file(&path, format!("it has more than {EVENT_BYTES_MAX} bytes of events")));
    }
    events.sort_by(event_order);
    events.dedup_by(|a, b| event_order(a, b).is_eq());
    let before = events.len();
    events.retain(|event| stored.binary_search_by(|stored| event_order(stored, event)).is_err());
    let (new, same) = (events.len() as u64, (before - events.len()) as u64);
    if new > 0 {
        let part = writing.staging.part(&path, Rank::Facts);
        events.extend(stored.iter().cloned());
        events.sort_by(event_order);
        write_events(&part, &events)?;
    }
    let ends = events.first().or(stored.first()).zip(events.last().or(stored.last()));
    let Some((first, last)) = ends else { return Ok(()) };
    writing.wrote(&shown(symbol), "events", (new, same), (first.known_time, last.known_time));
    Ok(())
}

fn finish_factors(
    symbol: &Symbol,
    new: Vec<(Factor, u32)>,
    writing: &mut Writing<'_>,
) -> Result<Vec<Factor>, MarketError> {
    let path = writing.store.factors_path(symbol);
    let stored = writing.store.factors(symbol)?.factors;
    let mut all: BTreeMap<Time, (Factor, Option<u32>)> =
        stored.iter().map(|factor| (factor.known_time, (*factor, None))).collect();
    let (mut rows_new, mut rows_same) = (0, 0);
    for (factor, file) in new {
        let place = Place { file: Some(file), line: 0 };
        match all.insert(factor.known_time, (factor, Some(file))) {
            None => rows_new += 1,
            Some((before, from)) if before == factor => {
                rows_same += u64::from(from.is_none());
                all.insert(factor.known_time, (before, from));
            }
            Some((before, from)) => {
                let check = if from.is_none() { Check::Conflict } else { Check::Duplicate };
                let done = if writing.repair { Done::Replaced } else { Done::Refused };
                let said = format!(
                    "at {} a split of {} and a dividend of {}, before {} and {}",
                    factor.known_time, factor.split, factor.dividend, before.split, before.dividend
                );
                let (file, symbol) = (writing.file(place, &path), symbol.to_string());
                writing.outcome.findings.add(Finding { check, done, file, line: 0, symbol, said });
                rows_new += u64::from(from.is_none());
            }
        }
    }
    let all: Vec<Factor> = all.into_values().map(|(factor, _)| factor).collect();
    if rows_new > 0 {
        let part = writing.staging.part(&path, Rank::Facts);
        write_factors(&part, &all)?;
    }
    if let (Some(first), Some(last)) = (all.first(), all.last()) {
        let ends = (first.known_time, last.known_time);
        writing.wrote(&symbol.to_string(), "factors", (rows_new, rows_same), ends);
    }
    Ok(all)
}

fn event_order(a: &Event, b: &Event) -> std::cmp::Ordering {
    fn key(event: &Event) -> (Time, Time, &str, &str, &str, &str) {
        let Event { known_time, event_time, kind, title, text, source, .. } = event;
        (*known_time, *event_time, kind, title, text, source)
    }
    key(a).cmp(&key(b)).then_with(|| a.value.total_cmp(&b.value))
}

fn bytes(event: &Event) -> usize {
    EVENT_BYTES + event.kind.len() + event.title.len() + event.text.len() + event.source.len()
}

fn check_chain(chain: &Chain) -> Result<(), String> {
    if chain.quotes.len() > QUOTES_MAX {
        return Err(format!("a chain of {} options, {QUOTES_MAX} at most", chain.quotes.len()));
    }
    if chain.known_time < chain.event_time {
        return Err(format!("a chain of {} that is known before, at {}", chain.event_time, chain.known_time));
    }
    for pair in chain.quotes.windows(2) {
        let [a, b] = pair else { continue };
        let before = a.expiry.cmp(&b.expiry).then(a.strike.total_cmp(&b.strike)).then(a.right.cmp(&b.right));
        if before.is_ge() {
            let day = crate::civil::date_of(b.expiry);
            return Err(format!("the option {:?} {} of {day} stands twice, or not in order", b.right, b.strike));
        }
    }
    Ok(())
}

fn same_chain(a: &Chain, b: &Chain) -> bool {
    let quote = |quote: &OptionQuote| {
        let OptionQuote { expiry, strike, right, bid, ask, last, volume, open_interest, iv, delta, gamma } = *quote;
        let numbers = [strike, bid, ask, last, volume, open_interest, iv, delta, gamma];
        (expiry, right, numbers.map(|number| tapewright_model::canonical(number).to_bits()))
    };
    let spot = |chain: &Chain| tapewright_model::canonical(chain.spot).to_bits();
    (a.event_time, a.known_time, spot(a), a.quotes.len()) == (b.event_time, b.known_time, spot(b), b.quotes.len())
        && a.quotes.iter().map(quote).eq(b.quotes.iter().map(quote))
}

/// A chain that lies in the staging, where no folder names its underlying.
fn read_chain_as(path: &Path, symbol: &Symbol) -> Result<Chain, MarketError> {
    let chain = read_chain(path)?;
    Ok(Chain { symbol: symbol.clone(), ..chain })
}
