//! Days that are written as moments.
//!
//! Many daily files stamp a bar with the midnight at which its day begins. Taken at its word, such a bar would be known
//! before anything in it happened. So rows of which every single one is stamped with a midnight (UTC) are days, each
//! known at its end; a column that is called `known_time` is taken at its word.

use tapewright_model::{Frame, Symbol, Time};

/// The name that says that times are known times.
pub(crate) const KNOWN_TIME: &str = "known_time";

/// The rows of one file, as they were stamped, at the times at which they were known.
pub(crate) fn known(frames: Vec<(Symbol, Frame)>) -> Vec<(Symbol, Frame)> {
    let midnight = |time: &i64| time.rem_euclid(Time::DAY) == 0;
    if !frames.iter().all(|(_, frame)| frame.times().iter().all(midnight)) {
        return frames;
    }
    frames.into_iter().map(|(symbol, frame)| (symbol, frame.later(Time::DAY))).collect()
}
