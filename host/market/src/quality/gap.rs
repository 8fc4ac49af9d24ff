//! Sessions without a row, and days with two.
//!
//! Of an instrument whose calendar nobody named, those that fit its rows are tried at once, and the one that does in the
//! end speaks.

use tapewright_model::Time;

use super::Check;
use super::series::{Place, Row, SAID_MAX, Said};
use crate::calendar::{Calendar, Days};
use crate::civil::date_of;

/// Part of a calendar's sessions that must have rows for it to be taken for the instrument's.
const FITS: f64 = 0.95;

/// Looks for gaps against one calendar or several.
pub(super) struct Gap {
    tries: Vec<Try>,
    /// Nobody named the calendar.
    guess: bool,
    daily: bool,
}

struct Try {
    calendar: Calendar,
    days: Days,
    last: Option<(i32, bool)>,
    /// Days with rows that have a session, days with rows that have none, sessions without a row.
    seen: i64,
    strange: i64,
    missing: i64,
    /// What there is to say if the calendar is the instrument's.
    said: Vec<Said>,
    more: u64,
}

impl Gap {
    pub(super) fn new(calendar: Option<Calendar>, daily: bool, tiles_days: bool) -> Gap {
        let calendars = match calendar {
            _ if !tiles_days => vec![],
            Some(calendar) => vec![calendar],
            None => vec![Calendar::UsEquity, Calendar::Forex, Calendar::Always],
        };
        let new = |calendar| Try {
            calendar,
            days: Days::new(calendar),
            last: None,
            seen: 0,
            strange: 0,
            missing: 0,
            said: Vec::new(),
            more: 0,
        };
        Gap { tries: calendars.into_iter().map(new).collect(), guess: calendar.is_none(), daily }
    }

    /// Looks at the next row; `hole` when the one before it was so long that it was spoken of already.
    pub(super) fn look(&mut self, row: &Row<'_>, hole: bool, say: &mut dyn FnMut(Check, String)) {
        let new = row.place.file.is_some();
        for (at, one) in self.tries.iter_mut().enumerate() {
            // days nobody named a calendar for end with those of UTC
            let day = if self.guess && self.daily { utc_day(row.known) } else { one.days.of(row.known).day };
            let last = one.last;
            if let Some((last, _)) = last
                && last == day
            {
                if self.daily && at == 0 && new {
                    say(Check::Duplicate, format!("a second bar of {}, known at {}", date_of(day), Time(row.known)));
                }
                continue;
            }
            one.last = Some((day, new));
            if one.calendar.trades(day) {
                one.seen += 1;
            } else {
                one.strange += 1;
            }
            let Some((last, last_new)) = last else { continue };
            if hole || day <= last + 1 {
                continue;
            }
            let mut missing = (last + 1..day).filter(|day| one.calendar.trades(*day));
            let Some(first) = missing.next() else { continue };
            let (end, count) = missing.fold((first, 1), |(_, count), day| (day, count + 1));
            one.missing += count;
            if !(new || last_new) {
                continue;
            }
            if one.said.len() == SAID_MAX {
                one.more += 1;
                continue;
            }
            let name = one.calendar.name();
            let said = match count {
                1 => format!("no row in the session of {} ({name})", date_of(first)),
                _ => format!("no row in {count} sessions from {} to {} ({name})", date_of(first), date_of(end)),
            };
            one.said.push(Said { check: Check::Gap, place: row.place, said });
        }
    }

    /// Says what the calendar says that is the instrument's.
    pub(super) fn end(&mut self, said: &mut Vec<Said>) {
        let guess = self.guess;
        // they stand from the one with the fewest sessions to the one with the most
        let found = self.tries.iter_mut().find(|one| !guess || one.fits());
        let Some(found) = found else { return };
        said.append(&mut found.said);
        if found.more > 0 {
            let name = found.calendar.name();
            let more = format!("{} more gaps ({name})", found.more);
            said.push(Said { check: Check::Gap, place: Place::default(), said: more });
        }
        found.more = 0;
    }
}

impl Try {
    fn fits(&self) -> bool {
        self.strange == 0 && self.seen > 1 && self.seen as f64 >= FITS * (self.seen + self.missing) as f64
    }
}

/// The day of UTC that a moment ends or lies in.
fn utc_day(known: i64) -> i32 {
    i32::try_from(known.saturating_sub(1).div_euclid(Time::DAY)).unwrap_or(0)
}
