//! The lists of an agency, cut down to what an officer may read.

use std::collections::BTreeMap;

use domain::access::{self, Officer};
use domain::agency::Role;
use domain::case::{Assignment, State};
use domain::id::CaseId;
use jiff::Timestamp;
use jiff::civil::Date;
use platform::codec::work::WorkItem;
use platform::fault::Fault;
use platform::keys;
use platform::reports::{self, PAGE};
use web::trouble::Trouble;

use crate::App;

/// Most pages of the store one list looks through: those who read few of many cases find them, and
/// no request takes for ever.
const MAX_PAGES: u32 = 10;

/// Where a list goes on: the due date and the number of the case before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// A case without a due date stands at the end.
    pub due: Date,
    pub case: CaseId,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}_{}", self.due, self.case)
    }
}

/// Anything but `2026-11-23_TP-K3QH9-XW2MT-7`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAPlace;

impl std::str::FromStr for Place {
    type Err = NotAPlace;

    fn from_str(text: &str) -> Result<Self, NotAPlace> {
        let (due, case) = text.split_once('_').ok_or(NotAPlace)?;
        let due = due.parse().map_err(|_| NotAPlace)?;
        Ok(Self { due, case: case.parse().map_err(|_| NotAPlace)? })
    }
}

/// Where a list of several states goes on: a place in each that has more. As text
/// `received.2026-11-23_TP-K3QH9-XW2MT-7~assigned.2026-11-24_TP-...`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places(BTreeMap<State, Place>);

impl std::fmt::Display for Places {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let each: Vec<String> = self.0.iter().map(|(state, place)| format!("{state}.{place}")).collect();
        f.write_str(&each.join("~"))
    }
}

impl std::str::FromStr for Places {
    type Err = NotAPlace;

    fn from_str(text: &str) -> Result<Self, NotAPlace> {
        let each = text.split('~').map(|part| {
            let (state, place) = part.split_once('.').ok_or(NotAPlace)?;
            Ok((state.parse().map_err(|_| NotAPlace)?, place.parse()?))
        });
        each.collect::<Result<_, _>>().map(Self)
    }
}

/// Where the list of money goes on: since when the case before has waited, and its number. As text
/// `2026-11-23T02:00:00.000Z_TP-K3QH9-XW2MT-7`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Since {
    pub since: Timestamp,
    pub case: CaseId,
}

impl std::fmt::Display for Since {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}_{}", keys::sortable(self.since), self.case)
    }
}

impl std::str::FromStr for Since {
    type Err = NotAPlace;

    fn from_str(text: &str) -> Result<Self, NotAPlace> {
        let (since, case) = text.split_once('_').ok_or(NotAPlace)?;
        let since = since.parse().map_err(|_| NotAPlace)?;
        Ok(Self { since, case: case.parse().map_err(|_| NotAPlace)? })
    }
}

/// A stretch of a list, soonest due date first, or longest waiting.
#[derive(Debug, Clone)]
pub struct Stretch<P> {
    pub items: Vec<WorkItem>,
    /// Where to go on, when there may be more.
    pub next: Option<P>,
}

/// The cases of the officer's agency in `state` that the officer may read.
pub async fn in_state(
    app: &App,
    officer: &Officer,
    state: State,
    after: Option<Place>,
) -> Result<Stretch<Place>, Fault> {
    let keep = |item: &WorkItem| may_read(officer, item);
    collect(app, officer, state, after, keep).await
}

/// What waits for the officer, in any of their roles; `after` a stretch, only where that left off.
pub async fn waiting(app: &App, officer: &Officer, after: Option<&Places>) -> Result<Stretch<Places>, Fault> {
    let mut items = Vec::new();
    let mut next = Places::default();
    for (role, state) in WORK {
        let from = after.map(|places| places.0.get(&state).copied());
        if !officer.roles.contains(&role) || from == Some(None) {
            continue;
        }
        let keep = |item: &WorkItem| item.waits_for(role, officer);
        let found = collect(app, officer, state, from.flatten(), keep).await?;
        items.extend(found.items);
        next.0.extend(found.next.map(|place| (state, place)));
    }
    items.sort_by_key(|item| (item.due.unwrap_or(Date::MAX), item.case.0));
    Ok(Stretch { items, next: (!next.0.is_empty()).then_some(next) })
}

/// The roles that look after money.
const MONEY: [Role; 2] = [Role::Cashier, Role::Accountant];

#[must_use]
pub fn looks_after_money(officer: &Officer) -> bool {
    MONEY.iter().any(|role| officer.roles.contains(role))
}

/// Whether money is what the officer comes for: they look after it, and no case waits for them by its
/// state.
#[must_use]
pub fn begins_with_money(officer: &Officer) -> bool {
    looks_after_money(officer) && WORK.iter().all(|(role, _)| !officer.roles.contains(role))
}

/// The cases of the officer's agency whose money waits for somebody, longest waiting first; for those who
/// look after it.
pub async fn money(app: &App, officer: &Officer, after: Option<Since>) -> Result<Stretch<Since>, Trouble> {
    if !looks_after_money(officer) {
        return Err(Trouble::Forbidden);
    }
    let after = after.map(|place| reports::money_after(&officer.agency, place.since, place.case));
    let page = reports::money(app.store.as_ref(), &officer.agency, after).await?;
    let place = |item: &WorkItem| Some(Since { since: item.money_since()?, case: item.case.0 });
    let next = page.next.and(page.items.last().and_then(place));
    Ok(Stretch { items: page.items, next })
}

/// In which state a case waits for which role.
pub const WORK: [(Role, State); 5] = [
    (Role::Dispatcher, State::Received),
    (Role::Handler, State::Assigned),
    // Decided, and still to be served.
    (Role::Handler, State::Approved),
    (Role::Handler, State::Rejected),
    (Role::Reviewer, State::AwaitingApproval),
];

/// Whether the case waits for the officer.
#[must_use]
pub fn waits_for(officer: &Officer, item: &WorkItem) -> bool {
    officer.roles.iter().any(|role| item.waits_for(*role, officer))
}

fn may_read(officer: &Officer, item: &WorkItem) -> bool {
    let assignment = item.handler.zip(item.reviewer);
    let assignment =
        assignment.map(|(handler, reviewer)| Assignment { handler: handler.0, reviewer: reviewer.0 });
    access::may_read_listed(officer, assignment.as_ref())
}

async fn collect(
    app: &App,
    officer: &Officer,
    state: State,
    after: Option<Place>,
    keep: impl Fn(&WorkItem) -> bool,
) -> Result<Stretch<Place>, Fault> {
    let full = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let mut stretch = Stretch { items: Vec::new(), next: after };
    for _ in 0..MAX_PAGES {
        let after = stretch
            .next
            .map(|place| reports::work_after(&officer.agency, state, Some(place.due), place.case));
        let page = reports::work(app.store.as_ref(), &officer.agency, state, after).await?;
        let last =
            page.items.last().map(|item| Place { due: item.due.unwrap_or(Date::MAX), case: item.case.0 });
        stretch.next = page.next.and(last);
        stretch.items.extend(page.items.into_iter().filter(|item| keep(item)));
        if stretch.next.is_none() || stretch.items.len() >= full {
            break;
        }
    }
    Ok(stretch)
}
