//! The ledger: one folder, one database in it, one writer a process.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension, params};
use tapewright_model::{Digest, UnitNames};

use crate::folder::Folder;
use crate::segment::{self, OutputsReader, SegmentReader};
use crate::{LedgerError, SegmentWriter, migrations};

/// How long a process waits for another one's write.
const BUSY_MAX: Duration = Duration::from_secs(10);

/// Bytes of a kept component at most: none that is larger was ever loaded.
const PLUGIN_BYTES_MAX: u64 = 32 << 20;
/// The database's file in the home folder.
const DATABASE: &str = "ledger.db";

/// An open ledger.
pub struct Ledger {
    home: Folder,
    plugins: Folder,
    segments: Folder,
    connection: Mutex<Connection>,
}

/// A run that begins.
pub struct NewRun<'a> {
    /// Digest of everything that decides what it writes.
    pub key: &'a Digest,
    /// How to do it again, as JSON.
    pub provenance: &'a str,
}

/// A run as the database holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct RunRow {
    /// Counts up.
    pub id: i64,
    /// Digest of everything that decides what it writes.
    pub key: Digest,
    /// How to do it again, as JSON.
    pub provenance: String,
    /// When it began, in UTC.
    pub begun: String,
    /// Of everything that it said; missing until all its units are done.
    pub digest: Option<Digest>,
}

/// A finished unit.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitRow {
    /// Names it within its run.
    pub key: Digest,
    /// Of everything that it said; also its segment's name.
    pub digest: Digest,
    /// How many records.
    pub records: u64,
    /// Of its segment's bytes.
    pub segment: Digest,
    /// Nodes of which the segment holds output columns.
    pub outputs: Vec<usize>,
    /// Figures beside the digest, as JSON.
    pub figures: String,
}

impl Ledger {
    /// Opens the ledger in a folder, which is made when it is missing.
    ///
    /// # Errors
    /// When the folder or the database cannot be used.
    pub fn open(home: &Path) -> Result<Ledger, LedgerError> {
        let home = Folder::named(home)?;
        let (plugins, segments) = (home.within("plugins")?, home.within("segments")?);
        plugins.sweep();
        segments.sweep();
        let path = home.shown(DATABASE);
        let mut connection = connect(&home)?;
        connection.busy_timeout(BUSY_MAX)?;
        write_ahead(&connection)?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        migrations::migrate(&mut connection, &path)?;
        Ok(Ledger { home, plugins, segments, connection: Mutex::new(connection) })
    }

    /// Its folder.
    #[must_use]
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Keeps a component, so that its runs can be done again when the file is gone.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add_plugin(&self, digest: &Digest, name: &str, bytes: &[u8]) -> Result<(), LedgerError> {
        // what is there under this name may have been damaged since
        if self.plugin(digest).as_deref() != Some(bytes) {
            self.plugins.write_whole(&plugin_name(digest), bytes)?;
        }
        self.writer().execute(
            "INSERT OR IGNORE INTO plugin (digest, name, bytes) VALUES (?1, ?2, ?3)",
            params![digest.to_string(), name, bytes.len() as i64],
        )?;
        Ok(())
    }

    /// A component that is kept; `None` when it is missing or not what its name says.
    #[must_use]
    pub fn plugin(&self, digest: &Digest) -> Option<Vec<u8>> {
        let bytes = self.plugins.read(&plugin_name(digest), PLUGIN_BYTES_MAX)?;
        (Digest::of_file(&bytes) == *digest).then_some(bytes)
    }

    /// Where a component is kept, for people.
    #[must_use]
    pub fn plugin_path(&self, digest: &Digest) -> PathBuf {
        self.plugins.shown(&plugin_name(digest))
    }

    /// Begins a run and gives its number.
    ///
    /// # Errors
    /// Of the database.
    pub fn begin_run(&self, run: &NewRun<'_>) -> Result<i64, LedgerError> {
        let writer = self.writer();
        writer.execute(
            "INSERT INTO run (key, provenance) VALUES (?1, ?2)",
            params![run.key.to_string(), run.provenance],
        )?;
        Ok(writer.last_insert_rowid())
    }

    /// A run by number.
    ///
    /// # Errors
    /// [`LedgerError::NoRun`], or of the database.
    pub fn run(&self, id: i64) -> Result<RunRow, LedgerError> {
        let query = "SELECT key, provenance, begun, digest FROM run WHERE id = ?1";
        let read = |row: &rusqlite::Row<'_>| {
            Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?, row.get::<_, Option<String>>(3)?))
        };
        let row = self.writer().query_row(query, [id], read).optional()?;
        let Some((key, provenance, begun, finished)) = row else {
            return Err(LedgerError::NoRun { id, home: self.home().to_owned(), unfinished: self.unfinished()? });
        };
        let finished = finished.map(|text| digest(&text)).transpose()?;
        Ok(RunRow { id, key: digest(&key)?, provenance, begun, digest: finished })
    }

    /// Every run, the newest first.
    ///
    /// # Errors
    /// Of the database.
    pub fn runs(&self) -> Result<Vec<RunRow>, LedgerError> {
        let ids: Vec<i64> = {
            let writer = self.writer();
            let mut query = writer.prepare("SELECT id FROM run ORDER BY id DESC")?;
            query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?
        };
        ids.into_iter().map(|id| self.run(id)).collect()
    }

    /// Runs that have not ended, oldest first.
    ///
    /// # Errors
    /// Of the database.
    pub fn unfinished(&self) -> Result<Vec<i64>, LedgerError> {
        let writer = self.writer();
        let mut query = writer.prepare("SELECT id FROM run WHERE digest IS NULL ORDER BY id")?;
        let ids = query.query_map([], |row| row.get(0))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    /// Whether a unit's segment is there, and holds what was written.
    #[must_use]
    pub fn is_whole(&self, unit: &UnitRow) -> bool {
        segment::digest_of(&self.segments, &unit.digest, &unit.outputs) == Some(unit.segment)
    }

    /// The finished units of a run.
    ///
    /// # Errors
    /// Of the database.
    pub fn units(&self, run: i64) -> Result<Vec<UnitRow>, LedgerError> {
        let writer = self.writer();
        let mut query = writer
            .prepare("SELECT key, digest, records, figures, segment, outputs FROM unit WHERE run = ?1 ORDER BY key")?;
        let rows = query.query_map([run], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, i64>(2)?,
                row.get(3)?,
                row.get::<_, String>(4)?,
                row.get::<_, String>(5)?,
            ))
        })?;
        let unit = |row: (String, String, i64, String, String, String)| {
            let records = u64::try_from(row.2).map_err(|_| LedgerError::Broken { what: "number of records" })?;
            let outputs = row.5.split_terminator(',').map(str::parse).collect::<Result<_, _>>();
            Ok(UnitRow {
                outputs: outputs.map_err(|_| LedgerError::Broken { what: "list of output columns" })?,
                key: digest(&row.0)?,
                digest: digest(&row.1)?,
                records,
                figures: row.3,
                segment: digest(&row.4)?,
            })
        };
        rows.map(|row| unit(row?)).collect()
    }

    /// A unit is finished; from here on it is part of the run.
    ///
    /// # Errors
    /// Of the database.
    pub fn finish_unit(&self, run: i64, unit: &UnitRow) -> Result<(), LedgerError> {
        self.writer().execute(
            "INSERT OR REPLACE INTO unit (run, key, digest, records, figures, segment, outputs)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                run,
                unit.key.to_string(),
                unit.digest.to_string(),
                unit.records as i64,
                unit.figures,
                unit.segment.to_string(),
                unit.outputs.iter().map(|node| format!("{node},")).collect::<String>()
            ],
        )?;
        Ok(())
    }

    /// All units of a run are finished.
    ///
    /// # Errors
    /// Of the database.
    pub fn finish_run(&self, run: i64, digest: &Digest) -> Result<(), LedgerError> {
        self.writer().execute("UPDATE run SET digest = ?2 WHERE id = ?1", params![run, digest.to_string()])?;
        Ok(())
    }

    /// Begins the segment of a unit.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn segment(&self, names: UnitNames) -> Result<SegmentWriter, LedgerError> {
        SegmentWriter::new(&self.segments, names)
    }

    /// Reads the records of a unit's segment, in commit order.
    ///
    /// # Errors
    /// When it is not there or not whole.
    pub fn read(&self, unit: &UnitRow, names: UnitNames) -> Result<SegmentReader, LedgerError> {
        SegmentReader::open(self.segments.open(&segment::name(&unit.digest, None))?, names)
    }

    /// Reads the output columns of a node of a unit, if it has any.
    ///
    /// # Errors
    /// When they are not there or not whole.
    pub fn read_outputs(&self, unit: &UnitRow, node: usize) -> Result<Option<OutputsReader>, LedgerError> {
        if !unit.outputs.contains(&node) {
            return Ok(None);
        }
        OutputsReader::open(self.segments.open(&segment::name(&unit.digest, Some(node)))?, node).map(Some)
    }

    /// Where the segment of that digest lies, for people and for what reads Parquet.
    #[must_use]
    pub fn segment_path(&self, digest: &Digest) -> PathBuf {
        self.segments.shown(&segment::name(digest, None))
    }

    fn writer(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn plugin_name(digest: &Digest) -> String {
    format!("{digest}.wasm")
}

/// Opens the database. SQLite takes a path and no handle: it is told to follow no link at its end, and follows none for
/// the files beside it; what leads to the folder is the user's own and resolved before.
fn connect(home: &Folder) -> Result<Connection, LedgerError> {
    let path = home.shown(DATABASE);
    if home.is_link(DATABASE) {
        let error = std::io::Error::other("it is a link, and the ledger's files lie in its own folder");
        return Err(LedgerError::io(&path)(error));
    }
    let resolved = std::fs::canonicalize(home.path()).map_err(LedgerError::io(home.path()))?;
    let flags = OpenFlags::default() | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    Ok(Connection::open_with_flags(resolved.join(DATABASE), flags)?)
}

fn digest(text: &str) -> Result<Digest, LedgerError> {
    text.parse().map_err(|_| LedgerError::Broken { what: "digest" })
}

/// Switches to a write-ahead log, once in the life of a database. SQLite does not wait for other processes
/// that are about to do the same, so we do.
fn write_ahead(connection: &Connection) -> Result<(), LedgerError> {
    let begun = std::time::Instant::now();
    loop {
        let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
        if mode == "wal" {
            return Ok(());
        }
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(error)
                if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy)
                    && begun.elapsed() < BUSY_MAX =>
            {
                std::thread::sleep(Duration::from_millis(5));
            }
            switched => return Ok(switched?),
        }
    }
}
