//! `GET /sign-in/callback`: back from the identity provider.

use domain::access::Officer;
use domain::id::PersonId;
use domain::personal::Personal;
use platform::codec::people::{Session, SignIn};
use platform::fault::Fault;
use platform::{catalogue, sessions};
use web::incoming::Incoming;
use web::respond::{self, Answer};
use web::visitor::{SESSION_COOKIE, Visitor};

use crate::page::{self, Stopped};
use crate::provider::{Person, Unanswered};
use crate::{App, state};

/// Longest code of a provider that is passed on.
const MAX_CODE: usize = 2_048;

pub async fn finish(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let Some(sign_in) = take(app, incoming).await? else {
        // The back button after signing in leads here: there is nothing to complain about then.
        if visitor.session.is_some() {
            return Ok(respond::redirect("/"));
        }
        return page::stopped(Stopped::Expired, "/", incoming, visitor);
    };
    match identify(app, incoming, &sign_in).await {
        Ok(person) => welcome(app, incoming, &sign_in, person).await,
        Err(stopped) => page::stopped(stopped, &sign_in.return_to, incoming, visitor),
    }
}

/// The sign-in that this browser began under the state that came back; each can be taken once.
async fn take(app: &App, incoming: &Incoming) -> Result<Option<SignIn>, Fault> {
    let (Some(state), Some(browser)) = (incoming.query("state"), state::browser(incoming)) else {
        return Ok(None);
    };
    if !state::fits(state, browser) {
        return Ok(None);
    }
    sessions::take_sign_in(app.store.as_ref(), state, app.ambient.now()).await
}

async fn identify(app: &App, incoming: &Incoming, sign_in: &SignIn) -> Result<Person, Stopped> {
    if let Some(error) = incoming.query("error") {
        if error == "access_denied" {
            return Err(Stopped::Cancelled);
        }
        tracing::error!("failed to sign in: the provider answered the browser with an error");
        return Err(Stopped::Unavailable);
    }
    let code = incoming.query("code").filter(|code| !code.is_empty() && code.len() <= MAX_CODE);
    let code = code.ok_or(Stopped::Expired)?;
    app.provider.person(code, &app.redirect_uri(), &sign_in.verifier).await.map_err(|unanswered| {
        match unanswered {
            Unanswered::CodeRefused => Stopped::Expired,
            Unanswered::Incomplete(missing) => {
                tracing::warn!(missing, "refused to sign in: the provider does not say enough");
                Stopped::Incomplete
            }
            Unanswered::Trouble(what) => {
                tracing::error!(error = %what, "failed to ask the identity provider");
                Stopped::Unavailable
            }
        }
    })
}

async fn welcome(app: &App, incoming: &Incoming, sign_in: &SignIn, person: Person) -> Answer {
    let store = app.store.as_ref();
    let id = PersonId::of_subject(sessions::IDENTITY_PROVIDER, &person.subject);
    let officer = catalogue::staff(store, id).await?.map(Officer::from);
    let now = app.ambient.now();
    let session = Session {
        person: id,
        name: Personal::new(person.name),
        email: Personal::new(person.email),
        assurance: person.assurance,
        officer,
        csrf: sessions::token(app.ambient.random()),
        created_at: now,
        seen_at: now,
    };
    // Always a new token: one that was known before signing in must not become worth anything.
    let token = sessions::token(app.ambient.random());
    sessions::start(store, &token, &session).await?;
    if let Some(old) = incoming.cookie(SESSION_COOKIE) {
        sessions::end(store, old).await?;
    }
    tracing::info!(person = %id, officer = session.officer.is_some(), "signed in");
    let mut response = respond::redirect(&sign_in.return_to);
    let cookie = format!("{SESSION_COOKIE}={token}; Path=/; Secure; HttpOnly; SameSite=Lax");
    respond::set_cookie(&mut response, &cookie);
    Ok(response)
}
