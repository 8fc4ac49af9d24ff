//! Option chains: contracts that cannot be, headers that are damaged, chains that contradict themselves.

use crate::desk::broken;

const HEAD: &str = "symbol,quotedate,expiration,strike,type,bid,ask,openinterest,impliedvol,delta,underlying_last\n\
    SPY,2024-01-03,2024-01-19,470,call,5,5.2,100,0.11,0.5,469.5\n";
const HELD: &str = "SPY 2024-01-03T21:00:00Z 469.5|2024-01-19 470 C 5 5.2 oi 100 iv 0.11";

#[test]
fn a_contract_that_cannot_be_is_left_out_by_its_line() {
    for (line, says) in [
        ("SPY,2024-01-03,2024-01-19,0,call,5,5.2,100,0.11,0.5,469.5", "chains.csv:3: strike 0 is no price"),
        ("SPY,2024-01-03,2024-01-19,-470,call,5,5.2,100,0.11,0.5,469.5", "chains.csv:3: strike -470 is no price"),
        ("SPY,2024-01-03,2024-01-19,,call,5,5.2,100,0.11,0.5,469.5", "chains.csv:3: strike NaN is no price"),
        (
            "SPY,2024-01-03,2024-01-19,470,straddle,5,5.2,100,0.11,0.5,469.5",
            "chains.csv:3: `straddle` is neither call nor put",
        ),
        ("SPY,2024-01-03,2024-01-19,470,,5,5.2,100,0.11,0.5,469.5", "chains.csv:3: `` is neither call nor put"),
        ("SPY,2024-01-03,2024-01-19,470,put,5,5.2,-100,0.11,0.5,469.5", "chains.csv:3: open interest -100 is negative"),
        ("SPY,2024-01-03,2024-01-19,470,put,-5,5.2,100,0.11,0.5,469.5", "chains.csv:3: bid -5 is negative"),
        ("SPY,2024-01-03,2024-01-19,470,put,5,5.2,100,-0.11,0.5,469.5", "chains.csv:3: volatility -0.11 is negative"),
        (
            "SPY,2024-01-03,2024-01-19,470,put,5,5.2,100,900%,0.5,469.5",
            "chains.csv:3: `900%` in column `impliedvol` is not a number",
        ),
        (
            "SPY,2024-01-03,2024-01-19,470,put,5,5.2,100,900,0.5,469.5",
            "chains.csv:3: volatility 900 is above 100, which is 10000 % a year",
        ),
        (
            "SPY,2024-01-03,2024-01-19,470,put,5,5.2,100,0.11,-50,469.5",
            "chains.csv:3: delta -50 is not between -1 and 1",
        ),
        (
            "SPY,2024-01-03,2024-01-19,470,put,5,5.2,100,0.11,-0.5,0",
            "chains.csv:3: the underlying's price 0 is no price",
        ),
        (
            "SPY,2024-01-03,2024-01-19,470,put,5,5.2,100,0.11,-0.5,469.6",
            "chains.csv:3: the underlying's price is 469.6, that of the chain's other lines 469.5",
        ),
        (
            "SPY,2024-01-03,2024-01-19,470,call,6,6.2,100,0.11,0.5,469.5",
            "chains.csv:3: the option 2024-01-19 470 call stands twice",
        ),
        (
            "SPY,2024-01-03,1/3/2024,470,put,5,5.2,100,0.11,-0.5,469.5",
            "chains.csv:3: nobody can tell which number of `1/3/2024` is the month",
        ),
        ("SPY,2024-01-03,,470,put,5,5.2,100,0.11,-0.5,469.5", "chains.csv:3: there is no time"),
        (
            "SPY,2024-01-03,2023-02-29,470,put,5,5.2,100,0.11,-0.5,469.5",
            "chains.csv:3: `2023-02-29` is not a date: no calendar holds it",
        ),
        (
            "SPY,0001-01-01,2024-01-19,470,put,5,5.2,100,0.11,-0.5,469.5",
            "chains.csv:3: the time is out of range: 1678 to 2261",
        ),
        (
            "SPY,2024-01-03,2023-12-15,470,put,5,5.2,100,0.11,-0.5,469.5",
            "chains.csv:3: it expired on 2023-12-15, before it was quoted",
        ),
        (
            "SPY,2024-01-03,9999-12-31,470,put,5,5.2,100,0.11,-0.5,469.5",
            "chains.csv:3: it expires on 9999-12-31, which is too far away",
        ),
        ("S P Y,2024-01-03,2024-01-19,470,put,5,5.2,100,0.11,-0.5,469.5", "chains.csv:3: `S P Y` is not a symbol"),
        ("SPY,2024-01-03,2024-01-19,470,put,5,5.2", "chains.csv:3: it has 7 cells, the header 11: perhaps it is cut"),
    ] {
        broken("chains.csv", format!("{HEAD}{line}\n")).says(&[says]).holds(HELD).refused();
    }
}

#[test]
fn a_volatility_of_nine_hundred_per_cent_is_one() {
    broken("chains.csv", format!("{HEAD}SPY,2024-01-03,2024-01-19,471,call,5,5.2,100,9.00,0.5,469.5\n")).taken(
        "SPY 2024-01-03T21:00:00Z 469.5|2024-01-19 470 C 5 5.2 oi 100 iv 0.11|2024-01-19 471 C 5 5.2 oi 100 iv 9",
    );
}

#[test]
fn a_chain_without_a_spot_has_none_and_one_without_expiries_is_none() {
    broken("chains.csv", "symbol,quotedate,expiration,strike,type,bid,ask\nSPY,2024-01-03,2024-01-19,470,C,5,5.2\n")
        .taken("SPY 2024-01-03T21:00:00Z NaN|2024-01-19 470 C 5 5.2 oi NaN iv NaN");
    let without = "symbol,quotedate,strike,type,bid,ask\nSPY,2024-01-03,470,C,5,5.2\n";
    broken("chains.csv", without)
        .says(&["chains.csv: its form is not known; it begins with `symbol,quotedate,strike,type,bid,ask`"])
        .refused();
    broken("chains.csv", without)
        .format("chain-csv")
        .says(&["chains.csv:2: it does not say when the option expires"])
        .holds("")
        .refused();
    broken("chains.csv", format!("{HEAD},2024-01-03,2024-01-19,470,C,5,5.2,1,,,\n"))
        .taken("CHAINS 2024-01-03T21:00:00Z NaN|2024-01-19 470 C 5 5.2 oi 1 iv NaN\nSPY 2024-01-03T21:00:00Z 469.5|2024-01-19 470 C 5 5.2 oi 100 iv 0.11");
}

const CBOE: &str = "\nSPY,Last: 469.50,Change: -1.00\n\"Date: January 3, 2024 at 4:05 PM EST\",Bid: 1,Ask: 2,Size: 2*4,\"Volume: 75,744,434\"\n\
    Expiration Date,Calls,Last Sale,Net,Bid,Ask,Volume,IV,Delta,Gamma,Open Interest,Strike,Puts,Last Sale,Net,Bid,Ask,Volume,IV,Delta,Gamma,Open Interest\n\
    Fri Jan 19 2024,SPY240119C00470000,5,0,5,5.2,5,0.11,0.5,0.02,100,470.00,SPY240119P00470000,5,0,4,4.2,6,0.12,-0.5,0.02,200\n";
const CBOE_HELD: &str =
    "SPY 2024-01-03T21:05:00Z 469.5|2024-01-19 470 C 5 5.2 oi 100 iv 0.11|2024-01-19 470 P 4 4.2 oi 200 iv 0.12";

#[test]
fn a_table_of_cboe_with_a_damaged_head_is_refused() {
    broken("spy.csv", CBOE).taken(CBOE_HELD);
    for (was, is, says) in [
        ("Last: 469.50", "Last: ", "spy.csv:2: `Last:` is no price"),
        ("Last: 469.50", "Last: -1", "spy.csv:2: `Last: -1` is no price"),
        ("Last: 469.50", "Latest: 469.50", "spy.csv: the lines above the table have no cell `Last: …`"),
        (
            "January 3, 2024 at 4:05 PM EST",
            "January 3, 2024 at 4:05 PM",
            "spy.csv:3: `January 3, 2024 at 4:05 PM` does not end with EDT or EST",
        ),
        (
            "January 3, 2024 at 4:05 PM EST",
            "January 32, 2024 at 4:05 PM EST",
            "spy.csv:3: `January 32, 2024 at 4:05 PM` is not a date",
        ),
        (
            "January 3, 2024 at 4:05 PM EST",
            "January 3, 2024 EST",
            "spy.csv:3: `January 3, 2024 EST` has no time of day",
        ),
        ("\"Date:", "\"Day:", "spy.csv: the lines above the table have no cell `Date: …`"),
        ("Gamma,Open Interest,Strike", "Open Interest,Gamma,Strike", "spy.csv:4: its columns are not expirationdate,"),
    ] {
        broken("spy.csv", CBOE.replacen(was, is, 1)).says(&[says]).refused();
    }
    broken("spy.csv", CBOE.replacen("Expiration Date", "Expiry", 1))
        .format("cboe-csv")
        .says(&["spy.csv: no line has the names of the columns"])
        .refused();
    broken("spy.csv", CBOE.replace(",470.00,", ",471.00,"))
        .says(&["spy.csv: it holds no option that can be read"])
        .refused();
    let row = |line: &str| format!("{CBOE}{line}\n");
    for (line, says) in [
        ("Fri Jan 19 2024,SPY240119C00471000,5,0,5,5.2", "spy.csv:6: it has 6 cells, the header 22: perhaps it is cut"),
        (
            "Fri Jan 19 2024,SPY240119C00472000,5,0,5,5.2,5,0.11,0.5,0.02,100,471.00,SPY240119P00472000,5,0,4,4.2,6,0.12,-0.5,0.02,200",
            "spy.csv:6: `SPY240119C00472000` is not the option of this line's date and strike 471",
        ),
        (
            "Fri Jan 19 2024,QQQ240119C00471000,5,0,5,5.2,5,0.11,0.5,0.02,100,471.00,QQQ240119P00471000,5,0,4,4.2,6,0.12,-0.5,0.02,200",
            "spy.csv:6: `QQQ240119C00471000` is an option of QQQ, those before of SPY",
        ),
        (
            "Fri Jan 19 2024,SPY7240119C00471000,5,0,5,5.2,5,0.11,0.5,0.02,100,471.00,SPY7240119P00471000,5,0,4,4.2,6,0.12,-0.5,0.02,200",
            "spy.csv:6: the root `SPY7` is that of adjusted or flexible contracts",
        ),
    ] {
        broken("spy.csv", row(line)).says(&[says]).holds(CBOE_HELD).refused();
    }
}

#[test]
fn a_chain_of_json_is_whole_or_refused() {
    let quote = |rest: &str| {
        format!(
            "{{\"option\":\"SPY240119C00470000\",\"bid\":5,\"ask\":5.2,\"iv\":0.11,\"open_interest\":100,\"volume\":5,\"delta\":0.5,\"gamma\":0.02,\"last_trade_price\":5{rest}}}"
        )
    };
    let chain = |time: &str, price: &str, quotes: &str| {
        format!(
            "{{\"timestamp\":\"{time}\",\"data\":{{\"symbol\":\"^SPY\",\"current_price\":{price},\"options\":[{quotes}]}}}}"
        )
    };
    let time = "2024-01-03 21:05:00";
    broken("spy.json", chain(time, "469.5", &quote("")))
        .taken("SPY 2024-01-03T21:05:00Z 469.5|2024-01-19 470 C 5 5.2 oi 100 iv 0.11");
    let both = format!("{},{}", quote(""), quote("").replace("SPY240119", "QQQ240119"));
    broken("spy.json", chain(time, "469.5", &both))
        .says(&["spy.json: QQQ240119C00470000: it is an option of QQQ, the file of SPY"])
        .holds("SPY 2024-01-03T21:05:00Z 469.5|2024-01-19 470 C 5 5.2 oi 100 iv 0.11")
        .refused();
    for (text, says) in [
        (chain(time, "null", &quote("")), "spy.json: it has no `current_price` above 0"),
        (chain(time, "0", &quote("")), "spy.json: it has no `current_price` above 0"),
        (chain("yesterday", "469.5", &quote("")), "spy.json: its timestamp `yesterday` is not a time"),
        (chain("2024-01-03", "469.5", &quote("")), "spy.json: its timestamp `2024-01-03` is not a time"),
        (
            chain(time, "469.5", &quote("").replace("5.2", "\"5.2\"")),
            "spy.json:1: invalid type: string \"5.2\", expected f64",
        ),
        (chain(time, "469.5", &quote(",\"bid\":6")), "spy.json:1: duplicate field `bid`"),
        (chain(time, "469.5", &quote(""))[..150].to_owned(), "hint: it is cut; fetch it again"),
        (
            chain(time, "469.5", &quote("").replace("SPY240119C00470000", "SPY240119X00470000")),
            "spy.json: it holds no option that can be read",
        ),
        (
            chain(time, "469.5", &quote("").replace("SPY240119", "QQQ240119")),
            "spy.json: it holds no option that can be read",
        ),
    ] {
        broken("spy.json", text).says(&[says]).refused();
    }
}

#[test]
fn a_universe_of_lean_needs_its_name_and_its_columns() {
    let text = "#expiry,strike,right,open,high,low,close,volume,open_interest,implied_volatility,delta,gamma,vega,theta,rho\n\
        ,,,750,760,740,748.4,100,,,,,,,\n20151224,740,C,9,10,8,9.5,10,100,0.2,0.6,0.01,0.1,-0.1,0.1\n";
    let held = "GOOG 2015-12-22T21:00:00Z 748.4|2015-12-24 740 C NaN NaN oi 100 iv 0.2";
    broken("goog-20151222.csv", text).taken(held);
    broken("goog.csv", text)
        .says(&["goog.csv: its name does not say whose options these are and of which day"])
        .refused();
    broken("goog-20151322.csv", text)
        .says(&["goog-20151322.csv: the date in its name: `20151322` is not a date"])
        .refused();
    broken("goog-20151222.csv", text.replace("delta", "d"))
        .says(&["goog-20151222.csv:1: it lacks a column of a Lean universe"])
        .refused();
    broken(
        "goog-20151222.csv",
        format!("{text},,,750,760,740,750,100,,,,,,,\n20151224,740,X,9,10,8,9.5,10,100,0.2,0.6,0.01,0.1,-0.1,0.1\n"),
    )
    .says(&["goog-20151222.csv:4: a second line of the underlying", "goog-20151222.csv:5: `X` is neither call nor put"])
    .holds(held)
    .refused();
    broken("goog-20151222.csv", text.replace("748.4", "0"))
        .says(&["goog-20151222.csv:2: the underlying's close 0 is no price"])
        .holds("GOOG 2015-12-22T21:00:00Z NaN|2015-12-24 740 C NaN NaN oi 100 iv 0.2")
        .refused();
}
