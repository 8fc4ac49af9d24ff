//! Guests that mean harm, written against the bare contract since an author behind the SDK cannot say
//! most of this. One file each; all of them double the close until the row `at`, from which on they do
//! `what` is asked of them.

mod crowd;
mod deep;
mod excuses;
mod fields;
mod flood;
mod forgetful;
mod hog;
mod lists;
mod looper;
mod plans;
mod rows;
mod sleeper;
mod texts;
mod trapper;

use std::cell::RefCell;

use tapewright_sdk::bindings::detector::exports::tapewright::signal::detector as wit;
use tapewright_sdk::bindings::feedback::exports::tapewright::signal::feedback as wit_feedback;
use tapewright_sdk::bindings::strategy::exports::tapewright::signal::strategy as wit_strategy;
use tapewright_sdk::bindings::trainable::exports::tapewright::signal::trainable as wit_trainable;
use tapewright_sdk::bindings::types::{
    Entry, Fault, FaultKind, Horizon, IntegerRange, OutputDecl, Param, ParamDecl, ParamKind, ParamValue, Pattern, Plan,
    Refusal, Rule,
};

/// One way to do harm.
struct Guest {
    name: &'static str,
    summary: &'static str,
    /// Values of the parameter `what`.
    what: &'static [&'static str],
    open: fn(&str, &mut Plan) -> Result<(), Refusal>,
    /// Each row from `at` on.
    on_row: fn(&str, &mut Said) -> Result<(), Fault>,
}

/// What a detector or a strategy says on a push, and the row that it is at.
struct Said {
    /// In the push.
    row: u32,
    /// Since the instance was opened.
    rows: u64,
    detections: Vec<wit::Detection>,
    evidence: Vec<f64>,
    targets: Vec<wit_strategy::Target>,
    columns: Vec<f64>,
}

struct Opened {
    guest: &'static Guest,
    what: String,
    at: i64,
    rows: u64,
}

thread_local! {
    static OPENED: RefCell<Option<Opened>> = const { RefCell::new(None) };
}

const DETECTORS: &[Guest] = &[
    crowd::GUEST,
    deep::GUEST,
    excuses::GUEST,
    fields::GUEST,
    flood::GUEST,
    forgetful::GUEST,
    hog::GUEST,
    lists::GUEST,
    looper::GUEST,
    plans::GUEST,
    rows::GUEST,
    sleeper::GUEST,
    texts::GUEST,
    trapper::GUEST,
];
const STRATEGIES: &[Guest] = &[fields::STRATEGY, lists::STRATEGY];

impl Guest {
    const fn opens(_: &str, _: &mut Plan) -> Result<(), Refusal> {
        Ok(())
    }
}

impl Said {
    /// A detection on the row, as it should be.
    fn detection(&self) -> wit::Detection {
        let none = f64::NAN;
        wit::Detection {
            row: self.row,
            instrument: 0,
            pattern: 0,
            direction: wit::Direction::Up,
            strength: 1.0,
            probability: none,
            horizon: 0,
            entry: none,
            stop: none,
            target: none,
        }
    }

    /// A target on the row, as it should be.
    fn target(&self) -> wit_strategy::Target {
        let none = f64::NAN;
        wit_strategy::Target {
            row: self.row,
            instrument: 0,
            exposure: 1.0,
            limit: none,
            stop: none,
            take: none,
            expires: 0,
            reason: 0,
        }
    }
}

fn pattern(name: String) -> Pattern {
    let rule = Rule { name: "forward-return".into(), args: Vec::new(), column: String::new() };
    Pattern { name, summary: String::new(), evidence: Vec::new(), rule, horizon: Horizon::Rows(10) }
}

fn catalog(guests: &[Guest]) -> Vec<Entry> {
    let decl = |name: &str, summary: &str, kind, default| {
        let (name, summary) = (name.into(), summary.into());
        ParamDecl { name, summary, kind, default: Some(default) }
    };
    let entry = |guest: &Guest| {
        let range = IntegerRange { min: 0, max: i64::MAX, step: 0 };
        let at = decl("at", "The row", ParamKind::Integer(range), ParamValue::Integer(0));
        let beside = decl("beside", "Read as well", ParamKind::Column, ParamValue::Text("close".into()));
        let words = guest.what.iter().map(|word| (*word).into()).collect();
        let what = decl("what", "What to do", ParamKind::Choice(words), ParamValue::Text(guest.what[0].into()));
        let (name, summary) = (guest.name.into(), guest.summary.into());
        Entry { name, summary, panel: false, params: vec![at, beside, what] }
    };
    guests.iter().map(entry).collect()
}

fn open(guests: &'static [Guest], entry: &str, params: Vec<Param>, kind_plan: fn(&mut Plan)) -> Result<Plan, Refusal> {
    std::panic::set_hook(Box::new(|info| tapewright_sdk::log(tapewright_sdk::Level::Error, &info.to_string())));
    let guest = guests.iter().find(|guest| guest.name == entry).ok_or(Refusal::UnknownEntry)?;
    let mut values = params.into_iter().map(|param| param.value);
    let (Some(ParamValue::Integer(at)), Some(ParamValue::Text(beside)), Some(ParamValue::Text(what))) =
        (values.next(), values.next(), values.next())
    else {
        return Err(Refusal::UnknownEntry);
    };
    let output = OutputDecl { name: "double".into(), summary: "Twice the close".into(), unit: "price".into() };
    let mut plan = Plan {
        timeframe: String::new(),
        columns: vec!["close".into(), beside],
        warm_up: Vec::new(),
        memory_rows: None,
        memory_bytes: None,
        learns: false,
        outputs: vec![output],
        patterns: Vec::new(),
        reasons: Vec::new(),
    };
    kind_plan(&mut plan);
    (guest.open)(&what, &mut plan)?;
    OPENED.set(Some(Opened { guest, what, at, rows: 0 }));
    Ok(plan)
}

fn push(times: &[i64], values: &[f64]) -> Result<Said, Fault> {
    let shown = times.len();
    OPENED.with_borrow_mut(|opened| {
        let not_open = || Fault { kind: FaultKind::NotOpen, detail: String::new() };
        let Opened { guest, what, at, rows } = opened.as_mut().ok_or_else(not_open)?;
        let (detections, evidence, targets) = (Vec::new(), Vec::new(), Vec::new());
        let columns = values[..shown].iter().map(|close| close * 2.0).collect();
        let mut said = Said { row: 0, rows: *rows, detections, evidence, targets, columns };
        for row in 0..shown as u32 {
            (said.row, said.rows) = (row, *rows);
            if *rows as i64 >= *at {
                (guest.on_row)(what, &mut said)?;
            }
            *rows += 1;
        }
        Ok(said)
    })
}

struct Hostile;

impl wit::Guest for Hostile {
    fn catalog() -> Vec<wit::Entry> {
        catalog(DETECTORS)
    }

    fn open(entry: String, _: Vec<wit::Instrument>, params: Vec<wit::Param>) -> Result<wit::Plan, wit::Refusal> {
        open(DETECTORS, &entry, params, |plan| plan.patterns = vec![pattern("up".into())])
    }

    fn push(times: Vec<i64>, values: Vec<f64>) -> Result<wit::Output, wit::Fault> {
        let Said { detections, evidence, columns, .. } = push(&times, &values)?;
        Ok(wit::Output { detections, evidence, columns })
    }
}

impl wit_strategy::Guest for Hostile {
    fn catalog() -> Vec<wit::Entry> {
        catalog(STRATEGIES)
    }

    fn open(entry: String, _: Vec<wit::Instrument>, params: Vec<wit::Param>) -> Result<wit::Plan, wit::Refusal> {
        open(STRATEGIES, &entry, params, |plan| plan.reasons = vec!["because".into()])
    }

    fn push(times: Vec<i64>, values: Vec<f64>) -> Result<wit_strategy::Moves, wit::Fault> {
        let Said { targets, columns, .. } = push(&times, &values)?;
        Ok(wit_strategy::Moves { targets, columns })
    }
}

impl wit_feedback::Guest for Hostile {
    fn learn(_: Vec<wit_feedback::Outcome>) -> Result<(), Fault> {
        OPENED.with_borrow(|opened| match opened.as_ref().map(|opened| opened.what.as_str()) {
            Some("learn") => panic!("what became of it is too much"),
            _ => Ok(()),
        })
    }
}

/// Does what its first column says.
impl wit_trainable::Guest for Hostile {
    fn fit(_: Vec<f64>, _: Vec<f64>, _: Vec<f64>, spec: wit_trainable::FitSpec) -> Result<Vec<u8>, Fault> {
        match spec.columns.first().map(String::as_str) {
            Some("trap") => panic!("there is nothing to learn"),
            Some("huge") => Ok(vec![0; 1 << 30]),
            Some("forever") => looper::forever(),
            _ => Ok(Vec::new()),
        }
    }

    fn load(_: Vec<u8>) -> Result<(), Refusal> {
        panic!("this is no model")
    }
}

#[cfg(target_arch = "wasm32")]
tapewright_sdk::bindings::trainable::export_trainable!(Hostile with_types_in tapewright_sdk::bindings::trainable);
#[cfg(not(target_arch = "wasm32"))]
const _: fn(Vec<u8>) -> Result<(), Refusal> = <Hostile as wit_trainable::Guest>::load;
#[cfg(target_arch = "wasm32")]
tapewright_sdk::bindings::detector::export_detector!(Hostile with_types_in tapewright_sdk::bindings::detector);
#[cfg(target_arch = "wasm32")]
tapewright_sdk::bindings::strategy::export_strategy!(Hostile with_types_in tapewright_sdk::bindings::strategy);
#[cfg(target_arch = "wasm32")]
tapewright_sdk::bindings::feedback::export_feedback!(Hostile with_types_in tapewright_sdk::bindings::feedback);
#[cfg(not(target_arch = "wasm32"))]
const _: [fn() -> Vec<wit::Entry>; 2] = [<Hostile as wit::Guest>::catalog, <Hostile as wit_strategy::Guest>::catalog];
#[cfg(not(target_arch = "wasm32"))]
const _: fn(Vec<wit_feedback::Outcome>) -> Result<(), Fault> = <Hostile as wit_feedback::Guest>::learn;
