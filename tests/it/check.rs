//! `tapewright check`: who peeks, forgets or grows is named with the row; who is honest passes.

use std::process::Command;

use serde_json::Value;
use tapewright_tests::{guests, hosts};

struct Checked {
    code: Option<i32>,
    said: Value,
}

impl Checked {
    /// A line's verdict and reason.
    fn line(&self, property: &str) -> (&str, &str) {
        let lines = self.said["entries"][0]["checked"]["lines"].as_array().unwrap();
        let line = lines.iter().find(|line| line["property"] == property);
        let line = line.unwrap_or_else(|| panic!("no {property} in {:#}", self.said));
        (line["verdict"].as_str().unwrap(), line["why"].as_str().unwrap())
    }
}

fn check(plugin: &str, more: &[&str]) -> Checked {
    let home = tempfile::tempdir().unwrap();
    let mut command = Command::new(hosts::debug());
    command.args(["check", plugin, "--json"]).args(more).env("TAPEWRIGHT_HOME", home.path());
    let output = command.output().unwrap();
    let said = serde_json::from_str(&hosts::stdout(&output)).unwrap_or_else(|_| panic!("{}", hosts::stderr(&output)));
    Checked { code: output.status.code(), said }
}

fn peeker(entry: &str) -> String {
    format!("{}#{entry}", guests::path("peekers").display())
}

#[test]
fn who_peeks_is_caught_with_the_row_and_both_answers() {
    for entry in ["maximum", "last_row", "length", "backdated"] {
        let checked = check(&peeker(entry), &[]);
        assert_eq!(checked.code, Some(1), "{entry}");
        for property in ["push-invariance", "no-peeking"] {
            let (verdict, why) = checked.line(property);
            assert_eq!(verdict, "fail", "{entry}: {property}: {why}");
            assert!(why.starts_with("row ") && why.contains(" | "), "{entry}: {why}");
        }
        // alone with one row it has nothing to peek at, and it is always the same
        assert_eq!(checked.line("determinism").0, "pass", "{entry}");
        assert_eq!(checked.line("limits").0, "pass", "{entry}");
    }
}

#[test]
fn a_promise_to_remember_is_held_or_broken_bit_for_bit() {
    let broken = check(&peeker("forgetful"), &[]);
    let (verdict, why) = broken.line("memory");
    assert_eq!((broken.code, verdict), (Some(1), "fail"), "{why}");
    assert!(why.contains("from the promised 3 rows alone"), "{why}");
    let held = check(&peeker("honest"), &[]);
    assert_eq!((held.code, held.line("memory").0), (Some(0), "pass"), "{:#}", held.said);
    // what three rows decide two do not
    let table = held.said["entries"][0]["checked"]["memory"].as_array().unwrap().clone();
    let alike = |rows: u64| table.iter().find(|row| row["rows"] == rows).unwrap()["alike"].as_u64().unwrap();
    assert_eq!((alike(2), alike(4)), (0, 32));
}

#[test]
fn who_grows_with_the_rows_is_told() {
    let checked = check(&peeker("leaky"), &[]);
    let (verdict, why) = checked.line("endurance");
    assert_eq!((checked.code, verdict), (Some(1), "fail"), "{why}");
}

#[test]
fn the_reference_plugins_and_the_kit_raise_no_alarm() {
    let kit = guests::path("kit").display().to_string();
    let plugins = ["vpa", "trend", "gex"].map(|name| guests::path(name).display().to_string());
    let entries =
        ["late_pivot", "rank", "learner", "trailing", "daily", "bracket"].map(|entry| format!("{kit}#{entry}"));
    for plugin in plugins.iter().chain(&entries) {
        let checked = check(plugin, &[]);
        assert_eq!(checked.code, Some(0), "{plugin}: {:#}", checked.said);
    }
}

#[test]
fn a_page_and_a_table_say_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("check.html");
    let mut command = Command::new(hosts::debug());
    command.args(["check", &peeker("maximum"), "--html", page.to_str().unwrap()]);
    let output = command.env("TAPEWRIGHT_HOME", folder.path()).output().unwrap();
    let said = hosts::stdout(&output);
    assert!(said.contains("FAIL") && said.contains("2 properties failed"), "{said}");
    let page = std::fs::read_to_string(page).unwrap();
    assert_eq!(page.matches("class=\"fail\"").count(), 2);
}
