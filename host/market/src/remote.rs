//! Stores elsewhere: `s3://bucket/folder`, kept as a mirror in a local folder.
//!
//! A store is read and written as a folder of this machine; what differs is fetched before and put back after. An object
//! is put whole or not at all, what others are made of first, so whoever reads meanwhile finds the data of before or
//! after. Credentials, region and endpoint are those of the environment (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`,
//! `AWS_REGION`, `AWS_ENDPOINT`, `AWS_ALLOW_HTTP`).
//!
//! Promises that nothing is fetched twice while it is the same, and that two imports do not write into one store at a
//! time.
//! Refuses to know: what the files hold.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cap_std::fs::Dir;
use object_store::aws::AmazonS3Builder;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload, WriteMultipart};
use tapewright_model::DigestWriter;

use crate::error::MarketError;
use crate::store::{digest_of_file, entries, links};

/// What the mirror remembers of the objects that it holds.
const STATE: &str = ".mirror.json";
/// The object that stands while somebody writes.
const LOCK: &str = ".lock";
/// Bytes put in one request at most; longer files go in parts.
const PART_BYTES: usize = 8 << 20;
/// What is put last: the tables that others read, and the marks of a whole import.
const LAST: [&str; 4] = ["columns", "bars", "imports", "tapewright.json"];

/// A store elsewhere.
pub struct Remote {
    url: String,
    store: Arc<dyn ObjectStore>,
    folder: Key,
    mirror: PathBuf,
    /// The same as a handle: no name that a server says leads out of it.
    dir: Dir,
    runtime: tokio::runtime::Runtime,
}

/// By the object's name within the store.
type State = BTreeMap<String, Held>;

/// An object that the mirror holds.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct Held {
    /// As the server names its bytes.
    tag: String,
    /// Of the local file.
    digest: String,
}

impl Remote {
    /// Whether this names a store elsewhere rather than a folder.
    #[must_use]
    pub fn is_url(path: &Path) -> bool {
        path.to_str().is_some_and(|text| text.contains("://"))
    }

    /// The store of a URL, mirrored in a folder within `mirrors`.
    ///
    /// # Errors
    /// For a URL that is none of `s3://bucket/folder`, and for credentials that make no sense.
    pub fn open(url: &str, mirrors: &Path) -> Result<Remote, MarketError> {
        let fail = |reason: String| MarketError::Remote { url: url.to_owned(), reason };
        let Some((bucket, folder)) = url.strip_prefix("s3://").map(|rest| rest.split_once('/').unwrap_or((rest, "")))
        else {
            return Err(fail("wanted a folder, or s3://bucket/folder".to_owned()));
        };
        if bucket.is_empty() {
            return Err(fail("it names no bucket: wanted s3://bucket/folder".to_owned()));
        }
        // the second to come finds that of the first
        let _ = rustls::crypto::ring::default_provider().install_default();
        let store = AmazonS3Builder::from_env().with_bucket_name(bucket).build();
        let store = store.map_err(|error| fail(error.to_string()))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| fail(error.to_string()))?;
        let mut name = DigestWriter::new("tapewright mirror");
        let name = name.text(url.trim_end_matches('/')).finish().to_string();
        let mirror = mirrors.join(&name[..16]);
        let dir = folder_within(mirrors, &name[..16]).map_err(MarketError::io(&mirror))?;
        Ok(Remote { url: url.to_owned(), store: Arc::new(store), folder: Key::from(folder), mirror, dir, runtime })
    }

    /// Fetches what differs; the mirror then holds what the store does.
    ///
    /// # Errors
    /// When the store cannot be reached or read, or the mirror not be written.
    pub fn pull(&self) -> Result<&Path, MarketError> {
        let before = self.state()?;
        let listed = self.runtime.block_on(self.list())?;
        let mut state = State::new();
        for (name, tag) in listed {
            let is_there = |held: &&Held| held.tag == tag && self.dir.metadata(&name).is_ok_and(|file| file.is_file());
            if let Some(held) = before.get(&name).filter(is_there) {
                state.insert(name, held.clone());
                continue;
            }
            if let Err(error) = self.runtime.block_on(self.fetch(&name)) {
                // what is half there is of no use
                let _ = self.dir.remove_file(part_name());
                return Err(error);
            }
            let digest = self.digest(&name)?;
            state.insert(name, Held { tag, digest });
        }
        for gone in before.keys().filter(|name| !state.contains_key(*name)) {
            // the name stood in a file, which may have been changed since
            if self.dir.symlink_metadata(gone).is_ok_and(|file| !file.is_dir()) {
                self.dir.remove_file(gone).map_err(MarketError::io(&self.mirror.join(gone)))?;
            }
        }
        self.keep(&state)?;
        Ok(&self.mirror)
    }

    /// Does something with the mirror, which nobody else writes meanwhile, and puts back what is new.
    ///
    /// # Errors
    /// Those of the work; when the store is being written by somebody else; when it cannot be reached.
    pub fn change<T>(&self, work: impl FnOnce(&Path) -> Result<T, MarketError>) -> Result<T, MarketError> {
        self.runtime.block_on(self.lock())?;
        let done = self.pull().and_then(work).and_then(|done| self.push().map(|()| done));
        let unlocked = self.runtime.block_on(self.store.delete(&self.key(LOCK)));
        let done = done?;
        unlocked.map_err(|error| self.fail(&error))?;
        Ok(done)
    }

    /// Puts back what differs.
    fn push(&self) -> Result<(), MarketError> {
        let mut state = self.state()?;
        let mut files = Vec::new();
        gather(&self.mirror, &mut files)?;
        let name = |file: &PathBuf| {
            let parts = file.strip_prefix(&self.mirror).map(Path::components).into_iter().flatten();
            parts.map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
        };
        let mut files: Vec<(usize, String)> = files
            .into_iter()
            .map(|file| {
                let name = name(&file);
                let first = name.split('/').next().unwrap_or_default();
                (LAST.iter().position(|last| *last == first).map_or(0, |at| at + 1), name)
            })
            .collect();
        files.sort();
        for (_, name) in files {
            let digest = self.digest(&name)?;
            if state.get(&name).is_some_and(|held| held.digest == digest) {
                continue;
            }
            let tag = self.runtime.block_on(self.put(&name))?;
            state.insert(name, Held { tag, digest });
            self.keep(&state)?;
        }
        Ok(())
    }

    async fn list(&self) -> Result<Vec<(String, String)>, MarketError> {
        let mut all = Vec::new();
        let mut folders = vec![self.folder.clone()];
        while let Some(folder) = folders.pop() {
            let listed = self.store.list_with_delimiter(Some(&folder)).await.map_err(|error| self.fail(&error))?;
            folders.extend(listed.common_prefixes);
            for object in listed.objects {
                let Some(parts) = object.location.prefix_match(&self.folder) else { continue };
                let name = parts.map(|part| part.as_ref().to_owned()).collect::<Vec<_>>().join("/");
                // a name that leads elsewhere is nobody's but an attacker's
                let plain = name.split('/').all(|part| !part.is_empty() && part != "." && part != "..");
                if plain && !name.split('/').any(|part| part.starts_with('.')) && !name.contains('\\') {
                    let tag = object.e_tag.unwrap_or_else(|| format!("{} {}", object.last_modified, object.size));
                    all.push((name, tag));
                }
            }
        }
        all.sort();
        Ok(all)
    }

    async fn fetch(&self, name: &str) -> Result<(), MarketError> {
        let path = self.mirror.join(name);
        if let Some(folder) = Path::new(name).parent() {
            self.dir.create_dir_all(folder).map_err(MarketError::io(&path))?;
        }
        let (part, mut file) = self.part().map_err(MarketError::io(&path))?;
        let mut start = 0;
        let size = self.store.head(&self.key(name)).await.map_err(|error| self.fail(&error))?.size;
        while start < size {
            let end = size.min(start + PART_BYTES as u64);
            let bytes = self.store.get_range(&self.key(name), start..end).await.map_err(|error| self.fail(&error))?;
            file.write_all(&bytes).map_err(MarketError::io(&path))?;
            start = end;
        }
        self.dir.rename(&part, &self.dir, name).map_err(MarketError::io(&path))
    }

    /// A file to be written and then renamed. It is the only one of this process: files are fetched one after another.
    fn part(&self) -> std::io::Result<(String, std::fs::File)> {
        let part = part_name();
        let file = self.dir.create(&part)?.into_std();
        Ok((part, file))
    }

    fn open_file(&self, name: &str) -> Result<std::fs::File, MarketError> {
        let opened = self.dir.open(name).map_err(MarketError::io(&self.mirror.join(name)));
        opened.map(cap_std::fs::File::into_std)
    }

    fn digest(&self, name: &str) -> Result<String, MarketError> {
        Ok(digest_of_file(&self.mirror.join(name), self.open_file(name)?)?.to_string())
    }

    async fn put(&self, name: &str) -> Result<String, MarketError> {
        use std::io::Read;
        let key = self.key(name);
        let mut file_read = self.open_file(name)?;
        let mut piece = || {
            let mut bytes = Vec::new();
            let read = Read::by_ref(&mut file_read).take(PART_BYTES as u64).read_to_end(&mut bytes);
            read.map(|_| bytes).map_err(MarketError::io(&self.mirror.join(name)))
        };
        let first = piece()?;
        let put = if first.len() < PART_BYTES {
            self.store.put(&key, PutPayload::from(first)).await.map_err(|error| self.fail(&error))?
        } else {
            let upload = self.store.put_multipart(&key).await.map_err(|error| self.fail(&error))?;
            let mut parts = WriteMultipart::new_with_chunk_size(upload, PART_BYTES);
            parts.write(&first);
            loop {
                let next = piece()?;
                if next.is_empty() {
                    break;
                }
                parts.wait_for_capacity(2).await.map_err(|error| self.fail(&error))?;
                parts.write(&next);
            }
            parts.finish().await.map_err(|error| self.fail(&error))?
        };
        match put.e_tag {
            Some(tag) => Ok(tag),
            None => {
                let object = self.store.head(&key).await.map_err(|error| self.fail(&error))?;
                Ok(object.e_tag.unwrap_or_else(|| format!("{} {}", object.last_modified, object.size)))
            }
        }
    }

    async fn lock(&self) -> Result<(), MarketError> {
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        let payload = PutPayload::from(format!("process {}\n", std::process::id()).into_bytes());
        match self.store.put_opts(&self.key(LOCK), payload, options).await {
            Ok(_) => Ok(()),
            Err(object_store::Error::AlreadyExists { .. } | object_store::Error::Precondition { .. }) => {
                Err(MarketError::Remote {
                    url: self.url.clone(),
                    reason: format!(
                        "somebody else writes into it\nhint: wait, or delete {} when nobody does any more",
                        self.key(LOCK)
                    ),
                })
            }
            Err(error) => Err(self.fail(&error)),
        }
    }

    fn key(&self, name: &str) -> Key {
        name.split('/').fold(self.folder.clone(), Key::join)
    }

    fn fail(&self, error: &object_store::Error) -> MarketError {
        let reason = match error {
            object_store::Error::Generic { source, .. } => source.to_string(),
            other => other.to_string(),
        };
        MarketError::Remote { url: self.url.clone(), reason }
    }

    fn state(&self) -> Result<State, MarketError> {
        match self.dir.read(STATE) {
            // a mirror that cannot be understood is fetched again
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).unwrap_or_default()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(State::new()),
            Err(error) => Err(MarketError::io(&self.mirror.join(STATE))(error)),
        }
    }

    fn keep(&self, state: &State) -> Result<(), MarketError> {
        let path = self.mirror.join(STATE);
        let text = serde_json::to_vec(state).map_err(|error| MarketError::file(&path, error))?;
        let (part, mut file) = self.part().map_err(MarketError::io(&path))?;
        let written = file.write_all(&text).and_then(|()| self.dir.rename(&part, &self.dir, STATE));
        written.map_err(MarketError::io(&path))
    }
}

fn part_name() -> String {
    format!(".{}.part", std::process::id())
}

/// A folder within another, both made when they are missing, as a handle. The last two names may be no links that lead
/// elsewhere.
fn folder_within(parent: &Path, name: &str) -> std::io::Result<Dir> {
    std::fs::create_dir_all(parent.parent().unwrap_or(Path::new(".")))?;
    let above = parent.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut dir = links::handle(above)?;
    for name in [parent.file_name().unwrap_or_default(), name.as_ref()] {
        match dir.create_dir(name) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(error),
            _ => dir = dir.open_dir(name)?,
        }
    }
    Ok(dir)
}

/// All files within a folder; what begins with a dot is the mirror's own or half written.
fn gather(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), MarketError> {
    for path in entries(folder)? {
        if path.is_dir() { gather(&path, files)? } else { files.push(path) }
    }
    Ok(())
}
