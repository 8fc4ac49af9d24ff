//! Of rows of one moment, those that the store will hold.
//!
//! A value that is missing says nothing: rows that differ only where one of them has none are one row. Two bars of one
//! moment cannot both be true. Of quotes the last of a moment is the one that stood. Of trades any number may fall into
//! one moment; the same trade in two files is one.

use std::collections::HashMap;

use super::merge::Group;
use crate::quality::Place;

/// What rows of one moment are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// One bar, or one release of a number.
    One,
    /// The last quote.
    Last,
    /// All trades.
    All,
}

/// Something that is to be said about a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Clash {
    /// It stands again, with the same values.
    Again { first: Place, again: Place },
    /// Two rows of one moment differ in a column.
    Differs { first: Place, second: Place, column: usize, values: (f64, f64) },
    /// It differs from what is stored.
    Stored { place: Place, column: usize, values: (f64, f64) },
}

/// One row that the store will hold.
#[derive(Clone, Debug, Default)]
pub(super) struct Resolved {
    pub(super) values: Vec<f64>,
    /// None of a file when it was stored and is what it was.
    pub(super) place: Place,
    /// What was stored before, if anything.
    pub(super) stored: Option<Vec<f64>>,
}

/// Decides about a group of several rows. Gives the rows to `take`, and counts those that were stored already.
pub(super) fn resolve(rule: Rule, group: &Group, clashes: &mut Vec<Clash>, take: &mut Vec<Resolved>) -> u64 {
    take.clear();
    if rule == Rule::All { all(group, take) } else { one(rule, group, clashes, take) }
}

fn one(rule: Rule, group: &Group, clashes: &mut Vec<Clash>, take: &mut Vec<Resolved>) -> u64 {
    let mut stored: Option<&[f64]> = None;
    let mut new: Option<(Vec<f64>, Place)> = None;
    for (place, row) in group.rows() {
        let Some(_) = place.file else {
            stored = Some(row);
            continue;
        };
        let Some((values, last)) = &mut new else {
            new = Some((row.to_vec(), place));
            continue;
        };
        match difference(values, row) {
            None if same(values, row) && rule == Rule::One => clashes.push(Clash::Again { first: *last, again: place }),
            Some((column, values)) if rule == Rule::One => {
                clashes.push(Clash::Differs { first: *last, second: place, column, values });
            }
            _ => {}
        }
        overlay(values, row);
        *last = place;
    }
    let Some((mut values, place)) = new else {
        // a store that holds a moment twice was not written here: its first row stands
        take.extend(stored.map(|row| Resolved {
            values: row.to_vec(),
            place: Place::default(),
            stored: Some(row.to_vec()),
        }));
        return 0;
    };
    let Some(stored) = stored else {
        take.push(Resolved { values, place, stored: None });
        return 0;
    };
    if let Some((column, values)) = difference(stored, &values) {
        clashes.push(Clash::Stored { place, column, values });
    }
    let mut whole = stored.to_vec();
    overlay(&mut whole, &values);
    values = whole;
    let known = same(stored, &values);
    let place = if known { Place::default() } else { place };
    take.push(Resolved { values, place, stored: Some(stored.to_vec()) });
    u64::from(known)
}

fn all(group: &Group, take: &mut Vec<Resolved>) -> u64 {
    let bits = |row: &[f64]| row.iter().map(|value| value.to_bits()).collect::<Vec<u64>>();
    let mut held: HashMap<Vec<u64>, usize> = HashMap::new();
    let mut stored: HashMap<Vec<u64>, usize> = HashMap::new();
    let mut of_file: HashMap<Vec<u64>, usize> = HashMap::new();
    let (mut file, mut known) = (None, 0);
    for (place, row) in group.rows() {
        let key = bits(row);
        let row = || Resolved { values: row.to_vec(), place, stored: None };
        if place.file.is_none() {
            *held.entry(key.clone()).or_default() += 1;
            *stored.entry(key).or_default() += 1;
            take.push(Resolved { stored: Some(row().values), ..row() });
            continue;
        }
        if file != place.file {
            file = place.file;
            of_file.clear();
        }
        let count = of_file.entry(key.clone()).or_default();
        *count += 1;
        known += u64::from(stored.get(&key).is_some_and(|stored| *count <= *stored));
        let held = held.entry(key).or_default();
        if *count > *held {
            *held += 1;
            take.push(row());
        }
    }
    known
}

/// The first column in which both rows have values that differ.
fn difference(a: &[f64], b: &[f64]) -> Option<(usize, (f64, f64))> {
    let both = a.iter().zip(b).enumerate();
    let mut differ = both.filter(|(_, (a, b))| !a.is_nan() && !b.is_nan() && a != b);
    differ.next().map(|(column, (a, b))| (column, (*a, *b)))
}

fn same(a: &[f64], b: &[f64]) -> bool {
    a.iter().zip(b).all(|(a, b)| a == b || (a.is_nan() && b.is_nan()))
}

/// The values of a row take the place of those under it.
fn overlay(under: &mut [f64], over: &[f64]) {
    for (under, over) in under.iter_mut().zip(over) {
        if !over.is_nan() {
            *under = *over;
        }
    }
}
