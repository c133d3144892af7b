//! OpenID Connect: authorization code flow with PKCE (RFC 7636), state, nonce and issuer (RFC 9207).

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use identity::discovery::{self, Discovery};
use identity::keys::{self, Keys};
use identity::levels::Levels;
use identity::person::Person;
use identity::token::{self, Asserted, Expected, Refused};
use identity::userinfo;
use jiff::Timestamp;
use platform::codec::people::SignIn;
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};
use web::form;

use super::http::{Authentication, Http};
use super::kept::Kept;
use super::{Client, Unanswered, with_query};

#[derive(Debug)]
pub struct Oidc {
    issuer: String,
    levels: Levels,
    discovery: Kept<Discovery>,
    keys: Kept<Keys>,
}

impl Oidc {
    pub fn new(issuer: String, levels: Levels) -> Self {
        Self { issuer, levels, discovery: Kept::default(), keys: Kept::default() }
    }

    pub async fn authorize(
        &self,
        http: &Http,
        client: &Client,
        state: &str,
        sign_in: &SignIn,
        now: Timestamp,
    ) -> Result<String, Unanswered> {
        let discovery = self.discovery(http, now).await?;
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&sign_in.verifier));
        let levels = self.levels.acr_values();
        let mut fields = vec![
            ("response_type", "code"),
            ("client_id", client.id.as_str()),
            ("redirect_uri", client.redirect_uri.as_str()),
            ("scope", "openid profile email"),
            ("state", state),
            ("nonce", sign_in.nonce.as_str()),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ];
        if !levels.is_empty() {
            fields.push(("acr_values", &levels));
        }
        Ok(with_query(&discovery.authorization_endpoint, &form::encode(fields)))
    }

    pub async fn check_origin(
        &self,
        http: &Http,
        issuer: Option<&str>,
        now: Timestamp,
    ) -> Result<(), Unanswered> {
        match issuer {
            Some(issuer) if issuer == self.issuer => Ok(()),
            Some(_) => Err(Unanswered::Distrusted("callback: of another issuer".to_owned())),
            None if self.discovery(http, now).await?.names_itself => Err(Unanswered::Distrusted(
                "callback: no issuer, though the provider names itself".to_owned(),
            )),
            None => Ok(()),
        }
    }

    /// Two calls to the provider, and those for what is not kept of it.
    pub async fn person(
        &self,
        http: &Http,
        client: &Client,
        code: &str,
        sign_in: &SignIn,
        now: Timestamp,
    ) -> Result<Person, Unanswered> {
        let discovery = self.discovery(http, now).await?;
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", client.redirect_uri.as_str()),
            ("code_verifier", sign_in.verifier.as_str()),
        ];
        let tokens = http.exchange(&discovery.token_endpoint, client, Authentication::Basic, &fields).await?;
        let Some(id_token) = tokens.id_token else {
            return Err(Unanswered::Trouble("token endpoint: no ID token".to_owned()));
        };
        let expected = Expected {
            issuer: &self.issuer,
            client_id: &client.id,
            nonce: &sign_in.nonce,
            begun: sign_in.started_at,
            now,
        };
        let asserted = self.verify(http, &discovery, id_token.expose_secret(), &expected).await?;
        let about = http.read_as(&discovery.userinfo_endpoint, &tokens.access_token, "userinfo").await?;
        let contact = userinfo::read(&about, &asserted.subject).map_err(|refused| match refused {
            userinfo::Refused::Unusable(bad) => Unanswered::of("userinfo", bad),
            userinfo::Refused::SomebodyElse => {
                Unanswered::Distrusted("userinfo: about somebody else than the ID token".to_owned())
            }
        })?;
        let assurance = self.levels.of(&asserted);
        Person::new(asserted.subject, contact.name, contact.email, assurance)
            .map_err(|bad| Unanswered::of("userinfo", bad))
    }

    /// With the keys that are kept; once more with those of now when the token is of one that is not known.
    async fn verify(
        &self,
        http: &Http,
        discovery: &Discovery,
        id_token: &str,
        expected: &Expected<'_>,
    ) -> Result<Asserted, Unanswered> {
        let verified = match self.keys.get(expected.now) {
            Some(kept) => token::verify(id_token, &kept, expected),
            None => Err(Refused::UnknownKey),
        };
        let verified = match verified {
            Err(Refused::UnknownKey) => {
                let body = http.read(&discovery.jwks_uri, "keys").await?;
                let keys = keys::read(&body).map_err(|bad| Unanswered::of("keys", bad))?;
                token::verify(id_token, &self.keys.keep(keys, expected.now), expected)
            }
            known => known,
        };
        verified.map_err(|refused| Unanswered::Distrusted(format!("ID token: {refused}")))
    }

    async fn discovery(&self, http: &Http, now: Timestamp) -> Result<Arc<Discovery>, Unanswered> {
        if let Some(kept) = self.discovery.get(now) {
            return Ok(kept);
        }
        let body = http.read(&discovery::address(&self.issuer), "discovery").await?;
        let read = discovery::read(&body, &self.issuer).map_err(|bad| Unanswered::of("discovery", bad))?;
        Ok(self.discovery.keep(read, now))
    }
}
