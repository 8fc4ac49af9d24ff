//! Dated texts: news, posts, meetings, earnings, dividends.

use tapewright_model::{Symbol, Time};

/// Something that happened, or will, and could be read about from a moment on.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Of which instrument; none for events of the whole market.
    pub symbol: Option<Symbol>,
    /// In lower case: `news`, `post`, `fomc`, `earnings`, `ex_dividend` …
    pub kind: String,
    /// When it happens.
    pub event_time: Time,
    /// When it could be read about: for a scheduled event before it happens.
    pub known_time: Time,
    /// One line.
    pub title: String,
    /// The text; empty when there is none.
    pub text: String,
    /// Who says so; empty when nobody is named.
    pub source: String,
    /// A number that belongs to it, such as a dividend in dollars; NaN when there is none.
    pub value: f64,
}
