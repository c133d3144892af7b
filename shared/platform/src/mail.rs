//! The mail service on SES.

use aws_sdk_ses::Client;
use aws_sdk_ses::config::Region;
use aws_sdk_ses::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_ses::operation::send_email::SendEmailError;
use aws_sdk_ses::types::{Body, Content, Destination, Message, MessageTag};
use domain::personal::Personal;

use crate::config::Config;
use crate::fault::Fault;
use crate::ports::{Answer, Handed, Mail, Mailer};
use crate::sdk;

/// The name of the tag that carries the notice id.
pub const TAG: &str = "notice";

/// SES, perhaps in another region than the function: not every region has it.
#[derive(Debug, Clone)]
pub struct SesMailer {
    client: Client,
    sender: String,
    configuration_set: String,
}

impl SesMailer {
    pub fn new(sdk: &aws_config::SdkConfig, config: &mut Config) -> Self {
        let region = Region::new(config.required("MAIL_REGION"));
        // SendEmail has no idempotency token: the SDK's own second attempt would be a second mail that
        // nobody knows of. Whether to send again is the ledger's to decide.
        let own = aws_sdk_ses::config::Builder::from(sdk)
            .region(region)
            .retry_config(aws_sdk_ses::config::retry::RetryConfig::disabled())
            .build();
        Self {
            client: Client::from_conf(own),
            sender: config.required("MAIL_SENDER"),
            configuration_set: config.required("MAIL_CONFIGURATION_SET"),
        }
    }

    async fn send_mail(&self, mail: Mail) -> Result<Handed, Fault> {
        let address = mail.to.clone();
        let told = |what: String| without(&address, &what);
        let content =
            |data: String| Content::builder().data(data).charset("UTF-8").build().map_err(Fault::corrupt);
        let body = Body::builder().text(content(mail.text)?).html(content(mail.html)?).build();
        let message = Message::builder().subject(content(mail.subject)?).body(body).build();
        let tag = MessageTag::builder().name(TAG).value(mail.tag).build().map_err(Fault::corrupt)?;
        let request = self
            .client
            .send_email()
            .source(&self.sender)
            .destination(Destination::builder().to_addresses(mail.to.reveal()).build())
            .message(message)
            .configuration_set_name(&self.configuration_set)
            .tags(tag);
        match request.send().await {
            Ok(sent) => Ok(Handed::Accepted(sent.message_id)),
            Err(SdkError::ServiceError(service)) if never(service.err()) => {
                Ok(Handed::Refused(told(service.into_err().to_string())))
            }
            Err(error) => {
                // Only throttling says for sure that the service does not have the mail.
                let throttled = matches!(&error, SdkError::ServiceError(service)
                    if service.err().code().is_some_and(|code| THROTTLED.contains(&code)));
                match sdk::classify(error) {
                    Fault::Transient(why) if throttled => Ok(Handed::Later(told(why))),
                    Fault::Transient(why) => Err(Fault::Transient(told(why))),
                    Fault::Corrupt(why) => Err(Fault::Corrupt(told(why))),
                    fault => Err(fault),
                }
            }
        }
    }
}

const THROTTLED: [&str; 3] = ["Throttling", "ThrottlingException", "TooManyRequestsException"];

/// The service names the address it does not like, and what it says goes to a log.
fn without(address: &Personal<String>, what: &str) -> String {
    match address.reveal().as_str() {
        "" => what.to_owned(),
        address => what.replace(address, "(recipient)"),
    }
}

/// The address or the message itself is refused: another attempt cannot change that.
fn never(error: &SendEmailError) -> bool {
    matches!(error, SendEmailError::MessageRejected(_)) || error.code() == Some("InvalidParameterValue")
}

impl Mailer for SesMailer {
    fn send(&self, mail: Mail) -> Answer<'_, Handed> {
        Box::pin(self.send_mail(mail))
    }
}
