//! How deeply the columns of a Parquet file are nested, before anything is read by recursion.
//!
//! The footer lists the schema depth first, each element with the number of its children (parquet-format,
//! `FileMetaData.schema` and `SchemaElement.num_children`), in Thrift's compact protocol. A few kilobytes of it can say a
//! million levels, and readers that build a tree of them end with the stack.
//! Refuses to know: anything else of the footer.

use std::io::{Read, Seek, SeekFrom};

use crate::error::MarketError;

/// Levels at most, the root counted. Lists of structs have five; bars have two.
const LEVELS_MAX: usize = 16;
/// Bytes of a footer at most: 10,000 columns in 1,000 row groups have about as many.
const FOOTER_BYTES_MAX: u64 = 1 << 30;
/// Structs within structs of the footer that are passed over: a logical type has three.
const STRUCTS_MAX: usize = 16;

/// Refuses a file whose schema has more levels than any table has.
pub(super) fn check(file: &mut (impl Read + Seek), shown: &str) -> Result<(), MarketError> {
    let io = |error| MarketError::Io { path: shown.to_owned(), error };
    let fail = |reason: String| MarketError::File { path: shown.to_owned(), reason };
    let broken = || fail("it is not a whole Parquet file (its footer is damaged)".to_owned());
    let bytes = file.seek(SeekFrom::End(0)).map_err(io)?;
    if bytes < 12 {
        return Err(broken());
    }
    file.seek(SeekFrom::End(-8)).map_err(io)?;
    let mut tail = [0; 8];
    file.read_exact(&mut tail).map_err(io)?;
    let [a, b, c, d, mark @ ..] = tail;
    let length = u64::from(u32::from_le_bytes([a, b, c, d]));
    if &mark != b"PAR1" || length > bytes - 12 {
        return Err(broken());
    }
    if length > FOOTER_BYTES_MAX {
        return Err(fail(format!("its footer has {length} bytes, {FOOTER_BYTES_MAX} at most")));
    }
    file.seek(SeekFrom::Start(bytes - 8 - length)).map_err(io)?;
    let mut footer = Vec::new();
    file.take(length).read_to_end(&mut footer).map_err(io)?;
    file.seek(SeekFrom::Start(0)).map_err(io)?;
    let levels = levels(&footer).ok_or_else(broken)?;
    if levels > LEVELS_MAX {
        return Err(fail(format!(
            "its columns are nested {levels} deep, {LEVELS_MAX} at most\nhint: write a flat table"
        )));
    }
    Ok(())
}

/// Levels of the schema; counting ends a little after there are too many. `None` for what is no footer.
fn levels(footer: &[u8]) -> Option<usize> {
    let mut thrift = Thrift { bytes: footer };
    let mut id = 0;
    loop {
        let field = thrift.field(&mut id)?;
        match field {
            Some((2, LIST)) => break,
            Some((_, kind)) => thrift.pass(kind, 0)?,
            // a file without a schema
            None => return None,
        }
    }
    let (elements, kind) = thrift.list()?;
    if kind != STRUCT {
        return None;
    }
    // children that are still to come, of each open element
    let mut open: Vec<u64> = Vec::new();
    let mut deepest = 0;
    for _ in 0..elements {
        let children = thrift.children()?;
        while open.last() == Some(&0) {
            open.pop();
        }
        if let Some(left) = open.last_mut() {
            *left -= 1;
        }
        open.push(children);
        deepest = deepest.max(open.len());
        if deepest > LEVELS_MAX {
            break;
        }
    }
    Some(deepest)
}

/// Types of Thrift's compact protocol.
const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const I16: u8 = 4;
const I64: u8 = 6;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const SET: u8 = 10;
const MAP: u8 = 11;
const STRUCT: u8 = 12;

/// What is left to read.
struct Thrift<'a> {
    bytes: &'a [u8],
}

impl Thrift<'_> {
    /// The next field of a struct; `Some(None)` at its end.
    fn field(&mut self, id: &mut i64) -> Option<Option<(i64, u8)>> {
        let head = self.byte()?;
        if head == 0 {
            return Some(None);
        }
        let delta = i64::from(head >> 4);
        *id = if delta == 0 { self.zigzag()? } else { id.checked_add(delta)? };
        Some(Some((*id, head & 15)))
    }

    /// How many elements a list has, and of which type.
    fn list(&mut self) -> Option<(u64, u8)> {
        let head = self.byte()?;
        let count = if head >> 4 == 15 { self.number()? } else { u64::from(head >> 4) };
        // each has a byte at least
        (count <= u64::try_from(self.bytes.len()).ok()?).then_some((count, head & 15))
    }

    /// Passes over a schema element; the number of its children.
    fn children(&mut self) -> Option<u64> {
        let (mut id, mut children) = (0, 0);
        while let Some((field, kind)) = self.field(&mut id)? {
            match (field, kind) {
                // i32 and i64 are written alike
                (5, I16..=I64) => children = u64::try_from(self.zigzag()?).ok()?,
                (_, kind) => self.pass(kind, 0)?,
            }
        }
        Some(children)
    }

    fn pass(&mut self, kind: u8, depth: usize) -> Option<()> {
        if depth > STRUCTS_MAX {
            return None;
        }
        match kind {
            TRUE | FALSE => Some(()),
            BYTE => self.byte().map(|_| ()),
            I16..=I64 => self.number().map(|_| ()),
            DOUBLE => self.skip(8),
            BINARY => {
                let length = self.number()?;
                self.skip(length)
            }
            LIST | SET => {
                let (count, kind) = self.list()?;
                // in a list a truth value has a byte
                (0..count).try_for_each(|_| self.pass(if kind <= FALSE { BYTE } else { kind }, depth + 1))
            }
            MAP => {
                let count = self.number()?;
                let kinds = if count > 0 { self.byte()? } else { 0 };
                (0..count).try_for_each(|_| {
                    self.pass(kinds >> 4, depth + 1)?;
                    self.pass(kinds & 15, depth + 1)
                })
            }
            STRUCT => {
                let mut id = 0;
                while let Some((_, kind)) = self.field(&mut id)? {
                    self.pass(kind, depth + 1)?;
                }
                Some(())
            }
            _ => None,
        }
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*first)
    }

    fn skip(&mut self, bytes: u64) -> Option<()> {
        self.bytes = self.bytes.get(usize::try_from(bytes).ok()?..)?;
        Some(())
    }

    /// Seven bits a byte, the lowest first.
    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 127) << shift;
            if byte < 128 {
                return Some(number);
            }
        }
        None
    }

    fn zigzag(&mut self) -> Option<i64> {
        let number = self.number()?;
        let half = i64::try_from(number >> 1).ok()?;
        Some(if number & 1 == 0 { half } else { -half - 1 })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A file whose footer says a schema of so many levels, each but the last with one child.
    pub(in super::super) fn nested(levels: usize) -> Vec<u8> {
        // version 1; a list of structs of so many elements
        let mut footer = vec![0x15, 0x02, 0x19, 0xfc];
        let mut count = levels;
        while count > 127 {
            footer.push((count & 127) as u8 | 128);
            count >>= 7;
        }
        footer.push(count as u8);
        for level in 0..levels {
            // name "a", and one child
            footer.extend([0x48, 1, b'a']);
            if level + 1 < levels {
                footer.extend([0x15, 0x02]);
            }
            footer.push(0);
        }
        // no rows, no row groups
        footer.extend([0x16, 0x00, 0x19, 0x0c, 0]);
        let length = u32::try_from(footer.len()).unwrap().to_le_bytes();
        [b"PAR1".to_vec(), footer, length.to_vec(), b"PAR1".to_vec()].concat()
    }

    #[test]
    fn levels_are_counted_without_a_tree() {
        let said = |bytes: Vec<u8>| match check(&mut std::io::Cursor::new(bytes), "a.parquet") {
            Ok(()) => String::new(),
            Err(error) => error.to_string(),
        };
        let damaged = "a.parquet: it is not a whole Parquet file (its footer is damaged)";
        let deep = "a.parquet: its columns are nested 17 deep, 16 at most\nhint: write a flat table";
        let mut cut = nested(3);
        cut.drain(10..12);
        for (bytes, want) in [
            (nested(2), ""),
            (nested(16), ""),
            (nested(17), deep),
            (nested(1_000_000), deep),
            (cut, damaged),
            (b"PAR1".to_vec(), damaged),
            (b"PAR1\xff\xff\xff\x7fPAR1".to_vec(), damaged),
            (b"PAR1\x29\x1c\0\0\x04\0\0\0PAR1".to_vec(), ""),
        ] {
            assert_eq!(said(bytes.clone()), want, "{:?}", &bytes[..bytes.len().min(40)]);
        }
    }
}
