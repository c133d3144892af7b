//! The AWS services of the city on one machine: real servers on loopback ports, kept in one data directory.
//!
//! Functions reach them with the AWS SDKs; the rest of the city (event sources, pages) uses the Rust types below.
//!
//! Each service answers behind [`proxy`], which knows who calls by the access key id, counts what is called and
//! breaks calls on request. Services are small on purpose: they speak the actions the functions use and refuse the others by name.

mod ambient;
mod calls;
mod delivery;
mod dynamodb;
mod faults;
mod mailbox;
mod message_rows;
mod proxy;
mod queue;
mod queues;
mod s3;
mod secrets;
mod ses;
mod spec;
mod sqs;
pub(crate) mod store;
mod streams;
mod wire;

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use proxy::{Proxy, Upstream, Watch};
use store::Store;

pub use calls::{CallCount, Calls};
pub use delivery::{Delivery, Outgoing, QueueError};
pub use faults::{Fault, FaultKind, Faults, Service, When};
pub use mailbox::{Mail, MailEvent, Mailbox};
pub use queue::{Attribute, Attributes, Depth};
pub use queues::Queues;
pub use secrets::Secrets;
pub use spec::*;
pub use streams::{StreamReader, Streams, sequence_number};

/// Where the services listen. Port 0 picks a free one.
#[derive(Debug, Clone, Copy)]
pub struct Listen {
    pub ip: IpAddr,
    pub dynamodb: u16,
    pub sqs: u16,
    pub ses: u16,
    pub s3: u16,
    pub secrets: u16,
}

impl Default for Listen {
    fn default() -> Self {
        Self { ip: IpAddr::V4(Ipv4Addr::LOCALHOST), dynamodb: 0, sqs: 0, ses: 0, s3: 0, secrets: 0 }
    }
}

/// One address per service, without a path and without a slash at the end: `http://127.0.0.1:41234`.
#[derive(Debug, Clone)]
pub struct Endpoints {
    pub dynamodb: String,
    pub sqs: String,
    pub ses: String,
    pub s3: String,
    pub secrets: String,
    account: String,
}

impl Endpoints {
    /// What `!Ref` of a queue gives: the address that the SQS actions take.
    #[must_use]
    pub fn queue_url(&self, name: &str) -> String {
        format!("{}/{}/{name}", self.sqs, self.account)
    }
}

/// The running services. They stop when this is dropped.
pub struct Aws {
    pub endpoints: Endpoints,
    pub queues: Arc<Queues>,
    pub mailbox: Arc<Mailbox>,
    pub secrets: Arc<Secrets>,
    pub streams: Streams,
    pub calls: Arc<Calls>,
    pub faults: Arc<Faults>,
    _tasks: JoinSet<()>,
    /// Held until the end: two cities must not share a folder.
    _lock: std::fs::File,
}

/// Starts every service on the data of the folder `data`, which is made when it is missing.
///
/// What an error says is meant for the person at the terminal.
pub async fn start(spec: Spec, data: &Path, listen: Listen) -> anyhow::Result<Aws> {
    std::fs::create_dir_all(data).with_context(|| format!("create the data folder {}", data.display()))?;
    let lock = lock(data)?;
    let store = Store::open(&data.join("services.sqlite"))?;
    let queues = Arc::new(Queues::open(&spec.queues, store.clone())?);
    let publishing = mailbox::Publishing {
        queue: spec.mail_events_queue.clone(),
        configuration_set: spec.mail_configuration_set.clone(),
        types: spec.mail_event_types.iter().map(|name| name.to_lowercase()).collect(),
        account: spec.account.clone(),
    };
    let mailbox = Arc::new(Mailbox::open(store.clone(), queues.clone(), publishing)?);
    let secrets = Arc::new(Secrets::open(&spec.secrets, store.clone(), &spec.region, &spec.account)?);
    let database = dynamodb::open(&data.join("dynamodb.sqlite"), &spec.tables)?;
    let streams = Streams::new(database.clone(), store, &spec.region, &spec.account);
    let s3 = s3::S3::open(&data.join("s3"), &spec.buckets, &spec.callers, &spec.secret_key)?;

    let mut tasks = JoinSet::new();
    let forward = dynamodb::Forward::start(database, streams.clone(), &mut tasks)?;
    let calls = Arc::new(Calls::default());
    let faults = Arc::new(Faults::default());
    let callers: BTreeSet<String> = spec.callers.iter().cloned().collect();
    let watch = Watch { callers: Arc::new(callers), calls: calls.clone(), faults: faults.clone() };
    let (sqs, sqs_url) = bind(listen.ip, listen.sqs).await?;
    let prefixes = sqs::Prefixes {
        url: format!("{sqs_url}/{}/", spec.account),
        arn: format!("arn:aws:sqs:{}:{}:", spec.region, spec.account),
    };
    let mut serve = |listener: TcpListener, upstream: Upstream| {
        let proxy = Arc::new(Proxy { upstream, watch: watch.clone() });
        tasks.spawn(wire::serve(listener, move |request| proxy.clone().handle(request)));
    };
    serve(sqs, Upstream::Sqs(queues.clone(), prefixes));
    let (listener, dynamodb) = bind(listen.ip, listen.dynamodb).await?;
    serve(listener, Upstream::DynamoDb(Box::new(forward), streams.clone()));
    let (listener, ses) = bind(listen.ip, listen.ses).await?;
    serve(listener, Upstream::Ses(mailbox.clone(), spec.mail_sender.clone()));
    let (listener, s3_url) = bind(listen.ip, listen.s3).await?;
    serve(listener, Upstream::S3(s3));
    let (listener, secrets_url) = bind(listen.ip, listen.secrets).await?;
    serve(listener, Upstream::Secrets(secrets.clone()));

    let endpoints =
        Endpoints { dynamodb, sqs: sqs_url, ses, s3: s3_url, secrets: secrets_url, account: spec.account };
    Ok(Aws { endpoints, queues, mailbox, secrets, streams, calls, faults, _tasks: tasks, _lock: lock })
}

fn lock(data: &Path) -> anyhow::Result<std::fs::File> {
    let path = data.join("lock");
    let file = std::fs::File::create(&path).with_context(|| format!("create {}", path.display()))?;
    file.try_lock().with_context(|| {
        format!(
            "資料夾 {0} 已有另一座本機城市使用中：請先停止它，或以 --data 指定其他資料夾。\n\
             another local city is using {0}: stop it, or name another folder with --data",
            data.display()
        )
    })?;
    Ok(file)
}

async fn bind(ip: IpAddr, port: u16) -> anyhow::Result<(TcpListener, String)> {
    let listener =
        TcpListener::bind((ip, port)).await.with_context(|| format!("listen on {ip} port {port}"))?;
    let address = listener.local_addr()?;
    Ok((listener, format!("http://{address}")))
}
