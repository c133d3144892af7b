//! Whether the inboxes of agencies were opened every morning and every afternoon (規範 十(二)): the look that
//! counts, and the month of an agency or of the city.

use std::collections::BTreeMap;

use domain::access::{self, Officer};
use domain::agency::Role;
use domain::attendance::{self, Duty, Standing, Tally};
use domain::calendar::Calendars;
use domain::id::AgencyCode;
use domain::text::Text;
use futures_util::future::{join_all, try_join};
use jiff::Timestamp;
use jiff::civil::Date;
use platform::attendance::Month;
use platform::catalogue;
use platform::codec::attendance::Visit;
use platform::fault::Fault;
use platform::ports::Store;
use web::incoming::Incoming;
use web::trouble::{Malformed, Trouble};

use crate::App;

/// The looks of today into the inbox of a dispatcher's agency.
#[derive(Debug, Clone)]
pub struct Today {
    pub day: Date,
    pub visits: Vec<Visit>,
    /// Whether the request that asked counts as one.
    pub counts: bool,
}

/// Takes the opening of the inbox by a designated dispatcher down. `None` for everybody else. A page that
/// was not opened by hand shows what counts, and counts for nothing.
pub async fn opened(app: &App, incoming: &Incoming, officer: &Officer) -> Result<Option<Today>, Fault> {
    if !officer.roles.contains(&Role::Dispatcher) {
        return Ok(None);
    }
    let (store, now) = (app.store.as_ref(), app.ambient.now());
    let day = domain::taipei::day_of(now);
    let counts = incoming.is_by_hand();
    let visits = if counts {
        platform::attendance::open_inbox(store, officer, now).await?
    } else {
        platform::attendance::visits_on(store, &officer.agency, day).await?
    };
    Ok(Some(Today { day, visits, counts }))
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Every agency of the city, each in a line.
    City,
    /// One agency, day by day.
    Agency(AgencyCode),
}

/// Which month of whom: that of today and of everything the officer may read where nothing is said.
fn asked(incoming: &Incoming, officer: &Officer, now: Timestamp) -> Result<(Date, Scope), Trouble> {
    let scope = match incoming.query_as::<AgencyCode>("agency")? {
        Some(agency) if access::may_read_attendance(officer, &agency) => Scope::Agency(agency),
        Some(_) => return Err(Trouble::NotFound),
        None if access::supervises(officer) => Scope::City,
        None if access::may_read_attendance(officer, &officer.agency) => {
            Scope::Agency(officer.agency.clone())
        }
        None => return Err(Trouble::Forbidden),
    };
    let first = match incoming.query("month") {
        None => domain::taipei::day_of(now).first_of_month(),
        // As `2026-11` and in no other way.
        Some(month) => format!("{month}-01")
            .parse::<Date>()
            .ok()
            .filter(|first| first.strftime("%Y-%m").to_string() == month)
            .ok_or(Malformed::Field { name: "month" })?,
    };
    Ok((first, scope))
}

/// The month of one agency.
#[derive(Debug, Clone)]
pub struct Sheet {
    pub agency: AgencyCode,
    pub name: Text,
    pub halves: Vec<(Duty, Standing)>,
    /// What is known of them.
    pub month: Month,
}

impl Sheet {
    #[must_use]
    pub fn tally(&self) -> Tally {
        Tally::of(self.halves.iter().map(|(_, standing)| *standing))
    }

    /// The days on which something was owed, with what became of their halves.
    #[must_use]
    pub fn days(&self) -> BTreeMap<Date, Vec<(Duty, Standing)>> {
        let mut days: BTreeMap<Date, Vec<(Duty, Standing)>> = BTreeMap::new();
        for (duty, standing) in &self.halves {
            days.entry(duty.day).or_default().push((*duty, *standing));
        }
        days.retain(|_, halves| halves.iter().any(|(_, standing)| *standing != Standing::NotOwed));
        days
    }
}

/// What was asked for.
#[derive(Debug, Clone)]
pub struct Table {
    pub first: Date,
    pub scope: Scope,
    /// In the order of the codes of the agencies.
    pub sheets: Vec<Sheet>,
}

/// The table that a request asks for: two reads of each agency, and two in all.
pub async fn table(
    app: &App,
    incoming: &Incoming,
    officer: &Officer,
    now: Timestamp,
) -> Result<Table, Trouble> {
    let (first, scope) = asked(incoming, officer, now)?;
    let calendars = app.calendars.current(app.store.as_ref(), now).await?;
    let sheets = sheets(app, &calendars, first, &scope, now).await?;
    Ok(Table { first, scope, sheets })
}

async fn sheets(
    app: &App,
    calendars: &Calendars,
    first: Date,
    scope: &Scope,
    now: Timestamp,
) -> Result<Vec<Sheet>, Trouble> {
    let store = app.store.as_ref();
    let (inboxes, judged) = try_join(catalogue::inboxes(store), platform::attendance::judged(store)).await?;
    let wanted: Vec<(AgencyCode, Date)> = inboxes
        .into_iter()
        .filter(|(agency, _)| *scope == Scope::City || *scope == Scope::Agency(agency.clone()))
        .collect();
    // Before anything was looked after, nothing was owed.
    let Some(judged) = judged else { return Ok(Vec::new()) };
    let sheet = async |(agency, since): (AgencyCode, Date)| -> Result<Sheet, Trouble> {
        let (month, register) = read(store, &agency, first).await?;
        let since = judged.since.max(Duty { day: since, half: attendance::Half::Morning });
        let halves = attendance::month(
            first,
            since,
            |duty| month.visit(duty).map(|visit| visit.at),
            now,
            calendars.of(&agency),
        )
        .map_err(|_| Malformed::Field { name: "month" })?;
        Ok(Sheet { agency, name: register, halves, month })
    };
    join_all(wanted.into_iter().map(sheet)).await.into_iter().collect()
}

async fn read(store: &dyn Store, agency: &AgencyCode, first: Date) -> Result<(Month, Text), Fault> {
    try_join(platform::attendance::month(store, agency, first), catalogue::agency_name(store, agency)).await
}
