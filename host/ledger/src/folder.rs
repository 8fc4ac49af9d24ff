//! A folder of the ledger, held as a handle: whatever a name is, and wherever a link in the folder leads, nothing outside
//! of it is read or written.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use cap_std::ambient_authority;
use cap_std::fs::Dir;

use crate::LedgerError;

/// How long what a process left half written lies untouched before it is removed.
const PART_AGE_MIN: Duration = Duration::from_secs(3600);

#[derive(Clone)]
pub(crate) struct Folder {
    dir: Arc<Dir>,
    /// As people know it; nothing is opened by it.
    path: PathBuf,
}

impl Folder {
    /// The folder that a user names, made when it is missing. It may be a link; nothing within it may lead out.
    pub(crate) fn named(path: &Path) -> Result<Folder, LedgerError> {
        let dir = std::fs::create_dir_all(path).and_then(|()| Dir::open_ambient_dir(path, ambient_authority()));
        Ok(Folder { dir: Arc::new(dir.map_err(LedgerError::io(path))?), path: path.to_owned() })
    }

    /// A folder within, made when it is missing.
    pub(crate) fn within(&self, name: &str) -> Result<Folder, LedgerError> {
        let made = match self.dir.create_dir(name) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
            _ => self.dir.open_dir(name),
        };
        let path = self.shown(name);
        Ok(Folder { dir: Arc::new(made.map_err(LedgerError::io(&path))?), path })
    }

    /// Where a file lies, for people.
    pub(crate) fn shown(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn open(&self, name: &str) -> Result<File, LedgerError> {
        self.dir.open(name).map(cap_std::fs::File::into_std).map_err(LedgerError::io(&self.shown(name)))
    }

    pub(crate) fn create(&self, name: &str) -> Result<File, LedgerError> {
        self.dir.create(name).map(cap_std::fs::File::into_std).map_err(LedgerError::io(&self.shown(name)))
    }

    pub(crate) fn rename(&self, from: &str, to: &str) -> Result<(), LedgerError> {
        self.dir.rename(from, &self.dir, to).map_err(LedgerError::io(&self.shown(to)))
    }

    pub(crate) fn remove(&self, name: &str) -> Result<(), LedgerError> {
        self.dir.remove_file(name).map_err(LedgerError::io(&self.shown(name)))
    }

    /// Whether there is a link of that name, wherever it leads.
    pub(crate) fn is_link(&self, name: &str) -> bool {
        self.dir.symlink_metadata(name).is_ok_and(|file| file.is_symlink())
    }

    /// At most so many bytes of a file; `None` when it is not there, longer, or not to be read.
    pub(crate) fn read(&self, name: &str, bytes_max: u64) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open(name).ok()?.take(bytes_max.saturating_add(1)).read_to_end(&mut bytes).ok()?;
        (bytes.len() as u64 <= bytes_max).then_some(bytes)
    }

    /// Writes a file beside its place and moves it there.
    pub(crate) fn write_whole(&self, name: &str, bytes: &[u8]) -> Result<(), LedgerError> {
        let part = format!(".{}-{name}.part", std::process::id());
        let mut file = self.create(&part)?;
        let written = file.write_all(bytes).and_then(|()| file.sync_all());
        written.map_err(LedgerError::io(&self.shown(&part)))?;
        self.rename(&part, name)
    }

    /// Removes what a process that is gone had begun to write: `.<pid>-….part`.
    pub(crate) fn sweep(&self) {
        for file in self.dir.entries().into_iter().flatten().flatten() {
            let name = file.file_name().to_string_lossy().into_owned();
            let Some((pid, _)) = name.strip_prefix('.').and_then(|rest| rest.split_once('-')) else { continue };
            let gone = Path::new("/proc/self").exists() && !Path::new("/proc").join(pid).exists();
            // a process of another container has a number of its own: what was touched lately may be its
            let modified = file.metadata().and_then(|meta| meta.modified()).ok();
            let old = modified.and_then(|time| time.into_std().elapsed().ok()).is_some_and(|age| age > PART_AGE_MIN);
            if name.ends_with(".part") && pid.parse::<u32>().is_ok() && gone && old {
                let _ = self.dir.remove_file(&name);
            }
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    /// A home in a folder of its own, and beside it something that is nobody's business.
    fn home() -> (tempfile::TempDir, Folder) {
        let around = tempfile::tempdir().unwrap();
        std::fs::create_dir(around.path().join("outside")).unwrap();
        std::fs::write(around.path().join("outside/secret"), "secret").unwrap();
        let home = Folder::named(&around.path().join("home")).unwrap();
        (around, home)
    }

    #[test]
    fn no_name_and_no_link_leads_out_of_it() {
        let (around, home) = home();
        let path = around.path().join("home");
        let secret = around.path().join("outside/secret");
        symlink("../outside/secret", path.join("relative")).unwrap();
        symlink(&secret, path.join("absolute")).unwrap();
        symlink("../outside/new", path.join("dangling")).unwrap();
        symlink("../outside", path.join("folder")).unwrap();
        std::fs::write(path.join("own"), "own").unwrap();
        for name in [
            "../outside/secret",
            "folder/secret",
            "relative",
            "absolute",
            "dangling",
            "folder/new",
            secret.to_str().unwrap(),
        ] {
            assert!(home.open(name).is_err(), "{name}");
            assert!(home.create(name).is_err(), "{name}");
            assert_eq!(home.read(name, 100), None, "{name}");
        }
        for name in ["..", "../outside", "folder", "/tmp"] {
            assert!(home.within(name).is_err(), "{name}");
        }
        for name in ["../outside/secret", "folder/secret", secret.to_str().unwrap()] {
            assert!(home.rename("own", name).is_err(), "{name}");
            assert!(home.rename(name, "own").is_err(), "{name}");
            assert!(home.remove(name).is_err(), "{name}");
        }
        // what takes the place of a link takes it from the link, not from what it leads to
        home.write_whole("relative", b"own").unwrap();
        assert!(!home.is_link("relative") && home.is_link("absolute"));
        home.remove("absolute").unwrap();
        let outside: Vec<_> = std::fs::read_dir(around.path().join("outside")).unwrap().flatten().collect();
        assert_eq!((outside.len(), std::fs::read_to_string(secret).unwrap().as_str()), (1, "secret"));
    }

    #[test]
    fn what_a_process_that_is_gone_left_is_removed_and_not_what_a_link_leads_to() {
        let (around, home) = home();
        let path = around.path().join("home/.4294967294-0.part");
        symlink(around.path().join("outside/secret"), &path).unwrap();
        let old = std::process::Command::new("touch").args(["-h", "-d", "2020-01-01"]).arg(&path).status();
        assert!(old.unwrap().success());
        home.sweep();
        assert!(!path.is_symlink() && around.path().join("outside/secret").exists());
    }

    #[test]
    fn a_file_is_read_to_its_bound() {
        let (_around, home) = home();
        home.write_whole("file", b"12345").unwrap();
        assert_eq!(home.read("file", 5).as_deref(), Some(&b"12345"[..]));
        assert_eq!(home.read("file", 4), None);
    }
}
