//! Dates and clocks from their digits: what of a text is read as which number.
//!
//! Promises that a clock that does not exist is `None`.
//! Refuses to know: which of two numbers is the month.

use tapewright_model::Time;

use super::Stamp;

const HOUR: i64 = 3600 * Time::SECOND;

/// Three numbers of a date.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Date {
    YearFirst(i32, i32, i32),
    /// Two numbers, the year, and how many digits that has.
    YearLast(i32, i32, i32, usize),
}

impl Date {
    /// Three numbers with two equal marks between them, and what follows.
    pub(crate) fn split(cell: &[u8]) -> Option<(Date, &[u8])> {
        let (first, first_digits, rest) = number(cell)?;
        let (mark, rest) = rest.split_first().filter(|(mark, _)| b"-/.".contains(mark))?;
        let (second, second_digits, rest) = number(rest)?;
        let (_, rest) = rest.split_first().filter(|(other, _)| *other == mark)?;
        let (third, third_digits, rest) = number(rest)?;
        match (first_digits, second_digits, third_digits) {
            (4, 1..=2, 1..=2) => Some((Date::YearFirst(first, second, third), rest)),
            (1..=2, 1..=2, 2 | 4) => Some((Date::YearLast(first, second, third, third_digits), rest)),
            _ => None,
        }
    }
}

/// `20240103`, and what follows.
pub(crate) fn compact_date(cell: &[u8]) -> Option<(Date, &[u8])> {
    let (number, digits, rest) = number(cell)?;
    (digits == 8).then_some((Date::YearFirst(number / 10_000, number / 100 % 100, number % 100), rest))
}

/// UTC ns of a whole number since 1970 of seconds, milliseconds, microseconds or nanoseconds, told by how many digits
/// it has. `None` when that is no time; `Some(None)` when it is one that 64 bits do not hold.
pub(crate) fn epoch(number: i64) -> Option<Option<i64>> {
    // seconds until 5138, milliseconds until 5138, and so on: the ranges do not meet
    let unit = match number.unsigned_abs().checked_ilog10().map_or(1, |digits| digits + 1) {
        9..=11 => Time::SECOND,
        12..=14 => 1_000_000,
        15..=17 => 1_000,
        18..=19 => 1,
        _ => return None,
    };
    Some(number.checked_mul(unit))
}

/// A time of day, and the offset from UTC that is written after it.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Clock {
    since_midnight: i64,
    offset: Option<i64>,
}

impl Clock {
    /// This clock on a day; `None` when 64 bits do not hold it.
    pub(crate) fn stamp(self, day: i32) -> Option<Stamp> {
        let Clock { since_midnight, offset } = self;
        let Some(offset) = offset else { return Some(Stamp::Civil { day, since_midnight }) };
        let time = (i64::from(day) * Time::DAY).checked_add(since_midnight)?.checked_sub(offset)?;
        Some(Stamp::Instant { time, midnight: (since_midnight == 0).then_some(day) })
    }
}

/// `9:31`, `14:31:00`, `14:31:00.250`, with or without `Z`, `+05:30`, `+0530` or `+05`; if compact, `0931` and `143100`.
pub(super) fn since_midnight(text: &[u8], compact: bool) -> Option<Clock> {
    let (first, first_digits, rest) = number(text)?;
    let (hour, minute, second, rest) = match (first_digits, compact) {
        (4, true) => (first / 100, first % 100, 0, rest),
        (6, true) => (first / 10_000, first / 100 % 100, first % 100, rest),
        (1..=2, _) => {
            let (minute, minute_digits, rest) = number(rest.strip_prefix(b":")?)?;
            let (second, second_digits, rest) = match rest.strip_prefix(b":") {
                Some(rest) => number(rest)?,
                None => (0, 2, rest),
            };
            (minute_digits == 2 && second_digits == 2).then_some((first, minute, second, rest))?
        }
        _ => return None,
    };
    let (fraction, rest) = match rest.strip_prefix(b".") {
        Some(rest) => {
            let (fraction, digits, rest) = number(rest)?;
            ((digits..9).fold(i64::from(fraction), |ns, _| ns * 10), rest)
        }
        None => (0, rest),
    };
    let whole = seconds(hour, minute, second)?;
    Some(Clock { since_midnight: whole * Time::SECOND + fraction, offset: offset(rest)? })
}

/// The same without the compact ones; `2:31 PM` and `2:31pm` too.
pub(crate) fn of_twelve_or_24(text: &[u8]) -> Option<Clock> {
    let (clock, noon) = match text.split_last_chunk() {
        Some((clock, [b'A' | b'a', b'M' | b'm'])) => (clock, 0),
        Some((clock, [b'P' | b'p', b'M' | b'm'])) => (clock, 12),
        _ => return since_midnight(text, false),
    };
    let Clock { since_midnight, offset: None } = since_midnight(clock.trim_ascii_end(), false)? else { return None };
    let (hour, rest) = (since_midnight / HOUR, since_midnight % HOUR);
    (1..=12).contains(&hour).then_some(Clock { since_midnight: (hour % 12 + noon) * HOUR + rest, offset: None })
}

/// `09-AM`.
pub(super) fn named_hour(text: &[u8]) -> Option<Clock> {
    let (hour, _, rest) = number(text)?;
    let half = match rest {
        b"-AM" => 0,
        b"-PM" => 12,
        _ => return None,
    };
    let hour = (1..=12).contains(&hour).then_some(hour % 12 + half)?;
    Some(Clock { since_midnight: seconds(hour, 0, 0)? * Time::SECOND, offset: None })
}

/// What follows a clock: nothing, or ns east of UTC.
fn offset(text: &[u8]) -> Option<Option<i64>> {
    let (sign, rest) = match text {
        [] => return Some(None),
        b"Z" | b"z" => return Some(Some(0)),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let (first, digits, rest) = number(rest)?;
    let (hour, minute) = match (digits, rest) {
        (2, []) => (first, 0),
        (4, []) => (first / 100, first % 100),
        (2, [b':', rest @ ..]) => {
            let (minute, digits, rest) = number(rest)?;
            (digits == 2 && rest.is_empty()).then_some((first, minute))?
        }
        _ => return None,
    };
    Some(Some(sign * seconds(hour, minute, 0)? * Time::SECOND))
}

fn seconds(hour: i32, minute: i32, second: i32) -> Option<i64> {
    let shaped = hour < 24 && minute < 60 && second < 60;
    shaped.then_some((i64::from(hour) * 60 + i64::from(minute)) * 60 + i64::from(second))
}

/// The number at the head of a text, its digits (at most nine) and what follows.
pub(crate) fn number(text: &[u8]) -> Option<(i32, usize, &[u8])> {
    let mut value = 0;
    let mut digits = 0;
    while let Some(digit) = text.get(digits).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit < 10) {
        if digits == 9 {
            return None;
        }
        value = value * 10 + i32::from(digit);
        digits += 1;
    }
    (digits > 0).then(|| (value, digits, &text[digits..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_since_1970_is_told_by_its_size() {
        let minute = "2024-01-03T14:31:00Z".parse::<Time>().unwrap().0;
        for (number, want) in [
            (1_704_292_260, Some(Some(minute))),
            (1_704_292_260_000, Some(Some(minute))),
            (1_704_292_260_000_000, Some(Some(minute))),
            (1_704_292_260_000_000_000, Some(Some(minute))),
            (99_999_999_999, Some(None)),
            (20_240_103, None),
            (0, None),
        ] {
            assert_eq!(epoch(number), want, "{number}");
        }
    }
}
