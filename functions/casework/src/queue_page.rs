//! `GET /work`: the queues of an agency.

use std::collections::BTreeMap;
use std::fmt::Display;

use askama::Template;
use domain::access::{self, Officer};
use domain::agency::{Role, Staff};
use domain::calendar::Calendar;
use domain::case::State;
use domain::id::{CaseId, PersonId, RequestId};
use domain::taipei;
use domain::text::{Lang, Text};
use jiff::Timestamp;
use platform::codec::work::WorkItem;
use platform::{catalogue, commit};
use web::form;
use web::frame::Frame;
use web::incoming::{Incoming, new_request};
use web::reading;
use web::respond::{self, Answer};
use web::trouble::{Malformed, Trouble};
use web::visitor::Visitor;

use crate::App;
use crate::attendance_page::Note;
use crate::bulk::CASE_FIELD;
use crate::due::{self, Light};
use crate::queue::{self, Places, Stretch};
use crate::{attendance, attendance_page, labels};

/// What a visit to the queues looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    /// What waits for the officer.
    Mine,
    /// Whose money waits for somebody.
    Money,
    In(State),
    /// Those whose clock waits for the applicant: for the fee, or for an original.
    Awaiting,
    /// Those that have ended, one list for each state.
    Ended,
}

const AWAITING: [State; 2] = [State::AwaitingPayment, State::AwaitingMaterials];

impl View {
    const TABS: [Self; 10] = [
        Self::Mine,
        Self::Money,
        Self::In(State::Received),
        Self::Awaiting,
        Self::In(State::Assigned),
        Self::In(State::UnderCorrection),
        Self::In(State::JointReview),
        Self::In(State::AwaitingApproval),
        Self::In(State::AwaitingPickUp),
        Self::Ended,
    ];

    fn parse(code: Option<&str>, officer: &Officer) -> Result<Self, Trouble> {
        match code {
            None if queue::begins_with_money(officer) => Ok(Self::Money),
            // Those for whom no case ever waits begin with what is new.
            None if queue::WORK.iter().all(|(role, _)| !officer.roles.contains(role)) => {
                Ok(Self::In(State::Received))
            }
            None | Some("mine") => Ok(Self::Mine),
            Some("money") => Ok(Self::Money),
            Some("awaiting") => Ok(Self::Awaiting),
            Some("ended") => Ok(Self::Ended),
            Some(code) => {
                let state = code.parse().map_err(|_| Malformed::Field { name: "state" })?;
                Ok(Self::In(state))
            }
        }
    }

    const fn code(self) -> &'static str {
        match self {
            Self::Mine => "mine",
            Self::Money => "money",
            Self::In(state) => state.code(),
            Self::Awaiting => "awaiting",
            Self::Ended => "ended",
        }
    }

    fn text(self) -> Text {
        match self {
            Self::Mine => Text::new("待我處理", "Waiting for me"),
            Self::Money => Text::new("款項待處理", "Money to check"),
            Self::Awaiting => Text::new("待繳費、補寄", "Waiting for fee or originals"),
            Self::In(State::AwaitingPayment) => Text::new("待繳費", "Waiting for the fee"),
            Self::In(State::AwaitingMaterials) => Text::new("待補寄資料", "Waiting for originals"),
            Self::In(State::Received) => Text::new("待分文", "To dispatch"),
            Self::In(State::Assigned) => Text::new("承辦中", "Being handled"),
            Self::In(State::UnderCorrection) => Text::new("補正中", "Waiting for applicants"),
            Self::In(State::JointReview) => Text::new("會審中", "Waiting for other agencies"),
            Self::In(State::AwaitingApproval) => Text::new("待審核", "To review"),
            Self::In(State::AwaitingPickUp) => Text::new("待領取", "To be picked up"),
            Self::In(State::Approved) => Text::new("已核准，待通知送達", "Approved, applicant to be told"),
            Self::In(State::Rejected) => Text::new("已駁回，待通知送達", "Rejected, applicant to be told"),
            Self::In(State::Withdrawn) => Text::new("已撤回，待通知送達", "Withdrawn, applicant to be told"),
            Self::In(State::Terminated) => {
                Text::new("因逾期終止，待通知送達", "Ended for lateness, applicant to be told")
            }
            Self::In(State::Transferred) => {
                Text::new("已移送，待通知送達", "Passed on, applicant to be told")
            }
            Self::In(State::Notified) => Text::new("已通知，款項未結", "Applicant told, money to settle"),
            Self::In(State::Closed) => Text::new("已結案", "Closed"),
            Self::Ended => Text::new("已辦結", "Ended"),
        }
    }

    /// Whether the officer has the tab.
    fn is_for(self, officer: &Officer) -> bool {
        self != Self::Money || queue::looks_after_money(officer)
    }

    /// The tab it is found under.
    fn tab(self) -> Self {
        match self {
            Self::In(state) if AWAITING.contains(&state) => Self::Awaiting,
            Self::In(state) if state.is_ended() => Self::Ended,
            other => other,
        }
    }
}

struct Tab {
    code: &'static str,
    label: String,
    current: bool,
}

struct Row {
    case: String,
    item: String,
    /// What the window shows of the fee, and the class of its tag.
    fee: Option<(String, &'static str)>,
    received: String,
    /// What the field of a box names, where the case can be assigned with others, and its value.
    tick: Option<(String, u32)>,
    /// Since when money waits, and how long that is.
    since: Option<(String, Option<Light>)>,
    due: String,
    light: Option<Light>,
    state: String,
    handler: Option<String>,
    waiting: bool,
}

struct Section {
    heading: String,
    /// The rows say in which state they are, or with which result.
    mixed: bool,
    rows: Vec<Row>,
    /// The address of the next stretch.
    more: Option<String>,
}

/// Who may be chosen for the cases that are ticked.
struct Bulk {
    request: RequestId,
    handlers: Vec<(PersonId, String)>,
    reviewers: Vec<(PersonId, String)>,
}

#[derive(Template)]
#[template(path = "queue.html")]
struct QueuePage {
    frame: Frame,
    agency_roles: String,
    /// For whom the officer stands in today.
    stands_in: String,
    /// Whether the inbox was opened today, for dispatchers.
    inbox: Option<Note>,
    /// Where else the officer goes from here: addresses and what is there.
    links: Vec<(&'static str, String)>,
    tabs: Vec<Tab>,
    sections: Vec<Section>,
    /// The form that assigns what is ticked.
    bulk: Option<Bulk>,
    /// All of the list waits for the officer.
    all_waits: bool,
    /// It is of money, longest waiting first.
    money: bool,
    /// The officer has no role that reads cases.
    reads_nothing: bool,
}

/// The form that finds a case by its number: what is forwarded to the officer's agency, else the whole case;
/// whether that is theirs to see, its page says.
async fn find(app: &App, officer: &Officer, number: &str) -> Answer {
    let case: CaseId =
        number.trim().to_ascii_uppercase().parse().map_err(|_| Malformed::Field { name: "case" })?;
    let loaded = commit::load(app.store.as_ref(), case).await?;
    let asked = loaded.is_some_and(|loaded| reading::forwarded(officer, &loaded.case).is_ok());
    let list = if asked { "/work/reviews" } else { "/work" };
    Ok(respond::redirect(&format!("{list}/{case}")))
}

/// One list for each of `states` that has cases, from its beginning; where none has, the first says so.
async fn each(app: &App, shown: &Shown<'_>, states: &[State]) -> Result<Vec<Section>, Trouble> {
    let mut sections = Vec::new();
    for state in states {
        let stretch = queue::in_state(app, shown.officer, *state, None).await?;
        sections.push(shown.section(View::In(*state), &stretch));
    }
    if sections.iter().any(|section| !section.rows.is_empty()) {
        sections.retain(|section| !section.rows.is_empty());
    } else {
        sections.truncate(1);
    }
    Ok(sections)
}

pub async fn show(app: &App, incoming: &Incoming, visitor: &Visitor, officer: &Officer) -> Answer {
    if let Some(number) = incoming.query("case") {
        return find(app, officer, number).await;
    }
    let view = View::parse(incoming.query("state"), officer)?;
    let staff = catalogue::staff_of(app.store.as_ref(), &officer.agency).await?;
    let names = staff.iter().map(|staff| (staff.person, staff.name.clone())).collect();
    let now = app.ambient.now();
    let calendars = app.calendars.current(app.store.as_ref(), now).await?;
    let calendar = calendars.of(&officer.agency);
    let to_dispatch = matches!(view.tab(), View::In(State::Received) | View::Awaiting);
    let ticks = to_dispatch && officer.roles.contains(&Role::Dispatcher);
    let shown = Shown { lang: visitor.lang, now, names, officer, calendar, ticks };
    let sections = match view {
        View::Mine => {
            let after: Option<Places> = incoming.query_as("after")?;
            vec![shown.section(view, &queue::waiting(app, officer, after.as_ref()).await?)]
        }
        View::Money => {
            let after = incoming.query_as("after")?;
            vec![shown.section(view, &queue::money(app, officer, after).await?)]
        }
        View::In(state) => {
            let after = incoming.query_as("after")?;
            vec![shown.section(view, &queue::in_state(app, officer, state, after).await?)]
        }
        View::Awaiting => each(app, &shown, &AWAITING).await?,
        View::Ended => each(app, &shown, &State::ENDED).await?,
    };
    // What is to be dispatched is in these lists; who looks through another one has not seen it.
    let inbox = match view {
        View::Mine | View::In(State::Received) => attendance::opened(app, incoming, officer).await?,
        View::Money | View::In(_) | View::Awaiting | View::Ended => None,
    };
    let inbox = inbox.map(|today| attendance_page::note(&today, visitor.lang));
    let tab = |tab: View| Tab {
        code: tab.code(),
        label: tab.text().pick(visitor.lang).to_owned(),
        current: tab == view.tab(),
    };
    let roles: Vec<String> =
        officer.roles.iter().map(|role| role.text().pick(visitor.lang).to_owned()).collect();
    let mut frame = Frame::new(incoming, visitor, &Text::new("機關作業", "Agency work"));
    // What names the page is part of where to come back to.
    frame.path = match incoming.query("after") {
        Some(after) => format!("/work?{}", form::encode([("state", view.code()), ("after", after)])),
        None => format!("/work?state={}", view.code()),
    };
    let any = sections.iter().any(|section| !section.rows.is_empty());
    let page = QueuePage {
        frame,
        agency_roles: roles.join(visitor.lang.pick("、", ", ")),
        stands_in: stood_in_for(officer, &staff).join(visitor.lang.pick("、", ", ")),
        inbox,
        links: links(officer, visitor.lang),
        tabs: View::TABS.into_iter().filter(|tab| tab.is_for(officer)).map(tab).collect(),
        sections,
        bulk: ticks.then(|| bulk(app, &staff)).filter(|_| any),
        all_waits: matches!(view, View::Mine | View::Money),
        money: view == View::Money,
        reads_nothing: officer.roles.iter().all(|role| *role == Role::Administrator),
    };
    respond::page(&page)
}

fn stood_in_for(officer: &Officer, staff: &[Staff]) -> Vec<String> {
    let principals = staff.iter().filter(|staff| officer.stands_in.contains(&staff.person));
    principals.map(|staff| staff.name.clone()).collect()
}

fn bulk(app: &App, staff: &[Staff]) -> Bulk {
    let people = |role| {
        let fit = staff.iter().filter(move |staff| staff.roles.contains(&role));
        fit.map(|staff| (staff.person, staff.name.clone())).collect()
    };
    Bulk {
        request: new_request(app.ambient.as_ref()),
        handlers: people(Role::Handler),
        reviewers: people(Role::Reviewer),
    }
}

/// Where officers go beside the lists.
fn links(officer: &Officer, lang: Lang) -> Vec<(&'static str, String)> {
    let counter = ("/counter", lang.pick("櫃檯報到", "Counter").to_owned());
    let attendance = ("/work/attendance", lang.pick("收件匣登錄紀錄", "Inboxes opened").to_owned());
    let reviews = ("/work/reviews", lang.pick("他機關送請會審", "Asked by other agencies").to_owned());
    let may_read = access::may_read_attendance(officer, &officer.agency);
    let reviews = access::may_read_reviews(officer).then_some(reviews);
    let absences = ("/work/absences", lang.pick("請假與職務代理", "Absence and deputies").to_owned());
    let unreached = ("/work/notices", lang.pick("未送達之通知", "Notices that did not arrive").to_owned());
    [Some(unreached), reviews, Some(counter), may_read.then_some(attendance), Some(absences)]
        .into_iter()
        .flatten()
        .collect()
}

/// How rows are shown to this visitor.
struct Shown<'a> {
    lang: Lang,
    now: Timestamp,
    calendar: &'a Calendar,
    names: BTreeMap<PersonId, String>,
    officer: &'a Officer,
    /// Whether cases can be ticked.
    ticks: bool,
}

impl Shown<'_> {
    fn section(&self, view: View, stretch: &Stretch<impl Display>) -> Section {
        let next = stretch.next.as_ref();
        Section {
            heading: view.text().pick(self.lang).to_owned(),
            mixed: matches!(view, View::Mine | View::Money | View::In(State::Notified | State::Closed)),
            rows: stretch.items.iter().map(|item| self.row(item)).collect(),
            more: next.map(|place| format!("/work?state={}&after={place}", view.code())),
        }
    }

    fn row(&self, item: &WorkItem) -> Row {
        let open = item.state.0.is_open();
        Row {
            case: item.case.0.to_string(),
            tick: self.ticks.then(|| (format!("{CASE_FIELD}{}", item.case.0), item.version)),
            item: item.name().pick(self.lang).to_owned(),
            fee: item.fee.map(|fee| (fee.0.text().pick(self.lang).to_owned(), labels::fee_class(fee.0))),
            since: item.money_since().map(|since| {
                let waited = due::waited(since, self.now, self.calendar, self.lang);
                (taipei::shown(taipei::day_of(since), self.lang), waited)
            }),
            received: taipei::shown(taipei::day_of(item.received_at), self.lang),
            due: item.due.map_or_else(
                || self.lang.pick("詳見案件", "see the case").to_owned(),
                |due| taipei::shown(due, self.lang),
            ),
            light: item
                .due
                .filter(|_| open)
                .and_then(|due| due::light(due, self.now, self.calendar, self.lang)),
            state: item.standing().pick(self.lang).to_owned(),
            handler: item.handler.and_then(|handler| self.names.get(&handler.0).cloned()),
            waiting: queue::waits_for(self.officer, item),
        }
    }
}
