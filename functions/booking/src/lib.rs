//! Times at a counter (網路預約, 規範 八 I(三)): choosing, changing and cancelling one, receiving people at
//! the counter, and following the office calendar when a booked time is closed.

mod api;
mod choice;
mod closures;
mod counter;
mod forms;
mod own;
mod pages;
mod qr;

use std::sync::Arc;

use lambda_http::http::Method;
use lambda_http::{Body, Request, Response};
use platform::bookings::Done;
use platform::calendars::CalendarCache;
use platform::catalogue::ItemCache;
use platform::ports::{Ambient, Queue, Store};
use web::incoming::Incoming;
use web::respond::{self, Answer};
use web::serve::serve;
use web::trouble::Trouble;
use web::visitor::Visitor;

pub use closures::tick;

/// What the function stands on.
pub struct App {
    pub store: Arc<dyn Store>,
    /// Notices to send.
    pub queue: Arc<dyn Queue>,
    pub ambient: Arc<dyn Ambient>,
    pub items: ItemCache,
    pub calendars: CalendarCache,
}

/// Answers a request of the HTTP API.
pub async fn handle(app: &App, request: Request) -> Response<Body> {
    let route = async |incoming: &Incoming, visitor: &Visitor| route(app, incoming, visitor).await;
    serve(app.store.as_ref(), app.ambient.as_ref(), request, route).await
}

async fn route(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    if visitor.session.is_none() && incoming.method == Method::POST && !incoming.is_api() {
        return Ok(signed_out(incoming));
    }
    match incoming.route.as_str() {
        "GET /services/{code}/book" => pages::choose::show(app, incoming, visitor).await,
        "POST /services/{code}/book" => pages::choose::book(app, incoming, visitor).await,
        "GET /bookings" => pages::booking::list(app, incoming, visitor).await,
        "GET /bookings/{booking}" => pages::booking::show(app, incoming, visitor).await,
        "GET /bookings/{booking}/change" => pages::choose::show_change(app, incoming, visitor).await,
        "POST /bookings/{booking}/change" => pages::choose::change(app, incoming, visitor).await,
        "POST /bookings/{booking}/cancel" => pages::booking::cancel(app, incoming, visitor).await,
        "GET /counter" => pages::counter::show(app, incoming, visitor, visitor.officer()?).await,
        "POST /counter/check-in" => pages::counter::by_code(app, incoming, visitor, visitor.officer()?).await,
        "POST /counter/{booking}/{command}" => {
            pages::counter::act(app, incoming, visitor, visitor.officer()?).await
        }
        "GET /api/services/{code}/slots" => api::slots(app, incoming).await,
        "POST /api/bookings" => api::book(app, incoming, visitor).await,
        "GET /api/bookings" => api::list(app, visitor).await,
        "GET /api/bookings/{booking}" => api::show(app, incoming, visitor).await,
        "POST /api/bookings/{booking}/change" => api::change(app, incoming, visitor).await,
        "POST /api/bookings/{booking}/cancel" => api::cancel(app, incoming, visitor).await,
        "GET /api/counter" => api::counter(app, incoming, visitor.officer()?).await,
        "POST /api/counter/{booking}/{command}" => api::act(app, incoming, visitor.officer()?).await,
        _ => Err(Trouble::NotFound),
    }
}

/// A form that comes without a session: to sign in, and back to the page that has it.
fn signed_out(incoming: &Incoming) -> Response<Body> {
    let page = match incoming.path.rsplit_once('/') {
        Some((booking, "cancel")) => booking,
        _ if incoming.path.starts_with("/counter") => "/counter",
        _ => incoming.path.as_str(),
    };
    respond::redirect(&format!("/sign-in?return_to={}", web::form::escape(page)))
}

/// Puts the notice that was entered with `done` on the queue. One that is not put there is found by the
/// sweep of the ledger, so nobody waits for it and nothing fails with it.
async fn tell(app: &App, done: &Done) {
    if done.replayed {
        return;
    }
    if let Some(tag) = done.notice()
        && let Err(fault) = app.queue.send(tag.to_string()).await
    {
        tracing::warn!(notice = %tag, error = %fault, "the notice waits for the sweep");
    }
}
