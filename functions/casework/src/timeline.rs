//! The record of a case for officers: what the applicant reads, and beside it what stays inside.

use domain::access::Officer;
use domain::case::Outcome;
use domain::command::Action;
use domain::correction::{Answer, Correction};
use domain::event::{Event, Party, Recorded};
use domain::joint_review::Task;
use domain::payment::ledger::Posting;
use domain::payment::refund::{RefundStep, Route};
use domain::pick_up::{Proxy, Receiver};
use domain::refusal::RefusalGround;
use domain::register::Lookup;
use domain::taipei;
use domain::text::{Lang, Text};
use platform::keys;

use crate::dossier::Dossier;
use crate::labels;

/// Words beside the public text of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aside {
    /// Nobody but the agency reads them.
    Internal(Text),
    /// A reason that the applicant reads, or gave.
    Reason(String),
}

#[must_use]
pub fn aside(dossier: &Dossier, event: &Event) -> Option<Aside> {
    match event {
        Event::Assigned { assignment, .. } => {
            let reviewer = dossier.name(assignment.reviewer);
            Some(Aside::Internal(Text::new(format!("審核人：{reviewer}"), format!("Reviewer: {reviewer}"))))
        }
        Event::ReviewRequested { tasks, .. } => {
            let questions = |lang: Lang| {
                let colon = lang.pick("：", ": ");
                let line = |task: &Task| format!("{}{colon}{}", task.reviewer.name.pick(lang), task.question);
                tasks.iter().map(line).collect::<Vec<_>>().join("\n")
            };
            Some(Aside::Internal(Text::new(questions(Lang::ZhHant), questions(Lang::En))))
        }
        Event::ReviewAnswered { opinion, text, .. } => {
            let opinion = opinion.text();
            Some(Aside::Internal(if text.is_empty() {
                opinion
            } else {
                Text::new(format!("{}：{text}", opinion.zh), format!("{}: {text}", opinion.en))
            }))
        }
        Event::ReviewDropped { reason, .. } => Some(Aside::Internal(Text::new(reason, reason))),
        Event::RegisterQueried { lookup, .. } => Some(Aside::Internal(found(lookup))),
        Event::Proposed { ruling, .. } => {
            let proposed = match ruling.outcome {
                Outcome::Approve => Text::new("擬核准", "Proposed: approve"),
                Outcome::Reject => Text::new("擬駁回", "Proposed: reject"),
            };
            let proposed = match ruling.ground.map(RefusalGround::text) {
                Some(ground) => Text::new(
                    format!("{}（{}）", proposed.zh, ground.zh),
                    format!("{} ({})", proposed.en, ground.en),
                ),
                None => proposed,
            };
            Some(Aside::Internal(with_reason(proposed, &ruling.reason)))
        }
        Event::NoticeServed { service, .. } if !service.note.reveal().is_empty() => {
            let note = service.note.reveal();
            Some(Aside::Internal(Text::new(note, note)))
        }
        Event::Returned { reason } => {
            Some(Aside::Internal(with_reason(Text::new("退回", "Sent back"), reason)))
        }
        Event::Decided { ruling, .. } => given(&ruling.reason),
        Event::Withdrawn { reason } | Event::Terminated { reason } | Event::MoreTimeAsked { reason, .. } => {
            given(reason)
        }
        Event::HandedOver { receiver: Some(Receiver::Proxy(Proxy { name, proof })) } => {
            let (name, proof) = (name.reveal(), proof.reveal());
            Some(Aside::Internal(Text::new(
                format!("代領人：{name}\n{proof}"),
                format!("Proxy: {name}\n{proof}"),
            )))
        }
        Event::CorrectionRequested(correction) => beside_correction(correction),
        Event::CorrectionAnswered { answer, .. } => answered(dossier, answer),
        Event::Money(posting) => beside_money(posting),
        // What else there is to say, the public text says.
        Event::Submitted(_)
        | Event::GlassBroken { .. }
        | Event::NoticeServed { .. }
        | Event::NoticeHeard { .. }
        | Event::ConsentChanged { .. }
        | Event::Accepted
        | Event::Rerouted { .. }
        | Event::Transferred { .. }
        | Event::CorrectionExtended { .. }
        | Event::MoreTimeDeclined { .. }
        | Event::Rectified { .. }
        | Event::Arrived { .. }
        | Event::Extended { .. }
        | Event::TimeAdded { .. }
        | Event::Stopped { .. }
        | Event::Resumed { .. }
        | Event::HandedOver { .. }
        | Event::Recalculated(_)
        | Event::TimerFired(_) => None,
    }
}

/// What came of looking a document up: that it is there, and what proves what it says.
fn found(lookup: &Lookup) -> Text {
    let digest = keys::hex(&lookup.sha256);
    let (zh, en) = if lookup.found { ("查有資料", "Found") } else { ("查無資料", "Nothing found") };
    Text::new(
        format!("{zh}；查詢結果雜湊值（SHA-256）{digest}"),
        format!("{en}; SHA-256 of the answer: {digest}"),
    )
}

/// That a letter is to be sent too, and why not everything was asked for at once.
fn beside_correction(correction: &Correction) -> Option<Aside> {
    let Correction { in_writing, again, .. } = correction;
    let letter = Text::new("須以書面通知，請另行寄發公文", "To be told in writing too: send a letter");
    let further = Text::new("再次通知補正", "Asked once more");
    let internal = match (*in_writing, again.is_empty()) {
        (false, true) => return None,
        (true, true) => letter,
        (false, false) => with_reason(further, again),
        (true, false) => {
            let further = with_reason(further, again);
            Text::new(format!("{}\n{}", letter.zh, further.zh), format!("{}\n{}", letter.en, further.en))
        }
    };
    Some(Aside::Internal(internal))
}

/// What came with an answer: the fields it changed, how many files, and the note.
fn answered(dossier: &Dossier, answer: &Answer) -> Option<Aside> {
    let fields = dossier.item.iter().flat_map(|item| &item.fields);
    let changed = fields.filter_map(|field| {
        let now = answer.answers.reveal().get(&field.key)?;
        Some(format!("{} → {now}", field.label.zh))
    });
    let names = answer.documents.iter().map(|document| document.file_name.reveal().clone());
    let note = Some(answer.note.reveal().clone()).filter(|note| !note.is_empty());
    let lines: Vec<String> = changed.chain(names).chain(note).collect();
    given(&lines.join("\n"))
}

/// What stands beside an event of money: what officers wrote down for themselves, and reasons.
fn beside_money(posting: &Posting) -> Option<Aside> {
    let internal = |zh: &str, en: &str, said: &str| {
        Some(Aside::Internal(Text::new(format!("{zh}：{said}"), format!("{en}: {said}"))))
    };
    match posting {
        Posting::FeeSet(fee) => given(&fee.reason),
        Posting::Applied { trade_no, reason, .. } => {
            internal("抵繳理由", "Why", &format!("{reason} ({trade_no})"))
        }
        Posting::Disputed { dispute, evidence, .. } => {
            internal("爭議案號與佐證", "Dispute and evidence", &format!("{dispute} / {evidence}"))
        }
        Posting::CheckedOff { flag, finding, .. } => {
            let flag = flag.text();
            internal(&flag.zh, &flag.en, finding)
        }
        Posting::Refund { step, .. } => match step {
            RefundStep::Requested(request) => given(&request.reason),
            RefundStep::Contacted { when, how, result } => {
                let (how, said) = (how.text(), |lang| taipei::shown_instant(*when, lang));
                Some(Aside::Internal(Text::new(
                    format!("{}，{}：{result}", said(Lang::ZhHant), how.zh),
                    format!("{}, {}: {result}", said(Lang::En), how.en),
                )))
            }
            RefundStep::Submitted(route @ Route::Remittance { reference }) => {
                let route = labels::route(route);
                internal(&route.zh, &route.en, reference)
            }
            RefundStep::Submitted(route) => Some(Aside::Internal(labels::route(route))),
            RefundStep::PaidOut { reference, .. } => internal("憑證號碼", "Voucher", reference),
            RefundStep::Proven(_) | RefundStep::Accepted { .. } | RefundStep::Declined { .. } => None,
        },
        Posting::Started(_) | Posting::Heard { .. } | Posting::Expired { .. } | Posting::Ended { .. } => None,
    }
}

fn with_reason(what: Text, reason: &str) -> Text {
    if reason.is_empty() {
        return what;
    }
    Text::new(format!("{}。理由：{reason}", what.zh), format!("{}. Reason: {reason}", what.en))
}

fn given(reason: &str) -> Option<Aside> {
    (!reason.is_empty()).then(|| Aside::Reason(reason.to_owned()))
}

/// On whose account an event is.
#[must_use]
pub fn who(dossier: &Dossier, recorded: &Recorded, lang: Lang) -> String {
    match &recorded.event {
        // Whoever answers for another agency is not known by name in this one.
        Event::ReviewAnswered { reviewer, .. } | Event::RegisterQueried { reviewer: Some(reviewer), .. } => {
            reviewer.name.pick(lang).to_owned()
        }
        Event::GlassBroken { name, .. } => name.clone(),
        _ => party(dossier, recorded.by, lang),
    }
}

/// Who that is: an officer by name.
#[must_use]
pub fn party(dossier: &Dossier, party: Party, lang: Lang) -> String {
    match party {
        Party::Applicant(_) => lang.pick("申請人", "applicant").to_owned(),
        Party::Officer(person) => dossier.name(person),
        Party::System => lang.pick("系統", "system").to_owned(),
    }
}

/// What the officer did, if that is the last thing that happened.
#[must_use]
pub fn just_done(dossier: &Dossier, officer: &Officer) -> Option<Action> {
    // What became of the mail comes within seconds, and is nothing that anybody did.
    let done =
        |it: &&platform::codec::event::Chained| !matches!(it.recorded.event, Event::NoticeHeard { .. });
    let last = &dossier.record.events.iter().rev().find(done)?.recorded;
    let action = match &last.event {
        Event::Accepted => Action::Accept,
        Event::Assigned { .. } => Action::Assign,
        Event::ReviewRequested { .. } => Action::RequestReview,
        Event::ReviewDropped { .. } => Action::DropReview,
        Event::Proposed { .. } => Action::Propose,
        Event::Returned { .. } => Action::Return,
        Event::Decided { .. } => Action::Approve,
        Event::Rectified { .. } => Action::Rectify,
        Event::CorrectionRequested(_) => Action::RequestCorrection,
        Event::CorrectionAnswered { .. } => Action::AnswerCorrection,
        Event::CorrectionExtended { .. } => Action::ExtendCorrection,
        Event::MoreTimeDeclined { .. } => Action::DeclineMoreTime,
        Event::Arrived { .. } => Action::RecordArrival,
        Event::NoticeServed { .. } => Action::RecordService,
        Event::Extended { .. } => Action::Extend,
        Event::TimeAdded { .. } => Action::AddTime,
        Event::Stopped { .. } => Action::Stop,
        Event::Resumed { .. } => Action::Resume,
        Event::HandedOver { .. } => Action::HandOver,
        Event::Money(posting) => of_money(posting)?,
        Event::Transferred { .. } => Action::Transfer,
        // Given or shown on another page.
        Event::ReviewAnswered { .. }
        | Event::GlassBroken { .. }
        | Event::RegisterQueried { .. }
        | Event::NoticeHeard { .. }
        | Event::ConsentChanged { .. }
        | Event::Submitted(_)
        | Event::Rerouted { .. }
        | Event::Withdrawn { .. }
        | Event::MoreTimeAsked { .. }
        | Event::Terminated { .. }
        | Event::Recalculated(_)
        | Event::TimerFired(_) => return None,
    };
    (last.by == Party::Officer(officer.person)).then_some(action)
}

/// The officers' part of what happens to money.
const fn of_money(posting: &Posting) -> Option<Action> {
    match posting {
        Posting::FeeSet(_) => Some(Action::SetFee),
        Posting::Applied { .. } => Some(Action::ApplySuspense),
        Posting::Disputed { .. } => Some(Action::RecordDispute),
        Posting::CheckedOff { .. } => Some(Action::CheckOff),
        Posting::Refund { step, .. } => match step {
            RefundStep::Requested(_) => Some(Action::RequestRefund),
            RefundStep::Contacted { .. } => Some(Action::LogContact),
            RefundStep::Accepted { .. } => Some(Action::AcceptRefund),
            RefundStep::Declined { .. } => Some(Action::DeclineRefund),
            RefundStep::Submitted(_) => Some(Action::SubmitRefund),
            RefundStep::PaidOut { .. } => Some(Action::RecordPayout),
            RefundStep::Proven(_) => None,
        },
        Posting::Started(_) | Posting::Heard { .. } | Posting::Expired { .. } | Posting::Ended { .. } => None,
    }
}
