//! The text of a file, whether it is packed with gzip or not: told by its first bytes, not by its name.
//!
//! Promises that no more than a named number of bytes comes out, and that a stream which was cut or
//! damaged ends in an error that says so, never in fewer rows.
//! Refuses to know: what the text means.

use std::io::{self, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;

/// Bytes that one file may unpack to. A year of one-minute bars of 500 symbols has about 3 GiB; gzip packs zeros
/// a thousandfold, so a small file proves nothing.
const BYTES_MAX: u64 = 8 << 30;
/// What every gzip stream begins with (RFC 1952, 2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// A text as it is read.
pub(super) struct Text {
    bytes: Box<dyn Read>,
    left: u64,
    packed: bool,
}

impl Text {
    /// Opens a file.
    pub(super) fn open(path: &Path) -> io::Result<Text> {
        Text::of(std::fs::File::open(path)?, BYTES_MAX)
    }

    fn of(mut file: impl Read + 'static, bytes_max: u64) -> io::Result<Text> {
        let mut head = Vec::new();
        file.by_ref().take(GZIP.len() as u64).read_to_end(&mut head)?;
        let packed = head == GZIP;
        let whole = io::Cursor::new(head).chain(file);
        let bytes: Box<dyn Read> = if packed { Box::new(MultiGzDecoder::new(whole)) } else { Box::new(whole) };
        Ok(Text { bytes, left: bytes_max, packed })
    }
}

impl Read for Text {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer).map_err(|error| if self.packed { unpacking(error) } else { error })?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| {
            io::Error::other(format!("it holds more than {BYTES_MAX} bytes of text\nhint: cut it into several files"))
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
pub(super) fn pack(text: &str) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(file: Vec<u8>, bytes_max: u64) -> Result<String, String> {
        let mut text = String::new();
        let read = Text::of(io::Cursor::new(file), bytes_max).and_then(|mut file| file.read_to_string(&mut text));
        read.map(|_| text).map_err(|error| error.to_string().lines().next().unwrap_or_default().to_owned())
    }

    #[test]
    fn a_packed_text_is_read_whole_or_refused() {
        let packed = pack("time,close\n");
        let with = |at: usize, byte: u8| {
            let mut packed = packed.clone();
            packed[at] ^= byte;
            packed
        };
        let crc = packed.len() - 8;
        let truncated = "the gzip stream ends too early: the file is truncated";
        for (file, bytes_max, want) in [
            (Vec::new(), 9, Ok("")),
            (b"t".to_vec(), 9, Ok("t")),
            (b"plain".to_vec(), 5, Ok("plain")),
            (b"plain".to_vec(), 4, Err("it holds more than 8589934592 bytes of text")),
            (packed.clone(), 11, Ok("time,close\n")),
            (packed.clone(), 10, Err("it holds more than 8589934592 bytes of text")),
            ([pack("time,"), pack("close\n")].concat(), 11, Ok("time,close\n")),
            (packed[..2].to_vec(), 99, Err(truncated)),
            (packed[..15].to_vec(), 99, Err(truncated)),
            (packed[..packed.len() - 1].to_vec(), 99, Err(truncated)),
            (
                with(crc, 1),
                99,
                Err("the gzip stream is damaged (corrupt gzip stream does not have a matching checksum)"),
            ),
            ([packed.clone(), b"rest".to_vec()].concat(), 99, Err(truncated)),
            (with(2, 1), 99, Err("the gzip stream is damaged (invalid gzip header)")),
        ] {
            assert_eq!(read(file.clone(), bytes_max), want.map(str::to_owned).map_err(str::to_owned), "{file:?}");
        }
    }
}
