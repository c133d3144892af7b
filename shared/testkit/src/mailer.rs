//! A mail service in memory: keeps every mail, and can refuse, throttle, or lose its answer.

use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use platform::fault::Fault;
use platform::ports::{Ambient, Answer, Handed, Mail, Mailer};

use crate::ambient::ManualAmbient;
use crate::faults::{Act, Gate, Site};

/// A mail that was handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    pub message: String,
    pub at: Timestamp,
    pub mail: Mail,
}

/// What the service does with a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reaction {
    Accept,
    /// It will never take this one.
    Refuse,
    /// It takes it and its answer is lost.
    AcceptSilently,
    /// It takes nothing just now.
    Throttle,
}

type Temper = Box<dyn FnMut(&Mail) -> Reaction + Send>;

pub struct MemoryMailer {
    gate: Arc<Gate>,
    ambient: Arc<ManualAmbient>,
    temper: Mutex<Option<Temper>>,
    sent: Mutex<Vec<Sent>>,
}

impl MemoryMailer {
    #[must_use]
    pub fn new(gate: Arc<Gate>, ambient: Arc<ManualAmbient>) -> Self {
        Self { gate, ambient, temper: Mutex::default(), sent: Mutex::default() }
    }

    /// Reacts as `temper` says from now on.
    pub fn react(&self, temper: impl FnMut(&Mail) -> Reaction + Send + 'static) {
        *self.temper.lock().unwrap() = Some(Box::new(temper));
    }

    /// Accepts everything again.
    pub fn accept_all(&self) {
        *self.temper.lock().unwrap() = None;
    }

    /// Everything handed over, oldest first.
    pub fn sent(&self) -> Vec<Sent> {
        self.sent.lock().unwrap().clone()
    }

    /// How many were handed over.
    pub fn count(&self) -> usize {
        self.sent.lock().unwrap().len()
    }

    /// Reads what was handed over from the `from`th on.
    pub fn since(&self, from: usize) -> Vec<Sent> {
        self.sent.lock().unwrap()[from..].to_vec()
    }

    fn take(&self, mail: Mail) -> Result<Handed, Fault> {
        let reaction = self.temper.lock().unwrap().as_mut().map_or(Reaction::Accept, |temper| temper(&mail));
        match reaction {
            Reaction::Refuse => return Ok(Handed::Refused("MessageRejected".to_owned())),
            Reaction::Throttle => return Ok(Handed::Later("Throttling".to_owned())),
            Reaction::Accept | Reaction::AcceptSilently => {}
        }
        let mut sent = self.sent.lock().unwrap();
        let message = format!("mail-{}", sent.len() + 1);
        sent.push(Sent { message: message.clone(), at: self.ambient.now(), mail });
        if reaction == Reaction::AcceptSilently {
            return Err(Fault::Transient("the answer was lost".to_owned()));
        }
        Ok(Handed::Accepted(message))
    }
}

impl Mailer for MemoryMailer {
    fn send(&self, mail: Mail) -> Answer<'_, Handed> {
        self.gate.call(Site::MailSend, move || self.take(mail))
    }
}

/// Whether a call that met `act` handed the mail over without its process knowing.
#[must_use]
pub const fn unknown_to_sender(act: Act) -> bool {
    matches!(act, Act::CrashAfter | Act::FailAfter)
}

/// What SES publishes of a mail: `kind` is `Send`, `Delivery`, `Bounce`, `Complaint` or `Reject`.
#[must_use]
pub fn event(kind: &str, sent: &Sent) -> String {
    let to = [sent.mail.to.reveal()];
    serde_json::json!({
        "eventType": kind,
        kind.to_lowercase(): { "timestamp": sent.at },
        "mail": {
            "timestamp": sent.at,
            "messageId": sent.message,
            "destination": to,
            "tags": {
                "ses:configuration-set": ["mail"],
                platform::mail::TAG: [sent.mail.tag],
            },
        },
    })
    .to_string()
}
