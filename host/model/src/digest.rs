//! Digests: names that content gives itself.

use std::fmt;
use std::str::FromStr;

/// 32 bytes that name a content. A *file's* digest is SHA-256, so that `sha256sum` shows the same one;
/// what is hashed as a stream (what a run said, keys) uses BLAKE3, which is five to ten times faster
/// where the processor has no SHA instructions and sits beside the replay loop.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

/// A text that is no digest.
#[derive(Debug, Clone, thiserror::Error)]
#[error("`{0}` is not a digest (wanted 64 hexadecimal digits)")]
pub struct DigestError(String);

/// Words of one piece: 32 KiB.
const WORDS: usize = 4096;

impl Digest {
    /// SHA-256 of a file's bytes.
    #[must_use]
    pub fn of_file(bytes: &[u8]) -> Digest {
        use sha2::Digest as _;
        Digest(sha2::Sha256::digest(bytes).into())
    }

    /// The raw bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first twelve digits: enough for people.
    #[must_use]
    pub fn short(&self) -> String {
        self.to_string()[..12].to_owned()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Digest, DigestError> {
        let fail = || DigestError(text.chars().take(80).collect());
        // from_str_radix would take a sign as well
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(fail());
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| fail())?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| fail())?;
        }
        Ok(Digest(bytes))
    }
}

/// Builds a stream's digest. Texts and lists carry their length, so that two fields never run into
/// each other.
#[derive(Clone, Default)]
pub struct DigestWriter(blake3::Hasher);

impl DigestWriter {
    /// A writer for one purpose; other purposes give other digests for the same content.
    #[must_use]
    pub fn new(purpose: &str) -> DigestWriter {
        let mut writer = DigestWriter(blake3::Hasher::new());
        writer.text(purpose);
        writer
    }

    /// Bytes as they are.
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.update(bytes);
        self
    }

    /// A number.
    pub fn number(&mut self, number: u64) -> &mut Self {
        self.bytes(&number.to_le_bytes())
    }

    /// A text with its length before it.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.number(text.len() as u64).bytes(text.as_bytes())
    }

    /// The bits of numbers, as many as there are: cut anywhere, the same numbers give the same digest.
    pub fn numbers(&mut self, values: &[f64]) -> &mut Self {
        self.words(values, f64::to_bits)
    }

    /// As [`numbers`](DigestWriter::numbers), of whole ones.
    pub fn integers(&mut self, values: &[i64]) -> &mut Self {
        self.words(values, i64::cast_unsigned)
    }

    /// In pieces on the stack that keep BLAKE3 on its wide path.
    fn words<T: Copy>(&mut self, values: &[T], word: impl Fn(T) -> u64) -> &mut Self {
        let mut buffer = [0; 8 * WORDS];
        for piece in values.chunks(WORDS) {
            for (bytes, value) in buffer.chunks_exact_mut(8).zip(piece) {
                bytes.copy_from_slice(&word(*value).to_le_bytes());
            }
            self.0.update(&buffer[..8 * piece.len()]);
        }
        self
    }

    /// Another digest.
    pub fn digest(&mut self, digest: &Digest) -> &mut Self {
        self.bytes(&digest.0)
    }

    /// The digest of everything written.
    #[must_use]
    pub fn finish(&self) -> Digest {
        Digest(*self.0.finalize().as_bytes())
    }
}

impl std::hash::Hasher for DigestWriter {
    fn finish(&self) -> u64 {
        let digest = DigestWriter::finish(self);
        u64::from_le_bytes(std::array::from_fn(|i| digest.0[i]))
    }

    fn write(&mut self, bytes: &[u8]) {
        self.bytes(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_64_hexadecimal_digits_and_nothing_else() {
        let digest = Digest::of_file(b"file");
        assert_eq!(digest.to_string().parse::<Digest>().ok(), Some(digest));
        for text in ["", "0", &"g".repeat(64), &"+f".repeat(32), &"é".repeat(32), &"0".repeat(65)] {
            assert!(text.parse::<Digest>().is_err(), "{text}");
        }
    }
}
