//! The mailbox: every mail that the city has sent, and every SMS since it started.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::html::{escape, taipei};
use super::{Shared, broken, page as whole_page};
use crate::aws::{Mail, MailEvent};

/// How many mails are listed.
const LISTED: usize = 500;

pub(super) async fn list(State(desk): Shared) -> Response {
    let mails = match desk.aws.mailbox.list(LISTED) {
        Ok(mails) => mails,
        Err(error) => return broken(&error),
    };
    let rows = mails.iter().map(row).collect::<String>();
    let body = if rows.is_empty() {
        "<p>還沒有信。<span lang=en>No mail yet.</span></p>".to_owned()
    } else {
        format!(
            "<table><tr><th>時間 <span lang=en>Time</span></th><th>收件人 <span lang=en>To</span></th>\
             <th>主旨 <span lang=en>Subject</span></th></tr>{rows}</table>"
        )
    };
    let texts = super::sms::table(&desk.sms.sent());
    whole_page(StatusCode::OK, "信箱 Mail", &format!("{body}{texts}"))
}

fn row(mail: &Mail) -> String {
    format!(
        "<tr><td>{}</td><td>{}</td><td><a href=\"/_local/mail/{}\">{}</a></td></tr>",
        taipei(mail.sent_at),
        escape(&mail.to.join(", ")),
        escape(&mail.id),
        escape(if mail.subject.is_empty() { "（無主旨）" } else { &mail.subject })
    )
}

/// The same for programs, newest last.
pub(super) async fn json(State(desk): Shared) -> Response {
    match desk.aws.mailbox.list(LISTED) {
        Ok(mut mails) => {
            mails.reverse();
            Json(mails).into_response()
        }
        Err(error) => broken(&error),
    }
}

pub(super) async fn page(State(desk): Shared, Path(id): Path<String>) -> Response {
    let mail = match desk.aws.mailbox.get(&id) {
        Ok(Some(mail)) => mail,
        Ok(None) => return super::nothing_here().await,
        Err(error) => return broken(&error),
    };
    let tags = mail.tags.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(", ");
    let field = |name: &str, value: &str| format!("<tr><th>{name}</th><td>{}</td></tr>", escape(value));
    let fields = [
        field("寄件人 From", &mail.from),
        field("收件人 To", &mail.to.join(", ")),
        field("時間 Time", &taipei(mail.sent_at)),
        field("標記 Tags", &tags),
    ]
    .concat();
    let html = if mail.html.is_empty() {
        String::new()
    } else {
        // Links of a mail open in the whole window; nothing in it runs.
        format!(
            "<h2>HTML</h2><iframe title=\"HTML\" sandbox=\"allow-top-navigation-by-user-activation\" srcdoc=\"{}\"></iframe>",
            escape(&format!("<base target=\"_top\">{}", mail.html))
        )
    };
    let body = format!(
        "<table>{fields}</table><h2>文字 <span lang=en>Text</span></h2><div class=card><pre>{}</pre></div>{html}\
         <h2>之後發生什麼 <span lang=en>What happens to it</span></h2>{}",
        escape(&mail.text),
        ["Delivery", "Bounce", "Complaint"].map(|kind| event_form(&mail.id, kind)).concat()
    );
    whole_page(StatusCode::OK, &mail.subject, &body)
}

fn event_form(id: &str, kind: &str) -> String {
    let label = match kind {
        "Bounce" => "退信 Bounce",
        "Complaint" => "檢舉 Complaint",
        _ => "送達 Delivery",
    };
    format!(
        "<form method=post action=\"/_local/mail/{}/event\"><input type=hidden name=type value={kind}><button>{label}</button></form>",
        escape(id)
    )
}

#[derive(Deserialize)]
struct EventRequest {
    r#type: MailEvent,
}

/// Makes an event about a mail: from the page as a form, from a program as JSON.
pub(super) async fn event(
    State(desk): Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let is_form = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    let request = if is_form {
        serde_urlencoded::from_bytes::<EventRequest>(&body).map_err(|error| error.to_string())
    } else {
        serde_json::from_slice::<EventRequest>(&body).map_err(|error| error.to_string())
    };
    let request = match request {
        Ok(request) => request,
        Err(error) => return (StatusCode::BAD_REQUEST, format!("{error}\n")).into_response(),
    };
    match desk.aws.mailbox.emit(&id, request.r#type) {
        Ok(_) if is_form => Redirect::to(&format!("/_local/mail/{id}")).into_response(),
        Ok(true) => StatusCode::ACCEPTED.into_response(),
        Ok(false) => {
            (StatusCode::NOT_FOUND, "no such mail, or nothing is published about it\n").into_response()
        }
        Err(error) => broken(&error),
    }
}
