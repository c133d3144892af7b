//! The mail that was sent: kept, and followed by the events that SES publishes about it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use rusqlite::{OptionalExtension as _, params};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::ambient::{fresh_id, now_ms, rfc3339};
use super::delivery::Outgoing;
use super::queues::Queues;
use super::store::Store;

/// One mail as the sender handed it over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// The message id that the sender got.
    pub id: String,
    pub from: String,
    pub to: Vec<String>,
    pub reply_to: Vec<String>,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub tags: BTreeMap<String, String>,
    pub configuration_set: Option<String>,
    /// Milliseconds since the epoch.
    pub sent_at: i64,
}

/// What becomes of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MailEvent {
    Send,
    Delivery,
    Bounce,
    Complaint,
    Reject,
}

impl MailEvent {
    const fn name(self) -> &'static str {
        match self {
            Self::Send => "Send",
            Self::Delivery => "Delivery",
            Self::Bounce => "Bounce",
            Self::Complaint => "Complaint",
            Self::Reject => "Reject",
        }
    }

    /// What happens to a mail by itself, decided by the recipient's address as at the simulator of SES.
    fn of_address(address: &str) -> &'static [(Self, Duration)] {
        const AT_ONCE: Duration = Duration::ZERO;
        const SOON: Duration = Duration::from_millis(200);
        const LATER: Duration = Duration::from_millis(400);
        match address.split('@').next().unwrap_or_default() {
            "bounce" => &[(Self::Send, AT_ONCE), (Self::Bounce, SOON)],
            "complaint" => &[(Self::Send, AT_ONCE), (Self::Delivery, SOON), (Self::Complaint, LATER)],
            "reject" => &[(Self::Reject, SOON)],
            _ => &[(Self::Send, AT_ONCE), (Self::Delivery, SOON)],
        }
    }
}

/// Where events go and which.
#[derive(Debug, Clone, Default)]
pub(super) struct Publishing {
    pub(super) queue: Option<String>,
    pub(super) configuration_set: Option<String>,
    /// In lower case; all when empty.
    pub(super) types: Vec<String>,
    pub(super) account: String,
}

/// Everything that was ever sent in this city.
pub struct Mailbox {
    store: Store,
    queues: Arc<Queues>,
    publishing: Publishing,
}

impl Mailbox {
    /// Publishes what an earlier run had accepted and not yet published.
    pub(super) fn open(store: Store, queues: Arc<Queues>, publishing: Publishing) -> anyhow::Result<Self> {
        if let Some(queue) = &publishing.queue {
            anyhow::ensure!(
                queues.names().contains(queue),
                "the queue of mail events, {queue}, is not in the template"
            );
        }
        let mailbox = Self { store, queues, publishing };
        let unannounced = mailbox.store.read(|from| {
            let mut mails = from.prepare("SELECT mail FROM mails WHERE announced = 0 ORDER BY seq")?;
            mails.query_map([], |row| row.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()
        })?;
        for mail in unannounced {
            mailbox.announce(&serde_json::from_str(&mail).context("a stored mail cannot be read")?)?;
        }
        Ok(mailbox)
    }

    /// Takes a mail; the id and the time are made here. What follows is published.
    pub(super) fn accept(&self, mail: Mail) -> anyhow::Result<Mail> {
        let mail = Mail { id: fresh_id(), sent_at: now_ms(), ..mail };
        let text = serde_json::to_string(&mail)?;
        self.store.write(|to| {
            to.prepare_cached("INSERT INTO mails (id, mail, announced) VALUES (?1, ?2, 0)")?
                .execute(params![mail.id, text])
        })?;
        self.announce(&mail)?;
        Ok(mail)
    }

    /// A stop between the events and the mark makes them twice, which SES may do as well.
    fn announce(&self, mail: &Mail) -> anyhow::Result<()> {
        for address in &mail.to {
            for (event, delay) in MailEvent::of_address(bare_address(address)) {
                self.publish(mail, *event, std::slice::from_ref(address), *delay)?;
            }
        }
        self.store.write(|to| to.execute("UPDATE mails SET announced = 1 WHERE id = ?1", [&mail.id]))?;
        Ok(())
    }

    /// The newest `limit` mails, newest first.
    pub fn list(&self, limit: usize) -> anyhow::Result<Vec<Mail>> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mails = self.store.read(|from| {
            let mut mails = from.prepare_cached("SELECT mail FROM mails ORDER BY seq DESC LIMIT ?1")?;
            mails.query_map([limit], |row| row.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()
        })?;
        mails.iter().map(|mail| serde_json::from_str(mail).context("a stored mail cannot be read")).collect()
    }

    pub fn get(&self, id: &str) -> anyhow::Result<Option<Mail>> {
        let mail: Option<String> = self.store.read(|from| {
            from.query_row("SELECT mail FROM mails WHERE id = ?1", [id], |row| row.get(0)).optional()
        })?;
        mail.map(|mail| serde_json::from_str(&mail).context("a stored mail cannot be read")).transpose()
    }

    /// Makes an event by hand for all recipients. `false`: there is no such mail, or nothing is published about it.
    pub fn emit(&self, id: &str, event: MailEvent) -> anyhow::Result<bool> {
        match self.get(id)? {
            Some(mail) => self.publish(&mail, event, &mail.to, Duration::ZERO),
            None => Ok(false),
        }
    }

    fn publish(
        &self,
        mail: &Mail,
        event: MailEvent,
        recipients: &[String],
        delay: Duration,
    ) -> anyhow::Result<bool> {
        let Publishing { queue, configuration_set, types, account } = &self.publishing;
        let Some(queue) = queue else { return Ok(false) };
        let wanted = types.is_empty() || types.contains(&event.name().to_lowercase());
        // As in SES: mail without the configuration set is silent.
        if !wanted || configuration_set.is_some() && *configuration_set != mail.configuration_set {
            return Ok(false);
        }
        let body = event_json(mail, event, recipients, account, now_ms()).to_string();
        self.queues.send(queue, Outgoing { body, delay: Some(delay), ..Outgoing::default() })?;
        Ok(true)
    }
}

/// `a@b` of `"Name" <a@b>`.
pub(super) fn bare_address(address: &str) -> &str {
    address.rsplit_once('<').map_or(address, |(_, rest)| rest.trim_end_matches('>')).trim()
}

/// <https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html>
fn event_json(mail: &Mail, event: MailEvent, recipients: &[String], account: &str, now: i64) -> Value {
    let mut tags: Map<String, Value> =
        mail.tags.iter().map(|(name, value)| (name.clone(), json!([value]))).collect();
    tags.insert("ses:source-ip".to_owned(), json!(["127.0.0.1"]));
    tags.insert(
        "ses:from-domain".to_owned(),
        json!([bare_address(&mail.from).rsplit('@').next().unwrap_or_default()]),
    );
    if let Some(set) = &mail.configuration_set {
        tags.insert("ses:configuration-set".to_owned(), json!([set]));
    }
    let mut value = json!({
        "eventType": event.name(),
        "mail": {
            "timestamp": rfc3339(mail.sent_at),
            "source": mail.from,
            "sendingAccountId": account,
            "messageId": mail.id,
            "destination": mail.to,
            "headersTruncated": false,
            "headers": [
                { "name": "From", "value": mail.from },
                { "name": "To", "value": mail.to.join(", ") },
                { "name": "Subject", "value": mail.subject },
            ],
            "commonHeaders": { "from": [mail.from], "to": mail.to, "messageId": mail.id, "subject": mail.subject },
            "tags": tags,
        },
    });
    let (part, about) = about(mail, event, recipients, now);
    if let Some(object) = value.as_object_mut() {
        object.insert(part.to_owned(), about);
    }
    value
}

fn about(mail: &Mail, event: MailEvent, recipients: &[String], now: i64) -> (&'static str, Value) {
    let timestamp = rfc3339(now);
    let bare: Vec<&str> = recipients.iter().map(|address| bare_address(address)).collect();
    match event {
        MailEvent::Send => ("send", json!({})),
        MailEvent::Delivery => {
            let delivery = json!({
                "timestamp": timestamp,
                "processingTimeMillis": (now - mail.sent_at).max(0),
                "recipients": bare,
                "smtpResponse": "250 2.6.0 Message received",
                "reportingMTA": "local",
            });
            ("delivery", delivery)
        }
        MailEvent::Bounce => {
            let each = |address: &&str| {
                json!({
                    "emailAddress": address, "action": "failed", "status": "5.1.1",
                    "diagnosticCode": "smtp; 550 5.1.1 user unknown",
                })
            };
            let bounce = json!({
                "bounceType": "Permanent",
                "bounceSubType": "General",
                "bouncedRecipients": bare.iter().map(each).collect::<Vec<_>>(),
                "timestamp": timestamp,
                "feedbackId": fresh_id(),
                "reportingMTA": "dsn; local",
            });
            ("bounce", bounce)
        }
        MailEvent::Complaint => {
            let complaint = json!({
                "complainedRecipients": bare.iter().map(|address| json!({ "emailAddress": address })).collect::<Vec<_>>(),
                "timestamp": timestamp,
                "feedbackId": fresh_id(),
                "complaintFeedbackType": "abuse",
                "arrivalDate": timestamp,
            });
            ("complaint", complaint)
        }
        MailEvent::Reject => ("reject", json!({ "reason": "Bad content" })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::spec::{QueueProperties, QueueSpec};

    fn mail() -> Mail {
        Mail {
            id: "m-1".to_owned(),
            from: "City <no-reply@example.tw>".to_owned(),
            to: vec!["a@example.tw".to_owned()],
            reply_to: Vec::new(),
            subject: "s".to_owned(),
            text: "t".to_owned(),
            html: String::new(),
            tags: BTreeMap::from([("notice".to_owned(), "ntc_1".to_owned())]),
            configuration_set: Some("set".to_owned()),
            sent_at: 0,
        }
    }

    #[test]
    fn events_have_the_shape_of_ses() {
        let value = event_json(&mail(), MailEvent::Bounce, &mail().to, "000000000000", 1_500);
        assert_eq!(value["eventType"], "Bounce");
        assert_eq!(value["mail"]["timestamp"], "1970-01-01T00:00:00.000Z");
        assert_eq!(value["mail"]["tags"]["notice"], json!(["ntc_1"]));
        assert_eq!(value["mail"]["tags"]["ses:configuration-set"], json!(["set"]));
        assert_eq!(value["mail"]["tags"]["ses:from-domain"], json!(["example.tw"]));
        assert_eq!(value["bounce"]["bouncedRecipients"][0]["emailAddress"], "a@example.tw");
        assert_eq!(value["bounce"]["timestamp"], "1970-01-01T00:00:01.500Z");
    }

    #[test]
    fn the_address_decides_what_happens() {
        let names = |address| {
            MailEvent::of_address(address).iter().map(|(event, _)| event.name()).collect::<Vec<_>>()
        };
        assert_eq!(names("a@example.tw"), ["Send", "Delivery"]);
        assert_eq!(names("bounce@example.tw"), ["Send", "Bounce"]);
        assert_eq!(names("complaint@example.tw"), ["Send", "Delivery", "Complaint"]);
        assert_eq!(names("reject@example.tw"), ["Reject"]);
    }

    #[test]
    fn mail_that_was_accepted_and_not_announced_is_announced_at_the_next_start() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("services.sqlite")).unwrap();
        let feedback = QueueSpec { name: "feedback".to_owned(), properties: QueueProperties::default() };
        let queues = Arc::new(Queues::open(&[feedback], store.clone()).unwrap());
        let publishing = Publishing { queue: Some("feedback".to_owned()), ..Publishing::default() };
        let open = || Mailbox::open(store.clone(), queues.clone(), publishing.clone()).unwrap();
        let text = serde_json::to_string(&mail()).unwrap();
        store
            .write(|to| to.execute("INSERT INTO mails (id, mail, announced) VALUES ('m-1', ?1, 0)", [text]))
            .unwrap();
        open();
        assert_eq!(queues.peek("feedback").unwrap().len(), 2, "sent and delivered");
        open();
        assert_eq!(queues.peek("feedback").unwrap().len(), 2, "once");
    }
}
