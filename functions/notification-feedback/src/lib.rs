//! What became of a mail: events of the mail service, back through a queue, into the ledger.

use std::sync::Arc;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use domain::delivery::Feedback;
use domain::id::NoticeId;
use platform::fault::Fault;
use platform::ports::{Ambient, Store};
use platform::{batch, mail, notices, telemetry};
use serde::Deserialize;

pub struct App {
    pub store: Arc<dyn Store>,
    pub ambient: Arc<dyn Ambient>,
}

/// The part of an SES event that matters here.
#[derive(Debug, Deserialize)]
struct SesEvent {
    #[serde(rename = "eventType")]
    event_type: String,
    mail: SesMail,
    bounce: Option<SesBounce>,
}

#[derive(Debug, Deserialize)]
struct SesMail {
    #[serde(default)]
    tags: std::collections::HashMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
struct SesBounce {
    #[serde(rename = "bounceType", default)]
    bounce_type: String,
    #[serde(rename = "bounceSubType", default)]
    sub_type: String,
}

impl SesBounce {
    fn is_passing(&self) -> bool {
        self.bounce_type == "Transient" && matches!(self.sub_type.as_str(), "" | "General")
    }
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
    if !notices::hear(&*app.store, notice, feedback).await? {
        tracing::warn!(%notice, "word of a notice that is not in the ledger");
    }
    Ok(())
}

/// The notice an SES event is about and what it says; `None` for events that change nothing
/// (opens, clicks, delays, out-of-office answers) and for mail that is not ours.
pub fn parse(body: &str) -> Result<Option<(NoticeId, Feedback)>, Fault> {
    let event: SesEvent = serde_json::from_str(body).map_err(Fault::corrupt)?;
    let feedback = match event.event_type.as_str() {
        "Send" => Feedback::Sent,
        "Delivery" => Feedback::Delivered,
        // Out-of-office answers and the like; every other bounce is where the mail service gave up.
        "Bounce" if event.bounce.is_some_and(|bounce| bounce.is_passing()) => return Ok(None),
        "Bounce" => Feedback::Bounced,
        "Complaint" => Feedback::Complained,
        "Reject" => Feedback::Refused,
        _ => return Ok(None),
    };
    let Some(tag) = event.mail.tags.get(mail::TAG).and_then(|values| values.first()) else { return Ok(None) };
    let notice = tag.parse().map_err(Fault::corrupt)?;
    Ok(Some((notice, feedback)))
}
