//! A market: the frames of some instruments, and their bars of any timeframe.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use tapewright_model::{Digest, DigestWriter, Frame, FrameError, Symbol, Time, Timeframe};

use crate::bars::aggregate;

/// Frames by symbol, held in memory.
#[derive(Debug, Default)]
pub struct Market {
    frames: BTreeMap<Symbol, Frame>,
    bars: Mutex<BTreeMap<(Symbol, Timeframe), Frame>>,
}

/// Why data did not come in. All of it is the user's to mend.
#[derive(Debug, thiserror::Error)]
pub enum MarketError {
    /// The file.
    #[error("{path}: {error}")]
    Io {
        /// Which.
        path: String,
        /// In the system's words.
        error: std::io::Error,
    },
    /// A line of the file.
    #[error("{path}:{line}: {reason}")]
    Line {
        /// Which file.
        path: String,
        /// Which line, 1 the header.
        line: u64,
        /// What is wrong.
        reason: String,
    },
    /// The file as a whole.
    #[error("{path}: {reason}")]
    File {
        /// Which file.
        path: String,
        /// What is wrong.
        reason: String,
    },
    /// A frame.
    #[error("{symbol}: {error}")]
    Frame {
        /// Of which instrument.
        symbol: Symbol,
        /// What is wrong.
        error: FrameError,
    },
}

impl Market {
    /// A market of these frames.
    #[must_use]
    pub fn new(frames: impl IntoIterator<Item = (Symbol, Frame)>) -> Market {
        Market { frames: frames.into_iter().collect(), bars: Mutex::default() }
    }

    /// The instruments, sorted.
    pub fn symbols(&self) -> impl Iterator<Item = &Symbol> {
        self.frames.keys()
    }

    /// The data's own rows of an instrument.
    #[must_use]
    pub fn frame(&self, symbol: &Symbol) -> Option<&Frame> {
        self.frames.get(symbol)
    }

    /// The last known time of all instruments: the clock at which the run ends.
    #[must_use]
    pub fn end(&self) -> Time {
        let last = self.frames.values().filter_map(|frame| frame.times().last()).max();
        last.map_or(Time::MIN, |time| Time(*time))
    }

    /// The closed bars of an instrument; made once and kept.
    ///
    /// # Errors
    /// None for valid frames.
    pub fn bars(&self, symbol: &Symbol, timeframe: Timeframe) -> Result<Option<Frame>, FrameError> {
        let Some(frame) = self.frames.get(symbol) else { return Ok(None) };
        let mut bars = self.bars.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (symbol.clone(), timeframe);
        if let Some(bars) = bars.get(&key) {
            return Ok(Some(bars.clone()));
        }
        let made = aggregate(frame, timeframe, self.end())?;
        bars.insert(key, made.clone());
        Ok(Some(made))
    }

    /// Names every row of every column: another value anywhere gives another digest.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let mut writer = DigestWriter::new("tapewright market");
        let mut bytes = Vec::new();
        let mut numbers = |writer: &mut DigestWriter, numbers: &mut dyn Iterator<Item = u64>| {
            bytes.clear();
            bytes.extend(numbers.flat_map(u64::to_le_bytes));
            writer.number(bytes.len() as u64).bytes(&bytes);
        };
        for (symbol, frame) in &self.frames {
            writer.text(symbol.as_str());
            numbers(&mut writer, &mut frame.times().iter().map(|time| time.cast_unsigned()));
            for (index, name) in frame.names().iter().enumerate() {
                writer.text(name);
                numbers(&mut writer, &mut frame.column(index).iter().map(|value| value.to_bits()));
            }
        }
        writer.finish()
    }
}
