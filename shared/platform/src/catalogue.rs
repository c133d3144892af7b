//! Reading and importing the catalogue: items, agencies, staff.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use domain::agency::{Agency, Staff};
use domain::booking::Place;
use domain::id::{AgencyCode, ItemCode, PersonId, PlaceCode};
use domain::item::ItemVersion;
use domain::letter::Letterhead;
use domain::payment::contract::Contract;
use domain::routing::RoutingRule;
use domain::text::Text;
use jiff::civil::Date;
use serde::Deserialize;

use crate::codec::agency::{self, AgencyFile};
use crate::codec::booking::{self, PlaceFile};
use crate::codec::contract::{self, ContractFile};
use crate::codec::item::{self, ItemFile};
use crate::codec::people::{self, StaffFile};
use crate::codec::routing::{self as rules, RoutingFile};
use crate::fault::Fault;
use crate::keys::{Key, Lookup};
use crate::ports::Store;
use crate::row::{Expect, Query, Row, Transaction, Written};
use crate::store::every_row;

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
    /// Contracts with payment providers: those of an agency that is named here replace all it had.
    #[serde(default)]
    pub contracts: Vec<ContractFile>,
    /// To whom an agency gives which cases: the rules of an agency that is named here replace all it had.
    #[serde(default)]
    pub routing: Vec<RoutingFile>,
    /// Places where people are received: each replaces the one of its code.
    #[serde(default)]
    pub places: Vec<PlaceFile>,
}

/// Imports: agencies and staff are replaced or removed, item versions are immutable. An item version
/// that is there with other content is refused (`Fault::Corrupt`), the same content changes nothing.
/// `today` says which versions are in force by now; those of a later day take over by themselves.
pub async fn import(store: &dyn Store, import: Import, provider: &str, today: Date) -> Result<usize, Fault> {
    let mut count = 0;
    for agency in import.agencies {
        let key = Key::Agency(agency.code.0.clone());
        put(store, key, agency::encode(&agency)?).await?;
        count += 1;
    }
    for place in import.places {
        put(store, Key::Place(place.code.0.clone()), booking::encode_place(&place)?).await?;
        count += 1;
    }
    for file in import.items {
        import_item(store, file, today).await?;
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
    let mut contracts: BTreeMap<AgencyCode, Vec<ContractFile>> = BTreeMap::new();
    for contract in import.contracts {
        contracts.entry(contract.agency.0.clone()).or_default().push(contract);
        count += 1;
    }
    for (agency, contracts) in contracts {
        put(store, Key::Contracts(agency.clone()), contract::encode(agency, contracts)?).await?;
    }
    let mut routing: BTreeMap<AgencyCode, Vec<RoutingRule>> = BTreeMap::new();
    for rule in import.routing {
        routing.entry(rule.agency.0.clone()).or_default().push(rule.rule(provider));
        count += 1;
    }
    for (agency, rules) in routing {
        put(store, Key::Routing(agency.clone()), rules::encode(agency, &rules)?).await?;
    }
    for subject in import.removed_staff {
        remove_staff(store, PersonId::of_subject(provider, &subject)).await?;
        count += 1;
    }
    Ok(count)
}

/// To whom an agency gives which cases. One read.
pub async fn routing(store: &dyn Store, agency: &AgencyCode) -> Result<Vec<RoutingRule>, Fault> {
    let row = store.get(Key::Routing(agency.clone())).await?;
    Ok(row.map(rules::decode).transpose()?.unwrap_or_default())
}

/// Every place of the city where people are received. One query.
pub async fn places(store: &dyn Store) -> Result<Vec<Place>, Fault> {
    every_row(store, Lookup::Places).await?.into_iter().map(booking::decode_place).collect()
}

/// One of them. One read.
pub async fn place(store: &dyn Store, code: &PlaceCode) -> Result<Option<Place>, Fault> {
    store.get(Key::Place(code.clone())).await?.map(booking::decode_place).transpose()
}

/// The contracts of an agency with payment providers. One read.
pub async fn contracts(store: &dyn Store, agency: &AgencyCode) -> Result<Vec<Contract>, Fault> {
    let row = store.get(Key::Contracts(agency.clone())).await?;
    Ok(row.map(contract::decode).transpose()?.unwrap_or_default())
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

async fn import_item(store: &dyn Store, file: ItemFile, today: Date) -> Result<(), Fault> {
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
    list_item(store, &version, &file, today).await
}

/// Lists a version among all items, and takes off the list what a newer version in force has replaced
/// for good: the list stays as short as the catalogue, and who reads it on a later day needs no more.
async fn list_item(
    store: &dyn Store,
    version: &ItemVersion,
    file: &ItemFile,
    today: Date,
) -> Result<(), Fault> {
    let code = &version.code;
    let in_force = item_on(store, code, today).await?.map_or(0, |item| item.version);
    if version.version >= in_force {
        let key = Key::ListedItem(code.clone(), version.version);
        let row = item::encode(&key, file)?;
        put(store, key, row).await?;
    }
    for row in every_row(store, Lookup::Listed(code.clone())).await? {
        let listed = item::decode(row)?;
        if listed.version < in_force {
            let key = Key::ListedItem(listed.code, listed.version);
            store.write(Transaction::default().delete(key)).await?;
        }
    }
    Ok(())
}

/// The items in force on `day`, by code: of each the newest version that is effective by then (R4.1).
pub async fn items_on(store: &dyn Store, day: Date) -> Result<Vec<ItemVersion>, Fault> {
    let mut newest: BTreeMap<ItemCode, ItemVersion> = BTreeMap::new();
    for row in every_row(store, Lookup::Catalogue).await? {
        let item = item::decode(row)?;
        let older = newest.get(&item.code).is_none_or(|known| known.version < item.version);
        if item.effective_from <= day && older {
            newest.insert(item.code.clone(), item);
        }
    }
    Ok(newest.into_values().collect())
}

/// The agencies whose inbox applications come to, each with the day from which they may. One query, and one
/// of each item that has had an earlier version.
pub async fn inboxes(store: &dyn Store) -> Result<BTreeMap<AgencyCode, Date>, Fault> {
    let mut inboxes: BTreeMap<AgencyCode, Date> = BTreeMap::new();
    for row in every_row(store, Lookup::Catalogue).await? {
        let item = item::decode(row)?;
        if item.fields.is_empty() {
            continue;
        }
        // What came before a later version was an application for the same item, perhaps elsewhere.
        let mut since = item.effective_from;
        if item.version > 1 {
            for row in every_row(store, Lookup::Versions(item.code.clone())).await? {
                let before = item::decode(row)?;
                if before.agency == item.agency && !before.fields.is_empty() {
                    since = since.min(before.effective_from);
                }
            }
        }
        inboxes.entry(item.agency).and_modify(|first| *first = since.min(*first)).or_insert(since);
    }
    Ok(inboxes)
}

/// How many versions are looked at at once: the newest is in force, or the one before it.
const LIKELY: u32 = 2;

/// The version of an item that is in force on `day`: the newest that is effective by then (R4.1).
pub async fn item_on(store: &dyn Store, code: &ItemCode, day: Date) -> Result<Option<ItemVersion>, Fault> {
    let mut query = Query::first(Lookup::Versions(code.clone()), LIKELY);
    loop {
        let page = store.query(query.clone()).await?;
        for row in page.rows {
            let item = item::decode(row)?;
            if item.effective_from <= day {
                return Ok(Some(item));
            }
        }
        query.after = page.next;
        if query.after.is_none() {
            return Ok(None);
        }
    }
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
    store.get(Key::Agency(code.clone())).await?.map(agency::decode).transpose()
}

/// The name of an agency; its code where the register has none. One read.
pub async fn agency_name(store: &dyn Store, code: &AgencyCode) -> Result<Text, Fault> {
    let found = agency(store, code).await?;
    Ok(found.map_or_else(|| Text::new(code.as_str(), code.as_str()), |agency| agency.name))
}

/// The letterhead of an agency, empty where the register has none. One read.
pub async fn letterhead(store: &dyn Store, code: &AgencyCode) -> Result<Letterhead, Fault> {
    Ok(agency(store, code).await?.map(|agency| agency.letterhead).unwrap_or_default())
}

/// Everybody who works for an agency.
pub async fn staff_of(store: &dyn Store, agency: &AgencyCode) -> Result<Vec<Staff>, Fault> {
    every_row(store, Lookup::Staff(agency.clone())).await?.into_iter().map(people::decode_staff).collect()
}

/// The staff entry of a person, if they work for the city.
pub async fn staff(store: &dyn Store, person: PersonId) -> Result<Option<Staff>, Fault> {
    store.get(Key::Staff(person)).await?.map(people::decode_staff).transpose()
}
