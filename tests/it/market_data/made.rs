//! What needs no real file: made markets, their chains, spreads; imports that are refused or killed.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use tapewright_tests::{guests, hosts};

use super::{Desk, table};

/// Every file below a folder with its bytes.
fn bytes(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            let name = entry.file_name().unwrap().to_string_lossy().into_owned();
            all.extend(bytes(&entry).into_iter().map(|(below, bytes)| (format!("{name}/{below}"), bytes)));
        } else {
            all.push((entry.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&entry).unwrap()));
        }
    }
    all.sort();
    all
}

/// Files and folders below a folder, which come and go meanwhile.
fn count(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| 1 + count(&entry.path())).sum()
}

#[test]
fn a_made_market_is_the_same_every_time_and_says_what_was_planted() {
    let desk = Desk::new();
    for into in ["one", "two"] {
        desk.said(&["synth", "--into", into, "--seed", "7", "--symbols", "2", "--days", "300"]);
    }
    desk.said(&["synth", "--into", "null", "--seed", "7", "--symbols", "2", "--days", "300", "--null"]);
    assert!(bytes(&desk.path("one")) == bytes(&desk.path("two")));
    let truth = |folder: &str| -> serde_json::Value {
        serde_json::from_slice(&std::fs::read(desk.path(folder).join("truth.json")).unwrap()).unwrap()
    };
    assert!(truth("one")["planted"].as_array().unwrap().len() > 20);
    assert_eq!(truth("null")["planted"].as_array().unwrap().len(), 0);
    let refused = desk.refused(&["synth", "--into", "one", "--symbols", "2"]);
    assert!(refused.contains("one"), "{refused}");
}

#[test]
fn made_chains_give_a_history_columns_and_spreads_that_run() {
    let desk = Desk::new();
    desk.said(&["synth", "--into", "made", "--symbols", "1", "--days", "150", "--chains"]);
    let history = desk.json(&["gex", "history", "SYN01", "--data", "made", "--json"]);
    assert_eq!(history["history"].as_array().unwrap().len(), 150);
    let columns = desk.said(&["columns", "made", "--symbol", "SYN01"]);
    for column in ["gex.total", "gex.put_support", "iv.skew30", "calendar.weekday"] {
        assert!(
            columns.lines().any(|line| line.trim_start().starts_with(&format!("{column} "))),
            "{column}: {columns}"
        );
    }
    desk.said(&["spread", "SYN01", "--data", "made", "--calendar", "30,60"]);
    desk.said(&["spread", "SYN01", "--data", "made", "--vertical", "30,0.3,10", "--cross"]);
    let data = desk.json(&["data", "made", "--json"]);
    // a strategy that reads nothing but the close
    let plugin = format!("{}#trailing", guests::path("kit").display());
    for name in ["SYN01.CAL30-60", "SYN01.VERT30"] {
        assert!(table(&data, name, "bars/1d")["rows"].as_u64().unwrap() > 80, "{data:#}");
        desk.said(&["run", &plugin, "--data", "made", "--symbols", name, "--show", "0"]);
    }
    let refused = desk.refused(&["gex", "history", "SYN02", "--data", "made"]);
    assert!(refused.contains("the store holds chains of SYN01"), "{refused}");
}

#[test]
fn what_is_refused_leaves_nothing_and_a_trial_writes_nothing() {
    let desk = Desk::new();
    let good = "time,open,high,low,close,volume\n2024-01-02T15:00:00Z,1,2,1,2,10\n2024-01-02T16:00:00Z,2,3,2,3,10\n";
    std::fs::write(desk.path("good.csv"), good).unwrap();
    std::fs::write(desk.path("bad.csv"), format!("{good}2024-01-02T17:00:00Z,3,1,4,3,10\n")).unwrap();
    let refused = desk.refused(&["import", "good.csv", "bad.csv", "--into", "store"]);
    assert!(refused.contains("bad.csv:4: BAD: the bar of 2024-01-02T17:00:00Z"), "{refused}");
    let trial = desk.said(&["import", "good.csv", "--into", "store", "--dry-run"]);
    assert!(trial.contains("nothing was written") && !desk.path("store").exists(), "{trial}");
    desk.said(&["import", "good.csv", "--into", "store", "--as", "MINE"]);
    let mended = desk.said(&["import", "bad.csv", "--into", "store", "--repair"]);
    assert!(mended.contains("range: bad.csv:4"), "{mended}");
    let data = desk.json(&["data", "store", "--json"]);
    for symbol in ["MINE", "BAD"] {
        assert_eq!(table(&data, symbol, "bars/1h")["rows"], 2, "{symbol}");
    }
    let unknown = desk.refused(&["columns", "store", "--symbol", "GOOD"]);
    assert!(unknown.contains("GOOD is not in the data") && unknown.contains("BAD, MINE"), "{unknown}");
}

#[test]
fn a_killed_import_leaves_what_was_there_and_the_next_one_goes_on() {
    let desk = Desk::new();
    let minutes = |from: usize, to: usize| {
        let mut text = "time,open,high,low,close,volume\n".to_owned();
        for minute in from..to {
            writeln!(text, "{},1,2,1,2,{minute}", 1_600_000_020 + 60 * minute).unwrap();
        }
        text
    };
    std::fs::write(desk.path("COIN.csv"), minutes(0, 1000)).unwrap();
    desk.said(&["import", "COIN.csv", "--into", "store", "--calendar", "always"]);
    let before = desk.json(&["data", "store", "--json"]);
    std::fs::write(desk.path("COIN.csv"), minutes(0, 60_000)).unwrap();
    let whole = ["import", "COIN.csv", "--into", "store", "--calendar", "always"];
    let files = || count(&desk.path("store"));
    // killed when it has begun so many files: whatever was reached, the store opens, and holds all or nothing of it
    for begun in 0..5 {
        let there = files();
        let mut child = Command::new(hosts::debug())
            .current_dir(&desk.folder)
            .args(whole)
            .env("TAPEWRIGHT_HOME", desk.path("home"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        while child.try_wait().unwrap().is_none() && files() < there + begun {
            std::thread::yield_now();
        }
        // it may have ended by itself
        let _ = child.kill();
        child.wait().unwrap();
        let now = desk.json(&["data", "store", "--json"]);
        let rows = table(&now, "COIN", "bars/1m")["rows"].as_u64().unwrap();
        assert!(rows == 60_000 || now["tables"] == before["tables"], "{rows}");
    }
    desk.said(&whole);
    assert_eq!(table(&desk.json(&["data", "store", "--json"]), "COIN", "bars/1m")["rows"], 60_000);
    let left = bytes(&desk.path("store")).into_iter().filter(|(name, _)| name.contains(".part"));
    assert_eq!(left.count(), 0, "nothing half written stays");
}
