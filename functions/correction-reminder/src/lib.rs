//! Reminds applicants that a correction period or the time to pick up ends soon (催補正、催領).
//!
//! A reminder that is fired may wait: for the queue, for the end of the night, for the end of an outage.
//! Whether there still is something to remind of is therefore asked when it is claimed for sending, in
//! the same write: nobody is reminded of what they have done.

use std::sync::Arc;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use domain::id::NoticeId;
use mailing::{Sender, WIDTH};
use platform::fault::Fault;
use platform::ports::{Ambient, Mailer, Store};
use platform::{batch, notices};

pub struct App {
    pub store: Arc<dyn Store>,
    pub mailer: Arc<dyn Mailer>,
    pub ambient: Arc<dyn Ambient>,
    /// Where links lead: `https://host`, without a slash at the end.
    pub public_origin: String,
}

/// A batch of notice ids.
pub async fn handle(app: &App, event: SqsEvent) -> SqsBatchResponse {
    batch::queue(event, WIDTH, async |body| remind(app, &body).await).await
}

async fn remind(app: &App, body: &str) -> Result<(), Fault> {
    let id: NoticeId = body.parse().map_err(Fault::corrupt)?;
    let claimed = notices::claim_reminder(&*app.store, id, app.ambient.now()).await?;
    let sender = Sender {
        store: &*app.store,
        mailer: &*app.mailer,
        ambient: &*app.ambient,
        public_origin: &app.public_origin,
    };
    sender.send(claimed).await
}
