//! The contract: what a plan and an answer may be, through a real guest.

use tapewright_engine::{Fitting, Instance, Limits, Opening, Values};
use tapewright_model::{EvidenceKind, FaultKind, Horizon, Kind, Param, ParamValue};
use tapewright_tests::{guests, markets};

fn late_pivot() -> Instance {
    let kit = guests::load("kit");
    let (symbols, limits) = ([markets::symbol("SPY")], Limits::default());
    let opening = Opening {
        plugin: "late_pivot",
        kind: Kind::Detector,
        entry: "late_pivot",
        symbols: &symbols,
        params: &[],
        artefact: None,
        limits: &limits,
    };
    kit.open(&opening).unwrap()
}

#[test]
fn a_plan_arrives_as_it_was_made() {
    let instance = late_pivot();
    let plan = instance.plan();
    assert_eq!(plan.columns.iter().map(ToString::to_string).collect::<Vec<_>>(), ["high"]);
    let pattern = &plan.patterns[0];
    assert_eq!(
        (pattern.name.as_str(), pattern.horizon, pattern.rule.name.as_str()),
        ("pivot_high", Horizon::Rows(5), "forward-return")
    );
    let evidence: Vec<_> = pattern.evidence.iter().map(|decl| (decl.name.as_str(), decl.kind)).collect();
    assert_eq!(evidence, [("rows_ago", EvidenceKind::RowsAgo), ("price", EvidenceKind::Price)]);
    assert!(!plan.one_row_a_push() && instance.columns() == 1);
}

#[test]
fn an_answer_is_the_same_in_one_push_and_in_three() {
    let high = [1.0, 3.0, 2.0, 5.0, 4.0, f64::NAN];
    let times = [10, 20, 30, 40, 50, 60];
    let mut whole = late_pivot();
    let said = whole.push(&times, Values::Flat(&high)).unwrap();
    assert_eq!(said.detections.iter().map(|said| said.row).collect::<Vec<_>>(), [2, 4]);
    assert_eq!(said.evidence, [1.0, 3.0, 1.0, 5.0]);
    assert_eq!(said.columns[2..], [3.0, 3.0, 5.0, 5.0]);
    let mut cut = late_pivot();
    let (mut detections, mut columns) = (Vec::new(), Vec::new());
    for range in [0..2, 2..3, 3..6] {
        // the same values as one list and as columns
        let values = Values::Columns { columns: &[&high], at: range.start, rows: range.len() };
        let part = cut.push(&times[range.clone()], values).unwrap();
        detections.extend(part.detections);
        columns.extend(part.columns);
    }
    assert_eq!(format!("{:?}", said.detections), format!("{detections:?}"));
    assert_eq!(tapewright_tests::runs::bits(&said.columns), tapewright_tests::runs::bits(&columns));
}

#[test]
fn a_refusal_is_an_answer_and_not_a_fault() {
    let kit = guests::load("kit");
    let (symbols, limits) = ([markets::symbol("SPY"), markets::symbol("QQQ")], Limits::default());
    let integer = |name: &str, value| Param { name: name.to_owned(), value: ParamValue::Integer(value) };
    let open = |entry: &str, symbols: &[_], params: &[Param]| {
        let opening =
            Opening { plugin: entry, kind: Kind::Detector, entry, symbols, params, artefact: None, limits: &limits };
        kit.open(&opening).err().map_or("opened".to_owned(), |error| error.to_string())
    };
    assert_eq!(
        open("ema_cross", &symbols[..1], &[integer("fast", 9), integer("slow", 9)]),
        "parameters fast, slow do not go together: fast must be below slow"
    );
    assert_eq!(open("late_pivot", &symbols, &[]), "it takes 1 to 1 instruments");
    assert_eq!(open("nothing", &symbols[..1], &[]), "there is no such entry");
    assert_eq!(open("rank", &symbols, &[]), "opened");
}

#[test]
fn a_fitted_artefact_is_handed_to_the_next_opening() {
    let plugin = guests::load("fitted");
    assert!(plugin.trainable());
    let (symbols, limits) = ([markets::symbol("SPY")], Limits::default());
    let (columns, labels, weights) = (["a".to_owned()], [1.0, 4.0], [1.0, 2.0]);
    let fitting = Fitting {
        plugin: "fitted",
        entry: "fitted",
        params: &[],
        columns: &columns,
        rows: &[0.0, 0.0],
        labels: &labels,
        weights: &weights,
        seed: 1,
        limits: &limits,
    };
    let artefact = plugin.fit(&fitting).unwrap();
    assert_eq!(artefact, plugin.fit(&fitting).unwrap());
    let open = |artefact: Option<&[u8]>| {
        plugin.open(&Opening {
            plugin: "fitted",
            kind: Kind::Detector,
            entry: "fitted",
            symbols: &symbols,
            params: &[],
            artefact,
            limits: &limits,
        })
    };
    assert_eq!(open(Some(&artefact)).unwrap().push(&[1, 2], Values::Flat(&[7.0, 7.0])).unwrap().columns, [3.0, 3.0]);
    assert_eq!(open(None).unwrap_err().to_string(), "it needs a fitted artefact: none was loaded");
    assert_eq!(open(Some(b"short")).unwrap_err().to_string(), "it needs a fitted artefact: wanted eight bytes");
    let fault = plugin.fit(&Fitting { rows: &[0.0], ..fitting }).unwrap_err();
    assert_eq!(
        (fault.kind, fault.export, fault.detail.as_str()),
        (FaultKind::GuestError, "fit", "shape: the lists do not fit each other")
    );
}
