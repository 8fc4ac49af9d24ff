//! Times that are none, that may be several, or that no clock shows.

use crate::desk::broken;

#[test]
fn what_is_no_time_is_named_and_the_other_rows_stay() {
    let good = "time,close\n2024-01-03T14:31:00Z,1\n2024-01-03T14:32:00Z,2\n";
    let held = "AAA 1m close|2024-01-03T14:31:00Z 1|2024-01-03T14:32:00Z 2";
    for (time, says) in [
        ("2024-01-03T25:61:00Z", "AAA.csv:4: `25:61:00Z` is not a time of day"),
        ("2024-01-03T24:00:00Z", "AAA.csv:4: `24:00:00Z` is not a time of day"),
        ("2024-01-03T14:33:60Z", "AAA.csv:4: `14:33:60Z` is not a time of day"),
        ("2023-02-29T14:33:00Z", "AAA.csv:4: `2023-02-29T14:33:00Z` is not a date"),
        ("1900-02-29T14:33:00Z", "AAA.csv:4: `1900-02-29T14:33:00Z` is not a date"),
        ("2024-13-01T14:33:00Z", "AAA.csv:4: `2024-13-01T14:33:00Z` is not a date"),
        ("0001-01-01T00:00:00Z", "AAA.csv:4: `0001-01-01T00:00:00Z` is not a date"),
        ("9999-12-31T23:59:59Z", "AAA.csv:4: `9999-12-31T23:59:59Z` is not a date"),
        ("2024-01-03 2:33 PM", "AAA.csv:4: `2:33 PM` is not a time of day"),
        ("2024-01-03T14:33:00 EST", "AAA.csv:4: `14:33:00 EST` is not a time of day"),
        ("03-Jan-2024", "AAA.csv:4: `03-Jan-2024` is not a time"),
        ("45294.6", "AAA.csv:4: `45294.6` is not a time"),
        ("1704292", "AAA.csv:4: `1704292` is not a time; as a number it has 9 to 19 digits, since 1970"),
        ("17042922600000000000", "AAA.csv:4: `17042922600000000000` is not a time"),
        ("17042922600000000", "AAA.csv:4: `17042922600000000` is not a time"),
        ("99999999999", "AAA.csv:4: `99999999999` is not a time"),
        ("-1704292260", "AAA.csv:4: `-1704292260` is not a time"),
        ("1/13/2024 14:33", "AAA.csv:4: `1/13/2024 14:33` is not written as the dates before it"),
        ("NaT", "AAA.csv:4: `NaT` is not a time"),
    ] {
        broken("AAA.csv", format!("{good}{time},3\n")).says(&[says]).holds(held).refused();
    }
}

#[test]
fn dates_in_three_forms_are_not_one_table() {
    broken("AAA.csv", "date,close\n2024-01-03,1\n2024-01-04,2\n1/5/2024,3\nJan 8 2024,4\n20240109,5\n")
        .says(&[
            "AAA.csv:4: `1/5/2024` is not written as the dates before it",
            "AAA.csv:5: `Jan 8 2024` is not a time",
            "AAA.csv:6: `20240109` is not a time; a date is written 2024-01-03",
        ])
        .holds("AAA 1d close|2024-01-04T00:00:00Z 1|2024-01-05T00:00:00Z 2")
        .refused();
    broken("AAA.csv", "date,close\n1/4/2024,1\n1/5/2024,2\n")
        .says(&["AAA.csv: no date says whether the day or the month stands first", "hint: write dates as 2024-01-03"])
        .refused();
    broken("AAA.csv", "date,close\n1/13/2024,1\n13/2/2024,2\n")
        .says(&["AAA.csv:3: `13/2/2024` is not a date: line 2 says that the month stands first"])
        .holds("AAA 1d close|2024-01-14T00:00:00Z 1")
        .refused();
    broken("AAA.csv", "date,close\n1/13/99,1\n").says(&["AAA.csv:2", "with a year of four digits"]).holds("").refused();
}

#[test]
fn what_clocks_skip_is_counted_on_from_before_the_gap_and_what_they_show_twice_is_the_first() {
    // New York, in March from 02:00 to 03:00 and in November from 02:00 back to 01:00
    broken("AAA.csv", "time,close\n2024-03-10 01:30,1\n2024-03-10 02:30,2\n2024-03-10 03:30,3\n")
        .zone("America/New_York")
        .says(&["AAA.csv:4", "the row known at 2024-03-10T07:30:00Z has `close` 3, in", "AAA.csv:3 it has 2"])
        .holds("AAA 1h close|2024-03-10T06:30:00Z 1|2024-03-10T07:30:00Z 3")
        .refused();
    broken("AAA.csv", "time,close\n2024-11-03 00:30,1\n2024-11-03 01:30,2\n2024-11-03 02:30,3\n")
        .zone("America/New_York")
        .taken("AAA 1h close|2024-11-03T04:30:00Z 1|2024-11-03T05:30:00Z 2|2024-11-03T07:30:00Z 3");
}

#[test]
fn a_unit_of_time_is_told_by_its_size_line_by_line() {
    broken("AAA.csv", "ts,close\n1704292260,1\n1704292320000,2\n1704292380000000,3\n1704292440000000000,4\n").taken(
        "AAA 1m close|2024-01-03T14:31:00Z 1|2024-01-03T14:32:00Z 2|2024-01-03T14:33:00Z 3|2024-01-03T14:34:00Z 4",
    );
}

#[test]
fn other_formats_name_their_times_too() {
    broken("AAA.csv", "19980102 00:00,136300,162500,135000,162500,6315000\n19980230 00:00,1,1,1,1,1\n")
        .format("lean-equity")
        .says(&["AAA.csv:2: `19980230 00:00` is not a date"])
        .holds("AAA 1d open high low close volume|1998-01-02T21:00:00Z 13.63 16.25 13.5 16.25 6315000")
        .refused();
    broken(
        "20140605_aapl_minute_trade.csv",
        "34200000,6448000,6449000,6440000,6445000,90\n86400000,1,1,1,1,1\n-1,1,1,1,1,1\n",
    )
    .format("lean-equity")
    .says(&[
        "minute_trade.csv:2: `86400000` is not a time of day in milliseconds",
        "minute_trade.csv:3: `-1` is not a time of day in milliseconds",
    ])
    .holds("AAPL 1m open high low close volume|2014-06-05T13:31:00Z 644.8 644.9 644 644.5 90")
    .refused();
    // a clock that nobody names
    broken("eurusd.csv", "20070330 00:00,1.33,1.34,1.32,1.33,0,1.33,1.34,1.32,1.33,0\n20070330 01:00,1.33,1.34,1.32,1.33,0,1.33,1.34,1.32,1.33,0\n")
        .format("lean-forex")
        .says(&["eurusd.csv: its path names neither fxcm", "hint: say it with --timezone"])
        .refused();
    broken("spx.csv", "20230703 10:00,4450,4460,4440,4455,0\n20230703 11:00,4450,4460,4440,4455,0\n")
        .format("lean-index")
        .says(&["spx.csv: its first bar begins neither at 08:30 (Chicago) nor at 09:30 (New York)"])
        .refused();
    broken("A.csv", "Datetime,Open,High,Low,Close,Adj Close,Volume\n2024-01-03 09:30:00-05:00,1,3,0.5,2,2,1\n")
        .says(&["A.csv: its bars are stamped with their start", "hint: say it with --timeframe"])
        .refused();
}
