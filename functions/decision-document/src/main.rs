//! Wiring of the function `decision-document`.

use std::sync::Arc;

use decision_document::App;
use document::Fonts;
use lambda_http::{Error, service_fn};
use platform::dynamo::DynamoStore;
use platform::keys::Table;
use platform::objects::S3Objects;
use platform::process::Process;

const TABLES: [Table; 3] = [Table::Cases, Table::Catalogue, Table::Sessions];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let Process { mut config, sdk, ambient } = Process::begin().await?;
    let app = App {
        store: Arc::new(DynamoStore::new(&sdk, &mut config, &TABLES)),
        ambient,
        objects: Arc::new(S3Objects::new(&sdk, &mut config)),
        fonts: Fonts::shipped()?,
    };
    config.finish()?;
    let app = &app;
    lambda_http::run(service_fn(move |request| async move {
        Ok::<_, Error>(decision_document::handle(app, request).await)
    }))
    .await
}
