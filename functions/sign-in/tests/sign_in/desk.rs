//! The provider's side: what it publishes, and the tokens it makes, good or bad.

use std::sync::{Arc, Mutex};

use platform::ports::Ambient;
use serde_json::{Value, json};
use testkit::id_token::{SigningKey, jwks};
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::rig::TOKEN;

/// Makes the ID token of claims that are as they should be.
pub type Make = Box<dyn Fn(&SigningKey, Value) -> String + Send + Sync>;

/// What the provider would answer; tests change it at any time.
#[derive(Clone)]
pub struct Desk(Arc<Mutex<State>>);

struct State {
    key: SigningKey,
    published: Value,
    discovery: Value,
    make: Make,
    nonce: String,
    issuer: String,
    subject: Value,
    ambient: Arc<dyn Ambient>,
}

/// Answers from the desk.
struct At(Desk, fn(&State) -> Value);

impl Respond for At {
    fn respond(&self, _: &Request) -> ResponseTemplate {
        let At(desk, answer) = self;
        ResponseTemplate::new(200).set_body_json(answer(&desk.0.lock().unwrap()))
    }
}

/// What a provider publishes of itself.
pub fn discovery(issuer: &str) -> Value {
    json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "jwks_uri": format!("{issuer}/jwks"),
        "response_types_supported": ["code", "id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
    })
}

impl Desk {
    /// Publishes discovery and keys.
    pub async fn open(idp: &MockServer, ambient: Arc<dyn Ambient>) -> Self {
        let key = SigningKey::ec("first");
        let desk = Self(Arc::new(Mutex::new(State {
            published: jwks([&key]),
            discovery: discovery(&idp.uri()),
            key,
            make: Box::new(|key, claims| key.token(&claims)),
            nonce: String::new(),
            issuer: idp.uri(),
            subject: json!("lin"),
            ambient,
        })));
        desk.serve(idp, "GET", "/.well-known/openid-configuration", |state| state.discovery.clone()).await;
        desk.serve(idp, "GET", "/jwks", |state| state.published.clone()).await;
        desk
    }

    async fn serve(&self, idp: &MockServer, verb: &str, at: &str, answer: fn(&State) -> Value) {
        Mock::given(method(verb)).and(path(at)).respond_with(At(self.clone(), answer)).mount(idp).await;
    }

    /// Gives tokens, and says `person` of their bearer.
    pub async fn vouch(&self, idp: &MockServer, person: &Value) {
        self.0.lock().unwrap().subject = person["sub"].clone();
        self.give_tokens(idp).await;
        userinfo(idp, ResponseTemplate::new(200).set_body_json(person)).await;
    }

    /// Gives tokens.
    pub async fn give_tokens(&self, idp: &MockServer) {
        self.serve(idp, "POST", "/token", |state| {
            json!({
                "access_token": TOKEN, "token_type": "Bearer", "expires_in": 600,
                "id_token": (state.make)(&state.key, state.claims()),
            })
        })
        .await;
    }

    /// The next code was given to the sign-in with this nonce.
    pub fn expect(&self, nonce: &str) {
        nonce.clone_into(&mut self.0.lock().unwrap().nonce);
    }

    /// From now on ID tokens are made like this.
    pub fn make(&self, make: impl Fn(&SigningKey, Value) -> String + Send + Sync + 'static) {
        self.0.lock().unwrap().make = Box::new(make);
    }

    /// From now on they are like they should be, but for one claim.
    pub fn claim(&self, name: &'static str, value: Value) {
        self.make(move |key, mut claims| {
            claims[name] = value.clone();
            key.token(&claims)
        });
    }

    /// From now on the provider signs with `key`, and publishes it when `published`.
    pub fn sign_with(&self, key: SigningKey, published: bool) {
        let mut state = self.0.lock().unwrap();
        if published {
            state.published = jwks([&key]);
        }
        state.key = key;
    }

    /// Changes what the provider publishes of itself.
    pub fn publish(&self, name: &str, value: Value) {
        self.0.lock().unwrap().discovery[name] = value;
    }

    /// Changes its keys.
    pub fn publish_keys(&self, keys: Value) {
        self.0.lock().unwrap().published = keys;
    }
}

impl State {
    fn claims(&self) -> Value {
        let now = self.ambient.now().as_second();
        json!({
            "iss": self.issuer, "sub": self.subject, "aud": "city", "nonce": self.nonce,
            "iat": now, "exp": now + 300, "auth_time": now, "acr": "verified", "amr": ["pwd"],
        })
    }
}

/// Answers at the token endpoint.
pub async fn token(idp: &MockServer, answer: ResponseTemplate) {
    Mock::given(method("POST")).and(path("/token")).respond_with(answer).mount(idp).await;
}

/// Answers whoever shows the access token.
pub async fn userinfo(idp: &MockServer, answer: ResponseTemplate) {
    let bearer = header("authorization", format!("Bearer {TOKEN}"));
    Mock::given(method("GET")).and(path("/userinfo")).and(bearer).respond_with(answer).mount(idp).await;
}
