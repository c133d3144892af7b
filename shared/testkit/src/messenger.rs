//! An SMS gateway in memory: sends one SMS for each id however often it is handed over, and can refuse one, put it
//! off, or lose its answer.

use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use platform::fault::Fault;
use platform::ports::{Ambient, Answer, Handed, Messenger, Sms};

use crate::ambient::ManualAmbient;
use crate::faults::{Gate, Site};
pub use crate::mailer::Reaction;

/// An SMS that went out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texted {
    /// The gateway's number of it.
    pub message: String,
    pub at: Timestamp,
    pub sms: Sms,
}

pub struct MemoryMessenger {
    gate: Arc<Gate>,
    ambient: Arc<ManualAmbient>,
    reaction: Mutex<Reaction>,
    sent: Mutex<Vec<Texted>>,
}

impl MemoryMessenger {
    #[must_use]
    pub fn new(gate: Arc<Gate>, ambient: Arc<ManualAmbient>) -> Self {
        Self { gate, ambient, reaction: Mutex::new(Reaction::Accept), sent: Mutex::default() }
    }

    /// Reacts so from now on.
    pub fn react(&self, reaction: Reaction) {
        *self.reaction.lock().unwrap() = reaction;
    }

    /// Everything that went out, oldest first.
    pub fn sent(&self) -> Vec<Texted> {
        self.sent.lock().unwrap().clone()
    }

    fn take(&self, sms: Sms) -> Result<Handed, Fault> {
        let reaction = *self.reaction.lock().unwrap();
        match reaction {
            Reaction::Refuse => return Ok(Handed::Refused("unknown_number".to_owned())),
            Reaction::Throttle => return Ok(Handed::Later("later".to_owned())),
            Reaction::Accept | Reaction::AcceptSilently => {}
        }
        let mut sent = self.sent.lock().unwrap();
        let known = sent.iter().find(|texted| texted.sms.id == sms.id).map(|texted| texted.message.clone());
        let message = known.unwrap_or_else(|| {
            let message = format!("sms-{}", sent.len() + 1);
            sent.push(Texted { message: message.clone(), at: self.ambient.now(), sms });
            message
        });
        if reaction == Reaction::AcceptSilently {
            return Err(Fault::Transient("the answer was lost".to_owned()));
        }
        Ok(Handed::Accepted(message))
    }
}

impl Messenger for MemoryMessenger {
    fn send(&self, sms: Sms) -> Answer<'_, Handed> {
        self.gate.call(Site::SmsSend, move || self.take(sms))
    }
}
