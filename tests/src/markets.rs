//! Made markets: walks from a seed, the same on every machine.

use tapewright_market::Market;
use tapewright_model::{Frame, Symbol, Time};

/// A generator with sixty-four bits of state (splitmix64).
pub struct Random(pub u64);

impl Random {
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From −1 to 1.
    pub fn step(&mut self) -> f64 {
        (self.draw() >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }
}

/// Bars of `minutes` minutes from 2024-01-02 14:30 on, with some values missing; `skip` leaves out about
/// one row in so many (0: none).
pub fn walk(seed: u64, rows: usize, minutes: i64, skip: u64) -> Frame {
    let start: Time = "2024-01-02T14:30:00Z".parse().unwrap();
    let mut random = Random(seed);
    let mut close = 100.0 + random.step() * 20.0;
    let mut times = Vec::with_capacity(rows);
    let names = ["open", "high", "low", "close", "volume", "vwap"];
    let mut columns: Vec<Vec<f64>> = vec![Vec::with_capacity(rows); names.len()];
    let mut row = 0;
    while times.len() < rows {
        row += 1;
        let open = close * (1.0 + random.step() * 0.0002);
        close = open * (1.0 + random.step() * 0.003);
        let high = open.max(close) * (1.0 + random.step().abs() * 0.001);
        let low = open.min(close) * (1.0 - random.step().abs() * 0.001);
        let volume = (1000.0 * (1.0 + random.step())).round();
        let missing = random.draw().is_multiple_of(997);
        if skip > 0 && random.draw().is_multiple_of(skip) {
            continue;
        }
        times.push(start.0 + row * minutes * 60 * Time::SECOND);
        let vwap = (high + low + close) / 3.0;
        for (column, value) in columns.iter_mut().zip([open, high, low, close, volume, vwap]) {
            column.push(if missing { f64::NAN } else { value });
        }
    }
    Frame::new(times, names.iter().map(|name| (*name).to_owned()).zip(columns).collect()).unwrap()
}

pub fn symbol(name: &str) -> Symbol {
    Symbol::new(name).unwrap()
}

/// Five instruments of half-hour bars whose rows do not all fall together.
pub fn five(rows: usize) -> Market {
    let names = ["AAA", "BBB", "CCC", "DDD", "EEE"];
    Market::new((1..).zip(names).map(|(seed, name)| (symbol(name), walk(seed, rows, 30, 3 * seed))))
}

/// The plain form of a market, as a file would hold it.
pub fn csv(market: &Market) -> String {
    use std::fmt::Write;
    let mut rows: Vec<(i64, String)> = Vec::new();
    for symbol in market.symbols() {
        let frame = market.whole(symbol, None).unwrap().unwrap();
        for (row, time) in frame.times().iter().enumerate() {
            let mut line = format!("{time},{symbol}");
            for column in 0..frame.names().len() {
                let value = frame.column(column)[row];
                if value.is_nan() { line.push(',') } else { write!(line, ",{value}").unwrap() }
            }
            rows.push((*time, line));
        }
    }
    rows.sort();
    let header = "time,symbol,open,high,low,close,volume,vwap\n".to_owned();
    rows.into_iter().fold(header, |text, (_, line)| text + &line + "\n")
}
