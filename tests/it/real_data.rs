//! Real files, where `TAPEWRIGHT_TEST_DATA` says that they are. They belong to others and are no part of this.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;
use tapewright_tests::{guests, hosts};

pub(crate) fn data() -> Option<PathBuf> {
    let folder = std::env::var_os("TAPEWRIGHT_TEST_DATA").map(PathBuf::from).filter(|folder| folder.is_dir());
    if folder.is_none() {
        println!("skipped: TAPEWRIGHT_TEST_DATA names no folder");
    }
    folder
}

/// Runs vpa and trend over a file and gives its report.
fn report(file: &std::path::Path) -> Value {
    let home = tempfile::tempdir().unwrap();
    let command = |args: &[&str]| {
        let output = Command::new(hosts::debug()).args(args).env("TAPEWRIGHT_HOME", home.path()).output().unwrap();
        assert!(output.status.success(), "{}", hosts::stderr(&output));
        hosts::stdout(&output)
    };
    let [vpa, trend] = ["vpa", "trend"].map(|name| guests::path(name).display().to_string());
    let [vpa, trend] = [format!("vpa={vpa}"), format!("trend={trend}")];
    command(&["run", &vpa, &trend, "--data", &file.display().to_string(), "--show", "0"]);
    serde_json::from_str(&command(&["report", "last", "--json"])).unwrap()
}

fn check(report: &Value, symbol: &str, rows: u64) {
    for node in report["nodes"].as_array().unwrap() {
        assert!(node["label"].as_str().unwrap().ends_with(symbol), "{node}");
        assert_eq!((&node["rows"], &node["fault"]), (&rows.into(), &Value::Null));
    }
    let mut decided = 0;
    for of in report["patterns"].as_array().unwrap() {
        let number = |name: &str| of[name].as_f64();
        let (Some(rate), Some(base)) = (number("hit_rate"), number("base_rate")) else { continue };
        assert!((0.0..=1.0).contains(&rate) && (0.0..=1.0).contains(&base), "{of}");
        // the same claims on every row: nothing in a real series is far from that
        if number("episodes").unwrap() > 100.0 {
            assert!((rate - base).abs() < 0.25, "{of}");
        }
        decided += 1;
    }
    assert!(decided >= 8, "{decided} patterns were decided");
}

#[test]
fn vpa_and_trend_run_over_twenty_years_of_an_index_as_it_was_downloaded() {
    let Some(data) = data() else { return };
    let report = report(&data.join("arch/sp500.csv.gz"));
    check(&report, "@SP500", 5031);
    let patterns = report["patterns"].as_array().unwrap();
    let trend = patterns.iter().find(|of| of["pattern"] == "trend_prediction").unwrap();
    assert!(trend["episodes"].as_u64().unwrap() > 50, "{trend}");
}

#[test]
fn vpa_and_trend_run_over_hours_of_a_coin_put_in_order() {
    let Some(data) = data() else { return };
    let text = std::fs::read_to_string(data.join("btc-hourly/Coinbase_BTCUSD_1h.csv")).unwrap();
    // newest first, a line of comment, `2019-10-17 09-AM` for the hour's start; the bar is known an hour later
    let mut rows: Vec<String> = text
        .lines()
        .skip(2)
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            let (day, clock) = cells[0].split_once(' ').unwrap();
            let (hour, half) = clock.split_once('-').unwrap();
            let hour = hour.parse::<u32>().unwrap() % 12 + if half == "PM" { 12 } else { 0 };
            let start: tapewright_model::Time = format!("{day} {hour:02}:00:00").parse().unwrap();
            let known = start.0 / tapewright_model::Time::SECOND + 3600;
            format!("{known},{},{},{},{},{}", cells[2], cells[3], cells[4], cells[5], cells[6])
        })
        .collect();
    rows.sort();
    rows.dedup_by(|a, b| a.split(',').next() == b.split(',').next());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("btcusd.csv");
    std::fs::write(&file, format!("time,open,high,low,close,volume\n{}\n", rows.join("\n"))).unwrap();
    check(&report(&file), "@BTCUSD", rows.len() as u64);
}
