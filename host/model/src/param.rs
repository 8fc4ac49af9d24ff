//! Parameters: what an entry declares and what a user gives.

use std::fmt;

use crate::{Column, Symbol, Timeframe};

/// A declared parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct ParamDecl {
    /// Snake case, unique within the entry.
    pub name: String,
    /// One sentence, with the unit.
    pub summary: String,
    /// What values it takes.
    pub kind: ParamKind,
    /// Used when the user gives none.
    pub default: Option<ParamValue>,
}

/// What values a parameter takes.
#[derive(Clone, Debug, PartialEq)]
pub enum ParamKind {
    /// A finite number.
    Number(NumberRange<f64>),
    /// A whole number.
    Integer(NumberRange<i64>),
    /// One of these words.
    Choice(Vec<String>),
    /// A symbol.
    Symbol,
    /// A column.
    Column,
    /// A timeframe.
    Timeframe,
}

/// Both ends included; `step` is a hint for sweeps, 0 when there is none.
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct NumberRange<T> {
    /// Least value.
    pub min: T,
    /// Greatest value.
    pub max: T,
    /// Hint for sweeps.
    pub step: T,
}

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum ParamValue {
    /// Of a number.
    Number(f64),
    /// Of an integer.
    Integer(i64),
    /// Of everything else.
    Text(String),
}

/// A parameter with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// As declared.
    pub name: String,
    /// Checked against the declaration.
    pub value: ParamValue,
}

/// Why parameters do not do.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ParamError {
    /// No such parameter.
    #[error("there is no parameter `{name}` (there are: {})", list(known))]
    Unknown {
        /// As given.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
    /// Given twice.
    #[error("parameter `{name}` is given twice")]
    Twice {
        /// As given.
        name: String,
    },
    /// Not given and without default.
    #[error("parameter `{name}` has no default and must be given: {kind}")]
    Missing {
        /// As declared.
        name: String,
        /// What it takes.
        kind: ParamKind,
    },
    /// Not a value of its kind.
    #[error("parameter `{name}` cannot be `{value}`: it takes {kind}")]
    Value {
        /// As declared.
        name: String,
        /// As given.
        value: String,
        /// What it takes.
        kind: ParamKind,
    },
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

impl fmt::Display for ParamKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ParamKind::Number(range) => write!(f, "a number from {} to {}", range.min, range.max),
            ParamKind::Integer(range) => write!(f, "a whole number from {} to {}", range.min, range.max),
            ParamKind::Choice(words) => write!(f, "one of {}", words.join(", ")),
            ParamKind::Symbol => f.write_str("a symbol"),
            ParamKind::Column => f.write_str("a column"),
            ParamKind::Timeframe => f.write_str("a timeframe"),
        }
    }
}

impl fmt::Display for ParamValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ParamValue::Number(value) => write!(f, "{value}"),
            ParamValue::Integer(value) => write!(f, "{value}"),
            ParamValue::Text(value) => f.write_str(value),
        }
    }
}

impl ParamKind {
    /// Reads a value of this kind.
    #[must_use]
    pub fn parse(&self, text: &str) -> Option<ParamValue> {
        let value = match self {
            ParamKind::Number(_) => ParamValue::Number(text.parse().ok()?),
            ParamKind::Integer(_) => ParamValue::Integer(text.parse().ok()?),
            _ => ParamValue::Text(text.to_owned()),
        };
        self.admits(&value).then_some(value)
    }

    /// Whether a value is of this kind and within its range.
    #[must_use]
    pub fn admits(&self, value: &ParamValue) -> bool {
        match (self, value) {
            (ParamKind::Number(range), ParamValue::Number(value)) => {
                value.is_finite() && (range.min..=range.max).contains(value)
            }
            (ParamKind::Integer(range), ParamValue::Integer(value)) => (range.min..=range.max).contains(value),
            (ParamKind::Choice(words), ParamValue::Text(word)) => words.contains(word),
            (ParamKind::Symbol, ParamValue::Text(text)) => Symbol::new(text).is_ok(),
            (ParamKind::Column, ParamValue::Text(text)) => text.parse::<Column>().is_ok(),
            (ParamKind::Timeframe, ParamValue::Text(text)) => text.parse::<Timeframe>().is_ok(),
            _ => false,
        }
    }
}

/// Every declared parameter with the value that was given or its default, in the order of the
/// declarations.
///
/// # Errors
/// See [`ParamError`].
pub fn resolve_params(decls: &[ParamDecl], given: &[(String, String)]) -> Result<Vec<Param>, ParamError> {
    for (at, (name, _)) in given.iter().enumerate() {
        if !decls.iter().any(|decl| decl.name == *name) {
            let known = decls.iter().map(|decl| decl.name.clone()).collect();
            return Err(ParamError::Unknown { name: name.clone(), known });
        }
        if given[..at].iter().any(|(earlier, _)| earlier == name) {
            return Err(ParamError::Twice { name: name.clone() });
        }
    }
    let resolve = |decl: &ParamDecl| {
        let (name, kind) = (decl.name.clone(), decl.kind.clone());
        let value = match given.iter().find(|(name, _)| *name == decl.name) {
            Some((_, text)) => decl.kind.parse(text).ok_or_else(|| ParamError::Value {
                name: name.clone(),
                value: text.clone(),
                kind,
            })?,
            None => decl.default.clone().ok_or_else(|| ParamError::Missing { name: name.clone(), kind })?,
        };
        Ok(Param { name, value })
    };
    decls.iter().map(resolve).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_values_are_checked_and_defaults_fill_the_rest() {
        let decl = |name: &str, kind, default| ParamDecl { name: name.into(), summary: String::new(), kind, default };
        let decls = [
            decl("fast", ParamKind::Integer(NumberRange { min: 1, max: 50, step: 1 }), Some(ParamValue::Integer(12))),
            decl("on", ParamKind::Column, None),
        ];
        let check = |given: &[(&str, &str)], want: &str| {
            let given: Vec<_> = given.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
            let got = match resolve_params(&decls, &given) {
                Ok(params) => params.iter().map(|p| format!("{}={}", p.name, p.value)).collect::<Vec<_>>().join(" "),
                Err(error) => error.to_string(),
            };
            assert_eq!(got, want);
        };
        check(&[("on", "close@SPY")], "fast=12 on=close@SPY");
        check(&[("fast", "3"), ("on", "close")], "fast=3 on=close");
        check(
            &[("fast", "51"), ("on", "close")],
            "parameter `fast` cannot be `51`: it takes a whole number from 1 to 50",
        );
        check(&[("on", "Close")], "parameter `on` cannot be `Close`: it takes a column");
        check(&[], "parameter `on` has no default and must be given: a column");
        check(&[("slow", "1")], "there is no parameter `slow` (there are: fast, on)");
        check(&[("fast", "1"), ("fast", "2")], "parameter `fast` is given twice");
    }
}
