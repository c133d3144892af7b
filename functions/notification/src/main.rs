//! Wiring of the function `notification`.

use std::sync::Arc;

use aws_lambda_events::event::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use notification::{App, handle};
use platform::dynamo::DynamoStore;
use platform::keys::Table;
use platform::mail::SesMailer;
use platform::process::Process;
use platform::sms;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let Process { mut config, sdk, ambient } = Process::begin().await?;
    let app = App {
        store: Arc::new(DynamoStore::new(&sdk, &mut config, &[Table::Notices])),
        mailer: Arc::new(SesMailer::new(&sdk, &mut config)),
        messenger: sms::connect(&sdk, &mut config).await?,
        ambient,
        public_origin: config.required("PUBLIC_ORIGIN"),
    };
    config.finish()?;
    let app = &app;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<SqsEvent>| async move {
        Ok::<_, Error>(handle(app, event.payload).await)
    }))
    .await
}
