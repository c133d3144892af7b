//! Wiring of the function `notification-feedback`.

use std::sync::Arc;

use aws_lambda_events::event::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use notification_feedback::{App, handle};
use platform::calendars::CalendarCache;
use platform::dynamo::DynamoStore;
use platform::keys::Table;
use platform::process::Process;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let Process { mut config, sdk, ambient } = Process::begin().await?;
    let tables = [Table::Notices, Table::Cases, Table::Catalogue];
    let store = Arc::new(DynamoStore::new(&sdk, &mut config, &tables));
    let app = App { store, ambient, calendars: CalendarCache::default() };
    config.finish()?;
    let app = &app;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<SqsEvent>| async move {
        Ok::<_, Error>(handle(app, event.payload).await)
    }))
    .await
}
