//! One instrument's whole history as a node's predictions are judged on it: the same rules as in the loop, for
//! claims on any row. What base rates are made of.

use tapewright_market::{Market, MarketError, Rows};
use tapewright_model::{CANONICAL_NAN, Column, Frame, Symbol, Time};

use super::pivots::{Pivot, Pivots};
use super::{Claim, Judge, Now, PIVOT_TREND, Verdict};
use crate::graph::NodeInfo;
use crate::join::{known_before, union};
use crate::track::{Bar, PRICES};
use crate::warm_up::WarmUp;

/// All rows of a node with the bars of the column that judges some of its patterns.
pub struct History {
    times: Vec<i64>,
    /// What became known on each row.
    bars: Vec<Option<Bar>>,
    /// What is known of the close on each row; empty when every row has a bar.
    closes: Vec<f64>,
    /// Pivots by the row on which they are known.
    pivots: Vec<Vec<Pivot>>,
    /// The first row on which what is said is judged.
    first: usize,
}

impl History {
    /// Reads what a column (`close` with its bars when none is named) judges on one of a node's instruments. `None`
    /// when the data does not have it.
    ///
    /// # Errors
    /// Of the data's files.
    pub fn read(
        market: &Market,
        node: &NodeInfo,
        column: Option<&Column>,
        symbol: &Symbol,
    ) -> Result<Option<History>, MarketError> {
        let prices: Vec<usize> =
            PRICES.iter().filter_map(|price| market.column(symbol, node.plan.timeframe, price)).collect();
        let rows = Rows::bars(node.plan.timeframe);
        let Some(own) = market.frame(symbol, &rows, &prices)? else { return Ok(None) };
        let times = if node.symbols.len() == 1 {
            own.times().to_vec()
        } else {
            let frames = node.symbols.iter().map(|symbol| market.frame(symbol, &rows, &[]));
            let frames = frames.collect::<Result<Vec<_>, _>>()?;
            union(frames.iter().flatten().map(Frame::times))
        };
        let bars = match column {
            Some(Column::Data { name, symbol: of, timeframe }) => {
                let of = of.as_ref().unwrap_or(symbol);
                let place = market.place(of, node.plan.timeframe, *timeframe, name);
                let Some((rows, place)) = place else { return Ok(None) };
                let frame = market.frame(of, &rows, &[place])?;
                let Some(frame) = frame else { return Ok(None) };
                let value = |row: usize| Some(Bar::flat(frame.column(0)[row]));
                joined(&times, frame.times(), |new, row| row.filter(|_| new).and_then(value))
            }
            Some(_) => return Ok(None),
            None => {
                let columns = PRICES.map(|name| own.index(name));
                let price = |column: Option<usize>, row: usize| column.map(|column| own.column(column)[row]);
                let bar = |row: usize| {
                    let close = price(columns[3], row).unwrap_or(CANONICAL_NAN);
                    let [open, high, low] = [0, 1, 2].map(|at| price(columns[at], row).unwrap_or(close));
                    Bar { open, high, low, close }
                };
                joined(&times, own.times(), |new, row| row.filter(|_| new).map(bar))
            }
        };
        let mut pivots = Vec::new();
        if node.plan.patterns.iter().any(|pattern| pattern.rule.name == PIVOT_TREND) {
            let mut finder = Pivots::default();
            let mut known =
                |(row, bar): (u64, &Option<Bar>)| bar.map_or(Vec::new(), |bar| finder.row(row, &bar).to_vec());
            pivots = (0..).zip(&bars).map(&mut known).collect();
        }
        let mut warm_up = WarmUp::new(&node.plan.warm_up);
        warm_up.rows(0, &times);
        let first = (0..times.len()).find(|row| warm_up.is_over(*row as u64)).unwrap_or(times.len());
        let mut closes = Vec::new();
        if bars.iter().any(Option::is_none) {
            let mut close = CANONICAL_NAN;
            let mut known = |bar: &Option<Bar>| {
                close = bar.map_or(close, |bar| bar.close);
                close
            };
            closes = bars.iter().map(&mut known).collect();
        }
        Ok(Some(History { times, bars, closes, pivots, first }))
    }

    /// How many rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.times.len()
    }

    /// The first row on which what is said is judged: not before the warm-up is over.
    #[must_use]
    pub fn first_judged(&self) -> usize {
        self.first
    }

    /// The bar that a claim on a row starts from: that row's own, or the last known close where there is none.
    #[must_use]
    pub fn bar(&self, row: usize) -> Bar {
        let own = self.bars.get(row).copied().flatten();
        own.unwrap_or_else(|| Bar::flat(self.closes.get(row).copied().unwrap_or(CANONICAL_NAN)))
    }

    /// What becomes of a claim said on a row, and after how many rows; `None` while it is not known. `looked_at`
    /// counts the rows that it took.
    #[must_use]
    pub fn judge(&self, judge: &Judge, row: usize, claim: &Claim, looked_at: &mut u64) -> Option<(Verdict, usize)> {
        let mut watch = judge.watch(claim, row as u64, Time(*self.times.get(row)?));
        let mut close = claim.bar.close;
        let mut at = row + 1;
        while at < self.times.len() {
            let next = usize::try_from(watch.next_row(at as u64)).unwrap_or(usize::MAX);
            if next > at {
                if next >= self.times.len() {
                    return None;
                }
                let known = self.bars[at..next].iter().rev().flatten().next();
                close = known.map_or(close, |bar| bar.close);
                at = next;
            }
            let bar = self.bars[at];
            close = bar.map_or(close, |bar| bar.close);
            *looked_at += 1;
            let pivots = self.pivots.get(at).map_or(&[][..], Vec::as_slice);
            let now = Now { row: at as u64, time: Time(self.times[at]), bar, close, pivots };
            if let Some(verdict) = watch.row(&now) {
                return Some((verdict, at - row));
            }
            at += 1;
        }
        None
    }
}

/// For each row, the last source row known at it, and whether it became known since the row before.
fn joined(times: &[i64], source: &[i64], bar: impl Fn(bool, Option<usize>) -> Option<Bar>) -> Vec<Option<Bar>> {
    let mut counts = Vec::new();
    known_before(times, source, &mut counts);
    let before = [0].iter().chain(&counts);
    counts.iter().zip(before).map(|(count, before)| bar(count > before, (*count as usize).checked_sub(1))).collect()
}
