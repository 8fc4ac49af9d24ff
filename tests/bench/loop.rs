//! How fast the loop is, as ratios measured in one run: `cargo bench -p tapewright-tests --bench loop`.
//!
//! Every figure is the median of interleaved rounds. Absolute times depend on the machine; the ratio to
//! wasmtime alone, on the same component, configuration and push size, is what the house watches.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints")]

#[path = "raw.rs"]
mod raw;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use tapewright_engine::{Engine, EngineOptions, Limits, Opening, Values};
use tapewright_market::Market;
use tapewright_model::{Batch, Kind};
use tapewright_replay::{Graph, Push, Request, RunOptions, Sink, SinkError, UnitInfo, UnitResult, run};
use tapewright_tests::{guests, markets, runs};

const ROUNDS: usize = 7;
const ROWS: usize = 10_000_000;
const ROWS_ONE: usize = 1_000_000;
const NODES: usize = 10_000;

struct Nowhere;

impl Sink for Nowhere {
    fn batch(&mut self, _: &Batch) -> Result<(), SinkError> {
        Ok(())
    }
    fn finish(self: Box<Self>, _: &UnitResult) -> Result<(), SinkError> {
        Ok(())
    }
}

fn request(market: Market, [fast, slow]: [i64; 2]) -> Request {
    let kit = guests::load("kit");
    let params = [("fast", fast.to_string()), ("slow", slow.to_string())];
    let params = params.each_ref().map(|(name, value)| (*name, value.as_str()));
    runs::request(market, vec![guests::bind(&kit, "ema_cross", &params)])
}

/// The time, and the records that were committed in it.
fn whole_loop(request: &Request, push: Push) -> (Duration, u64) {
    let graph = Graph::new(request).unwrap();
    let options = RunOptions { push, ..RunOptions::default() };
    let sink = |_: &UnitInfo| -> Result<Box<dyn Sink + Send>, SinkError> { Ok(Box::new(Nowhere)) };
    let begun = Instant::now();
    let result = run(request, &graph, &options, &BTreeMap::new(), &sink).unwrap();
    let took = begun.elapsed();
    (took, result.units[0].records)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn per_row(time: Duration, rows: usize) -> f64 {
    time.as_secs_f64() * 1e9 / rows as f64
}

fn resident_bytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    status.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok()).unwrap_or(0) * 4096
}

fn main() {
    // `-- auto one load resident` picks sections; all of them without a name
    let named: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let wants = |section: &str| named.is_empty() || named.iter().any(|name| name == section);
    let component = std::fs::read(guests::path("kit")).unwrap();
    let mut raw = raw::Raw::new(&component);
    if wants("auto") {
        auto(&mut raw, [12, 26]);
        auto(&mut raw, [600, 1000]);
    }
    if wants("one") {
        one(&mut raw);
    }
    if wants("load") {
        load(&raw, &component);
    }
    if wants("resident") {
        resident();
    }
}

fn market(rows: usize) -> Market {
    Market::new([(markets::symbol("AAA"), markets::walk(7, rows, 1, 0))])
}

fn auto(raw: &mut raw::Raw, periods: [i64; 2]) {
    let request = request(market(ROWS), periods);
    let frame = request.market.whole(&request.symbols[0], None).unwrap().unwrap();
    // what the loop itself chooses for seven columns in, none out
    let rows_auto = (128 << 10) / 8 / 7;
    let chunks = raw::chunks(&frame, rows_auto);
    let (mut auto, mut alone, mut native, mut records) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for _ in 0..ROUNDS {
        let (took, said) = whole_loop(&request, Push::Auto);
        auto.push(took);
        records = said;
        alone.push(raw.run(&chunks, periods));
        native.push(raw::native(&frame, periods));
    }
    let (auto, alone, native) = (median(auto), median(alone), median(native));
    let [fast, slow] = periods;
    println!(
        "EMA cross {fast}/{slow}, six columns, {ROWS} rows, push auto, one unit (median of {ROUNDS}); {records} records"
    );
    println!("  whole loop      {:8.2} ns/row  {:6.1} M rows/s", per_row(auto, ROWS), 1e3 / per_row(auto, ROWS));
    println!(
        "  wasmtime alone  {:8.2} ns/row  ratio {:.2}",
        per_row(alone, ROWS),
        auto.as_secs_f64() / alone.as_secs_f64()
    );
    println!(
        "  native          {:8.2} ns/row  ratio {:.2}",
        per_row(native, ROWS),
        auto.as_secs_f64() / native.as_secs_f64()
    );
}

fn one(raw: &mut raw::Raw) {
    let periods = [12, 26];
    let request = request(market(ROWS_ONE), periods);
    let frame = request.market.whole(&request.symbols[0], None).unwrap().unwrap();
    let chunks = raw::chunks(&frame, 1);
    let (mut one, mut alone) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        one.push(whole_loop(&request, Push::Rows(1)).0);
        alone.push(raw.run(&chunks, periods));
    }
    let (one, alone) = (median(one), median(alone));
    println!("EMA cross 12/26, {ROWS_ONE} rows, one row a push");
    println!("  whole loop      {:8.1} ns/row  {:6.2} M rows/s", per_row(one, ROWS_ONE), 1e3 / per_row(one, ROWS_ONE));
    println!(
        "  wasmtime alone  {:8.1} ns/row  ratio {:.2}",
        per_row(alone, ROWS_ONE),
        one.as_secs_f64() / alone.as_secs_f64()
    );
}

fn time(rounds: usize, act: &mut dyn FnMut()) -> Duration {
    let times = (0..rounds).map(|_| {
        let begun = Instant::now();
        act();
        begun.elapsed()
    });
    median(times.collect())
}

fn load(raw: &raw::Raw, component: &[u8]) {
    let code_cache = Some(guests::target().join("guests/components/code"));
    let engine = Engine::new(EngineOptions { code_cache, instances_max: None }).unwrap();
    drop(engine.load(component).unwrap());
    let load = time(101, &mut || drop(engine.load(component).unwrap()));
    let named = time(101, &mut || {
        std::hint::black_box(tapewright_model::Digest::of_file(component));
    });
    let (load, named) = (load.as_secs_f64() * 1e3, named.as_secs_f64() * 1e3);
    println!("load a cached component of {} bytes  {load:.3} ms (of which its SHA-256 {named:.3} ms)", component.len());
    let (request, limits) = (request(market(10), [12, 26]), Limits::default());
    let opening = opening(&request, &limits);
    let open = time(1001, &mut || drop(request.bindings[0].plugin.open(&opening).unwrap()));
    let alone = raw.instantiate();
    println!(
        "instantiate, open, drop  {:.1} µs (of which wasmtime's instantiation and drop {:.1} µs)",
        open.as_secs_f64() * 1e6,
        alone.as_secs_f64() * 1e6
    );
    let fuel = limits.fuel_per_call;
    for (what, took) in raw.runaway(fuel) {
        println!("{what} is stopped by {fuel} fuel after  {:.0} ms", took.as_secs_f64() * 1e3);
    }
}

fn opening<'a>(request: &'a Request, limits: &'a Limits) -> Opening<'a> {
    let params = &request.bindings[0].params;
    Opening {
        plugin: "ema_cross",
        kind: Kind::Detector,
        entry: "ema_cross",
        symbols: &request.symbols,
        params,
        artefact: None,
        limits,
    }
}

fn resident() {
    let (request, limits) = (request(market(10), [12, 26]), Limits::default());
    let opening = opening(&request, &limits);
    let before = resident_bytes();
    let open = |_| {
        let mut instance = request.bindings[0].plugin.open(&opening).unwrap();
        instance.push(&[1, 2, 3], Values::Flat(&[1.0; 18])).unwrap();
        instance
    };
    let resident: Vec<_> = (0..NODES).map(open).collect();
    let grown = resident_bytes() - before;
    println!(
        "{} resident nodes after a push each  {:.0} MB, {:.1} KiB a node",
        resident.len(),
        grown as f64 / 1e6,
        grown as f64 / 1024.0 / NODES as f64
    );
}
