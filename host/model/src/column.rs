//! The grammar of columns, parsed once; an error points at the character.
//!
//! ```text
//! data     name[@SYMBOL][:timeframe]            close   close@SPY   close:1d   gex.total@SPY:1d
//! plugin   alias/output[@SYMBOL][:timeframe]    vpa/effort   pivots/l2_high.strength@SPY
//! own      own.FIELD                            own.entry_price
//! ```
//! `f(…)` is reserved for derived columns.

use std::fmt;
use std::str::FromStr;

use crate::{Symbol, Timeframe};

/// A column that a plan reads. `symbol: None` is the node's own instrument (each of them, in a
/// panel); `timeframe: None` the node's own timeframe.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// A market column.
    Data {
        /// `close`, `gex.total`; `time` is since when the joined row holds, in UTC seconds since 1970.
        name: String,
        /// Of which instrument.
        symbol: Option<Symbol>,
        /// Of which bars.
        timeframe: Option<Timeframe>,
    },
    /// An output column of another node, or a field of the latest of its detections of a pattern.
    Plugin {
        /// The name under which the run holds the other plugin.
        alias: String,
        /// Output or pattern.
        output: String,
        /// Given for a pattern.
        field: Option<DetectionField>,
        /// Of which instrument.
        symbol: Option<Symbol>,
        /// Which of the alias's nodes.
        timeframe: Option<Timeframe>,
    },
    /// What became of the strategy's own targets.
    Own(OwnField),
}

/// How a detection reads as a column. All fields are NaN before the first detection of the pattern
/// and then tell the latest one.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum DetectionField {
    /// As said.
    Strength,
    /// As said; NaN when none was stated.
    Probability,
    /// −1 down, 0 neutral, 1 up.
    Direction,
    /// Rows of the detecting node since it was said, 0 on that row.
    Age,
}

/// A strategy's own account, true at the row after everything that stood was executed on it.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum OwnField {
    /// Position × close ÷ equity, signed; 0 flat.
    Exposure,
    /// Average price of the open position; NaN when flat.
    EntryPrice,
    /// Rows since the position was entered, 0 on that row; NaN when flat.
    RowsHeld,
    /// Cash + Σ position × close, of the whole account.
    Equity,
    /// 1 − equity ÷ its highest so far; 0 at a high.
    Drawdown,
    /// Why the last fill that reduced the position happened: 0 target, 1 stop, 2 take, 3 expiry; NaN
    /// before the first.
    ExitReason,
}

/// A text that is no column.
#[derive(Debug, Clone, thiserror::Error)]
#[error("`{text}` is not a column: {wanted}\n {mark:>width$}", mark = "^", width = .at + 1)]
pub struct ColumnError {
    /// What was read.
    pub text: String,
    /// Byte at which it stopped making sense.
    pub at: usize,
    /// What was wanted there.
    pub wanted: &'static str,
}

/// Longest column, in bytes: four names of 64. An error shows all of it, and a mark below it: a width beyond 65,535 would
/// panic.
const COLUMN_BYTES_MAX: usize = 256;

const FIELDS: [(&str, DetectionField); 4] = [
    ("strength", DetectionField::Strength),
    ("probability", DetectionField::Probability),
    ("direction", DetectionField::Direction),
    ("age", DetectionField::Age),
];
const OWN: [(&str, OwnField); 6] = [
    ("exposure", OwnField::Exposure),
    ("entry_price", OwnField::EntryPrice),
    ("rows_held", OwnField::RowsHeld),
    ("equity", OwnField::Equity),
    ("drawdown", OwnField::Drawdown),
    ("exit_reason", OwnField::ExitReason),
];

impl FromStr for Column {
    type Err = ColumnError;

    fn from_str(text: &str) -> Result<Column, ColumnError> {
        if text.len() > COLUMN_BYTES_MAX {
            let text = text[..text.floor_char_boundary(COLUMN_BYTES_MAX)].to_owned();
            return Err(ColumnError { text, at: COLUMN_BYTES_MAX, wanted: "wanted no more than 256 bytes" });
        }
        let fail = |at: usize, wanted| ColumnError { text: text.to_owned(), at, wanted };
        if text.starts_with("f(") {
            return Err(fail(0, "f(…) is reserved for derived columns"));
        }
        let name_end = text.find(['@', ':']).unwrap_or(text.len());
        let colon = text[name_end..].find(':').map(|at| at + name_end);
        let timeframe = match colon {
            Some(at) => Some(
                text[at + 1..].parse().map_err(|_| fail(at + 1, "wanted a timeframe such as 5m or 1d after `:`"))?,
            ),
            None => None,
        };
        let symbol = match text[name_end..].strip_prefix('@') {
            Some(rest) => {
                let end = rest.find(':').unwrap_or(rest.len());
                Some(Symbol::new(&rest[..end]).map_err(|_| fail(name_end + 1, "wanted a symbol after `@`"))?)
            }
            None => None,
        };
        let name = &text[..name_end];
        let (alias, output) = match name.split_once('/') {
            Some((alias, output)) => (Some(alias), output),
            None => (None, name),
        };
        if let Some(alias) = alias {
            let output_at = alias.len() + 1;
            word(alias).map_err(|at| fail(at, "wanted an alias of lower-case letters, digits and _"))?;
            let (output, field) = match output.split_once('.') {
                None => (output, None),
                Some((pattern, field)) => {
                    let known = FIELDS.iter().find(|(name, _)| *name == field);
                    let at = output_at + pattern.len() + 1;
                    let wanted = "wanted strength, probability, direction or age after `.`";
                    (pattern, Some(known.ok_or_else(|| fail(at, wanted))?.1))
                }
            };
            word(output).map_err(|at| fail(output_at + at, "wanted an output or a pattern after `/`"))?;
            let (alias, output) = (alias.to_owned(), output.to_owned());
            return Ok(Column::Plugin { alias, output, field, symbol, timeframe });
        }
        let mut at = 0;
        for part in name.split('.') {
            word(part).map_err(|off| fail(at + off, "wanted a name of lower-case letters, digits and _"))?;
            at += part.len() + 1;
        }
        if let Some(field) = name.strip_prefix("own.") {
            let known = OWN.iter().find(|(name, _)| *name == field);
            let wanted = "wanted exposure, entry_price, rows_held, equity, drawdown or exit_reason";
            let (_, field) = known.ok_or_else(|| fail(4, wanted))?;
            if name_end < text.len() {
                return Err(fail(name_end, "own columns have no symbol and no timeframe"));
            }
            return Ok(Column::Own(*field));
        }
        Ok(Column::Data { name: name.to_owned(), symbol, timeframe })
    }
}

/// The byte at which a text stops being a word of the grammar.
fn word(text: &str) -> Result<(), usize> {
    if !text.starts_with(|c: char| c.is_ascii_lowercase()) {
        return Err(0);
    }
    let end = text.find(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'));
    end.map_or(Ok(()), Err)
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (symbol, timeframe) = match self {
            Column::Data { name, symbol, timeframe } => {
                f.write_str(name)?;
                (symbol, timeframe)
            }
            Column::Plugin { alias, output, field, symbol, timeframe } => {
                write!(f, "{alias}/{output}")?;
                if let Some((name, _)) = FIELDS.iter().find(|(_, known)| Some(*known) == *field) {
                    write!(f, ".{name}")?;
                }
                (symbol, timeframe)
            }
            Column::Own(field) => {
                let known = OWN.iter().find(|(_, known)| known == field);
                return write!(f, "own.{}", known.map_or("", |(name, _)| name));
            }
        };
        if let Some(symbol) = symbol {
            write!(f, "@{symbol}")?;
        }
        if let Some(timeframe) = timeframe {
            write!(f, ":{timeframe}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_reads_back_what_it_writes() {
        for text in [
            "close",
            "close@SPY",
            "close:1d",
            "gex.total@BRK.B:1d",
            "vpa/effort",
            "vpa/effort:1h",
            "pivots/l2_high.strength@SPY",
            "own.entry_price",
            "time@SPY:1d",
            "session.minutes_left",
        ] {
            assert_eq!(text.parse::<Column>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn an_error_points_at_the_character() {
        for (text, at) in [
            ("", 0),
            ("Close", 0),
            ("clo se", 3),
            ("close@", 6),
            ("close@S Y", 6),
            ("close:", 6),
            ("close:1x", 6),
            ("vpa/", 4),
            ("/out", 0),
            ("vpa/out.size", 8),
            ("own.money", 4),
            ("own.equity@SPY", 10),
            ("gex..total", 4),
            ("f(close)", 0),
            ("a/b/c", 3),
            (&format!("{} ", "a".repeat(70_000)), 256),
            (&"é".repeat(70_000), 256),
        ] {
            let error = text.parse::<Column>().unwrap_err();
            assert_eq!(error.at, at, "{text}");
            assert!(error.to_string().len() < 1_000);
        }
    }
}
