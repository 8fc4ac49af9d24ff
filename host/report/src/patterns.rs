//! Predictions of one pattern, gathered over nodes and instruments, and counted.

use std::collections::BTreeSet;

use tapewright_judge::{Span, brier, firsts, reliability, wilson};
use tapewright_model::{Column, Judged, Label, Pattern, Symbol};

use crate::base_rate::BaseRate;
use crate::report::PatternReport;
use crate::said::Said;

/// One instrument of one node: unit in the run, node in the unit, symbol.
pub(crate) type Place = (usize, usize, Symbol);

/// A pattern of one plugin of the run.
pub(crate) struct Gathered {
    pub(crate) alias: String,
    pub(crate) pattern: Pattern,
    pub(crate) said: Vec<Said>,
    /// Where it was looked for.
    pub(crate) places: BTreeSet<Place>,
}

impl Gathered {
    /// The predictions that begin an episode. What judges them tells them apart: two instruments of which both predict
    /// the same third one have one run of episodes between them.
    pub(crate) fn episodes(&self) -> Vec<&Said> {
        let named = match &self.pattern.rule.column {
            Some(Column::Data { symbol, .. }) => symbol.as_ref(),
            _ => None,
        };
        fn run<'a>(said: &'a Said, named: Option<&'a Symbol>) -> (&'a Symbol, u8) {
            (named.unwrap_or(&said.symbol), said.detection.direction as u8)
        }
        let mut judged: Vec<&Said> = self.said.iter().filter(|said| said.detection.judged == Judged::Yes).collect();
        judged.sort_by(|a, b| (run(a, named), a.time).cmp(&(run(b, named), b.time)));
        let mut episodes = Vec::new();
        for run in judged.chunk_by(|a, b| run(a, named) == run(b, named)) {
            let span = |said: &&Said| Span { start: said.time.0, end: said.outcome.map(|known| known.time.0) };
            let spans: Vec<Span> = run.iter().map(span).collect();
            episodes.extend(firsts(&spans).into_iter().map(|index| run[index]));
        }
        episodes
    }

    /// Counts everything; the base rate comes from elsewhere.
    pub(crate) fn count(&self, episodes: &[&Said], base: &BaseRate) -> PatternReport {
        let of = |label: Label| {
            let known = episodes.iter().filter(|said| said.outcome.is_some_and(|known| known.label == label));
            known.count() as u64
        };
        let (hits, misses, timeouts, voids) = (of(Label::Hit), of(Label::Miss), of(Label::Timeout), of(Label::Void));
        let decided = hits + misses + timeouts;
        let count = episodes.len() as u64;
        let pending = count - decided - voids;
        let interval = wilson(hits, decided);
        let share = |part: u64, whole: u64| (whole > 0).then(|| part as f64 / whole as f64);
        let returns: Vec<f64> =
            episodes.iter().map(|said| said.signed_return()).filter(|value| value.is_finite()).collect();
        let stated: Vec<(f64, bool)> = episodes
            .iter()
            .filter(|said| !said.detection.probability.is_nan())
            .filter_map(|said| {
                let label = said.outcome.map(|known| known.label).filter(|label| *label != Label::Void)?;
                Some((said.detection.probability, label == Label::Hit))
            })
            .collect();
        let not_judged = |why| self.said.iter().filter(|said| said.detection.judged == why).count() as u64;
        PatternReport {
            plugin: self.alias.clone(),
            pattern: self.pattern.name.clone(),
            summary: self.pattern.summary.clone(),
            rule: self.pattern.rule.to_string(),
            horizon: self.pattern.horizon.to_string(),
            detections: self.said.len() as u64,
            warm_up: not_judged(Judged::WarmUp),
            crowded: not_judged(Judged::Crowded),
            episodes: count,
            hits,
            misses,
            timeouts,
            voids,
            pending,
            hit_rate: share(hits, decided),
            hit_rate_low: interval.map(|interval| interval.low),
            hit_rate_high: interval.map(|interval| interval.high),
            base_rate: base.rate(),
            base_rows: base.rows,
            base_judged: base.judged,
            base_forward_return_mean: base.forward_return_mean(),
            forward_return_mean: mean(&returns),
            pending_share: share(pending, count),
            void_share: share(voids, count),
            brier: brier(&stated),
            reliability: reliability(&stated),
        }
    }
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}
