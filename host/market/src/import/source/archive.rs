//! Zip archives: which members there are, and the bytes of one.
//!
//! Promises that no member hides behind another of the same name, that the list of the members is read once however many
//! there are, and that what cannot be read is told from what is damaged.
//! Refuses to know: what a member's name means; nothing is written under it.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use zip::result::ZipError;

use crate::error::MarketError;

/// Members of one archive at most: Lean keeps a day of minute bars of every option of a chain in one.
const MEMBERS_MAX: usize = 20_000;
/// What a workbook of Excel has and no archive of data.
const WORKBOOK: &str = "xl/workbook.xml";
/// Bytes unpacked at once.
const PIECE_BYTES: u64 = 256 << 10;

/// An archive whose list of members was read. Clones share it, and the file.
#[derive(Clone)]
pub(super) struct Archive(zip::ZipArchive<Shared>);

/// The archive, and names and places of its members, sorted by name; folders are none.
pub(super) fn members(path: &Path) -> Result<(Archive, Vec<(String, usize)>), MarketError> {
    let file = File::open(path).map_err(MarketError::io(path))?;
    let shared = Shared { file: Arc::new(Mutex::new(file)), at: 0 };
    let archive = zip::ZipArchive::new(shared);
    let mut archive = archive.map_err(|error| MarketError::file(path, unreadable(&error)))?;
    if archive.len() > MEMBERS_MAX {
        return Err(MarketError::file(path, format!("it has {} members, {MEMBERS_MAX} at most", archive.len())));
    }
    // the reader keeps the last of them
    if archive.has_duplicate_names() {
        let reason = "two of its members have one name\nhint: pack it again, each file under a name of its own";
        return Err(MarketError::file(path, reason));
    }
    let mut members = Vec::new();
    for index in 0..archive.len() {
        let member = archive.by_index_raw(index).map_err(|error| MarketError::file(path, unreadable(&error)))?;
        if member.is_dir() {
            continue;
        }
        let name = member.name().map_err(|error| MarketError::file(path, unreadable(&error)))?;
        if name == WORKBOOK {
            return Err(MarketError::file(path, "it is a workbook of Excel\nhint: save its sheets as CSV"));
        }
        members.push((name.into_owned(), index));
    }
    if members.is_empty() {
        return Err(MarketError::file(path, "the archive is empty"));
    }
    members.sort();
    Ok((Archive(archive), members))
}

/// A file that several read, each at a place of its own.
#[derive(Clone)]
struct Shared {
    file: Arc<Mutex<File>>,
    at: u64,
}

impl Read for Shared {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.at))?;
        let read = file.read(buffer)?;
        self.at = self.at.saturating_add(read as u64);
        Ok(read)
    }
}

impl Seek for Shared {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let (from, by) = match to {
            SeekFrom::Start(at) => (at, 0),
            SeekFrom::Current(by) => (self.at, by),
            SeekFrom::End(by) => (self.file.lock().unwrap_or_else(PoisonError::into_inner).metadata()?.len(), by),
        };
        self.at = from.checked_add_signed(by).ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

fn unreadable(error: &ZipError) -> String {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => {
            "it is encrypted\nhint: unpack it with its password first".to_owned()
        }
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => {
            format!("it is packed in a way that is not read here ({error})\nhint: unpack it first")
        }
        _ => damaged(error),
    }
}

fn damaged(error: impl std::fmt::Display) -> String {
    format!("the zip archive is damaged ({error})\nhint: fetch or pack it again")
}

fn invalid(reason: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

/// A member of an archive, unpacked as it is read by a thread of its own: the archive's reader borrows it. The thread
/// ends with it.
pub(super) struct Member {
    pieces: Receiver<io::Result<Vec<u8>>>,
    piece: io::Cursor<Vec<u8>>,
    thread: Option<JoinHandle<()>>,
}

impl Member {
    pub(super) fn of(archive: &Archive, index: usize) -> Member {
        let Archive(mut archive) = archive.clone();
        // two pieces ahead
        let (sender, pieces) = sync_channel(2);
        let thread = std::thread::spawn(move || {
            let mut member = match archive.by_index(index) {
                Ok(member) => member,
                Err(error) => {
                    let _ = sender.send(Err(invalid(unreadable(&error))));
                    return;
                }
            };
            loop {
                let mut piece = Vec::new();
                let read = member.by_ref().take(PIECE_BYTES).read_to_end(&mut piece);
                let ended = piece.is_empty();
                let reason = |error: io::Error| match error.get_ref().and_then(|inner| inner.downcast_ref::<ZipError>())
                {
                    Some(error) => unreadable(error),
                    None => damaged(error),
                };
                let piece = read.map(|_| piece).map_err(|error| invalid(reason(error)));
                let failed = piece.is_err();
                // whoever read it may have had enough
                if ended && !failed {
                    return;
                }
                if sender.send(piece).is_err() || failed {
                    return;
                }
            }
        });
        Member { pieces, piece: io::Cursor::default(), thread: Some(thread) }
    }
}

impl Read for Member {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.piece.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            match self.pieces.recv() {
                Ok(piece) => self.piece = io::Cursor::new(piece?),
                // nothing comes any more; from a thread that has panicked this is no end
                Err(_) if self.thread.take().is_some_and(|thread| thread.join().is_err()) => {
                    return Err(invalid(damaged("it cannot be unpacked")));
                }
                Err(_) => return Ok(0),
            }
        }
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        // whoever waits to send learns that nobody listens
        self.pieces = sync_channel(0).1;
        // whether it has panicked does not matter to those who have had enough
        let _ = self.thread.take().map(JoinHandle::join);
    }
}
