//! Wiring of the function `sign-in`.

use std::sync::Arc;

use lambda_http::{Error, service_fn};
use platform::dynamo::DynamoStore;
use platform::keys::Table;
use platform::process::Process;
use platform::secrets;
use sign_in::App;
use sign_in::provider::{Client, Provider, Settings};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let Process { mut config, sdk, ambient } = Process::begin().await?;
    let store = DynamoStore::new(&sdk, &mut config, &[Table::Sessions, Table::Catalogue]);
    let public_origin = config.required("PUBLIC_ORIGIN");
    let settings = Settings::read(&mut config);
    let id = config.required("IDENTITY_CLIENT_ID");
    let secret_id = config.required("IDENTITY_CLIENT_SECRET_ID");
    config.finish()?;
    let protocol = settings.protocol()?;
    let secret = secrets::read(&sdk, &secret_id).await?;
    let client = Client { id, secret, redirect_uri: format!("{public_origin}/sign-in/callback") };
    let app = App { store: Arc::new(store), ambient, provider: Provider::new(protocol, client)? };
    let app = &app;
    lambda_http::run(service_fn(
        move |request| async move { Ok::<_, Error>(sign_in::handle(app, request).await) },
    ))
    .await
}
