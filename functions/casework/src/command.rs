//! A command as an officer gives it, by form or as JSON, and how it is carried out.

use std::collections::BTreeSet;

use domain::access::{self, Actor, Officer};
use domain::agency::{Role, Staff};
use domain::case::Case;
use domain::command::{Action, Command};
use domain::correction::{self, Subjects};
use domain::event::Request;
use domain::id::{AgencyCode, CaseId, NoticeId, PersonId, Version};
use domain::joint_review::{self, Asked as AskedOf, ReviewingAgency};
use domain::notice_tag::NoticeTag;
use domain::personal::Personal;
use domain::pick_up::{PickUp, Receiver};
use domain::rejection::Rejection;
use domain::service::{self, Means, Notified, Service};
use domain::taipei;
use domain::text::Lang;
use platform::catalogue;
use platform::commit::{self, Asked, Done, Failure, unless_overtaken};
use platform::fault::Fault;
use platform::notices::{self, Entry};
use platform::ports::Store;
use platform::store::Attempts;
use web::reading;
use web::trouble::Trouble;

use crate::App;
use crate::letter::{self, Proposing, Rectifying};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// The people are looked up before it is a command.
    Assign { handler: PersonId, reviewer: PersonId },
    /// The agency is looked up before it is a command.
    Reroute { to: AgencyCode, reason: String },
    /// The agencies are looked up before it is a command.
    RequestReview { asked: Vec<(AgencyCode, String)>, order: joint_review::Order },
    /// What the item version of the case can be asked about is looked up before it is a command.
    RequestCorrection(Box<correction::Request>),
    /// To whom the letter goes and from whom it comes is looked up before it is a command.
    Propose(Box<Proposing>),
    /// So is the document that is put right.
    Rectify(Box<Rectifying>),
    /// The notice is looked up before it is a command.
    RecordService { notice: NoticeId, service: Service },
    /// How the clause on unposted fees is read, the city has chosen, and no caller says.
    Approve,
    /// So is the clause here, and what the item version says of proxies.
    HandOver(Receiver),
    /// Everything else is one as it stands.
    Plain(Command),
}

impl Order {
    pub const fn action(&self) -> Action {
        match self {
            Self::Assign { .. } => Action::Assign,
            Self::Reroute { .. } => Action::Reroute,
            Self::RequestReview { .. } => Action::RequestReview,
            Self::RequestCorrection(_) => Action::RequestCorrection,
            Self::Propose(_) => Action::Propose,
            Self::Rectify(_) => Action::Rectify,
            Self::RecordService { .. } => Action::RecordService,
            Self::Approve => Action::Approve,
            Self::HandOver(_) => Action::HandOver,
            Self::Plain(command) => command.action(),
        }
    }
}

/// An order with what makes it this one.
#[derive(Debug)]
pub struct Given {
    pub order: Order,
    /// The version of the case the officer saw; `None` for whoever sees a part of it only.
    pub seen: Option<Version>,
    pub request: Request,
}

/// Why an order was not carried out.
#[derive(Debug)]
pub enum Refused {
    /// A rule refuses it; the case as it is now.
    Rejected {
        rejection: Rejection,
        case: Box<Case>,
    },
    Trouble(Trouble),
}

impl<T: Into<Trouble>> From<T> for Refused {
    fn from(trouble: T) -> Self {
        Self::Trouble(trouble.into())
    }
}

/// Carries out an order: one read and one write; assigning reads the staff in addition, asking for a
/// correction the item version, once in the life of a process, and what makes a letter the agency. Somebody who wrote in between makes
/// what the officer saw stale, which the second round finds.
pub async fn perform(app: &App, officer: &Officer, id: CaseId, given: &Given) -> Result<Done, Refused> {
    let store = app.store.as_ref();
    let actor = Actor::Officer(officer.clone());
    let asked = Asked { actor, request: given.request, seen: given.seen };
    let action = given.order.action();
    let mut command_made = None;
    let calendars = app.calendars.current(store, app.ambient.now()).await?;
    let mut attempts = Attempts::default();
    loop {
        let loaded = commit::load(store, id).await?.ok_or(Trouble::NotFound)?;
        let case = Box::new(loaded.case.clone());
        // Asked before anything else of the case is told. A repeated request is let through: the officer
        // was allowed when it took effect. What gave the case away may be repeated from where it was, and
        // so may what was said of a part of it.
        let repeated = case.requests.contains(&given.request.id);
        if !(repeated && matches!(action, Action::Reroute | Action::AnswerReview)) {
            exists(officer, &case, action)?;
        }
        if !repeated && !access::allowed(&asked.actor, &case, action) {
            return Err(Refused::Rejected { rejection: Rejection::Forbidden { action }, case });
        }
        let command = match &mut command_made {
            Some(command) => command,
            none => none.insert(prepare(app, officer, &case, &given.order).await?),
        };
        let now = app.ambient.now();
        let done = commit::carry_out_on(store, &calendars, loaded, &asked, command, now).await;
        match unless_overtaken(done) {
            Ok(Some(done)) => {
                let replayed = done.replayed;
                tracing::info!(case = %id, action = action.code(), replayed, "carried out a command");
                return Ok(done);
            }
            Ok(None) => {
                attempts.overtaken()?;
                // The number that a letter was drawn may be another one's.
                command_made = None;
            }
            Err(Failure::Rejected(rejection)) => {
                // Of a case of another agency nothing is told, not even that a request was somebody else's.
                exists(officer, &case, action)?;
                return Err(Refused::Rejected { rejection, case });
            }
            Err(failure) => return Err(failure.into()),
        }
    }
}

/// Whether there is such a case for whoever asks for `action`.
pub fn exists(officer: &Officer, case: &Case, action: Action) -> Result<(), Trouble> {
    match action {
        Action::AnswerReview | Action::QueryRegister if case.agency != officer.agency => {
            reading::forwarded(officer, case)
        }
        Action::BreakGlass if access::keeps(officer) => Ok(()),
        _ => reading::of_own_agency(officer, case),
    }
}

async fn prepare(app: &App, officer: &Officer, case: &Case, order: &Order) -> Result<Command, Fault> {
    Ok(match order {
        Order::Plain(command) => command.clone(),
        Order::Propose(asked) => letter::propose(app, case, asked).await?,
        Order::Rectify(asked) => letter::rectify(app, case, asked).await?,
        Order::Approve => {
            let issue = Box::new(letter::issue(app, case).await?);
            Command::Approve { reading: app.fee_reading, issue }
        }
        Order::RecordService { notice, service } => {
            let of = notified(app.store.as_ref(), case, *notice).await?;
            Command::RecordService(Box::new(service::Request { of, service: service.clone() }))
        }
        Order::HandOver(receiver) => {
            let item = app.items.version(app.store.as_ref(), &case.item.code, case.item.version).await?;
            let pick_up = item.as_ref().and_then(|item| item.pick_up.as_ref());
            // Where nothing is said of them, whoever hands it over judges.
            let takes_proxies = pick_up.is_none_or(PickUp::takes_proxies);
            Command::HandOver { reading: app.fee_reading, receiver: receiver.clone(), takes_proxies }
        }
        Order::RequestCorrection(request) => {
            let item = app.items.version(app.store.as_ref(), &case.item.code, case.item.version).await?;
            // Of a form that is gone, there is nothing by name to ask about.
            let subjects = item.map(|item| Subjects::of(&item, taipei::day_of(app.ambient.now())));
            let subjects = subjects.unwrap_or_default();
            Command::RequestCorrection(Box::new(correction::Request { subjects, ..request.as_ref().clone() }))
        }
        Order::RequestReview { asked, order } => {
            let mut found = Vec::new();
            // Of no others anything is looked up, however many are named.
            let mut left: BTreeSet<&AgencyCode> = case.reviewers_left().collect();
            for (agency, question) in asked {
                let reviewer =
                    if left.remove(agency) { reviewer(app.store.as_ref(), agency).await? } else { None };
                found.push(AskedOf { reviewer, question: question.clone() });
            }
            Command::RequestReview(Box::new(joint_review::Request { asked: found, order: *order }))
        }
        Order::Reroute { to, reason } => {
            let to = app.agencies.dispatching(app.store.as_ref(), to, app.ambient.now()).await?;
            Command::Reroute { to: to.map(Box::new), reason: reason.clone() }
        }
        Order::Assign { handler, reviewer } => {
            let staff = catalogue::staff_of(app.store.as_ref(), &officer.agency).await?;
            let named = |person| Box::new(find(&staff, officer, person));
            Command::Assign { handler: named(*handler), reviewer: named(*reviewer) }
        }
    })
}

/// The notice, if it is one of `case` to its applicant. One read.
async fn notified(store: &dyn Store, case: &Case, id: NoticeId) -> Result<Option<Notified>, Fault> {
    if id.event.case != case.id {
        return Ok(None);
    }
    let Some(Entry::Case(notice)) = notices::load(store, &NoticeTag::Case(id)).await? else {
        return Ok(None);
    };
    let to_applicant = notice.is_to_applicant(case.applicant.person);
    let owed_on = taipei::day_of(notice.owed_since);
    let posted = notice.served.map(|served| served.service).filter(|it| it.means == Means::Posted);
    let posted = posted.map(|service| service.number);
    Ok(to_applicant.then_some(Notified { notice: id.into(), owed_on, posted }))
}

/// The agency, if somebody there can answer. Two reads.
pub async fn reviewer(store: &dyn Store, code: &AgencyCode) -> Result<Option<ReviewingAgency>, Fault> {
    let (agency, staff) = tokio::try_join!(catalogue::agency(store, code), catalogue::staff_of(store, code))?;
    let answers = staff.iter().any(|officer| officer.roles.contains(&Role::Handler));
    Ok(agency.filter(|_| answers).map(|agency| ReviewingAgency { agency: agency.code, name: agency.name }))
}

/// Somebody the agency does not know is somebody without a role in it: the rule refuses them.
pub fn find(staff: &[Staff], officer: &Officer, person: PersonId) -> Staff {
    staff.iter().find(|staff| staff.person == person).cloned().unwrap_or_else(|| Staff {
        person,
        agency: officer.agency.clone(),
        roles: BTreeSet::new(),
        name: String::new(),
        email: Personal::default(),
        lang: Lang::default(),
        deputy: None,
    })
}
