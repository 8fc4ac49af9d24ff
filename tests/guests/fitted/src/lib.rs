//! Fitted before it is opened: its model is the weighted mean of the labels. Written against the bare
//! contract.

use std::cell::Cell;

use tapewright_sdk::bindings::detector::exports::tapewright::signal::detector as wit;
use tapewright_sdk::bindings::trainable::exports::tapewright::signal::trainable as wit_trainable;
use tapewright_sdk::bindings::types::{Fault, FaultKind, OutputDecl, Refusal};

thread_local! {
    static MEAN: Cell<Option<f64>> = const { Cell::new(None) };
}

struct Fitted;

impl wit_trainable::Guest for Fitted {
    fn fit(
        rows: Vec<f64>,
        labels: Vec<f64>,
        weights: Vec<f64>,
        spec: wit_trainable::FitSpec,
    ) -> Result<Vec<u8>, Fault> {
        if rows.len() != labels.len() * spec.columns.len() || weights.len() != labels.len() {
            return Err(Fault { kind: FaultKind::Shape, detail: "the lists do not fit each other".into() });
        }
        let weighted: f64 = labels.iter().zip(&weights).map(|(label, weight)| label * weight).sum();
        Ok((weighted / weights.iter().sum::<f64>()).to_le_bytes().to_vec())
    }

    fn load(artefact: Vec<u8>) -> Result<(), Refusal> {
        let bytes = artefact.try_into().map_err(|_| Refusal::Artefact("wanted eight bytes".into()))?;
        MEAN.set(Some(f64::from_le_bytes(bytes)));
        Ok(())
    }
}

impl wit::Guest for Fitted {
    fn catalog() -> Vec<wit::Entry> {
        let (name, summary) = ("fitted".into(), "Says what it was fitted to".into());
        vec![wit::Entry { name, summary, panel: false, params: Vec::new() }]
    }

    fn open(_: String, _: Vec<wit::Instrument>, _: Vec<wit::Param>) -> Result<wit::Plan, Refusal> {
        MEAN.get().ok_or_else(|| Refusal::Artefact("none was loaded".into()))?;
        Ok(wit::Plan {
            timeframe: String::new(),
            columns: vec!["close".into()],
            warm_up: Vec::new(),
            memory_rows: Some(1),
            memory_bytes: None,
            learns: false,
            outputs: vec![OutputDecl { name: "mean".into(), summary: "The fitted mean".into(), unit: "".into() }],
            patterns: Vec::new(),
            reasons: Vec::new(),
        })
    }

    fn push(times: Vec<i64>, _: Vec<f64>) -> Result<wit::Output, wit::Fault> {
        let columns = vec![MEAN.get().unwrap_or(f64::NAN); times.len()];
        Ok(wit::Output { detections: Vec::new(), evidence: Vec::new(), columns })
    }
}

#[cfg(target_arch = "wasm32")]
tapewright_sdk::bindings::detector::export_detector!(Fitted with_types_in tapewright_sdk::bindings::detector);
#[cfg(target_arch = "wasm32")]
tapewright_sdk::bindings::trainable::export_trainable!(Fitted with_types_in tapewright_sdk::bindings::trainable);
#[cfg(not(target_arch = "wasm32"))]
const _: fn() -> Vec<wit::Entry> = <Fitted as wit::Guest>::catalog;
