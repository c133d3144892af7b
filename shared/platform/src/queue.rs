//! A queue on SQS.

use crate::config::Config;
use crate::fault::Fault;
use crate::ports::{Answer, Queue};
use crate::sdk;

/// One queue, by its URL.
#[derive(Debug, Clone)]
pub struct SqsQueue {
    client: aws_sdk_sqs::Client,
    url: String,
}

impl SqsQueue {
    /// The queue whose URL the variable `name` must hold.
    pub fn new(sdk: &aws_config::SdkConfig, config: &mut Config, name: &'static str) -> Self {
        Self { client: aws_sdk_sqs::Client::new(sdk), url: config.required(name) }
    }

    async fn send_body(&self, body: String) -> Result<(), Fault> {
        let request = self.client.send_message().queue_url(&self.url).message_body(body);
        request.send().await.map(|_| ()).map_err(sdk::classify)
    }
}

impl Queue for SqsQueue {
    fn send(&self, body: String) -> Answer<'_, ()> {
        Box::pin(self.send_body(body))
    }
}
