//! Zip archives: which members there are, and the bytes of one.
//!
//! Promises that no member hides behind another of the same name, and that what cannot be read is told from what is
//! damaged.
//! Refuses to know: what a member's name means; nothing is written under it.

use std::io::{self, Read};
use std::path::Path;

use zip::result::ZipError;

use crate::error::MarketError;

/// Members of one archive at most: Lean keeps a day of minute bars of every option of a chain in one.
const MEMBERS_MAX: usize = 20_000;
/// What a workbook of Excel has and no archive of data.
const WORKBOOK: &str = "xl/workbook.xml";
/// Bytes unpacked at once.
const PIECE_BYTES: u64 = 256 << 10;

type Archive = zip::ZipArchive<io::BufReader<std::fs::File>>;

/// Names and places of the members, sorted by name; folders are none.
pub(super) fn members(path: &Path) -> Result<Vec<(String, usize)>, MarketError> {
    let mut archive = open(path)?;
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
    Ok(members)
}

fn open(path: &Path) -> Result<Archive, MarketError> {
    let file = std::fs::File::open(path).map_err(MarketError::io(path))?;
    zip::ZipArchive::new(io::BufReader::new(file)).map_err(|error| MarketError::file(path, unreadable(&error)))
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

/// A member of an archive, unpacked as it is read by a thread of its own: the archive's reader borrows it.
pub(super) struct Member {
    pieces: std::sync::mpsc::Receiver<io::Result<Vec<u8>>>,
    piece: io::Cursor<Vec<u8>>,
}

impl Member {
    pub(super) fn open(path: &Path, index: usize) -> Result<Member, MarketError> {
        let mut archive = open(path)?;
        // two pieces ahead
        let (sender, pieces) = std::sync::mpsc::sync_channel(2);
        std::thread::spawn(move || {
            let invalid = |reason: String| io::Error::new(io::ErrorKind::InvalidData, reason);
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
        Ok(Member { pieces, piece: io::Cursor::default() })
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
                Err(_) => return Ok(0),
            }
        }
    }
}
