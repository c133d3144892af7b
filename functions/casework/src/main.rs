//! Wiring of the function `casework`.

use std::sync::Arc;

use aws_config::SdkConfig;
use casework::App;
use casework::registers::HttpRegisters;
use lambda_http::{Error, service_fn};
use platform::agencies::AgencyCache;
use platform::calendars::CalendarCache;
use platform::catalogue::ItemCache;
use platform::config::Config;
use platform::dynamo::DynamoStore;
use platform::fault::Fault;
use platform::keys::Table;
use platform::objects::S3Objects;
use platform::ports::Registers;
use platform::process::Process;
use platform::secrets;

const TABLES: [Table; 6] =
    [Table::Cases, Table::Catalogue, Table::Sessions, Table::Reports, Table::Notices, Table::Payments];

/// The registers at `REGISTERS_URL`; `None` where the deployment is joined to none.
async fn registers(sdk: &SdkConfig, config: &mut Config) -> Result<Option<Arc<dyn Registers>>, Fault> {
    let service = secrets::of_service(sdk, config, "REGISTERS_URL", "REGISTERS_SECRET_ID").await?;
    let Some((address, secret)) = service else { return Ok(None) };
    Ok(Some(Arc::new(HttpRegisters::new(&address, secret)?)))
}

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
        registers: registers(&sdk, &mut config).await?,
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
