//! Memory that grows with the push until it fails: one mebibyte for each row of a push, given back
//! after it. Written against the bare contract, since an author behind the SDK never sees a push.

use tapewright_sdk::bindings::detector::exports::tapewright::signal::detector as wit;
use tapewright_sdk::bindings::types::OutputDecl;

struct Hoarder;

impl wit::Guest for Hoarder {
    fn catalog() -> Vec<wit::Entry> {
        let (name, summary) = ("hoarder".into(), "Needs a mebibyte for each row of a push".into());
        vec![wit::Entry { name, summary, panel: false, params: Vec::new() }]
    }

    fn open(_: String, _: Vec<wit::Instrument>, _: Vec<wit::Param>) -> Result<wit::Plan, wit::Refusal> {
        Ok(wit::Plan {
            timeframe: String::new(),
            columns: vec!["close".into()],
            warm_up: Vec::new(),
            memory_rows: Some(1),
            memory_bytes: None,
            learns: false,
            outputs: vec![OutputDecl { name: "half".into(), summary: "Half the close".into(), unit: "price".into() }],
            patterns: Vec::new(),
            reasons: Vec::new(),
        })
    }

    fn push(times: Vec<i64>, values: Vec<f64>) -> Result<wit::Output, wit::Fault> {
        let ballast = vec![1_u8; times.len() << 20];
        std::hint::black_box(&ballast);
        let columns = values.iter().map(|close| close / 2.0).collect();
        Ok(wit::Output { detections: Vec::new(), evidence: Vec::new(), columns })
    }
}

#[cfg(target_arch = "wasm32")]
tapewright_sdk::bindings::detector::export_detector!(Hoarder with_types_in tapewright_sdk::bindings::detector);
#[cfg(not(target_arch = "wasm32"))]
const _: fn() -> Vec<wit::Entry> = <Hoarder as wit::Guest>::catalog;
