//! Wiring of the function `booking`.

use std::sync::Arc;

use booking::App;
use lambda_http::request::LambdaRequest;
use lambda_http::{Adapter, Error, LambdaEvent, Service, service_fn};
use platform::calendars::CalendarCache;
use platform::catalogue::ItemCache;
use platform::dynamo::DynamoStore;
use platform::keys::Table;
use platform::process::Process;
use platform::queue::SqsQueue;
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let Process { mut config, sdk, ambient } = Process::begin().await?;
    let tables =
        [Table::Bookings, Table::Notices, Table::Cases, Table::Catalogue, Table::Sessions, Table::Reports];
    let app = App {
        store: Arc::new(DynamoStore::new(&sdk, &mut config, &tables)),
        queue: Arc::new(SqsQueue::new(&sdk, &mut config, "NOTIFICATION_QUEUE_URL")),
        ambient,
        items: ItemCache::default(),
        calendars: CalendarCache::default(),
    };
    config.finish()?;
    lambda_runtime::run(service_fn(|event| invoke(&app, event))).await
}

/// Requests come from the HTTP API, ticks from the schedule.
async fn invoke(app: &App, event: LambdaEvent<Value>) -> Result<Value, Error> {
    if event.payload.get("tick").is_some() {
        return Ok(booking::tick(app).await?);
    }
    let request: LambdaRequest = serde_json::from_str(&event.payload.to_string())?;
    let answer = |request| async move { Ok::<_, Error>(booking::handle(app, request).await) };
    let response = Adapter::from(service_fn(answer)).call(LambdaEvent::new(request, event.context)).await?;
    Ok(serde_json::to_value(response)?)
}
