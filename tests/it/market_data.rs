//! Market data as users bring it: files of others into a store, exposure of their chains, made markets, each by the
//! command. Real files where `TAPEWRIGHT_TEST_DATA` says that they are; they belong to others and are no part of this.

mod made;
mod real;

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tapewright_tests::hosts;

/// A folder in which commands are typed.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Desk {
        Desk { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn type_in(&self, args: &[&str]) -> Output {
        let mut command = Command::new(hosts::debug());
        command.current_dir(&self.folder).args(args).env("TAPEWRIGHT_HOME", self.path("home")).output().unwrap()
    }

    /// What a command that must succeed says.
    fn said(&self, args: &[&str]) -> String {
        let output = self.type_in(args);
        assert!(output.status.success(), "{args:?}: {}", hosts::stderr(&output));
        hosts::stdout(&output)
    }

    fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.said(args)).unwrap_or_else(|error| panic!("{args:?}: {error}"))
    }

    /// What a command that must refuse says to standard error.
    fn refused(&self, args: &[&str]) -> String {
        let output = self.type_in(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", hosts::stderr(&output));
        hosts::stderr(&output)
    }
}

/// A table in what `data --json` says: rows, first and last known time.
fn table<'a>(data: &'a Value, symbol: &str, table: &str) -> &'a Value {
    let tables = data["tables"].as_array().unwrap();
    let found = tables.iter().find(|of| of["symbol"] == symbol && of["table"] == table);
    found.unwrap_or_else(|| panic!("no {table} of {symbol} in {data:#}"))
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
