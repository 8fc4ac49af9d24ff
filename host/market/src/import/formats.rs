//! Every way of writing data down that is known, one file each.

pub(crate) mod alpaca;
pub(crate) mod binance;
mod cboe_csv;
mod cboe_json;
mod chain_csv;
pub(crate) mod cryptodatadownload;
mod dividends;
mod events;
mod fred;
pub(crate) mod headerless;
pub(crate) mod jsonl;
pub(crate) mod lean;
pub(crate) mod lean_factors;
mod lean_universe;
mod onchain;
pub(crate) mod parquet;
pub(crate) mod plain;
mod prints;
mod quotes;
mod series_csv;
pub(crate) mod stooq;
mod treasury;
mod vintages;
pub(crate) mod yahoo;

use super::format::Format;

/// All of them, those of bars first.
pub(crate) static FORMATS: &[&dyn Format] = &[
    &plain::Plain,
    &parquet::Parquet,
    &yahoo::Yahoo,
    &stooq::Stooq,
    &binance::Binance,
    &alpaca::Alpaca,
    &headerless::Headerless,
    &lean::LEAN_EQUITY,
    &lean::LEAN_INDEX,
    &lean::LEAN_FOREX,
    &lean::LEAN_CRYPTO,
    &lean_factors::LeanFactors,
    &cryptodatadownload::CryptoDataDownload,
    &jsonl::JsonLines,
    // option chains
    &cboe_csv::CboeCsv,
    &cboe_json::CboeJson,
    &lean_universe::LeanUniverse,
    &chain_csv::ChainCsv,
    // texts
    &events::Events,
    &dividends::Dividends,
    // numbers of a period
    &vintages::Vintages,
    &fred::Fred,
    &treasury::Treasury,
    &onchain::Onchain,
    &series_csv::SeriesCsv,
    // trades and quotes
    &prints::Prints,
    &quotes::Quotes,
];

#[cfg(test)]
mod tests;
