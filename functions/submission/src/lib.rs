//! Applications (申請): drafts, files, filing, and the applicant's own view of a case.

mod answering;
mod api;
mod fields;
mod filing;
mod issued;
mod lost;
mod money;
mod notices;
mod offers;
mod own;
mod pages;
mod paying;
mod refunds;
mod upload;
mod views;

use std::sync::Arc;

use lambda_http::http::Method;
use lambda_http::{Body, Request, Response};
use platform::accounts::Accounts;
use platform::calendars::CalendarCache;
use platform::catalogue::ItemCache;
use platform::ports::{Ambient, Objects, Providers, Store};
use web::incoming::{Incoming, route_of};
use web::respond::Answer;
use web::serve::{serve, serve_anybody};
use web::trouble::Trouble;
use web::visitor::Visitor;

/// What the function stands on.
pub struct App {
    pub store: Arc<dyn Store>,
    pub ambient: Arc<dyn Ambient>,
    pub objects: Arc<dyn Objects>,
    pub items: ItemCache,
    pub calendars: CalendarCache,
    pub accounts: Accounts,
    pub providers: Arc<dyn Providers>,
    /// Scheme and host that people use, without a trailing slash.
    pub origin: String,
    /// Whether the window sends SMS, so that a number is asked for.
    pub sends_sms: bool,
}

/// Answers a request of the HTTP API.
pub async fn handle(app: &App, request: Request) -> Response<Body> {
    if matches!(route_of(&request), "GET /cases/{case}/paid" | "POST /cases/{case}/paid") {
        return serve_anybody(request, pages::pay::returned);
    }
    let route = async |incoming: &Incoming, visitor: &Visitor| route(app, incoming, visitor).await;
    serve(app.store.as_ref(), app.ambient.as_ref(), request, route).await
}

async fn route(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    if visitor.session.is_none() && incoming.method == Method::POST && !incoming.is_api() {
        return lost::answer(incoming, visitor);
    }
    match incoming.route.as_str() {
        "POST /services/{code}/apply" => pages::form::apply(app, incoming, visitor).await,
        "GET /drafts/{draft}" => pages::form::show(app, incoming, visitor).await,
        "POST /drafts/{draft}" => pages::form::save(app, incoming, visitor).await,
        "POST /drafts/{draft}/files" => pages::files::add(app, incoming, visitor).await,
        "POST /drafts/{draft}/files/{upload}/remove" => pages::files::remove(app, incoming, visitor).await,
        "GET /drafts/{draft}/check" => pages::check::show(app, incoming, visitor).await,
        "POST /drafts/{draft}/submit" => pages::check::submit(app, incoming, visitor).await,
        "GET /cases" => pages::cases::list(app, incoming, visitor).await,
        "GET /cases/{case}" => pages::cases::show(app, incoming, visitor).await,
        "GET /notices" => pages::notices::list(app, incoming, visitor).await,
        "GET /cases/{case}/notices/{notice}" => pages::notices::show(app, incoming, visitor).await,
        "POST /cases/{case}/withdraw" => pages::cases::withdraw(app, incoming, visitor).await,
        "POST /cases/{case}/consent" => pages::consent::change(app, incoming, visitor).await,
        "POST /cases/{case}/terminate" => pages::cases::terminate(app, incoming, visitor).await,
        "GET /cases/{case}/pay" => pages::pay::show(app, incoming, visitor).await,
        "POST /cases/{case}/pay" => pages::pay::pay(app, incoming, visitor).await,
        "POST /cases/{case}/refunds" => pages::pay::request(app, incoming, visitor).await,
        "POST /cases/{case}/refunds/{refund}/proof" => pages::pay::prove(app, incoming, visitor).await,
        "GET /cases/{case}/correction" => pages::correction::show(app, incoming, visitor).await,
        "POST /cases/{case}/correction" => pages::correction::answer(app, incoming, visitor).await,
        "POST /cases/{case}/correction/files" => pages::correction::add(app, incoming, visitor).await,
        "POST /cases/{case}/correction/files/{upload}/remove" => {
            pages::correction::remove(app, incoming, visitor).await
        }
        "POST /cases/{case}/more-time" => pages::correction::ask_more_time(app, incoming, visitor).await,
        "GET /cases/{case}/files/{upload}" => pages::cases::file(app, incoming, visitor).await,
        "POST /api/drafts" => api::drafts::create(app, incoming, visitor).await,
        "GET /api/drafts/{draft}" => api::drafts::show(app, incoming, visitor).await,
        "PUT /api/drafts/{draft}" => api::drafts::replace(app, incoming, visitor).await,
        "POST /api/drafts/{draft}/uploads" => api::drafts::upload(app, incoming, visitor).await,
        "POST /api/cases" => api::cases::file(app, incoming, visitor).await,
        "GET /api/cases" => api::cases::list(app, incoming, visitor).await,
        "GET /api/cases/{case}" => api::cases::show(app, incoming, visitor).await,
        "GET /api/cases/{case}/clock" => api::cases::clock(app, incoming, visitor).await,
        "GET /api/cases/{case}/notices" => api::notices::list(app, incoming, visitor).await,
        "POST /api/cases/{case}/notices/{notice}/open" => api::notices::open(app, incoming, visitor).await,
        "POST /api/cases/{case}/answer" => api::correction::answer(app, incoming, visitor).await,
        "POST /api/cases/{case}/correction/uploads" => api::correction::upload(app, incoming, visitor).await,
        "POST /api/cases/{case}/more-time" => api::correction::ask_more_time(app, incoming, visitor).await,
        "POST /api/cases/{case}/withdraw" => api::cases::withdraw(app, incoming, visitor).await,
        "POST /api/cases/{case}/consent" => api::consent::change(app, incoming, visitor).await,
        "POST /api/cases/{case}/terminate" => api::cases::terminate(app, incoming, visitor).await,
        "GET /api/cases/{case}/fees" => api::money::fees(app, incoming, visitor).await,
        "POST /api/cases/{case}/payments" => api::money::pay(app, incoming, visitor).await,
        "POST /api/cases/{case}/refunds" => api::money::refund(app, incoming, visitor).await,
        _ => Err(Trouble::NotFound),
    }
}
