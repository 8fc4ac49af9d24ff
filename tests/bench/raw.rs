//! The yardsticks: wasmtime alone on the same component, and the same arithmetic natively.

use std::hint::black_box;
use std::time::{Duration, Instant};

use tapewright_model::Frame;
use wasmtime::component::{Component, ComponentType, InstancePre, Lift, Linker, Val};
use wasmtime::{Config, Engine, Store};

#[derive(ComponentType, Lift)]
#[component(record)]
struct Output {
    detections: Vec<Detection>,
    #[allow(dead_code, reason = "lifted like the rest")]
    evidence: Vec<f64>,
    #[allow(dead_code, reason = "lifted like the rest")]
    columns: Vec<f64>,
}

#[derive(ComponentType, Lift, Clone, Copy)]
#[component(enum)]
#[repr(u8)]
#[allow(dead_code, reason = "made from their number")]
enum Direction {
    #[component(name = "down")]
    Down,
    #[component(name = "neutral")]
    Neutral,
    #[component(name = "up")]
    Up,
}

#[derive(ComponentType, Lift)]
#[component(record)]
#[allow(dead_code, reason = "lifted like the rest")]
struct Detection {
    row: u32,
    instrument: u32,
    pattern: u32,
    direction: Direction,
    strength: f64,
    probability: f64,
    horizon: u32,
    entry: f64,
    stop: f64,
    target: f64,
}

#[derive(ComponentType, Lift)]
#[component(record)]
#[allow(dead_code, reason = "lifted like the rest")]
struct Fault {
    kind: FaultKind,
    detail: String,
}

#[derive(ComponentType, Lift, Clone, Copy, Debug)]
#[component(enum)]
#[repr(u8)]
#[allow(dead_code, reason = "made from their number")]
enum FaultKind {
    #[component(name = "not-open")]
    NotOpen,
    #[component(name = "shape")]
    Shape,
    #[component(name = "data")]
    Data,
    #[component(name = "internal")]
    Internal,
}

#[derive(ComponentType, Lift, Clone, Copy)]
#[component(enum)]
#[repr(u8)]
#[allow(dead_code, reason = "made from their number")]
enum Level {
    #[component(name = "debug")]
    Debug,
    #[component(name = "info")]
    Info,
    #[component(name = "warn")]
    Warn,
    #[component(name = "error")]
    Error,
}

/// Rows as wasmtime takes them: times, and values column after column.
pub struct Chunk {
    times: Vec<i64>,
    values: Vec<f64>,
}

/// wasmtime with the house's configuration and nothing else.
pub struct Raw {
    engine: Engine,
    component: Component,
    pre: InstancePre<()>,
}

pub fn chunks(frame: &Frame, rows: usize) -> Vec<Chunk> {
    let cuts = (0..frame.rows()).step_by(rows);
    let chunk = |start: usize| {
        let range = start..(start + rows).min(frame.rows());
        let values = (0..6).flat_map(|column| frame.column(column)[range.clone()].iter().copied());
        Chunk { times: frame.times()[range.clone()].to_vec(), values: values.collect() }
    };
    cuts.map(chunk).collect()
}

impl Raw {
    pub fn new(bytes: &[u8]) -> Raw {
        let mut config = Config::new();
        config
            .wasm_component_model(true)
            .concurrency_support(false)
            .consume_fuel(true)
            .cranelift_nan_canonicalization(true);
        let engine = Engine::new(&config).unwrap();
        let component = Component::from_binary(&engine, bytes).unwrap();
        let mut linker = Linker::new(&engine);
        let mut log = linker.instance("tapewright:signal/log@0.1.0").unwrap();
        log.func_wrap("log", |_, _: (Level, String)| Ok(())).unwrap();
        let pre = linker.instantiate_pre(&component).unwrap();
        Raw { engine, component, pre }
    }

    fn store(&self) -> Store<()> {
        let mut store = Store::new(&self.engine, ());
        store.set_fuel(u64::MAX).unwrap();
        store
    }

    pub fn instantiate(&self) -> Duration {
        let mut times: Vec<Duration> = (0..1001)
            .map(|_| {
                let begun = Instant::now();
                let mut store = self.store();
                self.pre.instantiate(&mut store).unwrap();
                drop(store);
                begun.elapsed()
            })
            .collect();
        times.sort();
        times[times.len() / 2]
    }

    /// How long endless loops take to use up the fuel of one call: an empty one, one of float arithmetic, and
    /// one that walks through memory.
    pub fn runaway(&self, fuel: u64) -> [(&'static str, Duration); 3] {
        let empty = "(loop $l (br $l))";
        let float = "(local $x f64) (loop $l (local.set $x (f64.add (f64.mul (local.get $x) (f64.const 1.0001)) (f64.const 1))) (br $l))";
        let memory = "(local $i i32) (loop $l
            (i64.store (local.get $i) (i64.add (i64.load (local.get $i)) (i64.const 1)))
            (local.set $i (i32.and (i32.add (local.get $i) (i32.const 4104)) (i32.const 0x3fffff8))) (br $l))";
        [("an empty loop", empty), ("a loop of floats", float), ("a loop through memory", memory)].map(
            |(what, body)| {
                let text = format!("(module (memory 1024) (func (export \"f\") {body}))");
                let module = wasmtime::Module::new(&self.engine, wat::parse_str(text).unwrap()).unwrap();
                let mut store = self.store();
                store.set_fuel(fuel).unwrap();
                let instance = wasmtime::Instance::new(&mut store, &module, &[]).unwrap();
                let f = instance.get_typed_func::<(), ()>(&mut store, "f").unwrap();
                let begun = Instant::now();
                assert!(f.call(&mut store, ()).is_err());
                (what, begun.elapsed())
            },
        )
    }

    /// Every chunk through `push`, and nothing else in the time.
    pub fn run(&mut self, chunks: &[Chunk], [fast, slow]: [i64; 2]) -> Duration {
        let mut store = self.store();
        let instance = self.pre.instantiate(&mut store).unwrap();
        let (_, interface) = self.component.get_export(None, "tapewright:signal/detector@0.1.0").unwrap();
        let func = |store: &mut Store<()>, name: &str| {
            let index = self.component.get_export_index(Some(&interface), name).unwrap();
            instance.get_func(store, index).unwrap()
        };
        // the plan's type is the house's business: opened without a look at it
        let open = func(&mut store, "open");
        let integer = |name: &str, value| {
            Val::Record(vec![
                ("name".into(), Val::String(name.into())),
                ("value".into(), Val::Variant("integer".into(), Some(Box::new(Val::S64(value))))),
            ])
        };
        let symbol = Val::Record(vec![("symbol".into(), Val::String("AAA".into()))]);
        let args = [
            Val::String("ema_cross".into()),
            Val::List(vec![symbol]),
            Val::List(vec![integer("fast", fast), integer("slow", slow)]),
        ];
        open.call(&mut store, &args, &mut [Val::Bool(false)]).unwrap();
        let push = func(&mut store, "push").typed::<(&[i64], &[f64]), (Result<Output, Fault>,)>(&store).unwrap();
        let mut said = 0;
        let begun = Instant::now();
        for chunk in chunks {
            let (output,) = push.call(&mut store, (&chunk.times, &chunk.values)).unwrap();
            said += output.unwrap_or_else(|fault| panic!("{}", fault.detail)).detections.len();
        }
        let took = begun.elapsed();
        assert!(said > 0);
        took
    }
}

/// The arithmetic of `ema_cross`, natively.
pub fn native(frame: &Frame, periods: [i64; 2]) -> Duration {
    let begun = Instant::now();
    let [open, high, low, close, volume, vwap] = std::array::from_fn(|column| frame.column(column));
    let (mut means, mut above, mut said) = ([f64::NAN; 2], false, 0_u64);
    let alpha = periods.map(|period| 2.0 / (period as f64 + 1.0));
    for row in 0..frame.rows() {
        let price = (open[row] + high[row] + low[row] + close[row] + vwap[row]) * 0.2;
        if !(price.is_finite() && volume[row] > 0.0) {
            continue;
        }
        for (mean, alpha) in means.iter_mut().zip(alpha) {
            *mean = if mean.is_nan() { price } else { *mean + alpha * (price - *mean) };
        }
        let now = means[0] > means[1];
        said += u64::from(now != above);
        above = now;
    }
    black_box(said);
    begun.elapsed()
}
