//! Dates and moments of facts, as people write them: each cell says by itself when it is of.
//!
//! ```text
//! 2024-01-03   2024/01/03   20240103   Jan 3, 2024   Fri May 16 2025   3-Jan-2024        a day
//! 2024-01-03 14:31   20240103 14:31:00.250   May 16, 2025 at 7:23 PM                     a local clock
//! 2024-01-03T14:31:00Z   2024-01-03 00:00:00+00:00   Wed, 03 Jan 2024 14:31:00 GMT       an instant
//! 1704292260   1704292260000                                                            an instant, by its size
//! ```
//! Of `3/1/2024` nobody can tell the month: a format that defines it says so, or one of the numbers is above 12.
//! Refuses to guess: that order, years of two digits, names of zones. Bars are read otherwise: what one of their times does
//! not say, the others of the file do (`stamp`).

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use tapewright_model::Time;

use super::stamp::{Date, Order, Stamp, compact_date, epoch, number, of_twelve_or_24};
use crate::civil::{Clock, day};

/// Longest text that is looked at: `Wednesday, September 30, 2024 at 11:59:59 PM` has 45 bytes.
const TEXT_BYTES_MAX: usize = 64;
/// In the words of calendars; three letters or more of them are enough.
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// What a cell of time says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// A day alone, in days since 1970.
    Day(i32),
    /// An instant, in UTC ns.
    At(i64),
}

/// Reads the times of one file.
pub(crate) struct Dates {
    clock: Clock,
    order: Option<Order>,
}

impl Dates {
    /// Times that name no zone are those of `zone`.
    pub(crate) fn of_zone(zone: TimeZone) -> Dates {
        Dates { clock: Clock::new(zone), order: None }
    }

    /// Times that name no zone are those of `zone`, or of UTC when there is none.
    pub(crate) fn utc_unless(zone: Option<&TimeZone>) -> Dates {
        Dates::of_zone(zone.cloned().unwrap_or(TimeZone::UTC))
    }

    /// Times that name no zone are those of `zone`, or of New York when there is none.
    pub(crate) fn new_york_unless(zone: Option<&TimeZone>) -> Dates {
        let clock = zone.cloned().map_or_else(Clock::new_york, Clock::new);
        Dates { clock, order: None }
    }

    /// With which number of `3/1/2024` is the month, when the format defines it or the file shows it.
    pub(crate) fn ordered(mut self, order: Option<Order>) -> Dates {
        self.order = order;
        self
    }

    /// A day, or an instant.
    pub(crate) fn read(&mut self, text: &str) -> Result<Moment, String> {
        Ok(match self.written(text)? {
            Stamp::Day(day) => Moment::Day(day),
            Stamp::Civil { day, since_midnight } => Moment::At(self.at(day, since_midnight)?),
            Stamp::Instant { time, .. } => Moment::At(time),
        })
    }

    /// A day; a clock that shows midnight is one too.
    pub(crate) fn day(&mut self, text: &str) -> Result<i32, String> {
        match self.written(text)? {
            Stamp::Day(day) | Stamp::Civil { day, since_midnight: 0 } => Ok(day),
            Stamp::Instant { time, .. } if time.rem_euclid(Time::DAY) == 0 => {
                i32::try_from(time.div_euclid(Time::DAY)).map_err(|_| format!("`{text}` is out of range"))
            }
            _ => Err(format!("`{text}` has a time of day; wanted a day alone, such as 2024-01-03")),
        }
    }

    /// When it is known: an instant is, a day alone when it has ended, at its next midnight.
    pub(crate) fn known(&mut self, text: &str) -> Result<i64, String> {
        match self.read(text)? {
            Moment::Day(day) => self.end_of(day),
            Moment::At(time) => Ok(time),
        }
    }

    /// The midnight at which a day ends.
    pub(crate) fn end_of(&mut self, day: i32) -> Result<i64, String> {
        self.at(day, Time::DAY)
    }

    /// The instant at so many ns after a day's midnight.
    pub(crate) fn at(&mut self, day: i32, since_midnight: i64) -> Result<i64, String> {
        self.clock.instant(day, since_midnight).ok_or_else(|| "the time is out of range: 1678 to 2261".to_owned())
    }

    /// As it stands there.
    fn written(&self, text: &str) -> Result<Stamp, String> {
        let text = text.trim();
        let wrong = || format!("`{text}` is not a time\nhint: write 2024-01-03 or 2024-01-03T14:30:00Z");
        if text.is_empty() {
            return Err("there is no time".to_owned());
        }
        if text.len() > TEXT_BYTES_MAX {
            let shown: String = text.chars().take(TEXT_BYTES_MAX).collect();
            return Err(format!("`{shown}…` is not a time"));
        }
        let instant = |time: i64| Stamp::Instant { time, midnight: None };
        if text.len() != 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return text.parse().ok().and_then(epoch).flatten().map(instant).ok_or_else(wrong);
        }
        let bytes = text.as_bytes();
        let (day, rest) = match compact_date(bytes).or_else(|| Date::split(bytes)) {
            Some((Date::YearFirst(year, month, of_month), rest)) => (day(year, month, of_month), rest),
            Some((Date::YearLast(_, _, _, 2), _)) => {
                return Err(format!("`{text}` has a year of two digits\nhint: write dates as 2024-01-03"));
            }
            Some((Date::YearLast(first, second, year, _), rest)) => {
                let (month, of_month) = match self.order.or_else(|| Order::shown_by(first, second)) {
                    Some(Order::MonthFirst) => (first, second),
                    Some(Order::DayFirst) => (second, first),
                    None => {
                        return Err(format!(
                            "nobody can tell which number of `{text}` is the month\nhint: write dates as 2024-01-03"
                        ));
                    }
                };
                (day(year, month, of_month), rest)
            }
            None => worded(text).ok_or_else(wrong)?,
        };
        let day = day.ok_or_else(|| format!("`{text}` is not a date: no calendar holds it"))?;
        let [mark, clock @ ..] = rest else { return Ok(Stamp::Day(day)) };
        if !b"Tt ,".contains(mark) {
            return Err(wrong());
        }
        let clock = clock.trim_ascii_start();
        let clock = clock.strip_prefix(b"at ").unwrap_or(clock);
        if let Some(stamp) = of_twelve_or_24(clock).and_then(|clock| clock.stamp(day)) {
            return Ok(stamp);
        }
        let time = |stamp: jiff::Timestamp| i64::try_from(stamp.as_nanosecond()).ok();
        let named = || jiff::fmt::rfc2822::parse(text).ok().map(|zoned| zoned.timestamp());
        text.parse::<jiff::Timestamp>().ok().or_else(named).and_then(time).map(instant).ok_or_else(wrong)
    }
}

/// Which number of a date is the month, as far as this one shows.
pub(crate) fn order_of(text: &str) -> Option<Order> {
    match Date::split(text.trim().as_bytes())? {
        (Date::YearLast(first, second, ..), _) => Order::shown_by(first, second),
        (Date::YearFirst(..), _) => None,
    }
}

/// `Jan 3, 2024`, `Fri May 16 2025`, `3-Jan-2024`.
fn worded(text: &str) -> Option<(Option<i32>, &[u8])> {
    let (first, rest) = word(text);
    let (first, second, rest) = if weekday(first) {
        let (first, rest) = word(rest);
        let (second, rest) = word(rest);
        (first, second, rest)
    } else {
        let (second, rest) = word(rest);
        (first, second, rest)
    };
    let (month, of_month) = match month(first) {
        Some(month) => (month, second),
        None => (month(second)?, first),
    };
    let (of_month, _, []) = number(of_month.as_bytes())? else { return None };
    let (year, 4, rest) = number(rest.as_bytes())? else { return None };
    Some((day(year, month, of_month), rest))
}

/// The letters or digits at the head of a text, and what follows the blanks and marks after them.
fn word(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    (word, rest.trim_start_matches([' ', ',', '-', '.']))
}

fn month(word: &str) -> Option<i32> {
    let word = word.to_ascii_lowercase();
    let at = MONTHS.iter().position(|month| word.len() >= 3 && month.starts_with(word.as_str()))?;
    i32::try_from(at + 1).ok()
}

fn weekday(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    let names = Weekday::Monday.cycle_forward().take(7).map(|day| format!("{day:?}").to_ascii_lowercase());
    word.len() >= 3 && names.into_iter().any(|name| name.starts_with(word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_as_it_is_written() {
        for text in [
            "2024-01-03",
            "2024/1/3",
            "20240103",
            "Jan 3, 2024",
            "January 3 2024",
            "Wed Jan 03 2024",
            "Wednesday, January 3, 2024",
            "3 Jan 2024",
            "03-Jan-2024",
            " 2024.01.03 ",
            "2024-01-03 00:00:00+00:00",
            "2024-01-03T00:00:00Z",
            "2024-01-03 00:00",
            "1704240000",
        ] {
            let mut dates = Dates::utc_unless(None);
            assert_eq!(dates.day(text), Ok(day(2024, 1, 3).unwrap()), "{text}");
        }
        let mut month_first = Dates::utc_unless(None).ordered(Some(Order::MonthFirst));
        assert_eq!(month_first.day("3/1/2024"), Ok(day(2024, 3, 1).unwrap()));
        assert!(month_first.day("13/1/2024").is_err());
        let mut day_first = Dates::utc_unless(None).ordered(Some(Order::DayFirst));
        assert_eq!(day_first.day("03.01.2024"), Ok(day(2024, 1, 3).unwrap()));
        assert_eq!(Dates::utc_unless(None).day("1/13/2024"), Ok(day(2024, 1, 13).unwrap()));
    }

    #[test]
    fn a_moment_is_an_instant() {
        for (text, want) in [
            ("2024-01-03T14:31:00Z", "2024-01-03T14:31:00Z"),
            ("2024-01-03 14:31:00+01:00", "2024-01-03T13:31:00Z"),
            ("2024-01-03 14:31", "2024-01-03T19:31:00Z"),
            ("20240103 14:31:00.250", "2024-01-03T19:31:00.25Z"),
            ("Jan 3, 2024 at 12:05 AM", "2024-01-03T05:05:00Z"),
            ("1/13/2024 2:31 PM", "2024-01-13T19:31:00Z"),
            ("May 16, 2025 at 7:23 PM", "2025-05-16T23:23:00Z"),
            ("Wed, 03 Jan 2024 14:31:00 GMT", "2024-01-03T14:31:00Z"),
            ("Wed, 03 Jan 2024 14:31:00 -0500", "2024-01-03T19:31:00Z"),
            ("1704292260", "2024-01-03T14:31:00Z"),
            ("1704292260000", "2024-01-03T14:31:00Z"),
            ("1704292260000000000", "2024-01-03T14:31:00Z"),
            ("2024-01-03", "2024-01-04T05:00:00Z"),
        ] {
            let mut dates = Dates::new_york_unless(None);
            assert_eq!(dates.known(text).map(Time), Ok(want.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused_with_its_text() {
        for (text, want) in [
            ("", "there is no time"),
            ("3/1/2024", "nobody can tell which number of `3/1/2024` is the month"),
            ("3/13/24", "`3/13/24` has a year of two digits"),
            ("13/13/2024", "nobody can tell which number of `13/13/2024` is the month"),
            ("2024-02-30", "`2024-02-30` is not a date: no calendar holds it"),
            ("20241301", "`20241301` is not a date: no calendar holds it"),
            ("yesterday", "`yesterday` is not a time"),
            ("12", "`12` is not a time"),
            ("2024-01-03 25:00", "`2024-01-03 25:00` is not a time"),
            ("2024-01-03 13:00 PM", "`2024-01-03 13:00 PM` is not a time"),
            ("2024-01-03 14:31 EST", "`2024-01-03 14:31 EST` is not a time"),
            ("Jan 3", "`Jan 3` is not a time"),
            ("Ja 3, 2024", "`Ja 3, 2024` is not a time"),
            ("日本語", "`日本語` is not a time"),
            ("2024-01-3日", "`2024-01-3日` is not a time"),
            ("99999999999999999999", "`99999999999999999999` is not a time"),
            ("0001-01-01 10:00", "the time is out of range: 1678 to 2261"),
        ] {
            let error = Dates::utc_unless(None).read(text).unwrap_err();
            assert_eq!(error.lines().next(), Some(want), "{text}");
        }
    }
}
