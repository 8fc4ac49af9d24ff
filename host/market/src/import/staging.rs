//! Where an import writes before anything of it is true, and the lock of whoever writes.
//!
//! Files are written whole into a hidden folder of the store and then renamed into their places: first those of
//! instruments, then facts, then tables, then the report. So a reader always sees whole files; after a kill in between
//! the store holds some files of the import and not yet others, every one of them whole, and the same import again
//! brings the rest. Calendars go before tables, since the days of a table are of a calendar.
//!
//! Promises that nothing is left when an import is refused or ends early.
//! Refuses to know: what the files hold.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use cap_std::fs::OpenOptions;

use crate::error::MarketError;
use crate::store::links;

/// What an import writes is below this folder of the store.
const FOLDER: &str = ".import";
/// Held by whoever writes, with its process number in it.
const LOCK: &str = ".lock";

/// The order in which files get into their places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Instruments,
    Facts,
    Tables,
    Report,
}

/// Files that are written and not in their places yet. What is not committed is gone when it is dropped.
pub(super) struct Staging {
    folder: PathBuf,
    /// Rank, where a file is and where it goes.
    files: Vec<(Rank, PathBuf, PathBuf)>,
    count: u64,
    lock: Option<Lock>,
}

impl Staging {
    /// Of a store; takes its lock.
    pub(super) fn of_store(store: &Path) -> Result<Staging, MarketError> {
        let lock = Lock::take(store)?;
        let folder = store.join(FOLDER);
        // a killed import may have left it
        remove(&folder)?;
        std::fs::create_dir(&folder).map_err(MarketError::io(&folder))?;
        Ok(Staging { folder, files: Vec::new(), count: 0, lock: Some(lock) })
    }

    /// Of an import that is only tried.
    pub(super) fn of_trial(folder: PathBuf) -> Staging {
        Staging { folder, files: Vec::new(), count: 0, lock: None }
    }

    /// Where to write a file that goes to a place.
    pub(super) fn part(&mut self, place: &Path, rank: Rank) -> PathBuf {
        self.count += 1;
        let part = self.folder.join(format!("{}.part", self.count));
        self.files.push((rank, part.clone(), place.to_owned()));
        part
    }

    /// Takes a file back.
    pub(super) fn forget(&mut self, part: &Path) {
        // parts are taken back soon after they were made
        if let Some(at) = self.files.iter().rposition(|(_, known, _)| known == part) {
            self.files.remove(at);
        }
        // what cannot be removed goes with the folder
        let _ = std::fs::remove_file(part);
    }

    /// Whether there is anything to commit.
    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Puts every file into its place. The store stays locked for as long as what is given back is held.
    pub(super) fn commit(mut self) -> Result<Option<Lock>, MarketError> {
        self.files.sort_by_key(|(rank, ..)| *rank);
        let mut folders = BTreeSet::new();
        let mut rank = None;
        for (next, part, place) in std::mem::take(&mut self.files) {
            if rank.replace(next).is_some_and(|rank| rank != next) {
                sync(&mut folders)?;
            }
            if let Some(folder) = place.parent() {
                std::fs::create_dir_all(folder).map_err(MarketError::io(folder))?;
                folders.insert(folder.to_owned());
            }
            std::fs::rename(&part, &place).map_err(MarketError::io(&place))?;
        }
        sync(&mut folders)?;
        Ok(self.lock.take())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // the next import removes it if this one cannot
        let _ = remove(&self.folder);
    }
}

fn remove(folder: &Path) -> Result<(), MarketError> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(MarketError::io(folder)(error)),
        _ => Ok(()),
    }
}

/// Makes sure that names are on the disk before those that come after them.
fn sync(folders: &mut BTreeSet<PathBuf>) -> Result<(), MarketError> {
    for folder in std::mem::take(folders) {
        // elsewhere a folder cannot be opened as a file
        if cfg!(unix) {
            File::open(&folder).and_then(|file| file.sync_all()).map_err(MarketError::io(&folder))?;
        }
    }
    Ok(())
}

/// The right to write into a store, given back when it is dropped or the process ends.
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    fn take(store: &Path) -> Result<Lock, MarketError> {
        let path = store.join(LOCK);
        // what is written is never what a link in a stranger's folder leads to
        let file = links::handle(store)
            .and_then(|dir| dir.open_with(LOCK, OpenOptions::new().read(true).write(true).create(true)));
        let mut file = file.map_err(MarketError::io(&path))?.into_std();
        match file.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => {
                let mut text = String::new();
                // who it is does not matter enough to fail on
                let _ = Read::by_ref(&mut file).take(20).read_to_string(&mut text);
                let store = store.display().to_string();
                return Err(MarketError::Busy { store, pid: text.trim().parse().ok() });
            }
            Err(std::fs::TryLockError::Error(error)) => return Err(MarketError::io(&path)(error)),
        }
        let written = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
        written.map_err(MarketError::io(&path))?;
        Ok(Lock { _file: file })
    }
}

/// Removes the lock of a store that was not there before.
pub(super) fn forget_store(store: &Path) {
    // a folder that holds anything else stays
    let _ = std::fs::remove_file(store.join(LOCK));
    let _ = std::fs::remove_dir(store);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_committed_leaves_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("bars/1d/SPY.parquet");
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::write(&place, "old").unwrap();
        let mut staging = Staging::of_store(folder.path()).unwrap();
        let part = staging.part(&place, Rank::Tables);
        std::fs::write(&part, "half").unwrap();
        drop(staging);
        assert!(!part.exists());
        assert_eq!(std::fs::read_to_string(&place).unwrap(), "old");
        // killed: the folder is left with what was in it
        std::fs::create_dir_all(folder.path().join(".import")).unwrap();
        std::fs::write(&part, "half").unwrap();
        let mut staging = Staging::of_store(folder.path()).unwrap();
        assert!(!part.exists());
        let part = staging.part(&place, Rank::Tables);
        std::fs::write(&part, "new").unwrap();
        staging.commit().unwrap();
        assert_eq!(std::fs::read_to_string(&place).unwrap(), "new");
        assert!(!folder.path().join(".import").exists());
    }

    #[test]
    fn one_at_a_time_writes_into_a_store() {
        let folder = tempfile::tempdir().unwrap();
        let staging = Staging::of_store(folder.path()).unwrap();
        let error = Staging::of_store(folder.path()).err().unwrap().to_string();
        let process = format!("another import (process {}) is writing to it\nhint: wait", std::process::id());
        assert!(error.contains(&process), "{error}");
        drop(staging);
        Staging::of_store(folder.path()).unwrap();
    }
}
