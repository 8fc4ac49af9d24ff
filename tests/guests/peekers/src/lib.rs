//! Detectors that want to see what is to come, or that promise what they do not keep. Written against the bare contract,
//! since an author behind the SDK never sees a push.

use std::cell::RefCell;

use tapewright_sdk::bindings::detector::exports::tapewright::signal::detector as wit;
use tapewright_sdk::bindings::types::{self, OutputDecl};

/// Entry, and what it does with a push of closes.
const ENTRIES: [(&str, &str); 7] = [
    ("maximum", "The highest close of the push"),
    ("last_row", "The last close of the push"),
    ("length", "How many rows the push has"),
    ("backdated", "A rise, said on the row before it"),
    ("forgetful", "The sum of all closes, with a promise that three rows decide"),
    ("honest", "The sum of three closes, with a promise that three rows decide"),
    ("leaky", "The close, and four kibibytes kept for every row"),
];

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

#[derive(Default)]
struct State {
    entry: String,
    closes: Vec<f64>,
    sum: f64,
    kept: Vec<Vec<u8>>,
}

struct Peekers;

impl wit::Guest for Peekers {
    fn catalog() -> Vec<wit::Entry> {
        let entry = |(name, summary): &(&str, &str)| wit::Entry {
            name: (*name).into(),
            summary: (*summary).into(),
            panel: false,
            params: Vec::new(),
        };
        ENTRIES.iter().map(entry).collect()
    }

    fn open(entry: String, _: Vec<wit::Instrument>, _: Vec<wit::Param>) -> Result<wit::Plan, wit::Refusal> {
        let pattern = types::Pattern {
            name: "rise".into(),
            summary: "A rise".into(),
            evidence: Vec::new(),
            rule: types::Rule { name: "forward-return".into(), args: Vec::new(), column: String::new() },
            horizon: types::Horizon::Rows(1),
        };
        let promise = ["forgetful", "honest"].contains(&entry.as_str()).then_some(3);
        let backdated = entry == "backdated";
        STATE.with_borrow_mut(|state| state.entry = entry);
        Ok(wit::Plan {
            timeframe: String::new(),
            columns: vec!["close".into()],
            warm_up: Vec::new(),
            memory_rows: promise,
            memory_bytes: None,
            learns: false,
            outputs: vec![OutputDecl { name: "value".into(), summary: "Of the push".into(), unit: "price".into() }],
            patterns: if backdated { vec![pattern] } else { Vec::new() },
            reasons: Vec::new(),
        })
    }

    fn push(_: Vec<i64>, closes: Vec<f64>) -> Result<wit::Output, wit::Fault> {
        STATE.with_borrow_mut(|state| {
            let rows = closes.len();
            let mut detections = Vec::new();
            let columns = match state.entry.as_str() {
                "maximum" => vec![closes.iter().copied().fold(f64::MIN, f64::max); rows],
                "last_row" => vec![closes[rows - 1]; rows],
                "length" => vec![rows as f64; rows],
                "backdated" => {
                    let rises = (1..rows).filter(|row| closes[*row] > closes[row - 1] * 1.002);
                    detections = rises.map(|row| detection(row as u32 - 1)).collect();
                    closes
                }
                "forgetful" => closes.iter().map(|close| state.total(*close)).collect(),
                "honest" => closes.iter().map(|close| state.of_three(*close)).collect(),
                _ => {
                    state.kept.extend(closes.iter().map(|_| vec![1; 4096]));
                    closes
                }
            };
            Ok(wit::Output { detections, evidence: Vec::new(), columns })
        })
    }
}

impl State {
    fn total(&mut self, close: f64) -> f64 {
        self.sum += close;
        self.sum
    }

    fn of_three(&mut self, close: f64) -> f64 {
        self.closes.push(close);
        let from = self.closes.len().saturating_sub(3);
        self.closes.drain(..from);
        self.closes.iter().sum()
    }
}

fn detection(row: u32) -> wit::Detection {
    wit::Detection {
        row,
        instrument: 0,
        pattern: 0,
        direction: types::Direction::Up,
        strength: 1.0,
        probability: f64::NAN,
        horizon: 0,
        entry: f64::NAN,
        stop: f64::NAN,
        target: f64::NAN,
    }
}

#[cfg(target_arch = "wasm32")]
tapewright_sdk::bindings::detector::export_detector!(Peekers with_types_in tapewright_sdk::bindings::detector);
#[cfg(not(target_arch = "wasm32"))]
const _: fn() -> Vec<wit::Entry> = <Peekers as wit::Guest>::catalog;
