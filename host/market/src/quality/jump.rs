//! Overnight moves that a split explains, where no split is known.

use tapewright_model::Time;

use super::series::{Prices, Row};
use crate::calendar::{Calendar, Days};
use crate::civil::date_of;
use crate::factors::Factor;

/// How many shares one became, in the splits that companies have made.
const SPLITS: [f64; 14] = [2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0, 15.0, 20.0, 25.0, 30.0, 50.0, 100.0];
/// How far, relative to it, a move may be from a split: what else a share does in a day.
const NEAR: f64 = 0.1;
/// Overnight moves of less are left to the market: a 3-for-2 split (33 %) looks like a bad quarter.
const MOVE_MIN: f64 = 0.4;

/// Rows further apart are of no overnight move: a halt for a split takes a day.
const APART_MAX: i64 = 10 * Time::DAY;

/// Remembers the last close.
pub(super) struct Jump {
    days: Days,
    /// Currencies and coins know no splits.
    splits: bool,
    factors: Vec<Factor>,
    last: Option<Last>,
}

#[derive(Clone, Copy)]
struct Last {
    known: i64,
    day: i32,
    close: f64,
    new: bool,
}

impl Jump {
    pub(super) fn new(calendar: Option<Calendar>, factors: Vec<Factor>) -> Jump {
        let splits = !matches!(calendar, Some(Calendar::Forex | Calendar::Always));
        Jump { days: Days::new(calendar.unwrap_or(Calendar::Always)), splits, factors, last: None }
    }

    /// What there is to say about the move from the last close to this row.
    pub(super) fn look(&mut self, row: &Row<'_>, prices: &Prices) -> Option<String> {
        let close = row.value(prices.close);
        if close.is_nan() {
            return None;
        }
        let new = row.place.file.is_some();
        let day = self.days.of(row.known).day;
        let last = self.last.replace(Last { known: row.known, day, close, new })?;
        let open = row.value(prices.open);
        let open = if open.is_nan() { close } else { open };
        let apart = row.known.saturating_sub(last.known);
        if day == last.day || apart > APART_MAX || !(new || last.new) || (open / last.close - 1.0).abs() < MOVE_MIN {
            return None;
        }
        let (fell, ratio) = if last.close > close { (true, last.close / close) } else { (false, close / last.close) };
        // a forward split lets the price fall by its ratio, a reverse one rise
        let near = |split: &&f64| (ratio / **split - 1.0).abs() <= NEAR;
        let split = SPLITS.iter().min_by(|a, b| (ratio / **a - 1.0).abs().total_cmp(&(ratio / **b - 1.0).abs()));
        let split = split.filter(near)?;
        // a day may end hours after the session whose end the factor names
        let known = |factor: &Factor| {
            factor.split != 1.0
                && factor.known_time.0 < row.known
                && factor.known_time.0 > last.known.saturating_sub(Time::DAY)
        };
        if self.factors.iter().any(known) {
            return None;
        }
        let days = format!("between {} and {}", date_of(last.day), date_of(day));
        if !self.splits {
            return Some(format!("from {} to {close} {days}: it looks like prices in another unit", last.close));
        }
        let split = if fell { format!("{split}-for-1") } else { format!("1-for-{split}") };
        Some(format!(
            "from {} to {close} {days}: it looks like a {split} split without a factor\n\
             hint: name the file of its splits with --factors",
            last.close,
        ))
    }
}
