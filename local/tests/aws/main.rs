//! The services of the city, asked by the real SDKs.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper that fails is a test that fails")]
#![expect(
    clippy::disallowed_methods,
    reason = "the tests sign requests as of now, because the services check the time"
)]

mod dynamodb;
mod faults;
mod s3;
mod secrets;
mod ses;
mod sqs;

use std::path::Path;

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_sqs::config::{Credentials, SharedCredentialsProvider};
use local::aws::{Aws, Listen, QueueProperties, QueueSpec, RedrivePolicy, Spec, start};

/// A city in a folder of its own, which goes with it.
struct City {
    aws: Aws,
    folder: tempfile::TempDir,
    spec: Spec,
}

impl City {
    async fn new(spec: Spec) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let spec = Spec { callers: vec!["submission".to_owned(), "casework".to_owned()], ..spec };
        Self { aws: open(&spec, folder.path()).await, folder, spec }
    }

    /// Stops everything and starts again on the same folder.
    async fn restart(self) -> Self {
        let Self { aws, folder, spec } = self;
        drop(aws);
        Self { aws: open(&spec, folder.path()).await, folder, spec }
    }
}

async fn open(spec: &Spec, folder: &Path) -> Aws {
    start(spec.clone(), folder, Listen::default()).await.unwrap()
}

/// What a function has: its name as the access key id, no retries so that every answer is seen.
fn config(caller: &str) -> SdkConfig {
    let credentials = Credentials::new(caller, "local", None, None, "test");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new("ap-east-2"))
        .retry_config(RetryConfig::disabled())
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build()
}

fn queue(name: &str, visibility_timeout: u64, dead_letters: Option<(&str, u64)>) -> QueueSpec {
    let redrive_policy = dead_letters.map(|(name, max_receive_count)| RedrivePolicy {
        dead_letter_target_arn: format!("arn:aws:sqs:ap-east-2:000000000000:{name}"),
        max_receive_count,
    });
    let properties = QueueProperties { visibility_timeout, redrive_policy, ..QueueProperties::default() };
    QueueSpec { name: name.to_owned(), properties }
}
