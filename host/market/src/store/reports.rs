//! What each import found: `imports/000001.json` and on.

use std::path::{Path, PathBuf};

use super::{Store, entries};
use crate::error::MarketError;
use crate::import::Import;

impl Store {
    /// What the last import found; `None` before the first.
    ///
    /// # Errors
    /// When its report cannot be read.
    pub fn last_import(&self) -> Result<Option<Import>, MarketError> {
        let Some(path) = self.reports()?.pop() else { return Ok(None) };
        let text = std::fs::read(&path).map_err(MarketError::io(&path))?;
        serde_json::from_slice(&text).map(Some).map_err(|error| MarketError::file(&path, error))
    }

    /// Where the next report goes.
    pub(crate) fn next_report(&self) -> Result<PathBuf, MarketError> {
        let last = self.reports()?.pop().and_then(|path| number(&path)).unwrap_or(0);
        Ok(self.folder().join("imports").join(format!("{:06}.json", last + 1)))
    }

    fn reports(&self) -> Result<Vec<PathBuf>, MarketError> {
        let mut reports = entries(&self.folder().join("imports"))?;
        reports.retain(|path| number(path).is_some());
        reports.sort_by_key(|path| number(path));
        Ok(reports)
    }
}

fn number(path: &Path) -> Option<u32> {
    path.file_name()?.to_str()?.strip_suffix(".json")?.parse().ok()
}
