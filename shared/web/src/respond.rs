//! Answers: pages, JSON, redirects, and trouble in either form.

use askama::Template;
use domain::booking::Refusal;
use domain::rejection::Rejection;
use domain::text::Lang;
use lambda_http::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, RETRY_AFTER, SET_COOKIE};
use lambda_http::http::{HeaderValue, StatusCode};
use lambda_http::{Body, Response};
use platform::fault::Fault;
use platform::keys;
use serde::Serialize;
use serde_json::{Value, json};

use crate::frame::Frame;
use crate::serve;
use crate::trouble::{Malformed, Trouble};

/// What a handler gives.
pub type Answer = Result<Response<Body>, Trouble>;

#[must_use]
pub fn with_status(status: u16, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
}

/// A header value of ours; text that no header can carry becomes empty.
#[must_use]
pub fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}

/// A page.
pub fn page(template: &impl Template) -> Answer {
    page_with(200, template)
}

/// A page with a status of its own: a form that came back with problems is a 422.
pub fn page_with(status: u16, template: &impl Template) -> Answer {
    let html = template.render().map_err(Fault::corrupt)?;
    let mut response = with_status(status, Body::Text(html));
    response.headers_mut().insert(CONTENT_TYPE, value("text/html; charset=utf-8"));
    Ok(response)
}

/// A page with a form that is sent to `action`, elsewhere: to there and to us, and nowhere else.
pub fn page_posting_to(action: &str, template: &impl Template) -> Answer {
    let origin = origin_of(action).ok_or_else(|| Fault::corrupt("a form that goes to no address"))?;
    let mut response = page(template)?;
    let policy = serve::content_security_policy(&format!("'self' {origin}"));
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, value(&policy));
    Ok(response)
}

/// Scheme, host and port of an address.
fn origin_of(address: &str) -> Option<&str> {
    let (scheme, rest) = address.split_once("://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    // A source of a policy has no room for anything that could begin another.
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    let host = rest.get(..end).filter(|host| !host.is_empty() && host.bytes().all(is_host))?;
    matches!(scheme, "https" | "http").then(|| address.get(..scheme.len() + 3 + host.len())).flatten()
}

/// A JSON answer.
pub fn json(status: u16, body: &impl Serialize) -> Answer {
    let text = serde_json::to_string(body).map_err(Fault::corrupt)?;
    let mut response = with_status(status, Body::Text(text));
    response.headers_mut().insert(CONTENT_TYPE, value("application/json"));
    Ok(response)
}

/// "See other": after a form that took effect, so that reloading repeats nothing.
#[must_use]
pub fn redirect(to: &str) -> Response<Body> {
    let mut response = with_status(303, Body::Empty);
    response.headers_mut().insert(LOCATION, value(to));
    response
}

/// Adds a cookie.
pub fn set_cookie(response: &mut Response<Body>, cookie: &str) {
    response.headers_mut().append(SET_COOKIE, value(cookie));
}

/// Trouble as `application/problem+json` (RFC 9457), in both languages.
#[must_use]
pub fn problem(trouble: &Trouble, lang: Lang) -> Response<Body> {
    problem_with(trouble, lang, serde_json::Map::new())
}

/// The same with more that a program needs to go on.
#[must_use]
pub fn problem_with(trouble: &Trouble, lang: Lang, extra: serde_json::Map<String, Value>) -> Response<Body> {
    let text = trouble.text();
    let mut body = json!({
        "type": format!("/problems/{}", trouble.code()),
        "title": text.pick(lang),
        "status": trouble.status().as_u16(),
        "code": trouble.code(),
        "messages": { "zh-Hant-TW": text.zh, "en": text.en },
    });
    if let Some(body) = body.as_object_mut() {
        body.extend(details(trouble));
        body.extend(extra);
    }
    let mut response = with_status(trouble.status().as_u16(), Body::Text(body.to_string()));
    response.headers_mut().insert(CONTENT_TYPE, value("application/problem+json"));
    retry_after(&mut response, trouble);
    response
}

/// What a program needs beyond the text: the state found, what is allowed, the fields at fault.
fn details(trouble: &Trouble) -> serde_json::Map<String, Value> {
    let details = match trouble {
        Trouble::Rejected(rejection) => details_of(rejection),
        Trouble::Malformed(Malformed::RequestId { expected }) => json!({ "expected": expected.to_string() }),
        _ => json!({}),
    };
    match details {
        Value::Object(details) => details,
        _ => serde_json::Map::new(),
    }
}

fn details_of(rejection: &Rejection) -> Value {
    match rejection {
        Rejection::NotInThisState { state, action, allowed } => json!({
            "state": state.code(),
            "action": action.code(),
            "allowed": allowed.iter().map(|action| action.code()).collect::<Vec<_>>(),
        }),
        Rejection::StaleVersion { current } => json!({ "version": current.0 }),
        Rejection::AssuranceTooLow { needed } => json!({ "needed": needed.level() }),
        Rejection::SignatureMissing { digest } | Rejection::SignedSomethingElse { digest } => {
            json!({ "sha256": keys::hex(digest) })
        }
        Rejection::ConsentWording { current } => json!({ "wording": current }),
        Rejection::Booking(Refusal::Stale { current }) => json!({ "version": current }),
        Rejection::Booking(Refusal::NotOpen(state)) => json!({ "booking_state": state.code() }),
        Rejection::AmountChanged { outstanding } => json!({ "outstanding": outstanding.0 }),
        Rejection::AmountNotTaken { min, max } => json!({ "min": min.0, "max": max.0 }),
        Rejection::Deficiency { place, .. } => json!({ "place": place }),
        Rejection::LetterLacks(lacks) => json!({
            "lacks": lacks.iter().map(|lack| {
                let text = lack.text();
                json!({ "code": lack.code(), "messages": { "zh-Hant-TW": text.zh, "en": text.en } })
            }).collect::<Vec<_>>(),
        }),
        Rejection::Unfit(problems) => json!({
            "fields": problems.iter().map(|problem| {
                let text = problem.defect.text();
                json!({
                    "field": problem.field,
                    "code": problem.defect.code(),
                    "messages": { "zh-Hant-TW": text.zh, "en": text.en },
                })
            }).collect::<Vec<_>>(),
        }),
        _ => json!({}),
    }
}

fn retry_after(response: &mut Response<Body>, trouble: &Trouble) {
    if matches!(
        trouble,
        Trouble::Unanswered(_)
            | Trouble::RegisterSilent
            | Trouble::Fault(Fault::Transient(_) | Fault::Conflict)
    ) {
        response.headers_mut().insert(RETRY_AFTER, value("2"));
    }
}

#[derive(Template)]
#[template(path = "trouble.html")]
struct TroublePage {
    frame: Frame,
    code: &'static str,
    text: String,
}

/// Trouble as a page.
#[must_use]
pub fn trouble_page(trouble: &Trouble, frame: Frame) -> Response<Body> {
    let status = trouble.status().as_u16();
    let page = TroublePage { text: trouble.text().pick(frame.lang).to_owned(), code: trouble.code(), frame };
    // The page of last resort must not fail itself.
    let mut response = page_with(status, &page)
        .unwrap_or_else(|_| with_status(status, Body::Text(trouble.code().to_owned())));
    retry_after(&mut response, trouble);
    response
}

#[cfg(test)]
mod tests {
    use super::origin_of;

    #[test]
    fn the_origin_of_an_address_is_all_that_a_policy_names() {
        for (address, origin) in [
            ("https://payment.example/Cashier/AioCheckOut/V5", Some("https://payment.example")),
            ("http://localhost:8080/_local/pay", Some("http://localhost:8080")),
            ("https://pay.example?a=b", Some("https://pay.example")),
            ("https://pay.example; script-src *", None),
            ("https://*/", None),
            ("https:///x", None),
            ("javascript:alert(1)", None),
            ("data://x/", None),
        ] {
            assert_eq!(origin_of(address), origin, "{address}");
        }
    }
}
