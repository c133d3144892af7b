//! The forms of the case page, both ways.

use std::borrow::Cow;
use std::collections::BTreeMap;

use domain::access::{Actor, Officer};
use domain::agency::Role;
use domain::command::{Action, Command};
use domain::decide;
use domain::id::{PersonId, RequestId, Version};
use domain::refusal::RefusalGround;
use domain::rejection::Rejection;
use domain::text::{Lang, Text};
use web::incoming::Incoming;
use web::trouble::{Malformed, Trouble};
use web::typed::{self, field};
use web::visitor::Visitor;

use super::Attempt;
use super::correction::{self, CorrectionForm};
use super::inputs::{self, Input};
use super::letter::{self, LetterForm};
use super::pick_up;
use super::review::{self, ReviewForm};
use super::service;
use crate::App;
use crate::command::{Given, Order};
use crate::dossier::Dossier;
use crate::labels;

/// The fields of a form beside those every form has.
const fn fields(action: Action) -> &'static [&'static str] {
    match action {
        Action::Assign => &["handler", "reviewer"],
        Action::Propose => &letter::PROPOSE,
        Action::Return => &["reason"],
        other => inputs::names(other),
    }
}

/// The fields of the form that came in; one that this session did not get, or that has other fields
/// than ours, is refused.
pub fn read(
    incoming: &Incoming,
    visitor: &Visitor,
    action: Action,
) -> Result<BTreeMap<String, String>, Trouble> {
    let typed = visitor.own_form(incoming)?;
    let known = |name: &str| {
        let of_list = action == Action::RequestCorrection && correction::is_field(name);
        let of_letter = action == Action::Propose && letter::is_field(name);
        let of_review = action == Action::RequestReview && review::is_field(name);
        let of_some = of_list || of_letter || of_review;
        ["request", "version"].contains(&name) || of_some || fields(action).contains(&name)
    };
    typed::only(&typed, known)?;
    Ok(typed::with_lines(typed))
}

pub fn version(typed: &BTreeMap<String, String>) -> Option<Version> {
    typed.get("version").and_then(|version| version.parse().ok()).map(Version)
}

/// The order that the form gives.
pub fn given(
    incoming: &Incoming,
    action: Action,
    typed: &BTreeMap<String, String>,
) -> Result<Given, Malformed> {
    let seen = version(typed).ok_or(Malformed::Field { name: "version" })?;
    let id: RequestId = field(typed, "request")?;
    let reason = || typed.get("reason").cloned().unwrap_or_default();
    let order = match action {
        Action::Accept => Order::Plain(Command::Accept),
        Action::Assign => {
            Order::Assign { handler: field(typed, "handler")?, reviewer: field(typed, "reviewer")? }
        }
        Action::Reroute => Order::Reroute { to: field(typed, "agency")?, reason: reason() },
        Action::RequestReview => review::request(typed)?,
        Action::Propose => Order::Propose(Box::new(letter::proposing(typed)?)),
        Action::Rectify => Order::Rectify(Box::new(letter::rectifying(typed)?)),
        Action::RecordService => service::recording(typed)?,
        Action::Approve => Order::Approve,
        Action::HandOver => pick_up::handing_over(typed)?,
        Action::Return => Order::Plain(Command::Return { reason: reason() }),
        Action::RequestCorrection => Order::RequestCorrection(Box::new(correction::request(typed)?)),
        // The rest moves the clock or is about money, or is no command of officers.
        other => match inputs::command(other, typed)? {
            Some(command) => Order::Plain(command),
            None => return Err(Malformed::Field { name: "command" }),
        },
    };
    let request = incoming.request_key(id, typed::payload(typed).as_bytes());
    Ok(Given { order, seen: Some(seen), request })
}

/// Whether a box is ticked.
pub(super) fn ticked(typed: &BTreeMap<String, String>, name: &'static str) -> Result<bool, Malformed> {
    match typed.get(name).map(String::as_str) {
        None => Ok(false),
        Some("yes") => Ok(true),
        Some(_) => Err(Malformed::Field { name }),
    }
}

pub struct Person {
    pub id: String,
    pub name: String,
    pub chosen: bool,
}

/// A form on the page.
pub struct Form {
    pub code: &'static str,
    pub heading: String,
    pub button: String,
    /// Made when the form is shown, so that sending it twice is one request.
    pub request: String,
    pub handlers: Vec<Person>,
    pub reviewers: Vec<Person>,
    pub outcome: String,
    /// Code and name of what a refusal may rest on.
    pub grounds: Vec<(&'static str, String)>,
    pub ground: String,
    /// Whether it is confirmed that the refusal does not rest on an unposted fee; `None` where nobody
    /// has asked.
    pub fee_aside: Option<bool>,
    pub reason: String,
    /// What can be lacking, where the form asks for it.
    pub correction: Option<CorrectionForm>,
    /// Who can be asked for review, where the form asks them.
    pub review: Option<ReviewForm>,
    /// The words of the letter, where the form asks for them.
    pub letter: Option<LetterForm>,
    pub inputs: Vec<Input>,
    /// The field to repair.
    pub bad: Option<Cow<'static, str>>,
    /// What the officer most likely came for.
    pub primary: bool,
    /// Seldom needed: shown folded.
    pub folded: bool,
}

impl Form {
    #[must_use]
    pub fn is(&self, code: &str) -> bool {
        self.code == code
    }

    #[must_use]
    pub fn is_bad(&self, field: &str) -> bool {
        self.bad.as_deref() == Some(field)
    }
}

/// What is open to many, and seldom what they came for.
const fn is_seldom(action: Action) -> bool {
    matches!(
        action,
        Action::SetFee
            | Action::RecordDispute
            | Action::DeclineRefund
            | Action::Rectify
            | Action::RecordService
            | Action::Reroute
            | Action::Transfer
            | Action::RequestReview
            | Action::DropReview
    )
}

/// Whether it is what is to be done now all the same.
fn is_due(dossier: &Dossier, action: Action) -> bool {
    action == Action::RecordService && dossier.case().waits_to_be_served()
}

/// Whether the confirmation is asked for, and given: once the reason was found to speak of a fee.
fn fee_aside(attempt: Option<&Attempt>) -> Option<bool> {
    let attempt = attempt?;
    let given = attempt.typed.contains_key("fee_aside");
    let asked = matches!(attempt.trouble, Trouble::Rejected(Rejection::FeeMentioned));
    (asked || given).then_some(given)
}

/// The forms of what the officer may do with the case now, and of nothing else.
pub fn open(
    app: &App,
    officer: &Officer,
    dossier: &Dossier,
    attempt: Option<&Attempt>,
    lang: Lang,
) -> Vec<Form> {
    let random = app.ambient.random();
    let mut actions = decide::open_to(dossier.case(), &Actor::Officer(officer.clone()));
    // Each document is looked up by a button of its own, and looking into a case is asked for on its own page.
    actions.retain(|action| !matches!(action, Action::QueryRegister | Action::BreakGlass));
    // Before the first notice there is nothing to serve.
    actions.retain(|action| *action != Action::RecordService || !service::to_applicant(dossier).is_empty());
    actions.sort_by_key(|action| is_seldom(*action));
    let again = |action| action == Action::Assign && dossier.case().assignment.is_some();
    let primary = actions.iter().copied().find(|action| !again(*action) && !is_seldom(*action));
    let mut forms = Vec::new();
    for action in actions {
        let attempt = attempt.filter(|attempt| attempt.action == action);
        let typed = |name: &str| attempt.and_then(|attempt| attempt.typed.get(name).cloned());
        let again = again(action);
        let (heading, button) = if again {
            let label = Text::new("改分", "Assign to others");
            (label.clone(), label)
        } else {
            (labels::action(action), labels::button(action))
        };
        let assignment = dossier.case().assignment.or(dossier.routed);
        forms.push(Form {
            code: action.code(),
            heading: heading.pick(lang).to_owned(),
            button: button.pick(lang).to_owned(),
            request: RequestId::derived(&[&random, action.code().as_bytes()]).to_string(),
            handlers: people(dossier, Role::Handler, typed("handler"), assignment.map(|a| a.handler)),
            reviewers: people(dossier, Role::Reviewer, typed("reviewer"), assignment.map(|a| a.reviewer)),
            correction: (action == Action::RequestCorrection)
                .then(|| CorrectionForm::of(dossier, attempt, lang)),
            review: (action == Action::RequestReview).then(|| ReviewForm::of(dossier, attempt, lang)),
            letter: (action == Action::Propose).then(|| LetterForm::of(dossier, attempt, lang)),
            inputs: inputs::shown(action, dossier, app.ambient.now(), typed, lang),
            outcome: typed("outcome").unwrap_or_default(),
            grounds: RefusalGround::LAWFUL
                .map(|ground| (ground.code(), ground.text().pick(lang).to_owned()))
                .to_vec(),
            ground: typed("ground").unwrap_or_default(),
            fee_aside: fee_aside(attempt),
            reason: typed("reason").unwrap_or_default(),
            bad: attempt.and_then(Attempt::field),
            primary: primary == Some(action),
            folded: is_seldom(action) && attempt.is_none() && !is_due(dossier, action),
        });
    }
    forms
}

/// Those of the agency who may be named, the one typed, in charge or named by its rules chosen; an only one too.
fn people(dossier: &Dossier, role: Role, typed: Option<String>, now: Option<PersonId>) -> Vec<Person> {
    let fit: Vec<_> = dossier.staff.iter().filter(|staff| staff.roles.contains(&role)).collect();
    let chosen = typed.or_else(|| now.map(|person| person.to_string()));
    let only = fit.len() == 1;
    let person = |staff: &&domain::agency::Staff| {
        let id = staff.person.to_string();
        Person { chosen: only || chosen.as_ref() == Some(&id), name: staff.name.clone(), id }
    };
    fit.iter().map(person).collect()
}
