//! Compiled code on disk. A file is used only when all of it is what this very engine wrote; anything
//! else is compiled again, silently but for the log.

use std::io::{ErrorKind, Read, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use cap_std::ambient_authority;
use cap_std::fs::{Dir, DirBuilder, DirBuilderExt, OpenOptions, OpenOptionsExt};
use tapewright_model::{Digest, DigestWriter};

/// A folder of compiled components. Whoever can write into it can run native code as this user, so it
/// is 0700 and opened as a handle; what lies in it is checked against corruption, not against its
/// owner.
pub(crate) struct CodeCache {
    dir: Dir,
}

/// Before the checksum and the code.
const MAGIC: &[u8; 8] = b"twcode01";
const HEADER_BYTES: usize = MAGIC.len() + 32;

impl CodeCache {
    /// Makes the folder when it is missing and closes it to everyone else.
    pub(crate) fn open(path: &Path) -> std::io::Result<CodeCache> {
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        let mut builder = DirBuilder::new();
        builder.mode(0o700);
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let name = path.file_name().ok_or(ErrorKind::InvalidInput)?;
        let parent = Dir::open_ambient_dir(parent, ambient_authority())?;
        match parent.create_dir_with(name, &builder) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        let dir = parent.open_dir(name)?;
        #[cfg(unix)]
        {
            use cap_std::fs::{MetadataExt, PermissionsExt};
            let meta = dir.dir_metadata()?;
            if meta.uid() != rustix::process::geteuid().as_raw() {
                return Err(ErrorKind::PermissionDenied.into());
            }
            if meta.mode() & 0o777 != 0o700 {
                dir.set_permissions(".", cap_std::fs::Permissions::from_mode(0o700))?;
            }
        }
        Ok(CodeCache { dir })
    }

    /// The code that was compiled from this component by this engine, or nothing.
    pub(crate) fn read(&self, component: &Digest, engine: &Digest) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        self.dir.open(file_name(component, engine)).ok()?.read_to_end(&mut bytes).ok()?;
        let code = bytes.get(HEADER_BYTES..)?;
        let sound = bytes.starts_with(MAGIC) && bytes[MAGIC.len()..HEADER_BYTES] == *checksum(code).as_bytes();
        if !sound {
            tracing::warn!(component = %component.short(), "compiled code is damaged, compiling again");
            return None;
        }
        bytes.drain(..HEADER_BYTES);
        Some(bytes)
    }

    /// Keeps compiled code: written beside its place, then moved there, so that nobody reads half.
    pub(crate) fn write(&self, component: &Digest, engine: &Digest, code: &[u8]) -> std::io::Result<()> {
        let name = file_name(component, engine);
        // unique among processes and among the threads of this one
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let part = format!("{name}.{}-{}.part", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        let written = self.dir.open_with(&part, &options).and_then(|mut file| {
            file.write_all(MAGIC)?;
            file.write_all(checksum(code).as_bytes())?;
            file.write_all(code)
        });
        let moved = written.and_then(|()| self.dir.rename(&part, &self.dir, &name));
        if moved.is_err() {
            let _ = self.dir.remove_file(&part);
        }
        moved
    }
}

fn checksum(code: &[u8]) -> Digest {
    DigestWriter::new("tapewright code").bytes(code).finish()
}

/// Component and engine together: another configuration, wasmtime or processor has another name.
fn file_name(component: &Digest, engine: &Digest) -> String {
    let key = DigestWriter::new("tapewright code key").digest(component).digest(engine).finish();
    format!("{key}.code")
}
