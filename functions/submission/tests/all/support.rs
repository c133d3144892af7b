//! A city in memory, and requests as the HTTP API hands them over.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::assurance::Assurance;
use domain::id::RequestId;
use lambda_http::{Body, Response};
use platform::calendars::CalendarCache;
use platform::catalogue::ItemCache;
use platform::codec::people::Session;
use platform::ports::Ambient;
use platform::sessions;
use serde_json::{Value, json};
use submission::App;
use testkit::faults::{Site, run};
use testkit::samples;
use testkit::world::World;

pub const LIN: &str = "lin";
pub const CHEN: &str = "chen";

pub struct City {
    pub world: World,
    pub app: App,
}

/// One request; `as_` nobody is a stranger.
#[derive(Default, Clone)]
pub struct Call {
    pub route: String,
    pub path: String,
    pub query: String,
    pub person: Option<&'static str>,
    pub content_type: Option<String>,
    pub key: Option<String>,
    pub lang: Option<&'static str>,
    pub body: Vec<u8>,
}

pub struct Answer {
    pub status: u16,
    pub location: String,
    /// Its content security policy.
    pub policy: String,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
}

impl City {
    pub fn new() -> Self {
        let world = World::with_samples(samples::morning(), 7);
        let app = App {
            store: world.store.clone(),
            ambient: world.ambient.clone(),
            objects: world.objects.clone(),
            items: ItemCache::default(),
            calendars: CalendarCache::default(),
            accounts: crate::till::accounts(),
            providers: world.bank.clone(),
            origin: "https://apply.city.example".to_owned(),
        };
        let city = Self { world, app };
        for name in [LIN, CHEN] {
            city.sign_in(name);
        }
        city
    }

    /// Signs `name` in anew, with the token they always have.
    pub fn sign_in(&self, name: &str) {
        self.sign_in_at(name, Assurance::Certificate);
    }

    /// The same, when the identity provider is only so sure.
    pub fn sign_in_at(&self, name: &str, assurance: Assurance) {
        let (world, store) = (&self.world, &*self.world.store);
        let session = Session { assurance, ..samples::session(name, world.ambient.now()) };
        run(&world.gate, sessions::end(store, &token(name))).unwrap().unwrap();
        run(&world.gate, sessions::start(store, &token(name), &session)).unwrap().unwrap();
    }

    pub fn send(&self, call: &Call) -> Answer {
        self.event(&call.event())
    }

    /// Handles an event as Lambda hands it over.
    pub fn event(&self, event: &Value) -> Answer {
        let request = lambda_http::request::from_str(&event.to_string()).unwrap();
        let response = run(&self.world.gate, submission::handle(&self.app, request)).unwrap();
        answer(&response)
    }

    /// Everything that is stored, sessions apart: what a refusal must leave as it was.
    pub fn stored(&self) -> String {
        let mut rows = self.world.store.snapshot();
        rows.retain(|(table, ..), _| *table != platform::keys::Table::Sessions);
        format!("{rows:?} {:?}", self.world.objects.keys())
    }

    /// Which ports `call` uses, in order.
    pub fn ports_of(&self, call: &Call) -> (Answer, Vec<Site>) {
        self.world.gate.record();
        let answer = self.send(call);
        (answer, self.world.gate.trace().into_iter().map(|passed| passed.site).collect())
    }

    /// Lets the relay's copy of the files happen.
    pub fn file_documents(&self, draft: &str, case: &str) {
        let objects = &self.world.objects;
        for key in objects.keys() {
            if let Some(upload) = key.strip_prefix(&format!("quarantine/{draft}/")) {
                let to = format!("cases/{case}/{upload}");
                run(&self.world.gate, platform::ports::Objects::copy(&**objects, key.clone(), to))
                    .unwrap()
                    .unwrap();
            }
        }
    }
}

fn answer(response: &Response<Body>) -> Answer {
    let header = |name: &str| {
        response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    };
    let text = match response.body() {
        Body::Text(text) => text.clone(),
        _ => String::new(),
    };
    let (location, policy) = (header("location"), header("content-security-policy"));
    Answer { status: response.status().as_u16(), location, policy, text }
}

pub fn token(name: &str) -> String {
    format!("token-of-{name}")
}

pub fn csrf(name: &str) -> String {
    format!("csrf-of-{name}")
}

/// A request id by number.
pub fn key(number: u8) -> String {
    RequestId::from_bytes([number; 16]).to_string()
}

impl Call {
    /// A call of `route` with its parameters filled in: `{draft}` becomes what `params` says.
    pub fn of(route: &str, params: &[(&str, &str)]) -> Self {
        let mut path = route.split_once(' ').unwrap().1.to_owned();
        for (name, value) in params {
            path = path.replace(&format!("{{{name}}}"), value);
        }
        Self { route: route.to_owned(), path, ..Self::default() }
    }

    pub fn by(mut self, person: &'static str) -> Self {
        self.person = Some(person);
        self
    }

    pub fn query(mut self, query: &str) -> Self {
        query.clone_into(&mut self.query);
        self
    }

    pub fn lang(mut self, lang: &'static str) -> Self {
        self.lang = Some(lang);
        self
    }

    pub fn form(mut self, fields: &[(&str, &str)]) -> Self {
        self.content_type = Some("application/x-www-form-urlencoded".to_owned());
        self.body = web::form::encode(fields.iter().copied()).into_bytes();
        self
    }

    pub fn json(mut self, body: &Value) -> Self {
        self.content_type = Some("application/json".to_owned());
        self.body = body.to_string().into_bytes();
        self
    }

    pub fn key(mut self, key: &str) -> Self {
        self.key = Some(key.to_owned());
        self
    }

    /// A form with a file.
    pub fn file(mut self, fields: &[(&str, &str)], name: &str, content: &[u8]) -> Self {
        let mut body = Vec::new();
        for (field, value) in fields {
            body.extend(
                format!("--b\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n").bytes(),
            );
        }
        let head = format!(
            "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             content-type: application/octet-stream\r\n\r\n"
        );
        body.extend(head.bytes());
        body.extend(content);
        body.extend(b"\r\n--b--\r\n");
        self.content_type = Some("multipart/form-data; boundary=b".to_owned());
        self.body = body;
        self
    }

    pub fn event(&self) -> Value {
        let (method, pattern) = self.route.split_once(' ').unwrap();
        let params: serde_json::Map<String, Value> = pattern
            .split('/')
            .zip(self.path.split('/'))
            .filter_map(|(name, value)| {
                let name = name.strip_prefix('{')?.strip_suffix('}')?;
                Some((name.to_owned(), json!(value)))
            })
            .collect();
        let mut headers = json!({ "host": "apply.city.example", "x-forwarded-proto": "https" });
        for (name, value) in [("content-type", &self.content_type), ("idempotency-key", &self.key)] {
            if let Some(value) = value {
                headers[name] = json!(value);
            }
        }
        let mut cookies: Vec<String> =
            self.person.iter().map(|name| format!("__Host-session={}", token(name))).collect();
        cookies.extend(self.lang.map(|lang| format!("lang={lang}")));
        let query: serde_json::Map<String, Value> = self
            .query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), json!(value)))
            .collect();
        json!({
            "version": "2.0", "routeKey": self.route, "rawPath": self.path, "rawQueryString": self.query,
            "cookies": cookies, "headers": headers, "queryStringParameters": query, "pathParameters": params,
            "requestContext": {
                "accountId": "1", "apiId": "a", "domainName": "apply.city.example", "domainPrefix": "apply",
                "http": { "method": method, "path": self.path, "protocol": "HTTP/1.1",
                          "sourceIp": "203.0.113.7", "userAgent": "test" },
                "requestId": "r", "routeKey": self.route, "stage": "$default",
                "time": "19/Nov/2026:02:00:00 +0000", "timeEpoch": 1_795_053_600_000_u64,
            },
            "body": STANDARD.encode(&self.body), "isBase64Encoded": true,
        })
    }
}

/// The value of a hidden field of a page.
pub fn hidden(page: &str, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let from = page.find(&mark).unwrap_or_else(|| panic!("no field {name}")) + mark.len();
    page[from..].split('"').next().unwrap().to_owned()
}
