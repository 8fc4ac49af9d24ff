//! What a catalog says of an entry, and how an entry refuses.

use crate::bindings::types::{self, IntegerRange, NumberRange, ParamKind, ParamValue};

/// One entry of the catalog.
pub struct Entry(pub(crate) types::Entry);

/// A declared parameter.
pub struct Param(types::ParamDecl);

impl Entry {
    /// An entry for one instrument at a time. The name is snake case.
    pub fn new(name: &str, summary: &str) -> Entry {
        Entry(types::Entry { name: name.into(), summary: summary.into(), panel: false, params: Vec::new() })
    }

    /// Takes all instruments at once.
    pub fn panel(mut self) -> Entry {
        self.0.panel = true;
        self
    }

    /// Adds a parameter.
    pub fn param(mut self, param: Param) -> Entry {
        self.0.params.push(param.0);
        self
    }
}

impl Param {
    fn new(name: &str, summary: &str, kind: ParamKind, default: Option<ParamValue>) -> Param {
        Param(types::ParamDecl { name: name.into(), summary: summary.into(), kind, default })
    }

    /// A whole number from `min` to `max`.
    pub fn integer(name: &str, summary: &str, (min, max): (i64, i64), default: i64) -> Param {
        Param::new(
            name,
            summary,
            ParamKind::Integer(IntegerRange { min, max, step: 0 }),
            Some(ParamValue::Integer(default)),
        )
    }

    /// A finite number from `min` to `max`.
    pub fn number(name: &str, summary: &str, (min, max): (f64, f64), default: f64) -> Param {
        Param::new(
            name,
            summary,
            ParamKind::Number(NumberRange { min, max, step: 0.0 }),
            Some(ParamValue::Number(default)),
        )
    }

    /// One of some words, the first the default.
    pub fn choice(name: &str, summary: &str, words: &[&str]) -> Param {
        let default = words.first().map(|word| ParamValue::Text((*word).into()));
        let words = words.iter().map(|word| (*word).into()).collect();
        Param::new(name, summary, ParamKind::Choice(words), default)
    }

    /// A symbol; the user must name it unless there is a default.
    pub fn symbol(name: &str, summary: &str, default: Option<&str>) -> Param {
        Param::new(name, summary, ParamKind::Symbol, default.map(|text| ParamValue::Text(text.into())))
    }

    /// A column; the user must name it unless there is a default.
    pub fn column(name: &str, summary: &str, default: Option<&str>) -> Param {
        Param::new(name, summary, ParamKind::Column, default.map(|text| ParamValue::Text(text.into())))
    }

    /// A timeframe; the user must name it unless there is a default.
    pub fn timeframe(name: &str, summary: &str, default: Option<&str>) -> Param {
        Param::new(name, summary, ParamKind::Timeframe, default.map(|text| ParamValue::Text(text.into())))
    }

    /// A hint for sweeps over a number or an integer.
    pub fn step(mut self, step: f64) -> Param {
        match &mut self.0.kind {
            ParamKind::Number(range) => range.step = step,
            ParamKind::Integer(range) => range.step = step as i64,
            _ => {}
        }
        self
    }
}

impl types::Refusal {
    /// One parameter's value does not do.
    pub fn param(name: &str, reason: &str) -> types::Refusal {
        types::Refusal::Param(types::ParamRefusal { name: name.into(), reason: reason.into() })
    }

    /// Each value would do, but not together.
    pub fn combination(names: &[&str], reason: &str) -> types::Refusal {
        let names = names.iter().map(|name| (*name).into()).collect();
        types::Refusal::Combination(types::CombinationRefusal { names, reason: reason.into() })
    }
}
