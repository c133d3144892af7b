//! `GET /sign-in/callback`: back from the identity provider.

use domain::id::PersonId;
use domain::personal::Personal;
use identity::callback;
use identity::person::Person;
use platform::codec::people::{Session, SignIn};
use platform::fault::Fault;
use platform::{absences, sessions};
use web::incoming::Incoming;
use web::respond::{self, Answer};
use web::visitor::{SESSION_COOKIE, Visitor};

use crate::page::{self, Stopped};
use crate::provider::Unanswered;
use crate::{App, state};

pub async fn finish(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let begun = match callback::read(incoming.raw_query()) {
        Ok(callback) => take(app, incoming, &callback.state).await?.map(|sign_in| (callback, sign_in)),
        Err(unreadable) => {
            tracing::info!(error = %unreadable, "refused a callback");
            None
        }
    };
    let Some((callback, sign_in)) = begun else {
        // The back button after signing in leads here: there is nothing to complain about then.
        if visitor.session.is_some() {
            return Ok(respond::redirect("/"));
        }
        return page::stopped(Stopped::Expired, "/", incoming, visitor);
    };
    let now = app.ambient.now();
    let return_to = &sign_in.return_to;
    if let Err(unanswered) = app.provider.check_origin(callback.issuer.as_deref(), now).await {
        return page::unanswered(app, unanswered, return_to, incoming, visitor);
    }
    let code = match callback.answer {
        callback::Answer::Code(code) => code,
        callback::Answer::Denied => {
            return page::stopped(Stopped::Cancelled, return_to, incoming, visitor);
        }
        callback::Answer::Failed => {
            let unanswered = Unanswered::Trouble("callback: an error".to_owned());
            return page::unanswered(app, unanswered, return_to, incoming, visitor);
        }
    };
    match app.provider.person(&code, &sign_in, now).await {
        Ok(person) => welcome(app, incoming, &sign_in, person).await,
        Err(unanswered) => page::unanswered(app, unanswered, return_to, incoming, visitor),
    }
}

/// The sign-in that this browser began under `state`; each can be taken once.
async fn take(app: &App, incoming: &Incoming, state: &str) -> Result<Option<SignIn>, Fault> {
    let Some(browser) = state::browser(incoming) else { return Ok(None) };
    if !state::fits(state, browser) {
        return Ok(None);
    }
    sessions::take_sign_in(app.store.as_ref(), state, app.ambient.now()).await
}

async fn welcome(app: &App, incoming: &Incoming, sign_in: &SignIn, person: Person) -> Answer {
    let store = app.store.as_ref();
    let id = PersonId::of_subject(sessions::IDENTITY_PROVIDER, &person.subject);
    let now = app.ambient.now();
    let officer = absences::officer(store, id, now).await?;
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
