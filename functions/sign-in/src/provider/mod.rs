//! The identity provider, as seen over HTTP. Which one, and how it is spoken to, is configured.

mod http;
mod kept;
mod oidc;
mod settings;
mod taipei_pass;

use identity::Unusable;
use identity::person::Person;
use jiff::Timestamp;
use platform::codec::people::SignIn;
use platform::fault::Fault;
use secrecy::SecretString;

use self::http::Http;
use self::oidc::Oidc;
pub use self::settings::{Protocol, Settings};
use self::taipei_pass::TaipeiPass;

/// Who we are to the provider.
#[derive(Debug)]
pub struct Client {
    pub id: String,
    pub secret: SecretString,
    /// Where it sends people back to: registered there, and the same in every request.
    pub redirect_uri: String,
}

/// The one provider of a deployment.
#[derive(Debug)]
pub struct Provider {
    http: Http,
    client: Client,
    spoken: Spoken,
}

#[derive(Debug)]
enum Spoken {
    Oidc(Oidc),
    TaipeiPass(TaipeiPass),
}

/// Why the provider did not name anybody. No token, code or personal data is in here.
#[derive(Debug, PartialEq, Eq)]
pub enum Unanswered {
    /// The code is unknown, used or expired, or not ours.
    CodeRefused,
    /// What is missing or unusable.
    Incomplete(&'static str),
    /// The answer is not proven to be the provider's, for us, or of this sign-in; what does not fit.
    Distrusted(String),
    /// Down, slow, misconfigured, or answering something else than agreed.
    Trouble(String),
}

impl Unanswered {
    fn of(whose: &str, unusable: Unusable) -> Self {
        match unusable {
            Unusable::Incomplete(what) => Self::Incomplete(what),
            other => Self::Trouble(format!("{whose}: {other}")),
        }
    }
}

impl Provider {
    /// `Fault::Config` when the process cannot speak TLS.
    pub fn new(protocol: Protocol, client: Client) -> Result<Self, Fault> {
        let spoken = match protocol {
            Protocol::Oidc { issuer, levels } => Spoken::Oidc(Oidc::new(issuer, levels)),
            Protocol::TaipeiPass { base } => Spoken::TaipeiPass(TaipeiPass { base }),
        };
        Ok(Self { http: Http::new()?, client, spoken })
    }

    /// Where to send the browser with `state`, for the sign-in that was just begun.
    pub async fn authorize(
        &self,
        state: &str,
        sign_in: &SignIn,
        now: Timestamp,
    ) -> Result<String, Unanswered> {
        match &self.spoken {
            Spoken::Oidc(oidc) => oidc.authorize(&self.http, &self.client, state, sign_in, now).await,
            Spoken::TaipeiPass(taipei_pass) => Ok(taipei_pass.authorize(&self.client, state)),
        }
    }

    /// Whether an answer that says it is of `issuer`, or of nobody, can be the provider's (RFC 9207).
    pub async fn check_origin(&self, issuer: Option<&str>, now: Timestamp) -> Result<(), Unanswered> {
        match &self.spoken {
            Spoken::Oidc(oidc) => oidc.check_origin(&self.http, issuer, now).await,
            // There is one provider, and nothing of it names it.
            Spoken::TaipeiPass(_) => Ok(()),
        }
    }

    /// Who came back with `code` from `sign_in`.
    pub async fn person(&self, code: &str, sign_in: &SignIn, now: Timestamp) -> Result<Person, Unanswered> {
        match &self.spoken {
            Spoken::Oidc(oidc) => oidc.person(&self.http, &self.client, code, sign_in, now).await,
            Spoken::TaipeiPass(taipei_pass) => taipei_pass.person(&self.http, &self.client, code).await,
        }
    }
}

/// `endpoint` with `query`, which may have one of its own.
fn with_query(endpoint: &str, query: &str) -> String {
    let separator = if endpoint.contains('?') { '&' } else { '?' };
    format!("{endpoint}{separator}{query}")
}
