//! Reading and importing the catalogue: items, agencies, staff.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::agency::{Agency, Staff};
use domain::id::{AgencyCode, ItemCode, PersonId};
use domain::item::ItemVersion;
use serde::Deserialize;

use crate::codec::item::{self, AgencyFile, ItemFile};
use crate::codec::people::{self, StaffFile};
use crate::fault::Fault;
use crate::keys::{Key, Lookup};
use crate::ports::Store;
use crate::row::{Expect, Query, Row, Transaction, Written};

/// What can be imported at once; each part may be left out.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Import {
    #[serde(default)]
    pub agencies: Vec<AgencyFile>,
    #[serde(default)]
    pub items: Vec<ItemFile>,
    #[serde(default)]
    pub staff: Vec<StaffFile>,
    /// Subjects of those who no longer work for the city (規範 六(二)).
    #[serde(default)]
    pub removed_staff: Vec<String>,
}

/// Imports: agencies and staff are replaced or removed, item versions are immutable. An item version
/// that is there with other content is refused (`Fault::Corrupt`), the same content changes nothing.
pub async fn import(store: &dyn Store, import: Import, provider: &str) -> Result<usize, Fault> {
    let mut count = 0;
    for agency in import.agencies {
        let key = Key::Agency(agency.code.0.clone());
        put(store, key, item::encode_agency(&agency)?).await?;
        count += 1;
    }
    for file in import.items {
        import_item(store, file).await?;
        count += 1;
    }
    for file in import.staff {
        let staff = file.staff(provider);
        let list = Key::AgencyStaff(staff.agency.clone(), staff.person);
        let own = Key::Staff(staff.person);
        let mut transaction = Transaction::default();
        // Whoever moved is no longer staff of where they were.
        if let Some(before) = self::staff(store, staff.person).await?
            && before.agency != staff.agency
        {
            transaction = transaction.delete(Key::AgencyStaff(before.agency, before.person));
        }
        let transaction = transaction
            .put(list.clone(), people::encode_staff(&list, &staff)?, Expect::Anything)
            .put(own.clone(), people::encode_staff(&own, &staff)?, Expect::Anything);
        store.write(transaction).await?;
        count += 1;
    }
    for subject in import.removed_staff {
        remove_staff(store, PersonId::of_subject(provider, &subject)).await?;
        count += 1;
    }
    Ok(count)
}

/// Whoever is not there is removed already.
async fn remove_staff(store: &dyn Store, person: PersonId) -> Result<(), Fault> {
    let Some(staff) = staff(store, person).await? else { return Ok(()) };
    let gone =
        Transaction::default().delete(Key::AgencyStaff(staff.agency, person)).delete(Key::Staff(person));
    store.write(gone).await.map(|_| ())
}

async fn put(store: &dyn Store, key: Key, row: Row) -> Result<(), Fault> {
    store.write(Transaction::default().put(key, row, Expect::Anything)).await.map(|_| ())
}

async fn import_item(store: &dyn Store, file: ItemFile) -> Result<(), Fault> {
    let version = ItemVersion::try_from(file.clone())?;
    let key = Key::ItemVersion(version.code.clone(), version.version);
    let row = item::encode(&key, &file)?;
    let put = Transaction::default().put(key, row, Expect::Absent);
    if let Written::Refused { existing: Some(existing), .. } = store.write(put).await?
        && item::decode(existing)? != version
    {
        return Err(Fault::Corrupt(format!(
            "item {} version {} is published with other content; publish a new version instead",
            version.code, version.version
        )));
    }
    // The newest version is the one in force: an older one never replaces it.
    let current = Key::CurrentItem(version.code.clone());
    let row = item::encode(&current, &file)?;
    let put = Transaction::default().put(current, row, Expect::OlderThan(version.version));
    store.write(put).await.map(|_| ())
}

/// The items in force, by code.
pub async fn items(store: &dyn Store) -> Result<Vec<ItemVersion>, Fault> {
    let mut items = Vec::new();
    let mut query = Query::first(Lookup::Catalogue, 500);
    loop {
        let page = store.query(query.clone()).await?;
        for row in page.rows {
            items.push(item::decode(row)?);
        }
        query.after = page.next;
        if query.after.is_none() {
            return Ok(items);
        }
    }
}

/// The version of an item that is in force.
pub async fn current_item(store: &dyn Store, code: &ItemCode) -> Result<Option<ItemVersion>, Fault> {
    store.get(Key::CurrentItem(code.clone())).await?.map(item::decode).transpose()
}

/// Published versions never change, so each is read once in the life of a process.
#[derive(Debug, Default)]
pub struct ItemCache(Mutex<HashMap<(ItemCode, u32), Arc<ItemVersion>>>);

/// Most versions a process keeps: all of the city's fit many times over.
const MAX_CACHED: usize = 4_096;

impl ItemCache {
    /// A published version, or `None`.
    pub async fn version(
        &self,
        store: &dyn Store,
        code: &ItemCode,
        version: u32,
    ) -> Result<Option<Arc<ItemVersion>>, Fault> {
        let key = (code.clone(), version);
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(&key) {
            return Ok(Some(Arc::clone(known)));
        }
        let row = store.get(Key::ItemVersion(code.clone(), version)).await?;
        let Some(item) = row.map(item::decode).transpose()?.map(Arc::new) else { return Ok(None) };
        let mut cached = lock();
        if cached.len() < MAX_CACHED {
            cached.insert(key, Arc::clone(&item));
        }
        Ok(Some(item))
    }
}

pub async fn agency(store: &dyn Store, code: &AgencyCode) -> Result<Option<Agency>, Fault> {
    store.get(Key::Agency(code.clone())).await?.map(item::decode_agency).transpose()
}

/// Everybody who works for an agency.
pub async fn staff_of(store: &dyn Store, agency: &AgencyCode) -> Result<Vec<Staff>, Fault> {
    let mut staff = Vec::new();
    let mut query = Query::first(Lookup::Staff(agency.clone()), 500);
    loop {
        let page = store.query(query.clone()).await?;
        for row in page.rows {
            staff.push(people::decode_staff(row)?);
        }
        query.after = page.next;
        if query.after.is_none() {
            return Ok(staff);
        }
    }
}

/// The staff entry of a person, if they work for the city.
pub async fn staff(store: &dyn Store, person: PersonId) -> Result<Option<Staff>, Fault> {
    store.get(Key::Staff(person)).await?.map(people::decode_staff).transpose()
}
