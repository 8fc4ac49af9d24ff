//! Every check by cases: rows go in, what is said comes out.

use std::io::Read as _;

use super::*;
use crate::calendar::tests::real;
use crate::civil::day;

struct Case<'a> {
    columns: &'a [&'a str],
    calendar: Option<Calendar>,
    daily: bool,
    factors: Vec<Factor>,
}

impl Default for Case<'_> {
    fn default() -> Self {
        Case { columns: &["close"], calendar: None, daily: true, factors: vec![] }
    }
}

impl Case<'_> {
    /// What is said of rows, all of them new, each in a line of its number; and which are left out.
    fn said(self, rows: &[(Time, Vec<f64>)]) -> (Vec<String>, Vec<usize>) {
        let columns: Vec<String> = self.columns.iter().map(|name| (*name).to_owned()).collect();
        let symbol = Symbol::new("AAA").unwrap();
        let mut quality = SeriesQuality::new(&symbol, &columns, self.calendar, self.daily, true, self.factors);
        let mut out = Vec::new();
        for (at, (known, values)) in rows.iter().enumerate() {
            let place = Place { file: Some(0), line: u32::try_from(at).unwrap() };
            if !quality.row(known.0, values, place) {
                out.push(at);
            }
        }
        let line =
            |said: &Said| format!("{} {} {}", said.check.name(), said.place.line, said.said.lines().next().unwrap());
        (quality.end().iter().map(line).collect(), out)
    }
}

fn date(text: &str) -> i32 {
    let parts: Vec<i32> = text.split('-').map(|part| part.parse().unwrap()).collect();
    day(parts[0], parts[1], parts[2]).unwrap()
}

/// Closes of the sessions of some days, without some of them.
fn sessions(calendar: Calendar, from: &str, to: &str, without: &[&str]) -> Vec<(Time, Vec<f64>)> {
    let without: Vec<i32> = without.iter().map(|text| date(text)).collect();
    let sessions = calendar.sessions(date(from)..date(to)).filter(|session| !without.contains(&session.day));
    sessions.map(|session| (session.close, vec![10.0])).collect()
}

const BAR: &[&str] = &["open", "high", "low", "close", "volume"];

#[test]
fn prices_and_ranges_that_cannot_be_are_left_out() {
    let nan = f64::NAN;
    let check = |bar: [f64; 5], want: &str| {
        let (said, out) = Case { columns: BAR, ..Case::default() }.said(&[(Time(0), bar.to_vec())]);
        let want: Vec<String> = (!want.is_empty())
            .then(|| want.replace(": ", " 0 the bar of 1970-01-01T00:00:00Z has "))
            .into_iter()
            .collect();
        assert_eq!((said, out.len()), (want.clone(), want.len()), "{bar:?}");
    };
    check([10., 12., 9., 11., 5.], "");
    check([10., 12., 9., 11., nan], "");
    check([nan, nan, nan, 11., nan], "");
    check([10., 10., 10., 10., 0.], "");
    check([10. + 1e-9, 10., 10., 10., 0.], "");
    check([10., 9., 11., 10., 5.], "range: high 9 below low 11");
    check([13., 12., 9., 11., 5.], "range: open 13 above high 12");
    check([8., 12., 9., 11., 5.], "range: open 8 below low 9");
    check([10., 12., 9., 12.5, 5.], "range: close 12.5 above high 12");
    check([10., 12., 9., 8.5, 5.], "range: close 8.5 below low 9");
    check([10., 12., 0., 11., 5.], "price: low 0, which is no price");
    check([10., 12., 9., -11., 5.], "price: close -11, which is no price");
    check([10., 12., 9., nan, 5.], "price: no close");
    check([10., 12., 9., 11., -5.], "price: a volume of -5");
}

#[test]
fn a_move_like_a_split_is_told_unless_a_factor_explains_it() {
    let (friday, monday): (Time, Time) =
        ("2014-06-06T20:00:00Z".parse().unwrap(), "2014-06-09T20:00:00Z".parse().unwrap());
    let check = |bars: [[f64; 2]; 2], known: Option<(Time, f64)>, want: Option<&str>| {
        let factors =
            known.map(|(known_time, split)| Factor { known_time, split, dividend: 1.0 }).into_iter().collect();
        let case = Case { columns: &["open", "close"], calendar: Some(Calendar::UsEquity), factors, ..Case::default() };
        let (said, _) = case.said(&[(friday, bars[0].to_vec()), (monday, bars[1].to_vec())]);
        let want: Vec<String> = want.map(|split| format!("jump 1 from {} to {} between 2014-06-06 and 2014-06-09: it looks like a {split} split without a factor", bars[0][1], bars[1][1])).into_iter().collect();
        assert_eq!(said, want, "{bars:?} {known:?}");
    };
    let apple = [[649.9, 645.57], [92.7, 93.7]];
    check(apple, None, Some("7-for-1"));
    check(apple, Some((friday, 7.0)), None);
    check(apple, Some((friday, 1.0)), Some("7-for-1"));
    check(apple, Some((monday, 7.0)), Some("7-for-1"));
    check([[1., 1.], [9.5, 10.]], None, Some("1-for-10"));
    check([[100., 100.], [50., 49.]], None, Some("2-for-1"));
    // a crash within the day is none, nor is one that no split explains
    check([[100., 100.], [99., 50.]], None, None);
    check([[100., 100.], [40., 40.]], None, None);
    check([[100., 100.], [67., 67.]], None, None);
}

#[test]
fn sessions_without_rows_are_told_by_the_calendar_that_fits() {
    let check = |calendar: Option<Calendar>, rows: &[(Time, Vec<f64>)], want: &[&str]| {
        let (said, _) = Case { calendar, ..Case::default() }.said(rows);
        assert_eq!(said, want);
    };
    let without = ["2024-07-09", "2024-07-10", "2024-07-11", "2024-12-24"];
    let nyse = sessions(Calendar::UsEquity, "2024-01-01", "2025-01-01", &without);
    let missing = [
        "gap 129 no row in 3 sessions from 2024-07-09 to 2024-07-11 (us-equity)",
        "gap 244 no row in the session of 2024-12-24 (us-equity)",
    ];
    check(Some(Calendar::UsEquity), &nyse, &missing);
    // days of no named calendar are known when they end in UTC
    let utc = |rows: &[(Time, Vec<f64>)]| -> Vec<(Time, Vec<f64>)> {
        rows.iter().map(|(time, values)| (Time((time.0 / Time::DAY + 1) * Time::DAY), values.clone())).collect()
    };
    check(None, &utc(&nyse), &missing);
    let always = sessions(Calendar::Always, "2024-01-01", "2024-06-01", &["2024-03-02", "2024-03-03"]);
    check(None, &always, &["gap 61 no row in 2 sessions from 2024-03-02 to 2024-03-03 (always)"]);
    let forex = sessions(Calendar::Forex, "2024-01-01", "2024-06-01", &["2024-03-05"]);
    check(Some(Calendar::Forex), &forex, &["gap 46 no row in the session of 2024-03-05 (forex)"]);
    check(None, &utc(&forex), &["gap 46 no row in the session of 2024-03-05 (forex)"]);
    // every tenth day fits nothing
    let sparse: Vec<_> = always.iter().step_by(10).cloned().collect();
    check(None, &sparse, &[]);
    let twice = [(Time(Time::DAY * 2), vec![1.0]), (Time(Time::DAY * 2 - 5), vec![1.0])];
    let twice: Vec<_> = twice.iter().rev().cloned().collect();
    check(Some(Calendar::Always), &twice, &["duplicate 1 a second bar of 1970-01-02, known at 1970-01-03T00:00:00Z"]);
}

#[test]
fn a_hole_of_half_a_year_is_told_once() {
    let mut rows = sessions(Calendar::UsEquity, "2004-06-01", "2004-12-01", &[]);
    let at = rows.len();
    rows.extend(sessions(Calendar::UsEquity, "2011-03-23", "2011-06-01", &[]));
    for calendar in [Some(Calendar::UsEquity), None] {
        let (said, _) = Case { calendar, ..Case::default() }.said(&rows);
        let hole = "no row for 2303 days between 2004-11-30 and 2011-03-23: perhaps AAA was another company before";
        assert_eq!(said, [format!("reuse {at} {hole}")]);
    }
}

#[test]
fn rows_outside_sessions_are_told_with_the_shift_that_would_hold_them() {
    let minutes = |from: &str, to: &str, shift: i64, before: i64, after: i64| -> Vec<(Time, Vec<f64>)> {
        let minute = 60 * Time::SECOND;
        let sessions = Calendar::UsEquity.sessions(date(from)..date(to));
        let rows = sessions.flat_map(|session| {
            let span = session.open.0 - before * 60 * minute + minute..=session.close.0 + after * 60 * minute;
            span.step_by((15 * minute) as usize).map(move |time| (Time(time + shift * 60 * minute), vec![10.0]))
        });
        rows.collect()
    };
    let check = |rows: &[(Time, Vec<f64>)], want: &[&str]| {
        let calendar = Some(Calendar::UsEquity);
        let (said, _) = Case { calendar, daily: false, ..Case::default() }.said(rows);
        let said: Vec<&str> = said.iter().map(|said| said.split("would lie ").last().unwrap()).collect();
        assert_eq!(said, want);
    };
    check(&minutes("2024-01-02", "2024-02-01", 0, 0, 0), &[]);
    // trades before and after hours are no other zone
    check(&minutes("2024-01-02", "2024-02-01", 0, 4, 4), &[]);
    check(&minutes("2024-01-02", "2024-02-01", 5, 0, 0), &["within them 5 hours earlier"]);
    check(&minutes("2024-01-02", "2024-02-01", -5, 0, 0), &["within them 5 hours later"]);
    check(&minutes("2024-01-02", "2024-02-01", -1, 0, 0), &["within them 1 hours later"]);
    // stamped in UTC, read as New York: four hours in summer, five in winter
    let mut both = minutes("2024-01-02", "2024-03-09", 5, 0, 0);
    both.extend(minutes("2024-03-11", "2024-05-20", 4, 0, 0));
    check(&both, &["within them 4 to 5 hours earlier"]);
}

#[test]
fn the_traps_of_real_daily_bars_are_found() {
    let check = |name: &str, want: &str, gaps_want: usize| {
        let Some(path) = real(&format!("lean/equity-daily/{name}.zip")) else { return };
        let mut archive = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
        let mut text = String::new();
        archive.by_index(0).unwrap().read_to_string(&mut text).unwrap();
        let row = |line: &str| {
            let part = |range: std::ops::Range<usize>| line[range].parse::<i32>().unwrap();
            let day = day(part(0..4), part(4..6), part(6..8)).unwrap();
            let session = Calendar::UsEquity.session(day).unwrap();
            let cells = line.split(',').skip(1).map(|cell| cell.parse::<f64>().unwrap());
            (session.close, cells.collect::<Vec<f64>>())
        };
        let rows: Vec<_> = text.lines().map(row).collect();
        let case = Case { columns: BAR, calendar: Some(Calendar::UsEquity), ..Case::default() };
        let (said, out) = case.said(&rows);
        let gaps = said.iter().filter(|said| said.starts_with("gap ")).count();
        let word = |said: &String| -> Option<String> {
            let words: Vec<&str> = said.split(' ').collect();
            match words[0] {
                "jump" => Some(format!("{} {}", words[9].trim_end_matches(':'), words[14])),
                "reuse" => Some(format!("{} days until {}", words[5], words[10].trim_end_matches(':'))),
                _ => None,
            }
        };
        let said: Vec<String> = said.iter().filter_map(word).collect();
        assert_eq!((said.join(", ").as_str(), gaps, out), (want, gaps_want, vec![]), "{name}");
    };
    check("spy", "", 0);
    check("ibm", "1999-05-27 2-for-1", 0);
    // of September 2000 no split is known: the price halved overnight
    let apple = "2000-06-21 2-for-1, 2000-09-29 2-for-1, 2005-02-28 2-for-1, 2014-06-09 7-for-1, 2020-08-31 4-for-1";
    check("aapl", apple, 0);
    check("qqq", "2000-03-20 2-for-1, 2303 days until 2011-03-23", 0);
    check("uso", "2657 days until 2006-04-10, 2020-04-29 1-for-8", 33);
}
