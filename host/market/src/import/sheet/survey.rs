//! What the column of times says as a whole.
//!
//! Promises to end as soon as nothing is left open: for most files after a line or two.
//! Refuses to know: any other column.

use std::collections::{BTreeMap, HashMap};

use jiff::tz::TimeZone;
use tapewright_model::{Time, Timeframe};

use super::{SYMBOLS_MAX, Sheet, Stamped, midnight};
use crate::civil::Clock;
use crate::error::MarketError;
use crate::import::stamp::{Dates, Order, Reading, Stamp};

/// Lines whose distances say how long bars are: minutes of two sessions.
const DISTANCES: usize = 1_000;

/// What was found.
#[derive(Clone, Debug, Default)]
pub(super) struct Survey {
    /// How dates are written: which number of them is the month.
    pub(super) dates: Dates,
    /// Whether every row is stamped with a midnight: they are days.
    pub(super) days: bool,
    /// Of bars that are stamped with their start.
    pub(super) timeframe: Option<Timeframe>,
    /// The zone in which a moment may be a midnight.
    pub(super) midnight_in: Option<TimeZone>,
}

impl Survey {
    pub(super) fn of(sheet: &Sheet<'_>) -> Result<Survey, MarketError> {
        let header = &sheet.header;
        let (start, midnight_in) = match &sheet.manner.stamped {
            Stamped::End => (false, None),
            Stamped::Start { midnight_in } => (true, midnight_in.clone()),
        };
        let zone = midnight_in.clone().map(Clock::new);
        let mut dates = Dates::new(sheet.manner.forms);
        let mut order = Orders::default();
        let mut distances = Distances::default();
        // a date alone is a day already, and what is called a known time is taken at its word
        let (mut midnights, mut alone, mut either, mut any) = (!header.known, false, false, false);
        let mut records = (sheet.open)()?;
        while records.advance()? {
            if records.wrong(header.width).is_some() {
                continue;
            }
            let clock = header.clock.map(|at| records.cell(at));
            // what cannot be read is said when the lines are
            let Ok(reading) = dates.read(records.cell(header.time), clock, records.line()) else { continue };
            let (first, second) = match reading {
                Reading::One(stamp) => (stamp, stamp),
                Reading::Either { month_first, day_first } => {
                    either = true;
                    (month_first, day_first)
                }
            };
            any = true;
            alone |= matches!(first, Stamp::Day(_));
            midnights = midnights && !alone && midnight(first, zone.as_ref()).is_some();
            let written = header.symbol.map_or(&b""[..], |at| records.cell(at));
            let known = order.add(written, first.order(), second.order());
            let before =
                known.map_err(|()| sheet.source.fail(format!("it has more than {SYMBOLS_MAX} instruments")))?;
            if let Some(before) = before {
                distances.add(first.order(), before);
            }
            let undecided = either && dates.order().is_none();
            let spans = start && !alone && sheet.hints.timeframe.is_none() && distances.lines < DISTANCES;
            if !undecided && !midnights && !spans {
                break;
            }
        }
        if either && dates.order().is_none() {
            dates.settle_by_ascent(order.by_ascent().map_err(|reason| sheet.source.fail(reason))?);
        }
        let days = any && midnights;
        let timeframe = match sheet.hints.timeframe.or_else(|| distances.commonest()) {
            _ if !start || days || alone || !any => None,
            Some(timeframe) => Some(timeframe),
            None => {
                return Err(sheet.source.fail(
                    "its bars are stamped with their start, and the distances of the stamps do not say how long they are\n\
                     hint: say it with --timeframe, such as 1h",
                ));
            }
        };
        Ok(Survey { dates, days, timeframe, midnight_in })
    }
}

/// How the rows of each instrument follow each other under both readings of their dates.
#[derive(Default)]
struct Orders {
    last: HashMap<Vec<u8>, (i64, i64)>,
    /// Whether the two readings of a date differ: those of 5/5/1999 do not.
    differ: bool,
    month_fails: bool,
    day_fails: bool,
}

impl Orders {
    /// Takes the moments that a row has with the month and with the day first. Gives the one before it.
    fn add(&mut self, written: &[u8], month_first: i64, day_first: i64) -> Result<Option<i64>, ()> {
        self.differ |= month_first != day_first;
        let Some(last) = self.last.get_mut(written) else {
            if self.last.len() >= SYMBOLS_MAX {
                return Err(());
            }
            self.last.insert(written.to_vec(), (month_first, day_first));
            return Ok(None);
        };
        let before = *last;
        self.month_fails |= month_first <= before.0;
        self.day_fails |= day_first <= before.1;
        *last = (month_first, day_first);
        Ok(Some(before.0))
    }

    /// When no row has said it: the order of the rows does, if it can.
    fn by_ascent(&self) -> Result<Order, String> {
        match (self.month_fails, self.day_fails) {
            _ if !self.differ => Ok(Order::MonthFirst),
            (false, true) => Ok(Order::MonthFirst),
            (true, false) => Ok(Order::DayFirst),
            (neither, _) => {
                let why = if neither { "its rows ascend neither way" } else { "its rows ascend either way" };
                Err(format!(
                    "no date says whether the day or the month stands first, and {why}\nhint: write dates as 2024-01-03"
                ))
            }
        }
    }
}

/// How far apart rows of one instrument are.
#[derive(Default)]
struct Distances {
    counts: BTreeMap<i64, usize>,
    lines: usize,
}

impl Distances {
    fn add(&mut self, time: i64, before: i64) {
        self.lines += 1;
        // files that begin with the newest row have the same distances
        if let Some(distance) = time.checked_sub(before).and_then(i64::checked_abs).filter(|distance| *distance > 0)
            && self.lines <= DISTANCES
        {
            *self.counts.entry(distance).or_default() += 1;
        }
    }

    /// The commonest distance, if it is whole seconds and no other is smaller: every distance is bars without a hole
    /// or more. Days may be an hour shorter, when clocks are put forward.
    fn commonest(&self) -> Option<Timeframe> {
        let (distance, _) = self.counts.iter().max_by_key(|(distance, count)| (**count, -**distance))?;
        let least = *self.counts.keys().next()?;
        let near = if *distance >= Time::DAY { *distance - 3600 * Time::SECOND } else { *distance };
        (least >= near && distance % Time::SECOND == 0).then(|| timeframe(*distance)).flatten()
    }
}

/// The timeframe of so many ns, when it is one.
pub(crate) fn timeframe(ns: i64) -> Option<Timeframe> {
    let whole = ns > 0 && ns % Time::SECOND == 0;
    whole.then(|| format!("{}s", ns / Time::SECOND).parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_say_how_long_bars_are() {
        let minute = 60 * Time::SECOND;
        for (minutes, want) in [
            (&[0, 1, 2, 3, 5, 6, 30][..], Some("1m")),
            (&[0, 5, 10, 20, 25], Some("5m")),
            (&[25, 20, 10, 5, 0], Some("5m")),
            (&[0, 1440, 2820, 4260, 5700], Some("1d")),
            (&[0, 60, 120, 150, 210, 270], None),
            (&[0], None),
        ] {
            let mut distances = Distances::default();
            minutes.windows(2).for_each(|pair| distances.add(pair[1] * minute, pair[0] * minute));
            let commonest = distances.commonest().map(|timeframe| timeframe.to_string());
            assert_eq!(commonest.as_deref(), want, "{minutes:?}");
        }
    }
}
