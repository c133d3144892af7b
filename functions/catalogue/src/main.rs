//! Wiring of the catalogue.

use std::sync::Arc;

use catalogue::App;
use lambda_http::request::LambdaRequest;
use lambda_http::{Adapter, Error, LambdaEvent, Service, service_fn};
use platform::calendars::CalendarCache;
use platform::dynamo::DynamoStore;
use platform::keys::Table;
use platform::process::Process;
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let Process { mut config, sdk, ambient } = Process::begin().await?;
    let store = DynamoStore::new(&sdk, &mut config, &[Table::Catalogue, Table::Sessions]);
    config.finish()?;
    let app = App { store: Arc::new(store), ambient, calendars: CalendarCache::default() };
    lambda_runtime::run(service_fn(|event| invoke(&app, event))).await
}

/// Requests come from the HTTP API; an import is invoked directly.
async fn invoke(app: &App, event: LambdaEvent<Value>) -> Result<Value, Error> {
    if event.payload.get("import").is_some() {
        return Ok(catalogue::import(app, event.payload).await?);
    }
    if event.payload.get("calendar_year").is_some() {
        return Ok(catalogue::import_calendar(app, &event.payload).await?);
    }
    let request: LambdaRequest = serde_json::from_str(&event.payload.to_string())?;
    let answer = |request| async move { Ok::<_, Error>(catalogue::handle(app, request).await) };
    let response = Adapter::from(service_fn(answer)).call(LambdaEvent::new(request, event.context)).await?;
    Ok(serde_json::to_value(response)?)
}
