//! `GET /sign-in`: off to the identity provider.

use platform::codec::people::SignIn;
use platform::sessions;
use web::incoming::Incoming;
use web::respond::{self, Answer};
use web::visitor::Visitor;

use crate::page;
use crate::{App, state};

pub async fn start(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let return_to = state::return_to(incoming.query("return_to"));
    if visitor.session.is_some() {
        return Ok(respond::redirect(return_to));
    }
    let token = || sessions::token(app.ambient.random());
    let browser = state::browser(incoming).map_or_else(token, str::to_owned);
    let state = state::make(&token(), &browser);
    let now = app.ambient.now();
    let sign_in = SignIn {
        // 43 characters of 32 random bytes: what RFC 7636 4.1 recommends.
        verifier: token(),
        nonce: token(),
        return_to: return_to.to_owned(),
        started_at: now,
        expires_at: now.as_second() + sessions::SIGN_IN.as_secs(),
    };
    let to = match app.provider.authorize(&state, &sign_in, now).await {
        Ok(to) => to,
        Err(unanswered) => return page::unanswered(app, unanswered, return_to, incoming, visitor),
    };
    sessions::begin_sign_in(app.store.as_ref(), &state, &sign_in).await?;
    let mut response = respond::redirect(&to);
    respond::set_cookie(&mut response, &state::cookie(&browser));
    Ok(response)
}
