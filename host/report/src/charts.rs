//! Candles with what was said on them.

use serde::Serialize;
use tapewright_market::{Market, MarketError, Rows};
use tapewright_model::{Judged, Label, Symbol, Time};

use crate::said::Said;

/// Candles of one chart at most: a browser draws these at once, and nobody looks at more.
const BARS_MAX: usize = 3_000;

/// One instrument's last bars.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Chart {
    symbol: String,
    /// Of the data.
    rows: usize,
    /// Of these drawn.
    shown: usize,
    /// Time in UTC seconds, open, high, low, close, volume. A bar known at midnight is drawn on its day.
    bars: Vec<[Option<f64>; 6]>,
    marks: Vec<Mark>,
}

#[derive(Clone, Debug, Serialize)]
struct Mark {
    bar: usize,
    plugin: String,
    pattern: String,
    direction: i8,
    strength: f64,
    label: &'static str,
    forward_return: Option<f64>,
}

/// Draws an instrument with what was said about it: plugin, pattern, and the detection itself.
pub(crate) fn chart(
    market: &Market,
    symbol: &Symbol,
    said: &[(&str, &str, &Said)],
) -> Result<Option<Chart>, MarketError> {
    let wanted = ["open", "high", "low", "close", "volume"];
    let columns: Vec<usize> = wanted.iter().filter_map(|name| market.column(symbol, None, name)).collect();
    let Some(frame) = market.frame(symbol, &Rows::default(), &columns)? else { return Ok(None) };
    let start = frame.rows().saturating_sub(BARS_MAX);
    let times = &frame.times()[start..];
    let daily = times.iter().all(|time| time.rem_euclid(Time::DAY) == 0);
    let value = |name: &str, row: usize| {
        let value = frame.index(name).map(|column| frame.column(column)[row]);
        value.filter(|value| value.is_finite())
    };
    let bar = |(at, time): (usize, &i64)| {
        let drawn = time.saturating_sub(if daily { Time::DAY } else { 0 });
        let close = value("close", start + at);
        let price = |name| value(name, start + at).or(close);
        let seconds = Some((drawn / Time::SECOND) as f64);
        [seconds, price("open"), price("high"), price("low"), close, value("volume", start + at)]
    };
    let bars = times.iter().enumerate().map(bar).collect();
    let mark = |(plugin, pattern, said): &(&str, &str, &Said)| {
        let bar = times.partition_point(|time| *time <= said.time.0).checked_sub(1)?;
        let label = match &said.outcome {
            Some(known) => known.label.word(),
            None if said.detection.judged == Judged::Yes => "pending",
            None => said.detection.judged.word(),
        };
        let known = said.outcome.filter(|known| known.label != Label::Void);
        Some(Mark {
            bar,
            plugin: (*plugin).to_owned(),
            pattern: (*pattern).to_owned(),
            direction: said.detection.direction.sign() as i8,
            strength: said.detection.strength,
            label,
            forward_return: known.map(|known| known.forward_return),
        })
    };
    let mut marks: Vec<Mark> = said.iter().filter_map(mark).collect();
    marks.sort_by_key(|mark| mark.bar);
    Ok(Some(Chart { symbol: symbol.to_string(), rows: frame.rows(), shown: times.len(), bars, marks }))
}
