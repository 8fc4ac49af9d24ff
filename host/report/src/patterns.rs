//! Predictions of one pattern, gathered over nodes and instruments, and counted.

use tapewright_judge::{Span, brier, firsts, reliability, wilson};
use tapewright_model::{Direction, Label, Pattern, Symbol};

use crate::base_rate::BaseRate;
use crate::report::PatternReport;
use crate::said::Said;

/// A pattern of one plugin of the run.
pub(crate) struct Gathered {
    pub(crate) alias: String,
    pub(crate) pattern: Pattern,
    pub(crate) said: Vec<Said>,
    /// By instrument on which it was looked for: unit, node in it, symbol.
    pub(crate) places: Vec<(usize, usize, Symbol)>,
}

impl Gathered {
    /// The predictions that begin an episode.
    pub(crate) fn episodes(&self) -> Vec<&Said> {
        let mut judged: Vec<&Said> = self.said.iter().filter(|said| said.detection.judged).collect();
        // said in order on each instrument of each unit; a stable sort keeps that
        let run = |said: &&Said| (said.symbol.clone(), said.detection.direction as u8);
        judged.sort_by_key(run);
        let mut episodes = Vec::new();
        for run in judged.chunk_by(|a, b| a.symbol == b.symbol && a.detection.direction == b.detection.direction) {
            let span = |said: &&Said| Span { start: said.detection.row, end: said.outcome.map(|known| known.row) };
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
        PatternReport {
            plugin: self.alias.clone(),
            pattern: self.pattern.name.clone(),
            summary: self.pattern.summary.clone(),
            rule: self.pattern.rule.to_string(),
            horizon: self.pattern.horizon.to_string(),
            detections: self.said.len() as u64,
            warm_up: self.said.iter().filter(|said| !said.detection.judged).count() as u64,
            episodes: count,
            hits,
            misses,
            timeouts,
            voids,
            pending,
            hit_rate: share(hits, decided),
            hit_rate_low: interval.map(|interval| interval.low),
            hit_rate_high: interval.map(|interval| interval.high),
            base_rate: share(base.hits, base.decided),
            base_rows: base.rows,
            base_judged: base.decided,
            base_forward_return_mean: (base.decided > 0).then(|| base.signed_returns / base.decided as f64),
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

/// The return in a direction.
pub(crate) fn signed(direction: Direction, forward_return: f64) -> f64 {
    direction.sign() * forward_return
}
