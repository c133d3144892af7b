//! Over the routes: what the policies permit is not refused for want of permission, and what they do not
//! is. The list of routes is the template's, so a new route does not pass unseen.

use std::collections::BTreeSet;

use domain::access::Actor;
use domain::agency::Role;
use domain::command::Action;
use domain::event::Recorded;
use serde_json::json;
use testkit::samples::{self, Funds, Stage};

use crate::bodies::body;
use crate::office::{Asked, Office, Said};
use crate::oracle::Oracle;
use crate::people::{Who, everybody};

/// Who may come through a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Guard {
    /// Nobody is asked who they are.
    Anybody,
    /// Whoever is signed in: what is shown or made is their own.
    SignedIn,
    /// Members of staff: what is listed is what each may read.
    Staff,
    /// The keepers of the window.
    Keeper,
    /// Dispatchers and research officers.
    Attendance,
    /// Whoever answers for their agency when it is asked, and sees to it that it is done.
    Reviewing,
    /// Dispatchers; each case is asked about as for the command.
    Dispatchers,
    /// Somebody acting for themselves on a case.
    Applicant(Action),
    /// A member of staff acting on a case.
    Officer(Action),
    /// The same; the command is part of the path.
    Command,
}

use Guard::{
    Anybody, Applicant, Attendance, Command, Dispatchers, Keeper, Officer, Reviewing, SignedIn, Staff,
};

const ROUTES: [(&str, Guard); 112] = [
    ("GET /", Anybody),
    ("GET /assets/{file}", Anybody),
    ("GET /services", Anybody),
    ("GET /services/{code}", Anybody),
    ("GET /services/{code}/clock", Anybody),
    ("GET /api/services", Anybody),
    ("GET /api/services/{code}", Anybody),
    ("GET /api/services/{code}/clock", Anybody),
    ("GET /services/{code}/book", Anybody),
    ("GET /api/services/{code}/slots", Anybody),
    ("GET /calendar", Anybody),
    ("GET /api/calendar", Anybody),
    ("GET /sign-in", Anybody),
    ("GET /sign-in/callback", Anybody),
    ("GET /api/session", Anybody),
    ("POST /sign-out", Anybody),
    // Where providers send the browser back to: nothing is read, written or shown.
    ("GET /cases/{case}/paid", Anybody),
    ("POST /cases/{case}/paid", Anybody),
    // Whoever holds a document verifies it.
    ("GET /verify", Anybody),
    ("GET /verify/{code}", Anybody),
    ("GET /api/verify/{code}", Anybody),
    // The word of a provider is its signature.
    ("GET /payments/{provider}/{merchant}/callback", Anybody),
    ("POST /payments/{provider}/{merchant}/callback", Anybody),
    ("POST /calendar", Keeper),
    ("POST /api/calendar/years", Keeper),
    ("POST /api/calendar/closures", Keeper),
    ("POST /api/calendar/closures/revoke", Keeper),
    ("POST /services/{code}/apply", SignedIn),
    ("GET /drafts/{draft}", SignedIn),
    ("POST /drafts/{draft}", SignedIn),
    ("POST /drafts/{draft}/files", SignedIn),
    ("POST /drafts/{draft}/files/{upload}/remove", SignedIn),
    ("GET /drafts/{draft}/check", SignedIn),
    ("POST /drafts/{draft}/submit", SignedIn),
    ("POST /services/{code}/book", SignedIn),
    ("GET /bookings", SignedIn),
    ("GET /bookings/{booking}", SignedIn),
    ("GET /bookings/{booking}/change", SignedIn),
    ("POST /bookings/{booking}/change", SignedIn),
    ("POST /bookings/{booking}/cancel", SignedIn),
    ("POST /api/bookings", SignedIn),
    ("GET /api/bookings", SignedIn),
    ("GET /api/bookings/{booking}", SignedIn),
    ("POST /api/bookings/{booking}/change", SignedIn),
    ("POST /api/bookings/{booking}/cancel", SignedIn),
    ("GET /cases", SignedIn),
    ("GET /notices", SignedIn),
    ("POST /api/drafts", SignedIn),
    ("GET /api/drafts/{draft}", SignedIn),
    ("PUT /api/drafts/{draft}", SignedIn),
    ("POST /api/drafts/{draft}/uploads", SignedIn),
    ("POST /api/cases", SignedIn),
    ("GET /api/cases", SignedIn),
    ("GET /cases/{case}", Applicant(Action::Read)),
    ("GET /cases/{case}/correction", Applicant(Action::Read)),
    ("GET /cases/{case}/files/{upload}", Applicant(Action::Read)),
    ("GET /cases/{case}/documents/{document}", Applicant(Action::Read)),
    ("GET /api/cases/{case}/documents/{document}", Applicant(Action::Read)),
    ("GET /cases/{case}/pay", Applicant(Action::Read)),
    ("GET /cases/{case}/notices/{notice}", Applicant(Action::Read)),
    ("GET /api/cases/{case}/notices", Applicant(Action::Read)),
    ("POST /api/cases/{case}/notices/{notice}/open", Applicant(Action::Read)),
    ("GET /api/cases/{case}", Applicant(Action::Read)),
    ("GET /api/cases/{case}/clock", Applicant(Action::Read)),
    ("GET /api/cases/{case}/fees", Applicant(Action::Read)),
    ("POST /cases/{case}/withdraw", Applicant(Action::Withdraw)),
    ("POST /cases/{case}/terminate", Applicant(Action::Terminate)),
    ("POST /cases/{case}/correction", Applicant(Action::AnswerCorrection)),
    ("POST /cases/{case}/correction/files", Applicant(Action::AnswerCorrection)),
    ("POST /cases/{case}/correction/files/{upload}/remove", Applicant(Action::AnswerCorrection)),
    ("POST /cases/{case}/more-time", Applicant(Action::AskMoreTime)),
    ("POST /cases/{case}/consent", Applicant(Action::ChangeConsent)),
    ("POST /cases/{case}/pay", Applicant(Action::Pay)),
    ("POST /cases/{case}/refunds", Applicant(Action::RequestRefund)),
    ("POST /cases/{case}/refunds/{refund}/proof", Applicant(Action::AddProof)),
    ("POST /api/cases/{case}/withdraw", Applicant(Action::Withdraw)),
    ("POST /api/cases/{case}/terminate", Applicant(Action::Terminate)),
    ("POST /api/cases/{case}/answer", Applicant(Action::AnswerCorrection)),
    ("POST /api/cases/{case}/correction/uploads", Applicant(Action::AnswerCorrection)),
    ("POST /api/cases/{case}/more-time", Applicant(Action::AskMoreTime)),
    ("POST /api/cases/{case}/consent", Applicant(Action::ChangeConsent)),
    ("POST /api/cases/{case}/payments", Applicant(Action::Pay)),
    ("POST /api/cases/{case}/refunds", Applicant(Action::RequestRefund)),
    ("GET /counter", Staff),
    ("POST /counter/check-in", Staff),
    ("POST /counter/{booking}/{command}", Staff),
    ("GET /api/counter", Staff),
    ("POST /api/counter/{booking}/{command}", Staff),
    ("GET /work", Staff),
    ("POST /work/assign", Dispatchers),
    ("GET /work/notices", Staff),
    ("GET /api/work/notices", Staff),
    ("GET /work/absences", Staff),
    ("POST /work/absences", Staff),
    ("POST /work/absences/{absence}/end", Staff),
    ("GET /api/work/absences", Staff),
    ("POST /api/work/absences", Staff),
    ("POST /api/work/absences/{absence}/end", Staff),
    ("GET /work/attendance", Attendance),
    ("GET /api/work/attendance", Attendance),
    ("GET /api/work", Staff),
    ("GET /work/reviews", Reviewing),
    ("GET /api/work/reviews", Reviewing),
    ("GET /work/reviews/{case}", Officer(Action::ReadForwarded)),
    ("GET /api/work/reviews/{case}", Officer(Action::ReadForwarded)),
    ("GET /work/{case}", Officer(Action::Read)),
    ("GET /work/{case}/files/{upload}", Officer(Action::Read)),
    ("GET /work/{case}/documents/{document}", Officer(Action::Read)),
    ("GET /work/{case}/letter", Officer(Action::Read)),
    ("GET /api/work/{case}", Officer(Action::Read)),
    ("GET /api/work/{case}/clock", Officer(Action::Read)),
    ("POST /api/work/{case}/{command}", Command),
];

/// The form beside `POST /api/work/{case}/{command}` is held to the same outcome by the tests of casework.
const BESIDE: [&str; 1] = ["POST /work/{case}/{command}"];

#[test]
fn every_route_of_the_template_is_listed() {
    let template = include_str!("../../template.yaml");
    let routes: BTreeSet<String> = template
        .lines()
        .filter_map(|line| {
            let (_, rest) = line.split_once("Method: ")?;
            let (method, rest) = rest.split_once(", Path: ")?;
            let path = rest.trim_end_matches([' ', '}']).trim_matches('"');
            // A path without quotes has no parameter and lost nothing.
            let path = if rest.starts_with('"') { rest.split('"').nth(1)? } else { path };
            Some(format!("{method} {path}"))
        })
        .collect();
    let listed: BTreeSet<String> =
        ROUTES.iter().map(|(route, _)| *route).chain(BESIDE).map(str::to_owned).collect();
    assert_eq!(routes, listed);
}

/// The routes of a case, each with what it asks for.
fn of_a_case() -> Vec<(&'static str, Action, bool)> {
    let officers = |action: &Action| {
        !matches!(
            action,
            Action::Read
                | Action::ReadForwarded
                | Action::Recalculate
                | Action::Fire
                | Action::HearMoney
                | Action::HearNotice
                | Action::ExpireAttempt
        )
    };
    let mut routes = Vec::new();
    for (route, guard) in ROUTES {
        match guard {
            Applicant(action) => routes.push((route, action, false)),
            Officer(action) => routes.push((route, action, true)),
            Command => {
                let commands = Action::ALL.iter().copied().filter(officers);
                routes.extend(commands.map(|action| (route, action, true)));
            }
            Anybody | SignedIn | Staff | Keeper | Attendance | Reviewing | Dispatchers => {}
        }
    }
    routes
}

/// Those whose answer shows whether they were let through: a file that is not there is not found.
fn is_telling(route: &str) -> bool {
    !["{upload}", "{document}", "{notice}", "/letter"].iter().any(|part| route.contains(part))
}

/// Actions of applicants have no command of officers, and the other way round: 404 or 400, never done.
fn is_command(action: Action) -> bool {
    use Action as A;
    !matches!(action, A::Withdraw | A::AskMoreTime | A::ChangeConsent | A::Terminate | A::Pay | A::AddProof)
}

const fn is_reading(action: Action) -> bool {
    matches!(action, Action::Read | Action::ReadForwarded)
}

fn try_everybody(oracle: &Oracle, situation: &str, record: &[Recorded]) -> u32 {
    let case = domain::apply::replay(record).unwrap();
    let office = Office::of(record);
    let before = office.world.store.snapshot();
    let mut tried = 0;
    for (route, action, by_officer) in of_a_case() {
        let ask = Asked {
            path: vec![
                ("case", case.id.to_string()),
                ("command", action.code().to_owned()),
                ("upload", "file_0199a1b2c3d47000800000000000000b".to_owned()),
                ("refund", "1".to_owned()),
                ("document", "1".to_owned()),
                ("notice", format!("{}_1_1", case.id)),
            ],
            body: body(action, route, &case),
        };
        let (nobody, status) = office.ask(route, None, &ask);
        assert_eq!(nobody, Said::WhoAreYou, "{route} {action} without a session: {status}");
        for Who { name, actor } in everybody(&case) {
            // Whoever is staff may use the pages of applicants, for themselves.
            let asks = match (&actor, by_officer) {
                (Actor::Officer(officer), false) => Actor::Applicant(officer.person),
                (actor, _) => actor.clone(),
            };
            if by_officer && !is_command(action) && !is_reading(action) {
                continue;
            }
            // Nothing but who they are matters there; one with every role stands for all staff.
            let stands_for_all =
                matches!(&actor, Actor::Officer(officer) if officer.roles.len() == Role::ALL.len());
            if !by_officer && matches!(actor, Actor::Officer(_)) && !stands_for_all {
                continue;
            }
            office.sign_in(&name, &actor);
            let (said, status) = office.ask(route, Some(&name), &ask);
            let permits =
                oracle.permits(&asks, action, &case) && !(by_officer && matches!(actor, Actor::Applicant(_)));
            // Whoever sees a part is told of nothing but what is about that.
            let part =
                matches!(action, Action::AnswerReview | Action::QueryRegister) || route.contains("/reviews");
            let reads = [Action::Read, Action::ReadForwarded]
                .iter()
                .any(|it| (part || *it == Action::Read) && oracle.permits(&asks, *it, &case))
                && !(by_officer && matches!(actor, Actor::Applicant(_)));
            let told = format!("{name}: {route} {action} when {situation}: {status}, permitted: {permits}");
            match (permits, said) {
                (true, Said::GoOn) | (false, Said::No) => {}
                (true, Said::No) if !is_telling(route) => {}
                // Who may read the case may be told more precisely why nothing happens.
                (false, Said::GoOn) if reads && status >= 300 => {
                    assert_eq!(rows(&office), rows_of(&before), "{told}");
                }
                _ => panic!("{told}"),
            }
            office.world.store.restore(&before);
            tried += 1;
        }
    }
    tried
}

type Rows = Vec<(testkit::store::Place, platform::row::Row)>;

fn rows_of(snapshot: &std::collections::BTreeMap<testkit::store::Place, platform::row::Row>) -> Rows {
    let kept = snapshot.iter().filter(|((table, ..), _)| *table != platform::keys::Table::Sessions);
    kept.map(|(place, row)| (place.clone(), row.clone())).collect()
}

fn rows(office: &Office) -> Rows {
    rows_of(&office.world.store.snapshot())
}

#[test]
fn every_route_of_a_case_lets_through_whom_the_policies_permit() {
    let oracle = Oracle::new();
    let mut tried = 0;
    for stage in Stage::ALL {
        tried += try_everybody(&oracle, &format!("{stage:?}"), &samples::record(stage));
    }
    for funds in Funds::ALL {
        tried += try_everybody(&oracle, &format!("{funds:?}"), &samples::funded(funds));
    }
    assert!(tried > 30_000, "{tried}");
}

/// The routes that are about no case.
#[test]
fn the_other_routes_ask_who_it_is() {
    let record = samples::record(Stage::Received);
    let case = domain::apply::replay(&record).unwrap();
    let office = Office::of(&record);
    let nothing = Asked {
        path: vec![
            ("draft", "draft_0199a1b2c3d47000800000000000000a".to_owned()),
            ("code", "PK001".to_owned()),
        ],
        body: json!({}),
    };
    for (route, guard) in ROUTES {
        if matches!(guard, SignedIn | Staff | Keeper | Attendance | Reviewing | Dispatchers)
            && route != "POST /drafts/{draft}"
        {
            let (said, status) = office.ask(route, None, &nothing);
            assert_eq!(said, Said::WhoAreYou, "{route}: {status}");
        }
        for Who { name, actor } in everybody(&case) {
            let lets_through = match guard {
                Staff => matches!(actor, Actor::Officer(_)),
                Keeper => match &actor {
                    Actor::Officer(officer) => domain::access::may_keep_calendar(officer),
                    _ => false,
                },
                Attendance => match &actor {
                    Actor::Officer(officer) => {
                        officer.roles.contains(&Role::Dispatcher) || officer.roles.contains(&Role::Research)
                    }
                    _ => false,
                },
                Reviewing => match &actor {
                    Actor::Officer(officer) => [Role::Handler, Role::Dispatcher, Role::Research]
                        .iter()
                        .any(|role| officer.roles.contains(role)),
                    _ => false,
                },
                Dispatchers => match &actor {
                    Actor::Officer(officer) => officer.roles.contains(&Role::Dispatcher),
                    _ => false,
                },
                _ => continue,
            };
            office.sign_in(&name, &actor);
            let (said, status) = office.ask(route, Some(&name), &nothing);
            // A booking that is not there is not found by those who are let through either.
            let is_named = ["{booking}", "{absence}"].iter().any(|part| route.contains(part));
            assert!(said == Said::No || lets_through, "{name}: {route}: {status}");
            assert!(said != Said::No || !lets_through || is_named, "{name}: {route}: {status}");
        }
    }
}
