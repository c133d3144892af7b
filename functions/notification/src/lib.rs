//! Sends the notices that are owed, one queue message each. Reminders have a function of their own.

use std::sync::Arc;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use domain::booking::NoticeTag;
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
    batch::queue(event, WIDTH, async |body| send(app, &body).await).await
}

async fn send(app: &App, body: &str) -> Result<(), Fault> {
    let id: NoticeTag = body.parse().map_err(Fault::corrupt)?;
    let claimed = notices::claim(&*app.store, id, app.ambient.now()).await?;
    let sender = Sender {
        store: &*app.store,
        mailer: &*app.mailer,
        ambient: &*app.ambient,
        public_origin: &app.public_origin,
    };
    sender.send(claimed).await
}
