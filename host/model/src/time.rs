//! Instants: UTC nanoseconds since 1970.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An instant, in UTC nanoseconds since 1970-01-01. Every `Time` in the house is a *known time*
/// unless its name says otherwise.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Time(pub i64);

/// A text that is no instant.
#[derive(Debug, Clone, thiserror::Error)]
#[error("`{text}` is not a time (wanted 2024-01-03, 2024-01-03T14:30:00Z or 2024-01-03 14:30:00)")]
pub struct TimeError {
    text: String,
}

impl Time {
    /// Before every row.
    pub const MIN: Time = Time(i64::MIN);
    /// After every row.
    pub const MAX: Time = Time(i64::MAX);
    /// Nanoseconds of a second.
    pub const SECOND: i64 = 1_000_000_000;
    /// Nanoseconds of a day without leap seconds.
    pub const DAY: i64 = 86_400 * Self::SECOND;

    /// The instant one nanosecond later; `MAX` stays.
    #[must_use]
    pub fn next(self) -> Time {
        Time(self.0.saturating_add(1))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_nanosecond(i128::from(self.0)) {
            Ok(stamp) => write!(f, "{stamp}"),
            Err(_) => write!(f, "{} ns", self.0),
        }
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Time {
    type Err = TimeError;

    /// Reads RFC 3339, or a civil date or date-time, which is taken as UTC; a date alone is its
    /// midnight.
    fn from_str(text: &str) -> Result<Time, TimeError> {
        let fail = || TimeError { text: text.to_owned() };
        let stamp = match text.parse::<jiff::Timestamp>() {
            Ok(stamp) => stamp,
            Err(_) => text
                .parse::<jiff::civil::DateTime>()
                .and_then(|civil| civil.to_zoned(jiff::tz::TimeZone::UTC))
                .map_err(|_| fail())?
                .timestamp(),
        };
        i64::try_from(stamp.as_nanosecond()).map(Time).map_err(|_| fail())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_reads_back_what_it_writes() {
        for (text, want) in [
            ("1970-01-01", 0),
            ("1970-01-01T00:00:01Z", Time::SECOND),
            ("1970-01-02 00:00:00", Time::DAY),
            ("1970-01-01T01:00:00+01:00", 0),
        ] {
            let time: Time = text.parse().unwrap();
            assert_eq!(time, Time(want), "{text}");
            assert_eq!(time.to_string().parse::<Time>().unwrap(), time);
        }
        for text in ["", "yesterday", "2024-13-01", "9999-01-01T00:00:00Z"] {
            assert!(text.parse::<Time>().is_err(), "{text}");
        }
    }
}
