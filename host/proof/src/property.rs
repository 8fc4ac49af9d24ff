//! What is asked of a plugin, and the answers.

/// One property.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Property {
    /// It speaks this host's contract.
    Contract,
    /// It imports the log or nothing.
    Imports,
    /// It ends no call early: no trap, no breach, no bound that it runs into.
    Limits,
    /// The same rows give the same answers.
    Determinism,
    /// However the rows are cut into pushes.
    PushInvariance,
    /// Rows to come change nothing.
    NoPeeking,
    /// The rows that it promises to remember decide alone.
    Memory,
    /// It does not grow with the rows.
    Endurance,
    /// What it claims can be judged.
    Levels,
    /// How much it costs.
    Speed,
    /// It says the same of rows whose symbol, dates and prices it cannot know.
    Blind,
    /// The source gives these bytes.
    Source,
}

impl Property {
    /// As it is printed.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Property::Contract => "contract",
            Property::Imports => "imports",
            Property::Limits => "limits",
            Property::Determinism => "determinism",
            Property::PushInvariance => "push invariance",
            Property::NoPeeking => "no peeking",
            Property::Memory => "memory honesty",
            Property::Endurance => "bounded memory",
            Property::Levels => "levels",
            Property::Speed => "speed",
            Property::Blind => "blind",
            Property::Source => "source",
        }
    }
}

/// Whether it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It does.
    Pass,
    /// It does not.
    Fail,
    /// Nothing to hold, or a figure without a verdict.
    Told,
}

/// One property's line.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Line {
    /// Which.
    pub property: Property,
    /// Whether it holds.
    pub verdict: Verdict,
    /// Why; of a failure the first row, and both answers.
    pub why: String,
}

impl Line {
    /// It holds.
    #[must_use]
    pub fn pass(property: Property, why: impl Into<String>) -> Line {
        Line { property, verdict: Verdict::Pass, why: why.into() }
    }

    /// It does not hold.
    #[must_use]
    pub fn fail(property: Property, why: impl Into<String>) -> Line {
        Line { property, verdict: Verdict::Fail, why: why.into() }
    }

    /// Something to know.
    #[must_use]
    pub fn told(property: Property, why: impl Into<String>) -> Line {
        Line { property, verdict: Verdict::Told, why: why.into() }
    }
}
