//! A second timeframe beside the rows.

use plugin_vpa::Vpa;
use tapewright_sdk::harness::{self, Table};

use crate::market::{Row, table, walk};

/// Rows of one bar of the higher timeframe.
const DAY: usize = 8;
const NAMES: [&str; 5] = ["open", "high", "low", "close", "volume"];

/// A whole day as one bar.
fn gathered(rows: &[Row]) -> Row {
    let high = rows.iter().map(|row| row[1]).fold(f64::MIN, f64::max);
    let low = rows.iter().map(|row| row[2]).fold(f64::MAX, f64::min);
    [rows[0][0], high, low, rows[rows.len() - 1][3], rows.iter().map(|row| row[4]).sum()]
}

/// The rows with the last closed day beside each: the day's last row shows the day.
fn beside(rows: &[Row], days: &[Row]) -> Table {
    let closed = |row: usize| ((row + 1) / DAY).checked_sub(1);
    let time = (0..rows.len()).map(|row| closed(row).map_or(f64::NAN, |day| day as f64 * 86_400.0));
    let own = table(rows).column("time:1d", time.collect::<Vec<_>>());
    NAMES.iter().enumerate().fold(own, |table, (at, name)| {
        let values = (0..rows.len()).map(|row| closed(row).map_or(f64::NAN, |day| days[day][at]));
        table.column(&format!("{name}:1d"), values.collect::<Vec<_>>())
    })
}

#[test]
fn a_higher_timeframe_says_what_a_vpa_on_its_own_bars_says_once_they_have_closed() {
    let rows = walk(3, DAY * 1500);
    let days: Vec<Row> = rows.chunks(DAY).map(gathered).collect();
    let of_days = harness::detector::<Vpa>().open().unwrap().run(&table(&days));
    let own = harness::detector::<Vpa>().open().unwrap().run(&table(&rows));
    let both = harness::detector::<Vpa>().param("higher", "1d").open().unwrap().run(&beside(&rows, &days));
    let mut seen = 0;
    for (higher, daily) in [
        ("higher_trend", "trend"),
        ("higher_validated", "trend_validated"),
        ("higher_effort_result", "effort_result"),
        ("higher_support", "support"),
        ("higher_resistance", "resistance"),
    ] {
        let (got, want) = (both.output(higher), of_days.output(daily));
        let read = of_days.output("trend");
        // a row that says nothing itself says nothing of the day either
        let speaks = own.output("trend");
        let mut last = f64::NAN;
        for row in 0..rows.len() {
            if (row + 1) % DAY == 0 && !read[row / DAY].is_nan() {
                last = want[row / DAY];
            }
            if !speaks[row].is_nan() {
                assert_eq!(got[row].to_bits(), last.to_bits(), "{higher} on row {row}");
                seen += usize::from(!last.is_nan());
            }
        }
    }
    assert!(seen > 10_000, "{seen}");
}

#[test]
fn conviction_grows_with_the_higher_trend_and_shrinks_against_it() {
    let rows = walk(3, DAY * 1500);
    let days: Vec<Row> = rows.chunks(DAY).map(gathered).collect();
    let alone = harness::detector::<Vpa>().open().unwrap().run(&table(&rows));
    let both = harness::detector::<Vpa>().param("higher", "1d").open().unwrap().run(&beside(&rows, &days));
    let [before, after] = [&alone, &both].map(|heard| heard.output("conviction"));
    let (trend, action) = (both.output("higher_trend"), both.output("action"));
    let mut changed = [0, 0];
    for row in 0..rows.len() {
        let (was, now) = (before[row], after[row]);
        let way = trend[row] * action[row];
        let want = if way.is_nan() { was } else { (was + way).clamp(1.0, 3.0) };
        assert!(now == want || (now.is_nan() && want.is_nan()), "row {row}: {was} {way} {now}");
        changed[usize::from(now > was)] += usize::from(now != was && !now.is_nan());
    }
    assert!(changed[0] > 50 && changed[1] > 50, "{changed:?}");
}

#[test]
fn a_lower_timeframe_is_read_through_the_column_of_another_vpa() {
    let rows = walk(3, 400);
    let effort: Vec<f64> = (0..rows.len()).map(|row| row as f64 / 10.0).collect();
    let open = || harness::detector::<Vpa>().param("lower", "fine/effort_result:1h").open().unwrap();
    assert!(open().columns().iter().any(|name| name == "fine/effort_result:1h"));
    let heard = open().run(&table(&rows).column("fine/effort_result:1h", effort.clone()));
    let (spoken, lower) = (heard.output("trend"), heard.output("lower"));
    for row in 0..rows.len() {
        let said = lower[row];
        assert!(if spoken[row].is_nan() { said.is_nan() } else { said == effort[row] }, "row {row}: {said}");
    }
    assert!(!harness::detector::<Vpa>().open().unwrap().outputs().contains(&"lower"));
}
