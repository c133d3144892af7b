//! The AWS SDK, set up once per process: one HTTP client, credentials from the environment only.

use std::error::Error;
use std::time::Duration;

use aws_config::environment::{EnvironmentVariableCredentialsProvider, EnvironmentVariableRegionProvider};
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_dynamodb::error::SdkError;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_types::error::display::DisplayErrorContext;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::fault::Fault;

/// The configuration all clients share. Endpoints come from the environment where it names some.
pub async fn config() -> SdkConfig {
    let client =
        aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    // A function has 10 s or more; a call that hangs must leave time to try again.
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(Duration::from_secs(3))
        .operation_timeout(Duration::from_secs(8))
        .build();
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(client)
        .region(EnvironmentVariableRegionProvider::new())
        .credentials_provider(EnvironmentVariableCredentialsProvider::new())
        .timeout_config(timeouts)
        .load()
        .await
}

/// Error codes that say "try again": throttling, contention, trouble inside the service.
const TRANSIENT: [&str; 14] = [
    "InternalServerError",
    "InternalError",
    "InternalFailure",
    "ItemCollectionSizeLimitExceededException",
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "ServiceUnavailable",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "TransactionInProgressException",
    "TransactionConflictException",
];

/// The one place that tells errors of the SDK apart.
pub fn classify<E, R>(error: SdkError<E, R>) -> Fault
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    let passing = match &error {
        SdkError::ServiceError(service) => match service.err().code() {
            Some(code) => TRANSIENT.contains(&code),
            // An answer without a code is no answer of the service: a proxy or a broken connection.
            None => true,
        },
        SdkError::ConstructionFailure(_) => false,
        _ => true,
    };
    let told = DisplayErrorContext(error).to_string();
    if passing { Fault::Transient(told) } else { Fault::Corrupt(told) }
}
