//! The setup: what `open` is given, and the plan that it builds.

use crate::bindings::types::{self, ParamValue};

/// A declared column; index a row with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column(pub(crate) u32);

/// A declared output column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutputColumn(pub(crate) u32);

/// A declared pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PatternId(pub(crate) u32);

/// A declared reason for targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason(pub(crate) u32);

/// A pattern while it is being declared.
pub struct Pattern(types::Pattern);

/// Parameters and instruments in, the plan out.
pub struct Setup {
    symbols: Vec<String>,
    params: Vec<types::Param>,
    width: u32,
    pub(crate) plan: types::Plan,
}

impl Pattern {
    /// A pattern judged by the return over the next ten rows unless told otherwise.
    pub fn new(name: &str, summary: &str) -> Pattern {
        let rule = types::Rule { name: "forward-return".into(), args: Vec::new(), column: String::new() };
        let (name, summary) = (name.into(), summary.into());
        Pattern(types::Pattern { name, summary, evidence: Vec::new(), rule, horizon: types::Horizon::Rows(10) })
    }

    fn judged(mut self, name: &str, rows: u32) -> Pattern {
        self.0.rule.name = name.into();
        self.0.rule.args.clear(); // they were another rule's
        self.rows(rows)
    }

    fn arg(mut self, name: &str, value: f64) -> Pattern {
        self.0.rule.args.retain(|arg| arg.name != name);
        self.0.rule.args.push(types::RuleArg { name: name.into(), value });
        self
    }

    /// Judged by the sign of the return over this many rows.
    pub fn forward_return(self, rows: u32) -> Pattern {
        self.judged("forward-return", rows)
    }

    /// Under `forward-return`, a hit or a miss only when the return is farther than this from 0, as a ratio. Call it
    /// after the rule.
    pub fn min_move(self, ratio: f64) -> Pattern {
        self.arg("min", ratio)
    }

    /// Judged by which of two levels is reached first within this many rows, the detection's `target` or its `stop`.
    pub fn triple_barrier(self, rows: u32) -> Pattern {
        self.judged("triple-barrier", rows)
    }

    /// Under `triple-barrier`, the levels of detections that state none, as ratios of the close on the row on which
    /// they are said. Call it after the rule.
    pub fn barriers(self, stop_ratio: f64, target_ratio: f64) -> Pattern {
        self.arg("stop", stop_ratio).arg("target", target_ratio)
    }

    /// Judged by a level, the detection's `entry`: once it is touched within this many rows, by the side on which
    /// `sustain` closes in a row come to lie. A close nearer than `tolerance`, a ratio of the level, is on neither.
    pub fn level_reaction(self, rows: u32, sustain: u32, tolerance: f64) -> Pattern {
        self.judged("level-reaction", rows).arg("sustain", f64::from(sustain)).arg("tolerance", tolerance)
    }

    /// Judged by the slope of the line through the next two level-2 pivots of one kind, known within this many rows.
    pub fn pivot_trend(self, rows: u32) -> Pattern {
        self.judged("pivot-trend", rows)
    }

    /// Judged by another of the host's rules.
    pub fn rule(mut self, name: &str, args: &[(&str, f64)]) -> Pattern {
        self.0.rule.name = name.into();
        let arg = |(name, value): &(&str, f64)| types::RuleArg { name: (*name).into(), value: *value };
        self.0.rule.args = args.iter().map(arg).collect();
        self
    }

    /// Judged on this column, such as `gex.total`, instead of `close`.
    pub fn judges(mut self, column: &str) -> Pattern {
        self.0.rule.column = column.into();
        self
    }

    /// Judged after this many rows at the latest.
    pub fn rows(mut self, rows: u32) -> Pattern {
        self.0.horizon = types::Horizon::Rows(rows);
        self
    }

    /// Judged after this many sessions at the latest. Call it after the rule, which has a horizon of its own.
    pub fn sessions(mut self, sessions: u32) -> Pattern {
        self.0.horizon = types::Horizon::Sessions(sessions);
        self
    }

    /// Judged after this many seconds at the latest. Call it after the rule, which has a horizon of its own.
    pub fn seconds(mut self, seconds: u64) -> Pattern {
        self.0.horizon = types::Horizon::Seconds(seconds);
        self
    }

    /// A number that is said with every detection, in the order of these calls.
    pub fn evidence(mut self, name: &str, summary: &str, kind: types::EvidenceKind) -> Pattern {
        self.0.evidence.push(types::EvidenceDecl { name: name.into(), summary: summary.into(), kind });
        self
    }
}

impl Setup {
    pub(crate) fn new(symbols: Vec<String>, params: Vec<types::Param>) -> Setup {
        let plan = types::Plan {
            timeframe: String::new(),
            columns: Vec::new(),
            warm_up: Vec::new(),
            memory_rows: None,
            memory_bytes: None,
            learns: false,
            outputs: Vec::new(),
            patterns: Vec::new(),
            reasons: Vec::new(),
        };
        Setup { symbols, params, width: 0, plan }
    }

    /// The instruments, one unless the entry is a panel.
    pub fn symbols(&self) -> &[String] {
        &self.symbols
    }

    fn value(&self, name: &str) -> Option<&ParamValue> {
        self.params.iter().find(|param| param.name == name).map(|param| &param.value)
    }

    /// A whole-number parameter. Panics when it was not declared as one.
    pub fn integer(&self, name: &str) -> i64 {
        match self.value(name) {
            Some(ParamValue::Integer(value)) => *value,
            _ => panic!("`{name}` is not declared as an integer"),
        }
    }

    /// A number parameter. Panics when it was not declared as one.
    pub fn number(&self, name: &str) -> f64 {
        match self.value(name) {
            Some(ParamValue::Number(value)) => *value,
            _ => panic!("`{name}` is not declared as a number"),
        }
    }

    /// A choice, symbol, column or timeframe parameter. Panics when it was not declared as one.
    pub fn text(&self, name: &str) -> &str {
        match self.value(name) {
            Some(ParamValue::Text(value)) => value,
            _ => panic!("`{name}` is not declared as a text"),
        }
    }

    /// Reads a column. In a panel, one without `@SYMBOL` is read for every instrument: take its values
    /// with [`Row::of`](crate::Row::of).
    pub fn column(&mut self, name: &str) -> Column {
        let column = Column(self.width);
        self.width += if name.contains('@') { 1 } else { self.symbols.len() as u32 };
        self.plan.columns.push(name.into());
        column
    }

    /// Fills an output column.
    pub fn output(&mut self, name: &str, summary: &str, unit: &str) -> OutputColumn {
        let (name, summary, unit) = (name.into(), summary.into(), unit.into());
        self.plan.outputs.push(types::OutputDecl { name, summary, unit });
        OutputColumn(self.plan.outputs.len() as u32 - 1)
    }

    /// May detect a pattern.
    pub fn pattern(&mut self, pattern: Pattern) -> PatternId {
        self.plan.patterns.push(pattern.0);
        PatternId(self.plan.patterns.len() as u32 - 1)
    }

    /// May say targets for this reason.
    pub fn reason(&mut self, reason: &str) -> Reason {
        self.plan.reasons.push(reason.into());
        Reason(self.plan.reasons.len() as u32 - 1)
    }

    /// Sees closed bars of a higher timeframe instead of the data's rows.
    pub fn timeframe(&mut self, timeframe: &str) {
        self.plan.timeframe = timeframe.into();
    }

    /// Counts only after this many rows.
    pub fn warm_up(&mut self, rows: u32) {
        self.plan.warm_up.push(types::WarmUp { timeframe: String::new(), rows });
    }

    /// Counts only after this many rows of a higher timeframe that it reads columns of.
    pub fn warm_up_of(&mut self, timeframe: &str, rows: u32) {
        self.plan.warm_up.push(types::WarmUp { timeframe: timeframe.into(), rows });
    }

    /// Promises that what is said on a row depends on this many last rows alone.
    pub fn memory_rows(&mut self, rows: u32) {
        self.plan.memory_rows = Some(rows);
    }

    /// Asks for more linear memory than the host's default; the user must grant it.
    pub fn memory_bytes(&mut self, bytes: u64) {
        self.plan.memory_bytes = Some(bytes);
    }

    /// Wants to be told outcomes; the crate must also say `export_learning!()`.
    pub fn learns(&mut self) {
        self.plan.learns = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_says_by_which_rule_it_is_judged() {
        let check = |pattern: Pattern, want: &str| {
            let types::Pattern { rule, horizon, .. } = pattern.0;
            let args: Vec<String> = rule.args.iter().map(|arg| format!("{}={}", arg.name, arg.value)).collect();
            assert_eq!(format!("{}({}) {:?} {:?}", rule.name, args.join(" "), rule.column, horizon), want);
        };
        let new = || Pattern::new("name", "");
        check(new(), r#"forward-return() "" Horizon::Rows(10)"#);
        check(new().forward_return(5).min_move(0.01), r#"forward-return(min=0.01) "" Horizon::Rows(5)"#);
        check(
            new().triple_barrier(20).barriers(0.01, 0.02),
            r#"triple-barrier(stop=0.01 target=0.02) "" Horizon::Rows(20)"#,
        );
        check(new().level_reaction(30, 3, 0.001), r#"level-reaction(sustain=3 tolerance=0.001) "" Horizon::Rows(30)"#);
        check(new().min_move(0.1).pivot_trend(200), r#"pivot-trend() "" Horizon::Rows(200)"#);
        check(new().min_move(0.1).min_move(0.2), r#"forward-return(min=0.2) "" Horizon::Rows(10)"#);
        check(new().judges("gex.total").sessions(2), r#"forward-return() "gex.total" Horizon::Sessions(2)"#);
        check(new().seconds(90).rule("own", &[("a", 1.5)]), r#"own(a=1.5) "" Horizon::Seconds(90)"#);
    }

    #[test]
    fn warm_up_is_counted_by_timeframe() {
        let mut setup = Setup::new(vec!["TEST".into()], Vec::new());
        setup.warm_up(20);
        setup.warm_up_of("1d", 5);
        let said: Vec<_> =
            setup.plan.warm_up.iter().map(|warm_up| (warm_up.timeframe.as_str(), warm_up.rows)).collect();
        assert_eq!(said, [("", 20), ("1d", 5)]);
    }
}
