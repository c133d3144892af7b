//! A form that comes without a session: what was typed must not be lost with it.

use std::collections::BTreeMap;

use askama::Template;
use domain::text::Text;
use web::form;
use web::frame::Frame;
use web::incoming::Incoming;
use web::respond::{self, Answer};
use web::visitor::{CSRF_FIELD, Visitor};

/// Forms of the page of payments.
const MONEY: [&str; 3] =
    ["POST /cases/{case}/pay", "POST /cases/{case}/refunds", "POST /cases/{case}/refunds/{refund}/proof"];

#[derive(Template)]
#[template(path = "signed_out.html")]
struct SignedOutPage {
    frame: Frame,
    action: String,
    fields: BTreeMap<String, String>,
}

/// Forms that take long to fill in.
const LONG: [&str; 2] = ["POST /drafts/{draft}", "POST /cases/{case}/correction"];

/// Sends the visitor to sign in and back to the page of the form. A form that takes long to fill in comes
/// back to the visitor instead, to be sent on once signed in.
pub fn answer(incoming: &Incoming, visitor: &Visitor) -> Answer {
    if LONG.contains(&incoming.route.as_str()) {
        let mut fields = incoming.form()?;
        fields.remove(CSRF_FIELD);
        let frame = Frame::new(incoming, visitor, &Text::new("您已登出", "You are signed out"));
        return respond::page_with(401, &SignedOutPage { frame, action: incoming.path.clone(), fields });
    }
    let mut page: String = incoming.path.split('/').skip(1).take(2).flat_map(|part| ["/", part]).collect();
    if MONEY.contains(&incoming.route.as_str()) {
        page.push_str("/pay");
    }
    Ok(respond::redirect(&format!("/sign-in?return_to={}", form::escape(&page))))
}
