//! Tables of bars: cells that are no numbers, prices that cannot be, columns that are not as they should.

use crate::desk::broken;

/// Two good minutes before what is broken.
const GOOD: &str = "time,open,high,low,close,volume\n\
    2024-01-03T14:31:00Z,10,12,9,11,100\n\
    2024-01-03T14:32:00Z,11,13,10,12,200\n";
/// And what the store holds of them.
const HELD: &str =
    "AAA 1m open high low close volume|2024-01-03T14:31:00Z 10 12 9 11 100|2024-01-03T14:32:00Z 11 13 10 12 200";

fn with(line: &str) -> String {
    format!("{GOOD}{line}\n")
}

#[test]
fn a_bar_that_cannot_be_is_named_with_its_line_and_value() {
    for (line, says) in [
        (
            "2024-01-03T14:33:00Z,10,9,12,11,1",
            "AAA.csv:4: AAA: the bar of 2024-01-03T14:33:00Z has high 9 below low 12",
        ),
        ("2024-01-03T14:33:00Z,15,13,10,12,1", "has open 15 above high 13"),
        ("2024-01-03T14:33:00Z,11,13,10,9,1", "has close 9 below low 10"),
        (
            "2024-01-03T14:33:00Z,-1,13,-2,12,1",
            "AAA.csv:4: AAA: the bar of 2024-01-03T14:33:00Z has open -1, which is no price",
        ),
        ("2024-01-03T14:33:00Z,11,13,0,12,1", "has low 0, which is no price"),
        ("2024-01-03T14:33:00Z,11,13,10,1e-400,1", "has close 0, which is no price"),
        ("2024-01-03T14:33:00Z,11,13,10,NaN,1", "has no close"),
        ("2024-01-03T14:33:00Z,11,13,10,N/A,1", "has no close"),
        ("2024-01-03T14:33:00Z,11,13,10,null,1", "has no close"),
        ("2024-01-03T14:33:00Z,11,13,10,,1", "has no close"),
        ("2024-01-03T14:33:00Z,11,13,10,12,-5", "has a volume of -5"),
        ("2024-01-03T14:33:00Z,11,13,10,inf,1", "AAA.csv:4: `inf` in column `close` is not a number"),
        ("2024-01-03T14:33:00Z,11,13,10,-Infinity,1", "AAA.csv:4: `-Infinity` in column `close` is not a number"),
        ("2024-01-03T14:33:00Z,11,13,10,1e309,1", "AAA.csv:4: `1e309` in column `close` is not a number"),
        ("2024-01-03T14:33:00Z,11,13,10,#N/A,1", "AAA.csv:4: `#N/A` in column `close` is not a number"),
        ("2024-01-03T14:33:00Z,11,13,10,0x0C,1", "AAA.csv:4: `0x0C` in column `close` is not a number"),
        ("2024-01-03T14:33:00Z,11,13,10,12..5,1", "AAA.csv:4: `12..5` in column `close` is not a number"),
        (
            "2024-01-03T14:33:00Z,11,13,10,\"1,200\",1",
            "`1,200` in column `close` is not a number (it has a mark between digits)",
        ),
        (
            "2024-01-03T14:33:00Z,11,13,10,1'200,1",
            "`1'200` in column `close` is not a number (it has a mark between digits)",
        ),
        ("2024-01-03T14:33:00Z,11,13,10,$12,1", "`$12` in column `close` is not a number (it has a currency sign)"),
        ("2024-01-03T14:33:00Z,11,13,10,12", "AAA.csv:4: 5 cells, the header has 6"),
        ("2024-01-03T14:33:00Z,11,13,10,12,1,7", "AAA.csv:4: 7 cells, the header has 6"),
        ("2024-01-03T14:33:00Z,11,13,10,\"12\n,5\",1", "AAA.csv:4: `12\n,5` in column `close` is not a number"),
        ("2024-01-03T14:33:00Z,11,13,10,1\u{7}2,1", "AAA.csv:4: `1\u{7}2` in column `close` is not a number"),
        ("2024-01-03T14:33:00Z,11,13,10", "(it is the last line: the file may be cut)"),
        (",11,13,10,12,1", "AAA.csv:4: `` is not a time"),
    ] {
        broken("AAA.csv", with(line)).says(&[says]).holds(HELD).refused();
    }
}

#[test]
fn a_volume_that_no_whole_number_holds_is_the_nearest_double() {
    broken("AAA.csv", with("2024-01-03T14:33:00Z,11,13,10,12,18446744073709551616")).taken(
        "AAA 1m open high low close volume|2024-01-03T14:31:00Z 10 12 9 11 100|2024-01-03T14:32:00Z 11 13 10 12 200|\
         2024-01-03T14:33:00Z 11 13 10 12 18446744073709552000",
    );
}

#[test]
fn rows_that_are_out_of_order_or_twice_are_told_apart() {
    broken("AAA.csv", with("2024-01-03T14:30:00Z,9,10,8,9,50"))
        .says(&["AAA.csv:4", "the row of 2024-01-03T14:30:00Z is not after the one before it"])
        .holds(
            "AAA 1m open high low close volume|2024-01-03T14:30:00Z 9 10 8 9 50|2024-01-03T14:31:00Z 10 12 9 11 100|\
             2024-01-03T14:32:00Z 11 13 10 12 200",
        )
        .refused();
    broken("AAA.csv", with("2024-01-03T14:32:00Z,11,13,10,12,200"))
        .says(&["duplicate LeftOut", "AAA.csv:4", "stands in", "AAA.csv:3 already"])
        .taken(HELD);
    broken("AAA.csv", with("2024-01-03T14:32:00Z,11,13,10,12.5,200"))
        .says(&["AAA.csv:4", "the row known at 2024-01-03T14:32:00Z has `close` 12.5, in", "AAA.csv:3 it has 12"])
        .holds("AAA 1m open high low close volume|2024-01-03T14:31:00Z 10 12 9 11 100|2024-01-03T14:32:00Z 11 13 10 12.5 200")
        .refused();
}

#[test]
fn a_jump_is_told_and_kept() {
    broken("AAA.csv", "date,close\n2024-01-02,100\n2024-01-03,101\n2024-01-04,10.1\n2024-01-05,1e12\n")
        .says(&["jump Told", "AAA.csv:4", "from 101 to 10.1", "looks like a 10-for-1 split"])
        .taken(
            "AAA 1d close|2024-01-03T00:00:00Z 100|2024-01-04T00:00:00Z 101|2024-01-05T00:00:00Z 10.1|\
             2024-01-06T00:00:00Z 1000000000000",
        );
}

#[test]
fn two_instruments_in_one_file_stay_apart_and_a_symbol_is_one() {
    let text = "time,symbol,close\n2024-01-03T14:31:00Z,AAA,1\n2024-01-03T14:31:00Z,BBB,20\n\
        2024-01-03T14:32:00Z,AAA,2\n2024-01-03T14:32:00Z,BBB,21\n";
    let held = "AAA 1m close|2024-01-03T14:31:00Z 1|2024-01-03T14:32:00Z 2\n\
        BBB 1m close|2024-01-03T14:31:00Z 20|2024-01-03T14:32:00Z 21";
    broken("both.csv", text).taken(held);
    for (symbol, says) in [
        ("A\u{1b}[2JA", "both.csv:6: `A\u{1b}[2JA` is not a symbol"),
        ("A/B", "both.csv:6: `A/B` is not a symbol"),
        ("../B", "both.csv:6: `../B` is not a symbol"),
        ("\"A\nB\"", "is not a symbol"),
        ("", "both.csv:6: `` is not a symbol"),
    ] {
        let text = format!("{text}2024-01-03T14:33:00Z,{symbol},3\n");
        broken("both.csv", text).says(&[says]).holds(held).refused();
    }
}

#[test]
fn columns_that_are_missing_twice_or_renamed_are_named() {
    for (header, says) in [
        ("time,open,high,low,last", "AAA.csv: its form is not known; it begins with `time,open,high,low,last`"),
        ("when,open,high,low,close", "AAA.csv: its form is not known; it begins with `when,open,high,low,close`"),
        ("time,close,low,high,close", "AAA.csv: column `close` stands twice"),
        ("time,close,Close,x,y", "AAA.csv: column `close` stands twice"),
        ("date,time,timestamp,x,close", "both name the time"),
        ("time,close,,x,y", "AAA.csv: column 3 of the header has no name"),
        ("time,close,own.cash,x,y", "`own.cash` is not a column"),
        ("open_time,open,high,low,close", "AAA.csv: `open_time` is when a bar begins"),
        ("# mine\ntime,close,x,y,z", "AAA.csv: its form is not known; it begins with `# mine`"),
    ] {
        let text = format!("{header}\n2024-01-03T14:31:00Z,10,12,9,11\n");
        broken("AAA.csv", text).says(&[says]).refused();
    }
    let named = "when,open,high,low,close\n2024-01-03T14:31:00Z,10,12,9,11\n";
    broken("AAA.csv", named).format("plain").says(&["AAA.csv: no column is called time"]).refused();
}

#[test]
fn a_bar_of_other_formats_is_checked_alike() {
    broken(
        "AAA.csv",
        "Date,Open,High,Low,Close,Adj Close,Volume\n2024-01-03,1,3,0.5,2,1.9,100\n2024-01-04,1,3,0.5,2,1.9\n",
    )
    .says(&["AAA.csv:3: 6 cells, the header has 7"])
    .holds("AAA 1d open high low close adj_close volume|2024-01-04T00:00:00Z 1 3 0.5 2 1.9 100")
    .refused();
    broken(
        "bulk.txt",
        "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\n\
         A.US,D,20240103,000000,1,3,0.5,2,100,0\nA.US,5,20240103,256100,1,3,0.5,2,100,0\nA.US,0,20240103,0,1,3,0.5,2,1,0\n",
    )
    .says(&["bulk.txt:3: `256100` is not a time of day", "bulk.txt:4: `0` is not a period"])
    .holds("A.US 1d open high low close volume open_interest|2024-01-04T00:00:00Z 1 3 0.5 2 100 0")
    .refused();
    let kline = "1704067200000,1,3,0.5,2,9,1704070799999,1,1,1,1,0\n";
    broken("BTCUSDT-1h.csv", format!("{kline}1704070800,1,3,0.5,2,9,1704074399,1,1,1,1,0\n"))
        .says(&["BTCUSDT-1h.csv:2: `1704070800` is no open time (milliseconds or microseconds since 1970)"])
        .holds("BTCUSDT 1h open high low close volume quote_volume trades taker_buy_volume|2024-01-01T01:00:00Z 1 3 0.5 2 9 1 1 1")
        .refused();
    // high and low have changed places: nothing says which number is which
    broken("AAA.csv", "2006-01-02,3578,3570,3605,3604\n").says(&["AAA.csv: its form is not known"]).refused();
    broken("AAA.csv", "2006-01-02,3578,3570,3605,3604\n")
        .format("headerless")
        .says(&["AAA.csv: its numbers are not in the order open, high, low, close, volume"])
        .refused();
    broken(
        "btc.csv",
        "cryptodatadownload\ndate,symbol,open,high,low,close,volume\n2019-10-17 02-PM,BTCUSD,2,4,1,3,1\n\
         2019-10-17 13-PM,BTCUSD,2,4,1,3,1\n2019-10-17 01-PM,BTCUSD,2,4,1,3,1\n2019-10-17 00-PM,BTCUSD,2,4,1,3,1\n",
    )
    .says(&["btc.csv:4: `13-PM` is not a time of day", "btc.csv:6: `00-PM` is not a time of day"])
    .holds("BTCUSD 1h open high low close volume|2019-10-17T14:00:00Z 2 4 1 3 1|2019-10-17T15:00:00Z 2 4 1 3 1")
    .refused();
}
