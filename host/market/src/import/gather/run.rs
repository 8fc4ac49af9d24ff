//! Runs: rows of one series in the order of their known times, in memory or in a file that has no name.
//!
//! Promises that rows of one moment stay in the order in which they came.
//! Refuses to know: what the values are.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use crate::calendar::Calendar;
use crate::error::MarketError;
use crate::quality::Place;

/// Where a row stands in time and where it came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Stamp {
    /// Known time (UTC ns), or the day (days since 1970) of rows of days.
    pub(super) key: i64,
    /// Beginning of the period of a released number, else 0.
    pub(super) period: i64,
    /// Number of the file.
    pub(super) file: u32,
    /// Line of the file.
    pub(super) line: u32,
}

/// Bytes of a stamp.
pub(super) const STAMP_BYTES: usize = 24;

impl Stamp {
    fn order(&self) -> (i64, i64) {
        (self.key, self.period)
    }

    fn to_bytes(self) -> [u8; STAMP_BYTES] {
        let mut bytes = [0; STAMP_BYTES];
        bytes[..8].copy_from_slice(&self.key.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.period.to_le_bytes());
        bytes[16..20].copy_from_slice(&self.file.to_le_bytes());
        bytes[20..].copy_from_slice(&self.line.to_le_bytes());
        bytes
    }

    fn from_bytes(bytes: &[u8; STAMP_BYTES]) -> Stamp {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q @ .., u, v, w, x] = *bytes;
        let [q, r, s, t] = q;
        Stamp {
            key: i64::from_le_bytes([a, b, c, d, e, f, g, h]),
            period: i64::from_le_bytes([i, j, k, l, m, n, o, p]),
            file: u32::from_le_bytes([q, r, s, t]),
            line: u32::from_le_bytes([u, v, w, x]),
        }
    }
}

/// Rows as they come.
#[derive(Default)]
pub(super) struct Buffer {
    width: usize,
    stamps: Vec<Stamp>,
    values: Vec<f64>,
    /// A row came that is before the one before it.
    disordered: bool,
}

impl Buffer {
    pub(super) fn new(width: usize) -> Buffer {
        Buffer { width, ..Buffer::default() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.stamps.is_empty()
    }

    /// The next row, with at most as many values as the buffer is wide; those that are left are missing.
    pub(super) fn push(&mut self, stamp: Stamp, values: impl Iterator<Item = f64>) {
        self.disordered |= self.stamps.last().is_some_and(|last| last.order() > stamp.order());
        self.stamps.push(stamp);
        let end = self.values.len() + self.width;
        self.values.extend(values.take(self.width));
        self.values.resize(end, tapewright_model::CANONICAL_NAN);
    }

    /// The rows in order.
    pub(super) fn seal(self) -> Run {
        let Buffer { width, stamps, values, disordered } = self;
        if !disordered {
            return Run::Memory { width, stamps, values };
        }
        let mut order: Vec<usize> = (0..stamps.len()).collect();
        order.sort_by_key(|row| stamps.get(*row).map(Stamp::order));
        let sorted = order.iter().filter_map(|row| stamps.get(*row).copied()).collect();
        let row = |row: &usize| values.get(row * width..(row + 1) * width).unwrap_or_default();
        let values = order.iter().flat_map(row).copied().collect();
        Run::Memory { width, stamps: sorted, values }
    }
}

/// Rows in order.
pub(super) enum Run {
    Memory {
        width: usize,
        stamps: Vec<Stamp>,
        values: Vec<f64>,
    },
    /// Stamps from a place of the spill on, values after them.
    Spilled {
        width: usize,
        rows: usize,
        at: u64,
    },
}

impl Run {
    pub(super) fn width(&self) -> usize {
        match self {
            Run::Memory { width, .. } | Run::Spilled { width, .. } => *width,
        }
    }

    fn rows(&self) -> usize {
        match self {
            Run::Memory { stamps, .. } => stamps.len(),
            Run::Spilled { rows, .. } => *rows,
        }
    }
}

/// A file without a name: it is gone when the process is.
pub(super) struct Spill {
    folder: PathBuf,
    file: Option<File>,
    end: u64,
}

impl Spill {
    pub(super) fn new(folder: PathBuf) -> Spill {
        Spill { folder, file: None, end: 0 }
    }

    /// Puts a run into the file.
    pub(super) fn put(&mut self, run: Run) -> Result<Run, MarketError> {
        let Run::Memory { width, stamps, values } = run else { return Ok(run) };
        let failed = |error| MarketError::io(&self.folder)(error);
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile_in(&self.folder).map_err(failed)?),
        };
        let mut write = || -> io::Result<()> {
            file.seek(SeekFrom::Start(self.end))?;
            let mut out = io::BufWriter::with_capacity(1 << 18, &mut *file);
            stamps.iter().try_for_each(|stamp| out.write_all(&stamp.to_bytes()))?;
            values.iter().try_for_each(|value| out.write_all(&value.to_le_bytes()))?;
            out.flush()
        };
        write().map_err(failed)?;
        let (rows, at) = (stamps.len(), self.end);
        self.end += (rows * (STAMP_BYTES + 8 * width)) as u64;
        Ok(Run::Spilled { width, rows, at })
    }

    fn read(&self, at: u64, bytes: &mut [u8]) -> Result<(), MarketError> {
        let failed = |error| MarketError::io(&self.folder)(error);
        let mut file = self.file.as_ref().ok_or_else(|| failed(io::ErrorKind::NotFound.into()))?;
        file.seek(SeekFrom::Start(at)).and_then(|_| file.read_exact(bytes)).map_err(failed)
    }
}

/// How the keys of a run's rows become known times.
#[derive(Clone, Copy)]
pub(super) enum Keys {
    /// They are known times.
    Known,
    /// They are days: known when the session closes, or the day of UTC ends.
    Days(Option<Calendar>),
}

/// Reads a run from its first row on.
pub(super) struct RunReader<'a> {
    run: &'a Run,
    spill: &'a Spill,
    keys: Keys,
    clock: crate::calendar::Days,
    /// Where each of its values goes.
    places: Option<&'a [usize]>,
    /// Rows of a spilled run that are read at once.
    block: usize,
    /// The first row that has not been read.
    next: usize,
    stamps: Vec<Stamp>,
    values: Vec<f64>,
    bytes: Vec<u8>,
    at: usize,
    head: Option<(i64, i64)>,
}

impl<'a> RunReader<'a> {
    /// With `places` none, values are not read.
    pub(super) fn open(
        run: &'a Run,
        spill: &'a Spill,
        keys: Keys,
        places: Option<&'a [usize]>,
        bytes: usize,
    ) -> Result<RunReader<'a>, MarketError> {
        let block = (bytes / (STAMP_BYTES + 8 * run.width())).max(1);
        let calendar = if let Keys::Days(Some(calendar)) = keys { calendar } else { Calendar::Always };
        let mut reader = RunReader {
            run,
            spill,
            keys,
            clock: crate::calendar::Days::new(calendar),
            places,
            block,
            next: 0,
            stamps: Vec::new(),
            values: Vec::new(),
            bytes: Vec::new(),
            at: 0,
            head: None,
        };
        reader.read()?;
        Ok(reader)
    }

    /// Known time and period of the row; `None` after the last.
    pub(super) fn head(&self) -> Option<(i64, i64)> {
        self.head
    }

    /// Where the row came from.
    pub(super) fn place(&self) -> Place {
        let stamp = self.stamps().get(self.at).copied().unwrap_or_default();
        Place { file: Some(stamp.file), line: stamp.line }
    }

    /// Puts the values of the row where they belong.
    pub(super) fn copy(&self, row: &mut [f64]) {
        let Some(places) = self.places else { return };
        let width = self.run.width();
        let values = match self.run {
            Run::Memory { values, .. } => values,
            Run::Spilled { .. } => &self.values,
        };
        let values = values.get(self.at * width..(self.at + 1) * width).unwrap_or_default();
        for (place, value) in places.iter().zip(values) {
            if let Some(cell) = row.get_mut(*place) {
                *cell = *value;
            }
        }
    }

    /// Goes to the next row.
    pub(super) fn advance(&mut self) -> Result<(), MarketError> {
        self.at += 1;
        if self.at < self.stamps().len() {
            self.head = self.head_of_row();
            Ok(())
        } else {
            self.read()
        }
    }

    fn stamps(&self) -> &[Stamp] {
        match self.run {
            Run::Memory { stamps, .. } => stamps,
            Run::Spilled { .. } => &self.stamps,
        }
    }

    fn head_of_row(&mut self) -> Option<(i64, i64)> {
        let stamp = *self.stamps().get(self.at)?;
        let known = match self.keys {
            Keys::Known => stamp.key,
            Keys::Days(calendar) => {
                let day = i32::try_from(stamp.key).ok()?;
                match calendar.and_then(|_| self.clock.session(day)) {
                    Some(session) => session.close.0,
                    None => stamp.key.saturating_add(1).saturating_mul(tapewright_model::Time::DAY),
                }
            }
        };
        Some((known, stamp.period))
    }

    /// Reads the next rows, or ends.
    fn read(&mut self) -> Result<(), MarketError> {
        if let Run::Spilled { width, rows, at } = self.run {
            let count = self.block.min(rows - self.next);
            self.bytes.resize(count * STAMP_BYTES, 0);
            if count > 0 {
                self.spill.read(at + (self.next * STAMP_BYTES) as u64, &mut self.bytes)?;
            }
            self.stamps.clear();
            self.stamps.extend(self.bytes.as_chunks::<STAMP_BYTES>().0.iter().map(Stamp::from_bytes));
            self.values.clear();
            if self.places.is_some() && count > 0 {
                self.bytes.resize(count * width * 8, 0);
                self.spill.read(at + (rows * STAMP_BYTES + self.next * width * 8) as u64, &mut self.bytes)?;
                self.values.extend(self.bytes.as_chunks::<8>().0.iter().map(|value| f64::from_le_bytes(*value)));
            }
            self.next += count;
            self.at = 0;
        } else if self.next == 0 {
            self.next = self.run.rows();
            self.at = 0;
        }
        self.head = self.head_of_row();
        Ok(())
    }
}
