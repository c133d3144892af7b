//! Sends the notices that are owed: claim, send with the notice id as tag, record. Mail cannot be
//! exactly once; the only window for a second copy is between the last two steps.

pub mod letter;

use std::sync::Arc;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use domain::booking::NoticeTag;
use domain::delivery::Feedback;
use platform::fault::Fault;
use platform::notices::{self, Claimed, Entry};
use platform::ports::{Ambient, Handed, Mail, Mailer, Store};
use platform::{batch, telemetry};

pub struct App {
    pub store: Arc<dyn Store>,
    pub mailer: Arc<dyn Mailer>,
    pub ambient: Arc<dyn Ambient>,
    /// Where links lead: `https://host`, without a slash at the end.
    pub public_origin: String,
}

/// How many notices of a batch are sent at a time. More would run into the rate the mail service
/// allows, and each one under way when the process is killed waits a quarter of an hour for word.
const WIDTH: usize = 4;

/// A batch of notice ids.
pub async fn handle(app: &App, event: SqsEvent) -> SqsBatchResponse {
    batch::queue(event, WIDTH, async |body| send(app, &body).await).await
}

async fn send(app: &App, body: &str) -> Result<(), Fault> {
    let id: NoticeTag = body.parse().map_err(Fault::corrupt)?;
    let notice = match notices::claim(&*app.store, id, app.ambient.now()).await? {
        Claimed::Yours(notice) => notice,
        Claimed::Leave => return Ok(()),
        Claimed::GivenUp(id) => {
            tracing::error!(notice = %id, "gave the notice up: staff must reach the person otherwise");
            telemetry::count(&*app.ambient, "notification", "NoticesGivenUp", 1);
            return Ok(());
        }
    };
    let attempts = notice.delivery().attempts;
    if attempts > 1 {
        // The number is the same, so whoever gets it twice can tell; and so can the log.
        tracing::warn!(notice = %id, attempt = attempts, "sending the notice again");
    }
    let mail = mail(app, &notice)?;
    match app.mailer.send(mail).await {
        Ok(handed) => record(app, id, handed).await,
        Err(fault @ (Fault::Corrupt(_) | Fault::Config(_))) => {
            // It was not sent and will not be until somebody mends the deployment: tried again, and
            // told through the dead letters.
            let now = app.ambient.now();
            notices::update(&*app.store, id, None, |delivery| delivery.failed(now)).await?;
            Err(fault)
        }
        Err(fault) => {
            // It may have been sent. The claim stands: word of the mail service, or the time set
            // for sending again, decides.
            tracing::warn!(notice = %id, error = %fault, "the mail service did not answer");
            Ok(())
        }
    }
}

fn mail(app: &App, notice: &Entry) -> Result<Mail, Fault> {
    let (letter, to) = match notice {
        Entry::Case(notice) => (letter::write(notice, &app.public_origin), &notice.address),
        Entry::Booking(notice) => (letter::booking::write(notice, &app.public_origin), &notice.address),
    };
    Ok(Mail {
        tag: notice.tag().to_string(),
        to: to.clone(),
        subject: letter.subject.clone(),
        text: letter.text()?,
        html: letter.html()?,
    })
}

async fn record(app: &App, id: NoticeTag, handed: Handed) -> Result<(), Fault> {
    let store = &*app.store;
    match handed {
        Handed::Accepted(message) => {
            notices::update(store, id, Some(&message), domain::delivery::Delivery::accepted).await?;
            telemetry::count(&*app.ambient, "notification", "NoticesSent", 1);
        }
        Handed::Later(why) => {
            tracing::warn!(notice = %id, error = %why, "the mail service put the notice off");
            let now = app.ambient.now();
            notices::update(store, id, None, |delivery| delivery.failed(now)).await?;
        }
        Handed::Refused(why) => {
            tracing::error!(notice = %id, error = %why, "the mail service refused the notice");
            telemetry::count(&*app.ambient, "notification", "NoticesGivenUp", 1);
            notices::update(store, id, None, |delivery| delivery.heard(Feedback::Refused)).await?;
        }
    }
    Ok(())
}
