//! How long gamma exposure of a chain takes: `cargo bench -p tapewright-tests --bench gex`.
//!
//! A chain of 4,000 strikes (8,000 options) on 20 expiries, all of it open: with the file's gamma and volatility, with
//! volatility alone, and with prices alone. Medians of many rounds; the flip is found in each.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use tapewright_market::{Chain, European, GexOptions, OptionColumns, OptionQuote, Right, gex_profile};
use tapewright_model::{Symbol, Time};

const ROUNDS: usize = 101;
const EXPIRIES: i32 = 20;
const STRIKES: i32 = 200;

fn main() {
    let chain = chain();
    let without = |change: fn(&mut OptionQuote)| {
        let mut chain = chain.clone();
        chain.quotes.iter_mut().for_each(change);
        chain
    };
    let volatility = without(|quote| quote.gamma = f64::NAN);
    let price = without(|quote| (quote.gamma, quote.iv, quote.delta) = (f64::NAN, f64::NAN, f64::NAN));
    for (what, chain) in [("gamma and volatility", &chain), ("volatility alone", &volatility), ("prices alone", &price)]
    {
        let took = median(|| {
            let profile = gex_profile(black_box(chain), &GexOptions::default());
            assert!(profile.flip.is_finite());
        });
        println!("{} options, {what}: {:.2} ms", chain.quotes.len(), took.as_secs_f64() * 1e3);
    }
    let took = median(|| {
        let mut columns = OptionColumns::new(GexOptions::default());
        columns.push(black_box(&chain)).unwrap();
        black_box(columns.finish().unwrap());
    });
    println!("its row of columns: {:.2} ms", took.as_secs_f64() * 1e3);
}

fn median(work: impl Fn()) -> Duration {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let begun = Instant::now();
            work();
            begun.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[ROUNDS / 2]
}

/// Spot 600, calls open above and puts below it, a smile around 20 %.
fn chain() -> Chain {
    let event_time: Time = "2025-03-03T16:00:00Z".parse().unwrap();
    let today = i32::try_from(event_time.0 / Time::DAY).unwrap();
    let mut quotes = Vec::new();
    for days in (0..EXPIRIES).map(|at| at * (at + 1)) {
        for strike in (0..STRIKES).map(|at| 400.0 + 2.0 * f64::from(at)) {
            for right in [Right::Call, Right::Put] {
                let years = (f64::from(days) + 5.0 / 24.0) / 365.0;
                let (spot, rate, dividend_yield) = (600.0, 0.0, 0.0);
                let option = European { right, spot, strike, years, rate, dividend_yield };
                let iv = 0.2 + 0.3 * (strike / 600.0 - 1.0) * (strike / 600.0 - 1.0);
                let out = (strike > spot) == (right == Right::Call);
                let price = option.price(iv);
                quotes.push(OptionQuote {
                    expiry: today + days,
                    strike,
                    right,
                    bid: price - 0.001,
                    ask: price + 0.001,
                    last: price,
                    volume: 10.0,
                    open_interest: if out { 1000.0 } else { 100.0 },
                    iv,
                    delta: option.delta(iv),
                    gamma: option.gamma(iv),
                });
            }
        }
    }
    Chain { symbol: Symbol::new("SPY").unwrap(), event_time, known_time: event_time, spot: 600.0, quotes }
}
