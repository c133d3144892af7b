//! Everything there is to a case, for an officer who may read it.

use std::sync::Arc;

use domain::access::{Actor, Officer};
use domain::agency::{self, Agency, Staff};
use domain::case::{Assignment, Case};
use domain::command::Action;
use domain::decide;
use domain::id::{CaseId, PersonId};
use domain::item::ItemVersion;
use domain::joint_review::ReviewingAgency;
use domain::routing::{self, RoutingRule};
use domain::taipei;
use futures_util::future::try_join_all;
use jiff::civil::Date;
use platform::codec::notice::Notice;
use platform::commit;
use platform::fault::Fault;
use platform::ports::Store;
use platform::record::Record;
use platform::{catalogue, notices};
use web::reading;
use web::trouble::Trouble;

use crate::{App, command};

#[derive(Debug)]
pub struct Dossier {
    /// The day it was opened.
    pub today: Date,
    pub record: Record,
    /// The item version the case was filed under.
    pub item: Option<Arc<ItemVersion>>,
    /// Everybody who works for the agency.
    pub staff: Vec<Staff>,
    pub notices: Vec<Notice>,
    /// Whether the files and the letters are theirs to open: they are not to whoever broke the glass.
    pub opens_files: bool,
    /// To whom the routing rules give it, while nobody has it.
    pub routed: Option<Assignment>,
    /// The agencies it can be given to, where that is open to the officer.
    pub agencies: Arc<[Agency]>,
    /// The agencies that can be asked for review, where that is open to the officer.
    pub reviewers: Vec<ReviewingAgency>,
}

/// The case with its events: one read.
pub async fn record(app: &App, officer: &Officer, id: CaseId) -> Result<Record, Trouble> {
    let record = commit::record(app.store.as_ref(), id).await?.ok_or(Trouble::NotFound)?;
    reading::by_officer(officer, &record.loaded.case)?;
    Ok(record)
}

/// The case with everything around it.
pub async fn open(app: &App, officer: &Officer, id: CaseId) -> Result<Dossier, Trouble> {
    seen(app, officer, record(app, officer, id).await?).await
}

/// The same of a record that the officer may see.
pub async fn seen(app: &App, officer: &Officer, record: Record) -> Result<Dossier, Trouble> {
    let store = app.store.as_ref();
    let id = record.loaded.case.id;
    let item = &record.loaded.case.item;
    let (item, staff, notices, rules) = tokio::try_join!(
        app.items.version(store, &item.code, item.version),
        catalogue::staff_of(store, &record.loaded.case.agency),
        notices::of_case(store, id),
        rules(store, &record.loaded.case),
    )?;
    let routed = route(&record, &rules, &staff);
    let open = decide::open_to(&record.loaded.case, &Actor::Officer(officer.clone()));
    let asks = open.contains(&Action::RequestReview);
    let left = record.loaded.case.reviewers_left().filter(|_| asks);
    let reviewers = try_join_all(left.map(|agency| command::reviewer(store, agency))).await?;
    let reviewers = reviewers.into_iter().flatten().collect();
    let agencies = if open.contains(&Action::Reroute) {
        app.agencies.current(store, app.ambient.now()).await?
    } else {
        Arc::default()
    };
    let today = taipei::day_of(app.ambient.now());
    let opens_files = reading::by_officer(officer, &record.loaded.case).is_ok();
    Ok(Dossier { today, record, item, staff, notices, opens_files, routed, agencies, reviewers })
}

/// The routing rules of the agency, while nobody has the case.
async fn rules(store: &dyn Store, case: &Case) -> Result<Vec<RoutingRule>, Fault> {
    if case.assignment.is_some() || !case.state.is_to_dispatch() {
        return Ok(Vec::new());
    }
    catalogue::routing(store, &case.agency).await
}

/// To whom the rules give the case.
pub fn route(record: &Record, rules: &[RoutingRule], staff: &[Staff]) -> Option<Assignment> {
    let case = &record.loaded.case;
    routing::route(rules, (&case.item.code, &record.answers()), case.applicant.person, staff)
}

impl Dossier {
    #[must_use]
    pub const fn case(&self) -> &Case {
        &self.record.loaded.case
    }

    /// The name in office of a member of staff; somebody who left is still a number.
    #[must_use]
    pub fn name(&self, person: PersonId) -> String {
        agency::name_in_office(&self.staff, person)
    }
}
