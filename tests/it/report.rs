//! Reports: the judge is not taken in, the numbers can be counted again, the page opens.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tapewright_market::{SynthInstrument, SynthOptions, synth, write_store};
use tapewright_tests::{browser, guests, hosts};

/// A folder with a synthetic market and a home.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new(options: &SynthOptions) -> Desk {
        let folder = tempfile::tempdir().unwrap();
        for made in synth(options) {
            let SynthInstrument { symbol, frame, .. } = made.unwrap();
            write_store(&folder.path().join("market"), &symbol, &frame).unwrap();
        }
        Desk { folder }
    }

    fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new(hosts::debug());
        command.current_dir(&self.folder).args(args).env("TAPEWRIGHT_HOME", self.folder.path().join("home"));
        command.output().unwrap()
    }

    fn done(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert!(output.status.success(), "{args:?}: {}", hosts::stderr(&output));
        hosts::stdout(&output)
    }

    /// Runs plugins over the market and gives the report.
    fn report(&self, plugins: &[String], more: &[&str]) -> Value {
        let plugins: Vec<&str> = plugins.iter().map(String::as_str).collect();
        self.done(&[&["run"], &plugins[..], &["--data", "market", "--show", "0"], more].concat());
        serde_json::from_str(&self.done(&["report", "last", "--json"])).unwrap()
    }
}

fn plugin(name: &str, entry: &str) -> String {
    format!("{}#{entry}", guests::path(name).display())
}

fn pattern<'a>(report: &'a Value, plugin: &str, name: &str) -> &'a Value {
    let patterns = report["patterns"].as_array().unwrap();
    patterns.iter().find(|of| of["plugin"] == plugin && of["pattern"] == name).unwrap()
}

fn number(value: &Value, name: &str) -> f64 {
    value[name].as_f64().unwrap_or_else(|| panic!("{name} in {value}"))
}

#[test]
fn a_near_target_with_a_far_stop_gains_nothing() {
    let desk = Desk::new(&SynthOptions { seed: 3, symbols: 4, days: 2400, minutes: false, null: true, chains: false });
    let report = desk.report(&[plugin("cheats", "near_target")], &[]);
    let of = pattern(&report, "near_target", "up");
    // it looks splendid until it is compared
    assert!(number(of, "hit_rate") > 0.9 && number(of, "episodes") > 500.0, "{of}");
    let base = number(of, "base_rate");
    assert!((number(of, "hit_rate_low")..=number(of, "hit_rate_high")).contains(&base), "{of}");
    let gain = number(of, "forward_return_mean") - number(of, "base_forward_return_mean");
    assert!(gain.abs() < 0.002, "{of}");
}

#[test]
fn a_level_that_is_touched_already_gains_nothing() {
    let desk = Desk::new(&SynthOptions { seed: 4, symbols: 6, days: 2500, minutes: false, null: true, chains: false });
    let report = desk.report(&[plugin("cheats", "wick")], &[]);
    let of = pattern(&report, "wick", "hold");
    let base = number(of, "base_rate");
    assert!(number(of, "episodes") > 300.0, "{of}");
    assert!((number(of, "hit_rate_low")..=number(of, "hit_rate_high")).contains(&base), "{of}");
}

#[test]
fn what_was_known_already_gains_nothing() {
    let desk = Desk::new(&SynthOptions { seed: 6, symbols: 4, days: 2000, minutes: false, null: true, chains: false });
    let report = desk.report(&[plugin("cheats", "stale")], &[]);
    let of = pattern(&report, "stale", "week");
    let base = number(of, "base_rate");
    assert!(number(of, "episodes") > 100.0, "{of}");
    assert!((number(of, "hit_rate_low")..=number(of, "hit_rate_high")).contains(&base), "{of}");
}

#[test]
fn a_pattern_that_is_declared_in_two_ways_is_counted_in_two_lines() {
    let desk = Desk::new(&SynthOptions { seed: 8, symbols: 2, days: 400, minutes: false, null: true, chains: false });
    let report = desk.report(&[plugin("cheats", "twofaced")], &[]);
    let rules: Vec<&str> =
        report["patterns"].as_array().unwrap().iter().map(|of| of["rule"].as_str().unwrap()).collect();
    assert_eq!(rules, ["forward-return min 0", "forward-return min 0.9"]);
}

#[test]
fn a_stretched_horizon_gains_nothing_and_one_beyond_the_plan_is_a_fault() {
    let desk = Desk::new(&SynthOptions { seed: 5, symbols: 4, days: 1500, minutes: false, null: false, chains: false });
    let report = desk.report(&[plugin("cheats", "stretcher")], &[]);
    let of = pattern(&report, "stretcher", "up");
    let base = number(of, "base_rate");
    assert!((number(of, "hit_rate_low")..=number(of, "hit_rate_high")).contains(&base), "{of}");
    // what overlaps is no evidence: 1,500 rows hold six horizons, not five hundred predictions
    assert!(number(of, "detections") == 2000.0 && number(of, "episodes") <= 24.0, "{of}");
    let output = desk.run(&["run", &plugin("cheats", "stretcher"), "--data", "market", "--param", "horizon=longer"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(hosts::stdout(&output).contains("a horizon of 2500, 250 at most"), "{}", hosts::stdout(&output));
}

#[test]
fn the_numbers_of_a_report_can_be_counted_again_from_what_was_said() {
    let desk = Desk::new(&SynthOptions { seed: 7, symbols: 3, days: 900, minutes: false, null: false, chains: false });
    let report = desk.report(&[plugin("vpa", "vpa"), plugin("trend", "trend"), plugin("gex", "gex")], &[]);
    // (plugin, pattern) by node and direction: (row, outcome's row and label)
    type Runs = BTreeMap<(String, String), BTreeMap<(String, String), Vec<(u64, u64)>>>;
    let (mut said, mut known, mut detections) = (Runs::new(), BTreeMap::new(), BTreeMap::new());
    for line in desk.done(&["show", "last", "--json"]).lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let text = |name: &str| line[name].as_str().unwrap().to_owned();
        match line["what"].as_str().unwrap() {
            "detection" => {
                let key = (text("node").split('@').next().unwrap().to_owned(), text("pattern"));
                *detections.entry(key.clone()).or_insert(0) += 1;
                if line["judged"] == "yes" {
                    let run = said.entry(key).or_default().entry((text("node"), text("direction"))).or_default();
                    run.push((line["row"].as_u64().unwrap(), line["detection"].as_u64().unwrap()));
                }
            }
            "outcome" => {
                let number = line["detection"].as_u64().unwrap();
                let row = line["row"].as_u64().unwrap();
                known.insert((text("node"), number), (row, text("label")));
            }
            _ => {}
        }
    }
    let mut seen = 0;
    for of in report["patterns"].as_array().unwrap() {
        let key = (of["plugin"].as_str().unwrap().to_owned(), of["pattern"].as_str().unwrap().to_owned());
        let mut counts: BTreeMap<&str, f64> = BTreeMap::new();
        for ((node, _), run) in said.get(&key).into_iter().flatten() {
            let mut free = 0;
            for (row, number) in run {
                if *row < free {
                    continue;
                }
                let known = known.get(&(node.clone(), *number));
                free = known.map_or(u64::MAX, |(row, _)| *row);
                *counts.entry(known.map_or("pending", |(_, label)| label)).or_default() += 1.0;
            }
        }
        let count = |label: &str| counts.get(label).copied().unwrap_or(0.0);
        assert_eq!(number(of, "detections"), f64::from(detections.get(&key).copied().unwrap_or(0)), "{key:?}");
        let names = ["hits", "misses", "timeouts", "voids", "pending"];
        for (name, label) in names.into_iter().zip(["hit", "miss", "timeout", "void", "pending"]) {
            assert_eq!(number(of, name), count(label), "{key:?} {name}");
        }
        assert_eq!(number(of, "episodes"), counts.values().sum::<f64>(), "{key:?}");
        let decided = count("hit") + count("miss") + count("timeout");
        if decided > 0.0 {
            assert_eq!(number(of, "hit_rate"), count("hit") / decided, "{key:?}");
            assert!((0.0..=1.0).contains(&number(of, "base_rate")), "{of}");
            seen += 1;
        }
    }
    assert!(seen >= 10, "{seen} patterns were decided");
}

#[test]
fn the_page_of_a_run_opens_with_its_candles_and_marks() {
    let desk = Desk::new(&SynthOptions { seed: 9, symbols: 2, days: 400, minutes: false, null: false, chains: false });
    desk.report(&[plugin("trend", "trend"), plugin("cheats", "near_target")], &[]);
    let said = desk.done(&["report", "last", "--html", "report.html"]);
    assert!(said.contains("near_target/up") && said.contains("page: report.html"), "{said}");
    if browser::chromium().is_none() {
        assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "no browser in CI");
        println!("skipped: no chromium; install one or set TAPEWRIGHT_CHROMIUM");
        return;
    }
    let page = desk.folder.path().join("report.html");
    let dom = browser::open(&page, "", 1400, 1800, None);
    let root = dom.split_once("<html").unwrap().1.split_once('>').unwrap().0;
    for wanted in ["data-ready=\"true\"", "data-errors=\"0\"", "data-bars=\"400\""] {
        assert!(root.contains(wanted), "{wanted} is not in {root}");
    }
    let marks: usize = root.split_once("data-marks=\"").unwrap().1.split('"').next().unwrap().parse().unwrap();
    assert!(marks > 50, "{root}");
}

#[test]
fn runs_are_listed_shown_and_reported_on_after_their_data_moved() {
    let desk = Desk::new(&SynthOptions { seed: 9, symbols: 1, days: 300, minutes: false, null: false, chains: false });
    let none = desk.run(&["report", "last"]);
    assert_eq!(none.status.code(), Some(2));
    assert!(hosts::stderr(&none).contains("no run is kept"), "{}", hosts::stderr(&none));
    desk.report(&[plugin("trend", "trend")], &["--from", "2015-03-01", "--to", "2015-12-01"]);
    let list: Value = serde_json::from_str(&desk.done(&["list", "--json"])).unwrap();
    assert_eq!((&list["run"], &list["plugins"][0]), (&1.into(), &"trend".into()));
    assert!(desk.done(&["list"]).contains("SYN01"));
    let shown = desk.done(&["show", "1", "--show", "3"]);
    assert!(shown.contains("trend@SYN01") && shown.contains("more; tapewright show 1"), "{shown}");
    let before = desk.done(&["report", "1", "--json"]);
    let market = desk.folder.path().join("market");
    std::fs::rename(&market, desk.folder.path().join("elsewhere")).unwrap();
    let gone = desk.run(&["report", "1"]);
    assert_eq!(gone.status.code(), Some(2));
    assert!(hosts::stderr(&gone).contains("say where to with --data"), "{}", hosts::stderr(&gone));
    assert_eq!(desk.done(&["report", "1", "--json", "--data", "elsewhere"]), before);
    damaged(&desk, Path::new("elsewhere"));
}

/// Other data under the same name is not taken for it.
fn damaged(desk: &Desk, data: &Path) {
    let file = desk.folder.path().join(data).join("SYN01.parquet");
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let output = desk.run(&["report", "1", "--data", &data.display().to_string()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(hosts::stderr(&output).contains("this is not the data of run 1"), "{}", hosts::stderr(&output));
    let empty = desk.run(&["run", &plugin("trend", "trend"), "--data", "elsewhere", "--from", "2100-01-01"]);
    assert_eq!(empty.status.code(), Some(2));
    assert!(hosts::stderr(&empty).contains("--from and --to leave no row"), "{}", hosts::stderr(&empty));
}
