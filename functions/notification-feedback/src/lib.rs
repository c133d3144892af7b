//! What became of a mail: events of the mail service, back through a queue, into the ledger.

use std::sync::Arc;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use domain::delivery::Feedback;
use domain::notice_tag::NoticeTag;
use platform::calendars::CalendarCache;
use platform::fault::Fault;
use platform::ports::{Ambient, Store};
use platform::{batch, mail, notices, results, telemetry};
use wire::mail_event;

pub struct App {
    pub store: Arc<dyn Store>,
    pub ambient: Arc<dyn Ambient>,
    pub calendars: CalendarCache,
}

/// How many events of a batch are recorded at a time.
const WIDTH: usize = 4;

/// A batch of SES events.
pub async fn handle(app: &App, event: SqsEvent) -> SqsBatchResponse {
    batch::queue(event, WIDTH, async |body| hear(app, &body).await).await
}

async fn hear(app: &App, body: &str) -> Result<(), Fault> {
    let Some((notice, feedback)) = parse(body)? else { return Ok(()) };
    if matches!(feedback, Feedback::Bounced | Feedback::Complained | Feedback::Refused) {
        tracing::warn!(%notice, ?feedback, "a notice did not reach its recipient");
        telemetry::count(&*app.ambient, "notification-feedback", "NoticesReturned", 1);
    }
    if !record(app, &notice, feedback).await? {
        tracing::warn!(%notice, "word of a notice that is not in the ledger");
    }
    Ok(())
}

/// In the ledger; and in the case, where it shows whether the applicant was told the result.
async fn record(app: &App, notice: &NoticeTag, feedback: Feedback) -> Result<bool, Fault> {
    let (store, now) = (&*app.store, app.ambient.now());
    let NoticeTag::Case(id) = notice else { return notices::hear(store, notice, feedback).await };
    Ok(results::At { store, calendars: &app.calendars, now }.hear(*id, feedback).await?.is_some())
}

/// What [`mail_event::parse`] reads under the tag of our mails.
pub fn parse(body: &str) -> Result<Option<(NoticeTag, Feedback)>, Fault> {
    mail_event::parse(body, mail::TAG).map_err(Fault::corrupt)
}
