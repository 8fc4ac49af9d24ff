//! What was said, and what the host made of it: detections, targets, fills, outcomes, in the one order
//! in which a run commits them, with the bytes that its digest covers.

use crate::{Digest, DigestWriter, FaultKind, Time};

/// Which way.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Falls.
    Down,
    /// Neither.
    Neutral,
    /// Rises.
    Up,
}

impl Direction {
    /// −1, 0 or 1.
    #[must_use]
    pub fn sign(self) -> f64 {
        match self {
            Direction::Down => -1.0,
            Direction::Neutral => 0.0,
            Direction::Up => 1.0,
        }
    }

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Direction::Down => "down",
            Direction::Neutral => "neutral",
            Direction::Up => "up",
        }
    }
}

/// What a plugin detected. Units as in `wit/signal/detector.wit`.
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct Detection {
    /// Row of the node, counted from the unit's origin, on which it was said.
    pub row: u64,
    /// Index into the node's instruments.
    pub instrument: u32,
    /// Index into the plan's patterns.
    pub pattern: u32,
    /// Which way.
    pub direction: Direction,
    /// 0 to 1.
    pub strength: f64,
    /// Stated P(hit), 0 to 1, or NaN.
    pub probability: f64,
    /// In the unit of the pattern's horizon, already resolved: never 0, never above it.
    pub horizon: u64,
    /// Level or NaN.
    pub entry: f64,
    /// Level or NaN.
    pub stop: f64,
    /// Level or NaN.
    pub target: f64,
    /// What the column that judges it showed on that row: what its levels are measured from. The loop fills it.
    pub close: f64,
    /// Which of the node's detections, 0 the first. The loop counts.
    pub number: u64,
    /// Whether it is a prediction that the host judges. The loop decides.
    pub judged: Judged,
}

/// Whether a detection is judged, and if not, why.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum Judged {
    /// It is.
    Yes,
    /// It was said in the plan's warm-up.
    WarmUp,
    /// As many of its kind wait for their outcome already as the host lets wait.
    Crowded,
}

impl Judged {
    /// All of them.
    pub const ALL: [Judged; 3] = [Judged::Yes, Judged::WarmUp, Judged::Crowded];

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Judged::Yes => "yes",
            Judged::WarmUp => "warm-up",
            Judged::Crowded => "crowded",
        }
    }
}

/// What a strategy wants to hold. Units as in `wit/signal/strategy.wit`.
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct Target {
    /// Row of the node, counted from the unit's origin, on which it was said.
    pub row: u64,
    /// Index into the node's instruments.
    pub instrument: u32,
    /// Signed share of equity.
    pub exposure: f64,
    /// Enter at this price or better; NaN at the next open.
    pub limit: f64,
    /// Exit level or NaN.
    pub stop: f64,
    /// Exit level or NaN.
    pub take: f64,
    /// Rows after entry, or 0.
    pub expires: u32,
    /// Index into the plan's reasons.
    pub reason: u32,
}

/// Why a fill happened. The discriminants are what `own.exit_reason` shows.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum FillReason {
    /// A target asked for it.
    Target = 0,
    /// The stop was reached.
    Stop = 1,
    /// The take was reached.
    Take = 2,
    /// It expired.
    Expiry = 3,
}

impl FillReason {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            FillReason::Target => "target",
            FillReason::Stop => "stop",
            FillReason::Take => "take",
            FillReason::Expiry => "expiry",
        }
    }
}

/// What the host bought or sold for a strategy.
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct Fill {
    /// Index into the node's instruments.
    pub instrument: u32,
    /// Units, signed.
    pub quantity: f64,
    /// Price of a unit.
    pub price: f64,
    /// Why.
    pub reason: FillReason,
}

/// What became of a prediction.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum Label {
    /// It happened.
    Hit,
    /// The opposite happened.
    Miss,
    /// Neither.
    Timeout,
    /// It cannot be judged.
    Void,
}

impl Label {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Label::Hit => "hit",
            Label::Miss => "miss",
            Label::Timeout => "timeout",
            Label::Void => "void",
        }
    }
}

/// An outcome, said on the row on which it became known.
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Which of the node's detections, 0 the first.
    pub detection: u64,
    /// Its pattern.
    pub pattern: u32,
    /// Its instrument.
    pub instrument: u32,
    /// Its direction.
    pub direction: Direction,
    /// The verdict.
    pub label: Label,
    /// From the reference price to the end; NaN when void.
    pub forward_return: f64,
    /// Rows from said to known.
    pub rows: u32,
}

/// What one record tells.
#[derive(Copy, Clone, Debug, PartialEq)]
pub enum What {
    /// An order was executed.
    Fill(Fill),
    /// Something was detected; its evidence is in the record's values.
    Detection(Detection),
    /// A target was said.
    Target(Target),
    /// A prediction was judged.
    Outcome(Outcome),
    /// The node ended here.
    Fault(FaultKind),
}

impl What {
    /// The word for it in segments and tables.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            What::Fill(_) => "fill",
            What::Detection(_) => "detection",
            What::Target(_) => "target",
            What::Outcome(_) => "outcome",
            What::Fault(_) => "fault",
        }
    }
}

/// One thing that a run wrote down. Records of a unit are ordered by (known time, instrument, node,
/// sequence).
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct Record {
    /// When it could be known.
    pub known_time: Time,
    /// Index into the unit's instruments, which are sorted by symbol.
    pub instrument: u32,
    /// Index into the unit's nodes, which are sorted by label.
    pub node: u32,
    /// Ascends within a node over the whole unit.
    pub sequence: u64,
    /// Row of the node, counted from the unit's origin.
    pub row: u64,
    /// Position of the record's values in the batch.
    pub values: (u32, u32),
    /// What it tells.
    pub what: What,
}

/// What was said in one slab: records with their values in one pool, and beside them the output columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    /// In commit order.
    pub records: Vec<Record>,
    /// Pool of values.
    pub values: Vec<f64>,
    /// One block for each node that has output columns and answered rows of the slab, in the order of the nodes.
    pub outputs: Vec<OutputRows>,
}

/// Output columns of one node on consecutive rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OutputRows {
    /// Index into the unit's nodes.
    pub node: u32,
    /// Row of the node, counted from the unit's origin, of the first value.
    pub first_row: u64,
    /// When each row was known, in UTC ns.
    pub times: Vec<i64>,
    /// By slot, `output * instruments + instrument`: one value a row.
    pub slots: Vec<Vec<f64>>,
}

impl Batch {
    /// The values of a record of this batch.
    #[must_use]
    pub fn values_of(&self, record: &Record) -> &[f64] {
        self.values.get(record.values.0 as usize..record.values.1 as usize).unwrap_or(&[])
    }

    /// Whether nothing was said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty() && self.outputs.is_empty()
    }
}

/// Names of what a unit's records speak of by index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitNames {
    /// By instrument of the unit.
    pub symbols: Vec<String>,
    /// By node of the unit.
    pub nodes: Vec<NodeNames>,
}

/// Names of what one node says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeNames {
    /// The node itself.
    pub label: String,
    /// Its patterns.
    pub patterns: Vec<String>,
    /// Its reasons.
    pub reasons: Vec<String>,
    /// Its slots, as output columns are called.
    pub outputs: Vec<String>,
}

/// The digest of everything that a unit said, its names included: free of how it was cut into batches. Records are hashed in
/// commit order, each output column by itself.
pub struct SaidDigest {
    writer: DigestWriter,
    buffer: Vec<u8>,
    records: u64,
    /// By node: its rows, its known times, its slots.
    outputs: Vec<(u64, DigestWriter, Vec<DigestWriter>)>,
}

/// Words of the longest record without its values: a detection.
const WORDS_MAX: usize = 15;

/// Hashing in pieces of this size keeps BLAKE3 on its wide path.
const BUFFER_BYTES: usize = 64 * 1024;

impl SaidDigest {
    /// Starts a unit.
    pub fn new(names: &UnitNames) -> SaidDigest {
        let mut writer = DigestWriter::new("tapewright unit 3");
        let mut list = |texts: &[String]| {
            writer.number(texts.len() as u64);
            texts.iter().for_each(|text| {
                writer.text(text);
            });
        };
        list(&names.symbols);
        for node in &names.nodes {
            list(std::slice::from_ref(&node.label));
            [&node.patterns, &node.reasons, &node.outputs].into_iter().for_each(|names| list(names));
        }
        let column = || DigestWriter::new("tapewright output column");
        let output = |node: &NodeNames| (0, column(), vec![column(); node.outputs.len()]);
        let outputs = names.nodes.iter().map(output).collect();
        SaidDigest { writer, buffer: Vec::with_capacity(2 * BUFFER_BYTES), records: 0, outputs }
    }

    /// Adds a batch.
    pub fn add(&mut self, batch: &Batch) {
        for record in &batch.records {
            self.record(record, batch.values_of(record));
            if self.buffer.len() >= BUFFER_BYTES {
                self.writer.bytes(&self.buffer);
                self.buffer.clear();
            }
        }
        self.records += batch.records.len() as u64;
        for block in &batch.outputs {
            let Some((rows, times, slots)) = self.outputs.get_mut(block.node as usize) else { continue };
            *rows += block.times.len() as u64;
            times.integers(&block.times);
            for (slot, values) in slots.iter_mut().zip(&block.slots) {
                slot.numbers(values);
            }
        }
    }

    /// The digest and the number of records.
    #[must_use]
    pub fn finish(mut self) -> (Digest, u64) {
        self.writer.bytes(&self.buffer).number(self.records);
        for (rows, times, slots) in &self.outputs {
            self.writer.number(*rows).digest(&times.finish());
            for slot in slots {
                self.writer.digest(&slot.finish());
            }
        }
        (self.writer.finish(), self.records)
    }

    /// A record's words: when, where, what, and as many as its kind has; then its values. Gathered on the
    /// stack first, since this is beside the hot path.
    fn record(&mut self, record: &Record, values: &[f64]) {
        let pair = |high: u32, low: u32| u64::from(high) << 32 | u64::from(low);
        let mut words = [0; WORDS_MAX];
        let mut count = 0;
        let mut put = |more: &[u64]| {
            words[count..count + more.len()].copy_from_slice(more);
            count += more.len();
        };
        put(&[record.known_time.0.cast_unsigned(), pair(record.instrument, record.node), record.row]);
        match &record.what {
            What::Detection(d) => {
                put(&[1, pair(d.instrument, d.pattern), d.direction as u64, d.horizon, d.judged as u64]);
                put(&[d.strength, d.probability, d.entry, d.stop, d.target, d.close].map(f64::to_bits));
            }
            What::Target(t) => {
                put(&[2, pair(t.instrument, t.reason), u64::from(t.expires)]);
                put(&[t.exposure, t.limit, t.stop, t.take].map(f64::to_bits));
            }
            What::Fill(fill) => {
                put(&[3, pair(fill.instrument, fill.reason as u32), fill.quantity.to_bits(), fill.price.to_bits()]);
            }
            What::Outcome(o) => {
                put(&[4, o.detection, pair(o.label as u32, o.rows), o.forward_return.to_bits()]);
            }
            What::Fault(kind) => put(&[5, *kind as u64]),
        }
        put(&[values.len() as u64]);
        let start = self.buffer.len();
        self.buffer.resize(start + (count + values.len()) * 8, 0);
        let (head, tail) = self.buffer[start..].split_at_mut(count * 8);
        for (bytes, word) in head.chunks_exact_mut(8).zip(words) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        for (bytes, value) in tail.chunks_exact_mut(8).zip(values) {
            bytes.copy_from_slice(&value.to_bits().to_le_bytes());
        }
    }
}
