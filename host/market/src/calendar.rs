//! When an instrument trades: sessions with their opening and closing instants.
//!
//! Promises that sessions of a day do not depend on the machine: zones and holidays are those of this build.
//! Refuses to know: halts and one-off changes of hours that no rule tells and no list here holds.

mod us_equity;

use std::ops::Range;

use jiff::civil::Weekday;
use tapewright_model::Time;

use crate::civil::{Clock, date_of};

/// When an instrument trades.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Calendar {
    /// NYSE and Nasdaq: 09:30 to 16:00 New York, holidays, days that close at 13:00.
    UsEquity,
    /// Sunday 17:00 to Friday 17:00 New York, without a break; days end at 17:00.
    Forex,
    /// Every moment; days are those of UTC.
    Always,
}

/// One trading session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its date, in days since 1970.
    pub day: i32,
    /// First moment.
    pub open: Time,
    /// Last moment: when its daily bar is known.
    pub close: Time,
}

const HOUR: i64 = 3600 * Time::SECOND;
/// When a day of currencies ends in New York.
const FOREX_CLOSE: i64 = 17 * HOUR;

impl Calendar {
    /// All of them.
    pub const ALL: [Calendar; 3] = [Calendar::UsEquity, Calendar::Forex, Calendar::Always];

    /// As it is typed: `us-equity`, `forex`, `always`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Calendar::UsEquity => "us-equity",
            Calendar::Forex => "forex",
            Calendar::Always => "always",
        }
    }

    /// The calendar of a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Calendar> {
        Calendar::ALL.into_iter().find(|calendar| calendar.name() == name)
    }

    /// The session of a day (days since 1970); `None` on a day without one, or one that nanoseconds do not reach.
    #[must_use]
    pub fn session(self, day: i32) -> Option<Session> {
        self.session_by(&mut Clock::new_york(), day)
    }

    /// The sessions of days, ascending.
    pub fn sessions(self, days: Range<i32>) -> impl Iterator<Item = Session> {
        let mut clock = Clock::new_york();
        days.filter_map(move |day| self.session_by(&mut clock, day))
    }

    /// Whether the session of a day is the last of its month; false for a day without one.
    #[must_use]
    pub fn is_last_of_month(self, day: i32) -> bool {
        let last = i32::from(date_of(day).days_in_month()) - i32::from(date_of(day).day());
        self.trades(day) && !(1..=last).any(|later| self.trades(day.saturating_add(later)))
    }

    /// Whether a day has a session.
    #[must_use]
    pub fn trades(self, day: i32) -> bool {
        match self {
            Calendar::UsEquity => us_equity::trades(date_of(day)),
            Calendar::Forex => !matches!(date_of(day).weekday(), Weekday::Saturday | Weekday::Sunday),
            Calendar::Always => true,
        }
    }

    fn session_by(self, clock: &mut Clock, day: i32) -> Option<Session> {
        if !self.trades(day) {
            return None;
        }
        let (open, close) = match self {
            Calendar::UsEquity => {
                let close = us_equity::close_hour(date_of(day)) * HOUR;
                (clock.instant(day, 9 * HOUR + HOUR / 2)?, clock.instant(day, close)?)
            }
            Calendar::Forex => (clock.instant(day.checked_sub(1)?, FOREX_CLOSE)?, clock.instant(day, FOREX_CLOSE)?),
            Calendar::Always => {
                let midnight = i64::from(day).checked_mul(Time::DAY)?;
                (midnight, midnight.checked_add(Time::DAY)?)
            }
        };
        Some(Session { day, open: Time(open), close: Time(close) })
    }
}

/// The days of moments that come in order: remembers the last one.
pub(crate) struct Days {
    calendar: Calendar,
    clock: Clock,
    now: Day,
}

/// One day of a calendar, with a session or without one.
#[derive(Clone, Copy)]
pub(crate) struct Day {
    /// Days since 1970.
    pub(crate) day: i32,
    /// Moments of the day are after this one …
    after: i64,
    /// … and until this one: what is known at a midnight belongs to the day that ends.
    until: i64,
    /// Its session.
    pub(crate) session: Option<Session>,
}

impl Days {
    pub(crate) fn new(calendar: Calendar) -> Days {
        let now = Day { day: 0, after: 0, until: 0, session: None };
        Days { calendar, clock: Clock::new_york(), now }
    }

    /// The session of a day.
    pub(crate) fn session(&mut self, day: i32) -> Option<Session> {
        self.calendar.session_by(&mut self.clock, day)
    }

    /// The day to which a moment (UTC ns) belongs.
    pub(crate) fn of(&mut self, time: i64) -> Day {
        if time > self.now.after && time <= self.now.until {
            return self.now;
        }
        let before = time.saturating_sub(1);
        let utc = before.div_euclid(Time::DAY);
        let utc = i32::try_from(utc).unwrap_or(0);
        let (day, after, until) = match self.calendar {
            Calendar::Always => (utc, i64::from(utc).saturating_mul(Time::DAY), Time::DAY),
            Calendar::UsEquity => self.local(before, 0).unwrap_or((utc, before, 1)),
            Calendar::Forex => self.local(before, Time::DAY - FOREX_CLOSE).unwrap_or((utc, before, 1)),
        };
        let session = self.calendar.session_by(&mut self.clock, day);
        self.now = Day { day, after, until: after.saturating_add(until), session };
        self.now
    }

    /// The day of New York that holds a moment, when days begin so long before midnight: with the moment before its
    /// first and its length.
    fn local(&mut self, time: i64, earlier: i64) -> Option<(i32, i64, i64)> {
        let (day, since) = self.clock.local(time)?;
        let day = if since >= Time::DAY - earlier && earlier > 0 { day.checked_add(1)? } else { day };
        let start = |clock: &mut Clock, day: i32| {
            if earlier > 0 { clock.instant(day.checked_sub(1)?, Time::DAY - earlier) } else { clock.instant(day, 0) }
        };
        let first = start(&mut self.clock, day)?;
        let next = start(&mut self.clock, day.checked_add(1)?)?;
        Some((day, first, next.checked_sub(first)?))
    }
}

#[cfg(test)]
pub(crate) mod tests;
