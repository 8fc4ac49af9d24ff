//! Whether it knows where its rows come from: it is shown them under another name, in other years, at another scale.
//!
//! A skill that vanishes then was memory. What stays may still be memory that this disguise does not hide.

use std::collections::BTreeSet;

use tapewright_engine::OpenError;
use tapewright_model::{Detection, Symbol, Time};
use tapewright_replay::Shown;

use crate::check::Case;
use crate::property::{Line, Property};
use crate::subject::Subject;

/// Twenty-eight years, after which the calendar of weekdays and leap years comes again (from 1901 to 2099).
const LATER_DAYS: i64 = 10_227;
/// A power of two: prices times it are exact.
const SCALE: f64 = 4.0;

pub(crate) fn line(case: &Case<'_>, prices: &[bool]) -> Result<Line, OpenError> {
    let names: Result<Vec<Symbol>, _> =
        (1..=case.subject.opening.symbols.len()).map(|number| Symbol::new(&format!("BLIND{number}"))).collect();
    let Ok(names) = names else { return Ok(Line::told(Property::Blind, "too many instruments to rename")) };
    let shown = disguised(case.subject.shown, prices);
    let subject = Subject {
        opening: tapewright_engine::Opening { symbols: &names, ..case.subject.opening },
        shown: &shown,
        ..case.subject
    };
    let blind = subject.says(1)?;
    let key = |said: &Detection| (said.row, said.instrument, said.pattern, said.direction.word());
    let seen: Vec<_> = case.alone.detections.iter().map(|(said, _)| key(said)).collect();
    let unseen: Vec<_> = blind.detections.iter().map(|(said, _)| key(said)).collect();
    if seen == unseen && blind.rows == case.alone.rows {
        let why =
            format!("{} detections, the same under another name, 28 years later, at 4 times the price", seen.len());
        return Ok(Line::pass(Property::Blind, why));
    }
    let known: BTreeSet<_> = unseen.iter().collect();
    let stayed = seen.iter().filter(|said| known.contains(said)).count();
    let at = seen.iter().zip(&unseen).position(|(a, b)| a != b).unwrap_or(seen.len().min(unseen.len()));
    let row = seen.get(at).or(unseen.get(at)).map_or(0, |said| said.0);
    let row = usize::try_from(row).unwrap_or(usize::MAX);
    let why = format!(
        "of {} detections {stayed} stay when it cannot know its rows; row {row}: {} | blind {}",
        seen.len(),
        case.alone.shown(row),
        blind.shown(row)
    );
    Ok(Line::fail(Property::Blind, why))
}

fn disguised(shown: &Shown, prices: &[bool]) -> Shown {
    let later = |time: &i64| time.saturating_add(LATER_DAYS * Time::DAY);
    let scaled = |(column, is_price): (&Vec<f64>, &bool)| {
        column.iter().map(|value| if *is_price { value * SCALE } else { *value }).collect()
    };
    Shown {
        times: shown.times.iter().map(later).collect(),
        columns: shown.columns.iter().zip(prices).map(scaled).collect(),
    }
}
