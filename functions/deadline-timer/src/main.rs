//! Wiring of the function `deadline-timer`.

use std::sync::Arc;

use deadline_timer::{App, handle};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use platform::dynamo::DynamoStore;
use platform::keys::Table;
use platform::process::Process;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let Process { mut config, sdk, ambient } = Process::begin().await?;
    let app = App {
        store: Arc::new(DynamoStore::new(
            &sdk,
            &mut config,
            &[Table::Cases, Table::Catalogue, Table::Notices],
        )),
        ambient,
    };
    config.finish()?;
    let app = &app;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<serde_json::Value>| async move {
        handle(app, event.payload).await.map_err(Error::from)
    }))
    .await
}
