//! Which files are meant by what a user names.

use std::path::{Path, PathBuf};

use crate::error::MarketError;
use crate::store::Store;

/// Files that one import looks at, at most.
const FILES_MAX: usize = 1_000_000;
/// Folders within folders at most: a link that leads upwards goes round for ever.
const DEPTH_MAX: usize = 32;

/// A file to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) path: PathBuf,
    /// The user named the file itself, not a folder that holds it.
    pub(super) itself: bool,
}

/// The files of paths, in the order of the paths, those of a folder sorted. What begins with a dot is hidden, and a store
/// within a folder is not its data.
pub(super) fn files(paths: &[PathBuf]) -> Result<Vec<Named>, MarketError> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let before = files.len();
            walk(path, 0, &mut files)?;
            if files.len() == before {
                return Err(MarketError::file(path, "the folder holds no file"));
            }
        } else {
            files.push(Named { path: path.clone(), itself: true });
        }
    }
    Ok(files)
}

fn walk(folder: &Path, depth: usize, files: &mut Vec<Named>) -> Result<(), MarketError> {
    if depth > DEPTH_MAX {
        return Err(MarketError::file(folder, format!("more than {DEPTH_MAX} folders within each other")));
    }
    for path in crate::store::entries(folder)? {
        if path.is_dir() {
            let store = Store::open(&path).map_or(true, |store| store.is_some());
            if !store {
                walk(&path, depth + 1, files)?;
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
