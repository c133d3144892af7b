//! The file that keeps queues, mail, secrets and stream positions; the payment sandbox has another of the kind.
//!
//! One `SQLite` file in WAL mode: what was answered survives the end of the process. Nothing is synced to the disk on each write,
//! so the end of the machine can lose the last moments; the same is true of the `DynamoDB` file beside it.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use rusqlite::{Connection, Transaction};

/// What a file holds. Another version of it is another format.
pub(crate) struct Schema {
    pub(crate) version: i64,
    /// Statements that make whatever is missing.
    pub(crate) tables: &'static str,
}

const SERVICES: Schema = Schema {
    version: 1,
    tables: "
CREATE TABLE IF NOT EXISTS messages (
    seq INTEGER PRIMARY KEY, queue TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, attributes TEXT NOT NULL,
    sent_at INTEGER NOT NULL, visible_at INTEGER NOT NULL, receives INTEGER NOT NULL, first_received_at INTEGER, source TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS messages_by_queue ON messages (queue, seq);
CREATE TABLE IF NOT EXISTS mails (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, mail TEXT NOT NULL, announced INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS mails_unannounced ON mails (seq) WHERE announced = 0;
CREATE TABLE IF NOT EXISTS secrets (
    name TEXT NOT NULL, version TEXT NOT NULL, stage TEXT NOT NULL, value TEXT NOT NULL, created_at INTEGER NOT NULL,
    PRIMARY KEY (name, stage)
) STRICT;
CREATE TABLE IF NOT EXISTS positions (
    consumer TEXT NOT NULL, table_name TEXT NOT NULL, sequence_number TEXT NOT NULL, PRIMARY KEY (consumer, table_name)
) STRICT;
",
};

/// Cheap to clone; all clones are the same file.
#[derive(Clone)]
pub(crate) struct Store(Arc<Mutex<Connection>>);

impl Store {
    /// The file of the AWS services.
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        Self::open_with(path, &SERVICES)
    }

    pub(crate) fn open_with(path: &Path, schema: &Schema) -> anyhow::Result<Self> {
        let connection = connect(path).with_context(|| damaged(path))?;
        let version: i64 = connection
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .with_context(|| damaged(path))?;
        anyhow::ensure!(
            version == 0 || version == schema.version,
            "資料檔 {0} 的格式為第 {version} 版，本程式使用第 {1} 版：請加上 --fresh 重新開始，或以 --data 指定其他資料夾。\n\
             {0} has format {version} and this program uses {1}: start with --fresh, or name another folder with --data",
            path.display(),
            schema.version
        );
        connection.execute_batch(schema.tables).with_context(|| damaged(path))?;
        connection.pragma_update(None, "user_version", schema.version)?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    /// Everything in `work` happens, or nothing.
    pub(crate) fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let mut connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let done = work(&transaction)?;
        transaction.commit()?;
        Ok(done)
    }

    pub(crate) fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        work(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn connect(path: &Path) -> anyhow::Result<Connection> {
    check(path)?;
    let connection = Connection::open(path)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    Ok(connection)
}

/// Larger files are opened unread: reading them through would cost more than the start may take.
const CHECKED_UP_TO: u64 = 64 * 1024 * 1024;

/// Refuses a file that `SQLite` cannot read through. A file that is not there is fine.
pub(super) fn check(path: &Path) -> anyhow::Result<()> {
    let Ok(about) = std::fs::metadata(path) else { return Ok(()) };
    if about.len() == 0 || about.len() > CHECKED_UP_TO {
        return Ok(());
    }
    let connection = Connection::open(path)?;
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    anyhow::ensure!(verdict == "ok", "{verdict}");
    Ok(())
}

/// What to do about a file that cannot be read.
pub(super) fn damaged(path: &Path) -> String {
    format!(
        "資料檔 {0} 已損壞：請以備份還原該檔，或加上 --fresh 重新開始（會清除本機城市的所有資料）。\n\
         the data file {0} is damaged: restore it from a copy, or start with --fresh (which removes all data of the local city)",
        path.display()
    )
}
