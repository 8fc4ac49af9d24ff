//! Lean's factor files: splits and dividends of an equity.
//!
//! ```text
//! 20200828,0.9967882,0.25,499.23
//! 20201105,0.9967882,1,119.03
//! ```
//! Date, price factor, split factor, close of that day. The factors of a line are those of the days up to its date, so what
//! changes between two lines happened after the session of the first: the second split factor ÷ the first is the ratio of
//! the split (4 for four-for-one), and the second price factor ÷ the first that of the dividend. The first line's date lies
//! before the data, the last one's in 2050; neither changes anything. A dividend and a split of one day stay apart.
//! Lean rounds factors to seven or eight places, so that a split of two is written as 1.999996: a ratio within
//! 1e-5 of one of small whole numbers is that one.

use tapewright_model::Time;

use crate::civil::Clock;
use crate::error::MarketError;
use crate::factors::{Factor, Factors};
use crate::import::cells::{Lines, number};
use crate::import::format::{Fit, Format, Hints};
use crate::import::rows::Rows;
use crate::import::source::{Head, Source};
use crate::import::stamp::{Dates, Forms, Reading, Stamp};
use crate::import::ticker;

/// When sessions of New York close, in ns since midnight. On days that close early nothing trades in between.
const CLOSE: i64 = 16 * 3600 * Time::SECOND;
/// How far a ratio of rounded factors may be from the true one: 0.00892857 has six digits that count.
const ROUNDED: f64 = 1e-5;
/// Splits are ratios of whole numbers with a second one up to here: three for two, twenty-one for twenty.
const SECOND_MAX: i32 = 20;
/// Lines at most: four dividends a year for a thousand years.
const LINES_MAX: usize = 5_000;

/// Lean's factor files.
pub(crate) struct LeanFactors;

impl Format for LeanFactors {
    fn name(&self) -> &'static str {
        "lean-factors"
    }

    fn summary(&self) -> &'static str {
        "QuantConnect Lean factor file: date, price factor, split factor, reference price"
    }

    fn fits(&self, head: &Head<'_>) -> Fit {
        let folder = head.path.iter().any(|part| part == "factor_files");
        let mut lines = head.lines().filter(|line| !line.is_empty()).peekable();
        let first = lines.peek().is_some_and(|line| is_line(line));
        // other files of a date and three numbers do not end in 2050
        let last = lines.last().is_some_and(|line| line.starts_with("20501231,1,1"));
        if first && (folder || last) { Fit::Exact } else { Fit::No }
    }

    fn read(&self, source: &Source, hints: &Hints, rows: &mut dyn Rows) -> Result<(), MarketError> {
        let symbol = ticker::of_file(source, hints)?;
        let mut dates = Dates::new(Forms { compact: true, named_hours: false });
        let mut lines = Lines::open(source, b',')?;
        let mut all: Vec<Line> = Vec::new();
        while lines.advance()? {
            match line(&lines, &mut dates) {
                Ok(line) if all.last().is_some_and(|before| before.day >= line.day) => {
                    rows.unreadable(lines.line(), format!("`{}` is not after the date before it", lines.text(0)))?;
                }
                Ok(line) => all.push(line),
                Err(reason) => rows.unreadable(lines.line(), reason)?,
            }
            if all.len() > LINES_MAX {
                return Err(source.fail(format!("it has more than {LINES_MAX} lines")));
            }
        }
        if all.is_empty() {
            return Err(source.fail("it holds no row"));
        }
        let mut clock = Clock::new_york();
        let changes = all.iter().zip(all.iter().skip(1));
        let factors = changes.filter_map(|(line, next)| {
            let (split, dividend) = (exact(next.split / line.split), next.price / line.price);
            let known_time = clock.instant(line.day, CLOSE).map(Time)?;
            (split != 1.0 || dividend != 1.0).then_some(Factor { known_time, split, dividend })
        });
        rows.factors(Factors { symbol, factors: factors.collect() })
    }
}

struct Line {
    day: i32,
    price: f64,
    split: f64,
}

fn is_line(line: &str) -> bool {
    let cells: Vec<&str> = line.split(',').collect();
    let date = cells.first().is_some_and(|cell| cell.len() == 8 && cell.bytes().all(|byte| byte.is_ascii_digit()));
    date && (3..=4).contains(&cells.len()) && cells.iter().all(|cell| number(cell.as_bytes()).is_ok())
}

fn line(lines: &Lines, dates: &mut Dates) -> Result<Line, String> {
    if !(3..=4).contains(&lines.len()) {
        return Err(format!("{} cells, wanted date, price factor, split factor, price", lines.len()));
    }
    let Reading::One(Stamp::Day(day)) = dates.read(lines.cell(0), None, lines.line())? else {
        return Err(format!("`{}` is not a date (wanted 20200828)", lines.text(0)));
    };
    let factor = |at: usize, name: &str| {
        let value = number(lines.cell(at)).map_err(|wrong| wrong.in_column(name, lines.cell(at)))?;
        if value > 0.0 { Ok(value) } else { Err(format!("{name} `{}` is not above zero", lines.text(at))) }
    };
    Ok(Line { day, price: factor(1, "price factor")?, split: factor(2, "split factor")? })
}

/// The ratio of small whole numbers that a ratio of rounded ones stands for, or itself.
fn exact(ratio: f64) -> f64 {
    let near = |second: i32| {
        let second = f64::from(second);
        let near = (ratio * second).round() / second;
        ((near - ratio).abs() <= ROUNDED * ratio && near > 0.0).then_some(near)
    };
    (1..=SECOND_MAX).find_map(near).or_else(|| near_inverse(ratio)).unwrap_or(ratio)
}

/// One for so many: reverse splits of any size.
fn near_inverse(ratio: f64) -> Option<f64> {
    let near = 1.0 / (1.0 / ratio).round();
    ((near - ratio).abs() <= ROUNDED * ratio).then_some(near)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::heard::{Heard, hear_any, hear_shared, hints, said};

    fn shown(read: &Heard) -> Vec<(String, f64, f64)> {
        let shown = |factor: &Factor| (factor.known_time.to_string(), factor.split, factor.dividend);
        read.factors[0].factors.iter().map(shown).collect()
    }

    #[test]
    fn a_change_of_factors_is_known_after_the_session_of_its_line() {
        let text = "19980102,0.5,0.125,1\n20200806,0.8,0.25,455.61\n20200828,1,0.25,499.23\n20501231,1,1,0";
        let read = hear_any("aapl.csv", text, &hints()).unwrap();
        assert_eq!((read.format, read.factors[0].symbol.as_str()), ("lean-factors", "AAPL"));
        assert_eq!(
            shown(&read),
            [
                ("1998-01-02T21:00:00Z".to_owned(), 2., 0.8 / 0.5),
                ("2020-08-06T20:00:00Z".to_owned(), 1., 1. / 0.8),
                ("2020-08-28T20:00:00Z".to_owned(), 4., 1.),
            ]
        );
        let text = "20200806,1,0,1\n20200805,1,1,1\n20200101,1,1,1\nx,1,1,1\n20501231,1,1,0";
        let read = hear_any("aapl.csv", text, &hints()).unwrap();
        assert_eq!(
            said(&read.unreadable),
            [
                "1: split factor `0` is not above zero",
                "3: `20200101` is not after the date before it",
                "4: `x` is not a time (wanted 2024-01-03, 2024-01-03T14:30:00Z or 2024-01-03 14:30:00)",
            ]
        );
        assert!(read.factors[0].factors.is_empty());
    }

    #[test]
    fn splits_of_real_instruments_are_whole() {
        let Some(read) = hear_shared("lean/factor_files/aapl.csv", &hints()) else { return };
        let splits: Vec<_> = shown(&read).into_iter().filter(|(_, split, _)| *split != 1.).collect();
        let want = [("2000-06-20", 2.), ("2005-02-25", 2.), ("2014-06-06", 7.), ("2020-08-28", 4.)];
        assert_eq!(splits.len(), want.len());
        for ((time, split, _), (date, ratio)) in splits.iter().zip(want) {
            assert_eq!((&time[..10], *split), (date, ratio));
        }
        // 35 dividends since 2012, each less than 2 %
        let dividends: Vec<_> = shown(&read).into_iter().filter(|(_, _, dividend)| *dividend != 1.).collect();
        assert!(dividends.len() == 35 && dividends.iter().all(|(_, _, d)| *d > 1. && *d < 1.02), "{}", dividends.len());
        for (name, want) in [("goog", vec![1.002_700_27]), ("uso", vec![0.125]), ("spy", vec![])] {
            let Some(read) = hear_shared(&format!("lean/factor_files/{name}.csv"), &hints()) else { return };
            let splits: Vec<f64> =
                shown(&read).into_iter().map(|(_, split, _)| split).filter(|split| *split != 1.).collect();
            let near = splits.iter().zip(&want).all(|(split, want)| (split - want).abs() < 1e-6);
            assert!(splits.len() == want.len() && near, "{name} {splits:?}");
        }
    }
}
