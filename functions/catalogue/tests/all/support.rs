//! A catalogue in memory, and requests as the HTTP API hands them over.

use catalogue::App;
use lambda_http::Body;
use platform::sessions;
use serde_json::{Value, json};
use testkit::faults::run;
use testkit::http::token;
use testkit::samples;
use testkit::world::World;

pub struct City {
    pub world: World,
    pub app: App,
}

pub struct Answer {
    pub status: u16,
    pub headers: lambda_http::http::HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }
}

impl City {
    pub fn new() -> Self {
        Self::of(World::with_samples(samples::morning(), 7))
    }

    pub fn of(world: World) -> Self {
        let app = App {
            store: world.store.clone(),
            ambient: world.ambient.clone(),
            calendars: platform::calendars::CalendarCache::default(),
        };
        Self { world, app }
    }

    pub fn event(&self, event: &Value) -> Answer {
        let request = lambda_http::request::from_str(&event.to_string()).unwrap();
        let response = run(&self.world.gate, catalogue::handle(&self.app, request)).unwrap();
        let (parts, body) = response.into_parts();
        let text = match body {
            Body::Text(text) => text,
            _ => String::new(),
        };
        Answer { status: parts.status.as_u16(), headers: parts.headers, text }
    }

    /// `GET path`, on the route that has `name` as its one parameter.
    pub fn get(&self, route: &str, parameter: Option<(&str, &str)>, query: &[(&str, &str)]) -> Answer {
        let path = match parameter {
            Some((name, value)) => route.replace(&format!("{{{name}}}"), value),
            None => route.to_owned(),
        };
        let object = |pairs: &[(&str, &str)]| -> Value {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect()
        };
        let route = format!("GET {route}");
        self.event(&json!({
            "version": "2.0", "routeKey": route, "rawPath": path,
            "rawQueryString": web::form::encode(query.iter().copied()),
            "queryStringParameters": object(query), "pathParameters": object(parameter.as_slice()),
            "headers": { "host": "apply.city.example" },
            "requestContext": {
                "accountId": "1", "apiId": "a", "domainName": "apply.city.example", "domainPrefix": "apply",
                "http": { "method": "GET", "path": path, "protocol": "HTTP/1.1",
                          "sourceIp": "203.0.113.7", "userAgent": "test" },
                "requestId": "r", "routeKey": route, "stage": "$default",
                "time": "19/Nov/2026:02:00:00 +0000", "timeEpoch": 1_795_053_600_000_u64,
            },
            "isBase64Encoded": false,
        }))
    }

    /// `POST route` by `who`, whom an empty name makes nobody.
    pub fn post(&self, route: &str, who: &str, content_type: &str, body: &str) -> Answer {
        let cookies = if who.is_empty() { vec![] } else { vec![self.sign_in(who)] };
        let path = route;
        let route = format!("POST {route}");
        self.event(&json!({
            "version": "2.0", "routeKey": route, "rawPath": path, "rawQueryString": "", "cookies": cookies,
            "headers": { "host": "apply.city.example", "content-type": content_type },
            "requestContext": {
                "accountId": "1", "apiId": "a", "domainName": "apply.city.example", "domainPrefix": "apply",
                "http": { "method": "POST", "path": path, "protocol": "HTTP/1.1",
                          "sourceIp": "203.0.113.7", "userAgent": "test" },
                "requestId": "r", "routeKey": route, "stage": "$default",
                "time": "19/Nov/2026:02:00:00 +0000", "timeEpoch": 1_795_053_600_000_u64,
            },
            "body": body, "isBase64Encoded": false,
        }))
    }

    /// The cookie of somebody signed in.
    fn sign_in(&self, who: &str) -> String {
        let now = platform::ports::Ambient::now(&*self.world.ambient);
        let (token, session) = (token(who), samples::session(who, now));
        let started = sessions::start(&*self.world.store, &token, &session);
        // Signed in already, the second time.
        drop(run(&self.world.gate, started).unwrap());
        format!("{}={token}", web::visitor::SESSION_COOKIE)
    }

    pub fn import(&self, payload: Value) -> Result<Value, platform::fault::Fault> {
        run(&self.world.gate, catalogue::import(&self.app, payload)).unwrap()
    }
}
