//! Where bytes come from: a file, a member of a zip archive, either packed with gzip or not.
//!
//! Promises that no more than a named number of bytes comes out of a packed file, and that a stream which was cut or
//! damaged ends in an error that says so, never in fewer rows.
//! Refuses to know: what the bytes mean.

mod archive;

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::MultiGzDecoder;

use self::archive::{Archive, Member};
use super::cells::is_utf16;
use crate::error::MarketError;

/// Bytes that one file may unpack to. A year of one-minute bars of 500 symbols has about 3 GiB; gzip packs zeros
/// a thousandfold, so a small file proves nothing.
const BYTES_MAX: u64 = 8 << 30;
/// What every gzip stream begins with (RFC 1952, 2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// What every zip archive begins with (APPNOTE 4.3.7; 4.3.16 for an empty one).
const ZIP: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];
/// What files begin with that hold data, but not as this reads it.
const OTHERS: [(&[u8], &str); 9] = [
    (b"PK\x03\x04", "it is an archive within an archive\nhint: unpack it first"),
    (b"\x1f\x8b", "it is packed with gzip twice\nhint: unpack it first"),
    (b"\x28\xb5\x2f\xfd", "it is packed with zstd\nhint: unpack it first"),
    (b"\xfd7zXZ", "it is packed with xz\nhint: unpack it first"),
    (b"BZh", "it is packed with bzip2\nhint: unpack it first"),
    (b"7z\xbc\xaf", "it is an archive of 7-Zip\nhint: unpack it first"),
    (b"ARROW1", "it is a file of Arrow or Feather\nhint: write it as Parquet"),
    (b"\x89HDF", "it is a file of HDF5\nhint: write it as Parquet or CSV"),
    (b"\xd0\xcf\x11\xe0", "it is a workbook of Excel\nhint: save its sheets as CSV"),
];
/// First bytes by which a format is recognised: some hundred lines.
pub(crate) const HEAD_BYTES: usize = 64 << 10;

/// One stream of bytes that can be read from its beginning any number of times.
#[derive(Clone)]
pub(crate) struct Source {
    /// As it is said to people: `lean/aapl.zip!aapl.csv`.
    pub(crate) shown: String,
    /// The file on disk; empty for bytes in memory.
    pub(crate) path: PathBuf,
    place: Place,
    /// Bytes of the file on disk that were read so far, for progress.
    progress: Arc<AtomicU64>,
}

#[derive(Clone)]
enum Place {
    File,
    Member(usize, String, Archive),
    Bytes(String, Arc<[u8]>),
}

/// The beginning of a source.
pub(crate) struct Head<'a> {
    pub(crate) shown: &'a str,
    /// The path of the file on disk.
    pub(crate) path: &'a Path,
    /// The file's own name in lower case, of an archive the member's, without `.gz`.
    pub(crate) name: String,
    /// Its first bytes, unpacked.
    pub(crate) bytes: Vec<u8>,
}

impl Source {
    /// What a file holds: itself, or the members of an archive, sorted by name.
    pub(crate) fn of_file(path: &Path, progress: &Arc<AtomicU64>) -> Result<Vec<Source>, MarketError> {
        let source = |shown: String, place: Place| Source {
            shown,
            path: path.to_owned(),
            place,
            progress: Arc::clone(progress),
        };
        let shown = path.display().to_string();
        let mut file = std::fs::File::open(path).map_err(MarketError::io(path))?;
        let mut head = Vec::new();
        file.by_ref().take(4).read_to_end(&mut head).map_err(MarketError::io(path))?;
        if !ZIP.contains(&head.as_slice()) {
            return Ok(vec![source(shown, Place::File)]);
        }
        let (archive, members) = archive::members(path)?;
        Ok(members
            .into_iter()
            .map(|(name, index)| source(format!("{shown}!{name}"), Place::Member(index, name, archive.clone())))
            .collect())
    }

    /// Bytes in memory, under a file's name.
    pub(crate) fn of_bytes(name: &str, bytes: &[u8]) -> Source {
        Source {
            shown: name.to_owned(),
            path: PathBuf::from(name),
            place: Place::Bytes(name.to_owned(), bytes.into()),
            progress: Arc::default(),
        }
    }

    /// The file's own name, of an archive the member's, as it is written.
    pub(crate) fn name(&self) -> &str {
        let name = match &self.place {
            Place::File => self.path.file_name().and_then(|name| name.to_str()).unwrap_or_default(),
            Place::Member(_, name, _) => name.as_str(),
            Place::Bytes(name, _) => name.as_str(),
        };
        name.rsplit(['/', '\\']).next().unwrap_or_default()
    }

    /// The file's name without what says how it is written: `sp500` of `sp500.csv.gz`.
    pub(crate) fn stem(&self) -> &str {
        let name = self.name();
        let plain = if name.to_lowercase().ends_with(".gz") { &name[..name.len() - 3] } else { name };
        plain.rsplit_once('.').map_or(plain, |(stem, _)| if stem.is_empty() { plain } else { stem })
    }

    /// Whether it is a plain file on disk, which can be read out of order.
    pub(crate) fn is_file(&self) -> bool {
        matches!(self.place, Place::File)
    }

    /// Its bytes from the first on, unpacked.
    pub(crate) fn open(&self) -> Result<Box<dyn Read>, MarketError> {
        self.open_within(BYTES_MAX)
    }

    fn open_within(&self, bytes_max: u64) -> Result<Box<dyn Read>, MarketError> {
        let counted = |file| Counted { file, progress: Arc::clone(&self.progress) };
        let bytes: Box<dyn Read> = match &self.place {
            Place::File => Box::new(counted(std::fs::File::open(&self.path).map_err(MarketError::io(&self.path))?)),
            Place::Bytes(_, bytes) => Box::new(io::Cursor::new(Arc::clone(bytes))),
            Place::Member(index, _, archive) => Box::new(Member::of(archive, *index)),
        };
        Unpacked::of(bytes, bytes_max).map(|bytes| Box::new(bytes) as Box<dyn Read>).map_err(self.io())
    }

    /// An error of reading it.
    pub(crate) fn io(&self) -> impl Fn(io::Error) -> MarketError {
        let path = self.shown.clone();
        move |error| MarketError::Io { path: path.clone(), error }
    }

    /// An error of the file as a whole.
    pub(crate) fn fail(&self, reason: impl std::fmt::Display) -> MarketError {
        MarketError::File { path: self.shown.clone(), reason: reason.to_string() }
    }

    /// An error of one of its lines.
    pub(crate) fn fail_at(&self, line: u64, reason: impl std::fmt::Display) -> MarketError {
        MarketError::Line { path: self.shown.clone(), line, reason: reason.to_string() }
    }

    /// Its beginning.
    pub(crate) fn head(&self) -> Result<Head<'_>, MarketError> {
        let mut bytes = Vec::new();
        let before = self.progress.load(Ordering::Relaxed);
        self.open()?.take(HEAD_BYTES as u64).read_to_end(&mut bytes).map_err(self.io())?;
        self.progress.store(before, Ordering::Relaxed);
        let name = self.name().to_lowercase();
        let name = name.strip_suffix(".gz").map(str::to_owned).unwrap_or(name);
        Ok(Head { shown: &self.shown, path: &self.path, name, bytes })
    }
}

impl Head<'_> {
    /// Its lines without their ends, as far as they are whole and text; a byte order mark belongs to none.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &str> {
        let bytes = self.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&self.bytes);
        let whole = if self.bytes.len() < HEAD_BYTES {
            bytes
        } else {
            &bytes[..bytes.iter().rposition(|byte| *byte == b'\n').unwrap_or(0)]
        };
        let lines = whole.split(|byte| *byte == b'\n').map_while(|line| std::str::from_utf8(line).ok());
        lines.map(|line| line.trim_end_matches('\r'))
    }

    /// What it is, when that is known and nothing that is read here.
    pub(crate) fn other(&self) -> Option<&'static str> {
        let known = OTHERS.iter().find(|(mark, _)| self.bytes.starts_with(mark)).map(|(_, what)| *what);
        known.or_else(|| is_utf16(&self.bytes).then_some("its text is UTF-16\nhint: save it as UTF-8"))
    }

    /// What the first line reads, for people.
    pub(crate) fn first_line_shown(&self) -> String {
        if self.bytes.is_empty() {
            return "nothing: it is empty".to_owned();
        }
        if self.bytes.len() >= HEAD_BYTES && !self.bytes.contains(&b'\n') {
            return format!("a line of more than {HEAD_BYTES} bytes");
        }
        let Some(first) = self.lines().next() else { return "bytes that are no text".to_owned() };
        let line = self.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or(first);
        let shown = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
        let cut: String = line.chars().take(120).map(shown).collect();
        format!("`{cut}{}`", if line.chars().nth(120).is_some() { "…" } else { "" })
    }
}

/// Counts what is read of a file.
struct Counted {
    file: std::fs::File,
    progress: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.progress.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// Bytes that were packed with gzip, or were not: told by the first of them, not by a name.
struct Unpacked {
    bytes: Box<dyn Read>,
    left: u64,
    packed: bool,
}

impl Unpacked {
    fn of(mut file: Box<dyn Read>, bytes_max: u64) -> io::Result<Unpacked> {
        let mut head = Vec::new();
        file.by_ref().take(GZIP.len() as u64).read_to_end(&mut head)?;
        let packed = head == GZIP;
        let whole = io::Cursor::new(head).chain(file);
        let bytes: Box<dyn Read> = if packed { Box::new(MultiGzDecoder::new(whole)) } else { Box::new(whole) };
        Ok(Unpacked { bytes, left: bytes_max, packed })
    }
}

impl Read for Unpacked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer).map_err(|error| if self.packed { unpacking(error) } else { error })?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| {
            io::Error::other(format!("it holds more than {BYTES_MAX} bytes\nhint: cut it into several files"))
        })?;
        Ok(read)
    }
}

fn unpacking(error: io::Error) -> io::Error {
    let reason = match error.kind() {
        io::ErrorKind::UnexpectedEof => "the gzip stream ends too early: the file is truncated".to_owned(),
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => format!("the gzip stream is damaged ({error})"),
        _ => return error,
    };
    io::Error::new(io::ErrorKind::InvalidData, format!("{reason}\nhint: fetch or pack it again"))
}

#[cfg(test)]
mod tests;
