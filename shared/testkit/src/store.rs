//! The tables in memory, as strict as DynamoDB: conditions, transactions, sparse and lagging
//! indexes, pages, limits, and the log of changes that a stream is read from.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use platform::fault::Fault;
use platform::keys::{Key, Plan, Range, Table};
use platform::ports::{Ambient, Answer, Store};
use platform::row::{Cursor, Expect, MAX_WRITES, Page, Query, Row, Transaction, Write, Written};

use crate::ambient::ManualAmbient;
use crate::faults::{Gate, Site};
use crate::index::{self, Index};
use crate::stream::{Change, Kind};

/// Table, partition key, sort key.
pub type Place = (Table, String, String);
/// Index name, its partition key and sort key, and the keys of the row.
type Entry = (&'static str, String, String, String, String);

/// A change on its way to an index: when it shows, what goes, what comes.
type Behind = (Timestamp, Option<Entry>, Option<(Entry, Row)>);

/// Largest row, in bytes (a limit of DynamoDB).
const MAX_ROW_BYTES: usize = 400 * 1024;

#[derive(Default)]
struct Inner {
    rows: BTreeMap<Place, Row>,
    entries: BTreeMap<Entry, Row>,
    /// Changes that the indexes do not show yet, and since when they may.
    behind: VecDeque<Behind>,
    log: Vec<Change>,
}

pub struct MemoryStore {
    gate: Arc<Gate>,
    ambient: Arc<ManualAmbient>,
    indexes: Vec<Index>,
    lag: Mutex<SignedDuration>,
    inner: Mutex<Inner>,
}

impl MemoryStore {
    #[must_use]
    pub fn new(gate: Arc<Gate>, ambient: Arc<ManualAmbient>) -> Self {
        let lag = Mutex::new(SignedDuration::ZERO);
        Self { gate, ambient, indexes: index::all(), lag, inner: Mutex::default() }
    }

    /// How long after a write the indexes show it.
    pub fn set_index_lag(&self, lag: SignedDuration) {
        *self.lag.lock().unwrap() = lag;
    }

    /// Everything that happened to the table after change `after`, at most `max` of it.
    pub fn changes(&self, table: Table, after: u64, max: usize) -> Vec<Change> {
        let inner = self.inner.lock().unwrap();
        let from = usize::try_from(after).expect("a place in the log");
        inner.log[from..].iter().filter(|change| change.table == table).take(max).cloned().collect()
    }

    /// How many changes the log has.
    pub fn log_len(&self) -> u64 {
        u64::try_from(self.inner.lock().unwrap().log.len()).expect("a length")
    }

    /// Every row of a table, in order: what no function may ask for and a check must see.
    pub fn rows(&self, table: Table) -> Vec<Row> {
        let inner = self.inner.lock().unwrap();
        inner.rows.range(place_range(table)).map(|(_, row)| row.clone()).collect()
    }

    /// A row, seen from outside: no port call.
    pub fn peek(&self, key: &Key) -> Option<Row> {
        self.inner.lock().unwrap().rows.get(&place(key)).cloned()
    }

    /// The earliest of the instants that rows of a table have under `attribute`.
    pub fn earliest(&self, table: Table, attribute: &str) -> Option<Timestamp> {
        let inner = self.inner.lock().unwrap();
        let rows = inner.rows.range(place_range(table)).map(|(_, row)| row);
        let at = rows.filter_map(|row| row.get(attribute)?.as_s().ok()).min()?;
        Some(at.parse().expect("an instant"))
    }

    /// When a row was first written.
    pub fn written(&self, key: &Key) -> Option<Timestamp> {
        let (_, pk, sk) = place(key);
        let inner = self.inner.lock().unwrap();
        inner.log.iter().find(|change| change.sk == sk && change.pk == pk).map(|change| change.at)
    }

    /// Everything there is, to compare one moment with another.
    pub fn snapshot(&self) -> BTreeMap<Place, Row> {
        self.inner.lock().unwrap().rows.clone()
    }

    /// Starts with these rows, which no index holds.
    pub fn restore(&self, rows: &BTreeMap<Place, Row>) {
        self.inner.lock().unwrap().rows.clone_from(rows);
    }

    /// Puts a row in from outside: no port call, and nothing of it on the stream.
    pub fn plant(&self, key: &Key, row: Row) {
        self.inner.lock().unwrap().rows.insert(place(key), row);
    }

    /// Takes a row out from outside, as a restored table would lack it.
    pub fn forget(&self, key: &Key) {
        self.inner.lock().unwrap().rows.remove(&place(key));
    }

    fn write_all(&self, transaction: Transaction) -> Result<Written, Fault> {
        let writes = transaction.writes;
        if writes.is_empty() || writes.len() > MAX_WRITES {
            return Err(Fault::Corrupt(format!("a transaction of {} writes", writes.len())));
        }
        let places: Vec<Place> = writes.iter().map(|write| place(write.key())).collect();
        for (turn, place) in places.iter().enumerate() {
            if places[..turn].contains(place) {
                return Err(Fault::Corrupt(format!("two writes of one transaction to {place:?}")));
            }
        }
        for (write, place) in writes.iter().zip(&places) {
            self.check(write, place)?;
        }
        let mut inner = self.inner.lock().unwrap();
        for (index, (write, place)) in writes.iter().zip(&places).enumerate() {
            let existing = inner.rows.get(place);
            if !holds(write, existing) {
                let shown = matches!(write, Write::Put { .. });
                return Ok(Written::Refused { index, existing: existing.filter(|_| shown).cloned() });
            }
        }
        for (write, place) in writes.into_iter().zip(places) {
            self.apply(&mut inner, write, place);
        }
        Ok(Written::Done)
    }

    /// What the service would not even look at.
    fn check(&self, write: &Write, (table, pk, sk): &Place) -> Result<(), Fault> {
        let Write::Put { row, .. } = write else { return Ok(()) };
        let text = |name: &str| row.get(name).map(AttributeValue::as_s);
        if text("pk") != Some(Ok(pk)) || text("sk") != Some(Ok(sk)) {
            return Err(Fault::Corrupt(format!("the row for {pk} {sk} carries another key")));
        }
        for index in self.indexes.iter().filter(|index| index.table == *table) {
            for name in [index.pk, index.sk] {
                if text(name).is_some_and(|text| text.is_ok_and(String::is_empty) || text.is_err()) {
                    return Err(Fault::Corrupt(format!("`{name}` of {pk} {sk} is no key of an index")));
                }
            }
        }
        let bytes: usize = row.iter().map(|(name, value)| name.len() + size(value)).sum();
        if bytes > MAX_ROW_BYTES {
            return Err(Fault::Corrupt(format!("the row {pk} {sk} has {bytes} bytes")));
        }
        Ok(())
    }

    fn apply(&self, inner: &mut Inner, write: Write, place: Place) {
        let old = inner.rows.get(&place).cloned();
        let new = match write {
            Write::Put { row, .. } => Some(row),
            Write::Clear { attributes, .. } => old.clone().map(|mut row| {
                row.retain(|name, _| !attributes.contains(&name.as_str()));
                row
            }),
            Write::Delete { .. } => None,
            Write::Check { .. } => return,
        };
        let kind = match (&old, &new) {
            (None, None) => return,
            (Some(old), Some(new)) if old == new => return,
            (None, Some(_)) => Kind::Insert,
            (Some(_), Some(_)) => Kind::Modify,
            (Some(_), None) => Kind::Remove,
        };
        let now = self.ambient.now();
        self.reindex(inner, &place, old.as_ref(), new.as_ref(), now);
        let (table, pk, sk) = place.clone();
        let seq = u64::try_from(inner.log.len()).expect("a length") + 1;
        inner.log.push(Change { seq, table, pk, sk, kind, image: new.clone(), at: now });
        match new {
            Some(row) => inner.rows.insert(place, row),
            None => inner.rows.remove(&place),
        };
    }

    fn reindex(
        &self,
        inner: &mut Inner,
        place: &Place,
        old: Option<&Row>,
        new: Option<&Row>,
        now: Timestamp,
    ) {
        let lag = *self.lag.lock().unwrap();
        let shown = now.checked_add(lag).expect("a time of day");
        // An index shows the changes of a row in their order.
        let shown = inner.behind.back().map_or(shown, |(last, ..)| shown.max(*last));
        for index in self.indexes.iter().filter(|index| index.table == place.0) {
            let gone = old.and_then(|row| entry(index, place, row));
            let there = new.and_then(|row| Some((entry(index, place, row)?, projected(index, row))));
            if gone.is_some() || there.is_some() {
                inner.behind.push_back((shown, gone, there));
            }
        }
        catch_up(inner, now);
    }

    fn page(&self, query: &Query) -> Page {
        let plan = query.lookup.plan();
        let mut inner = self.inner.lock().unwrap();
        catch_up(&mut inner, self.ambient.now());
        let limit = usize::try_from(query.limit.max(1)).expect("a limit");
        let after = query.after.as_ref().map(|cursor| position(&plan, cursor));
        let mut rows = match plan.index {
            None => table_rows(&inner, &plan, after.as_ref()),
            Some(name) => index_rows(&inner, name, &plan, after.as_ref()),
        };
        // As DynamoDB: a page that is just full does not know whether it is the last.
        let full = rows.len() >= limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| full).map(|row| cursor(&plan, row));
        Page { rows, next }
    }
}

impl Store for MemoryStore {
    fn get(&self, key: Key) -> Answer<'_, Option<Row>> {
        self.gate.call(Site::StoreGet, move || Ok(self.inner.lock().unwrap().rows.get(&place(&key)).cloned()))
    }

    fn query(&self, query: Query) -> Answer<'_, Page> {
        self.gate.call(Site::StoreQuery, move || Ok(self.page(&query)))
    }

    fn write(&self, transaction: Transaction) -> Answer<'_, Written> {
        self.gate.call(Site::StoreWrite, move || self.write_all(transaction))
    }
}

fn place(key: &Key) -> Place {
    (key.table(), key.pk(), key.sk())
}

fn place_range(table: Table) -> (Bound<Place>, Bound<Place>) {
    let first = (table, String::new(), String::new());
    let last = (table, String::from(char::MAX), String::new());
    (Bound::Included(first), Bound::Excluded(last))
}

fn holds(write: &Write, existing: Option<&Row>) -> bool {
    let version = || -> Option<u32> { existing?.get("version")?.as_n().ok()?.parse().ok() };
    match write {
        Write::Put { expect, .. } | Write::Delete { expect, .. } | Write::Check { expect, .. } => {
            match expect {
                Expect::Anything => true,
                Expect::Absent => existing.is_none(),
                Expect::Present => existing.is_some(),
                Expect::Version(n) => version() == Some(*n),
                Expect::OlderThan(n) => existing.is_none() || version().is_some_and(|version| version < *n),
            }
        }
        Write::Clear { .. } => existing.is_some(),
    }
}

fn size(value: &AttributeValue) -> usize {
    match value {
        AttributeValue::S(text) | AttributeValue::N(text) => text.len(),
        AttributeValue::B(bytes) => bytes.as_ref().len(),
        AttributeValue::L(list) => 3 + list.iter().map(|value| 1 + size(value)).sum::<usize>(),
        AttributeValue::M(map) => {
            3 + map.iter().map(|(name, value)| 1 + name.len() + size(value)).sum::<usize>()
        }
        _ => 1,
    }
}

fn text(row: &Row, name: &str) -> Option<String> {
    row.get(name)?.as_s().ok().cloned()
}

/// Where the row stands in the index; a row without the attributes is not in it.
fn entry(index: &Index, (_, pk, sk): &Place, row: &Row) -> Option<Entry> {
    Some((index.name, text(row, index.pk)?, text(row, index.sk)?, pk.clone(), sk.clone()))
}

fn projected(index: &Index, row: &Row) -> Row {
    let mut row = row.clone();
    if index.keys_only {
        row.retain(|name, _| ["pk", "sk", index.pk, index.sk].contains(&name.as_str()));
    }
    row
}

fn catch_up(inner: &mut Inner, now: Timestamp) {
    while inner.behind.front().is_some_and(|(shown, ..)| *shown <= now) {
        let Some((_, gone, there)) = inner.behind.pop_front() else { return };
        if let Some(gone) = gone {
            inner.entries.remove(&gone);
        }
        if let Some((entry, row)) = there {
            inner.entries.insert(entry, row);
        }
    }
}

/// The sort key, and the keys of the row that break ties in an index.
type Position = (String, String, String);

fn position(plan: &Plan, cursor: &Cursor) -> Position {
    let value = |name: &str| {
        cursor.iter().find(|(found, _)| found == name).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    (value(plan.sk), value("pk"), value("sk"))
}

fn cursor(plan: &Plan, row: &Row) -> Cursor {
    let mut names = vec!["pk", "sk", plan.pk.0, plan.sk];
    names.sort_unstable();
    names.dedup();
    names.into_iter().filter_map(|name| Some((name.to_owned(), text(row, name)?))).collect()
}

fn in_range(range: &Range, sk: &str) -> bool {
    match range {
        Range::All => true,
        Range::StartsWith(prefix) => sk.starts_with(prefix.as_str()),
        Range::AtLeast(least) => sk >= least.as_str(),
        Range::AtMost(most) => sk <= most.as_str(),
    }
}

fn beyond(plan: &Plan, after: Option<&Position>, here: &Position) -> bool {
    after.is_none_or(|after| if plan.newest_first { here < after } else { here > after })
}

fn table_rows(inner: &Inner, plan: &Plan, after: Option<&Position>) -> Vec<Row> {
    let pk = &plan.pk.1;
    let from = (plan.table, pk.clone(), String::new());
    let found =
        inner.rows.range(from..).take_while(|((table, found, _), _)| *table == plan.table && found == pk);
    let rows = found.filter(|((_, pk, sk), _)| {
        let here = (sk.clone(), pk.clone(), sk.clone());
        in_range(&plan.range, sk) && beyond(plan, after, &here)
    });
    ordered(plan, rows.map(|(_, row)| row.clone()))
}

fn index_rows(inner: &Inner, name: &'static str, plan: &Plan, after: Option<&Position>) -> Vec<Row> {
    let pk = &plan.pk.1;
    let from = (name, pk.clone(), String::new(), String::new(), String::new());
    let found = inner.entries.range(from..).take_while(|(entry, _)| entry.0 == name && entry.1 == *pk);
    let rows = found.filter(|((_, _, sk, row_pk, row_sk), _)| {
        let here = (sk.clone(), row_pk.clone(), row_sk.clone());
        in_range(&plan.range, sk) && beyond(plan, after, &here)
    });
    ordered(plan, rows.map(|(_, row)| row.clone()))
}

fn ordered(plan: &Plan, rows: impl Iterator<Item = Row>) -> Vec<Row> {
    let mut rows: Vec<Row> = rows.collect();
    if plan.newest_first {
        rows.reverse();
    }
    rows
}
