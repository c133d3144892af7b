//! The applicant's cases: list, one case, withdrawing, fetching a document.

use std::collections::BTreeMap;

use askama::Template;
use domain::case::{Case, State};
use domain::clock::gate::Gate;
use domain::command::{Action, Command};
use domain::consent;
use domain::decide;
use domain::ending::Conclusion;
use domain::id::{CaseId, RequestId, Version};
use domain::item::ItemVersion;
use domain::money::Twd;
use domain::pick_up::ToPickUp;
use domain::text::Text;
use jiff::civil::Date;
use platform::codec::people::Session;
use platform::codec::work::WorkItem;
use platform::record::Record;
use platform::{catalogue, drafts, reports};
use web::explained::{self, Shown};
use web::form;
use web::frame::Frame;
use web::incoming::{Incoming, new_request};
use web::respond::{self, Answer};
use web::trouble::Trouble;
use web::typed::take;
use web::visitor::Visitor;

use super::declare::{ServedView, SignatureView};
use super::form_path;
use super::notices::NoticeLine;
use crate::issued::{self, IssuedView};
use crate::own::Place;
use crate::views::{self, AnswerView, CorrectionCard, DocumentView, FeeCard};
use crate::{App, notices, own};

#[derive(Template)]
#[template(path = "cases.html")]
struct CasesPage {
    frame: Frame,
    drafts: Vec<DraftLine>,
    cases: Vec<CaseLine>,
    /// Where the older cases are; empty when there are none.
    older: String,
}

struct DraftLine {
    href: String,
    name: String,
    touched_at: String,
}

struct CaseLine {
    case: String,
    name: String,
    state: String,
    tone: &'static str,
    received: String,
    due: Option<Date>,
    is_open: bool,
}

/// The colour of a state's tag, which stays that of the result.
fn tone(state: State, result: Option<Conclusion>) -> &'static str {
    match result.map_or(state, Conclusion::state) {
        State::Received | State::Assigned | State::JointReview | State::AwaitingApproval => "",
        State::UnderCorrection | State::AwaitingPayment | State::AwaitingMaterials => "tag-warn",
        State::Approved | State::AwaitingPickUp => "tag-good",
        State::Rejected => "tag-bad",
        State::Withdrawn | State::Terminated | State::Transferred | State::Notified | State::Closed => {
            "tag-plain"
        }
    }
}

/// `GET /cases`: drafts to go on with, and cases, newest first.
pub async fn list(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let person = visitor.session()?.person;
    let after: Option<Place> = incoming.query_as("after")?;
    let first = after.is_none();
    let after = after.map(|place| place.cursor(person));
    let frame = Frame::new(incoming, visitor, &Text::new("我的案件", "My cases"));
    let listed = reports::mine(app.store.as_ref(), person, after).await?;
    let mut lines = Vec::new();
    if first {
        for draft in drafts::mine(app.store.as_ref(), person).await? {
            let item = own::item(app, &draft.item, draft.item_version).await?;
            lines.push(DraftLine {
                href: form_path(draft.id),
                name: frame.pick(&item.name).to_owned(),
                touched_at: frame.instant(&draft.touched_at),
            });
        }
    }
    let older = match (&listed.next, listed.items.last()) {
        (Some(_), Some(last)) => format!("/cases?after={}", Place::of(last)),
        _ => String::new(),
    };
    let cases = listed.items.iter().map(|item| CaseLine::of(item, &frame)).collect();
    respond::page(&CasesPage { frame, drafts: lines, cases, older })
}

/// What the clock of a case waits for of the applicant.
struct Awaited {
    what: String,
    /// The fee is among it, and may be on its way, or be there and wait for an officer.
    paying: bool,
}

impl Awaited {
    fn of(case: &Case, item: &ItemVersion, frame: &Frame) -> Option<Self> {
        let name = |gate: &Gate| match gate {
            Gate::Arrival(what) => item.document_name(what),
            gate => gate.text(),
        };
        let gates: Vec<Gate> = case.awaited().collect();
        let what: Vec<String> = gates.iter().map(|gate| frame.pick(&name(gate)).to_owned()).collect();
        let standing = case.ledger.standing();
        let held = standing.suspense > Twd::ZERO || standing.unmatched > Twd::ZERO;
        let on_its_way = held || case.ledger.open_attempts().next().is_some();
        let awaited = Self {
            what: what.join(frame.lang.pick("、", ", ")),
            paying: on_its_way && gates.contains(&Gate::Fee),
        };
        (!gates.is_empty()).then_some(awaited)
    }
}

impl CaseLine {
    fn of(item: &WorkItem, frame: &Frame) -> Self {
        let state = item.state.0;
        Self {
            case: item.case.0.to_string(),
            name: frame.pick(&item.name()).to_owned(),
            state: frame.pick(&item.standing()).to_owned(),
            tone: tone(state, item.result.map(|result| result.0)),
            received: frame.instant(&item.received_at),
            due: item.due,
            is_open: state.is_open(),
        }
    }
}

#[derive(Template)]
#[template(path = "case.html")]
struct CasePage {
    frame: Frame,
    case: Case,
    item_name: String,
    state: String,
    tone: &'static str,
    just_submitted: bool,
    clock: Shown,
    clock_instead: String,
    /// What the agency asks for, while it waits for it.
    correction: Option<CorrectionCard>,
    may_answer: bool,
    agency: String,
    phone: String,
    handler: String,
    /// The reasons of the decision, once there is one.
    reason: String,
    issued: Vec<IssuedView>,
    fee: Option<FeeCard>,
    timeline: Vec<Step>,
    documents: Vec<DocumentView>,
    answers: Vec<AnswerView>,
    notices: Vec<NoticeLine>,
    awaited: Option<Awaited>,
    /// How the result is picked up, while it is to be.
    pick_up: Option<ToPickUp>,
    /// How its documents are served.
    consent: String,
    /// The choice, while it can be changed, and the id under which this page may change it.
    served: Option<(ServedView, RequestId)>,
    signature: Option<SignatureView>,
    may_withdraw: bool,
    /// The id under which this page may withdraw.
    request: RequestId,
    /// The id under which it may end the case for lateness, once the agency is late.
    terminate: Option<RequestId>,
}

struct Step {
    at: String,
    text: String,
}

/// `GET /cases/{case}`; right after submitting it is the confirmation.
pub async fn show(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let session = visitor.session()?;
    let record = own::record(app, session, incoming.param("case")?).await?;
    let page = page(app, incoming, visitor, &record, session).await?;
    respond::page(&page)
}

async fn page(
    app: &App,
    incoming: &Incoming,
    visitor: &Visitor,
    record: &Record,
    session: &Session,
) -> Result<CasePage, Trouble> {
    let case = record.loaded.case.clone();
    let frame = Frame::new(incoming, visitor, &Text::new("案件進度", "Your case"));
    let item = own::item(app, &case.item.code, case.item.version).await?;
    let agency = catalogue::agency(app.store.as_ref(), &case.agency).await?;
    let calendars = app.calendars.current(app.store.as_ref(), app.ambient.now()).await?;
    let clock = explained::shown_of(&case, calendars.of(&case.agency), frame.lang);
    let told = notices::of_case(app, session, case.id).await?;
    let open_to = decide::open_to(&case, &session.as_applicant());
    let given: BTreeMap<String, String> =
        record.answers().into_iter().map(|(key, answer)| (key.to_string(), answer)).collect();
    let step = |chained: &platform::codec::event::Chained| Step {
        at: frame.instant(&chained.recorded.at),
        text: frame.pick(&explained::event(&chained.recorded.event, Some(item.as_ref()))).to_owned(),
    };
    let request = new_request(app.ambient.as_ref());
    Ok(CasePage {
        item_name: frame.pick(&case.item.name).to_owned(),
        state: frame.pick(&case.standing()).to_owned(),
        tone: tone(case.state, case.result()),
        just_submitted: incoming.query("submitted").is_some(),
        clock_instead: frame.pick(&clock.instead).to_owned(),
        clock,
        correction: CorrectionCard::of(record),
        awaited: Awaited::of(&case, &item, &frame),
        pick_up: case.to_pick_up(item.pick_up.as_ref()),
        may_answer: open_to.contains(&Action::AnswerCorrection),
        agency: agency.as_ref().map(|agency| frame.pick(&agency.name).to_owned()).unwrap_or_default(),
        phone: agency.map_or_else(|| "1999".to_owned(), |agency| agency.phone),
        handler: views::handler(record).unwrap_or_default().to_owned(),
        reason: case.decision().map(|ruling| ruling.reason.clone()).unwrap_or_default(),
        issued: issued::of(record, &frame),
        fee: FeeCard::of(&case, &frame),
        timeline: record.events.iter().rev().map(step).collect(),
        documents: record
            .documents()
            .into_iter()
            .map(|document| DocumentView::of(document, &item, &frame))
            .collect(),
        answers: views::answers(&item, &given, &frame),
        notices: told.iter().map(|notice| NoticeLine::of(app, notice, &frame)).collect(),
        consent: frame.pick(&consent::served(case.consent.as_ref())).to_owned(),
        served: open_to.contains(&Action::ChangeConsent).then(|| {
            let request = RequestId::derived(&[b"consent", request.bytes()]);
            (ServedView::of(case.consent.as_ref(), &frame), request)
        }),
        signature: SignatureView::of(record, &frame),
        may_withdraw: open_to.contains(&Action::Withdraw),
        terminate: open_to
            .contains(&Action::Terminate)
            .then(|| RequestId::derived(&[b"terminate", request.bytes()])),
        request,
        case,
        frame,
    })
}

/// `POST /cases/{case}/withdraw`.
pub async fn withdraw(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    command(app, incoming, visitor, |reason| Command::Withdraw { reason }).await
}

/// `POST /cases/{case}/terminate`: the agency is late, and the applicant has had enough of it (規費法 §19).
pub async fn terminate(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    command(app, incoming, visitor, |reason| Command::Terminate { reason }).await
}

/// A form of the case page with a reason of the applicant.
async fn command(
    app: &App,
    incoming: &Incoming,
    visitor: &Visitor,
    made: impl FnOnce(String) -> Command,
) -> Answer {
    let case: CaseId = incoming.param("case")?;
    let mut fields = visitor.own_form(incoming)?;
    let payload = form::encode(fields.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let request: RequestId = take(&mut fields, "request")?;
    let seen = Version(take(&mut fields, "version")?);
    // Browsers send line ends as CR LF.
    let reason = fields.remove("reason").unwrap_or_default().replace("\r\n", "\n");
    form::nothing_left(&fields)?;
    let request = incoming.request_key(request, payload.as_bytes());
    own::carry_out(app, visitor.session()?, case, request, Some(seen), made(reason)).await?;
    Ok(respond::redirect(&format!("/cases/{case}")))
}

/// `GET /cases/{case}/files/{upload}`: on to the object store, once the file has arrived there.
pub async fn file(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let record = own::record(app, visitor.session()?, incoming.param("case")?).await?;
    let back = format!("/cases/{}", record.loaded.case.id);
    web::document::fetch(app.objects.as_ref(), incoming, visitor, &record, back).await
}
