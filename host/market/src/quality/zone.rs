//! Rows outside the sessions of their calendar: stamped in another zone, or of another calendar.

use super::Check;
use super::series::{Place, Row, Said};
use crate::calendar::{Calendar, Days};
use crate::civil::date_of;

/// Part of the rows that may lie outside the sessions: trades before and after hours.
const OUTSIDE_MAX: f64 = 0.1;
/// Part of the rows that must lie within the sessions when those are shifted, for the shift to be named.
const SHIFTED_MIN: f64 = 0.95;
const MINUTE: i64 = 60_000_000_000;
/// Minutes of a session of 6.5 hours.
const SESSION_MINUTES: i64 = 390;
/// Half hours around the opening that are counted, 24 hours to either side.
const BINS: usize = 96;
/// Days without a session that are named.
const NAMED: usize = 5;

/// Counts rows by the half hour since their session's opening.
pub(super) struct Zone {
    calendar: Calendar,
    known: bool,
    days: Days,
    rows: u64,
    inside: u64,
    bins: Vec<u64>,
    /// Days with rows and without a session.
    closed: u64,
    named: Vec<i32>,
    last_closed: Option<i32>,
    /// The first row outside.
    first: Place,
}

impl Zone {
    pub(super) fn new(calendar: Option<Calendar>) -> Zone {
        let known = calendar.filter(|calendar| *calendar != Calendar::Always);
        let calendar = known.unwrap_or(Calendar::Always);
        Zone {
            calendar,
            known: known.is_some(),
            days: Days::new(calendar),
            rows: 0,
            inside: 0,
            bins: vec![0; BINS],
            closed: 0,
            named: Vec::new(),
            last_closed: None,
            first: Place::default(),
        }
    }

    pub(super) fn look(&mut self, row: &Row<'_>) {
        if !self.known || row.place.file.is_none() {
            return;
        }
        self.rows += 1;
        let day = self.days.of(row.known);
        let Some(session) = day.session else {
            if self.last_closed.replace(day.day) != Some(day.day) {
                if self.closed == 0 {
                    self.first = row.place;
                }
                self.closed += 1;
                if self.named.len() < NAMED {
                    self.named.push(day.day);
                }
            }
            return;
        };
        if row.known > session.open.0 && row.known <= session.close.0 {
            self.inside += 1;
        } else if self.first == Place::default() {
            self.first = row.place;
        }
        // what is known at the end of a half hour belongs to it
        let bin = (row.known - 1 - session.open.0).div_euclid(30 * MINUTE) + (BINS / 2) as i64;
        if let Some(count) = usize::try_from(bin).ok().and_then(|bin| self.bins.get_mut(bin)) {
            *count += 1;
        }
    }

    pub(super) fn end(&mut self) -> Option<Said> {
        let outside = self.rows - self.inside;
        let name = self.calendar.name();
        let said = if self.calendar == Calendar::UsEquity
            && outside as f64 > OUTSIDE_MAX * self.rows as f64
            && let Some(shift) = self.shift()
        {
            format!(
                "{outside} of {} rows lie outside the sessions of {name}, and would lie within them {shift}\n\
                 hint: name the zone in which they are stamped with --timezone",
                self.rows
            )
        } else if self.closed > 0 {
            let named: Vec<String> = self.named.iter().map(|day| date_of(*day).to_string()).collect();
            let more = if self.closed > self.named.len() as u64 { " …" } else { "" };
            format!("rows on {} days without a session of {name}: {}{more}", self.closed, named.join(", "))
        } else {
            return None;
        };
        self.rows = 0;
        Some(Said { check: Check::Zone, place: self.first, said })
    }

    /// By how many hours rows are to be moved for the sessions to hold them. Where clocks change in one of two zones,
    /// two shifts that follow each other hold them together.
    fn shift(&self) -> Option<String> {
        let within = |first: i64, minutes: i64| {
            let bins = (0..minutes / 30).filter_map(|half| usize::try_from(first * 2 + half + (BINS / 2) as i64).ok());
            let rows: u64 = bins.filter_map(|bin| self.bins.get(bin)).sum();
            rows as f64 >= SHIFTED_MIN * self.rows as f64
        };
        let shifts = || (1..=14).flat_map(|hours| [hours, -hours]);
        let say = |hours: i64| if hours > 0 { "earlier" } else { "later" };
        if let Some(hours) = shifts().find(|hours| within(*hours, SESSION_MINUTES)) {
            return Some(format!("{} hours {}", hours.abs(), say(hours)));
        }
        let hours = shifts().find(|hours| within(*hours, SESSION_MINUTES + 60) && *hours != -1)?;
        let (least, most) = (hours.abs().min((hours + 1).abs()), hours.abs().max((hours + 1).abs()));
        Some(format!("{least} to {most} hours {}", say(hours)))
    }
}
