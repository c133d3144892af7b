//! Wiring of the function `payment-callback`.

use std::sync::Arc;

use lambda_http::{Error, service_fn};
use payment_callback::App;
use platform::accounts::Accounts;
use platform::dynamo::DynamoStore;
use platform::keys::Table;
use platform::process::Process;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let Process { mut config, sdk, ambient } = Process::begin().await?;
    let accounts = Accounts::read(&sdk, &mut config).await?;
    let store = Arc::new(DynamoStore::new(&sdk, &mut config, &[Table::Payments]));
    let app = App { store, ambient, accounts };
    config.finish()?;
    let app = &app;
    lambda_http::run(service_fn(move |request| async move {
        Ok::<_, Error>(payment_callback::handle(app, request).await)
    }))
    .await
}
