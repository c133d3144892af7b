//! Wiring of the function `casework`.

use std::sync::Arc;

use casework::App;
use lambda_http::{Error, service_fn};
use platform::agencies::AgencyCache;
use platform::calendars::CalendarCache;
use platform::catalogue::ItemCache;
use platform::dynamo::DynamoStore;
use platform::keys::Table;
use platform::objects::S3Objects;
use platform::process::Process;

const TABLES: [Table; 6] =
    [Table::Cases, Table::Catalogue, Table::Sessions, Table::Reports, Table::Notices, Table::Payments];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let Process { mut config, sdk, ambient } = Process::begin().await?;
    let app = App {
        store: Arc::new(DynamoStore::new(&sdk, &mut config, &TABLES)),
        ambient,
        objects: Arc::new(S3Objects::new(&sdk, &mut config)),
        items: ItemCache::default(),
        calendars: CalendarCache::default(),
        agencies: AgencyCache::default(),
        fee_reading: casework::fee_reading(&config)?,
        public_origin: config.required("PUBLIC_ORIGIN"),
    };
    config.finish()?;
    let app = &app;
    lambda_http::run(service_fn(move |request| async move {
        Ok::<_, Error>(casework::handle(app, request).await)
    }))
    .await
}
