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
const FLOORS: [&[&str]; 5] =
    [&["model"], &["engine", "judge", "market", "ledger"], &["replay"], &["proof", "report"], &["cli"]];

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

/// Every guest of the hostile crate with everything that it can be asked to do, as a test would write it.
fn hostile_guests() -> Vec<String> {
    let mut names = Vec::new();
    for path in sources("tests/guests/hostile") {
        let text = std::fs::read_to_string(path).unwrap();
        for rest in text.split("Guest = Guest {").skip(1) {
            let quoted: Vec<&str> = rest.split('"').skip(1).step_by(2).collect();
            let name = quoted[0];
            let (_, what) = rest.split_once("what: &[").unwrap();
            let (what, _) = what.split_once(']').unwrap();
            let what = what.split('"').skip(1).step_by(2);
            names.extend(what.map(|what| format!("\"{name}\", \"{what}\"")));
        }
    }
    names
}

#[test]
fn every_hostile_guest_has_a_test() {
    let tests: String = sources("tests/it").iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    // however it is broken into lines
    let tests = tests.split_whitespace().collect::<Vec<_>>().join(" ");
    let guests = hostile_guests();
    assert!(guests.len() > 80, "{guests:?}");
    let forgotten: Vec<_> = guests.iter().filter(|guest| !tests.contains(*guest)).collect();
    assert_eq!(forgotten, Vec::<&String>::new());
}

#[test]
fn every_guest_crate_and_text_has_a_test() {
    let tests: String = ["tests/it", "tests/src", "tests/bench"]
        .into_iter()
        .flat_map(sources)
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect();
    let mut forgotten = Vec::new();
    for folder in std::fs::read_dir(root().join("tests/guests")).unwrap().map(|entry| entry.unwrap().path()) {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        if folder.join("Cargo.toml").is_file() {
            // its entries: files of the crate, but for those of one entry and those that are listed above
            let entries = sources(&format!("tests/guests/{name}"));
            let entries = entries.iter().map(|path| path.file_stem().unwrap().to_string_lossy().into_owned());
            let named =
                |entry: &String| tests.contains(&format!("\"{entry}\"")) || tests.contains(&format!("#{entry}\""));
            let one_by_one = !["hostile"].contains(&name.as_str());
            forgotten.extend(entries.filter(|entry| entry != "lib" && one_by_one && !named(entry)));
            if !tests.contains(&format!("\"{name}\"")) {
                forgotten.push(name);
            }
        } else {
            for path in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
                let file = path.file_name().unwrap().to_string_lossy().into_owned();
                if !tests.contains(&format!("{file}\"")) {
                    forgotten.push(file);
                }
            }
        }
    }
    assert_eq!(forgotten, Vec::<String>::new());
}

#[test]
fn every_package_comes_from_the_registry_or_this_workspace() {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let workspace = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let packages: Vec<&str> = lock.split("[[package]]").skip(1).collect();
    assert!(packages.len() > 100);
    let mut registries = std::collections::BTreeSet::new();
    for package in packages {
        let field = |name: &str| {
            let line = package.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = "));
            line.map(|value| value.trim_matches('"').to_owned())
        };
        let name = field("name").unwrap();
        match field("source") {
            Some(source) => {
                assert!(source.starts_with("registry+"), "{name} comes from {source}");
                registries.insert(source);
                assert!(field("checksum").is_some(), "{name} has no checksum");
            }
            // one that is replaced by a folder has neither
            None => assert!(["tapewright", "plugin-", "example-"].iter().any(|of| name.starts_with(of)), "{name}"),
        }
    }
    assert_eq!(registries.len(), 1, "{registries:?}");
    assert!(!workspace.contains("[patch"), "a package is replaced");
}

/// Whether a licence expression (SPDX 2.3, annex D; `/` is an older way to write OR) can be met with these licences.
fn met(expression: &str, allowed: &[&str]) -> bool {
    fn any(words: &mut std::iter::Peekable<std::vec::IntoIter<String>>, allowed: &[&str]) -> bool {
        let mut met = all(words, allowed);
        while words.next_if(|word| word == "OR").is_some() {
            met |= all(words, allowed);
        }
        met
    }
    fn all(words: &mut std::iter::Peekable<std::vec::IntoIter<String>>, allowed: &[&str]) -> bool {
        let mut met = one(words, allowed);
        while words.next_if(|word| word == "AND").is_some() {
            met &= one(words, allowed);
        }
        met
    }
    fn one(words: &mut std::iter::Peekable<std::vec::IntoIter<String>>, allowed: &[&str]) -> bool {
        let mut licence = words.next().unwrap_or_default();
        if licence == "(" {
            let met = any(words, allowed);
            return words.next().as_deref() == Some(")") && met;
        }
        if words.next_if(|word| word == "WITH").is_some() {
            licence = format!("{licence} WITH {}", words.next().unwrap_or_default());
        }
        allowed.contains(&licence.as_str())
    }
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<String> = spaced.split_whitespace().map(str::to_owned).collect();
    let mut words = words.into_iter().peekable();
    any(&mut words, allowed) && words.next().is_none()
}

#[test]
fn every_package_that_is_built_here_has_a_licence_that_is_allowed() {
    for (expression, want) in [
        ("MIT", true),
        ("GPL-3.0-only", false),
        ("GPL-3.0-only OR MIT", true),
        ("GPL-3.0-only AND MIT", false),
        ("Unlicense/MIT", true),
        ("(MIT OR GPL-3.0-only) AND ISC", true),
        ("MIT AND (ISC AND GPL-3.0-only)", false),
        ("Apache-2.0 WITH LLVM-exception", false),
        ("MIT ISC", false),
        ("(MIT", false),
        ("", false),
    ] {
        assert_eq!(met(expression, &["MIT", "ISC", "Apache-2.0"]), want, "{expression}");
    }
    let deny = std::fs::read_to_string(root().join("deny.toml")).unwrap();
    let (_, list) = deny.split_once("\nallow = [").unwrap();
    let allowed: Vec<&str> =
        list.split(']').next().unwrap().lines().filter_map(|line| line.split('"').nth(1)).collect();
    assert!(allowed.contains(&"Apache-2.0"), "{allowed:?}");
    // packages of other systems need not be there; cargo-deny looks at them too
    let args = ["metadata", "--offline", "--locked", "--format-version", "1", "--filter-platform", "host-tuple"];
    let output = tapewright_build::cargo(env!("CARGO")).current_dir(root()).args(args).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    for package in metadata["packages"].as_array().unwrap() {
        let licence = package["license"].as_str().unwrap_or_default();
        assert!(
            met(licence, &allowed),
            "{} has the licence `{licence}`, which deny.toml does not allow",
            package["name"]
        );
    }
}

#[test]
fn every_test_that_a_promise_names_exists() {
    let tests: String = ["host", "sdk", "tests"]
        .into_iter()
        .flat_map(sources)
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect();
    let security = std::fs::read_to_string(root().join("SECURITY.md")).unwrap();
    let architecture = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    // of a row of the invariants, the last column
    let invariants = architecture.lines().filter_map(|line| line.strip_suffix(" |")?.rsplit_once("| "));
    let mut named = 0;
    for text in invariants.map(|(_, tests)| tests).chain([security.as_str()]) {
        for test in text.split('`').skip(1).step_by(2).filter_map(|name| name.rsplit_once("::")) {
            assert!(tests.contains(&format!("fn {}()", test.1)), "no test is called {}", test.1);
            named += 1;
        }
    }
    assert!(named > 50, "{named}");
}
