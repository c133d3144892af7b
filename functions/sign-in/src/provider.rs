//! The identity provider, as seen over HTTP: OAuth 2.0 (RFC 6749) with PKCE (RFC 7636).

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::assurance::Assurance;
use platform::fault::Fault;
use reqwest::redirect::Policy;
use reqwest::{RequestBuilder, Response, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};
use web::form;

/// Longest wait for an answer: two of them and our own writes fit in the 10 s of the function.
const TIMEOUT: Duration = Duration::from_secs(4);
/// Largest answer that is read.
const MAX_ANSWER: usize = 64 * 1024;
/// Longest name, subject or address that is taken.
const MAX_TEXT: usize = 255;

/// Where the provider is and who we are to it.
#[derive(Debug)]
pub struct Settings {
    pub authorize_url: String,
    pub token_url: String,
    pub userinfo_url: String,
    pub client_id: String,
    pub client_secret: SecretString,
}

#[derive(Debug)]
pub struct Provider {
    settings: Settings,
    http: reqwest::Client,
}

/// What the provider says of a person. The ID number it also gives is dropped unread.
#[derive(Debug)]
pub struct Person {
    pub subject: String,
    pub name: String,
    pub email: String,
    pub assurance: Assurance,
}

/// Why the provider did not name anybody. No token, code or personal data is in here.
#[derive(Debug, PartialEq, Eq)]
pub enum Unanswered {
    /// The code is unknown, used or expired, or not ours.
    CodeRefused,
    /// What is missing or unusable.
    Incomplete(&'static str),
    /// Down, slow, misconfigured, or answering something else than agreed.
    Trouble(String),
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: SecretString,
    token_type: String,
}

#[derive(Deserialize)]
struct TokenError {
    error: String,
}

#[derive(Deserialize)]
struct Userinfo {
    #[serde(default)]
    sub: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    member_type: String,
    /// A number, or a text with a number.
    #[serde(default)]
    verify_level: Value,
}

impl Provider {
    /// `Fault::Config` when the process cannot speak TLS.
    pub fn new(settings: Settings) -> Result<Self, Fault> {
        // Another part of the process may have chosen first; there is only one choice.
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .redirect(Policy::none())
            .build()
            .map_err(|error| Fault::Config(format!("no HTTP client: {error}")))?;
        Ok(Self { settings, http })
    }

    /// Where to send the browser.
    #[must_use]
    pub fn authorize(&self, redirect_uri: &str, state: &str, verifier: &str) -> String {
        let url = &self.settings.authorize_url;
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
        let query = form::encode([
            ("response_type", "code"),
            ("client_id", self.settings.client_id.as_str()),
            ("redirect_uri", redirect_uri),
            ("scope", "openid profile email"),
            ("state", state),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ]);
        let separator = if url.contains('?') { '&' } else { '?' };
        format!("{url}{separator}{query}")
    }

    /// Who came back with `code`: two calls to the provider.
    pub async fn person(&self, code: &str, redirect_uri: &str, verifier: &str) -> Result<Person, Unanswered> {
        let token = self.token(code, redirect_uri, verifier).await?;
        let request = self.http.get(&self.settings.userinfo_url).bearer_auth(token.expose_secret());
        let answer = send(request, "userinfo").await?;
        if answer.status() != StatusCode::OK {
            return Err(unexpected("userinfo", answer.status()));
        }
        let userinfo: Userinfo = read(answer, "userinfo").await?;
        userinfo.try_into()
    }

    async fn token(
        &self,
        code: &str,
        redirect_uri: &str,
        verifier: &str,
    ) -> Result<SecretString, Unanswered> {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect_uri),
            ("code_verifier", verifier),
        ];
        let Settings { token_url, client_id, client_secret, .. } = &self.settings;
        let request = self
            .http
            .post(token_url)
            .basic_auth(client_id, Some(client_secret.expose_secret()))
            .form(&fields);
        let answer = send(request, "token endpoint").await?;
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::BAD_REQUEST => return Err(refused(answer).await),
            other => return Err(unexpected("token endpoint", other)),
        }
        let answer: TokenAnswer = read(answer, "token endpoint").await?;
        if !answer.token_type.eq_ignore_ascii_case("bearer") {
            return Err(Unanswered::Trouble("token endpoint: not a bearer token".to_owned()));
        }
        Ok(answer.access_token)
    }
}

/// A refusal of the code is the person's to repair; any other is ours.
async fn refused(answer: Response) -> Unanswered {
    match read::<TokenError>(answer, "token endpoint").await {
        Ok(TokenError { error }) if error == "invalid_grant" => Unanswered::CodeRefused,
        Ok(_) => unexpected("token endpoint", StatusCode::BAD_REQUEST),
        Err(unanswered) => unanswered,
    }
}

fn unexpected(whose: &str, status: StatusCode) -> Unanswered {
    Unanswered::Trouble(format!("{whose}: HTTP {}", status.as_u16()))
}

async fn send(request: RequestBuilder, whose: &str) -> Result<Response, Unanswered> {
    request.send().await.map_err(|error| trouble(whose, error))
}

/// An error of HTTP without its URL.
fn trouble(whose: &str, error: reqwest::Error) -> Unanswered {
    let kind = if error.is_timeout() { "timed out" } else { "no answer" };
    Unanswered::Trouble(format!("{whose}: {kind}: {}", error.without_url()))
}

async fn read<T: DeserializeOwned>(mut answer: Response, whose: &str) -> Result<T, Unanswered> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| trouble(whose, error))? {
        if body.len() + chunk.len() > MAX_ANSWER {
            return Err(Unanswered::Trouble(format!("{whose}: more than {MAX_ANSWER} bytes")));
        }
        body.extend_from_slice(&chunk);
    }
    // The message of the parser may quote the answer, so it is not passed on.
    serde_json::from_slice(&body).map_err(|_| Unanswered::Trouble(format!("{whose}: not the JSON agreed")))
}

impl TryFrom<Userinfo> for Person {
    type Error = Unanswered;

    fn try_from(info: Userinfo) -> Result<Self, Unanswered> {
        let usable = |text: &str| {
            !text.trim().is_empty() && text.len() <= MAX_TEXT && !text.chars().any(char::is_control)
        };
        let is_address = |text: &str| {
            text.split_once('@').is_some_and(|(local, host)| !local.is_empty() && host.contains('.'))
                && !text.contains(|c: char| c.is_whitespace() || "<>,;\"".contains(c))
        };
        // Without a subject it is no answer at all.
        if !usable(&info.sub) {
            return Err(Unanswered::Trouble("userinfo: no subject".to_owned()));
        }
        if !usable(&info.name) {
            return Err(Unanswered::Incomplete("name"));
        }
        if !usable(&info.email) || !is_address(&info.email) {
            return Err(Unanswered::Incomplete("email"));
        }
        Ok(Self { assurance: info.assurance(), subject: info.sub, name: info.name, email: info.email })
    }
}

impl Userinfo {
    /// Staff accounts (員工) are verified by their agency.
    fn assurance(&self) -> Assurance {
        let level = match &self.verify_level {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        if self.member_type == "員工" || level.is_some_and(|level| level > 0) {
            Assurance::Verified
        } else {
            Assurance::Account
        }
    }
}
