//! What the mailer makes of the answers of SES, through the real client.

#![expect(clippy::unwrap_used, reason = "helpers of a test")]

mod wire;

use domain::personal::Personal;
use platform::config::Config;
use platform::fault::Fault;
use platform::mail::SesMailer;
use platform::ports::{Handed, Mail, Mailer};
use wire::Asked;

const ADDRESS: &str = "canary@example.org";

fn mail() -> Mail {
    Mail {
        tag: "TP-K3QH9-XW2MT-7_3_1".to_owned(),
        to: Personal::new(ADDRESS.to_owned()),
        subject: "已核准".to_owned(),
        text: "您好".to_owned(),
        html: "<p>您好</p>".to_owned(),
    }
}

async fn send(status: u16, answer: &str) -> (Result<Handed, Fault>, Asked) {
    let (sdk, asked) = wire::answering(status, &answer);
    let mut config = Config::from_lookup(|name| Some(name.to_lowercase().replace('_', "-")));
    let mailer = SesMailer::new(&sdk, &mut config);
    config.finish().unwrap();
    (mailer.send(mail()).await, asked)
}

fn error(code: &str, message: &str) -> String {
    format!(
        r#"<ErrorResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>r</RequestId></ErrorResponse>"#
    )
}

#[tokio::test]
async fn an_accepted_mail_has_a_message_id_and_carries_its_notice() {
    let answer = r#"<SendEmailResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><SendEmailResult><MessageId>0100-abc</MessageId></SendEmailResult></SendEmailResponse>"#;
    let (handed, asked) = send(200, answer).await;
    assert_eq!(handed.unwrap(), Handed::Accepted("0100-abc".to_owned()));
    let asked = asked.lock().unwrap();
    let (_, body) = asked.first().unwrap();
    for part in [
        "Action=SendEmail",
        "Source=mail-sender",
        "Destination.ToAddresses.member.1=canary%40example.org",
        "ConfigurationSetName=mail-configuration-set",
        "Tags.member.1.Name=notice",
        "Tags.member.1.Value=TP-K3QH9-XW2MT-7_3_1",
        "Message.Subject.Charset=UTF-8",
    ] {
        assert!(body.contains(part), "{part} is not in {body}");
    }
}

#[tokio::test]
async fn a_rejected_message_is_refused_for_good() {
    let (handed, _) = send(400, &error("MessageRejected", "Email address is not verified")).await;
    assert!(matches!(handed, Ok(Handed::Refused(_))), "{handed:?}");
}

#[tokio::test]
async fn a_throttled_mail_is_put_off() {
    let (handed, _) = send(400, &error("Throttling", "later")).await;
    assert!(matches!(handed, Ok(Handed::Later(_))), "{handed:?}");
}

/// It may have the mail all the same: the ledger waits for word before it sends again.
#[tokio::test]
async fn trouble_inside_the_service_leaves_open_whether_it_has_the_mail() {
    for (status, code) in [(503, "ServiceUnavailable"), (500, "InternalFailure")] {
        let (handed, _) = send(status, &error(code, "later")).await;
        assert!(matches!(handed, Err(Fault::Transient(_))), "{code}: {handed:?}");
    }
}

#[tokio::test]
async fn a_wrong_deployment_is_no_answer_about_the_mail() {
    for code in ["ConfigurationSetDoesNotExist", "AccessDenied", "InvalidClientTokenId"] {
        let (handed, _) = send(400, &error(code, "no")).await;
        assert!(matches!(handed, Err(Fault::Corrupt(_))), "{code}: {handed:?}");
    }
}

/// SES names the address it does not like; what it says goes to a log.
#[tokio::test]
async fn whatever_the_service_says_the_address_is_not_told_on() {
    let message = format!("The following identities failed the check: {ADDRESS}");
    for code in ["MessageRejected", "Throttling", "InvalidParameterValue"] {
        let (handed, _) = send(400, &error(code, &message)).await;
        let told = match &handed {
            Ok(handed) => format!("{handed:?}"),
            Err(fault) => format!("{fault} {fault:?}"),
        };
        assert!(!told.contains(ADDRESS), "{told}");
    }
}
