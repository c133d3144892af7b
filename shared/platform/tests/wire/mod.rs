//! A service behind the real client: it always gives the same answer, and remembers what it was asked.

use std::sync::{Arc, Mutex};

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::{Credentials, SharedCredentialsProvider};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;

/// The operation named in the header, if any, and the body.
pub type Asked = Arc<Mutex<Vec<(String, String)>>>;

#[derive(Debug)]
struct Service {
    status: u16,
    answer: String,
    asked: Asked,
}

impl HttpConnector for Service {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let operation = request.headers().get("x-amz-target").unwrap_or_default().to_owned();
        let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned();
        self.asked.lock().unwrap().push((operation, body));
        let response =
            HttpResponse::new(self.status.try_into().unwrap(), SdkBody::from(self.answer.as_str()));
        HttpConnectorFuture::ready(Ok(response))
    }
}

/// A configuration whose clients all get `answer`, once: nothing is tried again.
pub fn answering(status: u16, answer: &impl ToString) -> (SdkConfig, Asked) {
    let asked = Asked::default();
    let service = Service { status, answer: answer.to_string(), asked: Arc::clone(&asked) };
    let connector = SharedHttpConnector::new(service);
    let credentials = Credentials::new("id", "key", None, None, "test");
    let sdk = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("ap-northeast-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(http_client_fn(move |_, _| connector.clone()))
        .retry_config(RetryConfig::disabled())
        .timeout_config(TimeoutConfig::disabled())
        .build();
    (sdk, asked)
}
