//! Sends the notices that are owed, one queue message each. Reminders have a function of their own.

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use domain::notice_tag::NoticeTag;
pub use mailing::Sender as App;
use mailing::WIDTH;
use platform::fault::Fault;
use platform::{batch, notices};

/// A batch of notice ids.
pub async fn handle(app: &App, event: SqsEvent) -> SqsBatchResponse {
    batch::queue(event, WIDTH, async |body| send(app, &body).await).await
}

async fn send(app: &App, body: &str) -> Result<(), Fault> {
    let id: NoticeTag = body.parse().map_err(Fault::corrupt)?;
    let claimed = notices::claim(&*app.store, id, app.ambient.now()).await?;
    app.send(claimed).await
}
