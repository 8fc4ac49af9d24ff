//! Which files are meant by what a user names.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::error::MarketError;
use crate::store::Store;

/// Files that one import looks at, at most.
const FILES_MAX: usize = 1_000_000;
/// Folders within folders at most, so that a name stays one that a system opens.
const DEPTH_MAX: usize = 32;

/// A file to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) path: PathBuf,
    /// The user named the file itself, not a folder that holds it.
    pub(super) itself: bool,
}

/// The files of paths, in the order of the paths, those of a folder sorted. What begins with a dot is hidden, a store
/// within a folder is not its data, and a folder to which links lead as well is looked at once.
pub(super) fn files(paths: &[PathBuf]) -> Result<Vec<Named>, MarketError> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let before = files.len();
            walk(path, 0, &mut BTreeSet::new(), &mut files)?;
            if files.len() == before {
                return Err(MarketError::file(path, "the folder holds no file"));
            }
        } else {
            // a file is opened again and again; one that is not there says so when it is
            if std::fs::metadata(path).is_ok_and(|file| !file.is_file()) {
                let reason = "it is a pipe or a device, which can be read only once\nhint: write it to a file first";
                return Err(MarketError::file(path, reason));
            }
            files.push(Named { path: path.clone(), itself: true });
        }
    }
    Ok(files)
}

fn walk(folder: &Path, depth: usize, seen: &mut BTreeSet<PathBuf>, files: &mut Vec<Named>) -> Result<(), MarketError> {
    // a link that leads upwards goes round for ever, and two of them take ever more ways
    if !seen.insert(folder.canonicalize().map_err(MarketError::io(folder))?) {
        return Ok(());
    }
    if depth > DEPTH_MAX {
        return Err(MarketError::file(folder, format!("more than {DEPTH_MAX} folders within each other")));
    }
    for path in crate::store::entries(folder)? {
        if path.is_dir() {
            let store = Store::open(&path).map_or(true, |store| store.is_some());
            if !store {
                walk(&path, depth + 1, seen, files)?;
            }
        } else if path.is_file() {
            if files.len() == FILES_MAX {
                return Err(MarketError::file(folder, format!("more than {FILES_MAX} files")));
            }
            files.push(Named { path, itself: false });
        }
    }
    Ok(())
}
