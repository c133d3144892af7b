//! Items with the agency in charge, and which of them a search finds.

use std::collections::{BTreeMap, BTreeSet};

use domain::agency::Agency;
use domain::clock::terms::Limit;
use domain::id::{AgencyCode, ItemCode};
use domain::item::ItemVersion;
use domain::taipei;
use domain::text::Text;
use futures_util::future::try_join_all;
use jiff::civil::Date;
use platform::catalogue;
use platform::fault::Fault;

use crate::App;

/// Longest search text that is looked at, in characters.
pub const MAX_QUERY: usize = 100;

/// An item in force and the agency that handles it.
pub struct Service {
    pub item: ItemVersion,
    /// `None` while an item is published and its agency is not.
    pub agency: Option<Agency>,
}

fn today(app: &App) -> Date {
    taipei::day_of(app.ambient.now())
}

/// Every item in force; agencies are read side by side.
pub async fn all(app: &App) -> Result<Vec<Service>, Fault> {
    let store = app.store.as_ref();
    let items = catalogue::items_on(store, today(app)).await?;
    let codes: BTreeSet<AgencyCode> = items.iter().map(|item| item.agency.clone()).collect();
    let read = codes.iter().map(|code| catalogue::agency(store, code));
    let agencies: BTreeMap<AgencyCode, Agency> =
        try_join_all(read).await?.into_iter().flatten().map(|agency| (agency.code.clone(), agency)).collect();
    let service = |item: ItemVersion| Service { agency: agencies.get(&item.agency).cloned(), item };
    Ok(items.into_iter().map(service).collect())
}

/// One item in force.
pub async fn one(app: &App, code: &ItemCode) -> Result<Option<Service>, Fault> {
    let store = app.store.as_ref();
    let Some(item) = catalogue::item_on(store, code, today(app)).await? else { return Ok(None) };
    let agency = catalogue::agency(store, &item.agency).await?;
    Ok(Some(Service { item, agency }))
}

/// An agency that may be asked to review a part of a case (會審機關), and how long it has.
pub struct Reviewing {
    pub agency: AgencyCode,
    /// Its code while it is not in the register.
    pub name: Text,
    pub limit: Limit,
}

/// Those that `item` names. One read of each, side by side.
pub async fn reviewing(app: &App, item: &ItemVersion) -> Result<Vec<Reviewing>, Fault> {
    let read = item.terms.reviews.iter().map(async |(code, limit)| {
        let name = catalogue::agency_name(app.store.as_ref(), code).await?;
        Ok::<_, Fault>(Reviewing { agency: code.clone(), name, limit: *limit })
    });
    try_join_all(read).await
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
