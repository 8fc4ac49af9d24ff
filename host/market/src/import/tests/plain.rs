//! A form of files for tests: seconds, days or facts, told by the first word.

use std::io::Read as _;

use super::super::cells::{Lines, number};
use super::super::format::{Fit, Format, Hints};
use super::super::rows::{Kind, Rows, SeriesKey, Shape, When};
use super::super::source::{Head, Source};
use crate::chain::{Chain, OptionQuote, Right};
use crate::civil;
use crate::error::MarketError;
use crate::event::Event;
use crate::factors::{Factor, Factors};
use tapewright_model::{Symbol, Time};

pub(super) struct Plain;

const WORDS: [&str; 6] = ["t", "date", "released", "print", "quote", "facts"];

impl Format for Plain {
    fn name(&self) -> &'static str {
        "plain"
    }

    fn summary(&self) -> &'static str {
        "of tests"
    }

    fn fits(&self, head: &Head<'_>) -> Fit {
        let word = head.lines().next().and_then(|line| line.split(',').next()).unwrap_or_default();
        if WORDS.contains(&word) { Fit::General } else { Fit::No }
    }

    fn read(&self, source: &Source, hints: &Hints, rows: &mut dyn Rows) -> Result<(), MarketError> {
        let symbol = Symbol::new(source.stem().split('-').next().unwrap()).unwrap();
        let mut lines = Lines::open(source, b',')?;
        lines.advance()?;
        let kind = match lines.text(0).as_ref() {
            "facts" => return facts(source, &symbol, rows),
            "released" => Kind::Series,
            "print" => Kind::Prints,
            "quote" => Kind::Quotes,
            _ => Kind::Bars,
        };
        let date = lines.text(0) == "date";
        let skip = if kind == Kind::Series { 2 } else { 1 };
        let cells = lines.len();
        let columns = (skip..cells).map(|at| lines.text(at).into_owned()).collect();
        let key = SeriesKey { kind, symbol, timeframe: hints.timeframe };
        let series = rows.series(Shape { key, columns, calendar: None })?;
        while lines.advance()? {
            if lines.len() != cells {
                rows.unreadable(lines.line(), format!("it has {} cells, the first line has {cells}", lines.len()))?;
                continue;
            }
            let seconds = |at: usize| lines.text(at).parse::<i64>().unwrap() * Time::SECOND;
            let when = match kind {
                Kind::Series => When::Released { period: seconds(0), known: seconds(1) },
                _ if date => {
                    let date: Vec<i32> = lines.text(0).split('-').map(|part| part.parse().unwrap()).collect();
                    When::Day(civil::day(date[0], date[1], date[2]).unwrap())
                }
                _ => When::Known(seconds(0)),
            };
            let values: Result<Vec<f64>, _> = (skip..cells).map(|at| number(lines.cell(at))).collect();
            match values {
                Ok(values) => rows.row(series, lines.line(), when, &values)?,
                Err(error) => rows.unreadable(lines.line(), error.in_column("close", lines.cell(skip)))?,
            }
        }
        Ok(())
    }
}

fn facts(source: &Source, symbol: &Symbol, rows: &mut dyn Rows) -> Result<(), MarketError> {
    let mut text = String::new();
    source.open()?.read_to_string(&mut text).unwrap();
    for (line, words) in text.lines().enumerate().skip(1) {
        let words: Vec<&str> = words.split(' ').collect();
        let time = Time(words[1].parse::<i64>().unwrap() * Time::SECOND);
        match words[0] {
            "chain" => {
                let quote = OptionQuote {
                    expiry: 1,
                    strike: 1.0,
                    right: Right::Call,
                    bid: f64::NAN,
                    ask: 1.0,
                    last: 1.0,
                    volume: 1.0,
                    open_interest: 1.0,
                    iv: f64::NAN,
                    delta: 0.5,
                    gamma: 0.0,
                };
                let spot = words[2].parse().unwrap();
                let (symbol, quotes) = (symbol.clone(), vec![quote]);
                rows.chain(Chain { symbol, event_time: time, known_time: time, spot, quotes })?;
            }
            "event" => {
                let event = Event {
                    symbol: Some(symbol.clone()),
                    kind: "news".into(),
                    event_time: time,
                    known_time: time,
                    title: words[2].into(),
                    text: String::new(),
                    source: String::new(),
                    value: f64::NAN,
                };
                rows.event(line as u64 + 1, event)?;
            }
            _ => {
                let factor = Factor { known_time: time, split: words[2].parse().unwrap(), dividend: 1.0 };
                rows.factors(Factors { symbol: symbol.clone(), factors: vec![factor] })?;
            }
        }
    }
    Ok(())
}
