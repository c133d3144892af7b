//! From "the dispatchers of this agency" to people with an address.

mod texted;

use std::collections::BTreeMap;

use domain::absence::{self, Absence};
use domain::agency::{self, Role, Staff};
use domain::case::{Assignment, Case};
use domain::delivery::{Channel, Delivery};
use domain::event::{Event, Recorded};
use domain::form::Answers;
use domain::id::{AgencyCode, NoticeId, PersonId};
use domain::joint_review::{Opinion, ReviewingAgency};
use domain::letter::{Correction, Issued};
use domain::notice::{self, NoticeKind, Recipient};
use domain::payment::Word;
use domain::payment::ledger::Posting;
use domain::personal::Personal;
use domain::pick_up::ToPickUp;
use domain::routing;
use domain::taipei;
use domain::text::Lang;
use platform::codec::notice::Notice;
use platform::fault::Fault;
use platform::{absences, catalogue};

use crate::App;

/// Whom `recorded` owes which notice, `case` being the case after it and `answers` what its form says; nobody
/// is told of an arrival twice.
/// Reads the agency's staff when one of them is to be told, and its routing rules when a case has arrived.
pub async fn of(app: &App, case: &Case, recorded: &Recorded, answers: &Answers) -> Result<Vec<Told>, Fault> {
    let owed = notice::owed(case, &recorded.event);
    let mut offices = BTreeMap::new();
    for agency in owed.iter().filter_map(|(_, recipient)| office(case, recipient)) {
        if !offices.contains_key(agency) {
            let office = absences::on_duty(&*app.store, agency, taipei::day_of(app.ambient.now())).await?;
            offices.insert(agency.clone(), office);
        }
    }
    let mut told: Vec<Told> = Vec::new();
    for (kind, recipient) in owed {
        let staff = office(case, &recipient).and_then(|agency| offices.get(agency));
        let (staff, away) =
            staff.map(|(staff, away)| (staff.as_slice(), away.as_slice())).unwrap_or_default();
        let mut people = people(app, case, &recipient, (staff, away), answers).await?;
        // They are told beside others.
        let beside = matches!(recipient, Recipient::Routed | Recipient::EverybodyOf(..));
        if people.is_empty() && !beside {
            tracing::error!(event = %recorded.id, kind = kind.code(), "nobody to be told");
            platform::telemetry::count(&*app.ambient, "event-relay", "NoticeWithoutRecipient", 1);
        }
        // Nobody reads as staff what is about their own application (行政程序法 §32).
        people.retain(|person| !person.is_staff || person.id != case.applicant.person);
        // Whoever is told of an arrival as a dispatcher is not told once more as whom the rules name.
        let again = |told: &Told| told.kind == kind || recipient == Recipient::Routed;
        people.retain(|person| !told.iter().any(|told| again(told) && told.person.id == person.id));
        let reviewing = match &recipient {
            Recipient::Reviewing(agency) | Recipient::EverybodyOf(agency, _) => Some(agency),
            _ => None,
        };
        let reviewing = reviewing.filter(|_| kind.is_to_reviewing_agency());
        told.extend(people.into_iter().map(|person| Told {
            kind,
            person,
            reviewing: reviewing.cloned(),
            channel: Channel::Mail,
        }));
    }
    // Mails first: the place of a notice is that of its mail, whether there are SMS or not.
    told.extend(texted::beside(&told, case));
    Ok(told)
}

/// The agency whose people `recipient` are, unless it is the applicant.
const fn office<'a>(case: &'a Case, recipient: &'a Recipient) -> Option<&'a AgencyCode> {
    match recipient {
        Recipient::Applicant => None,
        Recipient::Person(_) | Recipient::Everybody(_) | Recipient::Routed => Some(&case.agency),
        Recipient::Reviewing(agency) | Recipient::EverybodyOf(agency, _) => Some(agency),
    }
}

/// Somebody who is owed a notice.
pub struct Told {
    kind: NoticeKind,
    channel: Channel,
    person: Person,
    /// The agency they review a part for.
    reviewing: Option<AgencyCode>,
}

#[derive(Clone)]
struct Person {
    id: PersonId,
    name: Personal<String>,
    address: Personal<String>,
    lang: Lang,
    is_staff: bool,
}

async fn people(
    app: &App,
    case: &Case,
    recipient: &Recipient,
    (staff, away): (&[Staff], &[Absence]),
    answers: &Answers,
) -> Result<Vec<Person>, Fault> {
    let today = taipei::day_of(app.ambient.now());
    // Whoever stands in for somebody is told beside them.
    let acts_for = |officer: &Staff, person: PersonId| {
        officer.person == person || absence::deputy_of(person, away, today) == Some(officer.person)
    };
    let found: Vec<&Staff> = match recipient {
        Recipient::Applicant => {
            return Ok(vec![Person {
                id: case.applicant.person,
                name: case.applicant.name.clone(),
                address: case.applicant.email.clone(),
                lang: case.applicant.lang,
                is_staff: false,
            }]);
        }
        Recipient::Person(id) => {
            let found: Vec<&Staff> = staff.iter().filter(|officer| acts_for(officer, *id)).collect();
            // Whoever left the agency cannot be told; those who dispatch can.
            if found.is_empty() { agency::in_charge(staff, Role::Dispatcher) } else { found }
        }
        Recipient::Routed => {
            let given = routed(app, case, &case.agency, staff, answers).await?;
            let is_told = |officer: &&Staff| match given {
                Some(given) => [given.handler, given.reviewer].iter().any(|it| acts_for(officer, *it)),
                None => officer.roles.contains(&Role::Research),
            };
            staff.iter().filter(is_told).collect()
        }
        Recipient::Reviewing(agency) => {
            let given = routed(app, case, agency, staff, answers).await?;
            let in_role = |role| staff.iter().filter(move |it| it.roles.contains(&role)).collect::<Vec<_>>();
            let dispatchers = in_role(Role::Dispatcher);
            let answers = |officer: &&Staff| match given {
                Some(given) => acts_for(officer, given.handler),
                None => officer.roles.contains(&Role::Handler),
            };
            let is_more = |officer: &&Staff| dispatchers.iter().all(|other| other.person != officer.person);
            let handlers = staff.iter().filter(answers).filter(is_more).collect::<Vec<_>>();
            let told = [dispatchers, handlers].concat();
            // Only who may read the part is sent there.
            if told.is_empty() { in_role(Role::Research) } else { told }
        }
        Recipient::EverybodyOf(_, role) => staff.iter().filter(|it| it.roles.contains(role)).collect(),
        Recipient::Everybody(role) => agency::in_charge(staff, *role),
    };
    Ok(found.into_iter().map(Person::of).collect())
}

/// To whom the routing rules of `agency` give what `case` is about.
async fn routed(
    app: &App,
    case: &Case,
    agency: &AgencyCode,
    staff: &[Staff],
    answers: &Answers,
) -> Result<Option<Assignment>, Fault> {
    let rules = catalogue::routing(&*app.store, agency).await?;
    Ok(routing::route(&rules, (&case.item.code, answers), case.applicant.person, staff))
}

impl Person {
    fn of(officer: &Staff) -> Self {
        Self {
            id: officer.person,
            name: Personal::new(officer.name.clone()),
            address: officer.email.clone(),
            lang: officer.lang,
            is_staff: true,
        }
    }
}

/// The words of this event, not of an earlier one.
fn reason(event: &Event, lang: Lang) -> Option<String> {
    match event {
        Event::Proposed { ruling, .. } | Event::Decided { ruling, .. } => Some(ruling.reason.clone()),
        Event::Rectified { document, .. } => Some(rectified(document, lang)),
        Event::Returned { reason }
        | Event::ReviewDropped { reason, .. }
        | Event::Withdrawn { reason }
        | Event::Terminated { reason }
        | Event::MoreTimeDeclined { reason }
        | Event::Extended { reason, .. } => Some(reason.clone()),
        Event::MoreTimeAsked { days, reason } => {
            Some(format!("{days}{}{reason}", lang.pick(" 日：", " days: ")))
        }
        Event::Money(posting) => Some(of_money(posting, lang)),
        Event::CorrectionRequested(correction) => Some(correction.lines(lang)),
        Event::CorrectionAnswered { answer, .. } => Some(answer.note.reveal().clone()),
        Event::ReviewAnswered { reviewer, opinion, text, .. } => {
            Some(answered(reviewer, *opinion, text, lang))
        }
        Event::GlassBroken { .. }
        | Event::Rerouted { .. }
        | Event::Transferred { .. }
        | Event::CorrectionExtended { .. }
        | Event::TimeAdded { .. }
        | Event::Stopped { .. }
        | Event::Resumed { .. }
        | Event::Recalculated(_) => Some(event.public_text().pick(lang).to_owned()),
        // What each is asked is on its own page.
        Event::ReviewRequested { .. }
        | Event::RegisterQueried { .. }
        | Event::NoticeServed { .. }
        | Event::NoticeHeard { .. }
        | Event::ConsentChanged { .. }
        | Event::Submitted(_)
        | Event::Accepted
        | Event::Assigned { .. }
        | Event::Arrived { .. }
        | Event::HandedOver { .. }
        | Event::TimerFired(_) => None,
    }
}

/// What an agency that reviews a part is told beside its limit: why its answer is not waited for any more, in
/// the words of the agency in charge, or why the limit moved.
fn why(kind: NoticeKind, event: &Event, lang: Lang) -> Option<String> {
    match (kind, event) {
        (NoticeKind::ReviewDropped, Event::ReviewDropped { reason, .. }) => Some(reason.clone()),
        (NoticeKind::ReviewMoved, Event::Recalculated(moved)) => Some(moved.cause.pick(lang).to_owned()),
        _ => None,
    }
}

/// Who answered, and what.
fn answered(reviewer: &ReviewingAgency, opinion: Opinion, text: &str, lang: Lang) -> String {
    let said = format!("{}{}{}", reviewer.name.pick(lang), lang.pick("：", ": "), opinion.text().pick(lang));
    if text.is_empty() { said } else { format!("{said}\n{text}") }
}

/// What was wrong in a document, and what is right.
fn rectified(document: &Issued, lang: Lang) -> String {
    let number = document.paper.number();
    match document.paper.corrects() {
        Some(correction @ Correction { wrong, right, .. }) => match lang {
            Lang::ZhHant => {
                format!("{}所載「{wrong}」更正為「{right}」（{number}）", correction.document())
            }
            Lang::En => {
                let of = &correction.number;
                format!("\u{201c}{wrong}\u{201d} in {of} is put right as \u{201c}{right}\u{201d} ({number})")
            }
        },
        None => number.to_string(),
    }
}

/// What happened to the money, and whatever the person needs to go on: how a fee was computed, the
/// numbers to pay by.
fn of_money(posting: &Posting, lang: Lang) -> String {
    let mut lines = vec![posting.public_text().pick(lang).to_owned()];
    match posting {
        Posting::FeeSet(fee) => {
            lines.extend(fee.lines.iter().map(|line| line.pick(lang).to_owned()));
            lines.extend((!fee.reason.is_empty()).then(|| fee.reason.clone()));
        }
        Posting::Heard { word: Word::Instructed(instruction), .. } => {
            let bank =
                instruction.bank.iter().map(|bank| format!("{} {bank}", lang.pick("銀行代碼", "Bank")));
            let numbers = instruction.numbers.iter();
            let numbers = numbers.map(|number| format!("{} {number}", lang.pick("繳費號碼", "Number")));
            lines.extend(bank.chain(numbers));
            let until = instruction.expires_at.map(|at| taipei::shown_instant(at, lang));
            lines.extend(until.map(|until| format!("{} {until}", lang.pick("請於此時前繳費：", "Pay by"))));
        }
        _ => {}
    }
    lines.join("\n")
}

impl Told {
    /// Whether it says how the result is picked up, where it is.
    #[must_use]
    pub const fn tells_to_pick_up(&self) -> bool {
        self.kind.tells_to_pick_up()
    }

    /// The notice under its number; `pick_up` of a case with something to pick up.
    #[must_use]
    pub fn notice(self, id: NoticeId, case: &Case, recorded: &Recorded, pick_up: Option<ToPickUp>) -> Notice {
        let Self { kind, channel, person, reviewing } = self;
        let (due, until, reason) = match &reviewing {
            // Their own limit, and nothing of what the agency in charge and the applicant have to do.
            Some(agency) => {
                let due = case.dates.reviews.get(agency).map(|due| due.day);
                (due, None, why(kind, &recorded.event, person.lang))
            }
            None => (case.due_day(), case.own_period(), reason(&recorded.event, person.lang)),
        };
        let ruling = match &recorded.event {
            Event::Proposed { ruling, .. } | Event::Decided { ruling, .. } => Some(ruling),
            _ => None,
        };
        Notice {
            id,
            kind,
            channel,
            recipient: person.id,
            name: person.name,
            address: person.address,
            lang: person.lang,
            to_staff: person.is_staff,
            item: case.item.name.clone(),
            state: case.state,
            due,
            until,
            received_at: case.received_at(),
            outcome: ruling.map(|ruling| ruling.outcome),
            // An SMS says nothing of it.
            reason: reason.filter(|_| channel == Channel::Mail),
            pick_up: pick_up.filter(|_| kind.tells_to_pick_up() && channel == Channel::Mail),
            owed_since: recorded.at,
            version: 1,
            delivery: Delivery::owed(recorded.at),
            message: None,
            opened_at: None,
            served: None,
            agency: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::case::State;
    use testkit::faults::run;
    use testkit::samples::{self, Stage};
    use testkit::world::World;

    use super::*;

    #[test]
    fn a_letter_lists_what_is_to_be_put_right() {
        let asked = samples::record(Stage::UnderCorrection).into_iter().last().expect("an event");
        assert_eq!(samples::case(Stage::UnderCorrection).state, State::UnderCorrection);
        let told = |lang| reason(&asked.event, lang);
        assert_eq!(told(Lang::ZhHant).as_deref(), Some("1、其他：未附平面圖；應補：平面圖一份"));
        let english = "1. Other: 未附平面圖; to be provided: 平面圖一份";
        assert_eq!(told(Lang::En).as_deref(), Some(english));
    }

    /// Who is told of an arrival, by address, under rules for `PK001` that name `handler` and `reviewer`.
    fn told_of_arrival(rule: Option<(&str, &str)>) -> Vec<String> {
        let world = World::with_samples(samples::morning(), 7);
        let app = App {
            store: world.store.clone(),
            queue: world.notifications.clone(),
            reminders: world.reminders.clone(),
            postings: world.postings.clone(),
            objects: world.objects.clone(),
            ambient: world.ambient.clone(),
        };
        if let Some((handler, reviewer)) = rule {
            let rule = serde_json::json!({ "agency": "parks", "items": ["PK001"], "handler": handler, "reviewer": reviewer });
            let import = catalogue::Import {
                routing: vec![serde_json::from_value(rule).expect("a rule")],
                ..catalogue::Import::default()
            };
            let today = taipei::day_of(samples::morning());
            let import = catalogue::import(&*world.store, import, samples::PROVIDER, today);
            run(&world.gate, import).expect("no crash").expect("a sound import");
        }
        let filed = samples::record(Stage::Received).into_iter().next().expect("an event");
        let told = run(&world.gate, of(&app, &samples::case(Stage::Received), &filed, &Answers::new()));
        let told = told.expect("no crash").expect("people");
        let arrived = told.iter().filter(|told| told.person.is_staff);
        let mut to: Vec<String> = arrived.map(|told| told.person.address.reveal().clone()).collect();
        to.sort();
        to
    }

    #[test]
    fn an_arrival_is_told_to_dispatchers_and_to_whom_the_rules_name_or_the_research_officers() {
        let dispatchers = ["dispatcher2@parks.example", "dispatcher@parks.example"];
        let with = |more: &[&'static str]| {
            let mut all = [&dispatchers, more].concat();
            all.sort_unstable();
            all
        };
        assert_eq!(told_of_arrival(None), with(&["research@parks.example"]));
        let named = ["handler@parks.example", "reviewer@parks.example"];
        assert_eq!(told_of_arrival(Some((samples::HANDLER, samples::REVIEWER))), with(&named));
        // Somebody who is not there, or not in that role, is named by no rule that counts.
        for handler in ["somebody-who-left", samples::DISPATCHER] {
            let told = told_of_arrival(Some((handler, samples::REVIEWER)));
            assert_eq!(told, with(&["research@parks.example"]), "{handler}");
        }
    }
}
