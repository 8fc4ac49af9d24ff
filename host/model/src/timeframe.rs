//! Timeframes: how much time one bar covers.

use std::fmt;
use std::str::FromStr;

use crate::Time;

/// The span of a bar, in whole seconds. Bars of a timeframe tile time: the bar that ends at E covers
/// the known times in (E − span, E]. Days and weeks begin at 00:00 UTC, weeks on Monday.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timeframe {
    seconds: u32,
}

/// A text that is no timeframe.
#[derive(Debug, Clone, thiserror::Error)]
#[error("`{text}` is not a timeframe (wanted a number and s, m, h, d or w, such as 5m or 1d)")]
pub struct TimeframeError {
    text: String,
}

/// Name and seconds, longest first.
const UNITS: [(char, u32); 5] = [('w', 604_800), ('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];
/// 1970-01-05, the first Monday.
const MONDAY: i64 = 4 * Time::DAY;

impl Timeframe {
    /// Days of UTC.
    pub const DAY: Timeframe = Timeframe { seconds: 86_400 };

    /// Nanoseconds that one bar covers.
    #[must_use]
    pub fn span_ns(self) -> i64 {
        i64::from(self.seconds) * Time::SECOND
    }

    /// The end of the bar that covers `time`; a time at the very end belongs to the bar that ends.
    #[must_use]
    pub fn end_of_bar(self, time: Time) -> Time {
        let origin = if self.seconds.is_multiple_of(604_800) { MONDAY } else { 0 };
        let span = self.span_ns();
        // in 128 bits: the sum may leave 64 at either end of time
        let past = (i128::from(time.0) - i128::from(origin)).rem_euclid(i128::from(span));
        let end = if past == 0 { i128::from(time.0) } else { i128::from(time.0) - past + i128::from(span) };
        Time(i64::try_from(end).unwrap_or(i64::MAX))
    }
}

impl fmt::Display for Timeframe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, seconds) =
            UNITS.into_iter().find(|&(_, seconds)| self.seconds.is_multiple_of(seconds)).unwrap_or(('s', 1));
        write!(f, "{}{unit}", self.seconds / seconds)
    }
}

impl fmt::Debug for Timeframe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Timeframe {
    type Err = TimeframeError;

    fn from_str(text: &str) -> Result<Timeframe, TimeframeError> {
        let fail = || TimeframeError { text: text.to_owned() };
        let unit = text.chars().next_back().ok_or_else(fail)?;
        let (_, unit_seconds) = UNITS.into_iter().find(|(name, _)| *name == unit).ok_or_else(fail)?;
        let digits = &text[..text.len() - 1];
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(fail());
        }
        let count: u32 = digits.parse().map_err(|_| fail())?;
        let seconds = count.checked_mul(unit_seconds).filter(|s| *s > 0).ok_or_else(fail)?;
        Ok(Timeframe { seconds })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_holds_the_time_at_its_end_and_not_the_one_at_its_start() {
        let check = |frame: &str, time: &str, end: &str| {
            let frame: Timeframe = frame.parse().unwrap();
            assert_eq!(frame.end_of_bar(time.parse().unwrap()), end.parse().unwrap(), "{frame} {time}");
        };
        check("1d", "2024-01-03T00:00:00Z", "2024-01-03");
        check("1d", "2024-01-03T00:00:00.000000001Z", "2024-01-04");
        check("1h", "2024-01-03T14:30:00Z", "2024-01-03T15:00:00Z");
        check("1w", "2024-01-03T14:30:00Z", "2024-01-08");
        check("1w", "2024-01-08", "2024-01-08");
        check("1d", "1969-12-31T12:00:00Z", "1970-01-01");
    }

    #[test]
    fn names_are_canonical() {
        for (text, name) in [("60s", "1m"), ("24h", "1d"), ("7d", "1w"), ("90m", "90m")] {
            assert_eq!(text.parse::<Timeframe>().unwrap().to_string(), name);
        }
        for text in ["", "5", "m", "0m", "-5m", "1y", "99999999w", "+1d"] {
            assert!(text.parse::<Timeframe>().is_err(), "{text}");
        }
    }
}
