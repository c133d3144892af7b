//! `POST /sign-out` and `GET /api/session`.

use platform::codec::people::Session;
use platform::sessions;
use serde_json::{Value, json};
use web::incoming::Incoming;
use web::respond::{self, Answer};
use web::typed;
use web::visitor::{CSRF_FIELD, SESSION_COOKIE, Visitor};

use crate::App;

/// Ends the session. Whoever has none is signed out already.
pub async fn sign_out(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    if visitor.session.is_some() {
        let form = incoming.form()?;
        typed::only(&form, |name| name == CSRF_FIELD)?;
        visitor.check_csrf(form.get(CSRF_FIELD).map(String::as_str))?;
        sessions::end(app.store.as_ref(), incoming.cookie(SESSION_COOKIE).unwrap_or_default()).await?;
    }
    let mut response = respond::redirect("/");
    let gone = format!("{SESSION_COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
    respond::set_cookie(&mut response, &gone);
    Ok(response)
}

/// Who is signed in, for programs.
pub fn describe(visitor: &Visitor) -> Answer {
    respond::json(200, &visitor.session.as_ref().map_or_else(signed_out, signed_in))
}

fn signed_out() -> Value {
    json!({ "signed_in": false, "name": null, "assurance": 0, "officer": null, "csrf": null })
}

fn signed_in(session: &Session) -> Value {
    let officer = session.officer.as_ref().map(|officer| {
        let roles: Vec<&str> = officer.roles.iter().map(|role| role.code()).collect();
        let stands_in: Vec<String> = officer.stands_in.iter().map(ToString::to_string).collect();
        json!({ "agency": officer.agency.as_str(), "roles": roles, "stands_in": stands_in })
    });
    json!({
        "signed_in": true,
        "name": session.name.reveal(),
        "assurance": session.assurance.level(),
        "officer": officer,
        "csrf": session.csrf,
    })
}
