//! The contract of the ports, kept by the real ones: DynamoDB, SQS, SES and S3 as the local city
//! serves them, with the tables, indexes and queues of the template.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on stops at once, and says where"
)]

mod closure;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_sqs::config::{Credentials, SharedCredentialsProvider};
use domain::personal::Personal;
use local::aws::{Aws, Listen, Spec, start};
use local::template::{Given, read};
use platform::config::Config;
use platform::dynamo::DynamoStore;
use platform::keys::Table;
use platform::mail::SesMailer;
use platform::objects::S3Objects;
use platform::ports::{Mail, SignedUpload};
use platform::queue::SqsQueue;
use testkit::contract;

const CALLER: &str = "contract";
const ORIGIN: &str = "http://localhost:8080";

/// The services of the template, and the environment all functions have together.
struct City {
    aws: Aws,
    environment: BTreeMap<String, String>,
    queue: String,
    _folder: tempfile::TempDir,
}

impl City {
    async fn start() -> Self {
        let template = read(include_str!("../../template.yaml"), &Given::default()).unwrap();
        let environment: BTreeMap<String, String> =
            template.functions.iter().flat_map(|function| function.environment.clone()).collect();
        let url = &environment["NOTIFICATION_QUEUE_URL"];
        let queue = url.rsplit('/').next().unwrap().to_owned();
        let spec = Spec {
            callers: vec![CALLER.to_owned()],
            tables: template.tables,
            queues: template.queues,
            buckets: template.buckets,
            ..Spec::default()
        };
        let folder = tempfile::tempdir().unwrap();
        let aws = start(spec, folder.path(), Listen::default()).await.unwrap();
        Self { aws, environment, queue, _folder: folder }
    }

    fn config(&self) -> Config {
        let mut environment = self.environment.clone();
        environment.insert("NOTIFICATION_QUEUE_URL".to_owned(), self.aws.endpoints.queue_url(&self.queue));
        Config::from_lookup(move |name| environment.get(name).cloned())
    }

    fn sdk(endpoint: &str) -> SdkConfig {
        let credentials = Credentials::new(CALLER, "local", None, None, "test");
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("ap-east-2"))
            .endpoint_url(endpoint)
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .build()
    }
}

#[tokio::test]
async fn dynamodb_keeps_the_contract_of_the_store() {
    let city = City::start().await;
    let mut config = city.config();
    let store = DynamoStore::new(&City::sdk(&city.aws.endpoints.dynamodb), &mut config, &Table::ALL);
    config.finish().unwrap();
    contract::store(&store).await;
}

#[tokio::test]
async fn sqs_keeps_the_contract_of_the_queue() {
    let city = City::start().await;
    let mut config = city.config();
    let queue = SqsQueue::new(&City::sdk(&city.aws.endpoints.sqs), &mut config, "NOTIFICATION_QUEUE_URL");
    config.finish().unwrap();
    let queues = Arc::clone(&city.aws.queues);
    let drain = async || {
        let delivered = queues.receive(&city.queue, 10, Duration::from_secs(2)).await.unwrap();
        delivered.into_iter().map(|delivery| delivery.body).collect()
    };
    contract::queue(&queue, drain).await;
}

#[tokio::test]
async fn ses_keeps_the_contract_of_the_mailer() {
    let city = City::start().await;
    let mut config = city.config();
    let mailer = SesMailer::new(&City::sdk(&city.aws.endpoints.ses), &mut config);
    config.finish().unwrap();
    let sent = async || {
        let mails = city.aws.mailbox.list(10).unwrap();
        mails.into_iter().map(|mail| (mail.id.clone(), as_sent(mail))).collect()
    };
    contract::mailer(&mailer, sent).await;
}

fn as_sent(mail: local::aws::Mail) -> Mail {
    Mail {
        tag: mail.tags.get(platform::mail::TAG).cloned().unwrap_or_default(),
        to: Personal::new(mail.to.join(", ")),
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
    }
}

#[tokio::test]
async fn s3_keeps_the_contract_of_the_objects() {
    let city = City::start().await;
    let mut config = city.config();
    let objects = S3Objects::new(&City::sdk(&city.aws.endpoints.s3), &mut config);
    config.finish().unwrap();
    contract::objects(&objects, browser).await;
}

/// Puts a file as the page in the browser does: to the signed address, with the signed headers.
async fn browser(signed: SignedUpload, body: Vec<u8>) -> bool {
    drop(rustls::crypto::ring::default_provider().install_default());
    let mut request = reqwest::Client::new().put(signed.url).header("origin", ORIGIN);
    for (name, value) in signed.headers.iter().filter(|(name, _)| !fixed(name)) {
        request = request.header(name, value);
    }
    request.body(body).send().await.unwrap().status().is_success()
}

/// Headers that a browser writes itself.
fn fixed(name: &str) -> bool {
    ["host", "content-length"].contains(&name.to_lowercase().as_str())
}
