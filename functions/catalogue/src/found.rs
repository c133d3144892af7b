//! Items with the agency in charge, and which of them a search finds.

use std::collections::{BTreeMap, BTreeSet};

use domain::agency::Agency;
use domain::id::{AgencyCode, ItemCode};
use domain::item::ItemVersion;
use futures_util::future::try_join_all;
use platform::catalogue;
use platform::fault::Fault;
use platform::ports::Store;

/// Longest search text that is looked at, in characters.
pub const MAX_QUERY: usize = 100;

/// An item in force and the agency that handles it.
pub struct Service {
    pub item: ItemVersion,
    /// `None` while an item is published and its agency is not.
    pub agency: Option<Agency>,
}

/// Every item in force; agencies are read side by side.
pub async fn all(store: &dyn Store) -> Result<Vec<Service>, Fault> {
    let items = catalogue::items(store).await?;
    let codes: BTreeSet<AgencyCode> = items.iter().map(|item| item.agency.clone()).collect();
    let read = codes.iter().map(|code| catalogue::agency(store, code));
    let agencies: BTreeMap<AgencyCode, Agency> =
        try_join_all(read).await?.into_iter().flatten().map(|agency| (agency.code.clone(), agency)).collect();
    let service = |item: ItemVersion| Service { agency: agencies.get(&item.agency).cloned(), item };
    Ok(items.into_iter().map(service).collect())
}

/// One item in force.
pub async fn one(store: &dyn Store, code: &ItemCode) -> Result<Option<Service>, Fault> {
    let Some(item) = catalogue::current_item(store, code).await? else { return Ok(None) };
    let agency = catalogue::agency(store, &item.agency).await?;
    Ok(Some(Service { item, agency }))
}

/// The services that have every word of `query` somewhere, in either language.
#[must_use]
pub fn search(services: Vec<Service>, query: &str) -> Vec<Service> {
    let query: String = query.chars().take(MAX_QUERY).collect::<String>().to_lowercase();
    let words: Vec<&str> = query.split_whitespace().collect();
    services.into_iter().filter(|service| has_all(service, &words)).collect()
}

fn has_all(service: &Service, words: &[&str]) -> bool {
    let Service { item, agency } = service;
    let mut hay = item.code.to_string();
    for text in [&item.name, &item.summary, &item.eligibility] {
        hay.extend([" ", &text.zh, " ", &text.en]);
    }
    if let Some(agency) = agency {
        hay.extend([" ", &agency.name.zh, " ", &agency.name.en]);
    }
    let hay = hay.to_lowercase();
    words.iter().all(|word| hay.contains(word))
}
