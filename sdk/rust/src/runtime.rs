//! Between the contract's functions and an author's struct: catalog, the one open instance, and the
//! loop over the rows of a push.

use std::cell::RefCell;

use crate::bindings::detector::exports::tapewright::signal::detector as wit_detector;
use crate::bindings::strategy::exports::tapewright::signal::strategy as wit_strategy;
use crate::bindings::types::{self, Fault, FaultKind, Instrument, Param, Plan};
use crate::say::Columns;
use crate::{Entry, Level, Outcome, Refusal, Row, Say, Setup, Trade, log};

/// A detector: sees rows one at a time, says what it detects and fills output columns.
pub trait Detector: Sized + 'static {
    /// What the catalog says of it.
    fn entry() -> Entry;
    /// Reads parameters, declares columns, outputs and patterns, and makes the state before any row.
    fn open(setup: &mut Setup) -> Result<Self, Refusal>;
    /// The next row.
    fn on_row(&mut self, row: &Row<'_>, say: &mut Say);
    /// What became of one of its predictions; only when the setup said `learns`.
    fn on_outcome(&mut self, _outcome: &Outcome) {}
}

/// A strategy: sees rows one at a time, says what it wants to hold.
pub trait Strategy: Sized + 'static {
    /// What the catalog says of it.
    fn entry() -> Entry;
    /// As in [`Detector::open`].
    fn open(setup: &mut Setup) -> Result<Self, Refusal>;
    /// The next row.
    fn on_row(&mut self, row: &Row<'_>, trade: &mut Trade);
}

/// The shape that the plan fixed.
#[derive(Clone, Copy)]
struct Shape {
    outputs: usize,
    instruments: usize,
}

/// An open instance of either kind.
pub trait Open {
    /// `push` of a detector.
    fn detect(&mut self, _times: &[i64], _values: &[f64]) -> Result<wit_detector::Output, Fault> {
        Err(fault(FaultKind::NotOpen, "a strategy is open, not a detector"))
    }
    /// `push` of a strategy.
    fn trade(&mut self, _times: &[i64], _values: &[f64]) -> Result<wit_strategy::Moves, Fault> {
        Err(fault(FaultKind::NotOpen, "a detector is open, not a strategy"))
    }
    /// `learn`.
    fn learn(&mut self, _outcomes: &[Outcome]) {}
}

struct OpenDetector<D>(D, Shape);
struct OpenStrategy<S>(S, Shape);

impl<D: Detector> Open for OpenDetector<D> {
    fn detect(&mut self, times: &[i64], values: &[f64]) -> Result<wit_detector::Output, Fault> {
        let columns = Columns::new(self.1.outputs, self.1.instruments, times.len());
        let mut say = Say { row: 0, detections: Vec::new(), evidence: Vec::new(), columns };
        for at in 0..times.len() {
            say.row = at;
            self.0.on_row(&Row { times, values, at }, &mut say);
        }
        Ok(wit_detector::Output { detections: say.detections, evidence: say.evidence, columns: say.columns.finish() })
    }

    fn learn(&mut self, outcomes: &[Outcome]) {
        outcomes.iter().for_each(|outcome| self.0.on_outcome(outcome));
    }
}

impl<S: Strategy> Open for OpenStrategy<S> {
    fn trade(&mut self, times: &[i64], values: &[f64]) -> Result<wit_strategy::Moves, Fault> {
        let columns = Columns::new(self.1.outputs, self.1.instruments, times.len());
        let mut trade = Trade { row: 0, targets: Vec::new(), columns };
        for at in 0..times.len() {
            trade.row = at;
            self.0.on_row(&Row { times, values, at }, &mut trade);
        }
        Ok(wit_strategy::Moves { targets: trade.targets, columns: trade.columns.finish() })
    }
}

thread_local! {
    static OPEN: RefCell<Option<Box<dyn Open>>> = const { RefCell::new(None) };
}

fn fault(kind: FaultKind, detail: &str) -> Fault {
    Fault { kind, detail: detail.into() }
}

/// A panic's text reaches the host through the log; the panic itself becomes a trap.
pub fn hook() {
    std::panic::set_hook(Box::new(|info| log(Level::Error, &info.to_string())));
}

/// How an entry of the crate opens; made by the export macros.
pub type Opener = (fn() -> Entry, fn(Setup) -> Result<Opened, Refusal>);

/// A fresh instance with its plan.
pub type Opened = (Plan, Box<dyn Open>);

/// The opener of a detector.
pub fn detector<D: Detector>() -> Opener {
    (D::entry, |mut setup| {
        let open = D::open(&mut setup)?;
        Ok(opened(setup, |shape| Box::new(OpenDetector(open, shape))))
    })
}

/// The opener of a strategy.
pub fn strategy<S: Strategy>() -> Opener {
    (S::entry, |mut setup| {
        let open = S::open(&mut setup)?;
        Ok(opened(setup, |shape| Box::new(OpenStrategy(open, shape))))
    })
}

fn opened(setup: Setup, open: impl FnOnce(Shape) -> Box<dyn Open>) -> Opened {
    let shape = Shape { outputs: setup.plan.outputs.len(), instruments: setup.symbols().len() };
    (setup.plan, open(shape))
}

/// `catalog` of either kind.
pub fn catalog(openers: &[Opener]) -> Vec<types::Entry> {
    hook();
    openers.iter().map(|(entry, _)| entry().0).collect()
}

/// `open` of either kind.
pub fn open(openers: &[Opener], name: &str, instruments: Vec<Instrument>, params: Vec<Param>) -> Result<Plan, Refusal> {
    hook();
    let opener = openers.iter().find(|(entry, _)| entry().0.name == name);
    let symbols = instruments.into_iter().map(|instrument| instrument.symbol).collect();
    let (plan, instance) = instance(opener.ok_or(Refusal::UnknownEntry)?, symbols, params)?;
    OPEN.with(|cell| *cell.borrow_mut() = Some(instance));
    Ok(plan)
}

/// A fresh instance, beside the one that `open` keeps.
pub(crate) fn instance((entry, open): &Opener, symbols: Vec<String>, params: Vec<Param>) -> Result<Opened, Refusal> {
    let max = if entry().0.panel { u32::MAX } else { 1 };
    if symbols.is_empty() || symbols.len() > max as usize {
        return Err(Refusal::Instruments(types::InstrumentsRefusal { min: 1, max }));
    }
    open(Setup::new(symbols, params))
}

fn with_open<T>(act: impl FnOnce(&mut dyn Open) -> Result<T, Fault>) -> Result<T, Fault> {
    OPEN.with(|cell| match cell.borrow_mut().as_mut() {
        Some(open) => act(open.as_mut()),
        None => Err(fault(FaultKind::NotOpen, "nothing was opened")),
    })
}

/// `push` of a detector.
pub fn detect(times: &[i64], values: &[f64]) -> Result<wit_detector::Output, Fault> {
    with_open(|open| open.detect(times, values))
}

/// `push` of a strategy.
pub fn trade(times: &[i64], values: &[f64]) -> Result<wit_strategy::Moves, Fault> {
    with_open(|open| open.trade(times, values))
}

/// `learn`.
pub fn learn(outcomes: &[Outcome]) -> Result<(), Fault> {
    with_open(|open| {
        open.learn(outcomes);
        Ok(())
    })
}

/// Exports detectors from a crate: `export_detectors!(A, B);`, once a crate.
#[macro_export]
macro_rules! export_detectors {
    ($($detector:ty),+ $(,)?) => {
        // natively nothing is exported, but the types are used
        #[cfg(not(target_arch = "wasm32"))]
        const _: &[fn() -> $crate::runtime::Opener] = &[$($crate::runtime::detector::<$detector>),+];
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            use $crate::bindings::detector::exports::tapewright::signal::detector as wit;
            struct Plugin;
            const OPENERS: &[fn() -> $crate::runtime::Opener] = &[$($crate::runtime::detector::<$detector>),+];
            fn openers() -> Vec<$crate::runtime::Opener> {
                OPENERS.iter().map(|opener| opener()).collect()
            }
            impl wit::Guest for Plugin {
                fn catalog() -> Vec<wit::Entry> {
                    $crate::runtime::catalog(&openers())
                }
                fn open(entry: String, instruments: Vec<wit::Instrument>, params: Vec<wit::Param>) -> Result<wit::Plan, wit::Refusal> {
                    $crate::runtime::open(&openers(), &entry, instruments, params)
                }
                fn push(times: Vec<i64>, values: Vec<f64>) -> Result<wit::Output, wit::Fault> {
                    $crate::runtime::detect(&times, &values)
                }
            }
            $crate::bindings::detector::export_detector!(Plugin with_types_in $crate::bindings::detector);
        };
    };
}

/// Exports strategies from a crate: `export_strategies!(A, B);`, once a crate.
#[macro_export]
macro_rules! export_strategies {
    ($($strategy:ty),+ $(,)?) => {
        #[cfg(not(target_arch = "wasm32"))]
        const _: &[fn() -> $crate::runtime::Opener] = &[$($crate::runtime::strategy::<$strategy>),+];
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            use $crate::bindings::strategy::exports::tapewright::signal::strategy as wit;
            struct Plugin;
            const OPENERS: &[fn() -> $crate::runtime::Opener] = &[$($crate::runtime::strategy::<$strategy>),+];
            fn openers() -> Vec<$crate::runtime::Opener> {
                OPENERS.iter().map(|opener| opener()).collect()
            }
            impl wit::Guest for Plugin {
                fn catalog() -> Vec<wit::Entry> {
                    $crate::runtime::catalog(&openers())
                }
                fn open(entry: String, instruments: Vec<wit::Instrument>, params: Vec<wit::Param>) -> Result<wit::Plan, wit::Refusal> {
                    $crate::runtime::open(&openers(), &entry, instruments, params)
                }
                fn push(times: Vec<i64>, values: Vec<f64>) -> Result<wit::Moves, wit::Fault> {
                    $crate::runtime::trade(&times, &values)
                }
            }
            $crate::bindings::strategy::export_strategy!(Plugin with_types_in $crate::bindings::strategy);
        };
    };
}

/// Lets the crate's detectors that say `learns` be told outcomes: `export_learning!();`, once a crate.
#[macro_export]
macro_rules! export_learning {
    () => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            use $crate::bindings::feedback::exports::tapewright::signal::feedback as wit;
            struct Plugin;
            impl wit::Guest for Plugin {
                fn learn(outcomes: Vec<wit::Outcome>) -> Result<(), wit::Fault> {
                    $crate::runtime::learn(&outcomes)
                }
            }
    $crate::bindings::feedback::export_feedback!(Plugin with_types_in $crate::bindings::feedback);
        };
    };
}
