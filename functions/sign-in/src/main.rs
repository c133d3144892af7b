//! Wiring of the function `sign-in`.

use std::sync::Arc;

use lambda_http::{Error, service_fn};
use platform::dynamo::DynamoStore;
use platform::keys::Table;
use platform::process::Process;
use platform::secrets;
use sign_in::App;
use sign_in::provider::{Provider, Settings};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let Process { mut config, sdk, ambient } = Process::begin().await?;
    let store = DynamoStore::new(&sdk, &mut config, &[Table::Sessions, Table::Catalogue]);
    let public_origin = config.required("PUBLIC_ORIGIN");
    let authorize_url = config.required("IDENTITY_AUTHORIZE_URL");
    let token_url = config.required("IDENTITY_TOKEN_URL");
    let userinfo_url = config.required("IDENTITY_USERINFO_URL");
    let client_id = config.required("IDENTITY_CLIENT_ID");
    let secret_id = config.required("IDENTITY_CLIENT_SECRET_ID");
    config.finish()?;
    let client_secret = secrets::read(&sdk, &secret_id).await?;
    let settings = Settings { authorize_url, token_url, userinfo_url, client_id, client_secret };
    let provider = Provider::new(settings)?;
    let app = App { store: Arc::new(store), ambient, provider, public_origin };
    let app = &app;
    lambda_http::run(service_fn(
        move |request| async move { Ok::<_, Error>(sign_in::handle(app, request).await) },
    ))
    .await
}
