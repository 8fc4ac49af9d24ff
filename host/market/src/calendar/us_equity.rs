//! The holidays and early closes of NYSE and Nasdaq, by rule from 1990 on (NYSE Rule 7.2 and its notices), with the
//! days that no rule tells.

use jiff::civil::{Date, Weekday};

/// Closed for mourning, attack or storm, from 1990 to 2026.
const CLOSED: [(i16, i8, i8); 11] = [
    (1994, 4, 27),
    (2001, 9, 11),
    (2001, 9, 12),
    (2001, 9, 13),
    (2001, 9, 14),
    (2004, 6, 11),
    (2007, 1, 2),
    (2012, 10, 29),
    (2012, 10, 30),
    (2018, 12, 5),
    (2025, 1, 9),
];
/// Closed at 13:00 beside the rules: the Fridays after two Christmases, and the last day of a millennium.
const SHORT: [(i16, i8, i8); 3] = [(1997, 12, 26), (1999, 12, 31), (2003, 12, 26)];

/// Whether there is a session.
pub(super) fn trades(date: Date) -> bool {
    !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
        && !holiday(date)
        && !CLOSED.contains(&(date.year(), date.month(), date.day()))
}

/// The hour at which the session of a day ends in New York.
pub(super) fn close_hour(date: Date) -> i64 {
    let (year, weekday) = (date.year(), date.weekday());
    let to_thursday = matches!(weekday, Weekday::Monday | Weekday::Tuesday | Weekday::Wednesday | Weekday::Thursday);
    let early = match (date.month(), date.day()) {
        // the Wednesday before the Fourth only since 2013; before, the Friday after it
        (7, 3) => to_thursday && year >= if weekday == Weekday::Wednesday { 2013 } else { 1995 },
        (7, 5) => weekday == Weekday::Friday && (1995..2013).contains(&year),
        (11, 23..=29) => weekday == Weekday::Friday && year >= 1992,
        (12, 24) => to_thursday,
        _ => SHORT.contains(&(year, date.month(), date.day())),
    };
    match early {
        // until 1992 an early close was one at 14:00
        true if year < 1993 => 14,
        true => 13,
        false => 16,
    }
}

fn holiday(date: Date) -> bool {
    let (year, weekday) = (date.year(), date.weekday());
    let monday = weekday == Weekday::Monday;
    let third = monday && (15..=21).contains(&date.day());
    match date.month() {
        1 => {
            // a New Year on a Saturday is not made up for: it would end the year's books early
            let new_year = date.day() == 1 || (monday && date.day() == 2);
            new_year || (third && year >= 1998)
        }
        2 => third,
        3 | 4 => good_friday(year) == Some(date),
        5 => monday && date.day() > 24,
        6 => year >= 2022 && observed(date, 19),
        7 => observed(date, 4),
        9 => monday && date.day() <= 7,
        11 => weekday == Weekday::Thursday && (22..=28).contains(&date.day()),
        12 => observed(date, 25),
        _ => false,
    }
}

/// Whether this is the day of the month, or the Friday or Monday next to it when it is a Saturday or Sunday.
fn observed(date: Date, day: i8) -> bool {
    match date.day() - day {
        0 => true,
        -1 => date.weekday() == Weekday::Friday,
        1 => date.weekday() == Weekday::Monday,
        _ => false,
    }
}

/// Two days before Easter, by the Gregorian computus (Meeus, Astronomical Algorithms, chapter 8).
fn good_friday(year: i16) -> Option<Date> {
    let year = i32::from(year);
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 19 * l) / 433;
    let month = (h + l - 7 * m + 90) / 25;
    let day = (h + l - 7 * m + 33 * month + 19) % 32;
    let easter = Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()?;
    easter.yesterday().ok()?.yesterday().ok()
}
