//! The commands, typed as a user types them.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tapewright_tests::{guests, hosts, markets};

struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    /// A folder with the kit, a data file and a home.
    fn new(rows: usize) -> Desk {
        let folder = tempfile::tempdir().unwrap();
        for guest in ["kit", "hoarder"] {
            std::fs::copy(guests::path(guest), folder.path().join(format!("{guest}.wasm"))).unwrap();
        }
        std::fs::write(folder.path().join("bars.csv"), markets::csv(&markets::five(rows))).unwrap();
        Desk { folder }
    }

    fn command(&self, host: &Path, args: &[&str]) -> Command {
        let mut command = Command::new(host);
        command.current_dir(&self.folder).args(args).env("TAPEWRIGHT_HOME", self.folder.path().join("home"));
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(hosts::debug(), args).output().unwrap()
    }
}

fn last_line(output: &Output) -> Value {
    let text = hosts::stdout(output);
    serde_json::from_str(text.lines().last().unwrap_or_else(|| panic!("{}", hosts::stderr(output)))).unwrap()
}

/// The whole kit in one run; the trap makes it end with 1.
const KIT: [&str; 17] = [
    "run",
    "kit.wasm#bracket",
    "kit.wasm#daily",
    "kit.wasm#ema_cross",
    "kit.wasm#follower",
    "kit.wasm#late_pivot",
    "kit.wasm#learner",
    "kit.wasm#rank",
    "kit.wasm#smuggler",
    "kit.wasm#trailing",
    "kit.wasm#trap_at",
    "hoarder.wasm",
    "--data",
    "bars.csv",
    "--param",
    "at=100",
    "--json",
];

#[test]
fn debug_and_release_hosts_say_the_same() {
    let desk = Desk::new(300);
    let said = |host: &Path| {
        let output = desk.command(host, &KIT).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{}", hosts::stderr(&output));
        let digest = last_line(&output)["digest"].as_str().unwrap().to_owned();
        let text = hosts::stdout(&output);
        let records: Vec<String> = text.lines().rev().skip(1).map(ToOwned::to_owned).collect();
        (digest, records)
    };
    let (debug, release) = (said(hosts::debug()), said(hosts::release()));
    assert!(debug.1.len() > 1000);
    assert_eq!(debug, release);
}

#[test]
fn a_component_with_several_entries_wants_one_named() {
    let desk = Desk::new(10);
    let output = desk.run(&["run", "kit.wasm", "--data", "bars.csv"]);
    assert_eq!(output.status.code(), Some(2));
    let said = hosts::stderr(&output);
    for entry in ["#late_pivot (detector)", "#trailing (strategy)", "holds several entries"] {
        assert!(said.contains(entry), "{said}");
    }
}

#[test]
fn inspect_shows_what_a_component_is_and_the_plan_of_an_entry() {
    let desk = Desk::new(10);
    let output = desk.run(&["inspect", "kit.wasm#ema_cross", "--param", "fast=3"]);
    let said = hosts::stdout(&output);
    let digest = tapewright_model::Digest::of_file(&std::fs::read(guests::path("kit")).unwrap()).to_string();
    for part in [
        digest.as_str(),
        "imports    tapewright:signal/log@0.1.0",
        "kinds      detector, strategy, feedback",
        "--param fast=12  Period in rows (a whole number from 1 to 1000)",
        "plan of detector `ema_cross` fast=3 slow=26",
        "reads      open, high, low, close, volume, vwap",
        "pattern    cross  Fast over or under slow; judged by forward-return over 20 rows",
        "rustc 1.",
    ] {
        assert!(said.contains(part), "`{part}` is not in\n{said}");
    }
    std::fs::copy(guests::path("fitted"), desk.folder.path().join("fitted.wasm")).unwrap();
    let output = desk.run(&["inspect", "fitted.wasm", "--json"]);
    let said: Value = serde_json::from_str(&hosts::stdout(&output)).unwrap();
    assert_eq!(said["refused"], "it needs a fitted artefact: none was loaded");
    assert_eq!(said["kinds"], serde_json::json!(["detector", "trainable"]));
    let output = desk.run(&["inspect", "kit.wasm#ema_cross", "--param", "fast=30", "--json"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(hosts::stderr(&output).contains("parameters fast, slow do not go together: fast must be below slow"));
}

#[test]
fn a_mistake_is_said_with_its_place_and_a_hint() {
    let desk = Desk::new(10);
    std::fs::write(desk.folder.path().join("bad.csv"), "time,close\n2024-01-03,x\n").unwrap();
    std::fs::write(desk.folder.path().join("text.wasm"), "not a component").unwrap();
    for (args, want) in [
        (&["run", "none.wasm", "--data", "bars.csv"][..], "none.wasm: No such file"),
        (
            &["run", "text.wasm", "--data", "bars.csv"],
            "text.wasm: it is not a WebAssembly component: it does not begin as WebAssembly does",
        ),
        (&["run", "kit.wasm#none", "--data", "bars.csv"], "kit.wasm holds no entry `none`"),
        (&["run", "kit.wasm#rank", "--data", "bad.csv"], "bad.csv:2: `x` in column `close` is not a number"),
        (
            &["run", "kit.wasm#rank", "--data", "bars.csv", "--param", "a=1"],
            "--param a=1: no plugin of this run takes it",
        ),
        (
            &["run", "kit.wasm#rank", "--data", "bars.csv", "--symbols", "ZZZ"],
            "there is no instrument ZZZ in the data (there are: AAA, BBB, CCC, DDD, EEE)",
        ),
        (&["run", "kit.wasm#follower", "--data", "bars.csv"], "no plugin of this run gives"),
        (&["run", "kit.wasm#rank", "kit.wasm#rank", "--data", "bars.csv"], "two plugins are called `rank`"),
        (&["run", "--resume", "77"], "there is no run 77 in"),
        (
            &[
                "run",
                "a=kit.wasm#follower",
                "b=kit.wasm#follower",
                "--data",
                "bars.csv",
                "--param",
                "a.output=b/close",
                "--param",
                "b.output=a/close",
                "--param",
                "strength=close",
                "--param",
                "age=close",
            ],
            "nodes read each other in a circle: a@AAA → b@AAA → a@AAA",
        ),
    ] {
        let output = desk.run(args);
        let said = hosts::stderr(&output);
        assert!(said.contains(want), "{args:?}: `{want}` is not in\n{said}");
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(!said.contains("panicked"), "{said}");
    }
}

#[test]
fn a_plugin_that_fails_is_named_and_the_run_goes_on() {
    let desk = Desk::new(300);
    let output = desk.run(&[
        "run",
        "kit.wasm#trap_at",
        "kit.wasm#rank",
        "--data",
        "bars.csv",
        "--param",
        "at=50",
        "--symbols",
        "AAA,BBB",
    ]);
    assert_eq!(output.status.code(), Some(1));
    let said = hosts::stdout(&output);
    assert!(said.contains("trap at row 50"), "{said}");
    assert!(said.contains("row 50 is where it ends"), "{said}");
}

#[test]
fn a_killed_run_is_resumed_to_the_digest_of_an_unbroken_one() {
    let desk = Desk::new(20_000);
    let args = ["run", "kit.wasm#learner", "kit.wasm#trailing", "--data", "bars.csv", "--threads", "1", "--json"];
    let whole = last_line(&desk.run(&args));
    let mut broken = 0;
    for patience_ms in [0, 150, 300, 450, 600, 750, 900, 1100, 1400, 1800] {
        let home = desk.folder.path().join(format!("home-{patience_ms}"));
        let mut command = desk.command(hosts::debug(), &args);
        command.env("TAPEWRIGHT_HOME", &home).stdout(std::process::Stdio::null());
        let mut child = command.spawn().unwrap();
        // from the moment the run is in the ledger
        let ledger = loop {
            match tapewright_ledger::Ledger::open(&home).ok().filter(|ledger| ledger.run(1).is_ok()) {
                Some(ledger) => break ledger,
                None => std::thread::yield_now(),
            }
        };
        let begun = std::time::Instant::now();
        while begun.elapsed().as_millis() < patience_ms && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // whatever it left, it opens, and a unit is there whole or not at all
        let done = ledger.units(1).unwrap();
        assert!(done.iter().all(|unit| ledger.segment_path(&unit.digest).exists()));
        broken += usize::from(done.len() < 10 && ledger.run(1).unwrap().digest.is_none());
        drop(ledger);
        let resumed = desk
            .command(hosts::debug(), &["run", "--resume", "1", "--json"])
            .env("TAPEWRIGHT_HOME", &home)
            .output()
            .unwrap();
        assert!(resumed.status.success(), "{}", hosts::stderr(&resumed));
        let resumed = last_line(&resumed);
        assert_eq!(resumed["digest"], whole["digest"], "killed after {patience_ms} ms");
        assert_eq!(resumed["units"].as_array().unwrap().len(), 10);
    }
    assert!(broken > 0, "no kill came in time");
}

#[test]
fn a_run_whose_data_changed_is_not_resumed() {
    let desk = Desk::new(50);
    assert!(desk.run(&["run", "kit.wasm#rank", "--data", "bars.csv"]).status.success());
    std::fs::write(desk.folder.path().join("bars.csv"), markets::csv(&markets::five(51))).unwrap();
    let output = desk.run(&["run", "--resume", "1"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(hosts::stderr(&output).contains("the data has changed since run 1"));
}

#[test]
fn a_damaged_segment_or_kept_component_is_not_resumed_from() {
    let desk = Desk::new(50);
    let whole = last_line(&desk.run(&["run", "kit.wasm#late_pivot", "--data", "bars.csv", "--json"]));
    let segment = whole["units"][0]["segment"].as_str().unwrap();
    let sound = std::fs::read(segment).unwrap();
    std::fs::write(segment, b"garbage").unwrap();
    let resumed = last_line(&desk.run(&["run", "--resume", "1", "--json"]));
    assert_eq!(resumed["digest"], whole["digest"]);
    assert_eq!(std::fs::read(segment).unwrap(), sound, "the segment is written anew");
    let digest = tapewright_model::Digest::of_file(&std::fs::read(guests::path("kit")).unwrap());
    let kept = desk.folder.path().join(format!("home/plugins/{digest}.wasm"));
    std::fs::write(&kept, b"\0asm").unwrap();
    let output = desk.run(&["run", "--resume", "1"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(hosts::stderr(&output).contains("the kept component of `late_pivot` is missing or damaged"));
    assert!(desk.run(&["run", "kit.wasm#late_pivot", "--data", "bars.csv"]).status.success());
    assert!(desk.run(&["run", "--resume", "1"]).status.success(), "a new run keeps it anew");
}

#[test]
fn a_reader_that_goes_away_ends_the_command_quietly() {
    let desk = Desk::new(2000);
    let mut command = desk.command(hosts::debug(), &["run", "kit.wasm#late_pivot", "--data", "bars.csv", "--json"]);
    let mut child = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(!hosts::stderr(&output).contains("panicked"), "{}", hosts::stderr(&output));
}

#[test]
fn no_control_character_reaches_the_terminal() {
    let desk = Desk::new(10);
    std::fs::write(desk.folder.path().join("esc.csv"), "time,close,\u{1b}[31mhigh\n2024-01-03,1,1\n").unwrap();
    let output = desk.run(&["run", "kit.wasm#late_pivot", "--data", "esc.csv"]);
    assert_eq!(output.status.code(), Some(2));
    let said = hosts::stderr(&output);
    assert!(said.contains("esc.csv: ") && !said.contains('\u{1b}'), "{said:?}");
}

#[test]
fn output_columns_are_shown_when_they_are_asked_for() {
    let desk = Desk::new(100);
    let args = ["run", "kit.wasm#daily", "--data", "bars.csv", "--symbols", "AAA"];
    assert!(!hosts::stdout(&desk.run(&args)).contains("gap="));
    let output = desk.run(&[&args[..], &["--columns", "--json"]].concat());
    let lines: Vec<Value> = hosts::stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.iter().filter(|line| line["what"] == "columns").count(), 100);
    assert!(lines[99]["columns"]["gap"].is_number(), "{}", lines[99]);
}

#[test]
fn a_plugin_that_fails_at_once_ends_with_three() {
    let desk = Desk::new(10);
    let output = desk.run(&["run", "kit.wasm#rank", "--data", "bars.csv", "--fuel-per-call", "100"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(hosts::stderr(&output).contains("out of fuel: plugin `rank`"));
}
