//! What it claims can come true: levels that do not contradict each other, probabilities that say something.

use tapewright_model::Column;

use crate::check::Case;
use crate::property::{Line, Property};

/// A level so many times the price away belongs to another instrument or another split.
const FAR: f64 = 10.0;
/// Detections from which on one single probability is worth a word.
const MANY: usize = 30;

pub(crate) fn line(case: &Case<'_>) -> Line {
    let said = &case.alone.detections;
    if said.is_empty() {
        return Line::told(Property::Levels, "it detected nothing here");
    }
    let is_close =
        |column: &Column| matches!(column, Column::Data { name, symbol: None, timeframe: None } if name == "close");
    let close = case.plan.columns.iter().position(is_close);
    let single = case.subject.opening.symbols.len() == 1;
    for (detection, _) in said {
        let row = usize::try_from(detection.row).unwrap_or(usize::MAX);
        let sign = detection.direction.sign();
        let crossed = sign * (detection.target - detection.stop) < 0.0;
        let price = close
            .filter(|_| single)
            .and_then(|at| case.subject.shown.columns[at].get(row))
            .copied()
            .unwrap_or(f64::NAN);
        let levels = [detection.entry, detection.stop, detection.target];
        let far = levels.iter().any(|level| *level > price * FAR || *level < price / FAR);
        if crossed || far {
            let what = if crossed { "its target lies behind its stop" } else { "a level is ten times the price away" };
            return Line::fail(Property::Levels, format!("row {row}: {what}: {}", case.alone.shown(row)));
        }
    }
    let stated: Vec<f64> = said.iter().map(|(said, _)| said.probability).filter(|stated| !stated.is_nan()).collect();
    let why = match stated.first() {
        None => format!("{} detections, none with a probability", said.len()),
        Some(first) if stated.len() >= MANY && stated.iter().all(|other| other == first) => {
            format!("{} detections, all with the probability {first}", said.len())
        }
        Some(_) => {
            let mean = stated.iter().sum::<f64>() / stated.len() as f64;
            format!("{} detections, {} with a probability, {mean:.2} in the mean", said.len(), stated.len())
        }
    };
    Line::pass(Property::Levels, why)
}
