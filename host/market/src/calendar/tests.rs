//! Sessions by rule against published closings and against five real instruments.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::PathBuf;

use super::*;
use crate::civil::day;

pub(crate) fn real(file: &str) -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let folder = std::env::var_os("TAPEWRIGHT_TEST_DATA").map_or_else(|| PathBuf::from(beside), PathBuf::from);
    let path = folder.join(file);
    if !path.exists() {
        println!("skipped: {} is not there", path.display());
        return None;
    }
    Some(path)
}

/// The stamps of a Lean file: `19980102 09:00` as a day and an hour.
fn stamps(file: &str) -> Option<Vec<(i32, i64)>> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(real(file)?).unwrap()).unwrap();
    let mut text = String::new();
    archive.by_index(0).unwrap().read_to_string(&mut text).unwrap();
    let stamp = |line: &str| {
        let part = |range: Range<usize>| line[range].parse::<i32>().unwrap();
        (day(part(0..4), part(4..6), part(6..8)).unwrap(), i64::from(part(9..11)))
    };
    Some(text.lines().map(stamp).collect())
}

#[test]
fn sessions_are_the_days_on_which_spy_traded() {
    let Some(stamps) = stamps("lean/equity-daily/spy.zip") else { return };
    let traded: BTreeSet<i32> = stamps.iter().map(|(day, _)| *day).collect();
    assert_eq!(traded.len(), 5849);
    let days = day(1998, 1, 2).unwrap()..day(2021, 4, 1).unwrap();
    let sessions: BTreeSet<i32> = Calendar::UsEquity.sessions(days).map(|session| session.day).collect();
    let shown = |days: Vec<&i32>| days.into_iter().map(|day| date_of(*day).to_string()).collect::<Vec<_>>();
    assert_eq!(shown(traded.difference(&sessions).collect()), [""; 0], "traded without a session");
    assert_eq!(shown(sessions.difference(&traded).collect()), [""; 0], "a session without trades");
}

#[test]
fn early_closes_are_the_days_on_which_hourly_bars_end_early() {
    let files = ["spy", "aapl", "ibm", "bac"].map(|name| stamps(&format!("lean/equity-hour/{name}.zip")));
    let mut last: BTreeMap<i32, i64> = BTreeMap::new();
    for (day, hour) in files.into_iter().flatten().flatten() {
        // the bar of 12:00 ends at 13:00
        let hour = hour + 1;
        last.entry(day).and_modify(|last| *last = (*last).max(hour)).or_insert(hour);
    }
    let since = day(2009, 1, 1).unwrap();
    let mut wrong = Vec::new();
    for (day, last) in &last {
        let close = us_equity::close_hour(date_of(*day));
        // before 2009 a few trades after an early close are in the files
        if *last < close || (*last > close && *day >= since) {
            wrong.push(format!("{} ends at {last}, not at {close}", date_of(*day)));
        }
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn holidays_and_early_closes_are_those_that_were_published() {
    let check = |date: (i32, i32, i32), want: Option<&str>| {
        let session = Calendar::UsEquity.session(day(date.0, date.1, date.2).unwrap());
        let close = session.map(|session| session.close.to_string());
        assert_eq!(close.as_deref(), want, "{date:?}");
    };
    for (date, close) in [
        ((2024, 1, 1), None),
        ((2024, 1, 2), Some("2024-01-02T21:00:00Z")),
        ((2023, 1, 2), None),
        // a New Year on a Saturday is not made up for
        ((2021, 12, 31), Some("2021-12-31T21:00:00Z")),
        ((1997, 1, 20), Some("1997-01-20T21:00:00Z")),
        ((1998, 1, 19), None),
        ((2024, 2, 19), None),
        ((2024, 3, 29), None),
        ((2000, 4, 21), None),
        ((2038, 4, 23), None),
        ((2024, 5, 27), None),
        ((2021, 6, 18), Some("2021-06-18T20:00:00Z")),
        ((2022, 6, 20), None),
        ((2027, 6, 18), None),
        ((2020, 7, 3), None),
        ((2021, 7, 5), None),
        ((2024, 7, 3), Some("2024-07-03T17:00:00Z")),
        ((2012, 7, 3), Some("2012-07-03T17:00:00Z")),
        ((2002, 7, 5), Some("2002-07-05T17:00:00Z")),
        ((2002, 7, 3), Some("2002-07-03T20:00:00Z")),
        ((2024, 9, 2), None),
        ((2024, 11, 28), None),
        ((2024, 11, 29), Some("2024-11-29T18:00:00Z")),
        ((2024, 12, 24), Some("2024-12-24T18:00:00Z")),
        ((2021, 12, 24), None),
        ((2022, 12, 26), None),
        ((2025, 1, 9), None),
        ((2001, 9, 13), None),
        ((2024, 7, 6), None),
    ] {
        check(date, close);
    }
}

#[test]
fn every_calendar_says_when_its_days_end() {
    let monday = day(2024, 7, 1).unwrap();
    let check = |calendar: Calendar, open: &str, close: &str| {
        let session = calendar.session(monday).unwrap();
        assert_eq!((session.open.to_string().as_str(), session.close.to_string().as_str()), (open, close));
        assert_eq!(Calendar::parse(calendar.name()), Some(calendar));
    };
    check(Calendar::UsEquity, "2024-07-01T13:30:00Z", "2024-07-01T20:00:00Z");
    check(Calendar::Forex, "2024-06-30T21:00:00Z", "2024-07-01T21:00:00Z");
    check(Calendar::Always, "2024-07-01T00:00:00Z", "2024-07-02T00:00:00Z");
    assert_eq!(Calendar::parse("nyse"), None);
    let last = |date: (i32, i32, i32)| Calendar::UsEquity.is_last_of_month(day(date.0, date.1, date.2).unwrap());
    assert_eq!((last((2024, 3, 28)), last((2024, 3, 27)), last((2024, 3, 31))), (true, false, false));
    assert!(Calendar::UsEquity.session(i32::MAX).is_none() && Calendar::Always.session(i32::MIN).is_none());
}

#[test]
fn a_moment_belongs_to_the_day_that_it_ends() {
    for (calendar, time, date, session) in [
        (Calendar::UsEquity, "2024-07-01T20:00:00Z", "2024-07-01", true),
        (Calendar::UsEquity, "2024-07-02T04:00:00Z", "2024-07-01", true),
        (Calendar::UsEquity, "2024-07-02T04:00:00.000000001Z", "2024-07-02", true),
        (Calendar::UsEquity, "2024-07-07T00:00:00Z", "2024-07-06", false),
        (Calendar::UsEquity, "2024-11-03T23:00:00Z", "2024-11-03", false),
        (Calendar::Forex, "2024-07-01T21:00:00Z", "2024-07-01", true),
        (Calendar::Forex, "2024-07-01T21:00:00.000000001Z", "2024-07-02", true),
        (Calendar::Forex, "2024-07-01T03:00:00Z", "2024-07-01", true),
        (Calendar::Forex, "2024-07-06T12:00:00Z", "2024-07-06", false),
        (Calendar::Always, "2024-07-02T00:00:00Z", "2024-07-01", true),
        (Calendar::Always, "2024-07-02T00:00:01Z", "2024-07-02", true),
    ] {
        let time: Time = time.parse().unwrap();
        let mut days = Days::new(calendar);
        for _ in 0..2 {
            let found = days.of(time.0);
            assert_eq!((date_of(found.day).to_string().as_str(), found.session.is_some()), (date, session), "{time}");
        }
    }
}
