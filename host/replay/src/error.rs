//! Why a run does not start, or stops.

use tapewright_engine::{OpenError, TooManyInstances};
use tapewright_market::MarketError;
use tapewright_model::Column;

use crate::run::SinkError;

/// Why plugins and data do not make a graph. All of it is the user's to mend.
#[derive(Debug, thiserror::Error)]
pub enum GraphError {
    /// Two bindings of one name.
    #[error("two plugins are called `{alias}`\nhint: give one another name, as in other=FILE.wasm#ENTRY")]
    AliasTwice {
        /// Which.
        alias: String,
    },
    /// An instrument that the data does not hold.
    #[error("there is no instrument {symbol} in the data (there are: {known})")]
    NoSymbol {
        /// Which.
        symbol: String,
        /// What there is.
        known: String,
    },
    /// An entry did not open.
    #[error("`{label}` does not open: {error}")]
    Open {
        /// Which node.
        label: String,
        /// Why.
        error: OpenError,
    },
    /// A column that nothing gives.
    #[error("`{label}` reads `{column}`, which {why}")]
    NoColumn {
        /// Which node.
        label: String,
        /// Which column.
        column: Column,
        /// What is missing, and what there is.
        why: String,
    },
    /// A pattern that cannot be judged.
    #[error("`{label}` declares pattern `{pattern}`, whose {why}")]
    Rule {
        /// Which node.
        label: String,
        /// Which pattern.
        pattern: String,
        /// What this host does not do.
        why: String,
    },
    /// Nodes that wait for each other.
    #[error("nodes read each other in a circle: {}", .labels.join(" → "))]
    Cycle {
        /// Each reads the next, the last the first.
        labels: Vec<String>,
    },
}

/// Why a run stopped. A plugin's fault never stops a run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// It did not start.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// More instances than the machine carries.
    #[error("unit `{unit}` needs {error}")]
    TooMany {
        /// Which unit.
        unit: String,
        /// How many.
        error: TooManyInstances,
    },
    /// An entry that opened before does not open again, or with another plan.
    #[error("`{label}` opened before and now does not: {why}")]
    Reopen {
        /// Which node.
        label: String,
        /// Why.
        why: String,
    },
    /// The data could not be read to its end.
    #[error(transparent)]
    Market(#[from] MarketError),
    /// What was said could not be kept.
    #[error("what was said could not be kept")]
    Sink(#[from] SinkError),
    /// Ours.
    #[error("this is a bug of Tapewright: {0}")]
    Bug(&'static str),
}
