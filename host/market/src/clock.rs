//! Columns that a clock and a diary tell: where in its session a row lies, and what is due.
//!
//! | column | value |
//! |---|---|
//! | `session.minutes` | minutes since the session opened; NaN outside of one |
//! | `session.minutes_left` | minutes until the session closes, 0 on its last row; NaN outside of one |
//! | `calendar.weekday` | 1 Monday to 7 Sunday, of the session that a row lies in, or else of its UTC day |
//! | `calendar.month_end` | 1 on rows of the last session of a month, else 0 |
//! | `calendar.KIND_in` | days until the next event of a kind (`ex_dividend`, `earnings`, `fomc` …) that was known on the row; NaN when none was |
//! | `event.KIND_age` | seconds since the newest event of a kind became known; NaN before the first |
//!
//! Promises that a row shows events only from the moment on at which they could be read about.
//! Refuses to know: what an event means.

use std::sync::Arc;

use tapewright_model::{CANONICAL_NAN, Symbol, Time};

use crate::calendar::{Calendar, Session};
use crate::event::Event;

/// A column that is made of a row's known time.
#[derive(Clone, Debug)]
pub struct ClockColumn {
    field: Field,
}

#[derive(Clone, Debug)]
enum Field {
    Minutes(Calendar),
    MinutesLeft(Calendar),
    Weekday(Option<Calendar>),
    MonthEnd(Calendar),
    /// By known time: when it is known and when it happens.
    Until(Arc<[(i64, i64)]>),
    Since(Arc<[(i64, i64)]>),
}

/// Columns that a calendar gives.
const OF_CALENDAR: [&str; 4] = ["session.minutes", "session.minutes_left", "calendar.weekday", "calendar.month_end"];

impl ClockColumn {
    /// The column of this name for an instrument; `None` when there is no such column, or nothing that could fill it.
    pub(crate) fn of(name: &str, symbol: &Symbol, calendar: Option<Calendar>, events: &[Event]) -> Option<ClockColumn> {
        let due = |kind: &str| {
            let mine = |event: &&Event| event.kind == kind && event.symbol.as_ref().is_none_or(|of| of == symbol);
            let mut due: Vec<(i64, i64)> =
                events.iter().filter(mine).map(|event| (event.known_time.0, event.event_time.0)).collect();
            due.sort_unstable();
            (!due.is_empty()).then(|| due.into())
        };
        let field = match name {
            "session.minutes" => Field::Minutes(calendar?),
            "session.minutes_left" => Field::MinutesLeft(calendar?),
            "calendar.weekday" => Field::Weekday(calendar),
            "calendar.month_end" => Field::MonthEnd(calendar?),
            _ => match (name.strip_prefix("calendar."), name.strip_prefix("event.")) {
                (Some(rest), _) => Field::Until(due(rest.strip_suffix("_in")?)?),
                (_, Some(rest)) => Field::Since(due(rest.strip_suffix("_age")?)?),
                _ => return None,
            },
        };
        Some(ClockColumn { field })
    }

    /// Names of the columns that can be filled for an instrument.
    pub(crate) fn names(symbol: &Symbol, calendar: Option<Calendar>, events: &[Event]) -> Vec<String> {
        let mut names: Vec<String> = OF_CALENDAR.iter().map(ToString::to_string).collect();
        let mut kinds: Vec<&str> = events.iter().map(|event| event.kind.as_str()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        names.extend(kinds.iter().map(|kind| format!("calendar.{kind}_in")));
        names.extend(kinds.iter().map(|kind| format!("event.{kind}_age")));
        names.retain(|name| ClockColumn::of(name, symbol, calendar, events).is_some());
        names
    }

    /// Appends its values on rows of these known times (UTC ns, ascending).
    pub fn fill(&self, times: &[i64], out: &mut Vec<f64>) {
        let minute = 60.0 * Time::SECOND as f64;
        match &self.field {
            Field::Minutes(calendar) => {
                let value = |time: i64, session: Option<Session>| {
                    session.map_or(CANONICAL_NAN, |session| (time - session.open.0) as f64 / minute)
                };
                in_session(*calendar, times, out, value);
            }
            Field::MinutesLeft(calendar) => {
                let value = |time: i64, session: Option<Session>| {
                    session.map_or(CANONICAL_NAN, |session| (session.close.0 - time) as f64 / minute)
                };
                in_session(*calendar, times, out, value);
            }
            Field::Weekday(calendar) => {
                let weekday = |day: i32| f64::from((day + 3).rem_euclid(7) + 1);
                let value = |time: i64, session: Option<Session>| {
                    weekday(session.map_or_else(|| utc_day(time), |session| session.day))
                };
                in_session(calendar.unwrap_or(Calendar::Always), times, out, value);
            }
            Field::MonthEnd(calendar) => {
                let value = |_, session: Option<Session>| {
                    session.map_or(0.0, |session| f64::from(u8::from(calendar.is_last_of_month(session.day))))
                };
                in_session(*calendar, times, out, value);
            }
            Field::Until(due) => out.extend(times.iter().map(|time| {
                let known = &due[..due.partition_point(|(known, _)| known <= time)];
                let next = known.iter().map(|(_, event)| *event).filter(|event| event >= time).min();
                next.map_or(CANONICAL_NAN, |next| (next - time) as f64 / Time::DAY as f64)
            })),
            Field::Since(due) => out.extend(times.iter().map(|time| {
                let known = due.partition_point(|(known, _)| known <= time);
                let newest = known.checked_sub(1).map(|last| due[last].0);
                newest.map_or(CANONICAL_NAN, |newest| (time - newest) as f64 / Time::SECOND as f64)
            })),
        }
    }
}

fn utc_day(time: i64) -> i32 {
    i32::try_from(time.div_euclid(Time::DAY)).unwrap_or(i32::MAX)
}

/// Values of rows by the session in which they lie. The first moment belongs to it, and the last one.
fn in_session(calendar: Calendar, times: &[i64], out: &mut Vec<f64>, value: impl Fn(i64, Option<Session>) -> f64) {
    let mut session: Option<Session> = None;
    for time in times {
        let holds = |session: &Session| session.open.0 <= *time && *time <= session.close.0;
        if !session.as_ref().is_some_and(holds) {
            // a session may begin on the UTC day before its own, or end on the one after
            let day = utc_day(*time);
            session = (day - 1..=day + 1).filter_map(|day| calendar.session(day)).find(holds);
        }
        out.push(value(*time, session));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(name: &str, calendar: Option<Calendar>, events: &[Event], times: &[&str]) -> Vec<f64> {
        let symbol = Symbol::new("SPY").unwrap();
        let times: Vec<i64> = times.iter().map(|time| time.parse::<Time>().unwrap().0).collect();
        let mut out = Vec::new();
        ClockColumn::of(name, &symbol, calendar, events).unwrap().fill(&times, &mut out);
        out
    }

    #[test]
    fn a_row_knows_where_in_its_session_it_lies() {
        let times = [
            "2024-01-03T14:29:00Z",
            "2024-01-03T14:30:00Z",
            "2024-01-03T14:31:00Z",
            "2024-01-03T21:00:00Z",
            "2024-01-03T21:00:01Z",
            "2024-01-04T14:31:00Z",
            "2024-11-29T17:00:00Z",
        ];
        let shown = |name| {
            let values = values(name, Some(Calendar::UsEquity), &[], &times);
            values.iter().map(|value| format!("{value}")).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(shown("session.minutes"), "NaN 0 1 390 NaN 1 150");
        // the day after Thanksgiving closes at 13:00
        assert_eq!(shown("session.minutes_left"), "NaN 390 389 0 NaN 389 60");
        assert_eq!(shown("calendar.weekday"), "3 3 3 3 3 4 5");
        assert_eq!(shown("calendar.month_end"), "0 0 0 0 0 0 1");
    }

    #[test]
    fn what_is_due_is_seen_from_the_moment_on_at_which_it_was_announced() {
        let event = |kind: &str, known: &str, at: &str| Event {
            symbol: None,
            kind: kind.to_owned(),
            event_time: at.parse().unwrap(),
            known_time: known.parse().unwrap(),
            title: String::new(),
            text: String::new(),
            source: String::new(),
            value: f64::NAN,
        };
        let events = [
            event("ex_dividend", "2024-01-10", "2024-02-01"),
            event("ex_dividend", "2024-01-20", "2024-01-25"),
            event("news", "2024-01-11", "2024-01-11"),
        ];
        let times = ["2024-01-09", "2024-01-10", "2024-01-20", "2024-01-26", "2024-02-02"];
        let shown = |name| {
            let values = values(name, None, &events, &times);
            values.iter().map(|value| format!("{value}")).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(shown("calendar.ex_dividend_in"), "NaN 22 5 6 NaN");
        assert_eq!(shown("event.news_age"), "NaN NaN 777600 1296000 1900800");
        let symbol = Symbol::new("SPY").unwrap();
        assert!(ClockColumn::of("calendar.fomc_in", &symbol, None, &events).is_none());
        assert!(ClockColumn::of("session.minutes", &symbol, None, &events).is_none());
        let names = ClockColumn::names(&symbol, None, &events).join(" ");
        assert_eq!(
            names,
            "calendar.weekday calendar.ex_dividend_in calendar.news_in event.ex_dividend_age event.news_age"
        );
    }
}
