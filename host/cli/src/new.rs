//! `tapewright new`: a folder with a plugin crate that builds, tests itself and carries the SDK that it is built with.
//!
//! Promises a whole folder or none: all is written beside its place and moved there. Refuses to know what a plugin
//! says: the entry that comes with the crate is an example of this repository with another name.

mod contents;
mod name;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};

use self::name::Name;
use crate::args::{KindArg, New};
use crate::failure::{Failure, Outcome};
use crate::screen::Screen;

/// A file of the new crate: its path within the crate, and its text.
type File = (PathBuf, String);

pub(crate) fn new(args: &New) -> Result<Outcome, Failure> {
    let name = make(args)?;
    let package = name.package();
    let mut screen = Screen::new();
    screen.line(format!(
        "{} is a plugin crate with the entry `{}`. What to type next:",
        args.path.display(),
        name.entry()
    ))?;
    screen.line(format!("  cd {}", args.path.display()))?;
    screen.line("  cargo test")?;
    screen.line("  tapewright build")?;
    screen.line(format!("  tapewright inspect target/tapewright/{package}.wasm"))?;
    screen.line(format!("  tapewright run target/tapewright/{package}.wasm --data bars.csv"))?;
    screen.line(match args.kind {
        KindArg::Detector => "  tapewright report last",
        KindArg::Strategy => "  tapewright show last",
    })?;
    screen.finish()?;
    Ok(Outcome::Done)
}

/// Makes the crate.
fn make(args: &New) -> Result<Name, Failure> {
    let name = Name::of(&args.path)?;
    vacant(&args.path)?;
    write(&args.path, &contents::files(&name, args.kind)?)?;
    Ok(name)
}

/// Nothing lies there, or an empty folder.
fn vacant(path: &Path) -> Result<(), Failure> {
    let reason = match std::fs::read_dir(path).map(|mut entries| entries.next().is_some()) {
        Ok(false) => return Ok(()),
        Ok(true) => "there is something in it already".to_owned(),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => error.to_string(),
    };
    Err(Failure::input(anyhow!("{}: {reason}\nhint: take another name", path.display())))
}

/// Writes a folder of these files: into a temporary one beside it, which is then moved.
fn write(path: &Path, files: &[File]) -> Result<(), Failure> {
    let parent = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    if !parent.is_dir() {
        let error = anyhow!("{} is no folder\nhint: make it first", parent.display());
        return Err(Failure::input(error));
    }
    let written = || {
        let beside = tempfile::Builder::new().prefix(".tapewright-new-").tempdir_in(parent)?;
        // one deeper, since the temporary folder itself is closed to everybody else
        let whole = beside.path().join("crate");
        for (place, text) in files {
            let place = whole.join(place);
            std::fs::create_dir_all(place.parent().unwrap_or(&whole))?;
            std::fs::write(place, text)?;
        }
        // not every system moves a folder onto an empty one
        match std::fs::remove_dir(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        std::fs::rename(&whole, path)
    };
    written().with_context(|| path.display().to_string()).map_err(Failure::input)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::KindArg;
    use crate::failure::Class;

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn an_empty_folder_is_filled_and_any_other_is_left_alone() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("my-detector");
        for there in [false, true] {
            if there {
                std::fs::create_dir(&path).unwrap();
            }
            let made = make(&New { path: path.clone(), kind: KindArg::Detector });
            assert!(made.is_ok(), "{there}");
            assert!(path.join("vendor/wit/signal/types.wit").is_file());
            assert_eq!(names(parent.path()), ["my-detector"]);
            std::fs::remove_dir_all(&path).unwrap();
        }
        std::fs::create_dir(&path).unwrap();
        std::fs::write(path.join("mine"), "").unwrap();
        let file = path.join("mine");
        for taken in [&path, &file, &path.join("deeper/still")] {
            let failure = make(&New { path: taken.clone(), kind: KindArg::Detector }).err().unwrap();
            assert!(failure.class == Class::Input && failure.error.to_string().contains("hint:"), "{}", failure.error);
        }
        assert_eq!((names(parent.path()), names(&path)), (vec!["my-detector".to_owned()], vec!["mine".to_owned()]));
    }

    #[test]
    fn what_cannot_be_written_whole_leaves_nothing() {
        let parent = tempfile::tempdir().unwrap();
        // a file cannot be a folder as well
        let files = [("one", ""), ("one/two", "")].map(|(place, text)| (PathBuf::from(place), text.to_owned()));
        assert!(write(&parent.path().join("half"), &files).is_err());
        assert_eq!(names(parent.path()), Vec::<String>::new());
    }
}
