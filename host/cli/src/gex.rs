//! `tapewright gex`: gamma exposure of chains, from files or over the history that a store keeps.

use std::path::PathBuf;

use anyhow::{Context, anyhow};
use clap::ValueEnum;
use serde_json::{Map, Value, json};
use tapewright_market::{
    Chain, DealerConvention, Expired, GexOptions, GexProfile, ImportOptions, OptionColumns, Store, gex_profile,
    read_chains,
};
use tapewright_model::{Frame, Symbol, Time};
use tapewright_report::{ExposureRow, exposure_page};

use crate::args::{Args, ConventionArg, Gex, GexCommand, GexHistory, GexView};
use crate::failure::{Failure, Outcome};
use crate::screen::Screen;
use crate::setting;
use crate::summary::table;

/// Strikes and expiries that a table shows; JSON and the page have all.
const ROWS_SHOWN: usize = 12;

pub(crate) fn gex(args: &Args, wanted: &Gex) -> Result<Outcome, Failure> {
    if let Some(GexCommand::History(history)) = &wanted.command {
        return of_store(args, history);
    }
    let symbol = wanted.symbol.as_deref().map(Symbol::new).transpose()?;
    let options = ImportOptions { symbol, format: wanted.format.clone(), ..ImportOptions::default() };
    let mut chains = read_chains(&wanted.chains, &options)?;
    let first = chains.first().map(|chain| chain.symbol.clone());
    if let Some(other) = chains.iter().find(|chain| Some(&chain.symbol) != first.as_ref()) {
        let first = first.map_or(String::new(), |first| first.to_string());
        return Err(Failure::input(anyhow!(
            "these are chains of {first} and of {}\nhint: name those of one underlying",
            other.symbol
        )));
    }
    let at = wanted.view.at.unwrap_or(Time::MAX);
    chains.retain(|chain| chain.known_time <= at);
    // as the file has them; what plugins read, and a history, is what holds from then on
    show(chains, &wanted.view, Expired::Counted)
}

fn of_store(args: &Args, wanted: &GexHistory) -> Result<Outcome, Failure> {
    let folder = setting::data(args, &wanted.data)?;
    let store = Store::open(&folder)?
        .ok_or_else(|| Failure::input(anyhow!("{} is no store\nhint: tapewright import", wanted.data.display())))?;
    let symbol = Symbol::new(&wanted.symbol)?;
    let at = wanted.view.at.unwrap_or(Time::MAX);
    let known: Vec<(Time, PathBuf)> = store.chains(&symbol)?.into_iter().filter(|(known, _)| *known <= at).collect();
    let chains = known.iter().map(|(_, path)| store.chain(path)).collect::<Result<Vec<_>, _>>()?;
    if chains.is_empty() {
        let known: Vec<String> = store.chain_symbols()?.iter().map(ToString::to_string).collect();
        let why = if known.is_empty() { "no chains".to_owned() } else { format!("chains of {}", known.join(", ")) };
        return Err(Failure::input(anyhow!("no chain of {symbol} was known then: the store holds {why}")));
    }
    show(chains, &wanted.view, Expired::Dropped)
}

fn show(chains: Vec<Chain>, view: &GexView, expired: Expired) -> Result<Outcome, Failure> {
    let Some(last) = chains.last() else {
        return Err(Failure::input(anyhow!(
            "no chain was known at --at {}",
            view.at.map_or(String::new(), |at| at.to_string())
        )));
    };
    if let Some(spot) = view.spot.filter(|spot| !(spot.is_finite() && *spot > 0.0)) {
        return Err(Failure::input(anyhow!("--spot {spot}: wanted a positive price")));
    }
    let options = options(view, expired);
    let profile = gex_profile(last, &options);
    // a price that is given is that of the chain which is shown
    let mut columns = OptionColumns::new(GexOptions { spot: None, ..options });
    for chain in &chains {
        columns.push(chain)?;
    }
    let history = columns.finish()?;
    let mut screen = Screen::new();
    if view.json {
        screen.line(format!("{:#}", as_json(&profile, &history, view.convention, options.expired)))?;
    } else {
        text(&mut screen, &profile, &history, options.expired)?;
    }
    if let Some(path) = &view.html {
        let page = exposure_page(&profile, &rows(&history, &chains));
        std::fs::write(path, page).with_context(|| path.display().to_string()).map_err(Failure::input)?;
        if !view.json {
            screen.line(format!("\npage: {}", path.display()))?;
        }
    }
    screen.finish()?;
    Ok(Outcome::Done)
}

fn options(view: &GexView, expired: Expired) -> GexOptions {
    let convention = match view.convention {
        ConventionArg::CallsLong => DealerConvention::LongCallsShortPuts,
        ConventionArg::Short => DealerConvention::ShortBoth,
        ConventionArg::Long => DealerConvention::LongBoth,
    };
    GexOptions {
        spot: view.spot,
        convention,
        expiries: view.expiries,
        rate: view.rate,
        dividend_yield: view.dividends,
        expired: view.expired.map_or(expired, Expired::from),
    }
}

fn value(frame: &Frame, name: &str, row: usize) -> f64 {
    frame.index(name).and_then(|column| frame.column(column).get(row).copied()).unwrap_or(f64::NAN)
}

fn rows(history: &Frame, chains: &[Chain]) -> Vec<ExposureRow> {
    let row = |(row, chain): (usize, &Chain)| ExposureRow {
        time: history.times().get(row).map_or(f64::NAN, |time| *time as f64 / Time::SECOND as f64),
        spot: chain.spot,
        total: value(history, "gex.total", row),
        flip: value(history, "gex.flip", row),
        call_wall: value(history, "gex.call_wall", row),
        put_support: value(history, "gex.put_support", row),
    };
    chains.iter().enumerate().map(row).collect()
}

/// The columns of the last chain under their own names, with the spot that was given; strikes and expiries; a row for
/// every chain.
fn as_json(profile: &GexProfile, history: &Frame, convention: ConventionArg, expired: Expired) -> Value {
    let rows = history.times().len();
    let row = |row: usize| -> Map<String, Value> {
        let time = history.times().get(row).map(|time| ("known_time".to_owned(), json!(Time(*time).to_string())));
        let columns = history.names().iter().map(|name| (name.clone(), json!(number(value(history, name, row)))));
        time.into_iter().chain(columns).collect()
    };
    let mut all = Map::new();
    let head = json!({
        "symbol": profile.symbol.to_string(), "event_time": profile.event_time.to_string(),
        "known_time": profile.known_time.to_string(), "spot": number(profile.spot),
        "convention": convention.to_possible_value().map(|value| value.get_name().to_owned()),
        "unit": "dollars for a move of 1 %",
        "expired": json!({ "counted": expired == Expired::Counted, "total": number(profile.expired) }),
    });
    all.extend(head.as_object().cloned().unwrap_or_default());
    all.extend(rows.checked_sub(1).map(row).unwrap_or_default());
    for (name, value) in of_profile(profile) {
        all.insert(name.to_owned(), json!(number(value)));
    }
    let strikes = profile.strikes.iter().map(|at| {
        json!({ "strike": at.strike, "call": number(at.call), "put": number(at.put), "net": number(at.net),
            "open_interest_call": number(at.open_interest_call), "open_interest_put": number(at.open_interest_put) })
    });
    let expiries = profile.expiries.iter().map(|at| {
        json!({ "expiry": day(at.expiry), "days": at.days, "call": number(at.call), "put": number(at.put), "net": number(at.net) })
    });
    let curve = profile.curve.iter().map(|at| json!({ "price": at.price, "total": number(at.total) }));
    all.insert("strikes".to_owned(), strikes.collect());
    all.insert("expiries".to_owned(), expiries.collect());
    all.insert("curve".to_owned(), curve.collect());
    all.insert("gammas".to_owned(), json!(profile.counts));
    all.insert("history".to_owned(), (0..rows).map(row).map(Value::Object).collect());
    Value::Object(all)
}

/// What no number is has no place in JSON.
fn number(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

/// The profile's own figures by the names of their columns.
fn of_profile(profile: &GexProfile) -> [(&'static str, f64); 12] {
    [
        ("gex.total", profile.total),
        ("gex.flip", profile.flip),
        ("gex.flip_distance", profile.flip_distance),
        ("gex.call_wall", profile.call_wall),
        ("gex.put_support", profile.put_support),
        ("gex.regime", profile.regime),
        ("gex.call", profile.call),
        ("gex.put", profile.put),
        ("gex.delta", profile.delta),
        ("gex.concentration", profile.concentration),
        ("gex.days_to_expiry", profile.days_to_expiry),
        ("gex.zero_dte", profile.zero_dte),
    ]
}

fn day(days: i32) -> String {
    Time(i64::from(days) * Time::DAY).to_string().chars().take(10).collect()
}

fn text(screen: &mut Screen, profile: &GexProfile, history: &Frame, expired: Expired) -> Result<(), Failure> {
    let price = |value: f64| if value.is_nan() { "–".to_owned() } else { format!("{value:.2}") };
    screen.line(format!("{} as quoted {}, known {}", profile.symbol, profile.event_time, profile.known_time))?;
    let percent = |value: f64| if value.is_nan() { String::new() } else { format!(" ({:+.2} % away)", value * 100.0) };
    screen.line(format!(
        "total {} for a move of 1 % (calls {}, puts {})\nspot {}  flip {}{}  call wall {}  put support {}",
        dollars(profile.total),
        dollars(profile.call),
        dollars(profile.put),
        price(profile.spot),
        price(profile.flip),
        percent(-profile.flip_distance),
        price(profile.call_wall),
        price(profile.put_support),
    ))?;
    if profile.expired != 0.0 && profile.expired.is_finite() {
        let (which, hint) = match expired {
            Expired::Counted => ("of which", "; --expired dropped leaves them out"),
            Expired::Dropped => ("without", ""),
        };
        let amount = dollars(profile.expired);
        screen.line(format!("{which} {amount} on options that had expired when they were quoted{hint}"))?;
    }
    let counts = &profile.counts;
    screen.line(format!(
        "gamma of {} options from the file, of {} from its volatility, of {} from a price; {} have none",
        counts.file, counts.iv, counts.solved, counts.none
    ))?;
    let last = history.times().len().saturating_sub(1);
    let others: Vec<String> = history
        .names()
        .iter()
        .filter(|name| !name.starts_with("gex."))
        .map(|name| (name, value(history, name, last)))
        .filter(|(_, value)| value.is_finite())
        .map(|(name, value)| format!("{name} {value:.4}"))
        .collect();
    if !others.is_empty() {
        screen.line(others.join("  "))?;
    }
    let mut largest: Vec<_> = profile.strikes.iter().collect();
    largest.sort_by(|a, b| b.net.abs().total_cmp(&a.net.abs()));
    largest.truncate(ROWS_SHOWN);
    largest.sort_by(|a, b| b.strike.total_cmp(&a.strike));
    let mut strikes = table(["strike", "net", "calls", "puts", "open calls", "open puts"]);
    for at in largest {
        let count = |value: f64| if value.is_nan() { "–".to_owned() } else { format!("{value:.0}") };
        strikes.add_row([
            at.strike.to_string(),
            dollars(at.net),
            dollars(at.call),
            dollars(at.put),
            count(at.open_interest_call),
            count(at.open_interest_put),
        ]);
    }
    screen.line(format!("\nthe {} strikes with most:", strikes.row_count()))?;
    screen.line(strikes.trim_fmt())?;
    let mut expiries = table(["expiry", "days", "net", "calls", "puts"]);
    for at in profile.expiries.iter().take(ROWS_SHOWN) {
        expiries.add_row([day(at.expiry), at.days.to_string(), dollars(at.net), dollars(at.call), dollars(at.put)]);
    }
    screen.line("")?;
    screen.line(expiries.trim_fmt())?;
    crate::import::more(screen, profile.expiries.len(), ROWS_SHOWN, "expiries")?;
    if history.times().len() > 1 {
        let mut rows = table(["known", "total", "flip", "call wall", "put support", "iv.atm30"]);
        for (row, time) in history.times().iter().enumerate() {
            let of = |name| value(history, name, row);
            let iv = of("iv.atm30");
            rows.add_row([
                Time(*time).to_string(),
                dollars(of("gex.total")),
                price(of("gex.flip")),
                price(of("gex.call_wall")),
                price(of("gex.put_support")),
                if iv.is_nan() { "–".to_owned() } else { format!("{iv:.4}") },
            ]);
        }
        screen.line("")?;
        screen.line(rows.trim_fmt())?;
    }
    Ok(())
}

/// Dollars in the unit that fits: `-0.77 bn`.
fn dollars(value: f64) -> String {
    match value.abs() {
        _ if value.is_nan() => "–".to_owned(),
        large if large >= 1e9 => format!("{:.4} bn", value / 1e9),
        large if large >= 1e6 => format!("{:.2} m", value / 1e6),
        large if large >= 1e3 => format!("{:.2} k", value / 1e3),
        _ => format!("{value:.2}"),
    }
}
