//! All properties of one subject, in their order.

use tapewright_engine::{CONTRACT, OpenError};
use tapewright_model::Plan;

use crate::blind;
use crate::properties::memory::MemoryRow;
use crate::properties::{determinism, endurance, faults, levels, memory, peeking, push_size, speed};
use crate::property::{Line, Property, Verdict};
use crate::said::Said;
use crate::subject::Subject;

/// What was found.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Checked {
    /// Rows that it was shown.
    pub rows: usize,
    /// A line a property.
    pub lines: Vec<Line>,
    /// How much history its answers need.
    pub memory: Vec<MemoryRow>,
}

impl Checked {
    /// Whether nothing failed.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.lines.iter().all(|line| line.verdict != Verdict::Fail)
    }
}

/// What the properties look at, so that nothing is run twice for two of them.
pub(crate) struct Case<'a> {
    pub(crate) subject: Subject<'a>,
    pub(crate) plan: &'a Plan,
    /// What it says one row a push: what a fault and an answer mean.
    pub(crate) alone: &'a Said,
    /// What it says in pushes as large as they may be.
    pub(crate) whole: &'a Said,
    pub(crate) push_rows_max: usize,
}

/// Checks everything that rows alone can tell. `prices` says which of the shown columns are in units of the price: with them it
/// is asked whether the plugin knows where its rows come from.
///
/// # Errors
/// When the plugin does not open.
pub fn check(subject: Subject<'_>, prices: Option<&[bool]>) -> Result<Checked, OpenError> {
    let instance = subject.open()?;
    let plan = std::sync::Arc::clone(instance.plan());
    drop(instance);
    let push_rows_max = subject.push_rows_max(&plan);
    let alone = subject.says(1)?;
    let whole = if plan.one_row_a_push() { subject.says(1)? } else { subject.says(push_rows_max)? };
    let case = Case { subject, plan: &plan, alone: &alone, whole: &whole, push_rows_max };
    let imports = match subject.plugin.imports() {
        [] => "nothing".to_owned(),
        imports => imports.join(", "),
    };
    let mut lines = vec![
        Line::pass(Property::Contract, CONTRACT),
        Line::pass(Property::Imports, imports),
        faults::line(&case),
        determinism::line(&case)?,
        push_size::line(&case)?,
        peeking::line(&case)?,
    ];
    let (line, table) = memory::line(&case)?;
    lines.extend([line, endurance::line(&case)?, levels::line(&case), speed::line(&case)?]);
    if let Some(prices) = prices {
        lines.push(blind::line(&case, prices)?);
    }
    Ok(Checked { rows: subject.rows(), lines, memory: table })
}
