//! Wiring of submission.

use std::convert::Infallible;
use std::sync::Arc;

use lambda_http::{Error, service_fn};
use platform::accounts::Accounts;
use platform::calendars::CalendarCache;
use platform::catalogue::ItemCache;
use platform::dynamo::DynamoStore;
use platform::keys::Table;
use platform::objects::S3Objects;
use platform::outbound::HttpProviders;
use platform::process::Process;
use platform::sms;
use submission::App;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let Process { mut config, sdk, ambient } = Process::begin().await?;
    let accounts = Accounts::read(&sdk, &mut config).await?;
    let tables =
        [Table::Cases, Table::Catalogue, Table::Sessions, Table::Reports, Table::Payments, Table::Notices];
    let app = App {
        store: Arc::new(DynamoStore::new(&sdk, &mut config, &tables)),
        ambient,
        objects: Arc::new(S3Objects::new(&sdk, &mut config)),
        items: ItemCache::default(),
        calendars: CalendarCache::default(),
        accounts,
        providers: Arc::new(HttpProviders::new()?),
        origin: config.required("PUBLIC_ORIGIN"),
        sends_sms: config.optional(sms::URL).is_some(),
    };
    config.finish()?;
    let answer = async |request| Ok::<_, Infallible>(submission::handle(&app, request).await);
    lambda_http::run(service_fn(answer)).await
}
