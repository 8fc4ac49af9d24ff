//! Predictions and what becomes of them: in the loop, in hindsight, and however it is run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tapewright_market::{Market, OpenOptions, Span, SynthOptions, synth, write_store};
use tapewright_model::{Detection, Judged, Label, Outcome, What};
use tapewright_replay::{Claim, Graph, History, Judge, Push, Request, RunOptions};
use tapewright_tests::{guests, runs};

fn market() -> Market {
    let options = SynthOptions { seed: 11, symbols: 3, days: 900, minutes: false, null: false, chains: false };
    Market::new(synth(&options).map(Result::unwrap).map(|made| (made.symbol, made.frame)))
}

/// The reference plugins and a cheat.
fn request(market: Market) -> Request {
    let [vpa, trend, gex, cheats] = ["vpa", "trend", "gex", "cheats"].map(guests::load);
    let bindings = vec![
        guests::bind(&vpa, "vpa", &[]),
        guests::bind(&trend, "trend", &[]),
        guests::bind(&gex, "gex", &[]),
        guests::bind(&cheats, "near_target", &[]),
    ];
    runs::request(market, bindings)
}

#[test]
fn the_loop_and_hindsight_judge_alike() {
    let mut labels = alike(&request(market()));
    // rows that do not fall together, with prices missing
    let mut gaps = request(tapewright_tests::markets::five(900));
    gaps.bindings.retain(|binding| binding.alias != "gex");
    gaps.bindings.push(guests::bind(&guests::load("kit"), "learner", &[]));
    labels.extend(alike(&gaps));
    assert_eq!(labels.into_iter().collect::<Vec<_>>(), ["hit", "miss", "timeout", "void"]);
}

/// Judges everything that was said again, and gives the labels that occurred.
fn alike(request: &Request) -> BTreeSet<&'static str> {
    let ran = runs::keep(request, &RunOptions { slab_rows: Some(97), ..RunOptions::default() });
    let graph = Graph::new(request).unwrap();
    let (mut judged, mut waiting, mut labels) = (0, 0, BTreeSet::new());
    for node in graph.units().flat_map(|unit| &unit.nodes) {
        let outcomes: BTreeMap<u64, (u64, Outcome)> = ran
            .of(&node.label)
            .iter()
            .filter_map(|(record, _)| match record.what {
                What::Outcome(outcome) => Some((outcome.detection, (record.row, outcome))),
                _ => None,
            })
            .collect();
        let said: Vec<Detection> = ran
            .of(&node.label)
            .iter()
            .filter_map(|(record, _)| match record.what {
                What::Detection(said) => Some(said),
                _ => None,
            })
            .collect();
        for (number, pattern) in node.plan.patterns.iter().enumerate() {
            let judge = Judge::new(pattern).unwrap();
            let column = pattern.rule.column.as_ref();
            let history = History::read(&request.market, node, column, &node.symbols[0]).unwrap().unwrap();
            for said in said.iter().filter(|said| said.pattern as usize == number) {
                let row = said.row as usize;
                assert_eq!(said.judged == Judged::Yes, row >= history.first_judged(), "{} row {row}", node.label);
                if said.judged != Judged::Yes {
                    assert!(!outcomes.contains_key(&said.number));
                    continue;
                }
                let bar = history.bar(row);
                assert_eq!(bar.close.to_bits(), said.close.to_bits());
                let Detection { direction, horizon, entry, stop, target, .. } = *said;
                let claim = Claim { direction, horizon, entry, stop, target, bar };
                let hindsight = history.judge(&judge, row, &claim, &mut 0);
                let hindsight = hindsight.map(|((label, back), rows)| (label, back.to_bits(), (row + rows) as u64));
                let known = outcomes.get(&said.number);
                let known = known.map(|(row, known)| (known.label, known.forward_return.to_bits(), *row));
                assert_eq!(hindsight, known, "{} {} row {row}", node.label, pattern.name);
                judged += u64::from(known.is_some());
                waiting += u64::from(known.is_none());
                labels.extend(known.map(|(label, ..)| label.word()));
            }
        }
    }
    assert!(judged > 1000 && waiting > 5, "{judged} {waiting}");
    labels
}

#[test]
fn the_plugins_say_the_same_however_they_are_run_and_wherever_the_rows_lie() {
    let base = runs::keep(&request(market()), &RunOptions::default());
    let folder = tempfile::tempdir().unwrap();
    for symbol in market().symbols() {
        write_store(folder.path(), symbol, &market().whole(symbol, None).unwrap().unwrap()).unwrap();
    }
    let stored = || Market::open(&[folder.path().to_owned()], &OpenOptions::default()).unwrap();
    let with = |push, slab_rows, threads| RunOptions { push, slab_rows, threads, ..RunOptions::default() };
    for (market, options) in [
        (market(), with(Push::Rows(1), None, 2)),
        (market(), with(Push::Rows(7), Some(100), 1)),
        (stored(), with(Push::Auto, None, 2)),
        (stored(), with(Push::Rows(3), Some(7), 1)),
    ] {
        let ran = runs::keep(&request(market), &options);
        assert_eq!(ran.result.digest, base.result.digest, "{options:?}");
    }
    assert!(base.result.units.iter().flat_map(|unit| &unit.nodes).all(|node| node.fault.is_none()));
    assert!(base.of("vpa@SYN01").len() > 50 && base.of("trend@SYN01").len() > 50 && base.of("gex@SYN01").len() > 20);
}

#[test]
fn a_span_is_a_run_of_its_own_from_its_first_row() {
    let whole = market();
    let symbol = whole.symbols().next().unwrap().clone();
    let frame = whole.whole(&symbol, None).unwrap().unwrap();
    let folder = tempfile::tempdir().unwrap();
    write_store(folder.path(), &symbol, &frame).unwrap();
    let (from, to) = (frame.times()[99], frame.times()[599]);
    let span = Span { after: tapewright_model::Time(from), until: tapewright_model::Time(to) };
    let stored = Market::open(&[folder.path().to_owned()], &OpenOptions { span, ..OpenOptions::default() }).unwrap();
    let cut = Market::new([(symbol.clone(), frame.slice(100..600))]);
    let [stored, cut] = [stored, cut].map(|market| runs::keep(&request(market), &RunOptions::default()));
    assert_eq!(stored.result.digest, cut.result.digest);
    assert_eq!(stored.columns("vpa@SYN01").len(), 500);
}

#[test]
fn another_column_than_the_close_can_judge() {
    // the kit's witness predicts `volume` and the close of another instrument
    let kit = guests::load("kit");
    let market = Market::new((1..).zip(["AAA", "BBB"]).map(|(seed, name)| {
        (tapewright_tests::markets::symbol(name), tapewright_tests::markets::walk(seed, 500, 30, 0))
    }));
    let mut request = runs::request(market, vec![guests::bind(&kit, "witness", &[])]);
    request.symbols.truncate(1);
    let ran = runs::keep(&request, &RunOptions { slab_rows: Some(13), ..RunOptions::default() });
    let market = Arc::clone(&request.market);
    let frame = |name: &str| market.whole(&tapewright_tests::markets::symbol(name), None).unwrap().unwrap();
    let (own, other) = (frame("AAA"), frame("BBB"));
    let volume = own.column(own.index("volume").unwrap());
    let close = other.column(other.index("close").unwrap());
    let mut checked = [0, 0];
    for (record, _) in ran.of("witness@AAA") {
        let What::Outcome(known) = record.what else { continue };
        let values = [volume, close][known.pattern as usize];
        let said = record.row as usize - known.rows as usize;
        // both frames have the same rows; the next known value is the reference
        let reference = values[said + 1..].iter().find(|value| !value.is_nan()).unwrap();
        let end = values[record.row as usize];
        let want = end / reference - 1.0;
        if known.label != Label::Void {
            assert_eq!(known.forward_return, want, "row {said}");
            assert_eq!(known.label == Label::Hit, want > 0.0);
            checked[known.pattern as usize] += 1;
        }
    }
    assert!(checked[0] > 50 && checked[1] > 50, "{checked:?}");
}

#[test]
fn no_more_predictions_wait_than_the_host_lets_wait() {
    let request = || {
        let cheats = guests::load("cheats");
        let walk = tapewright_tests::markets::walk(5, 3000, 1, 0);
        let market = Market::new([(tapewright_tests::markets::symbol("AAA"), walk)]);
        runs::request(market, vec![guests::bind(&cheats, "flood", &[])])
    };
    let ran = runs::keep(&request(), &RunOptions::default());
    let said = ran.of("flood@AAA").iter().filter_map(|(record, _)| match record.what {
        What::Detection(said) => Some(said),
        _ => None,
    });
    let said: Vec<Detection> = said.collect();
    assert_eq!(said.len(), 12_000);
    assert!(said[..512].iter().all(|said| said.judged == Judged::Yes));
    assert!(said[512..].iter().all(|said| said.judged == Judged::Crowded));
    let again = runs::keep(&request(), &RunOptions { push: Push::Rows(3), ..RunOptions::default() });
    assert_eq!(again.result.digest, ran.result.digest);
}
