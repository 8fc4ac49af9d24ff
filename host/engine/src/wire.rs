//! The contract's records as wasmtime lifts and lowers them, and the bound of each list.
//!
//! Field names and order are those of `wit/signal`; wasmtime checks them against the component's own
//! types before the first call. Conversion to the house's words is in [`crate::contract`].
#![allow(dead_code, reason = "wasmtime's derived lifting makes enum cases from their number")]

use wasmtime::component::{ComponentType, Lift, Lower};

use crate::bounded::Bounded;
use crate::gathered::Values;
pub(crate) use crate::text::Text;

/// Most detections of one call. A detector that says more than one a row on 16,384 rows is asked again
/// in smaller pushes, so the bound that counts is the one for a single row.
pub(crate) const DETECTIONS_MAX: usize = 16_384;
/// Most targets of one call.
pub(crate) const TARGETS_MAX: usize = 16_384;
/// Most values of evidence of one call.
pub(crate) const EVIDENCE_MAX: usize = 131_072;
/// Most values of output columns of one call: 4 MiB.
pub(crate) const COLUMN_VALUES_MAX: usize = 524_288;
/// Most entries of a catalog, columns, outputs, patterns or reasons of a plan.
pub(crate) const DECLARATIONS_MAX: usize = 4_096;
/// Most bytes of an artefact.
pub(crate) const ARTEFACT_BYTES_MAX: usize = 64 << 20;

/// Host memory that the answer to one `push` may take: the sum of its lists' bounds.
pub(crate) const PUSH_BYTES_MAX: usize = Bounded::<Detection, DETECTIONS_MAX>::BYTES_MAX
    + Bounded::<f64, EVIDENCE_MAX>::BYTES_MAX
    + Bounded::<f64, COLUMN_VALUES_MAX>::BYTES_MAX
    + FAULT_BYTES_MAX;
/// Host memory for the text of a fault.
pub(crate) const FAULT_BYTES_MAX: usize = 64 * 1024;
/// Host memory that a catalog or a plan may take: a thousand declarations of a kilobyte.
pub(crate) const DECLARATION_BYTES_MAX: usize = 1 << 20;

pub(crate) type List<T> = Bounded<T, DECLARATIONS_MAX>;

#[derive(ComponentType, Lift)]
#[component(record)]
pub(crate) struct Entry {
    pub(crate) name: Text,
    pub(crate) summary: Text,
    pub(crate) panel: bool,
    pub(crate) params: List<ParamDecl>,
}

#[derive(ComponentType, Lift)]
#[component(record)]
pub(crate) struct ParamDecl {
    pub(crate) name: Text,
    pub(crate) summary: Text,
    pub(crate) kind: ParamKind,
    pub(crate) default: Option<ParamValue>,
}

#[derive(ComponentType, Lift)]
#[component(variant)]
pub(crate) enum ParamKind {
    #[component(name = "number")]
    Number(NumberRange),
    #[component(name = "integer")]
    Integer(IntegerRange),
    #[component(name = "choice")]
    Choice(List<Text>),
    #[component(name = "symbol")]
    Symbol,
    #[component(name = "column")]
    Column,
    #[component(name = "timeframe")]
    Timeframe,
}

#[derive(ComponentType, Lift)]
#[component(record)]
pub(crate) struct NumberRange {
    pub(crate) min: f64,
    pub(crate) max: f64,
    pub(crate) step: f64,
}

#[derive(ComponentType, Lift)]
#[component(record)]
pub(crate) struct IntegerRange {
    pub(crate) min: i64,
    pub(crate) max: i64,
    pub(crate) step: i64,
}

#[derive(ComponentType, Lift, Lower)]
#[component(variant)]
pub(crate) enum ParamValue {
    #[component(name = "number")]
    Number(f64),
    #[component(name = "integer")]
    Integer(i64),
    #[component(name = "text")]
    Text(String),
}

#[derive(ComponentType, Lower)]
#[component(record)]
pub(crate) struct Param {
    pub(crate) name: String,
    pub(crate) value: ParamValue,
}

#[derive(ComponentType, Lower)]
#[component(record)]
pub(crate) struct Instrument {
    pub(crate) symbol: String,
}

#[derive(ComponentType, Lift)]
#[component(record)]
pub(crate) struct Plan {
    pub(crate) timeframe: Text,
    pub(crate) columns: List<Text>,
    #[component(name = "warm-up")]
    pub(crate) warm_up: List<WarmUp>,
    #[component(name = "memory-rows")]
    pub(crate) memory_rows: Option<u32>,
    #[component(name = "memory-bytes")]
    pub(crate) memory_bytes: Option<u64>,
    pub(crate) learns: bool,
    pub(crate) outputs: List<OutputDecl>,
    pub(crate) patterns: List<Pattern>,
    pub(crate) reasons: List<Text>,
}

#[derive(ComponentType, Lift)]
#[component(record)]
pub(crate) struct WarmUp {
    pub(crate) timeframe: Text,
    pub(crate) rows: u32,
}

#[derive(ComponentType, Lift)]
#[component(record)]
pub(crate) struct OutputDecl {
    pub(crate) name: Text,
    pub(crate) summary: Text,
    pub(crate) unit: Text,
}

#[derive(ComponentType, Lift)]
#[component(record)]
pub(crate) struct Pattern {
    pub(crate) name: Text,
    pub(crate) summary: Text,
    pub(crate) evidence: List<EvidenceDecl>,
    pub(crate) rule: Rule,
    pub(crate) horizon: Horizon,
}

#[derive(ComponentType, Lift)]
#[component(record)]
pub(crate) struct EvidenceDecl {
    pub(crate) name: Text,
    pub(crate) summary: Text,
    pub(crate) kind: EvidenceKind,
}

#[derive(ComponentType, Lift, Clone, Copy)]
#[component(enum)]
#[repr(u8)]
pub(crate) enum EvidenceKind {
    #[component(name = "rows-ago")]
    RowsAgo,
    #[component(name = "price")]
    Price,
    #[component(name = "ratio")]
    Ratio,
    #[component(name = "number")]
    Number,
}

#[derive(ComponentType, Lift)]
#[component(record)]
pub(crate) struct Rule {
    pub(crate) name: Text,
    pub(crate) args: List<RuleArg>,
    pub(crate) column: Text,
}

#[derive(ComponentType, Lift)]
#[component(record)]
pub(crate) struct RuleArg {
    pub(crate) name: Text,
    pub(crate) value: f64,
}

#[derive(ComponentType, Lift)]
#[component(variant)]
pub(crate) enum Horizon {
    #[component(name = "rows")]
    Rows(u32),
    #[component(name = "sessions")]
    Sessions(u32),
    #[component(name = "seconds")]
    Seconds(u64),
}

#[derive(ComponentType, Lift, Lower, Clone, Copy)]
#[component(enum)]
#[repr(u8)]
pub(crate) enum Direction {
    #[component(name = "down")]
    Down,
    #[component(name = "neutral")]
    Neutral,
    #[component(name = "up")]
    Up,
}

#[derive(ComponentType, Lift)]
#[component(variant)]
pub(crate) enum Refusal {
    #[component(name = "unknown-entry")]
    UnknownEntry,
    #[component(name = "param")]
    Param(ParamRefusal),
    #[component(name = "combination")]
    Combination(CombinationRefusal),
    #[component(name = "instruments")]
    Instruments(InstrumentsRefusal),
    #[component(name = "artefact")]
    Artefact(Text),
}

#[derive(ComponentType, Lift)]
#[component(record)]
pub(crate) struct ParamRefusal {
    pub(crate) name: Text,
    pub(crate) reason: Text,
}

#[derive(ComponentType, Lift)]
#[component(record)]
pub(crate) struct CombinationRefusal {
    pub(crate) names: List<Text>,
    pub(crate) reason: Text,
}

#[derive(ComponentType, Lift)]
#[component(record)]
pub(crate) struct InstrumentsRefusal {
    pub(crate) min: u32,
    pub(crate) max: u32,
}

#[derive(ComponentType, Lift)]
#[component(record)]
pub(crate) struct Fault {
    pub(crate) kind: FaultKind,
    pub(crate) detail: Text,
}

#[derive(ComponentType, Lift, Clone, Copy, Debug)]
#[component(enum)]
#[repr(u8)]
pub(crate) enum FaultKind {
    #[component(name = "not-open")]
    NotOpen,
    #[component(name = "shape")]
    Shape,
    #[component(name = "data")]
    Data,
    #[component(name = "internal")]
    Internal,
}

#[derive(ComponentType, Lift)]
#[component(record)]
pub(crate) struct Output {
    pub(crate) detections: Bounded<Detection, DETECTIONS_MAX>,
    pub(crate) evidence: Bounded<f64, EVIDENCE_MAX>,
    pub(crate) columns: Bounded<f64, COLUMN_VALUES_MAX>,
}

#[derive(ComponentType, Lift)]
#[component(record)]
pub(crate) struct Detection {
    pub(crate) row: u32,
    pub(crate) instrument: u32,
    pub(crate) pattern: u32,
    pub(crate) direction: Direction,
    pub(crate) strength: f64,
    pub(crate) probability: f64,
    pub(crate) horizon: u32,
    pub(crate) entry: f64,
    pub(crate) stop: f64,
    pub(crate) target: f64,
}

#[derive(ComponentType, Lift)]
#[component(record)]
pub(crate) struct Moves {
    pub(crate) targets: Bounded<Target, TARGETS_MAX>,
    pub(crate) columns: Bounded<f64, COLUMN_VALUES_MAX>,
}

#[derive(ComponentType, Lift)]
#[component(record)]
pub(crate) struct Target {
    pub(crate) row: u32,
    pub(crate) instrument: u32,
    pub(crate) exposure: f64,
    pub(crate) limit: f64,
    pub(crate) stop: f64,
    pub(crate) take: f64,
    pub(crate) expires: u32,
    pub(crate) reason: u32,
}

#[derive(ComponentType, Lower, Clone, Copy)]
#[component(enum)]
#[repr(u8)]
pub(crate) enum Label {
    #[component(name = "hit")]
    Hit,
    #[component(name = "miss")]
    Miss,
    #[component(name = "timeout")]
    Timeout,
    #[component(name = "void")]
    Void,
}

#[derive(ComponentType, Lower)]
#[component(record)]
pub(crate) struct Outcome {
    pub(crate) detection: u64,
    pub(crate) pattern: u32,
    pub(crate) instrument: u32,
    pub(crate) direction: Direction,
    pub(crate) label: Label,
    #[component(name = "forward-return")]
    pub(crate) forward_return: f64,
    pub(crate) rows: u32,
}

#[derive(ComponentType, Lower)]
#[component(record)]
pub(crate) struct FitSpec {
    pub(crate) entry: String,
    pub(crate) params: Vec<Param>,
    pub(crate) columns: Vec<String>,
    pub(crate) seed: u64,
}

// one level of signatures, so that the calls read like the contract
pub(crate) type Catalog = (List<Entry>,);
pub(crate) type OpenArgs<'a> = (&'a str, &'a [Instrument], &'a [Param]);
pub(crate) type Opened = (Result<Plan, Refusal>,);
pub(crate) type PushArgs<'a> = (&'a [i64], Values<'a>);
pub(crate) type Detected = (Result<Output, Fault>,);
pub(crate) type Moved = (Result<Moves, Fault>,);
pub(crate) type LearnArgs<'a> = (&'a [Outcome],);
pub(crate) type Learned = (Result<(), Fault>,);
pub(crate) type FitArgs<'a> = (&'a [f64], &'a [f64], &'a [f64], &'a FitSpec);
pub(crate) type Fitted = (Result<Bounded<u8, ARTEFACT_BYTES_MAX>, Fault>,);
pub(crate) type LoadArgs<'a> = (&'a [u8],);
pub(crate) type Loaded = (Result<(), Refusal>,);
