//! The query protocol of SES version 1: a form in, XML out.

use std::collections::BTreeMap;

use http::StatusCode;

use super::ambient::fresh_id;
use super::mailbox::{Mail, Mailbox, bare_address};
use super::wire::{self, Reply, escape_xml};

const XMLNS: &str = "http://ses.amazonaws.com/doc/2010-12-01/";
const MAX_RECIPIENTS: usize = 50;
const MAX_TAG_LENGTH: usize = 256;

struct Refusal {
    code: &'static str,
    message: String,
}

impl Refusal {
    fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

type Form = BTreeMap<String, String>;

/// The action of a request, for the layer in front.
pub(super) fn action(body: &[u8]) -> String {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(body).unwrap_or_default();
    pairs.into_iter().find(|(name, _)| name == "Action").map_or_else(String::new, |(_, value)| value)
}

/// `sender` is the only address that may send; any when `None`.
pub(super) fn answer(mailbox: &Mailbox, sender: Option<&str>, body: &[u8]) -> Reply {
    let form: Form = match serde_urlencoded::from_bytes(body) {
        Ok(form) => form,
        Err(error) => return error_reply(StatusCode::BAD_REQUEST, "MalformedInput", &error.to_string()),
    };
    let result = match form.get("Action").map(String::as_str) {
        Some("SendEmail") => read_mail(&form, sender).and_then(|mail| {
            mailbox.accept(mail).map_err(|error| Refusal::new("InternalFailure", error.to_string()))
        }),
        other => Err(Refusal::new(
            "InvalidAction",
            format!("the action {} is not here", other.unwrap_or("(none)")),
        )),
    };
    match result {
        Ok(mail) => {
            let xml = format!(
                "<SendEmailResponse xmlns=\"{XMLNS}\"><SendEmailResult><MessageId>{}</MessageId></SendEmailResult>\
                 <ResponseMetadata><RequestId>{}</RequestId></ResponseMetadata></SendEmailResponse>",
                escape_xml(&mail.id),
                fresh_id()
            );
            wire::reply(StatusCode::OK, "text/xml", xml)
        }
        Err(Refusal { code: "InternalFailure", message }) => {
            error_reply(StatusCode::INTERNAL_SERVER_ERROR, "InternalFailure", &message)
        }
        Err(refusal) => error_reply(StatusCode::BAD_REQUEST, refusal.code, &refusal.message),
    }
}

pub(super) fn error_reply(status: StatusCode, code: &str, message: &str) -> Reply {
    let kind = if status.is_server_error() { "Receiver" } else { "Sender" };
    let xml = format!(
        "<ErrorResponse xmlns=\"{XMLNS}\"><Error><Type>{kind}</Type><Code>{code}</Code><Message>{}</Message></Error>\
         <RequestId>{}</RequestId></ErrorResponse>",
        escape_xml(message),
        fresh_id()
    );
    wire::reply(status, "text/xml", xml)
}

fn read_mail(form: &Form, sender: Option<&str>) -> Result<Mail, Refusal> {
    let missing = |name: &str| Refusal::new("InvalidParameterValue", format!("missing {name}"));
    let from = form.get("Source").filter(|from| !from.is_empty()).ok_or_else(|| missing("Source"))?;
    check_address(from)?;
    if let Some(sender) =
        sender.filter(|sender| !bare_address(from).eq_ignore_ascii_case(bare_address(sender)))
    {
        let message = format!("Email address is not verified. {} may send, not {from}", bare_address(sender));
        return Err(Refusal::new("MessageRejected", message));
    }
    let to = members(form, "Destination.ToAddresses.member");
    if to.is_empty() {
        return Err(missing("Destination"));
    }
    if to.len() > MAX_RECIPIENTS {
        return Err(Refusal::new(
            "InvalidParameterValue",
            format!("Recipient count exceeds {MAX_RECIPIENTS}."),
        ));
    }
    to.iter().try_for_each(|address| check_address(address))?;
    let subject = form.get("Message.Subject.Data").ok_or_else(|| missing("Message.Subject"))?;
    let text = form.get("Message.Body.Text.Data").cloned().unwrap_or_default();
    let html = form.get("Message.Body.Html.Data").cloned().unwrap_or_default();
    if text.is_empty() && html.is_empty() {
        return Err(missing("Message.Body"));
    }
    Ok(Mail {
        id: String::new(),
        from: from.clone(),
        to,
        reply_to: members(form, "ReplyToAddresses.member"),
        subject: subject.clone(),
        text,
        html,
        tags: tags(form)?,
        configuration_set: form.get("ConfigurationSetName").cloned(),
        sent_at: 0,
    })
}

/// `name.1`, `name.2`, ... up to the first that is not there.
fn members(form: &Form, name: &str) -> Vec<String> {
    (1..).map_while(|at| form.get(&format!("{name}.{at}")).cloned()).collect()
}

/// SES takes ASCII only: a name in other letters has to be an encoded word.
fn check_address(address: &str) -> Result<(), Refusal> {
    let bare = bare_address(address);
    let parts = bare.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty());
    if !parts || bare.contains(char::is_whitespace) {
        return Err(Refusal::new("InvalidParameterValue", "Missing final '@domain'"));
    }
    if !address.is_ascii() {
        let message = "non-ASCII characters in an address: write the name as an encoded word (RFC 2047)";
        return Err(Refusal::new("InvalidParameterValue", message));
    }
    Ok(())
}

fn tags(form: &Form) -> Result<BTreeMap<String, String>, Refusal> {
    let allowed = |text: &str| {
        let plain = |character: char| character.is_ascii_alphanumeric() || "_-.@".contains(character);
        !text.is_empty() && text.len() <= MAX_TAG_LENGTH && text.chars().all(plain)
    };
    let mut tags = BTreeMap::new();
    for at in 1.. {
        let Some(name) = form.get(&format!("Tags.member.{at}.Name")) else { break };
        let value = form.get(&format!("Tags.member.{at}.Value")).cloned().unwrap_or_default();
        if !allowed(name) || !allowed(&value) {
            let message = "tag names and values are 1 to 256 of A-Z a-z 0-9 _ - . @";
            return Err(Refusal::new("InvalidParameterValue", message));
        }
        if tags.insert(name.clone(), value).is_some() {
            return Err(Refusal::new("InvalidParameterValue", format!("Duplicate tag name {name}")));
        }
    }
    Ok(tags)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(change: impl FnOnce(&mut Form)) -> Form {
        let pairs = [
            ("Source", "=?UTF-8?B?5biC5bqc?= <no-reply@example.tw>"),
            ("Destination.ToAddresses.member.1", "a@example.tw"),
            ("Message.Subject.Data", "主旨"),
            ("Message.Body.Text.Data", "內文"),
            ("Tags.member.1.Name", "notice"),
            ("Tags.member.1.Value", "ntc_1"),
        ];
        let mut form = pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        change(&mut form);
        form
    }

    fn refused(change: impl FnOnce(&mut Form)) -> &'static str {
        read_mail(&form(change), Some("no-reply@example.tw")).expect_err("refused").code
    }

    #[test]
    fn a_mail_is_read() {
        let mail = read_mail(&form(|_| {}), Some("No-Reply@example.tw")).ok().expect("a mail");
        assert_eq!((mail.subject.as_str(), mail.tags["notice"].as_str()), ("主旨", "ntc_1"));
    }

    #[test]
    fn what_ses_refuses_is_refused() {
        let set = |name: &'static str, value: &'static str| {
            move |form: &mut Form| {
                form.insert(name.to_owned(), value.to_owned());
            }
        };
        assert_eq!(refused(set("Source", "")), "InvalidParameterValue");
        assert_eq!(refused(set("Source", "other@example.tw")), "MessageRejected");
        assert_eq!(refused(set("Source", "市府 <no-reply@example.tw>")), "InvalidParameterValue");
        assert_eq!(refused(set("Destination.ToAddresses.member.1", "nobody")), "InvalidParameterValue");
        assert_eq!(refused(set("Tags.member.1.Value", "no spaces")), "InvalidParameterValue");
        assert_eq!(refused(|form| drop(form.remove("Message.Body.Text.Data"))), "InvalidParameterValue");
    }
}
