//! What the bytes of one file hold, read in one format, without a store or a file on disk.
//!
//! Promises to read every line as an import would and to hold none of them.
//! Refuses to know: archives, and whether rows fit each other or what is stored; that is an import's to say.

use std::collections::BTreeSet;

use super::format::{Format, recognise};
use super::formats::FORMATS;
use super::gather::check_columns;
use super::rows::{Rows, Shape, When};
use super::source::Source;
use super::{ImportOptions, hints, only};
use crate::chain::Chain;
use crate::error::MarketError;
use crate::event::Event;
use crate::factors::Factors;

/// Lines that cannot be read of which it is said why; the others are counted.
const UNREADABLE_MAX: usize = 100;

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Preview {
    /// The format in which it was read.
    pub format: String,
    /// Rows, options, events and factors in it.
    pub rows: u64,
    /// Whose; events of no instrument are nobody's.
    pub symbols: BTreeSet<String>,
    /// Lines that cannot be read, and why: the first hundred. Line 0 is of a file that has no lines.
    pub unreadable: Vec<(u64, String)>,
    /// How many there are beside these.
    pub unreadable_dropped: u64,
}

/// Reads the bytes of one file, packed with gzip or not, under its name. Of the options symbol, timezone, timeframe,
/// calendar and format count; without a format it is recognised.
///
/// # Errors
/// [`MarketError::File`] of the option that is none, else of the file, which is named as it is here.
pub fn preview(name: &str, bytes: &[u8], options: &ImportOptions) -> Result<Preview, MarketError> {
    let (hints, only) = (hints(options)?, only(FORMATS, options)?);
    let source = Source::of_bytes(name, bytes);
    let format: &dyn Format = match only {
        Some(format) => format,
        None => recognise(&source.head()?, FORMATS)?,
    };
    let mut seen =
        Seen { file: name, preview: Preview { format: format.name().to_owned(), ..Preview::default() }, series: 0 };
    format.read(&source, &hints, &mut seen)?;
    Ok(seen.preview)
}

struct Seen<'a> {
    file: &'a str,
    preview: Preview,
    series: usize,
}

impl Rows for Seen<'_> {
    fn series(&mut self, shape: Shape) -> Result<usize, MarketError> {
        check_columns(&shape.columns).map_err(|reason| MarketError::File { path: self.file.to_owned(), reason })?;
        self.preview.symbols.insert(shape.key.symbol.to_string());
        self.series += 1;
        Ok(self.series - 1)
    }

    fn row(&mut self, _series: usize, line: u64, _when: When, values: &[f64]) -> Result<(), MarketError> {
        if let Some(value) = values.iter().find(|value| value.is_infinite()) {
            return self.unreadable(line, format!("{value} is no price"));
        }
        self.preview.rows += 1;
        Ok(())
    }

    fn chain(&mut self, chain: Chain) -> Result<(), MarketError> {
        self.preview.symbols.insert(chain.symbol.to_string());
        self.preview.rows += chain.quotes.len() as u64;
        Ok(())
    }

    fn event(&mut self, _line: u64, event: Event) -> Result<(), MarketError> {
        self.preview.symbols.extend(event.symbol.map(|symbol| symbol.to_string()));
        self.preview.rows += 1;
        Ok(())
    }

    fn factors(&mut self, factors: Factors) -> Result<(), MarketError> {
        self.preview.symbols.insert(factors.symbol.to_string());
        self.preview.rows += factors.factors.len() as u64;
        Ok(())
    }

    fn unreadable(&mut self, line: u64, reason: String) -> Result<(), MarketError> {
        if self.preview.unreadable.len() < UNREADABLE_MAX {
            self.preview.unreadable.push((line, reason));
        } else {
            self.preview.unreadable_dropped += 1;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_counts_what_an_import_would_read() {
        let days = b"date,symbol,close\n2024-01-03,A,1\n2024-01-03,B,2\n2024-01-04,A,x\n";
        let seen = preview("days.csv", days, &ImportOptions::default()).unwrap();
        let unreadable = vec![(4, "`x` in column `close` is not a number".to_owned())];
        let symbols = BTreeSet::from(["A".to_owned(), "B".to_owned()]);
        assert_eq!(seen, Preview { format: "plain".to_owned(), rows: 2, symbols, unreadable, unreadable_dropped: 0 });
        let lines = "2024-01-04,A,x\n".repeat(UNREADABLE_MAX + 5);
        let seen = preview("days.csv", format!("date,symbol,close\n{lines}").as_bytes(), &ImportOptions::default());
        let seen = seen.unwrap();
        assert_eq!((seen.rows, seen.unreadable.len(), seen.unreadable_dropped), (0, UNREADABLE_MAX, 5));
        let error = preview("a.bin", b"hello", &ImportOptions::default()).unwrap_err().to_string();
        assert!(error.starts_with("a.bin: its form is not known; it begins with `hello`"), "{error}");
        let options = ImportOptions { format: Some("chain-csv".to_owned()), ..ImportOptions::default() };
        assert_eq!(preview("days.csv", days, &options).unwrap().rows, 0);
    }
}
