//! Dates and clocks: days since 1970, and local times of a zone as instants.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use tapewright_model::Time;

/// The day of a civil date, in days since 1970; `None` for no date.
pub(crate) fn day(year: i32, month: i32, day: i32) -> Option<i32> {
    let date = Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()?;
    Some(day_of(date))
}

/// Days since 1970.
pub(crate) fn day_of(date: Date) -> i32 {
    date.since(Date::constant(1970, 1, 1)).map_or(0, |span| span.get_days())
}

/// The date of a day; days that no calendar holds become its nearest.
pub(crate) fn date_of(day: i32) -> Date {
    let days = jiff::Span::new().try_days(day);
    let date = days.and_then(|days| Date::constant(1970, 1, 1).checked_add(days));
    date.unwrap_or(if day < 0 { Date::MIN } else { Date::MAX })
}

/// A zone by its IANA name, such as `America/New_York`, or `UTC`.
pub(crate) fn zone(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok()
}

/// Local clocks of one zone as instants. Remembers the offset of the last day, since rows come in order.
pub(crate) struct Clock {
    zone: TimeZone,
    /// A day on which the offset (ns) is the same at every moment.
    even: Option<(i32, i64)>,
}

impl Clock {
    pub(crate) fn new(zone: TimeZone) -> Clock {
        Clock { zone, even: None }
    }

    /// New York, where most of what is listed is stamped.
    pub(crate) fn new_york() -> Clock {
        // the zone is part of this build
        Clock::new(zone("America/New_York").unwrap_or(TimeZone::UTC))
    }

    /// The instant at so many ns after a day's midnight as local clocks show it. What the clocks show twice is the
    /// first; what they skip is counted on from before the gap.
    pub(crate) fn instant(&mut self, day: i32, since_midnight: i64) -> Option<i64> {
        let local = i64::from(day).checked_mul(Time::DAY)?.checked_add(since_midnight)?;
        if let Some((even, offset)) = self.even
            && even == day
            && (0..Time::DAY).contains(&since_midnight)
        {
            return local.checked_sub(offset);
        }
        let offset = |local: i64| {
            let civil = jiff::Timestamp::from_nanosecond(i128::from(local)).ok()?;
            let civil = civil.to_zoned(TimeZone::UTC).datetime();
            let zoned = self.zone.to_ambiguous_zoned(civil).compatible().ok()?;
            local.checked_sub(i64::try_from(zoned.timestamp().as_nanosecond()).ok()?)
        };
        let midnight = i64::from(day).checked_mul(Time::DAY)?;
        let (first, last) = (offset(midnight)?, offset(midnight.checked_add(Time::DAY - 1)?)?);
        if first == last {
            self.even = Some((day, first));
            return local
                .checked_sub(first)
                .filter(|_| (0..Time::DAY).contains(&since_midnight))
                .or_else(|| local.checked_sub(offset(local)?));
        }
        local.checked_sub(offset(local)?)
    }

    /// The local day of an instant, and the ns since its midnight.
    pub(crate) fn local(&self, time: i64) -> Option<(i32, i64)> {
        let stamp = jiff::Timestamp::from_nanosecond(i128::from(time)).ok()?;
        let offset = i64::from(self.zone.to_offset(stamp).seconds()) * Time::SECOND;
        let local = time.checked_add(offset)?;
        Some((i32::try_from(local.div_euclid(Time::DAY)).ok()?, local.rem_euclid(Time::DAY)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_of_new_york_are_instants() {
        let mut clock = Clock::new_york();
        let hour = 3600 * Time::SECOND;
        for (year, month, date, local, utc) in [
            (2024, 1, 3, 16, "2024-01-03T21:00:00Z"),
            (2024, 7, 3, 16, "2024-07-03T20:00:00Z"),
            (2024, 7, 3, 0, "2024-07-03T04:00:00Z"),
            // clocks skip 02:00 to 03:00, and show 01:00 to 02:00 twice
            (2024, 3, 10, 1, "2024-03-10T06:00:00Z"),
            (2024, 3, 10, 2, "2024-03-10T07:00:00Z"),
            (2024, 3, 10, 9, "2024-03-10T13:00:00Z"),
            (2024, 11, 3, 1, "2024-11-03T05:00:00Z"),
            (2024, 11, 3, 9, "2024-11-03T14:00:00Z"),
            (2024, 7, 3, 24, "2024-07-04T04:00:00Z"),
        ] {
            let day = day(year, month, date).unwrap();
            let instant = clock.instant(day, local * hour).unwrap();
            assert_eq!(Time(instant), utc.parse().unwrap(), "{year}-{month}-{date} {local}");
        }
        let close: Time = "2024-07-03T20:00:00Z".parse().unwrap();
        assert_eq!(clock.local(close.0), Some((day(2024, 7, 3).unwrap(), 16 * hour)));
    }

    #[test]
    fn every_day_has_its_number() {
        let mut number = day(1678, 1, 1).unwrap();
        assert_eq!(day(1970, 1, 1), Some(0));
        for year in 1678..=2261 {
            for month in 1..=12 {
                for of_month in (1..=31).filter(|of_month| day(year, month, *of_month).is_some()) {
                    assert_eq!(day(year, month, of_month), Some(number), "{year}-{month}-{of_month}");
                    number += 1;
                }
            }
        }
        assert_eq!(Time(i64::from(number) * Time::DAY), "2262-01-01".parse().unwrap());
    }

    #[test]
    fn days_are_dates() {
        assert_eq!((day(1970, 1, 1), day(1969, 12, 31), day(2024, 2, 29)), (Some(0), Some(-1), Some(19_782)));
        assert_eq!((day(2023, 2, 29), day(2023, 13, 1)), (None, None));
        assert_eq!(date_of(19_782).to_string(), "2024-02-29");
    }
}
