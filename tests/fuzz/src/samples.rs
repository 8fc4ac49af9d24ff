//! Small files by hand, one and more of every format.

/// Format, file name and text.
pub const SAMPLES: &[(&str, &str, &str)] = &[
    (
        "plain",
        "bars.csv",
        "time,open,high,low,close,volume\n2024-01-03T14:31:00Z,470.1,470.4,470.0,470.2,12000\n2024-01-03T14:32:00Z,470.2,470.5,470.1,470.3,9000\n",
    ),
    (
        "plain",
        "bars.csv",
        "\u{feff}Date;Time;symbol;o;h;l;c\n13/1/2024;14:31;A;1;2;0.5;1.5\n13/1/2024;14:32;B;1;2;0.5;1.6\n",
    ),
    ("plain", "bars.csv", "date,\"close\"\r\n1/4/1999,1\r\n1/5/1999,2\r\n\r\n1/13/1999,\"3\"\r\n"),
    ("plain", "bars.csv", "ts\tclose\tgex.total\n1704292260\t1\tnan\n1704292320000\t2\t-5e3\n"),
    (
        "plain",
        "whole import.csv",
        "known_time,symbol,close\n1970-01-02 00:00:00,SPY,1\n2261-12-31 23:59:59.999999999,SPY,2\n",
    ),
    (
        "yahoo",
        "bars.csv",
        "Date,Open,High,Low,Close,Adj Close,Volume\n2024-01-03,1,3,0.5,2,1.9,100\n2024-01-04,null,null,null,null,null,null\n2024-01-05,2,3,1,2.5,2.4,50",
    ),
    (
        "yahoo",
        "bars.csv",
        "Datetime,Open,High,Low,Close,Volume,Dividends,Stock Splits\n2024-01-03 09:30:00-05:00,1,3,0.5,2,100,0,0\n2024-01-03 10:30:00-05:00,1,3,0.5,2,100,0,0\n",
    ),
    (
        "stooq",
        "bars.csv",
        "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\nAAPL.US,D,20240103,000000,184.22,185.88,183.43,184.25,58414460,0\r\nSPY.US,5,20240103,153500,470.4,470.5,470.1,470.2,12000,0\r\n",
    ),
    (
        "binance",
        "BTCUSDT-1h-2024-01.csv",
        "1704067200000,42283.58,42554.57,42261.02,42475.23,1271.68,1704070799999,53957248.97,47134,682.57,28957416.81,0\n1704070800000,42475.23,42775,42431.65,42613.56,1196.37,1704074399999,50984453.4,47194,580.82,24746822.1,0\n",
    ),
    (
        "binance",
        "BTCUSDT-1h-2024-01.csv",
        "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore\n1735689600000000,93576,94509.42,93489.03,94401.14,755.99,1735693199999999,71111,129362,417.5,39,0\n",
    ),
    (
        "alpaca",
        "bars.csv",
        "{\"bars\":{\"SPY\":[{\"t\":\"2024-01-03T14:30:00Z\",\"o\":470.1,\"h\":470.4,\"l\":470.0,\"c\":470.2,\"v\":12000,\"n\":90,\"vw\":470.2},{\"t\":\"2024-01-03T14:31:00Z\",\"o\":470.1,\"h\":470.4,\"l\":470.0,\"c\":470.2,\"v\":12000}]},\"next_page_token\":null}",
    ),
    (
        "alpaca",
        "bars.csv",
        "{\"t\":\"2024-01-03T14:30:00Z\",\"o\":470.1,\"h\":470.4,\"l\":470.0,\"c\":470.2,\"v\":12000,\"n\":90,\"vw\":470.2,\"S\":\"BTC/USD\"}\n{\"t\":\"2024-01-03T14:31:00Z\",\"o\":470.1,\"h\":470.4,\"l\":470.0,\"c\":470.2,\"v\":12000,\"n\":90,\"vw\":470.2,\"S\":\"BTC/USD\"}\n",
    ),
    (
        "alpaca",
        "bars.csv",
        "symbol,timestamp,open,high,low,close,volume,trade_count,vwap\nSPY,2024-01-03 05:00:00+00:00,1,2,1,2,10,3,1.5\nSPY,2024-01-04 05:00:00+00:00,1,2,1,2,10,3,1.5\n",
    ),
    (
        "headerless",
        "bars.csv",
        "2006-01-02,3578.73,3605.95,3578.73,3604.33,0,0\n2006-01-03,3604.08,3638.42,3601.84,3614.34,0,0\n",
    ),
    (
        "headerless",
        "bars.csv",
        "20060102;0930;3578.73;3605.95;3578.73;3604.33\n20060102;0931;3578.73;3605.95;3578.73;3604.33\n",
    ),
    (
        "lean-equity",
        "bars.csv",
        "19980102 00:00,136300,162500,135000,162500,6315000\n19980105 00:00,165000,165200,156500,160200,5677300\n",
    ),
    (
        "lean-equity",
        "20140605_aapl_minute_trade.csv",
        "34200000,6448000,6449000,6440000,6445000,90\n34260000,6445000,6449000,6440000,6445000,90\n",
    ),
    (
        "lean-index",
        "20140605_aapl_minute_trade.csv",
        "30600000,3764.61,3765.17,3764.25,3764.25,0\n30660000,3763.81,3764.1,3763.44,3763.61,0\n",
    ),
    (
        "lean-forex",
        "eurusd-fxcm.csv",
        "20070330 00:00,1.33141,1.33227,1.33061,1.33152,0,1.33149,1.33235,1.33069,1.3316,0\n20070330 01:00,1.33152,1.33157,1.33065,1.33076,0,1.3316,1.33165,1.33073,1.33084,0\n",
    ),
    (
        "lean-crypto",
        "20171217_btcusd_second_quote.csv",
        "0,19378.98,19380,19378.98,19379,1,19378.98,19380,19378.98,19379,2\n1000,19378.98,19380,19378.98,19379,1,19378.98,19380,19378.98,19379,2\n",
    ),
    (
        "lean-factors",
        "bars.csv",
        "19980102,0.5,0.125,1\n20200806,0.8,0.25,455.61\n20200828,1,0.25,499.23\n20501231,1,1,0",
    ),
    (
        "cryptodatadownload",
        "bars.csv",
        "Timestamps are UTC timezone,https://www.CryptoDataDownload.com\ndate,symbol,open,high,low,close,volume_btc,volume\n2019-10-17 12-PM,BTCUSD,2,4,1,3,61.25,492394.56\n2019-10-17 11-AM,BTCUSD,2,4,1,3,370.45,2971610.86\n",
    ),
    (
        "jsonl",
        "bars.csv",
        "{\"time\":\"2024-01-03T14:31:00Z\",\"symbol\":\"SPY\",\"Close\":470.2,\"volume\":12000}\n{\"volume\":null,\"time\":1704292320,\"symbol\":\"SPY\",\"Close\":\"470.3\"}\r\n",
    ),
    (
        "jsonl",
        "bars.csv",
        "[\n{\"date\":\"2024-01-03\",\"close\":1.5e1},\n{\"date\":\"2024-01-04\",\n\"close\":15}\n]\n",
    ),
    (
        "cboe-csv",
        "bars.csv",
        "\nS&P 500 INDEX,Last: 4697.24,Change: -16.00\n\"Date: January 4, 2024 at 4:05 PM EST\",Bid: 1,Ask: 2,Size: 2*4,\"Volume: 75,744,434\"\nExpiration Date,Calls,Last Sale,Net,Bid,Ask,Volume,IV,Delta,Gamma,Open Interest,Strike,Puts,Last Sale,Net,Bid,Ask,Volume,IV,Delta,Gamma,Open Interest\nFri Jan 19 2024,SPX240119C04700000,40,0,39,41,5,0.11,0.5,0.004,100,4700.00,SPX240119P04700000,38,0,37,39,6,0.12,-0.5,0.004,200\nFri Jan 19 2024,SPXW240119C04700000,40,0,39,41,5,0.11,0.5,0.004,10,4700.00,SPXW240119P04700000,38,0,37,39,6,0.12,-0.5,0.004,20\n",
    ),
    (
        "cboe-json",
        "bars.csv",
        "{\"timestamp\":\"2024-01-04 21:05:00\",\"data\":{\"symbol\":\"^SPX\",\"current_price\":4697.24,\"options\":[{\"option\":\"SPXW240119C04700000\",\"bid\":39,\"ask\":41,\"iv\":0.11,\"open_interest\":100,\"volume\":5,\"delta\":0.5,\"gamma\":0.004,\"last_trade_price\":40},{\"option\":\"SPX240119P04700000\",\"bid\":39,\"ask\":null,\"iv\":0,\"open_interest\":100,\"volume\":5,\"delta\":-0.5,\"gamma\":0.004,\"last_trade_price\":40}]}}",
    ),
    (
        "lean-universe",
        "goog-20151222.csv",
        "#expiry,strike,right,open,high,low,close,volume,open_interest,implied_volatility,delta,gamma,vega,theta,rho\n,,,750,760,740,748.4,100,,,,,,,\n20151224,740,C,9,10,8,9.5,10,100,0.2,0.6,0.01,0.1,-0.1,0.1\n20151224,740,P,1,2,0.5,1.5,10,100,0,0,0,0.1,-0.1,0.1\n",
    ),
    (
        "chain-csv",
        "bars.csv",
        "Symbol; quote_date ;Expiry;Strike;CP_Flag;Bid;Ask;Last;Volume;Open Interest;IV;Gamma;Spot\nspy;2024-01-03;2024-01-19;470;C;5;5.2;5.1;10;100;0.11;0.02;469.5\nSPY;2024-01-03;2024-01-19;470;P;5;5.2;5.1;10;100;0;0;469.5\n",
    ),
    ("chain-csv", "bars.csv", "date,option,bid,ask\n2024-01-03T15:30:00Z,SPXW240119P04712500,1,2\n"),
    (
        "chain-csv",
        "bars.csv",
        "ticker,date,exdate,cp_flag,strike_price,best_bid,best_offer,impl_volatility\nSPX,20240103,20240119,P,4712500,1,2,0.2\n",
    ),
    (
        "events",
        "bars.csv",
        "known_time,event_time,kind,symbol,title,text,source,value\n2024-01-03T14:31:00Z,2024-02-01 14:00,FOMC,SPY,Rates,\"They\nmeet\",Fed,5.5\n\"Wed, 03 Jan 2024 14:31:00 GMT\",,,,Hello,,,\n",
    ),
    (
        "events",
        "bars.csv",
        "{\"published_at\":\"2024-01-03T14:31:00Z\",\"headline\":\"Up\",\"ticker\":\"SPY\",\"body\":\"It \\u00fcp\",\"value\":1e3}\n{\"date\":1704292260,\"title\":\"x\",\"kind\":true}\n",
    ),
    ("dividends", "aapl_dividends.csv", "ex_date,declared,amount\n2024-02-09,2024-02-01,0.24\n2024-08-12,,0.25\n"),
    (
        "vintages",
        "bars.csv",
        "date,realtime_start,realtime_end,value,series_id\n2024-01-01,2024-02-13,2024-03-11,308.417,cpi\n2024-01-01,2024-03-12T08:30:00-04:00,9999-12-31,308.5,CPI\n",
    ),
    (
        "vintages",
        "bars.csv",
        "observation_date,GDP_20200227,GDP_20200130\n2019-07-01,21542.540,21542.540\n2019-10-01,21726.779,21734.266\n",
    ),
    (
        "fred",
        "bars.csv",
        "observation_date,DGS10,DGS2\n2024-01-02,3.95,4.33\n2024-01-03,3.91,4.33\n2024-01-04,.,4.38\n",
    ),
    ("treasury", "bars.csv", "Date,\"1 Mo\",\"1.5 Month\",\"2 Yr\"\n01/03/2024,5.5,5.4,4.3\n01/04/2024,5.5,5.4,4.3\n"),
    ("treasury", "bars.csv", "Time Period,1month,3month,30year\n2017-03-28,0.0076,0.0078,0.0299\n"),
    (
        "onchain",
        "btc-onchain.csv",
        "time,AdrActCnt,asset,HashRate\n2024-01-01,900000,btc,5e8\n2024-01-02,910000,btc,5.1e8\n",
    ),
    ("onchain", "bars.csv", "Timestamp,hash-rate\n2024-01-01 00:00:00,5e8\n"),
    ("series-csv", "bars.csv", "Date,vix\n2014-01-03,13.76\n2014-01-06,\n2014-01-07,12.92\n"),
    (
        "prints",
        "bars.csv",
        "executed_at,option_symbol,price,size,bid,ask\n2024-01-03T14:31:00.5Z,SPY240119C00470000,5.1,20,5.0,5.1\n2024-01-03T14:31:00.5Z,SPY240119C00470000,5.1,20,5.0,5.1\n",
    ),
    (
        "prints",
        "bars.csv",
        "time,symbol,expiry,strike,type,price,contracts\n2024-01-03 14:31:00.5,spy,2024-01-19,470,call,5.1,20\n",
    ),
    (
        "quotes",
        "eurusd-fxcm.csv",
        "Gmt time,Ask,Bid,AskVolume,BidVolume\n04.01.2021 00:00:00.123,1.2239,1.2236,0.75,1.5\n",
    ),
    ("quotes", "bars.csv", "time,symbol,bid,ask,bid_qty\n1704292260000,spy,1,2,3\n1704292260001,qqq,1,2,3\n"),
];
