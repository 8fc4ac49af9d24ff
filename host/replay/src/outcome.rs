//! Outcome rules: what becomes of a prediction. One file a rule, each with a worked example.
//!
//! A rule judges one column, `close` with its bars unless it names another. The reference price is the next open
//! after the row on which the prediction was said (another column's next new value); levels are measured from
//! what the column showed on that row, and make no sense when it already lay beyond them.

mod forward_return;
mod history;
mod horizon;
mod level_reaction;
mod pivot_trend;
mod pivots;
mod predictions;
mod triple_barrier;

use tapewright_model::{CANONICAL_NAN, Direction, Horizon, Label, Pattern, Time};

use crate::track::Bar;
use horizon::Due;
use pivots::Pivot;

pub use history::History;
pub(crate) use predictions::{Judged, JudgedColumn, Predictions};

/// The rule that waits for pivots.
const PIVOT_TREND: &str = "pivot-trend";

/// A pattern's rule with its arguments, checked, and its horizon.
#[derive(Clone, Copy, Debug)]
pub struct Judge {
    rule: Rule,
    horizon: Horizon,
}

#[derive(Clone, Copy, Debug)]
enum Rule {
    ForwardReturn(forward_return::Args),
    TripleBarrier(triple_barrier::Args),
    LevelReaction(level_reaction::Args),
    PivotTrend(pivot_trend::Args),
}

/// What is predicted on a row.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    /// Which way.
    pub direction: Direction,
    /// How long it runs, in the unit of the pattern's horizon.
    pub horizon: u64,
    /// Level of the judged column, or NaN.
    pub entry: f64,
    /// Level of the judged column, or NaN.
    pub stop: f64,
    /// Level of the judged column, or NaN.
    pub target: f64,
    /// The judged column's bar on the row on which it is said: its close is where levels are measured from.
    pub bar: Bar,
}

/// A rule's verdict: the label, and the return of the judged column from the reference price to the end.
pub type Verdict = (Label, f64);

/// One row of a node, as a prediction that waits sees it.
struct Now<'a> {
    row: u64,
    time: Time,
    /// What became known on this row.
    bar: Option<Bar>,
    /// What is known of the judged column, at this row or before it.
    close: f64,
    /// Pivots of the judged column that are known since this row.
    pivots: &'a [Pivot],
}

/// A prediction that waits for its outcome.
#[derive(Clone, Debug)]
struct Watch {
    row: u64,
    due: Due,
    /// The next open after it was said; NaN until there is one.
    reference: f64,
    /// What was known on the row before, for horizons that end between two rows.
    close: f64,
    state: State,
}

#[derive(Clone, Debug)]
enum State {
    Void,
    ForwardReturn(forward_return::Watch),
    TripleBarrier(triple_barrier::Watch),
    LevelReaction(level_reaction::Watch),
    PivotTrend(pivot_trend::Watch),
}

impl Judge {
    /// The judge of a pattern, or why this host has none.
    ///
    /// # Errors
    /// In words that follow "whose".
    pub fn new(pattern: &Pattern) -> Result<Judge, String> {
        let args = Args { rule: &pattern.rule.name, given: &pattern.rule.args };
        let rule = match pattern.rule.name.as_str() {
            "forward-return" => Rule::ForwardReturn(forward_return::Args::read(&args)?),
            "triple-barrier" => Rule::TripleBarrier(triple_barrier::Args::read(&args)?),
            "level-reaction" => Rule::LevelReaction(level_reaction::Args::read(&args)?),
            PIVOT_TREND => Rule::PivotTrend(pivot_trend::Args::read(&args)?),
            other => {
                let known = "forward-return, triple-barrier, level-reaction, pivot-trend";
                return Err(format!("rule `{other}` this host does not know (it knows {known})"));
            }
        };
        if let (Rule::ForwardReturn(_), Some(column), Horizon::Rows(1)) = (&rule, &pattern.rule.column, pattern.horizon)
        {
            return Err(format!("horizon of one row leaves `{column}` no way between its next value and its last"));
        }
        Ok(Judge { rule, horizon: pattern.horizon })
    }

    /// Whether it waits for pivots.
    fn pivots(&self) -> bool {
        matches!(self.rule, Rule::PivotTrend(_))
    }

    fn watch(&self, claim: &Claim, row: u64, time: Time) -> Watch {
        let state = match (claim.direction, &self.rule) {
            (Direction::Neutral, _) => None,
            (_, Rule::ForwardReturn(args)) => Some(State::ForwardReturn(args.watch(claim))),
            (_, Rule::TripleBarrier(args)) => args.watch(claim).map(State::TripleBarrier),
            (_, Rule::LevelReaction(args)) => args.watch(claim).map(State::LevelReaction),
            (_, Rule::PivotTrend(args)) => Some(State::PivotTrend(args.watch(claim, row))),
        };
        let due = Due::new(self.horizon, claim.horizon, row, time);
        Watch { row, due, reference: f64::NAN, close: claim.bar.close, state: state.unwrap_or(State::Void) }
    }
}

/// Arguments of a rule as a plan gives them.
struct Args<'a> {
    rule: &'a str,
    given: &'a [(String, f64)],
}

impl Args<'_> {
    /// Refuses an argument that the rule does not take.
    fn known(&self, names: &[&str]) -> Result<(), String> {
        match self.given.iter().find(|(name, _)| !names.contains(&name.as_str())) {
            None => Ok(()),
            Some((name, _)) if names.is_empty() => Err(format!("rule {} takes no argument `{name}`", self.rule)),
            Some((name, _)) => {
                Err(format!("rule {} takes no argument `{name}` (it takes {})", self.rule, names.join(", ")))
            }
        }
    }

    /// An argument within bounds, or its default.
    fn value(&self, name: &str, (min, max): (f64, f64), default: f64) -> Result<f64, String> {
        let given = self.given.iter().find(|(known, _)| known == name);
        match given {
            None => Ok(default),
            Some((_, value)) if (min..=max).contains(value) => Ok(*value),
            Some((_, value)) => {
                Err(format!("rule {} has argument `{name}` = {value}, wanted {min} to {max}", self.rule))
            }
        }
    }
}

impl Args<'_> {
    /// A whole-number argument within bounds, or its default.
    fn whole(&self, name: &str, bounds: (f64, f64), default: f64) -> Result<f64, String> {
        match self.given.iter().find(|(known, value)| known == name && value.fract() != 0.0) {
            Some((_, value)) => {
                Err(format!("rule {} has argument `{name}` = {value}, wanted a whole number", self.rule))
            }
            None => self.value(name, bounds, default),
        }
    }
}

impl Watch {
    /// The first row from `row` on that can change anything.
    fn next_row(&self, row: u64) -> u64 {
        match (&self.state, &self.due) {
            // between its first row and its last nothing that happens matters
            (State::ForwardReturn(_), Due::Row(due)) if !self.reference.is_nan() => (*due).max(row),
            _ => row,
        }
    }

    /// A row after the one on which it was said; the verdict, when this row brings it.
    fn row(&mut self, now: &Now<'_>) -> Option<Verdict> {
        if now.row <= self.row {
            return None;
        }
        if self.due.is_past(now.time) {
            return Some(self.expire(self.close));
        }
        if let Some(bar) = now.bar {
            if self.reference.is_nan() {
                self.reference = bar.open;
            }
            let verdict = match &mut self.state {
                State::Void => Some(void()),
                _ if self.reference.is_nan() => None,
                State::ForwardReturn(_) => None,
                State::TripleBarrier(watch) => watch.bar(self.reference, &bar),
                State::LevelReaction(watch) => watch.bar(self.reference, &bar),
                State::PivotTrend(watch) => watch.bar(self.reference, &bar, now.pivots),
            };
            if verdict.is_some() {
                return verdict;
            }
        }
        self.close = now.close;
        self.due.is_reached(now.row, now.time).then(|| self.expire(now.close))
    }

    /// The horizon has ended.
    fn expire(&self, close: f64) -> Verdict {
        let forward_return = moved(self.reference, close);
        match &self.state {
            State::Void => void(),
            _ if !forward_return.is_finite() => void(),
            State::ForwardReturn(watch) => (watch.label(forward_return), forward_return),
            _ => (Label::Timeout, forward_return),
        }
    }
}

fn void() -> Verdict {
    (Label::Void, CANONICAL_NAN)
}

/// The return from a reference to a price, positive when the price is higher: of a column below zero as well.
fn moved(reference: f64, price: f64) -> f64 {
    (price / reference - 1.0) * reference.signum()
}

/// A verdict on a move that ended at a price; without a return there is none.
fn verdict(label: Label, reference: f64, price: f64) -> Verdict {
    let forward_return = moved(reference, price);
    if forward_return.is_finite() { (label, forward_return) } else { void() }
}

/// Hit when what happened is what was predicted.
fn label(predicted: Direction, happened: Direction) -> Label {
    match happened {
        Direction::Neutral => Label::Timeout,
        _ if happened == predicted => Label::Hit,
        _ => Label::Miss,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rules are tried on bars of open, high, low, close; the first is the row on which the claim is said.
    pub(super) fn judge(
        rule: &str,
        args: &[(&str, f64)],
        rows: u64,
        claim: impl FnOnce(&mut Claim),
        bars: &[[f64; 4]],
    ) -> Option<(Verdict, usize)> {
        let judge = Judge::new(&pattern(rule, args, Horizon::Rows(u32::try_from(rows).unwrap()))).unwrap();
        let bars: Vec<Bar> = bars
            .iter()
            .map(|[open, high, low, close]| Bar { open: *open, high: *high, low: *low, close: *close })
            .collect();
        let none = f64::NAN;
        let mut said =
            Claim { direction: Direction::Up, horizon: rows, entry: none, stop: none, target: none, bar: bars[0] };
        claim(&mut said);
        let mut watch = judge.watch(&said, 0, Time(0));
        let mut pivots = pivots::Pivots::default();
        for (row, bar) in bars.iter().enumerate() {
            let pivots = pivots.row(row as u64, bar);
            let now = Now { row: row as u64, time: Time(row as i64), bar: Some(*bar), close: bar.close, pivots };
            if let Some(verdict) = watch.row(&now) {
                return Some((verdict, row));
            }
        }
        None
    }

    pub(super) fn pattern(rule: &str, args: &[(&str, f64)], horizon: Horizon) -> Pattern {
        let args = args.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
        let rule = tapewright_model::Rule { name: rule.to_owned(), args, column: None };
        Pattern { name: "p".into(), summary: String::new(), evidence: Vec::new(), rule, horizon }
    }

    #[test]
    fn a_rule_that_cannot_be_is_refused_in_words() {
        for (rule, args, want) in [
            (
                "magic",
                &[][..],
                "rule `magic` this host does not know (it knows forward-return, triple-barrier, level-reaction, pivot-trend)",
            ),
            ("forward-return", &[("max", 1.0)], "rule forward-return takes no argument `max` (it takes min)"),
            ("forward-return", &[("min", -0.1)], "rule forward-return has argument `min` = -0.1, wanted 0 to 1"),
            (
                "level-reaction",
                &[("sustain", 0.5)],
                "rule level-reaction has argument `sustain` = 0.5, wanted a whole number",
            ),
            ("pivot-trend", &[("level", 4.0)], "rule pivot-trend has argument `level` = 4, wanted 1 to 3"),
        ] {
            assert_eq!(Judge::new(&pattern(rule, args, Horizon::Rows(1))).unwrap_err(), want);
        }
    }

    #[test]
    fn nothing_is_judged_on_the_row_on_which_it_is_said() {
        // the first bar reaches the target; only what comes after it counts
        let bars = [[100., 120., 90., 100.], [100., 101., 99., 100.], [100., 101., 99., 100.]];
        let levels = |claim: &mut Claim| (claim.stop, claim.target) = (95., 110.);
        assert_eq!(judge("triple-barrier", &[], 2, levels, &bars), Some(((Label::Timeout, 0.0), 2)));
    }
}
