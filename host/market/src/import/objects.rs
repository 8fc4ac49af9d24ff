//! Flat JSON objects as lines of cells: one a line, or the elements of one array.
//!
//! Promises that one object at a time is held, and that a key which the first object has not is refused, not dropped.
//! Refuses to know: what the keys mean.

mod cell;

use std::io::{self, BufRead, BufReader, Read};

use super::sheet::Records;
use super::source::Source;
use crate::error::MarketError;

/// Bytes of one object at most: a row of 10,000 fields with names and 20 digits each has half of it.
const OBJECT_BYTES_MAX: usize = 1 << 20;

/// The objects of a source, one after the other.
pub(crate) struct Objects {
    shown: String,
    bytes: BufReader<Box<dyn Read>>,
    /// Whether they stand in an array; otherwise each is a line. Told by the first byte.
    array: Option<bool>,
    /// The line that is being read, and the one on which the object began.
    at_line: u64,
    began: u64,
    object: Vec<u8>,
    names: Vec<String>,
    cells: Vec<Vec<u8>>,
    wrong: Option<String>,
}

impl Objects {
    /// Cells by name are those of `names`.
    pub(crate) fn open(source: &Source, names: &[String]) -> Result<Objects, MarketError> {
        Ok(Objects::over(&source.shown, source.open()?, names))
    }

    fn over(shown: &str, bytes: Box<dyn Read>, names: &[String]) -> Objects {
        Objects {
            shown: shown.to_owned(),
            bytes: BufReader::with_capacity(128 << 10, bytes),
            array: None,
            at_line: 1,
            began: 1,
            object: Vec::new(),
            names: names.to_vec(),
            cells: vec![Vec::new(); names.len()],
            wrong: None,
        }
    }

    /// The keys of the first object that can be read in some bytes; `None` when there is none.
    pub(crate) fn names_in(bytes: &[u8]) -> Option<Vec<String>> {
        let mut objects = Objects::over("", Box::new(io::Cursor::new(bytes.to_vec())), &[]);
        objects.next().ok().filter(|more| *more)?;
        cell::names(&objects.object).ok()
    }

    /// Finds the next object; false after the last.
    fn next(&mut self) -> Result<bool, MarketError> {
        let array = match self.array {
            Some(array) => array,
            None => {
                let first = self.first()?;
                *self.array.insert(first == Some(b'['))
            }
        };
        if array { self.element() } else { self.whole_line() }
    }

    /// The first byte that is no blank and no byte order mark. That of an array is taken.
    fn first(&mut self) -> Result<Option<u8>, MarketError> {
        loop {
            let Some(byte) = self.peek()? else { return Ok(None) };
            match byte {
                b'\n' => self.at_line += 1,
                b'[' => {}
                b' ' | b'\t' | b'\r' | 0xef | 0xbb | 0xbf => {}
                other => return Ok(Some(other)),
            }
            self.bytes.consume(1);
            if byte == b'[' {
                return Ok(Some(byte));
            }
        }
    }

    fn whole_line(&mut self) -> Result<bool, MarketError> {
        loop {
            self.object.clear();
            self.began = self.at_line;
            let most = u64::try_from(OBJECT_BYTES_MAX + 1).unwrap_or(u64::MAX);
            let read = (&mut self.bytes).take(most).read_until(b'\n', &mut self.object);
            if read.map_err(io_of(&self.shown))? == 0 {
                return Ok(false);
            }
            if self.object.len() > OBJECT_BYTES_MAX {
                return Err(self.too_long());
            }
            self.at_line += 1;
            if !self.object.trim_ascii().is_empty() {
                return Ok(true);
            }
        }
    }

    /// The next element of the array, from its brace to the one that closes it.
    fn element(&mut self) -> Result<bool, MarketError> {
        self.object.clear();
        let (mut depth, mut text, mut escaped) = (0_u32, false, false);
        loop {
            let Some(byte) = self.peek()? else {
                let reason = "it ends within its array of objects: it is cut";
                return Err(MarketError::Line {
                    path: self.shown.clone(),
                    line: self.at_line,
                    reason: reason.to_owned(),
                });
            };
            self.bytes.consume(1);
            self.at_line += u64::from(byte == b'\n');
            if depth == 0 {
                match byte {
                    b'{' => self.began = self.at_line,
                    b']' => return Ok(false),
                    b',' | b' ' | b'\t' | b'\r' | b'\n' => continue,
                    other => {
                        let reason = format!("`{}` where an object should begin", char::from(other).escape_default());
                        return Err(MarketError::Line { path: self.shown.clone(), line: self.at_line, reason });
                    }
                }
            }
            self.object.push(byte);
            if self.object.len() > OBJECT_BYTES_MAX {
                return Err(self.too_long());
            }
            match byte {
                _ if escaped => escaped = false,
                b'\\' if text => escaped = true,
                b'"' => text = !text,
                b'{' | b'[' if !text => depth += 1,
                b'}' | b']' if !text => {
                    depth -= 1;
                    if depth == 0 {
                        return Ok(true);
                    }
                }
                _ => {}
            }
        }
    }

    fn peek(&mut self) -> Result<Option<u8>, MarketError> {
        Ok(self.bytes.fill_buf().map_err(io_of(&self.shown))?.first().copied())
    }

    fn too_long(&self) -> MarketError {
        let reason = format!("an object is longer than {OBJECT_BYTES_MAX} bytes: it is no row");
        MarketError::Line { path: self.shown.clone(), line: self.began, reason }
    }
}

impl Records for Objects {
    fn advance(&mut self) -> Result<bool, MarketError> {
        if !self.next()? {
            return Ok(false);
        }
        self.cells.iter_mut().for_each(Vec::clear);
        self.wrong = cell::read(&self.object, &self.names, &mut self.cells).err();
        Ok(true)
    }

    fn line(&self) -> u64 {
        self.began
    }

    fn cell(&self, at: usize) -> &[u8] {
        self.cells.get(at).map_or(&[], |cell| cell.trim_ascii())
    }

    fn wrong(&self, _: usize) -> Option<String> {
        self.wrong.clone()
    }
}

fn io_of(shown: &str) -> impl FnOnce(io::Error) -> MarketError {
    let path = shown.to_owned();
    |error| MarketError::Io { path, error }
}
