//! When a line is of, from its one cell or from its date and its time of day.
//!
//! ```text
//! 2024-01-03T14:31:00Z   2024-01-03 14:31   2024/01/03   1704292260   3/1/2024 14:31   03.01.2024
//! ```
//! A date alone is a day. A number is whole and counts since 1970 in seconds, milliseconds, microseconds or nanoseconds,
//! told by its size. Of `3/1/2024` nobody can tell the month: a number above 12 anywhere in the file says which one it
//! is, for all of it. Formats that write `20240103` or `09-AM` say so (`Forms`).
//! Refuses to guess: years of two digits, clocks of twelve hours, zones that are not written as an offset.

mod digits;

use tapewright_model::Time;

use self::digits::{Clock, named_hour, since_midnight};
pub(crate) use self::digits::{Date, compact_date, epoch, number, of_twelve_or_24};
use crate::civil;

/// Years whose nanoseconds all have room in 64 bits.
const YEARS: std::ops::RangeInclusive<i32> = 1678..=2261;

/// When a line is of, as it is written.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stamp {
    /// A date alone, in days since 1970.
    Day(i32),
    /// A day and the ns that clocks show since its midnight, in a zone that is not written.
    Civil { day: i32, since_midnight: i64 },
    /// A moment, in UTC ns, and the day of which it is written as the midnight.
    Instant { time: i64, midnight: Option<i32> },
}

impl Stamp {
    /// As a moment if clocks show UTC: a day is its end. Orders stamps of one file.
    pub(crate) fn order(self) -> i64 {
        match self {
            Stamp::Day(day) => (i64::from(day) + 1) * Time::DAY,
            Stamp::Civil { day, since_midnight } => i64::from(day) * Time::DAY + since_midnight,
            Stamp::Instant { time, .. } => time,
        }
    }

    /// The day, when it is written as a midnight.
    pub(crate) fn midnight(self) -> Option<i32> {
        match self {
            Stamp::Civil { day, since_midnight: 0 } => Some(day),
            Stamp::Instant { midnight, .. } => midnight,
            Stamp::Day(_) | Stamp::Civil { .. } => None,
        }
    }
}

/// A stamp, or two while nothing in the file has said which number of its dates is the month.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    One(Stamp),
    Either { month_first: Stamp, day_first: Stamp },
}

/// Which number of `3/1/2024` is the month.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    MonthFirst,
    DayFirst,
}

impl Order {
    /// By the first two numbers of a date, when one of them is no month.
    pub(crate) fn shown_by(first: i32, second: i32) -> Option<Order> {
        match (first > 12, second > 12) {
            (true, false) => Some(Order::DayFirst),
            (false, true) => Some(Order::MonthFirst),
            _ => None,
        }
    }
}

/// What some formats write and others do not.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Forms {
    /// `20240103`, `20240103 09:30`, and clocks without marks: `0930`, `093000`.
    pub(crate) compact: bool,
    /// `09-AM`.
    pub(crate) named_hours: bool,
}

/// How the dates of one file are written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dates {
    forms: Forms,
    year_last: Option<bool>,
    /// And the line that says so.
    order: Option<(Order, u64)>,
}

impl Dates {
    pub(crate) fn new(forms: Forms) -> Dates {
        Dates { forms, ..Dates::default() }
    }

    /// What the lines so far say.
    pub(crate) fn order(&self) -> Option<Order> {
        self.order.map(|(order, _)| order)
    }

    /// Takes what other lines of the file say.
    pub(crate) fn settle(&mut self, others: &Dates) {
        self.order = self.order.or(others.order);
    }

    /// Says it, when the dates of no line do.
    pub(crate) fn settle_by_ascent(&mut self, order: Order) {
        self.order.get_or_insert((order, 0));
    }

    /// Reads the cell of a line, with its time of day when that has a column of its own.
    pub(crate) fn read(&mut self, cell: &[u8], clock: Option<&[u8]>, line: u64) -> Result<Reading, String> {
        let compact = if self.forms.compact { compact_date(cell) } else { None };
        let Some((date, rest)) = compact.or_else(|| Date::split(cell)) else {
            let shown = String::from_utf8_lossy(cell);
            return match clock {
                None => self.form(false, cell).and_then(|()| instant(&shown)).map(Reading::One),
                Some(_) => Err(format!("`{shown}` is not a date (wanted 2024-01-03), the time has its own column")),
            };
        };
        let clock = match (rest, clock) {
            // a date alone names the day; its bar is known when the day is over
            ([], None) => None,
            ([b' ' | b'T' | b't', clock @ ..], None) | ([], Some(clock)) => match self.clock(clock) {
                Some(clock) => Some(clock),
                None => return Err(no_clock(clock)),
            },
            (_, clock) => return Err(no_clock(clock.unwrap_or(rest))),
        };
        let no_date = || format!("`{}` is not a date", String::from_utf8_lossy(cell));
        let stamp = |year, month, day| {
            let day = civil::day(year, month, day).filter(|_| YEARS.contains(&year)).ok_or_else(no_date)?;
            clock.map_or(Some(Stamp::Day(day)), |clock| clock.stamp(day)).ok_or_else(no_date)
        };
        match date {
            Date::YearFirst(year, month, day) => {
                self.form(false, cell)?;
                Ok(Reading::One(stamp(year, month, day)?))
            }
            Date::YearLast(first, second, year, digits) => {
                self.form(true, cell)?;
                if digits != 4 {
                    return Err(format!("{} with a year of four digits\nhint: write dates as 2024-01-03", no_date()));
                }
                match self.decide(first, second, line).map_err(|reason| format!("{}{reason}", no_date()))? {
                    Some(Order::MonthFirst) => Ok(Reading::One(stamp(year, first, second)?)),
                    Some(Order::DayFirst) => Ok(Reading::One(stamp(year, second, first)?)),
                    None => {
                        let (month_first, day_first) = (stamp(year, first, second)?, stamp(year, second, first)?);
                        Ok(Reading::Either { month_first, day_first })
                    }
                }
            }
        }
    }

    fn clock(&self, text: &[u8]) -> Option<Clock> {
        let named = if self.forms.named_hours { named_hour(text) } else { None };
        named.or_else(|| since_midnight(text, self.forms.compact))
    }

    /// A file that changes its way of writing dates is two files.
    fn form(&mut self, year_last: bool, cell: &[u8]) -> Result<(), String> {
        if *self.year_last.get_or_insert(year_last) == year_last {
            return Ok(());
        }
        Err(format!("`{}` is not written as the dates before it", String::from_utf8_lossy(cell)))
    }

    fn decide(&mut self, first: i32, second: i32, line: u64) -> Result<Option<Order>, String> {
        if first > 12 && second > 12 {
            return Err(": no number is a month".to_owned());
        }
        let Some(said) = Order::shown_by(first, second) else { return Ok(self.order()) };
        let (order, at) = *self.order.get_or_insert((said, line));
        if order == said {
            return Ok(Some(order));
        }
        let stands_first = if order == Order::MonthFirst { "month" } else { "day" };
        let says = if at == 0 { "the order of the lines".to_owned() } else { format!("line {at}") };
        Err(format!(": {says} says that the {stands_first} stands first"))
    }
}

fn no_clock(text: &[u8]) -> String {
    let shown = String::from_utf8_lossy(text);
    format!("`{}` is not a time of day (wanted 14:31 or 14:31:00, hours 00 to 23)", shown.trim())
}

/// A number since 1970, or what [`Time`] reads.
fn instant(cell: &str) -> Result<Stamp, String> {
    let wrong = || format!("`{cell}` is not a time");
    let time = if cell.is_empty() || !cell.bytes().all(|byte| byte.is_ascii_digit()) {
        cell.parse().map(|time: Time| time.0).map_err(|error| error.to_string())?
    } else if cell.len() == 8 {
        return Err(format!("{}; a date is written 2024-01-03", wrong()));
    } else {
        let number: i64 = cell.parse().map_err(|_| wrong())?;
        epoch(number)
            .ok_or_else(|| format!("{}; as a number it has 9 to 19 digits, since 1970", wrong()))?
            .ok_or_else(wrong)?
    };
    let midnight = (time.rem_euclid(Time::DAY) == 0).then(|| i32::try_from(time.div_euclid(Time::DAY)).ok()).flatten();
    Ok(Stamp::Instant { time, midnight })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cell: &str, clock: Option<&str>, forms: Forms) -> Result<Stamp, String> {
        match Dates::new(forms).read(cell.as_bytes(), clock.map(str::as_bytes), 2)? {
            Reading::One(stamp) => Ok(stamp),
            either => Err(format!("{either:?}")),
        }
    }

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
            ("2024-01-03T14:31:00.5+0530", None, "2024-01-03T09:01:00.5Z"),
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
            let read = read(cell, clock, Forms::default()).map(Stamp::order);
            assert_eq!(read, Ok(want.parse::<Time>().unwrap().0), "{cell} {clock:?}");
        }
    }

    #[test]
    fn some_formats_write_fewer_marks() {
        let forms = Forms { compact: true, named_hours: true };
        for (cell, clock, want) in [
            ("20240103", None, "2024-01-04T00:00:00Z"),
            ("20240103 09:30", None, "2024-01-03T09:30:00Z"),
            ("20240103", Some("0930"), "2024-01-03T09:30:00Z"),
            ("20240103", Some("223000"), "2024-01-03T22:30:00Z"),
            ("2019-10-17 09-AM", None, "2019-10-17T09:00:00Z"),
            ("2019-10-17 12-AM", None, "2019-10-17T00:00:00Z"),
            ("2019-10-17 12-PM", None, "2019-10-17T12:00:00Z"),
            ("2019-10-17 11-PM", None, "2019-10-17T23:00:00Z"),
            ("1704292260", None, "2024-01-03T14:31:00Z"),
        ] {
            let read = read(cell, clock, forms).map(Stamp::order);
            assert_eq!(read, Ok(want.parse::<Time>().unwrap().0), "{cell} {clock:?}");
        }
        for cell in ["20240230", "20240103 2530", "2019-10-17 13-PM", "2019-10-17 00-AM"] {
            assert!(read(cell, None, forms).is_err(), "{cell}");
        }
    }

    #[test]
    fn a_midnight_is_one_as_it_is_written() {
        let midnight = |cell: &str| read(cell, None, Forms::default()).unwrap().midnight();
        for (cell, want) in [
            ("1970-01-02 00:00:00", Some(1)),
            ("1970-01-02T00:00:00Z", Some(1)),
            ("1970-01-02T00:00:00-05:00", Some(1)),
            ("1970-01-02T05:00:00Z", None),
            ("1703980800", Some(19_722)),
            ("1970-01-02", None),
        ] {
            assert_eq!(midnight(cell), want, "{cell}");
        }
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
            assert_eq!(read(cell, clock, Forms::default()), Err(want.to_owned()), "{cell} {clock:?}");
        }
    }
}
