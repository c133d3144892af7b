//! Reminds applicants that a correction period or the time to pick up ends soon (催補正、催領).
//!
//! A reminder that is fired may wait: for the queue, for the end of the night, for the end of an outage.
//! Whether there still is something to remind of is therefore asked when it is claimed for sending, in
//! the same write: nobody is reminded of what they have done.

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use domain::id::NoticeId;
pub use mailing::Sender as App;
use mailing::WIDTH;
use platform::fault::Fault;
use platform::{batch, notices};

/// A batch of notice ids.
pub async fn handle(app: &App, event: SqsEvent) -> SqsBatchResponse {
    batch::queue(event, WIDTH, async |body| remind(app, &body).await).await
}

async fn remind(app: &App, body: &str) -> Result<(), Fault> {
    let id: NoticeId = body.parse().map_err(Fault::corrupt)?;
    let claimed = notices::claim_reminder(&*app.store, id, app.ambient.now()).await?;
    app.send(claimed).await
}
