//! What an entry is opened with: symbols and parameters, checked as the host checks them.

use super::{Kind, Opened, ParamValue};
use crate::bindings::types::{self, Param, ParamKind};
use crate::runtime::{self, Opener};
use crate::{Entry, Refusal};

/// An entry about to be opened.
pub struct Opening {
    pub(super) kind: Kind,
    pub(super) entry: types::Entry,
    opener: Opener,
    pub(super) symbols: Vec<String>,
    given: Vec<Param>,
}

impl Opening {
    pub(super) fn new(kind: Kind, opener: Opener) -> Opening {
        let Entry(entry) = opener.0();
        Opening { kind, entry, opener, symbols: vec!["TEST".into()], given: Vec::new() }
    }

    /// The instruments; one, `TEST`, unless said otherwise.
    #[must_use]
    pub fn symbols(mut self, symbols: &[&str]) -> Opening {
        self.symbols = symbols.iter().map(|symbol| (*symbol).into()).collect();
        self
    }

    /// Gives a parameter: a number, a whole number or a text. Panics when the entry does not declare it, when it is
    /// given twice, or when it does not take this value. Whether a text is a column, symbol or timeframe is for the
    /// host to say.
    #[must_use]
    #[track_caller]
    pub fn param(mut self, name: &str, value: impl Into<ParamValue>) -> Opening {
        let Some(decl) = self.entry.params.iter().find(|decl| decl.name == name) else {
            let known: Vec<&str> = self.entry.params.iter().map(|decl| decl.name.as_str()).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            panic!("there is no parameter `{name}` (there are: {known})");
        };
        assert!(self.given.iter().all(|param| param.name != name), "parameter `{name}` is given twice");
        // the host reads values from text, where 5 is a number too
        let value = match (&decl.kind, value.into()) {
            (ParamKind::Number(_), ParamValue::Integer(value)) => ParamValue::Number(value as f64),
            (_, value) => value,
        };
        let shown = shown(&value);
        assert!(admits(&decl.kind, &value), "parameter `{name}` cannot be `{shown}`: it takes {}", wanted(&decl.kind));
        self.given.push(Param { name: name.into(), value });
        self
    }

    /// Opens the entry. Panics when a parameter without a default is missing, or the plan is one that the host would
    /// not take.
    ///
    /// # Errors
    /// The refusal of the entry, or [`Refusal::Instruments`] for several symbols when it is no panel.
    #[track_caller]
    pub fn open(mut self) -> Result<Opened, Refusal> {
        let value = |decl: &types::ParamDecl| {
            let given = self.given.iter().find(|param| param.name == decl.name).map(|param| param.value.clone());
            let Some(value) = given.or_else(|| decl.default.clone()) else {
                panic!("parameter `{}` has no default and must be given: {}", decl.name, wanted(&decl.kind));
            };
            let (name, wanted) = (&decl.name, wanted(&decl.kind));
            assert!(
                admits(&decl.kind, &value),
                "parameter `{name}` has the default `{}`: it takes {wanted}",
                shown(&value)
            );
            Param { name: name.clone(), value }
        };
        self.given = self.entry.params.iter().map(value).collect();
        let (plan, _) = self.fresh()?;
        Ok(Opened::new(self, plan))
    }

    /// A fresh instance with its plan.
    pub(super) fn fresh(&self) -> Result<runtime::Opened, Refusal> {
        runtime::instance(&self.opener, self.symbols.clone(), self.given.clone())
    }
}

fn admits(kind: &ParamKind, value: &ParamValue) -> bool {
    match (kind, value) {
        (ParamKind::Number(range), ParamValue::Number(value)) => {
            value.is_finite() && (range.min..=range.max).contains(value)
        }
        (ParamKind::Integer(range), ParamValue::Integer(value)) => (range.min..=range.max).contains(value),
        (ParamKind::Choice(words), ParamValue::Text(word)) => words.contains(word),
        (ParamKind::Symbol | ParamKind::Column | ParamKind::Timeframe, ParamValue::Text(text)) => !text.is_empty(),
        _ => false,
    }
}

fn wanted(kind: &ParamKind) -> String {
    match kind {
        ParamKind::Number(range) => format!("a number from {} to {}", range.min, range.max),
        ParamKind::Integer(range) => format!("a whole number from {} to {}", range.min, range.max),
        ParamKind::Choice(words) => format!("one of {}", words.join(", ")),
        ParamKind::Symbol => "a symbol".into(),
        ParamKind::Column => "a column".into(),
        ParamKind::Timeframe => "a timeframe".into(),
    }
}

fn shown(value: &ParamValue) -> String {
    match value {
        ParamValue::Number(value) => value.to_string(),
        ParamValue::Integer(value) => value.to_string(),
        ParamValue::Text(value) => value.clone(),
    }
}

impl From<f64> for ParamValue {
    fn from(value: f64) -> ParamValue {
        ParamValue::Number(value)
    }
}

impl From<i64> for ParamValue {
    fn from(value: i64) -> ParamValue {
        ParamValue::Integer(value)
    }
}

impl From<i32> for ParamValue {
    fn from(value: i32) -> ParamValue {
        ParamValue::Integer(value.into())
    }
}

impl From<&str> for ParamValue {
    fn from(value: &str) -> ParamValue {
        ParamValue::Text(value.into())
    }
}
