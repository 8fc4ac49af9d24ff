//! Numbers of a period, events of tables, dividends, splits, trades and quotes.

use crate::desk::broken;

#[test]
fn a_release_needs_its_dates_in_order() {
    let good = "date,realtime_start,value\n2024-01-01,2024-02-13,308.4\n";
    let held = "releases CPI|2024-01-01T00:00:00Z 2024-02-14T00:00:00Z 308.4";
    broken("cpi.csv", good).taken(held);
    for (line, says) in [
        (
            "2024-02-01,2024-01-12,1",
            "cpi.csv:3: it was released on 2024-01-13T00:00:00Z and its period begins only on 2024-02-01T00:00:00Z",
        ),
        ("2024-02-01,soon,1", "cpi.csv:3: `soon` is not a time"),
        ("2024-02-30,2024-03-12,1", "cpi.csv:3: `2024-02-30` is not a date: no calendar holds it"),
        ("2024-02-01,9999-12-31,1", "cpi.csv:3: the time is out of range: 1678 to 2261"),
        ("2024-02-01,2024-03-12,\"1,5\"", "cpi.csv:3: `1,5` in column `value` is not a number"),
        ("2024-02-01,2024-03-12", "cpi.csv:3: it has 2 cells, the header 3: perhaps it is cut"),
    ] {
        broken("cpi.csv", format!("{good}{line}\n")).says(&[says]).holds(held).refused();
    }
    broken("cpi.csv", format!("{good}2024-01-01,2024-02-13,309\n"))
        .says(&["cpi.csv:3: CPI: the row known at 2024-02-14T00:00:00Z has `value` 309, in", "cpi.csv:2 it has 308.4"])
        .holds("releases CPI|2024-01-01T00:00:00Z 2024-02-14T00:00:00Z 309")
        .refused();
    broken("gdp.csv", "observation_date,GDP_20201399\n2019-07-01,1\n")
        .says(&["gdp.csv:1: column `GDP_20201399`: `20201399` is not a date"])
        .refused();
    broken("gdp.csv", "observation_date,G/P_20200130\n2019-07-01,1\n")
        .says(&["gdp.csv:1: `G/P` is not a symbol"])
        .refused();
}

#[test]
fn numbers_of_days_that_do_not_follow_each_other_have_no_known_time() {
    broken("GDP.csv", "observation_date,GDP\n2024-01-01,1\n2024-04-01,2\n")
        .says(&["GDP.csv: it has no dates of release", "hint: fetch it with its vintages from ALFRED"])
        .refused();
    broken("a.csv", "date,cpi\n2014-01-01,1\n2014-02-01,2\n")
        .says(&["a.csv: its days do not follow each other"])
        .refused();
    broken("a.csv", "date,x\n13/1/2014,1\n1/14/2014,2\n")
        .says(&["a.csv:3: by `1/14/2014` the month stands elsewhere than in line 2"])
        .refused();
    broken("rates.csv", "Time Period,1month,3month\n2017-03-28,0.0076,0.0078\n2017-03-29,0.76,0.0078\n")
        .says(&["rates.csv:3: `rate.month1` is 0.76 a year, as a fraction: is it written in another unit?"])
        .holds("releases TREASURY|2017-03-28T00:00:00Z 2017-03-29T00:00:00Z 0.0076 0.0078")
        .refused();
    broken("btc-onchain.csv", "day,TxCnt,tx_cnt\n2024-01-01,5,6\n")
        .says(&["btc-onchain.csv:1: column `txcnt` stands twice"])
        .refused();
}

#[test]
fn an_event_or_a_dividend_that_cannot_be_is_named() {
    let good = "time,kind,symbol,title\n2024-01-03T14:31:00Z,fomc,AAA,Rates\n";
    let held = "AAA 2024-01-03T14:31:00Z fomc: Rates NaN";
    broken("e.csv", good).taken(held);
    for (line, says) in [
        ("2024-01-03T14:32:00Z,fomc,AAA,", "e.csv:3: there is neither a title nor a text"),
        (",fomc,AAA,Rates", "e.csv:3: there is no time"),
        ("2024-01-03T25:61:00Z,fomc,AAA,Rates", "e.csv:3: `2024-01-03T25:61:00Z` is not a time"),
        ("2024-01-03T14:32:00Z,fomc,AAA,\"two\nlines\"", "e.csv:3: the title has more than one line"),
        ("2024-01-03T14:32:00Z,fomc,A\u{7}A,Rates", "e.csv:3: `A\u{7}A` is not a symbol"),
        ("2024-01-03T14:32:00Z,fomc,AAA", "e.csv:3: it has 3 cells, the header 4: perhaps it is cut"),
    ] {
        broken("e.csv", format!("{good}{line}\n")).says(&[says]).holds(held).refused();
    }
    broken(
        "AAA-dividends.csv",
        "ex_date,amount\n2024-02-09,0.24\n2024-05-10,-0.25\n2024-08-12,\n2024-08-12,1e309\n2024-11-31,0.25\n",
    )
    .says(&[
        "dividends.csv:3: the amount `-0.25` is no dividend",
        "dividends.csv:4: the amount `` is no dividend",
        "dividends.csv:5: `1e309` in column `amount` is not a number",
        "dividends.csv:6: `2024-11-31` is not a date",
    ])
    .holds("AAA 2024-02-09T14:30:00Z ex_dividend: Dividend of 0.24 0.24")
    .refused();
}

#[test]
fn a_split_of_nothing_is_none() {
    let good = "20200806,0.8,0.25,455.61\n20200828,1,0.25,499.23\n20501231,1,1,0\n";
    let held = "AAPL 2020-08-06T20:00:00Z split 1 dividend 1.25\nAAPL 2020-08-28T20:00:00Z split 4 dividend 1";
    broken("aapl.csv", good).taken(held);
    for (line, says) in [
        ("20200101,1,1,1", "aapl.csv:1: split factor `0` is not above zero"),
        ("20200101,-1,1,1", "aapl.csv:1: split factor `0` is not above zero"),
    ] {
        broken("aapl.csv", format!("20200101,1,0,1\n{good}{line}\n"))
            .format("lean-factors")
            .says(&[says])
            .holds(held)
            .refused();
    }
    broken("aapl.csv", "20200806,1e-300,1,1\n20200828,1e300,1,1\n20501231,1,1,0\n")
        .says(&["aapl.csv", "a dividend of inf: both are ratios above 0"])
        .refused();
}

#[test]
fn a_trade_or_a_quote_that_cannot_be_is_named() {
    let good = "time,symbol,expiry,strike,type,price,contracts\n2024-01-03T14:31:00Z,spy,2024-01-19,470,call,5.1,20\n";
    let held = "prints SPY|2024-01-03T14:31:00Z 19741 470 1 5.1 20 NaN NaN";
    for (line, says) in [
        ("2024-01-03,spy,2024-01-19,470,call,5.1,20", "t.csv:3: `2024-01-03` has no time of day"),
        ("2024-01-03T14:32:00Z,spy,2024-01-19,0,call,5.1,20", "t.csv:3: strike 0 is not above 0"),
        ("2024-01-03T14:32:00Z,spy,2024-01-19,470,call,0,20", "t.csv:3: price 0 is not above 0"),
        ("2024-01-03T14:32:00Z,spy,2024-01-19,470,call,5.1,-20", "t.csv:3: size -20 is not above 0"),
        ("2024-01-03T14:32:00Z,spy,2024-01-19,470,call,5.1,", "t.csv:3: size NaN is not above 0"),
        ("2024-01-03T14:32:00Z,spy,2024-01-19,470,both,5.1,20", "t.csv:3: `both` is neither call nor put"),
        ("2024-01-03T14:32:00Z,spy,,470,call,5.1,20", "t.csv:3: there is no time"),
    ] {
        broken("t.csv", format!("{good}{line}\n")).says(&[says]).holds(held).refused();
    }
    let good = "time,bid,ask,bid_size\n2024-01-03T14:31:00Z,1,1.1,5\n";
    let held = "quotes EURUSD|2024-01-03T14:31:00Z 1 1.1 5 NaN";
    for (line, says) in [
        ("2024-01-03T14:32:00Z,-1,1.1,5", "eurusd.csv:3: bid -1 is negative"),
        ("2024-01-03T14:32:00Z,1,1.1,-5", "eurusd.csv:3: bid_size -5 is negative"),
        ("2024-01-03T14:32:00Z,1,1e309,5", "eurusd.csv:3: `1e309` in column `ask` is not a number"),
        ("04.01.2024 14:32,1,1.1,5", "eurusd.csv:3: nobody can tell which number of `04.01.2024 14:32` is the month"),
        ("2024-01-03,1,1.1,5", "eurusd.csv:3: `2024-01-03` has no time of day"),
    ] {
        broken("eurusd.csv", format!("{good}{line}\n")).says(&[says]).holds(held).refused();
    }
}
