//! The way of every request: know the visitor, route, answer; trouble becomes a page or a problem.

use domain::text::{Lang, Text};
use lambda_http::http::Method;
use lambda_http::http::header::{CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY};
use lambda_http::{Body, Request, RequestExt, Response};
use platform::ports::{Ambient, Store};
use tracing::Instrument;

use crate::form;
use crate::frame::Frame;
use crate::incoming::Incoming;
use crate::respond::{self, Answer};
use crate::trouble::Trouble;
use crate::visitor::{LANG_COOKIE, Visitor};

/// Answers `request` with what `route` makes of it.
pub async fn serve(
    store: &dyn Store,
    ambient: &dyn Ambient,
    request: Request,
    route: impl AsyncFnOnce(&Incoming, &Visitor) -> Answer,
) -> Response<Body> {
    let request_id =
        request.lambda_context_ref().map(|context| context.request_id.clone()).unwrap_or_default();
    let incoming = Incoming::new(request);
    let span = tracing::info_span!("request", route = %incoming.route, %request_id);
    answer(store, ambient, &incoming, route).instrument(span).await
}

/// Answers a request that is the same whoever makes it: nobody is looked up, nothing is read.
pub fn serve_anybody(request: Request, route: impl FnOnce(&Incoming) -> Answer) -> Response<Body> {
    let incoming = Incoming::new(request);
    let visitor = Visitor::stranger(&incoming);
    let mut response = route(&incoming).unwrap_or_else(|trouble| told(&trouble, &incoming, &visitor));
    finish(&mut response, &incoming, visitor.lang);
    response
}

async fn answer(
    store: &dyn Store,
    ambient: &dyn Ambient,
    incoming: &Incoming,
    route: impl AsyncFnOnce(&Incoming, &Visitor) -> Answer,
) -> Response<Body> {
    let (visitor, answer) = match Visitor::of(store, ambient, incoming).await {
        Ok(visitor) => {
            let answer = route(incoming, &visitor).await;
            (visitor, answer)
        }
        Err(fault) => (Visitor::stranger(incoming), Err(Trouble::Fault(fault))),
    };
    let mut response = answer.unwrap_or_else(|trouble| told(&trouble, incoming, &visitor));
    finish(&mut response, incoming, visitor.lang);
    response
}

fn told(trouble: &Trouble, incoming: &Incoming, visitor: &Visitor) -> Response<Body> {
    if let Trouble::Fault(fault) = trouble {
        tracing::error!(error = %fault, "failed to answer the request");
    } else {
        tracing::info!(code = trouble.code(), "refused the request");
    }
    if incoming.is_api() {
        return respond::problem(trouble, visitor.lang);
    }
    if matches!(trouble, Trouble::SignIn) {
        // Only a page can be come back to; a form is filled in again.
        let back = if incoming.method == Method::GET { incoming.place() } else { "/".to_owned() };
        return respond::redirect(&format!("/sign-in?return_to={}", form::escape(&back)));
    }
    let title = Text::new("無法完成", "This did not work");
    respond::trouble_page(trouble, Frame::new(incoming, visitor, &title))
}

/// Headers of every answer.
fn finish(response: &mut Response<Body>, incoming: &Incoming, lang: Lang) {
    let headers = response.headers_mut();
    headers.insert(CONTENT_LANGUAGE, respond::value(lang.tag()));
    headers.entry(CACHE_CONTROL).or_insert_with(|| respond::value("no-store"));
    headers
        .entry(CONTENT_SECURITY_POLICY)
        .or_insert_with(|| respond::value(&content_security_policy(FORM_ACTIONS)));
    for (name, text) in SECURITY_HEADERS {
        headers.insert(name, respond::value(text));
    }
    if incoming.query("lang").is_some() {
        let cookie = format!("{LANG_COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax", lang.tag());
        respond::set_cookie(response, &cookie);
    }
}

/// Where forms may lead: to us, and from there on, by redirection, to whoever vouches for people or takes
/// their payment.
const FORM_ACTIONS: &str = "'self' https: http://localhost:*";

/// No inline script, no foreign frame. Uploads go to the object store, whose origin the browser is told
/// by the page that uploads; `connect-src` therefore allows https and loopback.
pub(crate) fn content_security_policy(form_actions: &str) -> String {
    format!(
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self' https: http://localhost:* http://127.0.0.1:*; form-action {form_actions}; \
         base-uri 'none'; frame-ancestors 'none'"
    )
}

/// Nothing is guessed, nothing leaks by referrer.
const SECURITY_HEADERS: [(&str, &str); 4] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ("strict-transport-security", "max-age=31536000; includeSubDomains"),
];
