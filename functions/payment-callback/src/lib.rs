//! Where payment providers call back: verify, keep, answer, and nothing else. What was said is posted to
//! its case by `payment-posting`, from the row that this function wrote before it answered.

use std::sync::Arc;

use domain::payment::Provider;
use domain::payment::ledger::Source;
use futures_util::future::join_all;
use lambda_http::http::{Method, StatusCode, header};
use lambda_http::{Body, Request, RequestExt as _, Response};
use payment::{Account, Acknowledgement, Heard, Incoming, KeyUsed, Refused, Said};
use platform::accounts::Accounts;
use platform::codec::order;
use platform::fault::Fault;
use platform::keys::OrderKey;
use platform::ports::{Ambient, Store};
use platform::{payments, telemetry};

pub struct App {
    pub store: Arc<dyn Store>,
    pub ambient: Arc<dyn Ambient>,
    pub accounts: Accounts,
}

/// How many words of one callback are written at a time: all but lists of paid bills have one.
const WIDTH: usize = 16;

/// Answers one callback. The route is `/payments/{provider}/{merchant}/callback`.
pub async fn handle(app: &App, request: Request) -> Response<Body> {
    let Some(account) = called(app, &request) else {
        // Nobody we have an account with calls here.
        telemetry::count(&*app.ambient, "payment-callback", "CallbacksRefused", 1);
        return answer(Acknowledgement { status: 404, ..Acknowledgement::REFUSED });
    };
    let headers = headers(&request);
    let incoming = Incoming {
        headers: &headers,
        query: request.uri().query().unwrap_or_default(),
        body: request.body().as_ref(),
        now: app.ambient.now(),
    };
    match account.hear(&incoming) {
        Ok(Heard::Said(words)) => keep(app, account, words, &incoming).await,
        Ok(Heard::Hint { order_no }) => hint(app, account, order_no, &request).await,
        Err(refused) => {
            tracing::warn!(provider = %account.provider(), reason = %refused, "refused a callback");
            telemetry::count(&*app.ambient, "payment-callback", "CallbacksRefused", 1);
            answer(match refused {
                Refused::TooLarge => Acknowledgement { status: 413, ..Acknowledgement::REFUSED },
                _ => account.refusal(refused),
            })
        }
    }
}

/// The account that the route names.
fn called<'a>(app: &'a App, request: &Request) -> Option<&'a Account> {
    let parameters = request.path_parameters();
    let provider: Provider = parameters.first("provider")?.parse().ok()?;
    app.accounts.get(provider, parameters.first("merchant")?)
}

/// Keeps what was said, one conditional write a word, and only then acknowledges it. Whoever cannot be
/// written is not acknowledged, so that the provider tells it again.
async fn keep(app: &App, account: &Account, words: Vec<Said>, incoming: &Incoming<'_>) -> Response<Body> {
    match kept(app, account, words, incoming).await {
        Err(fault) => unavailable(app, account, &fault),
        Ok(new) => {
            tracing::info!(provider = %account.provider(), new, "kept a callback");
            telemetry::count(&*app.ambient, "payment-callback", "CallbacksKept", new);
            answer(account.acknowledgement())
        }
    }
}

/// How many of the words were new. A list of many is kept as it came with the first of them: what was
/// heard before came with other bytes.
async fn kept(
    app: &App,
    account: &Account,
    words: Vec<Said>,
    incoming: &Incoming<'_>,
) -> Result<usize, Fault> {
    let mut words = words.into_iter();
    let mut new = 0;
    // As a rule the first word is new, and alone takes the bytes.
    let mut width = 1;
    loop {
        let some = words.by_ref().take(width);
        let some: Vec<order::Heard> = some.map(|said| heard(account, said, incoming, new == 0)).collect();
        if some.is_empty() {
            return Ok(new);
        }
        let writes = some.iter().map(|heard| payments::hear(&*app.store, heard));
        for kept in join_all(writes).await {
            new += usize::from(kept?);
        }
        width = WIDTH;
    }
}

/// A word as it is kept, with the bytes it came in or without.
fn heard(account: &Account, said: Said, incoming: &Incoming<'_>, with_bytes: bool) -> order::Heard {
    let (headers, raw) =
        if with_bytes { (incoming.proofs(), incoming.body.to_vec()) } else { (Vec::new(), Vec::new()) };
    order::Heard {
        order: order_key(account, said.order_no),
        word: said.word,
        source: Source::Callback,
        at: incoming.now,
        key: Some(match said.key {
            KeyUsed::Current => "current".to_owned(),
            KeyUsed::Previous => "previous".to_owned(),
        }),
        headers,
        raw,
    }
}

fn order_key(account: &Account, order_no: String) -> OrderKey {
    OrderKey { provider: account.provider(), merchant: account.merchant().to_owned(), order_no }
}

/// Something unsigned came: the provider is asked, and nothing is believed. A browser that was sent here
/// goes on to the page of the case, which shows what is known.
async fn hint(app: &App, account: &Account, order_no: String, request: &Request) -> Response<Body> {
    let key = order_key(account, order_no);
    match payments::hint(&*app.store, key, app.ambient.now()).await {
        Err(fault) => unavailable(app, account, &fault),
        Ok(case) if request.method() == Method::GET => {
            let place = case.map_or_else(|| "/".to_owned(), |case| format!("/cases/{case}/pay"));
            let mut response = Response::new(Body::Empty);
            *response.status_mut() = StatusCode::SEE_OTHER;
            if let Ok(place) = place.try_into() {
                response.headers_mut().insert(header::LOCATION, place);
            }
            response
        }
        Ok(_) => answer(account.acknowledgement()),
    }
}

/// Our trouble: the provider is to try again.
fn unavailable(app: &App, account: &Account, fault: &Fault) -> Response<Body> {
    tracing::error!(provider = %account.provider(), error = %fault, "failed to keep a callback");
    telemetry::count(&*app.ambient, "payment-callback", "CallbacksFailed", 1);
    answer(Acknowledgement { status: 503, content_type: "text/plain", body: "try again" })
}

fn answer(acknowledgement: Acknowledgement) -> Response<Body> {
    let Acknowledgement { status, content_type, body } = acknowledgement;
    let mut response = Response::new(Body::Text(body.to_owned()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    response
}

/// The headers as the verifiers read them. One that is no text is left out: no signature is one.
fn headers(request: &Request) -> Vec<(String, String)> {
    let text = |value: &header::HeaderValue| value.to_str().ok().map(str::to_owned);
    let named = |(name, value): (&header::HeaderName, &header::HeaderValue)| {
        text(value).map(|value| (name.as_str().to_owned(), value))
    };
    request.headers().iter().filter_map(named).collect()
}
