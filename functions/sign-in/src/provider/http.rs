//! Requests to the provider: few words, short patience, no redirects, no more bytes than agreed.

use std::time::Duration;

use platform::fault::Fault;
use reqwest::redirect::Policy;
use reqwest::{RequestBuilder, Response, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{Client, Unanswered};

/// Longest wait for one answer. A sign-in takes at most five: what the provider publishes, its keys, the
/// token, the person, and new keys; they and our own writes fit in the 25 s of the function.
const TIMEOUT: Duration = Duration::from_secs(4);
/// Largest answer that is read.
const MAX_ANSWER: usize = 64 * 1024;

#[derive(Debug)]
pub struct Http(reqwest::Client);

/// What a code was exchanged for.
#[derive(Deserialize)]
pub struct Tokens {
    pub access_token: SecretString,
    token_type: String,
    pub id_token: Option<SecretString>,
}

#[derive(Deserialize)]
struct TokenError {
    error: String,
}

/// How the client says who it is (RFC 6749 2.3.1).
#[derive(Debug, Clone, Copy)]
pub enum Authentication {
    /// HTTP Basic of id and secret, each encoded as in a form.
    Basic,
    /// HTTP Basic of id and secret as they are.
    PlainBasic,
    /// Id and secret among the fields.
    Fields,
}

impl Http {
    pub fn new() -> Result<Self, Fault> {
        // Another part of the process may have chosen first; there is only one choice.
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .redirect(Policy::none())
            .build()
            .map_err(|error| Fault::Config(format!("no HTTP client: {error}")))?;
        Ok(Self(http))
    }

    /// What everybody can read at `url`.
    pub async fn read(&self, url: &str, whose: &str) -> Result<Vec<u8>, Unanswered> {
        ok(self.0.get(url), whose).await
    }

    /// What the bearer of `token` can read at `url`.
    pub async fn read_as(&self, url: &str, token: &SecretString, whose: &str) -> Result<Vec<u8>, Unanswered> {
        ok(self.0.get(url).bearer_auth(token.expose_secret()), whose).await
    }

    /// Exchanges a code, which is in `fields`.
    pub async fn exchange(
        &self,
        url: &str,
        client: &Client,
        authentication: Authentication,
        fields: &[(&str, &str)],
    ) -> Result<Tokens, Unanswered> {
        const WHOSE: &str = "token endpoint";
        let (id, secret) = (client.id.as_str(), client.secret.expose_secret());
        let mut fields = fields.to_vec();
        let request = self.0.post(url);
        let request = match authentication {
            Authentication::Basic => {
                request.basic_auth(web::form::escape(id), Some(web::form::escape(secret)))
            }
            Authentication::PlainBasic => request.basic_auth(id, Some(secret)),
            Authentication::Fields => {
                fields.extend([("client_id", id), ("client_secret", secret)]);
                request
            }
        };
        let answer = send(request.form(&fields), WHOSE).await?;
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::BAD_REQUEST => return Err(refused(answer, WHOSE).await),
            other => return Err(unexpected(WHOSE, other)),
        }
        let tokens: Tokens = parse(&body(answer, WHOSE).await?, WHOSE)?;
        if !tokens.token_type.eq_ignore_ascii_case("bearer") {
            return Err(Unanswered::Trouble(format!("{WHOSE}: not a bearer token")));
        }
        Ok(tokens)
    }
}

/// A refusal of the code is the person's to repair; any other is ours.
async fn refused(answer: Response, whose: &str) -> Unanswered {
    let error = match body(answer, whose).await {
        Ok(body) => parse::<TokenError>(&body, whose),
        Err(unanswered) => Err(unanswered),
    };
    match error {
        Ok(TokenError { error }) if error == "invalid_grant" => Unanswered::CodeRefused,
        Ok(_) => unexpected(whose, StatusCode::BAD_REQUEST),
        Err(unanswered) => unanswered,
    }
}

async fn ok(request: RequestBuilder, whose: &str) -> Result<Vec<u8>, Unanswered> {
    let answer = send(request, whose).await?;
    match answer.status() {
        StatusCode::OK => body(answer, whose).await,
        other => Err(unexpected(whose, other)),
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

async fn body(mut answer: Response, whose: &str) -> Result<Vec<u8>, Unanswered> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| trouble(whose, error))? {
        if body.len() + chunk.len() > MAX_ANSWER {
            return Err(Unanswered::Trouble(format!("{whose}: more than {MAX_ANSWER} bytes")));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The message of the parser may quote the answer, so it is not passed on.
fn parse<T: serde::de::DeserializeOwned>(body: &[u8], whose: &str) -> Result<T, Unanswered> {
    serde_json::from_slice(body).map_err(|_| Unanswered::Trouble(format!("{whose}: not the JSON agreed")))
}
