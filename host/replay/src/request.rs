//! What to run, and how. The first is part of what a run is; the second changes nothing that it writes.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tapewright_engine::{Engine, HOST_SEMANTICS, Limits, Plugin};
use tapewright_market::{Market, MarketError};
use tapewright_model::{Digest, DigestWriter, Kind, Param, Symbol, params_text};

/// A plugin's entry with its parameters, under the name by which others read it.
#[derive(Clone)]
pub struct Binding {
    /// Unique within the run.
    pub alias: String,
    /// The loaded component.
    pub plugin: Plugin,
    /// Which interface.
    pub kind: Kind,
    /// Which entry.
    pub entry: String,
    /// Whether it takes all instruments at once.
    pub panel: bool,
    /// Every declared parameter.
    pub params: Vec<Param>,
    /// What an instance of it may use, with what the user grants to it.
    pub limits: Limits,
}

/// What to run.
pub struct Request {
    /// The engine that loaded the plugins.
    pub engine: Engine,
    /// In any order.
    pub bindings: Vec<Binding>,
    /// Where the rows come from.
    pub market: Arc<Market>,
    /// Instruments, sorted; each non-panel binding gets a node for each.
    pub symbols: Vec<Symbol>,
    /// Cash that every account starts with.
    pub cash: f64,
}

/// How to run it: nothing here changes what is written.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// Rows of one push.
    pub push: Push,
    /// Rows of an instrument in one slab at most; sized in bytes when missing.
    pub slab_rows: Option<usize>,
    /// Units at once.
    pub threads: usize,
    /// Rows of a node (by label) before which its instance is dropped and rebuilt.
    pub rebuild: BTreeMap<String, Vec<u64>>,
    /// The order in which units are begun, when not their own.
    pub unit_order: Option<Vec<usize>>,
    /// Counts what is done while it is done.
    pub progress: Option<Arc<Progress>>,
}

/// How far a run is.
#[derive(Debug, Default)]
pub struct Progress {
    rows: AtomicU64,
}

impl Progress {
    /// Rows that nodes have been shown.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows.load(Ordering::Relaxed)
    }

    pub(crate) fn add(&self, rows: u64) {
        self.rows.fetch_add(rows, Ordering::Relaxed);
    }
}

/// How many rows a push carries, for nodes that are not bound to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Push {
    /// As many as stay in a core's cache.
    Auto,
    /// This many at most.
    Rows(usize),
}

impl Default for RunOptions {
    fn default() -> RunOptions {
        RunOptions {
            push: Push::Auto,
            slab_rows: None,
            threads: 1,
            rebuild: BTreeMap::new(),
            unit_order: None,
            progress: None,
        }
    }
}

impl Request {
    /// Names everything that decides what the run writes.
    ///
    /// # Errors
    /// When the data cannot be read.
    pub fn key(&self) -> Result<Digest, MarketError> {
        let mut writer = DigestWriter::new("tapewright run");
        writer.number(HOST_SEMANTICS).digest(&self.market.digest()?).number(self.cash.to_bits());
        writer.number(self.symbols.len() as u64);
        for symbol in &self.symbols {
            writer.text(symbol.as_str());
        }
        let mut bindings: Vec<&Binding> = self.bindings.iter().collect();
        bindings.sort_by(|a, b| a.alias.cmp(&b.alias));
        for binding in bindings {
            writer.text(&binding.alias).digest(&binding.plugin.digest());
            writer.text(&binding.kind.to_string()).text(&binding.entry).text(&params_text(&binding.params));
            binding.limits.write(&mut writer);
        }
        Ok(writer.finish())
    }
}
