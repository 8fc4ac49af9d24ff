//! What a format makes of a file: rows of series, chains, events, factors, and what is wrong with them.

use tapewright_model::{Symbol, Timeframe};

use crate::calendar::Calendar;
use crate::chain::Chain;
use crate::error::MarketError;
use crate::event::Event;
use crate::factors::Factors;

/// What the rows of a series are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    /// `open high low close volume` and any other columns, one bar a row.
    Bars,
    /// Numbers of a period that are known when they are released, and may be revised: `rate.year10`, `value`.
    Series,
    /// Option trades: `expiry` (days since 1970), `strike`, `right` (1 call, −1 put), `price`, `size` (contracts), `bid`,
    /// `ask` at the trade; several rows may be known at one moment.
    Prints,
    /// Best quotes: `bid ask bid_size ask_size`.
    Quotes,
}

/// Which series a row belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SeriesKey {
    pub(crate) kind: Kind,
    pub(crate) symbol: Symbol,
    /// Of bars, when the format says it; found from the rows when it does not.
    pub(crate) timeframe: Option<Timeframe>,
}

/// When a row was known, as far as the file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// The row of this day (days since 1970): known when the day's session has closed.
    Day(i32),
    /// Known at this moment, in UTC ns.
    Known(i64),
    /// A number of the period that begins at `period`, known at `known`; both UTC ns.
    Released { period: i64, known: i64 },
}

/// What a series is, said once before its first row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shape {
    pub(crate) key: SeriesKey,
    /// Names of the values of each row.
    pub(crate) columns: Vec<String>,
    /// When it trades, if the format is sure.
    pub(crate) calendar: Option<Calendar>,
}

/// Takes what a format reads. `line` counts from 1; 0 when the file has no lines.
pub(crate) trait Rows {
    /// A series begins, or goes on when one of the same shape has begun; its number is what `row` is told.
    fn series(&mut self, shape: Shape) -> Result<usize, MarketError>;
    /// The next row: one value for each of the series' columns, NaN where there is none.
    fn row(&mut self, series: usize, line: u64, when: When, values: &[f64]) -> Result<(), MarketError>;
    /// One moment's options.
    fn chain(&mut self, chain: Chain) -> Result<(), MarketError>;
    fn event(&mut self, line: u64, event: Event) -> Result<(), MarketError>;
    fn factors(&mut self, factors: Factors) -> Result<(), MarketError>;
    /// A line that cannot be read: an error, or, when it may be left out, a line of the report.
    fn unreadable(&mut self, line: u64, reason: String) -> Result<(), MarketError>;
}
