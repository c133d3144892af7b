//! What the case page shows.

use askama::Template;
use domain::access::Officer;
use domain::calendar::Calendar;
use domain::case::{Case, Outcome, State};
use domain::command::Action;
use domain::consent;
use domain::ending::Conclusion;
use domain::id::Version;
use domain::rejection::Rejection;
use domain::signature::Signature;
use domain::taipei;
use domain::text::{Lang, Text};
use platform::keys;
use web::explained;
use web::frame::Frame;
use web::incoming::Incoming;
use web::trouble::Trouble;
use web::visitor::Visitor;

use super::Attempt;
use super::correction::{self, CorrectionCard};
use super::fee::{self, FeeCard};
use super::forms::{self, Form};
use super::letter::{self, LetterCard};
use super::pick_up;
use super::review::ReviewCard;
use crate::App;
use crate::application::{self, DocumentRow, Fact};
use crate::dossier::Dossier;
use crate::due::{self, Light};
use crate::labels;
use crate::lookup_page::LookupCard;
use crate::timeline::{self, Aside};

/// What the page says first.
pub enum Told {
    /// What was just done, if anything.
    Done(Option<Action>),
    Refused(Attempt),
}

struct Problem {
    text: String,
    code: &'static str,
    /// Where on the page to repair it.
    anchor: Option<String>,
    /// What others did since the officer looked.
    since: Vec<String>,
    /// A reason that was typed into a form that is no longer there.
    lost: Option<String>,
}

struct RulingCard {
    heading: String,
    outcome: String,
    ground: Option<String>,
    reason: String,
}

/// A decision that is to be served on paper.
struct PaperDue {
    /// As it went electronically and was not opened; its address is in the application.
    lay: bool,
    how: String,
    /// Whether the officer may record that it was.
    may_record: bool,
}

struct Entry {
    at: String,
    machine_at: String,
    who: String,
    public: String,
    internal: Option<String>,
    reason: Option<String>,
    new: bool,
}

struct NoticeRow {
    what: String,
    at: String,
    to: String,
    stage: String,
    class: &'static str,
    /// What else shows that it arrived.
    shown_by: Vec<String>,
}

#[derive(Template)]
#[template(path = "case.html")]
pub struct CasePage {
    frame: Frame,
    id: String,
    item: String,
    version: u32,
    state: String,
    state_class: &'static str,
    holder: Option<String>,
    due: String,
    light: Option<Light>,
    rule: String,
    explanation: Vec<String>,
    facts: Vec<Fact>,
    ruling: Option<RulingCard>,
    /// How the decision is to be served, while that is to be done on paper.
    paper_due: Option<PaperDue>,
    done: Option<String>,
    problem: Option<Problem>,
    correction: Option<CorrectionCard>,
    letters: Option<LetterCard>,
    reviews: Option<ReviewCard>,
    forms: Vec<Form>,
    fee: Option<FeeCard>,
    answers: Vec<Fact>,
    documents: Vec<DocumentRow>,
    lookups: Option<LookupCard>,
    timeline: Vec<Entry>,
    notices: Vec<NoticeRow>,
}

pub fn page(
    app: &App,
    incoming: &Incoming,
    visitor: &Visitor,
    officer: &Officer,
    dossier: &Dossier,
    told: Told,
    calendar: &Calendar,
) -> CasePage {
    let lang = visitor.lang;
    let case = dossier.case();
    let clock = explained::shown_of(case, calendar, lang);
    let (done, attempt) = match told {
        Told::Done(action) => (action.and_then(labels::done), None),
        Told::Refused(attempt) => (None, Some(attempt)),
    };
    let forms = forms::open(app, officer, dossier, attempt.as_ref(), lang);
    let seen = attempt.as_ref().and_then(|attempt| attempt.seen);
    let entries = entries(dossier, seen, lang);
    let problem = attempt.map(|attempt| problem(&attempt, dossier, &forms, &entries, lang));
    let title = Text::new(format!("案件 {}", case.id), format!("Case {}", case.id));
    let mut frame = Frame::new(incoming, visitor, &title);
    // The path of a form is no page; the other language is that of the case.
    frame.path = format!("/work/{}", case.id);
    CasePage {
        id: case.id.to_string(),
        item: case.item.name.pick(lang).to_owned(),
        version: case.version.0,
        state: case.standing().pick(lang).to_owned(),
        state_class: state_class(case),
        holder: holder(dossier, lang),
        due: clock.due.map_or_else(|| clock.instead.pick(lang).to_owned(), |due| taipei::shown(due, lang)),
        light: clock
            .due
            .filter(|_| case.state.is_open())
            .and_then(|due| due::light(due, app.ambient.now(), calendar, lang)),
        rule: rule(case, lang),
        explanation: clock.lines,
        facts: facts(dossier, lang),
        ruling: ruling(dossier, lang),
        paper_due: case.waits_for_paper().then(|| PaperDue {
            lay: case.was_not_opened(),
            how: served(case, lang),
            may_record: forms.iter().any(|form| form.is(Action::RecordService.code())),
        }),
        done: done.map(|done| done.pick(lang).to_owned()),
        problem,
        correction: CorrectionCard::of(dossier, lang),
        letters: LetterCard::of(dossier, lang),
        reviews: ReviewCard::of(dossier, app.ambient.now(), calendar, lang),
        forms,
        fee: fee::card(dossier, lang),
        answers: application::answers(&dossier.record, dossier.item.as_deref(), lang),
        documents: documents(dossier, lang),
        lookups: LookupCard::of(app, officer, &dossier.record, dossier.item.as_deref(), lang),
        timeline: entries,
        notices: notices(dossier, lang),
        frame,
    }
}

fn documents(dossier: &Dossier, lang: Lang) -> Vec<DocumentRow> {
    let mut rows = application::documents(&dossier.record, dossier.item.as_deref(), lang);
    for row in rows.iter_mut().filter(|_| !dossier.opens_files) {
        row.href = None;
    }
    rows
}

/// The colour of its tag, which stays that of the result.
fn state_class(case: &Case) -> &'static str {
    match case.result().map_or(case.state, Conclusion::state) {
        State::Received | State::Assigned | State::JointReview | State::AwaitingApproval => "",
        State::Approved | State::AwaitingPickUp => "tag-good",
        State::Rejected => "tag-bad",
        State::Withdrawn
        | State::Terminated
        | State::Transferred
        | State::Notified
        | State::Closed
        | State::UnderCorrection
        | State::AwaitingPayment
        | State::AwaitingMaterials => "tag-warn",
    }
}

/// Who must act now.
fn holder(dossier: &Dossier, lang: Lang) -> Option<String> {
    let assignment = dossier.case().assignment;
    match dossier.case().state {
        State::Received => Some(lang.pick("分文人員", "the dispatchers").to_owned()),
        State::Assigned => assignment.map(|a| dossier.name(a.handler)),
        State::JointReview => {
            let names = dossier.case().open_reviews().map(|review| review.reviewer.name.pick(lang));
            Some(names.collect::<Vec<_>>().join(lang.pick("、", ", ")))
        }
        State::AwaitingPayment
        | State::AwaitingMaterials
        | State::UnderCorrection
        | State::AwaitingPickUp => Some(lang.pick("申請人", "the applicant").to_owned()),
        State::AwaitingApproval => assignment.map(|a| dossier.name(a.reviewer)),
        State::Approved | State::Rejected if dossier.case().waits_to_be_served() => {
            assignment.map(|a| dossier.name(a.handler))
        }
        State::Approved
        | State::Rejected
        | State::Withdrawn
        | State::Terminated
        | State::Transferred
        | State::Notified
        | State::Closed => None,
    }
}

fn rule(case: &Case, lang: Lang) -> String {
    let limit = case.item.terms.limit;
    let (limit, counting) = (explained::limit(limit), explained::counting(limit));
    match lang {
        Lang::ZhHant => format!("處理時限 {}。{}", limit.zh, counting.zh),
        Lang::En => format!("The limit is {}. {}", limit.en, counting.en),
    }
}

fn served(case: &Case, lang: Lang) -> String {
    consent::served(case.consent.as_ref()).pick(lang).to_owned()
}

fn facts(dossier: &Dossier, lang: Lang) -> Vec<Fact> {
    let case = dossier.case();
    let fact = |zh, en, value| Fact { term: lang.pick(zh, en).to_owned(), value };
    let mut facts = vec![
        fact("申請人", "Applicant", case.applicant.name.reveal().clone()),
        fact("電子郵件", "E-mail", case.applicant.email.reveal().clone()),
        fact("送達方式", "Served", served(case, lang)),
        fact("收到申請", "Received", taipei::shown_instant(case.received_at(), lang)),
    ];
    if let Some(mobile) = &case.applicant.mobile {
        facts.insert(2, fact("行動電話", "Mobile", mobile.reveal().clone()));
    }
    if let Some(signature) = dossier.record.signature() {
        facts.push(fact("簽署", "Signed", signed(signature, lang)));
    }
    if let Some(at) = case.accepted_at {
        facts.push(fact("收文", "Taken in", taipei::shown_instant(at, lang)));
    }
    if let Some(assignment) = case.assignment {
        facts.push(fact("承辦人", "Handler", dossier.name(assignment.handler)));
        facts.push(fact("審核人", "Reviewer", dossier.name(assignment.reviewer)));
    }
    if let Some(day) = case.awaited_until() {
        facts.push(fact("等候至", "Waited for until", taipei::shown(day, lang)));
    }
    if let Some(day) = case.dates.correction_due {
        facts.push(fact("補正期限", "Correction due", taipei::shown(day, lang)));
    }
    if let Some(day) = case.dates.pick_up_due {
        facts.push(fact("領取期限", "To be picked up by", taipei::shown(day, lang)));
    }
    if let Some(at) = case.ended_at() {
        facts.push(fact("辦結", "Ended", taipei::shown_instant(at, lang)));
    }
    facts
}

/// How it was signed, and the fingerprint of what was.
fn signed(signature: &Signature, lang: Lang) -> String {
    let (level, digest) = (signature.by.assurance.text(), keys::hex(&signature.digest));
    let at = taipei::shown_instant(signature.by.signed_in_at, lang);
    let from = signature.by.from.as_ref().map_or_else(String::new, |from| format!("（{}）", from.reveal()));
    match lang {
        Lang::ZhHant => format!("電子簽章；{at} 以{}登入{from}；SHA-256 {digest}", level.zh),
        Lang::En => format!("electronically; signed in on {at} with {}{from}; SHA-256 {digest}", level.en),
    }
}

/// The proposal or the decision.
fn ruling(dossier: &Dossier, lang: Lang) -> Option<RulingCard> {
    let ruling = dossier.case().ruling.as_ref()?;
    let by = dossier.name(ruling.by);
    let is_proposed = dossier.case().state == State::AwaitingApproval;
    let is_decided = dossier.case().decision().is_some();
    let heading = match lang {
        Lang::ZhHant if is_proposed => format!("擬辦意見（{by}）"),
        Lang::En if is_proposed => format!("Proposal ({by})"),
        Lang::ZhHant if is_decided => format!("決定（{by} 核定）"),
        Lang::En if is_decided => format!("Decision (approved by {by})"),
        Lang::ZhHant | Lang::En => return None,
    };
    let outcome = match ruling.outcome {
        Outcome::Approve if is_proposed => Text::new("擬核准", "to approve"),
        Outcome::Reject if is_proposed => Text::new("擬駁回", "to reject"),
        outcome => outcome.text(),
    };
    Some(RulingCard {
        heading,
        outcome: outcome.pick(lang).to_owned(),
        ground: ruling.ground.map(|ground| ground.text().pick(lang).to_owned()),
        reason: ruling.reason.clone(),
    })
}

fn problem(attempt: &Attempt, dossier: &Dossier, forms: &[Form], entries: &[Entry], lang: Lang) -> Problem {
    let stale = matches!(attempt.trouble, Trouble::Rejected(Rejection::StaleVersion { .. }));
    let text = if stale {
        Text::new(
            "您查看之後，這件案件已有更新，您的動作沒有執行。下方是最新內容，請確認後再決定。",
            "The case was changed after you opened it, so your action was not carried out. This is the case as it is now: look at it and decide again.",
        )
    } else {
        correction::trouble(attempt, dossier).unwrap_or_else(|| attempt.trouble.text())
    };
    let colon = lang.pick("：", ": ");
    let still_there = forms.iter().any(|form| form.is(attempt.action.code()));
    let lost = match attempt.action {
        Action::RequestCorrection => correction::kept(attempt, dossier, lang),
        Action::Propose | Action::Rectify => letter::kept(attempt),
        Action::HandOver => pick_up::kept(attempt),
        _ => attempt.typed.get("reason").cloned().unwrap_or_default(),
    };
    Problem {
        text: text.pick(lang).to_owned(),
        code: attempt.trouble.code(),
        anchor: attempt.field().filter(|_| still_there).map(|field| format!("{}-{field}", attempt.action)),
        since: entries
            .iter()
            .filter(|entry| entry.new)
            .map(|entry| format!("{} {}{colon}{}", entry.at, entry.who, entry.public))
            .collect(),
        lost: Some(lost).filter(|lost| !still_there && !lost.is_empty()),
    }
}

/// The record, newest first; what happened after `seen` is marked.
fn entries(dossier: &Dossier, seen: Option<Version>, lang: Lang) -> Vec<Entry> {
    let entry = |recorded: &domain::event::Recorded| {
        let (internal, reason) = match timeline::aside(dossier, &recorded.event) {
            Some(Aside::Internal(text)) => (Some(text.pick(lang).to_owned()), None),
            Some(Aside::Reason(reason)) => (None, Some(reason)),
            None => (None, None),
        };
        Entry {
            at: taipei::shown_instant(recorded.at, lang),
            machine_at: recorded.at.to_string(),
            who: timeline::who(dossier, recorded, lang),
            public: explained::event(&recorded.event, dossier.item.as_deref()).pick(lang).to_owned(),
            internal,
            reason,
            new: seen.is_some_and(|seen| recorded.id.seq > seen),
        }
    };
    dossier.record.events.iter().rev().map(|chained| entry(&chained.recorded)).collect()
}

fn notices(dossier: &Dossier, lang: Lang) -> Vec<NoticeRow> {
    let row = |notice: &platform::codec::notice::Notice| {
        let (stage, class) = labels::standing_of(notice);
        NoticeRow {
            what: labels::told(notice, lang),
            at: taipei::shown_instant(notice.owed_since, lang),
            to: notice.name.reveal().clone(),
            stage: stage.pick(lang).to_owned(),
            class,
            shown_by: labels::shown_by(notice, lang),
        }
    };
    dossier.notices.iter().rev().map(row).collect()
}
