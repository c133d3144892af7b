//! Officers at work: queues, the case page, and the commands that dispatch, handling, review and the
//! clock and money consist of. For officers only; a case of another agency does not exist for them.

mod absences;
mod api;
mod application;
mod attendance;
mod attendance_page;
mod bulk;
mod case_page;
mod command;
mod dossier;
mod due;
mod file;
mod glass;
mod labels;
mod letter;
mod lookup_page;
mod money;
mod queue;
mod queue_page;
pub mod registers;
mod review_page;
mod reviews;
mod timeline;
mod unreached;

use std::sync::Arc;

use domain::refusal::FeeReading;
use lambda_http::{Body, Request, Response};
use platform::agencies::AgencyCache;
use platform::calendars::CalendarCache;
use platform::catalogue::ItemCache;
use platform::config::Config;
use platform::fault::Fault;
use platform::ports::{Ambient, Objects, Registers, Store};
use web::incoming::Incoming;
use web::respond::Answer;
use web::serve::serve;
use web::trouble::Trouble;
use web::visitor::Visitor;

/// What casework needs.
pub struct App {
    pub store: Arc<dyn Store>,
    pub ambient: Arc<dyn Ambient>,
    pub objects: Arc<dyn Objects>,
    pub items: ItemCache,
    pub calendars: CalendarCache,
    /// Whom cases can be given to.
    pub agencies: AgencyCache,
    /// Where documents are looked up that nobody need bring; `None` where the window is joined to none.
    pub registers: Option<Arc<dyn Registers>>,
    /// How the city reads the clause on unposted fees.
    pub fee_reading: FeeReading,
    /// Scheme and host of the window, as its letters name it.
    pub public_origin: String,
}

/// How the city reads the clause on unposted fees (`FEE_READING`): narrowly, where nothing is said.
/// `Fault::Config` for a reading that there is none of.
pub fn fee_reading(config: &Config) -> Result<FeeReading, Fault> {
    let Some(code) = config.optional("FEE_READING") else { return Ok(FeeReading::default()) };
    code.parse().map_err(|_| Fault::Config(format!("FEE_READING is narrow or wide, not `{code}`")))
}

/// Answers one request.
pub async fn handle(app: &App, request: Request) -> Response<Body> {
    serve(
        app.store.as_ref(),
        app.ambient.as_ref(),
        request,
        async |incoming: &Incoming, visitor: &Visitor| route(app, incoming, visitor).await,
    )
    .await
}

async fn route(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let officer = visitor.officer()?;
    match incoming.route.as_str() {
        "GET /work" => queue_page::show(app, incoming, visitor, officer).await,
        "POST /work/assign" => bulk::assign(app, incoming, visitor, officer).await,
        "GET /work/notices" => unreached::show(app, incoming, visitor, officer).await,
        "GET /work/absences" => absences::show(app, incoming, visitor, officer).await,
        "POST /work/absences" => absences::record(app, incoming, visitor, officer).await,
        "POST /work/absences/{absence}/end" => absences::end(app, incoming, visitor, officer).await,
        "GET /work/attendance" => attendance_page::show(app, incoming, visitor, officer).await,
        "GET /work/reviews" => review_page::list(app, incoming, visitor, officer).await,
        "GET /work/reviews/{case}" => review_page::show(app, incoming, visitor, officer).await,
        "GET /work/{case}" => case_page::show(app, incoming, visitor, officer).await,
        "POST /work/{case}/{command}" => case_page::act(app, incoming, visitor, officer).await,
        "GET /work/{case}/files/{upload}" => file::fetch(app, incoming, visitor, officer).await,
        "GET /api/work" => api::list(app, incoming, officer).await,
        "GET /api/work/notices" => unreached::list(app, officer).await,
        "GET /api/work/absences" => absences::list(app, officer).await,
        "POST /api/work/absences" => absences::record_for_program(app, incoming, officer).await,
        "POST /api/work/absences/{absence}/end" => absences::end_for_program(app, incoming, officer).await,
        "GET /api/work/attendance" => attendance_page::list(app, incoming, officer).await,
        "GET /api/work/reviews" => api::review::list(app, incoming, officer).await,
        "GET /api/work/reviews/{case}" => api::review::show(app, incoming, officer).await,
        "GET /api/work/{case}" => api::show(app, incoming, officer).await,
        "GET /api/work/{case}/clock" => api::clock(app, incoming, officer).await,
        "POST /api/work/{case}/{command}" => api::act(app, incoming, visitor, officer).await,
        _ => Err(Trouble::NotFound),
    }
}
