//! Over the routes: what the policies permit is not refused for want of permission, and what they do not
//! is. The list of routes is the template's, so a new route does not pass unseen.

use std::collections::BTreeSet;

use document::Fonts;
use domain::access::Actor;
use domain::agency::Role;
use domain::case::Case;
use domain::command::Action;
use domain::event::Recorded;
use domain::payment::RefundState;
use domain::refusal::FeeReading;
use jiff::Timestamp;
use lambda_http::{Body, Response};
use platform::accounts::Accounts;
use platform::calendars::CalendarCache;
use platform::catalogue::ItemCache;
use platform::codec::case::{self, Loaded};
use platform::codec::event;
use platform::codec::people::{Session, encode_session};
use platform::keys::Key;
use platform::ports::Ambient;
use platform::{audit, sessions};
use serde_json::{Value, json};
use testkit::faults::run;
use testkit::samples::{self, Funds, Stage};
use testkit::world::World;

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
    /// Somebody acting for themselves on a case.
    Applicant(Action),
    /// A member of staff acting on a case.
    Officer(Action),
    /// The same; the command is part of the path.
    Command,
}

use Guard::{Anybody, Applicant, Command, Keeper, Officer, SignedIn, Staff};

const ROUTES: [(&str, Guard); 91] = [
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
    ("GET /api/cases/{case}", Applicant(Action::Read)),
    ("GET /api/cases/{case}/clock", Applicant(Action::Read)),
    ("GET /api/cases/{case}/fees", Applicant(Action::Read)),
    ("POST /cases/{case}/withdraw", Applicant(Action::Withdraw)),
    ("POST /cases/{case}/terminate", Applicant(Action::Terminate)),
    ("POST /cases/{case}/correction", Applicant(Action::AnswerCorrection)),
    ("POST /cases/{case}/correction/files", Applicant(Action::AnswerCorrection)),
    ("POST /cases/{case}/correction/files/{upload}/remove", Applicant(Action::AnswerCorrection)),
    ("POST /cases/{case}/more-time", Applicant(Action::AskMoreTime)),
    ("POST /cases/{case}/pay", Applicant(Action::Pay)),
    ("POST /cases/{case}/refunds", Applicant(Action::RequestRefund)),
    ("POST /cases/{case}/refunds/{refund}/proof", Applicant(Action::AddProof)),
    ("POST /api/cases/{case}/withdraw", Applicant(Action::Withdraw)),
    ("POST /api/cases/{case}/terminate", Applicant(Action::Terminate)),
    ("POST /api/cases/{case}/answer", Applicant(Action::AnswerCorrection)),
    ("POST /api/cases/{case}/correction/uploads", Applicant(Action::AnswerCorrection)),
    ("POST /api/cases/{case}/more-time", Applicant(Action::AskMoreTime)),
    ("POST /api/cases/{case}/payments", Applicant(Action::Pay)),
    ("POST /api/cases/{case}/refunds", Applicant(Action::RequestRefund)),
    ("GET /counter", Staff),
    ("POST /counter/check-in", Staff),
    ("POST /counter/{booking}/{command}", Staff),
    ("GET /api/counter", Staff),
    ("POST /api/counter/{booking}/{command}", Staff),
    ("GET /work", Staff),
    ("GET /api/work", Staff),
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

/// What the functions say, as far as permission goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    /// Sign in first.
    WhoAreYou,
    /// Not you, or not now, or there is no such thing for you.
    No,
    /// Whatever else: done, or refused for what was asked and not for who asked it.
    GoOn,
}

struct Office {
    world: World,
    submission: submission::App,
    casework: casework::App,
    catalogue: catalogue::App,
    documents: decision_document::App,
    booking: booking::App,
}

impl Office {
    /// With the case of `record`, at its last event.
    fn of(record: &[Recorded]) -> Self {
        let world = World::with_samples(record.last().unwrap().at, 7);
        let (store, ambient) = (world.store.clone(), world.ambient.clone());
        let office = Self {
            submission: submission::App {
                store: store.clone(),
                ambient: ambient.clone(),
                objects: world.objects.clone(),
                items: ItemCache::default(),
                calendars: CalendarCache::default(),
                accounts: Accounts::default(),
                providers: world.bank.clone(),
                origin: "https://window.example".to_owned(),
            },
            casework: casework::App {
                store: store.clone(),
                ambient: ambient.clone(),
                objects: world.objects.clone(),
                items: ItemCache::default(),
                calendars: CalendarCache::default(),
                fee_reading: FeeReading::default(),
                public_origin: "https://window.example".to_owned(),
            },
            documents: decision_document::App {
                store: store.clone(),
                ambient: ambient.clone(),
                objects: world.objects.clone(),
                fonts: Fonts::shipped().unwrap(),
            },
            booking: booking::App {
                store: store.clone(),
                queue: world.notifications.clone(),
                ambient: ambient.clone(),
                items: ItemCache::default(),
                calendars: CalendarCache::default(),
            },
            catalogue: catalogue::App { store, ambient, calendars: CalendarCache::default() },
            world,
        };
        let case = domain::apply::replay(record).unwrap();
        let mut head = audit::GENESIS;
        for recorded in record {
            let (row, hash) = event::encode(recorded, head).unwrap();
            head = hash;
            office.world.store.plant(&Key::Event(recorded.id), row);
        }
        let key = Key::Case(case.id);
        office.world.store.plant(&key, case::encode(&Loaded { case, head }).unwrap());
        office
    }

    fn sign_in(&self, name: &str, actor: &Actor) {
        let now = self.world.ambient.now();
        let (person, officer) = match actor {
            Actor::Applicant(person) => (*person, None),
            Actor::Officer(officer) => (officer.person, Some(officer.clone())),
            Actor::System => unreachable!("the window does not sign in"),
        };
        let session = Session { person, officer, ..samples::session("somebody", now) };
        let hash = sessions::token_hash(name);
        let until: Timestamp = now + sessions::ABSOLUTE;
        let row = encode_session(hash, &session, until).unwrap();
        self.world.store.plant(&Key::Session(hash), row);
    }

    fn ask(&self, route: &str, token: Option<&str>, ask: &Asked) -> (Said, u16) {
        let event = event_of(route, token, ask);
        let request = lambda_http::request::from_str(&event.to_string()).unwrap();
        let response = run(&self.world.gate, async {
            if route.contains("/documents/") || route.ends_with("/letter") {
                decision_document::handle(&self.documents, request).await
            } else if ["/book", "/counter", "/slots"].iter().any(|part| route.contains(part)) {
                booking::handle(&self.booking, request).await
            } else if route.contains("/work") {
                casework::handle(&self.casework, request).await
            } else if route.contains("/calendar") {
                catalogue::handle(&self.catalogue, request).await
            } else {
                submission::handle(&self.submission, request).await
            }
        });
        said(&response.unwrap())
    }
}

fn said(response: &Response<Body>) -> (Said, u16) {
    let status = response.status().as_u16();
    let body = match response.body() {
        Body::Text(text) => text.as_str(),
        _ => "",
    };
    let location = response.headers().get("location").and_then(|it| it.to_str().ok()).unwrap_or_default();
    let said = match status {
        401 => Said::WhoAreYou,
        303 if location.starts_with("/sign-in") => Said::WhoAreYou,
        403 | 404 => Said::No,
        409 if body.contains("NOT_IN_THIS_STATE") || body.contains("不能進行此動作") => Said::No,
        _ => Said::GoOn,
    };
    (said, status)
}

/// What is sent: a JSON body, and the same as a form.
struct Asked {
    path: Vec<(&'static str, String)>,
    body: Value,
}

fn event_of(route: &str, token: Option<&str>, ask: &Asked) -> Value {
    let (method, template) = route.split_once(' ').unwrap();
    let path = ask
        .path
        .iter()
        .fold(template.to_owned(), |path, (name, value)| path.replace(&format!("{{{name}}}"), value));
    let is_api = template.starts_with("/api");
    let file = "--b\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\ncsrf-of-somebody\r\n--b\r\n\
                content-disposition: form-data; name=\"request\"\r\n\r\nREQUEST\r\n--b\r\n\
                content-disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.7\n\r\n--b--\r\n";
    let id = samples::request(900).id.to_string();
    let (kind, body) = if is_api {
        ("application/json", ask.body.to_string())
    } else if template.ends_with("/files") || template.ends_with("/proof") {
        let named = if template.ends_with("/files") {
            file.replace("name=\"request\"\r\n\r\nREQUEST", "name=\"requirement\"\r\n\r\nother")
        } else {
            file.replace("REQUEST", &id)
        };
        ("multipart/form-data; boundary=b", named)
    } else {
        let mut fields =
            vec![("csrf".to_owned(), "csrf-of-somebody".to_owned()), ("request".to_owned(), id.clone())];
        for (name, value) in ask.body.as_object().into_iter().flatten() {
            fields.push((name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned)));
        }
        let form = web::form::encode(fields.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        ("application/x-www-form-urlencoded", form)
    };
    let parameters: serde_json::Map<String, Value> =
        ask.path.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let cookies: Vec<String> = token.map(|token| format!("__Host-session={token}")).into_iter().collect();
    json!({
        "version": "2.0", "routeKey": route, "rawPath": path, "rawQueryString": "", "cookies": cookies,
        "headers": { "content-type": kind, "idempotency-key": id },
        "pathParameters": parameters,
        "requestContext": {
            "accountId": "1", "apiId": "a", "domainName": "window.example", "domainPrefix": "w",
            "http": { "method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "t" },
            "requestId": "r", "routeKey": route, "stage": "$default",
            "time": "19/Nov/2026:02:00:00 +0000", "timeEpoch": 1_795_053_600_000_u64,
        },
        "body": body, "isBase64Encoded": false,
    })
}

/// A sound body of what somebody wants of `case`.
fn body(action: Action, route: &str, case: &Case) -> Value {
    use Action as A;

    let today = domain::taipei::day_of(case.closed_at.unwrap_or(case.received_at())).to_string();
    let round = case.history.corrections.len();
    let person = |subject| samples::person(subject).to_string();
    let refund = || {
        json!({ "provider": "ecpay_aio", "trade_no": samples::trade_no(1), "amount": 100,
                "ground": "per_item", "reason": "重複繳費" })
    };
    let mut body = match action {
        A::Assign => {
            json!({ "handler": person(samples::SECOND_HANDLER), "reviewer": person(samples::REVIEWER) })
        }
        A::Propose => samples::proposal_body(1, "reject", "不符規定。"),
        A::RequestCorrection => samples::correction_body(1, 7),
        A::AnswerCorrection if route.starts_with("POST /api/work") => {
            json!({ "answer": "", "arrived_on": today })
        }
        A::AnswerCorrection if route.ends_with("/uploads") => json!({
            "requirement": "other", "file_name": "a.pdf", "content_type": "application/pdf", "bytes": 9,
            "sha256": "0".repeat(64),
        }),
        A::AnswerCorrection if route.contains("/api/") => json!({ "round": round, "note": "如附件" }),
        A::AnswerCorrection if route.ends_with("/remove") => json!({}),
        A::AnswerCorrection => json!({ "round": round, "note": "如附件", "go": "send" }),
        A::ExtendCorrection => json!({ "days": 3 }),
        A::AskMoreTime => json!({ "days": 3, "reason": "尚缺文件" }),
        A::RecordArrival => json!({ "what": "seal", "arrived_on": today }),
        A::Extend => json!({ "amount": 1, "reason": "須會勘。" }),
        A::AddTime => json!({ "days": 1, "reason": "須會外機關。" }),
        A::Stop => json!({ "cause": "force_majeure", "from": today, "reason": "颱風。" }),
        A::Resume => json!({ "last": today }),
        A::SetFee => json!({ "amount": 400, "reason": "加計保證金。" }),
        A::Pay if route.contains("/api/") => json!({ "provider": "ecpay_aio", "means": "card" }),
        A::Pay => json!({ "amount": "300", "way": "ecpay_aio.card" }),
        A::ApplySuspense => {
            json!({ "provider": "ecpay_aio", "trade_no": samples::trade_no(1), "amount": 200, "reason": "抵繳" })
        }
        A::RecordDispute => json!({
            "provider": "ecpay_aio", "dispute": "D-17", "amount": 100, "state": "opened", "evidence": "來函"
        }),
        A::CheckOff => json!({ "flag": "chargeback_lost", "finding": "已追繳" }),
        A::RequestRefund if route.starts_with("POST /cases") => json!({
            "payment": format!("ecpay_aio:{}", samples::trade_no(1)), "amount": "100", "ground": "per_item",
            "reason": "重複繳費",
        }),
        A::RequestRefund => refund(),
        A::LogContact => {
            json!({ "refund": 1, "when": "2026-11-18T02:00:00Z", "how": "telephone", "result": "將補證明" })
        }
        A::AcceptRefund => json!({ "refund": 1, "rate": "0.0172" }),
        A::DeclineRefund => json!({ "refund": 1, "reason": "非本案繳費" }),
        A::SubmitRefund => json!({ "refund": 1, "route": "provider" }),
        A::RecordPayout => {
            let settled = case.ledger.refunds().iter().any(|file| file.state == RefundState::Settled);
            let state = if settled { "bounced" } else { "settled" };
            json!({ "refund": 1, "state": state, "reference": "RF-1" })
        }
        // The decision is the last event of the cases that have one.
        A::Rectify => {
            json!({ "document": case.version.0.to_string(), "wrong": "場地", "right": "公園場地" })
        }
        A::Withdraw | A::Terminate | A::Return | A::DeclineMoreTime => json!({ "reason": "理由" }),
        _ => json!({}),
    };
    let versioned = !matches!(action, A::AnswerCorrection | A::Pay | A::RequestRefund | A::AddProof)
        || route.starts_with("POST /api/work");
    if let Some(fields) = body.as_object_mut().filter(|_| versioned) {
        fields.insert("version".to_owned(), json!(case.version.0));
    }
    body
}

/// The routes of a case, each with what it asks for.
fn of_a_case() -> Vec<(&'static str, Action, bool)> {
    let officers = |action: &Action| {
        !matches!(
            action,
            Action::Read | Action::Recalculate | Action::Fire | Action::HearMoney | Action::ExpireAttempt
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
            Anybody | SignedIn | Staff | Keeper => {}
        }
    }
    routes
}

/// Those whose answer shows whether they were let through: a file that is not there is not found.
fn is_telling(route: &str) -> bool {
    !["{upload}", "{document}", "/letter"].iter().any(|part| route.contains(part))
}

/// Actions of applicants have no command of officers, and the other way round: 404 or 400, never done.
fn is_command(action: Action) -> bool {
    use Action as A;
    !matches!(action, A::Withdraw | A::AskMoreTime | A::Terminate | A::Pay | A::AddProof)
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
            if by_officer && !is_command(action) && action != Action::Read {
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
            let reads = oracle.permits(&asks, Action::Read, &case)
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
        if matches!(guard, SignedIn | Staff | Keeper) && route != "POST /drafts/{draft}" {
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
                _ => continue,
            };
            office.sign_in(&name, &actor);
            let (said, status) = office.ask(route, Some(&name), &nothing);
            // A booking that is not there is not found by those who are let through either.
            let is_named = route.contains("{booking}");
            assert!(said == Said::No || lets_through, "{name}: {route}: {status}");
            assert!(said != Said::No || !lets_through || is_named, "{name}: {route}: {status}");
        }
    }
}
