//! What a plugin asks for, how it is granted, and that nothing else can be.

use std::path::{Path, PathBuf};
use std::process::Output;

use expect_test::{Expect, expect};
use serde_json::Value;
use tapewright_engine::{Limits, OpenError};
use tapewright_model::{Digest, FaultKind};
use tapewright_replay::{Binding, Graph, GraphError, RunOptions};
use tapewright_tests::{guests, hosts, markets, runs};

/// The kit's plugin that asks for memory, granted so many MiB.
fn hungry(asked: &str, granted: u64) -> Binding {
    let binding = guests::bind(&guests::load("kit"), "hungry", &[("mib", asked)]);
    Binding { limits: Limits { memory_bytes_granted: granted << 20, ..Limits::default() }, ..binding }
}

#[test]
fn a_plugin_gets_what_it_asks_for_when_it_is_granted_and_not_a_byte_of_what_it_does_not_ask_for() {
    let market = || markets::five(3);
    let ran = runs::keep(&runs::request(market(), vec![hungry("128", 128)]), &RunOptions::default());
    assert_eq!(ran.fault("hungry@AAA"), None);
    assert_eq!(ran.columns("hungry@AAA")[0].1, [120.0]);
    // granted 128 MiB, asked for one: it has what every plugin has
    let binding = Binding { alias: "modest".into(), ..hungry("1", 128) };
    let ran = runs::keep(&runs::request(market(), vec![binding]), &RunOptions::default());
    assert_eq!(ran.fault("modest@AAA"), None);
    let hoarder = guests::bind(&guests::load("hoarder"), "hoarder", &[]);
    let limits = Limits { memory_bytes_granted: 1 << 30, ..Limits::default() };
    let plugin = hoarder.plugin.clone();
    let symbols = [markets::symbol("SPY")];
    let opening = tapewright_engine::Opening {
        plugin: "hoarder",
        kind: hoarder.kind,
        entry: "hoarder",
        symbols: &symbols,
        params: &hoarder.params,
        artefact: None,
        limits: &limits,
    };
    let rows = 100;
    let times: Vec<i64> = (0..rows).collect();
    let values = vec![1.0; times.len()];
    let fault = plugin.open(&opening).unwrap().push(&times, tapewright_engine::Values::Flat(&values)).unwrap_err();
    assert_eq!(fault.kind, FaultKind::OutOfMemory, "it did not ask, so the grant is nothing to it");
    let request = runs::request(market(), vec![hungry("129", 128)]);
    let error = Graph::new(&request).err().unwrap();
    let GraphError::Open { error: OpenError::MemoryNotGranted { component, asked, granted }, .. } = error else {
        panic!("{error}");
    };
    assert_eq!((component, asked, granted), (guests::load("kit").digest(), 129 << 20, 128 << 20));
}

#[test]
fn a_grant_is_part_of_what_a_run_is() {
    let key = |granted| runs::request(markets::five(3), vec![hungry("128", granted)]).key().unwrap();
    assert_eq!(key(128), key(128));
    assert_ne!(key(128), key(129));
}

struct Desk {
    folder: tempfile::TempDir,
    digest: Digest,
}

impl Desk {
    /// A folder with the kit, a data file and a home.
    fn new() -> Desk {
        let folder = tempfile::tempdir().unwrap();
        std::fs::copy(guests::path("kit"), folder.path().join("kit.wasm")).unwrap();
        std::fs::write(folder.path().join("bars.csv"), markets::csv(&markets::five(3))).unwrap();
        std::fs::create_dir(folder.path().join("home")).unwrap();
        Desk { folder, digest: guests::load("kit").digest() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text.replace("DIGEST", &self.digest.to_string())).unwrap();
    }

    fn run(&self, args: &[&str]) -> Output {
        let mut command = std::process::Command::new(hosts::debug());
        command.current_dir(&self.folder).args(args).env("TAPEWRIGHT_HOME", "home").output().unwrap()
    }

    /// The plugin alone, on one instrument.
    fn hungry(&self, more: &[&str]) -> Output {
        self.run(&[&["run", "kit.wasm#hungry", "--data", "bars.csv", "--symbols", "AAA", "--json"], more].concat())
    }

    /// With what it ends, and what it says to standard error.
    fn said(&self, output: &Output, want: Expect) {
        let said = hosts::stderr(output).replace(&self.digest.to_string(), "DIGEST");
        want.assert_eq(&format!("{}: {said}", output.status.code().unwrap()));
    }
}

#[test]
fn what_is_asked_for_is_shown_refused_with_the_lines_to_add_and_granted_by_them() {
    let desk = Desk::new();
    let asks = |config: &[&str]| {
        let output = desk.run(&[&["inspect", "kit.wasm#hungry"], config].concat());
        let said = hosts::stdout(&output).replace(&desk.digest.to_string(), "DIGEST");
        let lines = said.lines().skip_while(|line| !line.contains("asks for  "));
        let lines: Vec<&str> = lines.filter(|line| !line.contains("output")).collect();
        // without the first line's indent, which a text alone does not keep
        lines.join("\n").trim().to_owned()
    };
    expect![[r#"
        asks for   134217728 bytes of memory: not granted

        hint: grant it in home/tapewright.toml:
          [grant."DIGEST"]
          memory_mib = 128"#]]
    .assert_eq(&asks(&[]));
    desk.said(
        &desk.hungry(&[]),
        expect![[r#"
        2: error: `hungry@AAA` does not open: its plan asks for 134217728 bytes of memory, 67108864 are granted
        hint: grant it in home/tapewright.toml:
          [grant."DIGEST"]
          memory_mib = 128
        or for one run: --grant-memory 128
    "#]],
    );
    // the very lines
    let said = hosts::stderr(&desk.hungry(&[]));
    let (_, lines) = said.split_once("tapewright.toml:\n").unwrap();
    let lines: String = lines.lines().take(2).map(|line| format!("{line}\n")).collect();
    desk.write("home/tapewright.toml", &lines);
    expect![[r#"asks for   134217728 bytes of memory: granted by [grant."DIGEST"] of home/tapewright.toml"#]]
        .assert_eq(&asks(&[]));
    assert!(desk.hungry(&[]).status.success());
    // another file than the one in the home folder stands in its place
    desk.write("strict.toml", "[grant.\"*\"]\nmemory_mib = 100\n");
    expect![[r#"
        asks for   134217728 bytes of memory: not granted: [grant."*"] of strict.toml grants 104857600 bytes

        hint: grant it in strict.toml:
          [grant."DIGEST"]
          memory_mib = 128"#]]
    .assert_eq(&asks(&["--config", "strict.toml"]));
    assert_eq!(desk.hungry(&["--config", "strict.toml"]).status.code(), Some(2));
    assert!(desk.hungry(&["--config", "strict.toml", "--grant-memory", "128"]).status.success());
    assert!(desk.hungry(&["--config", "strict.toml", "--grant-memory", "hungry=128"]).status.success());
    let json = desk.run(&["inspect", "kit.wasm#hungry", "--config", "strict.toml", "--json"]);
    let json: Value = serde_json::from_str(&hosts::stdout(&json)).unwrap();
    let want = serde_json::json!({ "memory_bytes": 128 << 20, "memory_bytes_granted": 100 << 20, "granted": false });
    assert_eq!(json["asks"], want);
}

#[test]
fn a_file_that_says_anything_else_is_refused_with_its_line() {
    let desk = Desk::new();
    desk.said(
        &desk.hungry(&["--config", "none.toml"]),
        expect![[r#"
        2: error: none.toml: No such file or directory (os error 2)
    "#]],
    );
    desk.write("home/tapewright.toml", "[grant.\"*\"]\nmemory_mib = 128\nnetwork = true\n");
    desk.said(
        &desk.hungry(&[]),
        expect![[r#"
        2: error: home/tapewright.toml:3: unknown field `network`, expected `memory_mib`
        hint: it holds grants alone, such as
          [grant."*"]
          memory_mib = 256
    "#]],
    );
    desk.write("home/tapewright.toml", "[grant.hungry]\nmemory_mib = 128\n");
    desk.said(
        &desk.hungry(&[]),
        expect![[r#"
        2: error: home/tapewright.toml:1: `hungry` is no digest (64 hexadecimal digits in lower case) and not `*`
        hint: `tapewright inspect FILE.wasm` shows a component's digest
    "#]],
    );
    desk.write("home/tapewright.toml", "[grant.\"*\"]\nmemory_mib = \"much\"\n");
    desk.said(
        &desk.run(&["inspect", "kit.wasm#hungry"]),
        expect![[r#"
        2: error: home/tapewright.toml:2: invalid type: string "much", expected u64
        hint: it holds grants alone, such as
          [grant."*"]
          memory_mib = 256
    "#]],
    );
    std::fs::write(desk.path("home/tapewright.toml"), [0xff, 0xfe]).unwrap();
    desk.said(
        &desk.hungry(&[]),
        expect![[r#"
        2: error: home/tapewright.toml: it is not text: invalid utf-8 sequence of 1 bytes from index 0
    "#]],
    );
    std::fs::write(desk.path("home/tapewright.toml"), vec![b'#'; (1 << 20) + 1]).unwrap();
    desk.said(
        &desk.hungry(&[]),
        expect![[r#"
        2: error: home/tapewright.toml: it has more than 1048576 bytes
    "#]],
    );
    std::fs::remove_file(desk.path("home/tapewright.toml")).unwrap();
    desk.said(
        &desk.hungry(&["--grant-memory", "vpa=128"]),
        expect![[r#"
        2: error: --grant-memory vpa=…: no plugin of this run is called `vpa` (there are: hungry)
    "#]],
    );
    for mib in ["63", "much", "65537", "Big=128"] {
        assert_eq!(desk.hungry(&["--grant-memory", mib]).status.code(), Some(2), "{mib}");
    }
}

#[test]
fn a_run_is_not_resumed_with_a_grant_that_was_changed_or_withdrawn() {
    let desk = Desk::new();
    desk.write("home/tapewright.toml", "[grant.DIGEST]\nmemory_mib = 128\n");
    assert!(desk.hungry(&[]).status.success());
    let resumed = || desk.run(&["run", "--resume", "1", "--json"]);
    assert!(resumed().status.success());
    desk.write("home/tapewright.toml", "[grant.DIGEST]\nmemory_mib = 256\n");
    desk.said(
        &resumed(),
        expect![[r#"
            2: error: the grants have changed since this run began: `hungry` had 128 MiB of memory, and now has 256
            hint: grant it in home/tapewright.toml:
              [grant."DIGEST"]
              memory_mib = 128
            or run it anew
        "#]],
    );
    desk.write("home/tapewright.toml", "");
    desk.said(
        &resumed(),
        expect![[r#"
            2: error: the grants have changed since this run began: `hungry` had 128 MiB of memory, and now has 64
            hint: grant it in home/tapewright.toml:
              [grant."DIGEST"]
              memory_mib = 128
            or run it anew
        "#]],
    );
    // what it said can still be read: no row is pushed
    assert!(desk.run(&["show", "1"]).status.success());
    // a grant by flag is the run's own
    assert!(desk.hungry(&["--grant-memory", "128"]).status.success());
    let resumed = desk.run(&["run", "--resume", "2", "--json"]);
    assert!(resumed.status.success(), "{}", hosts::stderr(&resumed));
}

#[cfg(unix)]
#[test]
fn the_file_in_the_home_folder_is_no_link_out_of_it() {
    let desk = Desk::new();
    desk.write("outside.toml", "[grant.\"*\"]\nmemory_mib = 128\n");
    std::os::unix::fs::symlink(Path::new("../outside.toml"), desk.path("home/tapewright.toml")).unwrap();
    desk.said(
        &desk.hungry(&[]),
        expect![[r#"
        2: error: home/tapewright.toml: a path led outside of the filesystem
        hint: it may be no link out of the home folder; name the file with --config
    "#]],
    );
    assert!(desk.hungry(&["--config", "outside.toml"]).status.success());
}
