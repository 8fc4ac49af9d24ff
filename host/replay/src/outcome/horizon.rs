//! When a prediction's time is over: after rows, seconds or sessions.
//!
//! A session is a UTC day that has rows. It is over on a row known at its very end, or else on the first row of a
//! later day; then the prediction is judged by what was last known within it.

use tapewright_model::{Horizon, Time, Timeframe};

/// When a prediction is due.
#[derive(Clone, Copy, Debug)]
pub(super) enum Due {
    Row(u64),
    Time(i64),
    Sessions { left: u64, end: Time },
}

impl Due {
    /// Of a prediction said on a row known at `time`.
    pub(super) fn new(unit: Horizon, count: u64, row: u64, time: Time) -> Due {
        match unit {
            Horizon::Rows(_) => Due::Row(row.saturating_add(count)),
            Horizon::Seconds(_) => {
                let seconds = i64::try_from(count).unwrap_or(i64::MAX);
                Due::Time(time.0.saturating_add(seconds.saturating_mul(Time::SECOND)))
            }
            Horizon::Sessions(_) => Due::Sessions { left: count, end: session_end(time) },
        }
    }

    /// Whether it was due before this row. Counts sessions, so every row must be shown once, in order.
    pub(super) fn is_past(&mut self, time: Time) -> bool {
        let Due::Sessions { left, end } = self else { return false };
        let now = session_end(time);
        if now <= *end {
            return false;
        }
        if *left == 0 {
            return true;
        }
        (*left, *end) = (*left - 1, now);
        false
    }

    /// Whether it is due on this row.
    pub(super) fn is_reached(&self, row: u64, time: Time) -> bool {
        match self {
            Due::Row(due) => row >= *due,
            Due::Time(due) => time.0 >= *due,
            Due::Sessions { left, end } => *left == 0 && time >= *end,
        }
    }
}

/// The end of the UTC day to which a known time belongs.
fn session_end(time: Time) -> Time {
    Timeframe::DAY.end_of_bar(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The row on which it is due, and whether by what was known before it.
    fn due(horizon: Horizon, times: &[&str]) -> Option<(usize, bool)> {
        let times: Vec<Time> = times.iter().map(|time| time.parse().unwrap()).collect();
        let mut due = Due::new(horizon, horizon.count(), 0, times[0]);
        (1..times.len()).find_map(|row| {
            let past = due.is_past(times[row]);
            (past || due.is_reached(row as u64, times[row])).then_some((row, past))
        })
    }

    #[test]
    fn a_session_ends_with_its_day_and_days_without_rows_are_none() {
        // daily bars: Friday, Monday, Tuesday, each known at its end
        let daily = ["2024-01-06", "2024-01-09", "2024-01-10"];
        assert_eq!(due(Horizon::Sessions(1), &daily), Some((1, false)));
        assert_eq!(due(Horizon::Sessions(2), &daily), Some((2, false)));
        // rows within a day: the session is over when the next one begins
        let hours =
            ["2024-01-05 15:00", "2024-01-05 21:00", "2024-01-08 15:00", "2024-01-08 21:00", "2024-01-09 15:00"];
        assert_eq!(due(Horizon::Sessions(1), &hours), Some((4, true)));
        assert_eq!(due(Horizon::Sessions(1), &hours[..4]), None);
        assert_eq!(due(Horizon::Seconds(6 * 3600), &hours), Some((1, false)));
        assert_eq!(due(Horizon::Seconds(6 * 3600 + 1), &hours), Some((2, false)));
        assert_eq!(due(Horizon::Rows(3), &hours), Some((3, false)));
    }
}
