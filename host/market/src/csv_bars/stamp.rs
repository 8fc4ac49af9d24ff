//! When a line was known, from its one cell or from its date and its time of day.
//!
//! ```text
//! 2024-01-03T14:31:00Z   2024-01-03 14:31   2024/01/03   1704292260   3/1/2024 14:31   03.01.2024
//! ```
//! A date alone is the bar of that UTC day, known at its end. A number is whole and counts since 1970 in
//! seconds, milliseconds, microseconds or nanoseconds, told by its size. Of `3/1/2024` nobody can tell the month:
//! a number above 12 anywhere in the file says which one it is, for all of it.
//! Refuses to guess: years of two digits, AM and PM, other zones than those written as an offset.

use tapewright_model::Time;

/// When a line was known, in UTC ns.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Stamp {
    Known(i64),
    /// Nothing in the file has yet said which number of its dates is the month.
    Either {
        month_first: i64,
        day_first: i64,
    },
}

/// Which number of `3/1/2024` is the month.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Order {
    MonthFirst,
    DayFirst,
}

/// How the dates of one file are written.
#[derive(Default)]
pub(super) struct Dates {
    year_last: Option<bool>,
    /// And the line that says so.
    order: Option<(Order, u64)>,
    /// Whether a date stood alone, without a time of day.
    alone: bool,
}

impl Dates {
    /// What the lines so far say.
    pub(super) fn order(&self) -> Option<Order> {
        self.order.map(|(order, _)| order)
    }

    /// Whether a date stood alone, without a time of day.
    pub(super) fn alone(&self) -> bool {
        self.alone
    }

    /// Reads the cell of a line, with its time of day when that has a column of its own.
    pub(super) fn read(&mut self, cell: &[u8], clock: Option<&[u8]>, line: u64) -> Result<Stamp, String> {
        let Some((date, rest)) = Date::split(cell) else {
            let shown = String::from_utf8_lossy(cell);
            return match clock {
                None => self.form(false, cell).and_then(|()| instant(&shown)).map(Stamp::Known),
                Some(_) => Err(format!("`{shown}` is not a date (wanted 2024-01-03), the time has its own column")),
            };
        };
        let since_midnight = match (rest, clock) {
            // a date alone names the day; its bar is known when the day is over
            ([], None) => {
                self.alone = true;
                Some(Time::DAY)
            }
            ([b' ' | b'T' | b't', clock @ ..], None) | ([], Some(clock)) => since_midnight(clock),
            _ => None,
        };
        let Some(since_midnight) = since_midnight else {
            return match (date, clock) {
                // with an offset, say
                (Date::YearFirst(..), None) => {
                    self.form(false, cell)?;
                    instant(&String::from_utf8_lossy(cell)).map(Stamp::Known)
                }
                (_, clock) => Err(format!(
                    "`{}` is not a time of day (wanted 14:31 or 14:31:00, hours 00 to 23)",
                    String::from_utf8_lossy(clock.unwrap_or(rest)).trim()
                )),
            };
        };
        let no_date = || format!("`{}` is not a date", String::from_utf8_lossy(cell));
        let known = |year, month, day| {
            let day = days_since_1970(year, month, day);
            day.map(|day| day * Time::DAY + since_midnight).ok_or_else(no_date)
        };
        match date {
            Date::YearFirst(year, month, day) => {
                self.form(false, cell)?;
                Ok(Stamp::Known(known(year, month, day)?))
            }
            Date::YearLast(first, second, year, digits) => {
                self.form(true, cell)?;
                if digits != 4 {
                    return Err(format!("{} with a year of four digits\nhint: write dates as 2024-01-03", no_date()));
                }
                match self.decide(first, second, line).map_err(|reason| format!("{}{reason}", no_date()))? {
                    Some(Order::MonthFirst) => Ok(Stamp::Known(known(year, first, second)?)),
                    Some(Order::DayFirst) => Ok(Stamp::Known(known(year, second, first)?)),
                    None => {
                        let (month_first, day_first) = (known(year, first, second)?, known(year, second, first)?);
                        Ok(Stamp::Either { month_first, day_first })
                    }
                }
            }
        }
    }

    /// A file that changes its way of writing dates is two files.
    fn form(&mut self, year_last: bool, cell: &[u8]) -> Result<(), String> {
        if *self.year_last.get_or_insert(year_last) == year_last {
            return Ok(());
        }
        Err(format!("`{}` is not written as the dates before it", String::from_utf8_lossy(cell)))
    }

    fn decide(&mut self, first: u32, second: u32, line: u64) -> Result<Option<Order>, String> {
        let said = match (first > 12, second > 12) {
            (true, true) => return Err(": no number is a month".to_owned()),
            (true, false) => Order::DayFirst,
            (false, true) => Order::MonthFirst,
            (false, false) => return Ok(self.order()),
        };
        let (order, at) = *self.order.get_or_insert((said, line));
        if order == said {
            return Ok(Some(order));
        }
        let stands_first = if order == Order::MonthFirst { "month" } else { "day" };
        Err(format!(": line {at} says that the {stands_first} stands first"))
    }
}

#[derive(Copy, Clone)]
enum Date {
    YearFirst(i64, u32, u32),
    /// Two numbers, the year, and how many digits that has.
    YearLast(u32, u32, i64, usize),
}

impl Date {
    /// Three numbers with two equal marks between them, and what follows.
    fn split(cell: &[u8]) -> Option<(Date, &[u8])> {
        let (first, first_digits, rest) = number(cell)?;
        let (mark, rest) = rest.split_first().filter(|(mark, _)| b"-/.".contains(mark))?;
        let (second, second_digits, rest) = number(rest)?;
        let (_, rest) = rest.split_first().filter(|(other, _)| *other == mark)?;
        let (third, third_digits, rest) = number(rest)?;
        match (first_digits, second_digits, third_digits) {
            (4, 1..=2, 1..=2) => Some((Date::YearFirst(i64::from(first), second, third), rest)),
            (1..=2, 1..=2, 2 | 4) => Some((Date::YearLast(first, second, i64::from(third), third_digits), rest)),
            _ => None,
        }
    }
}

/// The number at the head of a text, its digits (at most nine) and what follows.
fn number(text: &[u8]) -> Option<(u32, usize, &[u8])> {
    let mut value = 0;
    let mut digits = 0;
    while let Some(digit) = text.get(digits).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit < 10) {
        if digits == 9 {
            return None;
        }
        value = value * 10 + u32::from(digit);
        digits += 1;
    }
    (digits > 0).then(|| (value, digits, &text[digits..]))
}

/// Nanoseconds of a time of day, `9:31`, `14:31:00`, `14:31:00.250`, with or without a `Z`.
fn since_midnight(text: &[u8]) -> Option<i64> {
    let text = text.strip_suffix(b"Z").unwrap_or(text);
    let (hour, hour_digits, rest) = number(text)?;
    let (minute, minute_digits, rest) = number(rest.strip_prefix(b":")?)?;
    let (second, second_digits, rest) = match rest.strip_prefix(b":") {
        Some(rest) => number(rest)?,
        None => (0, 2, rest),
    };
    let nanoseconds = match rest.strip_prefix(b".") {
        Some(rest) => {
            let (fraction, digits, rest) = number(rest)?;
            rest.is_empty().then(|| (digits..9).fold(i64::from(fraction), |ns, _| ns * 10))?
        }
        None if rest.is_empty() => 0,
        None => return None,
    };
    let shaped = hour_digits <= 2 && minute_digits == 2 && second_digits == 2;
    let whole = (i64::from(hour) * 60 + i64::from(minute)) * 60 + i64::from(second);
    (shaped && hour < 24 && minute < 60 && second < 60).then_some(whole * Time::SECOND + nanoseconds)
}

/// Days of the proleptic Gregorian calendar; `None` for a day that is none, or one whose nanoseconds have no
/// room in 64 bits. The year begins in March, so that the leap day is its last one (H. Hinnant,
/// chrono-Compatible Low-Level Date Algorithms, 2021, `days_from_civil`).
fn days_since_1970(year: i64, month: u32, day: u32) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1678..=2261).contains(&year) || !(1..=days).contains(&day) {
        return None;
    }
    let (year, month) = if month < 3 { (year - 1, month + 9) } else { (year, month - 3) };
    let before = i64::from((153 * month + 2) / 5 + day - 1);
    Some(365 * year + year / 4 - year / 100 + year / 400 + before - 719_468)
}

/// A number since 1970, or what [`Time`] reads.
fn instant(cell: &str) -> Result<i64, String> {
    let wrong = || format!("`{cell}` is not a time");
    if cell.is_empty() || !cell.bytes().all(|byte| byte.is_ascii_digit()) {
        return cell.parse().map(|time: Time| time.0).map_err(|error| error.to_string());
    }
    let number: i64 = cell.parse().map_err(|_| wrong())?;
    // seconds until 5138, milliseconds until 5138, and so on: the ranges do not meet
    let unit = match cell.len() {
        9..=11 => Time::SECOND,
        12..=14 => 1_000_000,
        15..=17 => 1_000,
        18..=19 => 1,
        8 => return Err(format!("{}; a date is written 2024-01-03", wrong())),
        _ => return Err(format!("{}; as a number it has 9 to 19 digits, since 1970", wrong())),
    };
    number.checked_mul(unit).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_as_it_is_written() {
        for (cell, clock, want) in [
            ("1970-01-01", None, "1970-01-02T00:00:00Z"),
            ("2024-02-29", None, "2024-03-01T00:00:00Z"),
            ("2024/02/09", None, "2024-02-10T00:00:00Z"),
            ("2024.2.9 9:31", None, "2024-02-09T09:31:00Z"),
            ("2024-01-03T14:31:00Z", None, "2024-01-03T14:31:00Z"),
            ("2024-01-03 14:31:00", None, "2024-01-03T14:31:00Z"),
            ("2024-01-03 14:31:00.25", None, "2024-01-03T14:31:00.25Z"),
            ("2024-01-03 14:31:00-05:00", None, "2024-01-03T19:31:00Z"),
            ("1678-01-01 00:00", None, "1678-01-01T00:00:00Z"),
            ("2261-12-31 23:59:59.999999999", None, "2261-12-31T23:59:59.999999999Z"),
            ("1704292260", None, "2024-01-03T14:31:00Z"),
            ("1704292260000", None, "2024-01-03T14:31:00Z"),
            ("1704292260000000000", None, "2024-01-03T14:31:00Z"),
            ("13/1/2024", None, "2024-01-14T00:00:00Z"),
            ("1/13/2024 14:31", None, "2024-01-13T14:31:00Z"),
            ("31.12.1999 09:30:05", None, "1999-12-31T09:30:05Z"),
            ("2024-01-03", Some("14:31"), "2024-01-03T14:31:00Z"),
            ("1/13/2024", Some("14:31:00"), "2024-01-13T14:31:00Z"),
        ] {
            let read = Dates::default().read(cell.as_bytes(), clock.map(str::as_bytes), 2);
            assert_eq!(read, Ok(Stamp::Known(want.parse::<Time>().unwrap().0)), "{cell} {clock:?}");
        }
    }

    #[test]
    fn every_day_has_its_number() {
        let mut day = days_since_1970(1678, 1, 1).unwrap();
        assert_eq!(days_since_1970(1970, 1, 1), Some(0));
        for year in 1678..=2261 {
            for month in 1..=12 {
                for of_month in (1..=31).filter(|of_month| days_since_1970(year, month, *of_month).is_some()) {
                    assert_eq!(days_since_1970(year, month, of_month), Some(day), "{year}-{month}-{of_month}");
                    day += 1;
                }
            }
        }
        assert_eq!(Time(day * Time::DAY), "2262-01-01".parse().unwrap());
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for (cell, clock, want) in [
            ("1/4/99", None, "`1/4/99` is not a date with a year of four digits\nhint: write dates as 2024-01-03"),
            ("13/13/2024", None, "`13/13/2024` is not a date: no number is a month"),
            ("2/30/2024", None, "`2/30/2024` is not a date"),
            ("2024-02-30", None, "`2024-02-30` is not a date"),
            ("0/1/2024", None, "`0/1/2024` is not a date"),
            ("1/4/1999 2:31 PM", None, "`2:31 PM` is not a time of day (wanted 14:31 or 14:31:00, hours 00 to 23)"),
            ("2024-01-03", Some("93100"), "`93100` is not a time of day (wanted 14:31 or 14:31:00, hours 00 to 23)"),
            ("2024-01-03", Some("24:00"), "`24:00` is not a time of day (wanted 14:31 or 14:31:00, hours 00 to 23)"),
            (
                "1704292260",
                Some("14:31"),
                "`1704292260` is not a date (wanted 2024-01-03), the time has its own column",
            ),
            ("20240103", None, "`20240103` is not a time; a date is written 2024-01-03"),
            ("12", None, "`12` is not a time; as a number it has 9 to 19 digits, since 1970"),
            (
                "3-Jan-2024",
                None,
                "`3-Jan-2024` is not a time (wanted 2024-01-03, 2024-01-03T14:30:00Z or 2024-01-03 14:30:00)",
            ),
        ] {
            let read = Dates::default().read(cell.as_bytes(), clock.map(str::as_bytes), 2);
            assert_eq!(read, Err(want.to_owned()), "{cell} {clock:?}");
        }
    }
}
