//! A city in memory with places to book, and requests as the HTTP API hands them over.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use booking::App;
use domain::booking::Booking;
use domain::id::{BookingId, RequestId};
use domain::taipei;
use jiff::Timestamp;
use lambda_http::{Body, Response};
use platform::calendars::CalendarCache;
use platform::catalogue::{self, ItemCache};
use platform::codec::booking as codec;
use platform::keys::{Key, Table};
use platform::ports::Ambient;
use platform::sessions;
use serde_json::{Value, json};
use testkit::faults::{Progress, poll, run};
use testkit::samples;
use testkit::world::World;

pub const LIN: &str = "lin";
pub const CHEN: &str = "chen";
/// Who receives people at `parks-hall`.
pub const HANDLER: &str = samples::HANDLER;
/// Somebody of another agency.
pub const ELSEWHERE: &str = "economy-handler";
pub const ITEM: &str = "HR008";
pub const HALL: &str = "parks-hall";
/// Capacity of each slot of [`HALL`].
pub const CAPACITY: usize = 3;
/// A Friday, and the Monday after it.
pub const FRIDAY: &str = "2026-11-20";
pub const MONDAY: &str = "2026-11-23";

pub struct City {
    pub world: World,
    pub app: App,
}

/// One request; without a person, of a stranger.
#[derive(Default, Clone)]
pub struct Call {
    pub route: String,
    pub path: String,
    pub query: String,
    pub person: Option<String>,
    pub content_type: Option<String>,
    pub key: Option<String>,
    pub lang: Option<&'static str>,
    pub body: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub location: String,
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

/// What the function stands on in `world`.
pub fn app(world: &World) -> App {
    App {
        store: world.store.clone(),
        queue: world.notifications.clone(),
        ambient: world.ambient.clone(),
        items: ItemCache::default(),
        calendars: CalendarCache::default(),
    }
}

impl City {
    /// Thursday 19 November 2026, ten in the morning.
    pub fn new() -> Self {
        let world = World::with_samples(samples::morning(), 7);
        let import = serde_json::from_str(include_str!("places.json")).unwrap();
        let import = catalogue::import(&*world.store, import, samples::PROVIDER, samples::today());
        run(&world.gate, import).unwrap().unwrap();
        let city = Self { app: app(&world), world };
        for name in [LIN, CHEN, HANDLER, ELSEWHERE, samples::CASHIER] {
            city.sign_in(name);
        }
        city
    }

    /// Signs `name` in anew, with the token they always have.
    pub fn sign_in(&self, name: &str) {
        let (world, store) = (&self.world, &*self.world.store);
        let session = samples::session(name, world.ambient.now());
        run(&world.gate, sessions::end(store, &token(name))).unwrap().unwrap();
        run(&world.gate, sessions::start(store, &token(name), &session)).unwrap().unwrap();
    }

    /// Goes to another moment, at which everybody has signed in anew.
    pub fn go_to(&self, instant: &str) {
        self.world.ambient.set(at(instant));
        for name in [LIN, CHEN, HANDLER, ELSEWHERE, samples::CASHIER] {
            self.sign_in(name);
        }
    }

    pub fn send(&self, call: &Call) -> Answer {
        self.try_send(call).unwrap()
    }

    /// The answer, or `None` where the process died on the way.
    pub fn try_send(&self, call: &Call) -> Option<Answer> {
        let request = lambda_http::request::from_str(&call.event().to_string()).unwrap();
        run(&self.world.gate, booking::handle(&self.app, request)).map(|response| answer(&response))
    }

    pub fn tick(&self) -> Value {
        run(&self.world.gate, booking::tick(&self.app)).unwrap().unwrap()
    }

    /// The booking as it stands in the table.
    pub fn booking(&self, id: &str) -> Booking {
        let id: BookingId = id.parse().unwrap();
        codec::decode(self.world.store.peek(&Key::Booking(id)).unwrap()).unwrap()
    }

    /// Everything about bookings that is stored: what a refusal must leave as it was.
    pub fn stored(&self) -> String {
        let mut rows = self.world.store.snapshot();
        rows.retain(|(table, ..), _| matches!(table, Table::Bookings | Table::Notices));
        format!("{rows:?}")
    }
}

/// Handles every call in a process of its own, all of them at once: at each port call another has its turn.
pub fn at_once(world: &World, calls: &[Call], seed: u64) -> Vec<Answer> {
    let apps: Vec<App> = calls.iter().map(|_| app(world)).collect();
    world.gate.interleave();
    let requests =
        calls.iter().map(|call| lambda_http::request::from_str(&call.event().to_string()).unwrap());
    let mut processes: Vec<_> =
        requests.zip(&apps).map(|(request, app)| Some(Box::pin(booking::handle(app, request)))).collect();
    let mut answers: Vec<Option<Answer>> = calls.iter().map(|_| None).collect();
    let mut random = testkit::ambient::Random::new(seed);
    while answers.iter().any(Option::is_none) {
        let turn = random.index(processes.len());
        let Some(process) = &mut processes[turn] else { continue };
        match poll(&world.gate, process.as_mut()) {
            Progress::Done(response) => {
                answers[turn] = Some(answer(&response));
                processes[turn] = None;
            }
            Progress::Waiting => {}
            Progress::Crashed => panic!("no crash is planned"),
        }
    }
    answers.into_iter().flatten().collect()
}

fn answer(response: &Response<Body>) -> Answer {
    let location = response.headers().get("location").and_then(|value| value.to_str().ok());
    let text = match response.body() {
        Body::Text(text) => text.clone(),
        _ => String::new(),
    };
    Answer { status: response.status().as_u16(), location: location.unwrap_or_default().to_owned(), text }
}

/// An instant in Taipei: `2026-11-20 09:30`.
pub fn at(text: &str) -> Timestamp {
    let time: jiff::civil::DateTime = text.parse().unwrap();
    taipei::at(time.date(), time.time()).unwrap()
}

pub fn token(name: &str) -> String {
    format!("token-of-{name}")
}

pub fn csrf(name: &str) -> String {
    format!("csrf-of-{name}")
}

/// A request id by number.
pub fn key(number: u16) -> String {
    let [a, b] = number.to_be_bytes();
    RequestId::from_bytes([a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b]).to_string()
}

/// A request for a time at [`HALL`].
pub fn book(person: &str, day: &str, start: &str, number: u16) -> Call {
    let body = json!({ "item": ITEM, "place": HALL, "day": day, "start": start });
    Call::of("POST /api/bookings", &[]).by(person).key(&key(number)).json(&body)
}

/// The change of a booking to another time at [`HALL`].
pub fn change(person: &str, booking: &Value, day: &str, start: &str, number: u16) -> Call {
    let body = json!({ "version": booking["version"], "place": HALL, "day": day, "start": start });
    let id = booking["booking"].as_str().unwrap();
    let call = Call::of("POST /api/bookings/{booking}/change", &[("booking", id)]);
    call.by(person).key(&key(number)).json(&body)
}

pub fn cancel(person: &str, booking: &Value, number: u16) -> Call {
    let id = booking["booking"].as_str().unwrap();
    let call = Call::of("POST /api/bookings/{booking}/cancel", &[("booking", id)]);
    call.by(person).key(&key(number)).json(&json!({ "version": booking["version"] }))
}

/// `check-in` or `no-show` by staff.
pub fn record(person: &str, booking: &Value, command: &str, number: u16) -> Call {
    let id = booking["booking"].as_str().unwrap();
    let call = Call::of("POST /api/counter/{booking}/{command}", &[("booking", id), ("command", command)]);
    call.by(person).key(&key(number)).json(&json!({ "version": booking["version"] }))
}

impl Call {
    /// A call of `route` with its parameters filled in: `{booking}` becomes what `params` says.
    pub fn of(route: &str, params: &[(&str, &str)]) -> Self {
        let mut path = route.split_once(' ').unwrap().1.to_owned();
        for (name, value) in params {
            path = path.replace(&format!("{{{name}}}"), value);
        }
        Self { route: route.to_owned(), path, ..Self::default() }
    }

    pub fn by(mut self, person: &str) -> Self {
        self.person = Some(person.to_owned());
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

    /// A form of whoever calls, with the token of their session.
    pub fn form(mut self, fields: &[(&str, &str)]) -> Self {
        let token = csrf(self.person.as_deref().unwrap_or_default());
        let mut fields = fields.to_vec();
        fields.push(("csrf", &token));
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
