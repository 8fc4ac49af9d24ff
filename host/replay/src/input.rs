//! What a declared column stands for: values of a track, of another node, or of the own account.

use std::sync::Arc;

use tapewright_market::ClockColumn;
use tapewright_model::{Column, DetectionField, OwnField, Plan, Symbol, Timeframe};

/// One column of a node's pushes. `T` and `N` name tracks and nodes: by key and run-wide while the graph
/// is built, by index within the unit when it runs.
#[derive(Clone, Debug)]
pub(crate) enum Input<T, N> {
    /// A market column, by its index in the track's frame.
    Market { track: T, column: usize },
    /// Known time of a track's row, in UTC seconds since 1970.
    Time { track: T },
    /// An output column of another node: `slot` is output × instruments + instrument.
    Output { node: N, slot: usize },
    /// A field of another node's latest detection.
    Field { node: N, field: FieldKey },
    /// What a clock or a diary tells of the node's own rows.
    Clock { column: Arc<ClockColumn> },
    /// The own account.
    Own { instrument: usize, field: OwnField },
}

/// Which field of which detections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FieldKey {
    pub(crate) pattern: u32,
    pub(crate) instrument: u32,
    pub(crate) field: DetectionField,
}

impl<T, N> Input<T, N> {
    /// The node that it reads.
    pub(crate) fn node(&self) -> Option<&N> {
        match self {
            Input::Output { node, .. } | Input::Field { node, .. } => Some(node),
            _ => None,
        }
    }

    /// The track that it reads.
    pub(crate) fn track(&self) -> Option<&T> {
        match self {
            Input::Market { track, .. } | Input::Time { track } => Some(track),
            _ => None,
        }
    }

    /// The same input with other names for tracks and nodes; `None` when there is no such name.
    pub(crate) fn rename<U, M>(
        &self,
        track: impl Fn(&T) -> Option<U>,
        node: impl Fn(&N) -> Option<M>,
    ) -> Option<Input<U, M>> {
        Some(match self {
            Input::Market { track: key, column } => Input::Market { track: track(key)?, column: *column },
            Input::Time { track: key } => Input::Time { track: track(key)? },
            Input::Output { node: key, slot } => Input::Output { node: node(key)?, slot: *slot },
            Input::Field { node: key, field } => Input::Field { node: node(key)?, field: *field },
            Input::Clock { column } => Input::Clock { column: Arc::clone(column) },
            Input::Own { instrument, field } => Input::Own { instrument: *instrument, field: *field },
        })
    }
}

/// A column as one instrument of a node sees it: nothing is left to the context.
pub(crate) enum Concrete<'a> {
    Data {
        name: &'a str,
        symbol: Symbol,
        timeframe: Option<Timeframe>,
    },
    Plugin {
        alias: &'a str,
        output: &'a str,
        field: Option<DetectionField>,
        symbol: Symbol,
        timeframe: Option<Timeframe>,
    },
    Own {
        instrument: usize,
        field: OwnField,
    },
}

/// The columns of a plan in the order of a push: those without a symbol once for each instrument.
pub(crate) fn expand<'a>(plan: &'a Plan, symbols: &[Symbol]) -> Vec<(&'a Column, Concrete<'a>)> {
    let mut all = Vec::new();
    for column in &plan.columns {
        match column {
            Column::Data { name, symbol, timeframe } => {
                for symbol in symbol.as_ref().map_or(symbols, std::slice::from_ref) {
                    all.push((column, Concrete::Data { name, symbol: symbol.clone(), timeframe: *timeframe }));
                }
            }
            Column::Plugin { alias, output, field, symbol, timeframe } => {
                for symbol in symbol.as_ref().map_or(symbols, std::slice::from_ref) {
                    let (symbol, field, timeframe) = (symbol.clone(), *field, *timeframe);
                    all.push((column, Concrete::Plugin { alias, output, field, symbol, timeframe }));
                }
            }
            Column::Own(field) => {
                let own = |instrument| (column, Concrete::Own { instrument, field: *field });
                all.extend((0..symbols.len()).map(own));
            }
        }
    }
    all
}
