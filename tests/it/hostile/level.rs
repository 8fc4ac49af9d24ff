//! What bad guests take has an end, and is given back when they are gone.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tapewright_market::Market;
use tapewright_model::{Batch, What};
use tapewright_replay::{Graph, Push, Request, RunOptions, Sink, SinkError, UnitInfo, UnitResult, run};
use tapewright_tests::{guests, markets, runs};

use super::{bad, with, with_fuel};

/// Counts, and keeps nothing.
#[derive(Default, Debug, PartialEq)]
struct Counted {
    batches: usize,
    records: usize,
    /// In the largest batch.
    records_max: usize,
    values_max: usize,
    judged: usize,
}

struct Counting<'a>(&'a Mutex<Counted>);

impl Sink for Counting<'_> {
    fn batch(&mut self, batch: &Batch) -> Result<(), SinkError> {
        let mut counted = self.0.lock().unwrap();
        counted.batches += 1;
        counted.records += batch.records.len();
        counted.records_max = counted.records_max.max(batch.records.len());
        let columns = batch.outputs.iter().flat_map(|block| &block.slots).map(Vec::len).sum();
        counted.values_max = counted.values_max.max(columns);
        let judged =
            |what: &What| matches!(what, What::Detection(said) if said.judged == tapewright_model::Judged::Yes);
        counted.judged += batch.records.iter().filter(|record| judged(&record.what)).count();
        Ok(())
    }

    fn finish(self: Box<Self>, _: &UnitResult) -> Result<(), SinkError> {
        Ok(())
    }
}

fn count(request: &Request, options: &RunOptions) -> (tapewright_model::Digest, Counted) {
    let graph = Graph::new(request).unwrap();
    let counted = Mutex::default();
    let sink = |_: &UnitInfo| -> Result<Box<dyn Sink + Send + '_>, SinkError> { Ok(Box::new(Counting(&counted))) };
    let result = run(request, &graph, options, &BTreeMap::new(), &sink).unwrap();
    (result.digest, counted.into_inner().unwrap())
}

/// A guest alone on one instrument, from a row on.
fn alone(rows: usize, at: usize, entry: &str, what: &str) -> Request {
    let market = Market::new([(markets::symbol("AAA"), markets::walk(1, rows, 30, 0))]);
    let at = at.to_string();
    let params = [("at", at.as_str()), ("what", what)];
    runs::request(market, vec![guests::bind(&guests::load("hostile"), entry, &params)])
}

#[test]
fn a_sleeper_that_wakes_in_a_long_slab_is_not_held_whole() {
    let request = alone(2_500, 2_460, "sleeper", "detections");
    let (digest, counted) = count(&request, &RunOptions::default());
    // 40 rows of 16,384 detections, of which 512 wait at once
    assert!(counted.records > 40 * 16_384);
    assert!(counted.records_max <= 17 * 16_384, "{counted:?}");
    let one_row = RunOptions { push: Push::Rows(1), slab_rows: Some(1), ..RunOptions::default() };
    assert_eq!(digest, count(&request, &one_row).0);
}

#[test]
fn a_slab_is_as_short_as_its_columns_are_many() {
    let (_, counted) = count(&alone(2_000, 0, "plans", "wide"), &RunOptions::default());
    assert!(counted.values_max <= 1 << 20, "{counted:?}");
}

#[test]
fn no_more_predictions_of_a_node_wait_than_it_may_have() {
    let (_, counted) = count(&alone(200, 0, "crowd", "predictions"), &RunOptions::default());
    assert_eq!(counted.judged, 1 << 19, "{counted:?}");
}

/// Counts the bytes of what plugins log.
struct Heard(AtomicUsize);

impl tracing::Subscriber for Heard {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target() == "plugin"
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn event(&self, event: &tracing::Event<'_>) {
        struct Length(usize);
        impl tracing::field::Visit for Length {
            fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
                if field.name() == "message" {
                    self.0 = format!("{value:?}").len();
                }
            }
        }
        let mut length = Length(0);
        event.record(&mut length);
        self.0.fetch_add(length.0, Ordering::Relaxed);
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}

#[test]
fn of_a_steady_flood_of_lines_so_much_is_kept_and_no_more() {
    let heard = Arc::new(Heard(AtomicUsize::new(0)));
    let request = alone(100, 0, "flood", "steady");
    let one_row = RunOptions { push: Push::Rows(1), ..RunOptions::default() };
    tracing::subscriber::with_default(Arc::clone(&heard), || count(&request, &one_row));
    let heard = heard.0.load(Ordering::Relaxed);
    assert!((15 << 20..=16 << 20).contains(&heard), "{heard}");
}

/// Resident memory of this process, or of none where nothing tells.
fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// Rounds before the first look: allocator and lazily made tables have found their size.
const WARM: usize = 20;
const ROUNDS: usize = 200;
/// What the allocator, and tests that run beside this one in the process, may keep. What the guests of one round take,
/// kept over all rounds, would be a thousand times that.
const TOLERANCE_KIB: u64 = 256 << 10;

/// Bad guests one after the other, each in a run of its own.
fn round() {
    let engine = guests::engine();
    let bytes = std::fs::read(guests::path("hostile")).unwrap();
    let loaded = engine.load(&bytes).unwrap();
    assert!(engine.load(&bytes[..bytes.len() / 2]).is_err());
    for (entry, what) in
        [("hog", "leak"), ("hog", "at_once"), ("trapper", "push"), ("deep", "push"), ("excuses", "long")]
    {
        let market = Market::new([(markets::symbol("AAA"), markets::walk(1, 80, 30, 0))]);
        let bindings = vec![guests::bind(&loaded, entry, &[("what", what)])];
        let request = runs::request(market, with_fuel(bindings));
        count(&request, &RunOptions::default());
    }
}

#[test]
fn memory_returns_to_its_level_when_bad_guests_are_gone() {
    (0..WARM).for_each(|_| round());
    let before = resident_kib();
    (0..ROUNDS).for_each(|_| round());
    let after = resident_kib();
    assert!(after < before + TOLERANCE_KIB, "{before} KiB before, {after} KiB after {ROUNDS} rounds");
}

#[test]
fn room_for_instances_returns_when_bad_guests_are_gone() {
    // with seats for one unit and its rebuild alone, a second run would wait for ever if the first kept one
    let engine =
        tapewright_engine::Engine::new(tapewright_engine::EngineOptions { code_cache: None, instances_max: Some(8) });
    let engine = engine.unwrap();
    let plugin = engine.load(&std::fs::read(guests::path("hostile")).unwrap()).unwrap();
    for (entry, what) in [("trapper", "push"), ("looper", "push"), ("hog", "leak"), ("flood", "lines")] {
        let market = Market::new([(markets::symbol("AAA"), markets::walk(1, 100, 30, 0))]);
        let mut request = runs::request(market, with_fuel(vec![guests::bind(&plugin, entry, &[("what", what)])]));
        request.engine = engine.clone();
        for _ in 0..4 {
            count(&request, &RunOptions::default());
        }
        assert!(engine.residency().reserve(6).is_ok(), "{entry} keeps its room");
    }
}

#[test]
fn what_one_run_says_does_not_depend_on_the_bad_runs_before_it() {
    let request = with(bad("fields", "probability_nan"));
    let (digest, _) = count(&request, &RunOptions::default());
    for (entry, what) in [("trapper", "push"), ("hog", "at_once"), ("deep", "push"), ("looper", "push")] {
        count(&with(bad(entry, what)), &RunOptions::default());
    }
    assert_eq!(count(&request, &RunOptions::default()).0, digest);
}
