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

    /// Judged by the sign of the return over this many rows.
    pub fn forward_return(mut self, rows: u32) -> Pattern {
        self.0.rule.name = "forward-return".into();
        self.0.horizon = types::Horizon::Rows(rows);
        self
    }

    /// Judged by another of the host's rules.
    pub fn rule(mut self, name: &str, args: &[(&str, f64)]) -> Pattern {
        self.0.rule.name = name.into();
        let arg = |(name, value): &(&str, f64)| types::RuleArg { name: (*name).into(), value: *value };
        self.0.rule.args = args.iter().map(arg).collect();
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
