//! `onchain`: daily numbers of a blockchain: Coin Metrics (`time,AdrActCnt,…`), Blockchain.com (`Timestamp,hash-rate`), or
//! any table whose file has `onchain` in its name.
//!
//! Columns are called `onchain.adr_act_cnt`, `onchain.hash_rate`. The numbers of a day are known when it has ended
//! (UTC): a node of one's own has them then. Vendors publish them hours later and revise some; a file does not tell when.
//! The symbol is that of the column `asset`, `BTC` for Blockchain.com, or the file's name.

use crate::error::MarketError;
use crate::import::daily::{Daily, as_written};
use crate::import::format::{Fit, Format, Hints};
use crate::import::heading::Heading;
use crate::import::named::{Sheet, Symbols, column_name};
use crate::import::rows::Rows;
use crate::import::source::{Head, Source};

/// Names of the day, letters and digits alone.
const DATE: &[&str] = &["date", "time", "timestamp", "day"];
const ASSET: &[&str] = &["asset", "symbol", "coin"];
/// Columns that make a table one of bars.
const BARS: &[&str] = &["open", "high", "low", "close"];
/// Of Coin Metrics, in its own case; one of them is enough.
const COIN_METRICS: [&str; 24] = [
    "AdrActCnt",
    "AdrBalCnt",
    "BlkCnt",
    "BlkSizeByte",
    "BlkSizeMeanByte",
    "CapMVRVCur",
    "CapMrktCurUSD",
    "CapRealUSD",
    "DiffLast",
    "DiffMean",
    "FeeMeanUSD",
    "FeeTotNtv",
    "FeeTotUSD",
    "FlowInExNtv",
    "FlowInExUSD",
    "FlowOutExNtv",
    "FlowOutExUSD",
    "HashRate",
    "IssTotNtv",
    "IssTotUSD",
    "SplyCur",
    "TxCnt",
    "TxTfrCnt",
    "TxTfrValAdjUSD",
];
/// Of Blockchain.com.
const BLOCKCHAIN_COM: [&str; 14] = [
    "hash-rate",
    "difficulty",
    "n-transactions",
    "n-transactions-per-block",
    "n-unique-addresses",
    "estimated-transaction-volume-usd",
    "mempool-size",
    "mempool-count",
    "miners-revenue",
    "transaction-fees",
    "transaction-fees-usd",
    "total-bitcoins",
    "mvrv",
    "nvt",
];

pub(crate) struct Onchain;

impl Format for Onchain {
    fn name(&self) -> &'static str {
        "onchain"
    }

    fn summary(&self) -> &'static str {
        "daily on-chain metrics: time,AdrActCnt,… or Timestamp,hash-rate, or a file named …onchain…"
    }

    fn fits(&self, head: &Head<'_>) -> Fit {
        let Some(heading) = Heading::of_head(head) else { return Fit::No };
        let named = called_onchain(&head.name);
        let known = heading.names().any(|name| COIN_METRICS.contains(&name) || BLOCKCHAIN_COM.contains(&name));
        if (named || known) && heading.has(DATE) && !heading.has(BARS) { Fit::Exact } else { Fit::No }
    }

    fn read(&self, source: &Source, hints: &Hints, rows: &mut dyn Rows) -> Result<(), MarketError> {
        let mut sheet = Sheet::open(source)?;
        let heading = sheet.heading();
        let Some(date) = heading.find(DATE) else {
            return Err(source.fail_at(1, format!("it has no column of dates: {}", heading.shown())));
        };
        let asset = heading.find(ASSET);
        let mut columns: Vec<(usize, String)> = Vec::new();
        for (at, name) in heading.names().enumerate().filter(|(at, _)| *at != date && Some(*at) != asset) {
            let column = column_name(&snake(name)).map(|column| format!("onchain.{column}"));
            let column = column.ok_or_else(|| source.fail_at(1, format!("column {} has no name: `{name}`", at + 1)))?;
            if columns.iter().any(|(_, known)| *known == column) {
                return Err(source.fail_at(1, format!("column `{column}` stands twice")));
            }
            columns.push((at, column));
        }
        let bitcoin = heading.names().any(|name| BLOCKCHAIN_COM.contains(&name));
        let stem = source.stem().to_lowercase();
        let named = stem.replace("on-chain", "").replace("onchain", "");
        let named = named.trim_matches(['-', '_', ' ', '.']);
        let mut symbols = Symbols::or(if bitcoin { "BTC" } else { named }, hints);
        let mut daily = Daily::of(date, columns, None);
        while sheet.advance()? {
            let symbol = symbols.of(&sheet.text(asset));
            daily.row(&sheet, rows, symbol, as_written)?;
        }
        Ok(())
    }
}

fn called_onchain(name: &str) -> bool {
    name.contains("onchain") || name.contains("on-chain")
}

/// `TxTfrValAdjUSD` as `Tx_Tfr_Val_Adj_USD`.
fn snake(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut parted = String::new();
    for (at, c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| chars.get(at));
        let next_is_lower = chars.get(at + 1).is_some_and(char::is_ascii_lowercase);
        let begins = before.is_some_and(|before| {
            before.is_ascii_lowercase() || (next_is_lower && (before.is_ascii_uppercase() || before.is_ascii_digit()))
        });
        if c.is_ascii_uppercase() && begins {
            parted.push('_');
        }
        parted.push(*c);
    }
    parted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::heard::{fit, hear, released, rubbish};

    #[test]
    fn metrics_have_our_names_and_days() {
        let text = "asset,time,AdrActCnt,CapMVRVCur,TxTfrValAdjUSD\n\
            btc,2024-01-03T00:00:00.000000000Z,900123,2.1,\neth,2024-01-03,5,,7\nbtc,2024-01-04 10:00,1,1,1\n";
        let heard = hear(&Onchain, "metrics.csv", text);
        let symbols: Vec<&str> = heard.series.iter().map(|shape| shape.key.symbol.as_str()).collect();
        assert_eq!(symbols, ["BTC", "ETH"]);
        assert_eq!(
            heard.series[0].columns,
            ["onchain.adr_act_cnt", "onchain.cap_mvrv_cur", "onchain.tx_tfr_val_adj_usd"]
        );
        assert_eq!(
            (heard.rows[0].2, &heard.rows[0].3[..2]),
            (released("2024-01-03", "2024-01-04"), &[900_123.0, 2.1][..])
        );
        assert_eq!(heard.unreadable[0].0, 4);
        let heard = hear(&Onchain, "hash-rate.csv", "Timestamp,hash-rate\n2024-01-03 00:00:00,5.1e8\n");
        assert_eq!(heard.series[0].key.symbol.as_str(), "BTC");
        assert_eq!(heard.series[0].columns, ["onchain.hash_rate"]);
        let heard = hear(&Onchain, "eth_onchain.csv", "date,Gas Used\n2024-01-03,1\n");
        assert_eq!(heard.series[0].key.symbol.as_str(), "ETH");
        assert_eq!(heard.series[0].columns, ["onchain.gas_used"]);
        assert_eq!(fit(&Onchain, "eth.csv", "date,Gas Used\n"), Fit::No);
        assert_eq!(fit(&Onchain, "eth.csv", "time,open,close,TxCnt\n"), Fit::No);
        rubbish(&Onchain, "onchain.csv", "date,x\n");
        rubbish(&Onchain, "onchain.csv", "");
    }

    #[test]
    fn capitals_part_words() {
        for (name, want) in [
            ("AdrActCnt", "Adr_Act_Cnt"),
            ("CapMVRVCur", "Cap_MVRV_Cur"),
            ("ROI1yr", "ROI1yr"),
            ("AdrBal1in100KCnt", "Adr_Bal1in100K_Cnt"),
            ("hash-rate", "hash-rate"),
        ] {
            assert_eq!(snake(name), want);
        }
    }
}
