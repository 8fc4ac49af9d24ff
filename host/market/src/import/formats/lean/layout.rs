//! How a file of Lean is laid out and of which market it is, from its path and its first lines.
//!
//! Promises that a market is sure only when a folder names it, or when hundreds of whole numbers can hardly be anything
//! but prices of equities × 10,000.
//! Refuses to know: what the rows are worth.

use crate::import::cells::number;
use crate::import::source::Head;
use crate::import::stamp::{Dates, Forms, Reading, Stamp};
use tapewright_model::Time;

/// Which market a file is of, and so how it is scaled and stamped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Market {
    Equity,
    Index,
    Forex,
    Crypto,
}

/// What the first cell of a line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grain {
    /// `20200102 00:00`: a day.
    Days,
    /// `20200102 09:00`: an hour.
    Hours,
    /// Milliseconds since the midnight of a day that the file's name says; bars of so many ns.
    Within { day: i32, span: i64 },
}

/// How lines are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) grain: Grain,
    /// Bid and ask, eleven cells, instead of trades, six.
    pub(super) quotes: bool,
}

/// Lines of equities that make it sure that they are: half a year of days, half a day of minutes.
const SURE_LINES: usize = 100;

/// The layout of a file; `None` when it is not one of Lean's.
pub(super) fn layout(head: &Head<'_>) -> Option<Layout> {
    let named = of_name(head.name.rsplit_once('.').map_or(head.name.as_str(), |(stem, _)| stem));
    let of_line = |line: &str| {
        let (first, rest) = line.split_once(',')?;
        let quotes = match rest.split(',').count() {
            5 => false,
            10 => true,
            _ => return None,
        };
        let values = rest.split(',').all(|cell| number(cell.trim().as_bytes()).is_ok());
        // a name may lie, and then the line has a date of its own
        let within = first.len() <= 8 && first.bytes().all(|byte| byte.is_ascii_digit());
        let grain = match &named {
            Some((_, grain)) if within => Some(*grain),
            _ => hour(first).map(|hour| if hour == 0 { Grain::Days } else { Grain::Hours }),
        };
        values.then_some(Layout { grain: grain?, quotes })
    };
    let first = of_line(head.lines().next()?)?;
    let hours = match folder(head, |word| ["hour", "daily"].iter().find(|known| **known == word).copied()) {
        Some(word) => word == "hour",
        None => {
            first.grain == Grain::Hours || head.lines().filter_map(of_line).any(|layout| layout.grain == Grain::Hours)
        }
    };
    Some(match first.grain {
        Grain::Within { .. } => first,
        _ if hours => Layout { grain: Grain::Hours, ..first },
        _ => Layout { grain: Grain::Days, ..first },
    })
}

/// The hour of `20200102 09:00`: Lean writes whole ones.
fn hour(cell: &str) -> Option<u32> {
    let (date, clock) = cell.split_once(' ')?;
    let reads = date.len() == 8 && day(date).is_some();
    reads.then(|| clock.strip_suffix(":00")?.parse().ok().filter(|hour| *hour < 24)).flatten()
}

/// The ticker and the grain of `20140605_aapl_minute_trade`.
pub(super) fn of_name(stem: &str) -> Option<(&str, Grain)> {
    let (date, rest) = stem.split_once('_')?;
    let rest = rest.strip_suffix("_trade").or_else(|| rest.strip_suffix("_quote"))?;
    let (ticker, span) = match (rest.strip_suffix("_minute"), rest.strip_suffix("_second")) {
        (Some(ticker), _) => (ticker, 60 * Time::SECOND),
        (_, Some(ticker)) => (ticker, Time::SECOND),
        _ => return None,
    };
    Some((ticker, Grain::Within { day: day(date).filter(|_| date.len() == 8)?, span }))
}

fn day(date: &str) -> Option<i32> {
    let mut dates = Dates::new(Forms { compact: true, named_hours: false });
    match dates.read(date.as_bytes(), None, 0) {
        Ok(Reading::One(Stamp::Day(day))) => Some(day),
        _ => None,
    }
}

/// The market that a folder names, the innermost first: `equity/usa/daily`, `lean/fx-hour`. `Some(None)` for a market
/// whose bars are not read.
pub(super) fn market(head: &Head<'_>) -> Option<Option<Market>> {
    folder(head, |word| match word {
        "equity" => Some(Some(Market::Equity)),
        "index" => Some(Some(Market::Index)),
        "forex" | "fx" | "cfd" => Some(Some(Market::Forex)),
        "crypto" | "cryptofuture" => Some(Some(Market::Crypto)),
        "option" | "indexoption" | "futureoption" | "future" => Some(None),
        _ => None,
    })
}

/// What the innermost folder with a word that means something means.
fn folder<T>(head: &Head<'_>, meaning: impl Fn(&str) -> Option<T>) -> Option<T> {
    let folders = head.path.parent()?.iter().rev().map(|folder| folder.to_string_lossy().to_lowercase());
    folders.into_iter().find_map(|folder| folder.split(|mark: char| !mark.is_alphanumeric()).find_map(&meaning))
}

/// Whether some word of the path, the file's name included, is this one.
pub(super) fn names(shown: &str, word: &str) -> bool {
    shown.to_lowercase().split(|mark: char| !mark.is_alphanumeric()).any(|part| part == word)
}

/// What the numbers say about being prices × 10,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scale {
    /// A price with a point: one line at least is not.
    Point,
    /// Hundreds of whole numbers, most of them no cents: they are not.
    NoCents,
    /// They can hardly be anything else.
    Scaled,
    /// They may be.
    Open,
}

/// Prices of equities × 10,000 are whole, and cents make them multiples of 100; volumes are whole shares. Whole dollars
/// throughout would look like whole prices of something else.
pub(super) fn scale(head: &Head<'_>, layout: Layout) -> Scale {
    let (mut lines, mut prices, mut cents, mut dollars) = (0, 0, 0, 0);
    let mut whole_volumes = true;
    for line in head.lines() {
        let cells: Vec<&str> = line.split(',').skip(1).map(str::trim).collect();
        if cells.len() != if layout.quotes { 10 } else { 5 } {
            continue;
        }
        lines += 1;
        for (at, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let Some(value) = cell.parse::<u64>().ok() else {
                if at % 5 == 4 {
                    whole_volumes = false;
                    continue;
                }
                return Scale::Point;
            };
            if at % 5 != 4 {
                prices += 1;
                cents += usize::from(value >= 1_000 && value % 100 == 0);
                dollars += usize::from(value % 10_000 == 0);
            }
        }
    }
    let sure = lines >= SURE_LINES && whole_volumes && cents * 10 >= prices * 9 && dollars * 2 < prices;
    match lines >= SURE_LINES && cents * 2 < prices {
        true => Scale::NoCents,
        false if sure => Scale::Scaled,
        false => Scale::Open,
    }
}

/// The earliest time of day in the first lines, in ms.
pub(super) fn earliest(head: &Head<'_>, grain: Grain) -> Option<i64> {
    let first = |line: &str| {
        let cell = line.split(',').next()?;
        match grain {
            Grain::Within { .. } => cell.parse().ok(),
            Grain::Days | Grain::Hours => Some(i64::from(hour(cell)?) * 3_600_000),
        }
    };
    head.lines().filter_map(first).min()
}
