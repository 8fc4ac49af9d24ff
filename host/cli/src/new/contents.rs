//! What a new crate is made of: templates with its name, and the SDK with the contract, both as they are in this
//! repository.
//!
//! The SDK is carried until it is published. Its sources lie to the contract as they do here, since they read it at
//! `../../wit/signal`; what its manifest takes from the workspace's is written out.

use anyhow::anyhow;
use include_dir::{Dir, include_dir};

use super::File;
use super::name::Name;
use crate::args::KindArg;
use crate::failure::Failure;

static SDK: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../sdk/rust/src");
static CONTRACT: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../wit/signal");
const SDK_MANIFEST: &str = include_str!("../../../../sdk/rust/Cargo.toml");
const WORKSPACE_MANIFEST: &str = include_str!("../../../../Cargo.toml");
const FORMAT: &str = include_str!("../../../../rustfmt.toml");
const LICENCE: &str = include_str!("../../../../LICENSE");

// the detector is a member of the workspace; both are compiled and tested in its place
const DETECTOR: &str = include_str!("../../../../examples/first-detector/src/lib.rs");
const STRATEGY: &str = include_str!("../../templates/strategy.rs");
const BARS: &str = include_str!("../../../../examples/first-detector/bars.csv");
const MANIFEST: &str = include_str!("../../templates/manifest.toml");
const README: &str = include_str!("../../templates/README.md");

/// All files of a new crate.
pub(super) fn files(name: &Name, kind: KindArg) -> Result<Vec<File>, Failure> {
    let (kind, source, entry) = match kind {
        KindArg::Detector => ("detector", DETECTOR, "first_detector"),
        KindArg::Strategy => ("strategy", STRATEGY, "first_strategy"),
    };
    let fill = |text: &str| {
        let text = text.replace("{{package}}", name.package()).replace("{{entry}}", name.entry());
        text.replace("{{kind}}", kind)
    };
    let mut files: Vec<File> = vec![
        ("Cargo.toml".into(), inherited(&fill(MANIFEST))?),
        ("README.md".into(), fill(README)),
        ("src/lib.rs".into(), source.replace(entry, name.entry())),
        ("bars.csv".into(), BARS.to_owned()),
        (".gitignore".into(), "/target\n".to_owned()),
        ("rustfmt.toml".into(), FORMAT.to_owned()),
        ("vendor/LICENSE".into(), LICENCE.to_owned()),
        ("vendor/sdk/rust/Cargo.toml".into(), inherited(SDK_MANIFEST)?),
    ];
    carry(&SDK, "vendor/sdk/rust/src", &mut files)?;
    carry(&CONTRACT, "vendor/wit/signal", &mut files)?;
    Ok(files)
}

/// Adds the files of a folder, and of the folders in it, at a place in the crate.
fn carry(dir: &Dir<'_>, place: &str, files: &mut Vec<File>) -> Result<(), Failure> {
    for file in dir.files() {
        let text = file.contents_utf8().ok_or_else(|| Failure::bug(anyhow!("{} is no text", file.path().display())))?;
        // the path is from the outermost folder
        files.push((std::path::Path::new(place).join(file.path()), text.to_owned()));
    }
    dir.dirs().try_for_each(|dir| carry(dir, place, files))
}

/// The manifest with what it inherits written out: `KEY.workspace = true` becomes the workspace's own line of the
/// key. Both are ours, and written so that each key is one line.
fn inherited(manifest: &str) -> Result<String, Failure> {
    let mut section = "";
    let mut text = String::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line.trim_matches(['[', ']']);
        }
        match line.strip_suffix(".workspace = true") {
            Some(key) => text += workspace_line(section, key)?,
            None => text += line,
        }
        text.push('\n');
    }
    Ok(text)
}

/// The line `KEY = …` of the workspace's manifest that members inherit in this section.
fn workspace_line(section: &str, key: &str) -> Result<&'static str, Failure> {
    let header = format!("[workspace.{section}]");
    let lines = WORKSPACE_MANIFEST.lines().skip_while(|line| *line != header).skip(1);
    let mut own = lines.take_while(|line| !line.starts_with('['));
    let is_of = |line: &&str| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(" = "));
    own.find(is_of).ok_or_else(|| Failure::bug(anyhow!("the workspace has no {key} in {header}")))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn made(kind: KindArg) -> Vec<File> {
        let name = Name::of(Path::new("My-Gap")).ok().unwrap();
        files(&name, kind).ok().unwrap()
    }

    fn text<'a>(files: &'a [File], place: &str) -> &'a str {
        &files.iter().find(|(path, _)| path == Path::new(place)).unwrap().1
    }

    #[test]
    fn nothing_is_left_to_fill_to_inherit_or_to_find_elsewhere() {
        for kind in [KindArg::Detector, KindArg::Strategy] {
            for (place, text) in made(kind) {
                for left in ["{{", "}}", "first_detector", "first_strategy", env!("CARGO_MANIFEST_DIR")] {
                    // a format string has doubled braces
                    let rust = place.starts_with("vendor") && left.len() == 2;
                    assert!(rust || !text.contains(left), "{} has {left}", place.display());
                }
                let manifest = place.ends_with("Cargo.toml");
                assert!(!(manifest && text.contains("workspace = true")), "{}:\n{text}", place.display());
                assert!(place.is_relative() && !place.to_string_lossy().contains(".."));
            }
        }
    }

    #[test]
    fn the_kind_decides_what_is_said() {
        for (kind, called, line, macro_name) in [
            (KindArg::Detector, "A detector ", "Entry::new(\"my_gap\"", "export_detectors!"),
            (KindArg::Strategy, "A strategy ", "Entry::new(\"my_gap\"", "export_strategies!"),
        ] {
            let files = made(kind);
            let source = text(&files, "src/lib.rs");
            assert!(source.contains(line) && source.contains(macro_name), "{source}");
            assert!(text(&files, "README.md").contains(called));
            assert!(text(&files, "Cargo.toml").contains("name = \"My-Gap\""));
        }
    }

    #[test]
    fn the_carried_manifest_is_the_sdks_with_the_workspaces_values() {
        let files = made(KindArg::Detector);
        let carried = text(&files, "vendor/sdk/rust/Cargo.toml");
        let mut inherited = 0;
        for (ours, written) in SDK_MANIFEST.lines().zip(carried.lines()) {
            let Some(key) = ours.strip_suffix(".workspace = true") else {
                assert_eq!(ours, written);
                continue;
            };
            inherited += 1;
            assert!(written.starts_with(&format!("{key} = ")), "{written}");
            assert!(WORKSPACE_MANIFEST.lines().any(|line| line == written), "{written}");
            // a value of several lines would be cut off here
            for (open, close) in [('{', '}'), ('[', ']')] {
                assert_eq!(written.matches(open).count(), written.matches(close).count(), "{written}");
            }
        }
        assert_eq!(carried.lines().count(), SDK_MANIFEST.lines().count());
        assert!(inherited > 0 && workspace_line("package", "nothing").is_err());
        // the same key in another section is another one
        assert!(workspace_line("dependencies", "edition").is_err());
    }

    #[test]
    fn every_file_of_the_sdk_and_of_the_contract_is_carried() {
        let files = made(KindArg::Detector);
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        for (from, to) in [("sdk/rust/src", "vendor/sdk/rust/src"), ("wit/signal", "vendor/wit/signal")] {
            let mut open = vec![root.join(from)];
            let mut count = 0;
            while let Some(folder) = open.pop() {
                for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                    if entry.is_dir() {
                        open.push(entry);
                        continue;
                    }
                    let place = Path::new(to).join(entry.strip_prefix(root.join(from)).unwrap());
                    assert_eq!(text(&files, place.to_str().unwrap()), std::fs::read_to_string(entry).unwrap());
                    count += 1;
                }
            }
            assert_eq!(count, files.iter().filter(|(place, _)| place.starts_with(to)).count());
        }
    }
}
