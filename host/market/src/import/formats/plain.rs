//! The plain form: CSV with a header, one bar a line, ascending; packed with gzip or not.
//!
//! ```text
//! time,open,high,low,close,volume
//! 2024-01-03T14:31:00Z,470.1,470.4,470.0,470.2,12000
//! ```
//! `time` (or `date`, `datetime`, `timestamp`, `date/time`, `ts`; or `date` and `time`, each a column) is when the bar
//! was complete: RFC 3339, a civil time (of UTC, unless another zone is said), or a whole number since 1970 of seconds,
//! milliseconds, microseconds or nanoseconds, told by its size. A date alone is the bar of that day; so are rows of which
//! every single one is stamped with a midnight, since taken at its word such a bar would be known before anything in it
//! happened. A column `known_time` is taken at its word. Dates such as 1/4/1999 are read one way in the whole file, or
//! refused when nothing says which. A column `symbol` puts several instruments into one file; every other column is
//! numbers, an empty cell a missing value. Cells are parted by `,`, `;`, tabs or `|`.

use crate::error::MarketError;
use crate::import::format::{Fit, Format, Hints};
use crate::import::header::{Header, names_bars};
use crate::import::heading::Heading;
use crate::import::rows::Rows;
use crate::import::sheet::{Manner, Records, Sheet};
use crate::import::source::{Head, Source};

/// CSV with a header.
pub(crate) struct Plain;

impl Format for Plain {
    fn name(&self) -> &'static str {
        "plain"
    }

    fn summary(&self) -> &'static str {
        "CSV with a header: time (when the bar was complete) or date, close, any other columns of numbers, symbol"
    }

    fn fits(&self, head: &Head<'_>) -> Fit {
        let bars = Heading::of_head(head).is_some_and(|heading| names_bars(&heading.lower()));
        if bars { Fit::General } else { Fit::No }
    }

    fn read(&self, source: &Source, hints: &Hints, rows: &mut dyn Rows) -> Result<(), MarketError> {
        read_under_header(source, hints, rows, Manner::default())
    }
}

/// Reads lines under a header of the plain form.
pub(crate) fn read_under_header(
    source: &Source,
    hints: &Hints,
    rows: &mut dyn Rows,
    manner: Manner,
) -> Result<(), MarketError> {
    let (heading, _) = Heading::read(source)?;
    let header = Header::read(&heading.lower()).map_err(|reason| source.fail(reason))?;
    let open = || Heading::read(source).map(|(_, lines)| Box::new(lines) as Box<dyn Records>);
    Sheet { source, hints, header, manner, open: &open }.read(rows)
}

#[cfg(test)]
mod tests;
