//! Who is visiting: the session behind the cookie, and the language.

use std::collections::BTreeMap;

use domain::access::Officer;
use domain::text::Lang;
use platform::codec::people::Session;
use platform::fault::Fault;
use platform::ports::{Ambient, Store};
use platform::sessions;
use subtle::ConstantTimeEq;

use crate::incoming::Incoming;
use crate::trouble::Trouble;

/// The cookie with the session token. `__Host-`: only over a secure connection, only this host.
pub const SESSION_COOKIE: &str = "__Host-session";
/// The cookie with the chosen language.
pub const LANG_COOKIE: &str = "lang";
/// The field of every form that carries the token of the session.
pub const CSRF_FIELD: &str = "csrf";

#[derive(Debug)]
pub struct Visitor {
    pub lang: Lang,
    pub session: Option<Session>,
}

impl Visitor {
    /// Looks the visitor up; one read when the request carries a session cookie, else none.
    pub async fn of(store: &dyn Store, ambient: &dyn Ambient, incoming: &Incoming) -> Result<Self, Fault> {
        let session = match incoming.cookie(SESSION_COOKIE) {
            Some(token) => sessions::find(store, token, ambient.now()).await?,
            None => None,
        };
        Ok(Self { lang: lang(incoming), session })
    }

    /// Somebody nobody knows.
    #[must_use]
    pub fn stranger(incoming: &Incoming) -> Self {
        Self { lang: lang(incoming), session: None }
    }

    pub fn session(&self) -> Result<&Session, Trouble> {
        self.session.as_ref().ok_or(Trouble::SignIn)
    }

    /// The visitor as a member of staff.
    pub fn officer(&self) -> Result<&Officer, Trouble> {
        self.session()?.officer.as_ref().ok_or(Trouble::Forbidden)
    }

    /// The fields of a form of this session, without its token.
    pub fn own_form(&self, incoming: &Incoming) -> Result<BTreeMap<String, String>, Trouble> {
        let mut fields = incoming.form()?;
        self.check_csrf(fields.remove(CSRF_FIELD).as_deref())?;
        Ok(fields)
    }

    /// Refuses a form that was not made for this session.
    pub fn check_csrf(&self, token: Option<&str>) -> Result<(), Trouble> {
        let expected = self.session()?.csrf.as_bytes();
        let given = token.unwrap_or_default().as_bytes();
        if bool::from(expected.ct_eq(given)) { Ok(()) } else { Err(Trouble::Csrf) }
    }
}

fn lang(incoming: &Incoming) -> Lang {
    let chosen = incoming.query("lang").or_else(|| incoming.cookie(LANG_COOKIE));
    chosen.and_then(|tag| tag.parse().ok()).unwrap_or_default()
}
