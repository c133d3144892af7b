//! The orders and their notices, kept in a file: an order number stays used for ever, and what was owed
//! when the city stopped is sent after it has started again.

use std::path::Path;

use anyhow::Context as _;
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::misbehaviour::Misbehaviour;
use super::notice::{Attempt, Draft, Notice, Progress, When, Word};
use super::order::{Order, Provider, Refusal};
use crate::aws::store::{Schema, Store};

/// A notice is due at `due_ms`, after the first attempt of the notice `after`, or is `held` until its
/// order is paid; it is done when it is none of these.
const SCHEMA: Schema = Schema {
    version: 1,
    tables: "
CREATE TABLE IF NOT EXISTS orders (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, provider TEXT NOT NULL, order_no TEXT NOT NULL, body TEXT NOT NULL,
    UNIQUE (provider, order_no)
) STRICT;
CREATE TABLE IF NOT EXISTS notices (
    id INTEGER PRIMARY KEY AUTOINCREMENT, order_seq INTEGER NOT NULL REFERENCES orders (seq),
    due_ms INTEGER, after INTEGER, held INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS notices_due ON notices (due_ms) WHERE due_ms IS NOT NULL;
CREATE INDEX IF NOT EXISTS notices_of_order ON notices (order_seq);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
",
};

/// How the sandbox behaves with the orders to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Milliseconds until a notice that was not acknowledged is sent again. A provider takes minutes.
    pub resend_after_ms: u64,
    /// Milliseconds until an answer counts as none.
    pub patience_ms: u64,
    /// What orders opened from now on begin with.
    pub misbehave: Misbehaviour,
}

impl Default for Settings {
    fn default() -> Self {
        Self { resend_after_ms: 3_000, patience_ms: 10_000, misbehave: Misbehaviour::default() }
    }
}

/// What came of an attempt to change an order.
#[derive(Debug, PartialEq, Eq)]
pub enum Changed<T> {
    /// There is no such order.
    Unknown,
    Refused(Refusal),
    Done(T),
}

/// What comes after an attempt to deliver a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    Acknowledged,
    /// Another attempt, at this millisecond.
    Again(i64),
    GivenUp,
}

/// An order and its notices, oldest first, each with its number.
#[derive(Debug)]
pub struct Story {
    pub order: Order,
    pub notices: Vec<(i64, Notice)>,
}

/// Every order of the sandbox.
pub struct Orders {
    store: Store,
}

impl Orders {
    /// Opens the file in the folder, which is made when it is missing.
    pub fn open(folder: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder).with_context(|| format!("create the folder {}", folder.display()))?;
        Ok(Self { store: Store::open_with(&folder.join("orders.sqlite"), &SCHEMA)? })
    }

    /// Orders that nothing keeps.
    pub fn in_memory() -> anyhow::Result<Self> {
        Ok(Self { store: Store::open_with(Path::new(":memory:"), &SCHEMA)? })
    }

    /// Keeps a new order; `false` when its number was used before.
    pub fn insert(&self, order: &Order) -> anyhow::Result<bool> {
        let inserted = self.store.write(|to| {
            let body = json(serde_json::to_string(order))?;
            let statement = "INSERT OR IGNORE INTO orders (provider, order_no, body) VALUES (?1, ?2, ?3)";
            to.execute(statement, params![order.provider.code(), order.order_no, body])
        })?;
        Ok(inserted == 1)
    }

    /// The order of this number at this provider; letters count with their case.
    pub fn find(&self, provider: Provider, order_no: &str) -> anyhow::Result<Option<Order>> {
        Ok(self.store.read(|from| Ok(find(from, provider, order_no)?.map(|(_, order)| order)))?)
    }

    /// The provider at which this number was used, the last one when there are two.
    pub fn provider_of(&self, order_no: &str) -> anyhow::Result<Option<Provider>> {
        let order = self.store.read(|from| {
            let query = "SELECT body FROM orders WHERE order_no = ?1 ORDER BY seq DESC LIMIT 1";
            from.query_row(query, [order_no], |row| parsed::<Order>(row, 0)).optional()
        })?;
        Ok(order.map(|order| order.provider))
    }

    /// Changes an order and owes the notices that follow, or does nothing at all.
    pub fn change<T>(
        &self,
        (provider, order_no): (Provider, &str),
        work: impl FnOnce(&mut Order) -> Result<(T, Vec<Draft>), Refusal>,
    ) -> anyhow::Result<Changed<T>> {
        let changed = self.store.write(|to| {
            let Some((seq, mut order)) = find(to, provider, order_no)? else { return Ok(Changed::Unknown) };
            let (done, drafts) = match work(&mut order) {
                Ok(done) => done,
                Err(refusal) => return Ok(Changed::Refused(refusal)),
            };
            let body = json(serde_json::to_string(&order))?;
            to.execute("UPDATE orders SET body = ?2 WHERE seq = ?1", params![seq, body])?;
            owe(to, seq, &drafts)?;
            Ok(Changed::Done(done))
        })?;
        Ok(changed)
    }

    /// An order with its notices.
    pub fn story(&self, provider: Provider, order_no: &str) -> anyhow::Result<Option<Story>> {
        let story = self.store.read(|from| match find(from, provider, order_no)? {
            Some((seq, order)) => Ok(Some(Story { order, notices: notices(from, seq)? })),
            None => Ok(None),
        })?;
        Ok(story)
    }

    /// Every order with its notices, newest first.
    pub fn stories(&self) -> anyhow::Result<Vec<Story>> {
        let stories = self.store.read(|from| {
            let mut orders = from.prepare_cached("SELECT seq, body FROM orders ORDER BY seq DESC")?;
            let orders = orders.query_map([], |row| Ok((row.get::<_, i64>(0)?, parsed::<Order>(row, 1)?)))?;
            orders
                .map(|found| {
                    let (seq, order) = found?;
                    Ok(Story { order, notices: notices(from, seq)? })
                })
                .collect::<rusqlite::Result<Vec<_>>>()
        })?;
        Ok(stories)
    }

    /// The notices to send by this millisecond, and when the next one after them is due.
    pub fn due(&self, now_ms: i64) -> anyhow::Result<(Vec<i64>, Option<i64>)> {
        let due = self.store.read(|from| {
            let mut due =
                from.prepare_cached("SELECT id FROM notices WHERE due_ms <= ?1 ORDER BY due_ms, id")?;
            let due = due.query_map([now_ms], |row| row.get(0))?.collect::<rusqlite::Result<Vec<i64>>>()?;
            let later = "SELECT MIN(due_ms) FROM notices WHERE due_ms > ?1";
            Ok((due, from.query_row(later, [now_ms], |row| row.get(0))?))
        })?;
        Ok(due)
    }

    /// A notice and its order.
    pub fn notice(&self, id: i64) -> anyhow::Result<Option<(Order, Notice)>> {
        let found = self.store.read(|from| {
            let query =
                "SELECT orders.body, notices.body FROM notices JOIN orders ON seq = order_seq WHERE id = ?1";
            from.query_row(query, [id], |row| Ok((parsed(row, 0)?, parsed(row, 1)?))).optional()
        })?;
        Ok(found)
    }

    /// Writes down an attempt, and lets go what waited for it.
    pub fn record(&self, id: i64, attempt: Attempt, next: Next) -> anyhow::Result<()> {
        self.store.write(|to| {
            let read = |row: &Row<'_>| parsed::<Notice>(row, 0);
            let mut notice = to.query_row("SELECT body FROM notices WHERE id = ?1", [id], read)?;
            notice.attempts.push(attempt);
            let (progress, due) = match next {
                Next::Acknowledged => (Progress::Acknowledged, None),
                Next::Again(at) => (Progress::Waiting, Some(at)),
                Next::GivenUp => (Progress::GivenUp, None),
            };
            notice.progress = progress;
            let body = json(serde_json::to_string(&notice))?;
            to.execute("UPDATE notices SET body = ?2, due_ms = ?3 WHERE id = ?1", params![id, body, due])?;
            // Due at the epoch: at once.
            to.execute("UPDATE notices SET due_ms = 0, after = NULL WHERE after = ?1", [id])
        })?;
        Ok(())
    }

    pub fn settings(&self) -> anyhow::Result<Settings> {
        let settings = self.store.read(|from| {
            let query = "SELECT body FROM settings WHERE name = 'settings'";
            from.query_row(query, [], |row| parsed(row, 0)).optional()
        })?;
        Ok(settings.unwrap_or_default())
    }

    pub fn keep_settings(&self, settings: &Settings) -> anyhow::Result<()> {
        let body = serde_json::to_string(settings)?;
        self.store
            .write(|to| to.execute("INSERT OR REPLACE INTO settings VALUES ('settings', ?1)", [body]))?;
        Ok(())
    }
}

fn find(from: &Connection, provider: Provider, order_no: &str) -> rusqlite::Result<Option<(i64, Order)>> {
    let query = "SELECT seq, body FROM orders WHERE provider = ?1 AND order_no = ?2";
    from.query_row(query, [provider.code(), order_no], |row| Ok((row.get(0)?, parsed(row, 1)?))).optional()
}

fn notices(from: &Connection, order: i64) -> rusqlite::Result<Vec<(i64, Notice)>> {
    let mut notices = from.prepare_cached("SELECT id, body FROM notices WHERE order_seq = ?1 ORDER BY id")?;
    notices.query_map([order], |row| Ok((row.get(0)?, parsed(row, 1)?)))?.collect()
}

/// Adds notices of an order. With the notice of a payment, those follow it that were held until then.
fn owe(to: &Transaction<'_>, order: i64, drafts: &[Draft]) -> rusqlite::Result<()> {
    let mut first = None;
    for Draft { notice, when } in drafts {
        let (due, after, held) = match when {
            When::At(ms) => (Some(*ms), None, false),
            When::AfterFirst => (None, first, false),
            When::OnPayment => (None, None, true),
            When::Never => (None, None, false),
        };
        let body = json(serde_json::to_string(notice))?;
        let statement =
            "INSERT INTO notices (order_seq, due_ms, after, held, body) VALUES (?1, ?2, ?3, ?4, ?5)";
        to.execute(statement, params![order, due, after, held, body])?;
        let id = to.last_insert_rowid();
        if first.is_none() && due.is_some() && matches!(notice.word, Word::Paid { .. }) {
            let release = "UPDATE notices SET held = 0, after = ?2 WHERE order_seq = ?1 AND held = 1";
            to.execute(release, params![order, id])?;
        }
        first = first.or(Some(id));
    }
    Ok(())
}

fn parsed<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
    })
}

fn json(text: serde_json::Result<String>) -> rusqlite::Result<String> {
    text.map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::notice::drafts;
    use crate::sandbox::order::{Means, State, tests::order};

    const URL: &str = "http://localhost:1/callback";

    fn paid() -> Word {
        Word::Paid { trade_no: "1".to_owned(), means: Means::Card, at: 0, simulated: false }
    }

    fn answered(status: u16) -> Attempt {
        Attempt { at: 5, status: Some(status), body: String::new(), acknowledged: status == 200 }
    }

    #[test]
    fn an_order_number_is_used_once_and_its_case_counts() {
        let folder = tempfile::tempdir().unwrap();
        let orders = Orders::open(folder.path()).unwrap();
        let first = order(Provider::EcpayAio);
        assert!(orders.insert(&first).unwrap());
        assert!(!orders.insert(&Order { amount: 1, ..first.clone() }).unwrap());
        assert!(orders.insert(&Order { provider: Provider::NewebpayMpg, ..first.clone() }).unwrap());
        assert_eq!(orders.provider_of(&first.order_no).unwrap(), Some(Provider::NewebpayMpg));
        assert_eq!(orders.find(Provider::EcpayAio, &first.order_no).unwrap(), Some(first.clone()));
        assert_eq!(orders.find(Provider::EcpayAio, &first.order_no.to_lowercase()).unwrap(), None);

        drop(orders);
        let orders = Orders::open(folder.path()).unwrap();
        assert!(!orders.insert(&first).unwrap(), "also after a restart");
    }

    #[test]
    fn a_refused_change_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let orders = Orders::open(folder.path()).unwrap();
        let first = order(Provider::EcpayAio);
        orders.insert(&first).unwrap();
        let key = (first.provider, first.order_no.as_str());
        let refused = orders.change::<()>(key, |order| {
            order.state = State::Paid;
            Err(Refusal("否", "no"))
        });
        assert_eq!(refused.unwrap(), Changed::Refused(Refusal("否", "no")));
        assert_eq!(orders.find(key.0, key.1).unwrap(), Some(first.clone()));
        assert_eq!(orders.change(key, |_| Ok((7, Vec::new()))).unwrap(), Changed::Done(7));
        let unknown = orders.change((Provider::EcpayAio, "X"), |_| Ok(((), Vec::new())));
        assert_eq!(unknown.unwrap(), Changed::Unknown);
    }

    #[test]
    fn a_notice_is_due_until_it_is_acknowledged_or_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let orders = Orders::open(folder.path()).unwrap();
        let first = order(Provider::EcpayAio);
        orders.insert(&first).unwrap();
        let key = (first.provider, first.order_no.as_str());
        orders.change(key, |order| Ok(((), drafts(order, paid(), URL, 100)))).unwrap();
        assert_eq!(orders.due(99).unwrap(), (vec![], Some(100)));
        let (due, later) = orders.due(100).unwrap();
        assert_eq!((due.len(), later), (1, None));
        orders.record(due[0], answered(500), Next::Again(200)).unwrap();

        drop(orders);
        let orders = Orders::open(folder.path()).unwrap();
        assert_eq!(orders.due(150).unwrap(), (vec![], Some(200)));
        orders.record(due[0], answered(200), Next::Acknowledged).unwrap();
        assert_eq!(orders.due(i64::MAX).unwrap(), (vec![], None));
        let (_, notice) = orders.notice(due[0]).unwrap().unwrap();
        assert_eq!((notice.progress, notice.attempts.len()), (Progress::Acknowledged, 2));
    }

    #[test]
    fn a_held_notice_follows_the_payment() {
        let folder = tempfile::tempdir().unwrap();
        let orders = Orders::open(folder.path()).unwrap();
        let misbehave = Misbehaviour { reorder: true, ..Misbehaviour::default() };
        let first = Order { misbehave, ..order(Provider::EcpayAio) };
        orders.insert(&first).unwrap();
        let key = (first.provider, first.order_no.as_str());
        orders.change(key, |order| Ok(((), drafts(order, Word::Issued, URL, 0)))).unwrap();
        assert_eq!(orders.due(i64::MAX).unwrap(), (vec![], None));
        let mut batch = drafts(&first, paid(), URL, 0);
        batch.push(Draft { when: When::AfterFirst, ..batch[0].clone() });
        orders.change(key, |_| Ok(((), batch))).unwrap();
        let due = orders.due(0).unwrap().0;
        assert_eq!(due.len(), 1, "only the payment");
        orders.record(due[0], answered(500), Next::Again(900)).unwrap();
        assert_eq!(orders.due(10).unwrap().0.len(), 2, "the held one and the one after the first");
    }

    #[test]
    fn settings_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let orders = Orders::open(folder.path()).unwrap();
        assert_eq!(orders.settings().unwrap(), Settings::default());
        let settings = Settings { resend_after_ms: 5, ..Settings::default() };
        orders.keep_settings(&settings).unwrap();
        drop(orders);
        assert_eq!(Orders::open(folder.path()).unwrap().settings().unwrap(), settings);
    }
}
