//! Segments: what one unit said, in Parquet. Named by the unit's digest, written beside their place, whole or not
//! at all.
//!
//! `<digest>.parquet`, one row a record, in commit order:
//!
//! | column | of | unit |
//! |---|---|---|
//! | `known_time` | all | timestamp, ns UTC |
//! | `symbol`, `node`, `row`, `what` | all | words; row of the node since the origin |
//! | `name` | detection, outcome: pattern; target: reason; fill: why; fault: kind | word |
//! | `direction` | detection, outcome | −1, 0, 1 |
//! | `strength`, `probability`, `horizon`, `entry`, `stop`, `target` | detection | share, share, the pattern's unit, price |
//! | `close` | detection | what the judged column showed |
//! | `judged` | detection | `yes`, `warm-up`, or `crowded`: too many of its kind wait |
//! | `exposure`, `limit`, `stop`, `take`, `expires` | target | share of equity, price, rows |
//! | `quantity`, `price` | fill | units, price |
//! | `detection` | detection, outcome | number of the node's detection, 0 the first |
//! | `label`, `forward_return`, `rows` | outcome | word, ratio, rows |
//! | `evidence` | detection | as declared |
//!
//! `<digest>-outputs-<node>.parquet` for each node (by its number in the unit) with output columns: `known_time`, and
//! a column an output, `output@SYMBOL` in a panel; null is missing.

mod outputs;
mod reader;
mod records;

use std::fs::File;
use std::io::{Read, Write};

use parquet::arrow::ArrowWriter;
use tapewright_model::{Batch, Digest, DigestWriter, UnitNames};

use crate::LedgerError;
use crate::folder::Folder;
use outputs::OutputsWriter;
use records::RecordsWriter;

pub use reader::{OutputsReader, SegmentReader};

/// A segment that is complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Of the bytes of all its files.
    pub digest: Digest,
    /// Nodes that have a file of output columns.
    pub outputs: Vec<usize>,
}

/// Writes one segment. Dropped before [`finish`](SegmentWriter::finish) it leaves nothing.
pub struct SegmentWriter {
    folder: Folder,
    records: RecordsWriter,
    /// By node; made with its first rows.
    outputs: Vec<Option<OutputsWriter>>,
    names: UnitNames,
}

impl SegmentWriter {
    pub(crate) fn new(folder: &Folder, names: UnitNames) -> Result<SegmentWriter, LedgerError> {
        let records = RecordsWriter::new(Part::new(folder)?)?;
        let outputs = names.nodes.iter().map(|_| None).collect();
        Ok(SegmentWriter { folder: folder.clone(), records, outputs, names })
    }

    /// Adds what was said in a slab.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&mut self, batch: &Batch) -> Result<(), LedgerError> {
        self.records.add(batch, &self.names)?;
        for block in &batch.outputs {
            let node = block.node as usize;
            let known = self.names.nodes.get(node).zip(self.outputs.get_mut(node));
            let (names, writer) = known.ok_or(LedgerError::Broken { what: "node" })?;
            let writer = match writer {
                Some(writer) => writer,
                None => writer.insert(OutputsWriter::new(Part::new(&self.folder)?, &names.outputs)?),
            };
            writer.add(block)?;
        }
        Ok(())
    }

    /// Completes the files, gives them their names, and tells the digest of their bytes.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn finish(self, digest: &Digest) -> Result<Written, LedgerError> {
        let mut digests = Vec::new();
        let mut outputs = Vec::new();
        for (node, writer) in self.outputs.into_iter().enumerate() {
            let Some(writer) = writer else { continue };
            digests.push(writer.finish()?.rename(&name(digest, Some(node)))?);
            outputs.push(node);
        }
        // last: a segment is looked for by this name
        let records = self.records.finish()?.rename(&name(digest, None))?;
        Ok(Written { digest: together(records, &digests), outputs })
    }
}

/// Name of a file of a segment: its records, or the output columns of a node.
pub(crate) fn name(digest: &Digest, outputs_of: Option<usize>) -> String {
    match outputs_of {
        None => format!("{digest}.parquet"),
        Some(node) => format!("{digest}-outputs-{node}.parquet"),
    }
}

/// One digest of a segment's files.
fn together(records: Digest, outputs: &[Digest]) -> Digest {
    if outputs.is_empty() {
        return records;
    }
    let mut writer = DigestWriter::new("tapewright segment of several files");
    writer.digest(&records);
    outputs.iter().for_each(|digest| {
        writer.digest(digest);
    });
    writer.finish()
}

/// The digest of what lies there now; `None` when a file is missing.
pub(crate) fn digest_of(folder: &Folder, digest: &Digest, outputs: &[usize]) -> Option<Digest> {
    let read = |outputs_of| {
        let mut file = Hashed::new(folder.open(&name(digest, outputs_of)).ok()?);
        std::io::copy(&mut file, &mut std::io::sink()).ok()?;
        Some(file.digest())
    };
    let files = outputs.iter().map(|node| read(Some(*node))).collect::<Option<Vec<_>>>()?;
    Some(together(read(None)?, &files))
}

/// A file that is being written beside its place.
struct Part {
    folder: Folder,
    name: String,
    file: Option<Hashed<File>>,
}

impl Part {
    fn new(folder: &Folder) -> Result<Part, LedgerError> {
        // unique among the threads of this process; what a killed process leaves is never read
        static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        let number = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let name = format!(".{}-{number}.part", std::process::id());
        let file = folder.create(&name)?;
        Ok(Part { folder: folder.clone(), name, file: Some(Hashed::new(file)) })
    }

    /// The file, to be written by somebody who gives it back.
    fn take(&mut self) -> Result<Hashed<File>, LedgerError> {
        self.file.take().ok_or(LedgerError::Broken { what: "segment" })
    }

    fn give_back(mut self, writer: ArrowWriter<Hashed<File>>) -> Result<Part, LedgerError> {
        self.file = Some(writer.into_inner()?);
        Ok(self)
    }

    fn rename(mut self, name: &str) -> Result<Digest, LedgerError> {
        let file = self.take()?;
        file.inner.sync_all().map_err(LedgerError::io(&self.folder.shown(&self.name)))?;
        self.folder.rename(&self.name, name)?;
        Ok(file.digest())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // gone already when it was finished; a failure on the way to that leaves nothing either
        let _ = self.folder.remove(&self.name);
    }
}

/// A file whose bytes are hashed on their way.
struct Hashed<F> {
    inner: F,
    writer: DigestWriter,
}

impl<F> Hashed<F> {
    fn new(inner: F) -> Hashed<F> {
        Hashed { inner, writer: DigestWriter::new("tapewright segment") }
    }

    fn digest(&self) -> Digest {
        self.writer.finish()
    }
}

impl<F: Write> Write for Hashed<F> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.writer.bytes(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

impl<F: Read> Read for Hashed<F> {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(bytes)?;
        self.writer.bytes(&bytes[..count]);
        Ok(count)
    }
}
