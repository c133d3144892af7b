//! A browser, the function, and an identity provider.

use std::collections::BTreeMap;
use std::sync::Mutex;

use lambda_http::Body;
use lambda_http::request::from_str;
use platform::catalogue;
use platform::ports::Ambient;
use platform::sessions::IDENTITY_PROVIDER;
use secrecy::SecretString;
use serde_json::{Value, json};
use sign_in::App;
use sign_in::provider::{Client, Protocol, Provider};
use testkit::samples;
use testkit::world::World;
use wiremock::MockServer;

use crate::desk::Desk;

pub const ORIGIN: &str = "https://window.example";
pub const SECRET: &str = "the client: secret";
pub const TOKEN: &str = "the-access-token";
pub const CODE: &str = "the-code";
pub const ID_NUMBER: &str = "A123456789";
pub const LEVELS: &str = "acr:verified=2 amr:sc=3";

pub const START: &str = include_str!("../../../../events/sign-in/start.json");
pub const CALLBACK: &str = include_str!("../../../../events/sign-in/callback.json");
pub const SIGN_OUT: &str = include_str!("../../../../events/sign-in/sign-out.json");

pub struct Rig {
    pub world: World,
    pub app: App,
    pub idp: MockServer,
    pub desk: Desk,
    /// The nonce that every state was sent off with.
    nonces: Mutex<BTreeMap<String, String>>,
}

/// What comes back.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub location: String,
    pub cookies: Vec<String>,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Reply {
    /// A parameter of the address it leads to.
    pub fn parameter(&self, name: &str) -> String {
        let query = self.location.split_once('?').unwrap().1;
        web::form::decode(query.as_bytes()).unwrap()[name].clone()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// A browser: it keeps its cookies.
#[derive(Debug, Clone, Default)]
pub struct Browser {
    pub cookies: BTreeMap<String, String>,
}

/// What the provider says of an ordinary person.
pub fn lin() -> Value {
    json!({ "sub": "lin", "name": "林佳穎", "email": "lin@mail.example", "id_no": ID_NUMBER })
}

/// The function, with a provider that speaks `protocol`.
pub fn app(world: &World, protocol: Protocol) -> App {
    let client = Client {
        id: "city".to_owned(),
        secret: SecretString::from(SECRET),
        redirect_uri: format!("{ORIGIN}/sign-in/callback"),
    };
    let provider = Provider::new(protocol, client).unwrap();
    App { store: world.store.clone(), ambient: world.ambient.clone(), provider }
}

pub fn oidc(issuer: &str) -> Protocol {
    Protocol::Oidc { issuer: issuer.to_owned(), levels: LEVELS.parse().unwrap() }
}

impl Rig {
    /// With a provider that publishes what it should, and answers nothing yet.
    pub async fn new() -> Self {
        Self::speaking(oidc).await
    }

    /// With a provider whose address makes a protocol.
    pub async fn speaking(protocol: impl FnOnce(&str) -> Protocol) -> Self {
        let idp = MockServer::start().await;
        let world = World::new(samples::morning(), 11);
        let import = catalogue::import(&*world.store, samples::import(), IDENTITY_PROVIDER, samples::today());
        import.await.unwrap();
        let app = app(&world, protocol(&idp.uri()));
        let desk = Desk::open(&idp, world.ambient.clone()).await;
        Self { world, app, idp, desk, nonces: Mutex::default() }
    }

    /// With a provider that vouches for `person`.
    pub async fn vouching(person: &Value) -> Self {
        let rig = Self::new().await;
        rig.desk.vouch(&rig.idp, person).await;
        rig
    }

    /// How often the provider was asked at `path`.
    pub async fn asked(&self, path: &str) -> usize {
        let requests = self.idp.received_requests().await.unwrap();
        requests.iter().filter(|request| request.url.path() == path).count()
    }

    /// A request of `browser`, made of a sample invocation.
    pub async fn send(&self, browser: &mut Browser, sample: &str, target: &str, body: Option<&str>) -> Reply {
        let mut event: Value = serde_json::from_str(sample).unwrap();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let pairs = web::form::decode(query.as_bytes()).unwrap_or_default();
        let cookies: Vec<String> =
            browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        event["rawPath"] = json!(path);
        event["requestContext"]["http"]["path"] = json!(path);
        event["rawQueryString"] = json!(query);
        event["queryStringParameters"] = json!(pairs);
        event["cookies"] = json!(cookies);
        event["body"] = json!(body);
        let response = sign_in::handle(&self.app, from_str(&event.to_string()).unwrap()).await;
        let text = |value: &lambda_http::http::HeaderValue| value.to_str().unwrap().to_owned();
        let set: Vec<String> = response.headers().get_all("set-cookie").iter().map(text).collect();
        browser.keep(&set);
        Reply {
            status: response.status().as_u16(),
            location: response.headers().get("location").map(text).unwrap_or_default(),
            headers: response.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
            cookies: set,
            body: match response.body() {
                Body::Text(text) => text.clone(),
                _ => String::new(),
            },
        }
    }

    pub async fn start(&self, browser: &mut Browser, return_to: &str) -> Reply {
        let query = web::form::encode([("return_to", return_to)]);
        let reply = self.send(browser, START, &format!("/sign-in?{query}"), None).await;
        if reply.location.contains("nonce=") {
            self.nonces.lock().unwrap().insert(reply.parameter("state"), reply.parameter("nonce"));
        }
        reply
    }

    /// Back with a code. The provider knows which sign-in it gave it to.
    pub async fn callback(&self, browser: &mut Browser, state: &str, code: &str) -> Reply {
        let issuer = self.idp.uri();
        self.back(browser, &[("code", code), ("state", state), ("iss", &issuer)]).await
    }

    /// Back with any query.
    pub async fn back(&self, browser: &mut Browser, query: &[(&str, &str)]) -> Reply {
        let state = query.iter().find(|(name, _)| *name == "state").map_or("", |(_, state)| state);
        if let Some(nonce) = self.nonces.lock().unwrap().get(state) {
            self.desk.expect(nonce);
        }
        let query = web::form::encode(query.iter().copied());
        self.send(browser, CALLBACK, &format!("/sign-in/callback?{query}"), None).await
    }

    /// Begins, and comes back with a code.
    pub async fn sign_in(&self, browser: &mut Browser) -> Reply {
        let state = self.start(browser, "/work").await.parameter("state");
        self.callback(browser, &state, CODE).await
    }

    pub async fn session(&self, browser: &mut Browser) -> Value {
        self.send(browser, &START.replace("GET /sign-in", "GET /api/session"), "/api/session", None)
            .await
            .json()
    }

    pub fn advance(&self, by: jiff::SignedDuration) {
        self.world.ambient.advance(by);
        assert!(self.world.ambient.now() > samples::morning());
    }
}

impl Browser {
    fn keep(&mut self, set: &[String]) {
        for cookie in set {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}
