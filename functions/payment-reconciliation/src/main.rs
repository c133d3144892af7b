//! Wiring of the function `payment-reconciliation`.

use std::sync::Arc;

use lambda_runtime::{Error, LambdaEvent, service_fn};
use payment_reconciliation::{App, handle};
use platform::accounts::Accounts;
use platform::calendars::CalendarCache;
use platform::dynamo::DynamoStore;
use platform::keys::Table;
use platform::outbound::HttpProviders;
use platform::process::Process;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let Process { mut config, sdk, ambient } = Process::begin().await?;
    let accounts = Accounts::read(&sdk, &mut config).await?;
    let tables = [Table::Payments, Table::Cases, Table::Catalogue];
    let store = Arc::new(DynamoStore::new(&sdk, &mut config, &tables));
    let providers = Arc::new(HttpProviders::new()?);
    let app = App { store, ambient, providers, accounts, calendars: CalendarCache::default() };
    config.finish()?;
    let app = &app;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<serde_json::Value>| async move {
        handle(app, event.payload).await.map_err(Error::from)
    }))
    .await
}
