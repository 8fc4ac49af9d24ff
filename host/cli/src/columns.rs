//! `tapewright columns`: what a plugin may read.

use serde_json::json;
use tapewright_market::{Market, OpenOptions, meaning};
use tapewright_model::Symbol;

use crate::args::{Args, Columns};
use crate::failure::{Failure, Outcome};
use crate::screen::Screen;
use crate::setting;
use crate::summary::table;

pub(crate) fn columns(args: &Args, wanted: &Columns) -> Result<Outcome, Failure> {
    let folder = setting::data(args, &wanted.dir)?;
    let market = Market::open(&[folder], &OpenOptions { timeframe: wanted.timeframe, ..OpenOptions::default() })?;
    let only = wanted.symbol.as_deref().map(Symbol::new).transpose()?;
    if let Some(only) = only.as_ref().filter(|only| market.columns(only).is_none()) {
        let known: Vec<&str> = market.instruments().map(Symbol::as_str).collect();
        return Err(Failure::input(anyhow::anyhow!("{only} is not in the data\nhint: it holds {}", known.join(", "))));
    }
    let chosen = || market.instruments().filter(|symbol| only.as_ref().is_none_or(|only| only == *symbol));
    let mut screen = Screen::new();
    let mut all = table(["column", "of", "unit", "first known", "meaning"]);
    for symbol in chosen() {
        for name in market.columns(symbol).unwrap_or_default() {
            let first = market.first_known(symbol, &name)?;
            let told = meaning(&name);
            if wanted.json {
                screen.line(json!({
                    "column": name, "symbol": symbol.to_string(), "unit": told.unit, "meaning": told.meaning,
                    "first_known": first.map(|first| first.to_string()),
                }))?;
                continue;
            }
            let told_by_clock = ["session.", "calendar."].iter().any(|clock| name.starts_with(clock));
            let nothing = if told_by_clock { "by the clock" } else { "–" };
            let first = first.map_or(nothing.to_owned(), |first| first.to_string());
            all.add_row([name.clone(), symbol.to_string(), told.unit.to_owned(), first, told.meaning.to_owned()]);
        }
    }
    if !wanted.json {
        screen.line(all.trim_fmt())?;
        screen.line("")?;
        for symbol in chosen() {
            let bars = market.timeframes(symbol);
            if bars.len() > 1 {
                let bars: Vec<String> =
                    bars.iter().map(|of| of.map_or("rows".to_owned(), |of| of.to_string())).collect();
                screen.line(format!(
                    "{symbol} has bars of {}; --timeframe shows the columns of others",
                    bars.join(", ")
                ))?;
            }
        }
        screen.line(
            "other bars: NAME:1d; another instrument: NAME@SYMBOL; since when a joined value holds: time:1d, time@SYMBOL",
        )?;
    }
    screen.finish()?;
    Ok(Outcome::Done)
}
