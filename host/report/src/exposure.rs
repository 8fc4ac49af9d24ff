//! Gamma exposure as one HTML file: by strike, by expiry, at other prices, and over time when there are several chains.
//!
//! Promises that the file holds everything it needs, asks the network for nothing and runs no script: the charts are
//! drawn here. Refuses to know how exposure is computed.

mod plot;

use std::fmt::Write;

use tapewright_market::GexProfile;

use plot::{Bars, Line, Mark, Plot};

/// Strikes farther from the spot than this share of it are in the totals and not in the picture.
const SHOWN: f64 = 0.12;
const CALL: &str = "var(--call)";
const PUT: &str = "var(--put)";
const NET: &str = "var(--ink)";

/// One chain of a series.
#[derive(Clone, Copy, Debug)]
pub struct ExposureRow {
    /// When it was known, seconds since 1970.
    pub time: f64,
    /// Of the underlying, dollars.
    pub spot: f64,
    /// Dollars for a move of 1 %.
    pub total: f64,
    /// Dollars.
    pub flip: f64,
    /// Dollars.
    pub call_wall: f64,
    /// Dollars.
    pub put_support: f64,
}

/// The page of one profile; with more than one row in `history` the way of the levels over time as well.
#[must_use]
pub fn exposure_page(profile: &GexProfile, history: &[ExposureRow]) -> String {
    let mut page = String::new();
    let symbol = escape(profile.symbol.as_str());
    let _ = write!(
        page,
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Gamma exposure of {symbol}</title>\
         <style>{}</style></head><body><h1>Gamma exposure of {symbol}</h1><p>as quoted {}; known {}; in dollars that dealers \
         trade against a move of 1 % (below zero: with it).</p>",
        include_str!("exposure/exposure.css"),
        profile.event_time,
        profile.known_time
    );
    page.push_str(&figures(profile));
    section(&mut page, "By strike", "calls above, puts below; the line is the net", &by_strike(profile));
    section(
        &mut page,
        "At other prices",
        "every option priced anew; the flip is where it crosses zero",
        &curve(profile),
    );
    section(&mut page, "By expiry", "calls above, puts below", &by_expiry(profile));
    if history.len() > 1 {
        section(&mut page, "Total over time", "one point a chain", &totals(history));
        section(&mut page, "Levels over time", "spot, flip, call wall and put support", &levels(history));
    }
    page.push_str("</body></html>\n");
    page
}

fn section(page: &mut String, title: &str, text: &str, plot: &str) {
    if !plot.is_empty() {
        let _ = write!(page, "<section><h2>{title}</h2><p>{text}</p>{plot}</section>");
    }
}

fn figures(profile: &GexProfile) -> String {
    let dollars = |value: f64| if value.is_nan() { "–".to_owned() } else { billions(value) };
    let price = |value: f64| if value.is_nan() { "–".to_owned() } else { format!("{value:.2}") };
    let share = |value: f64| if value.is_nan() { "–".to_owned() } else { format!("{:.1} %", value * 100.0) };
    let rows = [
        ("total", dollars(profile.total)),
        ("calls", dollars(profile.call)),
        ("puts", dollars(profile.put)),
        ("spot", price(profile.spot)),
        ("flip", price(profile.flip)),
        ("distance to it", share(profile.flip_distance)),
        ("call wall", price(profile.call_wall)),
        ("put support", price(profile.put_support)),
        ("expires today", share(profile.zero_dte)),
        (
            "open interest",
            if profile.open_interest.is_nan() { "–".to_owned() } else { format!("{:.0}", profile.open_interest) },
        ),
    ];
    let cell = |(name, value): (&str, String)| format!("<div><dt>{name}</dt><dd>{value}</dd></div>");
    format!("<dl>{}</dl>", rows.map(cell).concat())
}

fn by_strike(profile: &GexProfile) -> String {
    let near = |strike: f64| (strike / profile.spot - 1.0).abs() <= SHOWN;
    let strikes: Vec<_> = profile.strikes.iter().filter(|at| near(at.strike)).collect();
    if strikes.is_empty() {
        return String::new();
    }
    let part =
        |value: fn(&tapewright_market::StrikeGex) -> f64| strikes.iter().map(|at| (at.strike, value(at))).collect();
    Plot {
        bars: vec![Bars { color: CALL, points: part(|at| at.call) }, Bars { color: PUT, points: part(|at| at.put) }],
        lines: vec![Line { color: NET, name: "net", points: part(|at| at.net) }],
        marks: marks(profile),
        x: |value| format!("{value}"),
        y: billions,
    }
    .svg()
}

fn marks(profile: &GexProfile) -> Vec<Mark> {
    let all = [
        ("spot", profile.spot, NET),
        ("flip", profile.flip, "var(--flip)"),
        ("call wall", profile.call_wall, CALL),
        ("put support", profile.put_support, PUT),
    ];
    all.into_iter().filter(|(_, at, _)| at.is_finite()).map(|(name, at, color)| Mark { name, at, color }).collect()
}

fn curve(profile: &GexProfile) -> String {
    let points: Vec<(f64, f64)> = profile.curve.iter().map(|at| (at.price, at.total)).collect();
    if points.len() < 2 {
        return String::new();
    }
    let marks = marks(profile).into_iter().filter(|mark| ["spot", "flip"].contains(&mark.name)).collect();
    let lines = vec![Line { color: NET, name: "total", points }];
    Plot { bars: Vec::new(), lines, marks, x: |value| format!("{value}"), y: billions }.svg()
}

fn by_expiry(profile: &GexProfile) -> String {
    if profile.expiries.is_empty() {
        return String::new();
    }
    let part = |value: fn(&tapewright_market::ExpiryGex) -> f64| {
        profile.expiries.iter().map(|at| (f64::from(at.expiry) * 86_400.0, value(at))).collect()
    };
    Plot {
        bars: vec![Bars { color: CALL, points: part(|at| at.call) }, Bars { color: PUT, points: part(|at| at.put) }],
        lines: Vec::new(),
        marks: Vec::new(),
        x: day,
        y: billions,
    }
    .svg()
}

fn totals(history: &[ExposureRow]) -> String {
    let points = history.iter().map(|row| (row.time, row.total)).collect();
    let lines = vec![Line { color: NET, name: "total", points }];
    Plot { bars: Vec::new(), lines, marks: Vec::new(), x: day, y: billions }.svg()
}

fn levels(history: &[ExposureRow]) -> String {
    let line = |name: &'static str, color: &'static str, value: fn(&ExposureRow) -> f64| Line {
        color,
        name,
        points: history.iter().map(|row| (row.time, value(row))).collect(),
    };
    let lines = vec![
        line("spot", NET, |row| row.spot),
        line("flip", "var(--flip)", |row| row.flip),
        line("call wall", CALL, |row| row.call_wall),
        line("put support", PUT, |row| row.put_support),
    ];
    Plot { bars: Vec::new(), lines, marks: Vec::new(), x: day, y: |value| format!("{value}") }.svg()
}

/// The day of a moment in seconds.
fn day(seconds: f64) -> String {
    let time = tapewright_model::Time((seconds as i64).saturating_mul(tapewright_model::Time::SECOND));
    time.to_string().chars().take(10).collect()
}

/// Dollars in the unit that fits: `1.56 bn`.
fn billions(value: f64) -> String {
    let (unit, name) = match value.abs() {
        large if large >= 1e9 => (1e9, " bn"),
        large if large >= 1e6 => (1e6, " m"),
        large if large >= 1e3 => (1e3, " k"),
        _ => (1.0, ""),
    };
    let shown = format!("{:.3}", value / unit);
    format!("{}{name}", shown.trim_end_matches('0').trim_end_matches('.'))
}

/// Text that is no markup.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
