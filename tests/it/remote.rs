//! Stores elsewhere: a real S3 server on loopback.

use std::path::Path;
use std::process::{Command, Output};

use tapewright_tests::{guests, hosts, markets, s3};

struct Desk {
    folder: tempfile::TempDir,
    endpoint: String,
}

impl Desk {
    fn new() -> Desk {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("server/bucket")).unwrap();
        let address = s3::serve(&folder.path().join("server"));
        std::fs::write(folder.path().join("bars.csv"), markets::csv(&markets::five(200))).unwrap();
        Desk { folder, endpoint: format!("http://{address}") }
    }

    fn run(&self, home: &str, args: &[&str]) -> Output {
        let mut command = Command::new(hosts::debug());
        command.current_dir(&self.folder).args(args).env("TAPEWRIGHT_HOME", self.folder.path().join(home));
        command.env("AWS_ACCESS_KEY_ID", s3::USER.0).env("AWS_SECRET_ACCESS_KEY", s3::USER.1);
        command.env("AWS_ENDPOINT", &self.endpoint).env("AWS_ALLOW_HTTP", "true").env("AWS_REGION", "us-east-1");
        command.output().unwrap()
    }

    fn ok(&self, home: &str, args: &[&str]) -> String {
        let output = self.run(home, args);
        assert!(output.status.success(), "{args:?}: {}", hosts::stderr(&output));
        hosts::stdout(&output)
    }

    fn object(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join("server/bucket/market").join(name)
    }
}

const URL: &str = "s3://bucket/market";

fn digest(text: &str) -> String {
    let last = text.lines().last().unwrap();
    serde_json::from_str::<serde_json::Value>(last).unwrap()["digest"].as_str().unwrap().to_owned()
}

#[test]
fn a_store_elsewhere_is_imported_into_shown_and_run_on_like_a_folder() {
    let desk = Desk::new();
    desk.ok("home", &["import", "bars.csv", "--into", URL, "--repair"]);
    assert!(desk.object("tapewright.json").is_file() && !desk.object(".lock").exists());
    desk.ok("home", &["import", "bars.csv", "--into", "here", "--repair"]);
    let kit = guests::path("kit").display().to_string();
    let run = |home: &str, data: &str| {
        digest(&desk.ok(home, &["run", &format!("{kit}#ema_cross"), "--data", data, "--json"]))
    };
    // from the mirror of whoever imported it, from nothing, and from a folder
    assert_eq!(run("home", URL), run("other-home", URL));
    assert_eq!(run("home", URL), run("home", "here"));
    assert!(desk.ok("third-home", &["data", URL]).contains("AAA"));
}

#[test]
fn what_has_not_changed_is_not_fetched_again_and_what_has_is() {
    let desk = Desk::new();
    desk.ok("home", &["import", "bars.csv", "--into", URL, "--repair"]);
    let bars = desk.ok("other", &["data", URL]);
    let mirror = walk(&desk.folder.path().join("other/mirrors"));
    let written = |path: &Path| std::fs::metadata(path).unwrap().modified().unwrap();
    let table = mirror.iter().find(|path| path.ends_with("AAA.parquet")).unwrap();
    let before = written(table);
    assert_eq!(desk.ok("other", &["data", URL]), bars);
    assert_eq!(written(table), before);
    // somebody else adds to it
    let more = markets::csv(&markets::five(300));
    std::fs::write(desk.folder.path().join("bars.csv"), more).unwrap();
    desk.ok("home", &["import", "bars.csv", "--into", URL, "--repair"]);
    assert_ne!(desk.ok("other", &["data", URL]), bars);
    assert_ne!(written(table), before);
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() { open.push(path) } else { files.push(path) }
        }
    }
    files
}

#[test]
fn two_imports_do_not_write_into_one_store_at_a_time() {
    let desk = Desk::new();
    desk.ok("home", &["import", "bars.csv", "--into", URL, "--repair"]);
    std::fs::write(desk.object(".lock"), "process 1\n").unwrap();
    let refused = desk.run("home", &["import", "bars.csv", "--into", URL, "--repair"]);
    let said = hosts::stderr(&refused);
    assert_eq!(refused.status.code(), Some(2));
    assert!(said.contains("somebody else writes into it") && said.contains("market/.lock"), "{said}");
    std::fs::remove_file(desk.object(".lock")).unwrap();
    desk.ok("home", &["import", "bars.csv", "--into", URL, "--repair"]);
}

#[test]
fn what_cannot_be_reached_is_said_in_a_line() {
    let desk = Desk::new();
    for (url, wanted) in [
        ("s3://nobody/market", "s3://nobody/market"),
        ("gs://bucket/market", "wanted a folder, or s3://bucket/folder"),
        ("s3://", "names no bucket"),
    ] {
        let refused = desk.run("home", &["data", url]);
        let said = hosts::stderr(&refused);
        assert_eq!(refused.status.code(), Some(2), "{url}: {said}");
        assert!(said.contains(wanted), "{url}: {said}");
    }
}
