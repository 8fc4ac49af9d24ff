//! Dates and moments as people write them.
//!
//! ```text
//! 2024-01-03   2024/01/03   20240103   Jan 3, 2024   Fri May 16 2025   3-Jan-2024        a day
//! 2024-01-03 14:31   20240103 14:31:00.250   May 16, 2025 at 7:23 PM                     a local clock
//! 2024-01-03T14:31:00Z   2024-01-03 00:00:00+00:00   Wed, 03 Jan 2024 14:31:00 GMT       an instant
//! 1704292260   1704292260000                                                            an instant, by its size
//! ```
//! Of `3/1/2024` nobody can tell the month: a format that defines it says so, or one of the numbers is above 12.
//! Refuses to guess: that order, years of two digits, names of zones.

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use tapewright_model::Time;

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

/// Which number of `3/1/2024` is the month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    MonthFirst,
    DayFirst,
}

/// Reads the times of one file.
pub(crate) struct Dates {
    clock: Clock,
    order: Option<Order>,
}

/// As it stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Written {
    Day(i32),
    /// Day, and ns since its midnight as the clocks of some zone show them.
    Local(i32, i64),
    Instant(i64),
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
            Written::Day(day) => Moment::Day(day),
            Written::Local(day, since_midnight) => Moment::At(self.at(day, since_midnight)?),
            Written::Instant(time) => Moment::At(time),
        })
    }

    /// A day; a clock that shows midnight is one too.
    pub(crate) fn day(&mut self, text: &str) -> Result<i32, String> {
        match self.written(text)? {
            Written::Day(day) | Written::Local(day, 0) => Ok(day),
            Written::Instant(time) if time.rem_euclid(Time::DAY) == 0 => {
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

    fn written(&self, text: &str) -> Result<Written, String> {
        let text = text.trim();
        let wrong = || format!("`{text}` is not a time\nhint: write 2024-01-03 or 2024-01-03T14:30:00Z");
        if text.is_empty() {
            return Err("there is no time".to_owned());
        }
        if text.len() > TEXT_BYTES_MAX {
            let shown: String = text.chars().take(TEXT_BYTES_MAX).collect();
            return Err(format!("`{shown}…` is not a time"));
        }
        if text.len() != 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return since_1970(text).map(Written::Instant).ok_or_else(wrong);
        }
        let (day, rest) = match year_first(text).or_else(|| worded(text)) {
            Some(found) => found,
            None => self.year_last(text)?.ok_or_else(wrong)?,
        };
        let day = day.ok_or_else(|| format!("`{text}` is not a date: no calendar holds it"))?;
        if rest.is_empty() {
            return Ok(Written::Day(day));
        }
        let clock = rest.strip_prefix(['T', 't', ' ', ',']).map(str::trim_start).ok_or_else(wrong)?;
        let clock = clock.strip_prefix("at ").unwrap_or(clock);
        if let Some(since_midnight) = since_midnight(clock) {
            return Ok(Written::Local(day, since_midnight));
        }
        let offset = |stamp: jiff::Timestamp| i64::try_from(stamp.as_nanosecond()).ok().map(Written::Instant);
        let named = || jiff::fmt::rfc2822::parse(text).ok().map(|zoned| zoned.timestamp());
        text.parse::<jiff::Timestamp>().ok().or_else(named).and_then(offset).ok_or_else(wrong)
    }

    /// Two numbers and the year. `None` is another form.
    fn year_last<'a>(&self, text: &'a str) -> Result<Option<(Option<i32>, &'a str)>, String> {
        let Some((first, second, year, digits, rest)) = three_numbers(text) else { return Ok(None) };
        if digits != 4 {
            return Err(format!("`{text}` has a year of two digits\nhint: write dates as 2024-01-03"));
        }
        let order = match (self.order, first > 12, second > 12) {
            (Some(order), _, _) => order,
            (None, true, false) => Order::DayFirst,
            (None, false, true) => Order::MonthFirst,
            _ => {
                return Err(format!(
                    "nobody can tell which number of `{text}` is the month\nhint: write dates as 2024-01-03"
                ));
            }
        };
        let (month, of_month) = if order == Order::MonthFirst { (first, second) } else { (second, first) };
        Ok(Some((day(year, month, of_month), rest)))
    }
}

/// Which number of a date is the month, as far as this one shows.
pub(crate) fn order_of(text: &str) -> Option<Order> {
    let (first, second, _, _, _) = three_numbers(text.trim())?;
    match (first > 12, second > 12) {
        (true, false) => Some(Order::DayFirst),
        (false, true) => Some(Order::MonthFirst),
        _ => None,
    }
}

/// `3/1/2024`: its numbers, the digits of the year, and what follows.
fn three_numbers(text: &str) -> Option<(i32, i32, i32, usize, &str)> {
    let (first, first_digits, rest) = number(text)?;
    let mark = rest.chars().next().filter(|mark| "/.-".contains(*mark))?;
    let (second, second_digits, rest) = number(rest.strip_prefix(mark)?)?;
    let (year, year_digits, rest) = number(rest.strip_prefix(mark)?)?;
    let shaped = first_digits <= 2 && second_digits <= 2 && (year_digits == 2 || year_digits == 4);
    shaped.then_some((first, second, year, year_digits, rest))
}

/// `2024-01-03`, `2024/1/3` or `20240103`; `Some((None, _))` when no calendar holds it.
fn year_first(text: &str) -> Option<(Option<i32>, &str)> {
    let (year, digits, rest) = number(text)?;
    if digits == 8 {
        return Some((day(year / 10_000, year / 100 % 100, year % 100), rest));
    }
    let mark = rest.chars().next().filter(|mark| digits == 4 && "/.-".contains(*mark))?;
    let (month, _, rest) = number(rest.strip_prefix(mark)?)?;
    let (of_month, _, rest) = number(rest.strip_prefix(mark)?)?;
    Some((day(year, month, of_month), rest))
}

/// `Jan 3, 2024`, `Fri May 16 2025`, `3-Jan-2024`.
fn worded(text: &str) -> Option<(Option<i32>, &str)> {
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
    let (of_month, _, "") = number(of_month)? else { return None };
    let (year, 4, rest) = number(rest)? else { return None };
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

/// The number at the head of a text, its digits (at most eight) and what follows.
fn number(text: &str) -> Option<(i32, usize, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (head, rest) = text.split_at(digits);
    if digits > 8 {
        return None;
    }
    Some((head.parse().ok()?, digits, rest))
}

/// ns of `9:31`, `14:31:00`, `14:31:00.250`, `7:23 PM`.
fn since_midnight(text: &str) -> Option<i64> {
    let end = text.trim_end_matches(|c: char| c.is_ascii_alphabetic()).len();
    let (clock, half) = text.split_at(end);
    let (hour, hour_digits, rest) = number(clock.trim_end())?;
    let (minute, 2, rest) = number(rest.strip_prefix(':')?)? else { return None };
    let (second, rest) = match rest.strip_prefix(':') {
        Some(rest) => match number(rest)? {
            (second, 2, rest) => (second, rest),
            _ => return None,
        },
        None => (0, rest),
    };
    let fraction = match rest.strip_prefix('.') {
        Some(digits) if (1..=9).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            (digits.len()..9).fold(digits.parse::<i64>().ok()?, |ns, _| ns * 10)
        }
        None if rest.is_empty() => 0,
        _ => return None,
    };
    let hour = match (half.to_ascii_lowercase().as_str(), hour) {
        ("", 0..24) => hour,
        ("am", 12) => 0,
        ("pm", 12) => 12,
        ("am", 1..12) => hour,
        ("pm", 1..12) => hour + 12,
        _ => return None,
    };
    let whole = (i64::from(hour) * 60 + i64::from(minute)) * 60 + i64::from(second);
    (hour_digits <= 2 && minute < 60 && second < 60).then_some(whole * Time::SECOND + fraction)
}

/// Whole seconds until 5138, milliseconds until 5138, and so on: the ranges do not meet.
fn since_1970(digits: &str) -> Option<i64> {
    let unit = match digits.len() {
        9..=11 => Time::SECOND,
        12..=14 => 1_000_000,
        15..=17 => 1_000,
        18..=19 => 1,
        _ => return None,
    };
    digits.parse::<i64>().ok()?.checked_mul(unit)
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
