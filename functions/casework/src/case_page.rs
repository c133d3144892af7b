//! `GET /work/{case}` and the forms on it.

mod certificates;
mod correction;
mod fee;
mod forms;
mod inputs;
mod letter;
mod money;
mod pick_up;
mod review;
mod service;
mod view;

use std::borrow::Cow;
use std::collections::BTreeMap;

use domain::access::{self, Officer};
use domain::agency::Role;
use domain::command::Action;
use domain::decide::MAX_FEE;
use domain::id::{CaseId, Version};
use domain::rejection::Rejection;
use web::incoming::Incoming;
use web::respond::{self, Answer};
use web::trouble::{Malformed, Trouble};
use web::visitor::Visitor;

use crate::App;
use crate::command::{self, Refused};
use crate::dossier::{self, Dossier};
use crate::{glass, lookup_page, review_page, timeline};

pub use self::view::Told;

/// What did not work, and what the officer had typed.
pub struct Attempt {
    action: Action,
    trouble: Trouble,
    typed: BTreeMap<String, String>,
    /// The version the officer saw when they sent the form.
    seen: Option<Version>,
}

impl Attempt {
    /// The field to repair, if it is one.
    fn field(&self) -> Option<Cow<'static, str>> {
        let rejection = match &self.trouble {
            Trouble::Malformed(Malformed::Field { name }) => return Some(Cow::Borrowed(*name)),
            Trouble::Rejected(rejection) => rejection,
            _ => return None,
        };
        let of_list = correction::to_repair(rejection, &self.typed);
        if self.action == Action::RequestReview {
            return review::to_repair(rejection, self);
        }
        let named = letter::to_repair(rejection, self.action).or_else(|| self.named(rejection));
        of_list.or_else(|| named.map(Cow::Borrowed))
    }

    fn named(&self, rejection: &Rejection) -> Option<&'static str> {
        Some(match (rejection, self.action) {
            (Rejection::Reason { .. }, _) => self.unsaid(),
            (Rejection::Period { .. } | Rejection::AddedTimeTooLong { .. }, _) => "days",
            (Rejection::PauseEndsBeforeStart, Action::Resume) => "last",
            (Rejection::PauseEndsBeforeStart, _) => "until",
            (Rejection::AnswerBeforeRequest, _) => "arrived_on",
            (Rejection::SamePerson | Rejection::NotInRole { role: Role::Reviewer }, _) => "reviewer",
            (Rejection::NotInRole { .. }, _) => "handler",
            (Rejection::NoSuchNotice, _) => "notice",
            (Rejection::PostalNumber { .. } | Rejection::NotPosted, _) => "number",
            (Rejection::NoProxy, _) => "received_by",
            (Rejection::ProxyName { .. }, _) => "proxy_name",
            (Rejection::ProxyProof { .. }, _) => "proxy_proof",
            (Rejection::ServedBeforeNotice(_), _) | (Rejection::InTheFuture(_), Action::RecordService) => {
                "on"
            }
            (Rejection::NoSuchAgency, Action::Transfer) => "body",
            (Rejection::NoSuchAgency | Rejection::ReviewNotOpen, _) => "agency",
            (Rejection::FeeIsNoGround | Rejection::RefundLapsed, _) => "ground",
            (Rejection::FeeMentioned, _) => "fee_aside",
            (Rejection::Amount { max }, Action::SetFee) if *max < MAX_FEE => "retained",
            (Rejection::Amount { .. }, Action::ApplySuspense) | (Rejection::NoSuchPayment, _) => "payment",
            (Rejection::ExtensionTooLong { .. } | Rejection::Amount { .. }, _)
            | (Rejection::RefundTooMuch { .. }, Action::RequestRefund) => "amount",
            (
                Rejection::RefundTooMuch { .. }
                | Rejection::RefundLacks(_)
                | Rejection::FourEyes
                | Rejection::RefundUnderWay { .. }
                | Rejection::NoSuchRefund,
                _,
            ) => "refund",
            (Rejection::RateMissing, _) => "rate",
            (Rejection::NoWayBack | Rejection::ProviderPaysBack, _) => "route",
            (Rejection::InTheFuture(_), Action::LogContact) => "when",
            _ => return None,
        })
    }

    /// The field in which something should have been said, and not too much.
    fn unsaid(&self) -> &'static str {
        let blank = |name: &str| self.typed.get(name).is_none_or(|value| value.trim().is_empty());
        match self.action {
            Action::RequestCorrection => "again",
            Action::AnswerCorrection => "answer",
            Action::LogContact => "result",
            Action::CheckOff => "finding",
            Action::RecordService => "note",
            Action::RecordDispute if blank("dispute") => "dispute",
            Action::RecordDispute => "evidence",
            Action::SubmitRefund | Action::RecordPayout => "reference",
            _ => "reason",
        }
    }
}

pub async fn show(app: &App, incoming: &Incoming, visitor: &Visitor, officer: &Officer) -> Answer {
    let id: CaseId = incoming.param("case")?;
    let dossier = match dossier::open(app, officer, id).await {
        Err(Trouble::NotFound | Trouble::Rejected(Rejection::Forbidden { .. })) if access::keeps(officer) => {
            return glass::ask(app, incoming, visitor, officer, id).await;
        }
        dossier => dossier?,
    };
    let done = incoming.query("done").and_then(|code| code.parse().ok());
    // An address is not a witness: only what this officer did last is confirmed.
    let done = done.filter(|action| timeline::just_done(&dossier, officer) == Some(*action));
    draw(app, incoming, visitor, officer, &dossier, Told::Done(done)).await
}

/// The page of a case that the officer may see, and what it says first.
pub async fn draw(
    app: &App,
    incoming: &Incoming,
    visitor: &Visitor,
    officer: &Officer,
    dossier: &Dossier,
    told: Told,
) -> Answer {
    let status = match &told {
        Told::Done(_) => 200,
        Told::Refused(attempt) => attempt.trouble.status().as_u16(),
    };
    let calendars = app.calendars.current(app.store.as_ref(), app.ambient.now()).await?;
    let calendar = calendars.of(&dossier.case().agency);
    respond::page_with(status, &view::page(app, incoming, visitor, officer, dossier, told, calendar))
}

/// `POST /work/{case}/{command}`: carries out the form of a command. What a rule or a missing field refuses comes back as the case
/// page of now, with the problem on top and everything typed still there.
pub async fn act(app: &App, incoming: &Incoming, visitor: &Visitor, officer: &Officer) -> Answer {
    let id: CaseId = incoming.param("case")?;
    let action: Action = incoming.param("command")?;
    match action {
        Action::AnswerReview => return review_page::answer(app, incoming, visitor, officer).await,
        Action::QueryRegister => return lookup_page::ask(app, incoming, visitor, officer).await,
        Action::BreakGlass => return glass::show(app, incoming, visitor, officer).await,
        _ => {}
    }
    let typed = forms::read(incoming, visitor, action)?;
    let seen = forms::version(&typed);
    let trouble = match forms::given(incoming, action, &typed) {
        Err(malformed) => Trouble::Malformed(malformed),
        Ok(given) => match command::perform(app, officer, id, &given).await {
            // It is no longer theirs to see.
            Ok(done) if done.loaded.case.agency != officer.agency => return Ok(respond::redirect("/work")),
            Ok(_) => return Ok(respond::redirect(&format!("/work/{id}?done={action}"))),
            Err(Refused::Rejected { rejection, .. }) => Trouble::Rejected(rejection),
            Err(Refused::Trouble(trouble)) => return Err(trouble),
        },
    };
    refuse(app, incoming, visitor, officer, id, Attempt { action, trouble, typed, seen }).await
}

async fn refuse(
    app: &App,
    incoming: &Incoming,
    visitor: &Visitor,
    officer: &Officer,
    id: CaseId,
    attempt: Attempt,
) -> Answer {
    let shown = match &attempt.trouble {
        Trouble::Malformed(Malformed::Field { name }) => *name != "request" && *name != "version",
        Trouble::Rejected(rejection) => !matches!(rejection, Rejection::Forbidden { .. }),
        _ => false,
    };
    if !shown {
        return Err(attempt.trouble);
    }
    tracing::info!(case = %id, code = attempt.trouble.code(), "refused a command");
    let dossier = dossier::open(app, officer, id).await?;
    draw(app, incoming, visitor, officer, &dossier, Told::Refused(attempt)).await
}
