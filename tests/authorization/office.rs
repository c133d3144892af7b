//! The functions over one case, asked as a browser or a client asks them.

use document::Fonts;
use domain::access::Actor;
use domain::event::Recorded;
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
use testkit::samples;
use testkit::world::World;

/// What the functions say, as far as permission goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// Sign in first.
    WhoAreYou,
    /// Not you, or not now, or there is no such thing for you.
    No,
    /// Whatever else: done, or refused for what was asked and not for who asked it.
    GoOn,
}

pub struct Office {
    pub world: World,
    submission: submission::App,
    casework: casework::App,
    catalogue: catalogue::App,
    documents: decision_document::App,
    booking: booking::App,
}

impl Office {
    /// With the case of `record`, at its last event.
    pub fn of(record: &[Recorded]) -> Self {
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

    pub fn sign_in(&self, name: &str, actor: &Actor) {
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

    pub fn ask(&self, route: &str, token: Option<&str>, ask: &Asked) -> (Said, u16) {
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
pub struct Asked {
    pub path: Vec<(&'static str, String)>,
    pub body: Value,
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
