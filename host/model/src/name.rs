//! Names: of symbols, and of what plugins declare.

use std::fmt;
use std::sync::Arc;

/// Longest symbol or name, in bytes. OCC option symbols have 21; nothing known has more than 32.
const NAME_BYTES_MAX: usize = 64;

/// The name of an instrument, such as `SPY` or `BTC-USD`: 1 to 64 bytes of letters, digits and
/// `. _ - ^ = $ +`. Cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol(Arc<str>);

/// A text that is no name.
#[derive(Debug, Clone, thiserror::Error)]
pub enum NameError {
    /// Not a symbol.
    #[error("`{0}` is not a symbol (1 to 64 letters, digits or . _ - ^ = $ +)")]
    Symbol(String),
    /// Not a snake-case name.
    #[error("`{0}` is not a name (1 to 64 lower-case letters, digits or _, a letter first)")]
    Name(String),
}

impl Symbol {
    /// Checks and keeps a symbol.
    ///
    /// # Errors
    /// [`NameError::Symbol`] when it has other characters or another length.
    pub fn new(text: &str) -> Result<Symbol, NameError> {
        let fits = (1..=NAME_BYTES_MAX).contains(&text.len());
        if fits && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-^=$+".contains(&b)) {
            Ok(Symbol(text.into()))
        } else {
            Err(NameError::Symbol(text.chars().take(NAME_BYTES_MAX).collect()))
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Symbol {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Symbol, NameError> {
        Symbol::new(text)
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Checks a name that a plugin declares (entry, parameter, output, pattern) or a user chooses (alias).
///
/// # Errors
/// [`NameError::Name`] unless it is 1 to 64 lower-case letters, digits or `_`, a letter first.
pub fn check_name(text: &str) -> Result<(), NameError> {
    let fits = (1..=NAME_BYTES_MAX).contains(&text.len());
    let rest = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if fits && rest && text.as_bytes()[0].is_ascii_lowercase() {
        Ok(())
    } else {
        Err(NameError::Name(text.chars().take(NAME_BYTES_MAX).collect()))
    }
}
