//! The database's shape, in numbered steps; `user_version` is how many have been taken.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use crate::LedgerError;

const STEPS: [&str; 2] = [
    "CREATE TABLE plugin (
        digest TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        added TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
     ) STRICT;
     CREATE TABLE run (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL,
        provenance TEXT NOT NULL,
        begun TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
        digest TEXT
     ) STRICT;
     CREATE TABLE unit (
        run INTEGER NOT NULL REFERENCES run (id),
        key TEXT NOT NULL,
        digest TEXT NOT NULL,
        records INTEGER NOT NULL,
        segment TEXT NOT NULL,
        figures TEXT NOT NULL,
        PRIMARY KEY (run, key)
     ) STRICT, WITHOUT ROWID;",
    // numbers of the nodes with a file of output columns, each followed by a comma
    "ALTER TABLE unit ADD COLUMN outputs TEXT NOT NULL DEFAULT '';",
];

pub(crate) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), LedgerError> {
    // one process at a time, and each step whole
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let known = STEPS.len() as i64;
    let taken = usize::try_from(found).ok().filter(|taken| *taken <= STEPS.len());
    let taken = taken.ok_or_else(|| LedgerError::Newer { path: path.to_owned(), found, known })?;
    for step in &STEPS[taken..] {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", known)?;
    Ok(transaction.commit()?)
}
