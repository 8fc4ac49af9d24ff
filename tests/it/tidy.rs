//! The house's rules that a machine can check.

use std::path::{Path, PathBuf};

use tapewright_tests::guests::root;

fn sources(folder: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![root().join(folder)];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() && !entry.ends_with("target") {
                open.push(entry);
            } else if entry.extension().is_some_and(|extension| extension == "rs") {
                files.push(entry);
            }
        }
    }
    files
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().display().to_string()
}

#[test]
fn files_say_what_they_are_and_are_named_by_a_noun() {
    let mut wrong = Vec::new();
    for path in ["host", "sdk", "plugins", "examples", "tests"].into_iter().flat_map(sources) {
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if !text.starts_with("//!") {
            wrong.push(format!("{} does not open with //!", shown(&path)));
        }
        if ["utils", "helpers", "common", "misc", "manager", "mod"].contains(&name.as_str()) {
            wrong.push(format!("{} is named by no noun of the domain", shown(&path)));
        }
        if text.lines().count() > 600 {
            wrong.push(format!("{} has more than 600 lines", shown(&path)));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// Floors, lowest first: a room knows only rooms on floors below its own.
const FLOORS: [&[&str]; 5] = [&["model"], &["engine", "judge", "market", "ledger"], &["replay"], &["proof", "report"], &["cli"]];

#[test]
fn dependencies_run_downward_only() {
    for (floor, rooms) in FLOORS.iter().enumerate() {
        for room in *rooms {
            let manifest = std::fs::read_to_string(root().join("host").join(room).join("Cargo.toml")).unwrap();
            let known = manifest.lines().filter_map(|line| line.strip_prefix("tapewright-")?.split('.').next());
            for known in known.filter(|known| *known != "build") {
                let below = FLOORS[..floor].iter().any(|rooms| rooms.contains(&known));
                assert!(below, "host/{room} knows host/{known}");
            }
        }
    }
    for sdk in ["rust", "build"] {
        let manifest = std::fs::read_to_string(root().join("sdk").join(sdk).join("Cargo.toml")).unwrap();
        let knows = manifest.lines().any(|line| line.starts_with("tapewright-"));
        assert!(!knows, "sdk/{sdk} knows the host");
    }
}

/// Heavy packages and their owners: one, or those that must speak of the same files.
const OWNERS: [(&str, &[&str]); 8] = [
    ("wasmtime", &["engine"]),
    ("wasmparser", &["engine"]),
    ("rusqlite", &["ledger"]),
    ("parquet", &["ledger", "market"]),
    ("arrow-cast", &["market"]),
    ("object_store", &["market"]),
    ("clap", &["cli"]),
    ("anyhow", &["cli"]),
];

#[test]
fn a_heavy_package_has_one_owner() {
    for room in FLOORS.iter().copied().flatten() {
        let manifest = std::fs::read_to_string(root().join("host").join(room).join("Cargo.toml")).unwrap();
        for (package, owners) in OWNERS {
            let used = manifest.lines().any(|line| line.starts_with(&format!("{package}.")));
            assert!(!used || owners.contains(room), "host/{room} uses {package}");
        }
    }
}

#[test]
fn every_entry_of_the_kit_has_a_test() {
    let tests: String = sources("tests/it")
        .iter()
        .chain(&sources("tests/bench"))
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect();
    for path in sources("tests/guests/kit") {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(
            name == "lib" || tests.contains(&format!("\"{name}\"")) || tests.contains(&format!("#{name}\"")),
            "no test names {name}"
        );
    }
}
