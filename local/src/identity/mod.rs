//! A small OpenID provider with demo people: code flow with PKCE (RFC 6749, RFC 7636), signed ID tokens,
//! discovery, and answers that name it (RFC 9207).
//!
//! No I/O in here: the pages call it and say what time it is. Codes and tokens live in memory.

mod pkce;
mod sign;

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::Context as _;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use self::sign::Signer;
use crate::ambient;

/// How long a code may wait to be exchanged; it works once.
const CODE_LIFE: SignedDuration = SignedDuration::from_secs(60);
/// How long a token opens `userinfo`, and an ID token is valid.
const TOKEN_LIFE: SignedDuration = SignedDuration::from_secs(600);

/// Somebody who can sign in; the file is `people.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Person {
    pub sub: String,
    pub name: String,
    pub email: String,
    /// `個人`, `員工` or `組織`, as 台北通 says it.
    pub member_type: String,
    /// `0` is not verified.
    pub verify_level: String,
    pub id_no: String,
    /// Who this is, for the page on which one chooses.
    #[serde(skip_serializing)]
    pub about: String,
    #[serde(skip_serializing)]
    pub about_en: String,
}

/// What a client asks at the authorize endpoint.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AuthorizeRequest {
    pub response_type: String,
    pub client_id: String,
    pub redirect_uri: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub scope: String,
    pub state: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub nonce: String,
    pub code_challenge: String,
    pub code_challenge_method: String,
}

/// What a client asks at the token endpoint; the client has shown its id and secret already.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct TokenRequest {
    pub grant_type: String,
    pub code: String,
    pub redirect_uri: String,
    pub client_id: String,
    pub client_secret: String,
    pub code_verifier: String,
}

/// What a code is exchanged for.
#[derive(Debug, Clone)]
pub struct Tokens {
    pub access_token: String,
    pub id_token: String,
}

/// The one client.
#[derive(Debug, Clone)]
pub struct Client {
    pub id: String,
    pub redirect_uri: String,
}

/// An error of the token endpoint, in the words of RFC 6749 5.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenError {
    InvalidClient,
    InvalidGrant,
    UnsupportedGrantType,
    /// The token could not be signed.
    ServerError,
}

impl TokenError {
    /// The `error` of the answer.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::ServerError => "server_error",
        }
    }
}

struct Grant {
    sub: String,
    challenge: String,
    nonce: String,
    until: Timestamp,
}

#[derive(Default)]
struct Given {
    codes: HashMap<String, Grant>,
    /// Token to person and end.
    tokens: HashMap<String, (String, Timestamp)>,
}

/// The server.
pub struct Identity {
    people: Vec<Person>,
    client: Client,
    issuer: String,
    /// How far the clock of the functions is ahead: what they are told of time is told by it.
    ahead: SignedDuration,
    signer: Signer,
    given: Mutex<Given>,
}

impl Identity {
    /// With the demo people. `issuer` is the address under which all of it is.
    pub fn new(client: Client, issuer: String, ahead: SignedDuration) -> anyhow::Result<Self> {
        let people = serde_json::from_str(include_str!("../../people.json")).context("people.json")?;
        Ok(Self { people, client, issuer, ahead, signer: Signer::new()?, given: Mutex::default() })
    }

    /// What it publishes of itself (OpenID Connect Discovery 1.0).
    #[must_use]
    pub fn discovery(&self) -> Value {
        let at = |path: &str| format!("{}/{path}", self.issuer);
        json!({
            "issuer": self.issuer,
            "authorization_endpoint": at("authorize"),
            "token_endpoint": at("token"),
            "userinfo_endpoint": at("userinfo"),
            "jwks_uri": at("jwks"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
            "acr_values_supported": ["account", "verified"],
            "authorization_response_iss_parameter_supported": true,
        })
    }

    /// The key that ID tokens are verified with.
    #[must_use]
    pub fn jwks(&self) -> Value {
        self.signer.jwks()
    }

    #[must_use]
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// What is wrong with a request, for a person to read: Chinese and English.
    pub fn check(&self, request: &AuthorizeRequest) -> Result<(), (&'static str, &'static str)> {
        if request.client_id != self.client.id {
            return Err(("不認得這個應用程式（client_id）。", "The client_id is not known."));
        }
        if request.redirect_uri != self.client.redirect_uri {
            return Err(("回傳網址（redirect_uri）未登記。", "The redirect_uri is not registered."));
        }
        if request.response_type != "code" {
            return Err(("response_type 必須是 code。", "The response_type must be code."));
        }
        if request.state.is_empty() {
            return Err(("缺少 state。", "The state is missing."));
        }
        if request.code_challenge_method != "S256" || !pkce::is_challenge(&request.code_challenge) {
            return Err(("缺少 PKCE（S256）的 code_challenge。", "A PKCE code_challenge (S256) is missing."));
        }
        Ok(())
    }

    /// Where to send the browser after somebody was chosen; `None` if there is no such person.
    ///
    /// The request must have passed [`Self::check`].
    #[must_use]
    pub fn choose(&self, request: &AuthorizeRequest, sub: &str, now: Timestamp) -> Option<String> {
        let person = self.people.iter().find(|person| person.sub == sub)?;
        let code = ambient::token();
        let grant = Grant {
            sub: person.sub.clone(),
            challenge: request.code_challenge.clone(),
            nonce: request.nonce.clone(),
            until: now.checked_add(CODE_LIFE).unwrap_or(now),
        };
        self.given().codes.insert(code.clone(), grant);
        let query =
            serde_urlencoded::to_string([("code", &code), ("state", &request.state), ("iss", &self.issuer)]);
        let query = query.ok()?;
        Some(format!("{}?{query}", request.redirect_uri))
    }

    /// Exchanges a code for tokens. A code works once, also when the exchange fails.
    pub fn exchange(
        &self,
        request: &TokenRequest,
        secret: &str,
        now: Timestamp,
    ) -> Result<Tokens, TokenError> {
        if request.client_id != self.client.id || secret.is_empty() || request.client_secret != secret {
            return Err(TokenError::InvalidClient);
        }
        if request.grant_type != "authorization_code" {
            return Err(TokenError::UnsupportedGrantType);
        }
        let mut given = self.given();
        given.codes.retain(|_, grant| grant.until > now);
        given.tokens.retain(|_, (_, until)| *until > now);
        let grant = given.codes.remove(&request.code).ok_or(TokenError::InvalidGrant)?;
        let proven = pkce::challenge(&request.code_verifier) == grant.challenge;
        if !proven || request.redirect_uri != self.client.redirect_uri {
            return Err(TokenError::InvalidGrant);
        }
        let id_token = self.id_token(&grant, now).ok_or(TokenError::ServerError)?;
        let access_token = ambient::token();
        let until = now.checked_add(TOKEN_LIFE).unwrap_or(now);
        given.tokens.insert(access_token.clone(), (grant.sub, until));
        Ok(Tokens { access_token, id_token })
    }

    /// Who signed in, how surely it is them, and for which sign-in (OpenID Connect Core 2).
    fn id_token(&self, grant: &Grant, now: Timestamp) -> Option<String> {
        let person = self.people.iter().find(|person| person.sub == grant.sub)?;
        let now = now.checked_add(self.ahead).ok()?.as_second();
        // A client that sent no nonce gets none.
        let nonce = (!grant.nonce.is_empty()).then(|| grant.nonce.clone());
        let claims = json!({
            "iss": self.issuer,
            "sub": person.sub,
            "aud": self.client.id,
            "iat": now,
            "exp": now + TOKEN_LIFE.as_secs(),
            "auth_time": now,
            "nonce": nonce,
            "acr": if person.verify_level == "0" { "account" } else { "verified" },
        });
        self.signer.token(&claims).ok()
    }

    /// Whose token this is.
    #[must_use]
    pub fn userinfo(&self, token: &str, now: Timestamp) -> Option<&Person> {
        let given = self.given();
        let (sub, until) = given.tokens.get(token)?;
        if *until <= now {
            return None;
        }
        self.people.iter().find(|person| person.sub == *sub)
    }

    fn given(&self) -> MutexGuard<'_, Given> {
        self.given.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Seconds that a token lives.
#[must_use]
pub fn token_seconds() -> i64 {
    TOKEN_LIFE.as_secs()
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

    use super::*;

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    fn identity() -> Identity {
        let client =
            Client { id: "city".to_owned(), redirect_uri: "http://localhost:1/sign-in/callback".to_owned() };
        Identity::new(client, "http://localhost:1/id".to_owned(), SignedDuration::from_hours(24)).unwrap()
    }

    fn authorize() -> AuthorizeRequest {
        AuthorizeRequest {
            response_type: "code".to_owned(),
            client_id: "city".to_owned(),
            redirect_uri: "http://localhost:1/sign-in/callback".to_owned(),
            scope: String::new(),
            state: "s&t".to_owned(),
            nonce: "n".to_owned(),
            code_challenge: pkce::challenge(VERIFIER),
            code_challenge_method: "S256".to_owned(),
        }
    }

    fn token(code: &str) -> TokenRequest {
        TokenRequest {
            grant_type: "authorization_code".to_owned(),
            code: code.to_owned(),
            redirect_uri: "http://localhost:1/sign-in/callback".to_owned(),
            client_id: "city".to_owned(),
            client_secret: "secret".to_owned(),
            code_verifier: VERIFIER.to_owned(),
        }
    }

    fn code(identity: &Identity, now: Timestamp) -> String {
        let target = identity.choose(&authorize(), "lin", now).unwrap();
        let query = target.strip_prefix("http://localhost:1/sign-in/callback?code=").unwrap();
        query.strip_suffix("&state=s%26t&iss=http%3A%2F%2Flocalhost%3A1%2Fid").unwrap().to_owned()
    }

    #[test]
    fn a_code_works_once_and_for_a_minute() {
        let (identity, now) = (identity(), Timestamp::UNIX_EPOCH);
        let request = token(&code(&identity, now));
        let given = identity.exchange(&request, "secret", now).unwrap();
        assert_eq!(identity.userinfo(&given.access_token, now).unwrap().name, "林佳穎");
        assert!(identity.userinfo("other", now).is_none());
        assert_eq!(identity.exchange(&request, "secret", now).unwrap_err(), TokenError::InvalidGrant);
        let late = now.checked_add(CODE_LIFE).unwrap();
        let request = token(&code(&identity, now));
        assert_eq!(identity.exchange(&request, "secret", late).unwrap_err(), TokenError::InvalidGrant);
    }

    /// The clock of the functions is a day ahead, and what the token says of time is by that clock.
    #[test]
    fn an_id_token_says_who_for_whom_and_until_when() {
        let (identity, now) = (identity(), Timestamp::UNIX_EPOCH);
        let given = identity.exchange(&token(&code(&identity, now)), "secret", now).unwrap();
        let part = |place: usize| -> Value {
            let part = given.id_token.split('.').nth(place).unwrap();
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
        };
        assert_eq!(part(0)["kid"], identity.jwks()["keys"][0]["kid"]);
        assert_eq!(
            part(1),
            json!({
                "iss": "http://localhost:1/id", "sub": "lin", "aud": "city", "nonce": "n", "acr": "verified",
                "iat": 86_400, "auth_time": 86_400, "exp": 87_000,
            })
        );
    }

    #[test]
    fn the_exchange_needs_secret_verifier_and_address() {
        let (identity, now) = (identity(), Timestamp::UNIX_EPOCH);
        let refused = |change: fn(&mut TokenRequest), secret: &str| {
            let mut request = token(&code(&identity, now));
            change(&mut request);
            identity.exchange(&request, secret, now).unwrap_err()
        };
        assert_eq!(refused(|_| {}, "other"), TokenError::InvalidClient);
        assert_eq!(refused(|request| request.client_secret.clear(), ""), TokenError::InvalidClient);
        assert_eq!(refused(|request| request.code_verifier.push('x'), "secret"), TokenError::InvalidGrant);
        assert_eq!(refused(|request| request.redirect_uri.push('x'), "secret"), TokenError::InvalidGrant);
        assert_eq!(refused(|request| request.grant_type.clear(), "secret"), TokenError::UnsupportedGrantType);
    }

    #[test]
    fn wrong_requests_are_refused() {
        let identity = identity();
        assert_eq!(identity.check(&authorize()), Ok(()));
        let changes: [fn(&mut AuthorizeRequest); 6] = [
            |request| request.client_id.push('x'),
            |request| request.redirect_uri.push('x'),
            |request| request.response_type.clear(),
            |request| request.state.clear(),
            |request| request.code_challenge.truncate(5),
            |request| request.code_challenge_method = "plain".to_owned(),
        ];
        for change in changes {
            let mut request = authorize();
            change(&mut request);
            assert!(identity.check(&request).is_err(), "{request:?}");
        }
        assert_eq!(identity.choose(&authorize(), "nobody", Timestamp::UNIX_EPOCH), None);
    }
}
