//! The registers in memory: they have of everybody what they were asked by, until they are told otherwise.

use std::sync::{Arc, Mutex};

use domain::personal::Personal;
use domain::register::{Finding, Inquiry, Line};
use platform::fault::Fault;
use platform::ports::{Answer, Registers};

use crate::faults::{Gate, Site};

/// What the registers do with a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reaction {
    /// They say what they were asked by.
    #[default]
    Echo,
    /// They have nothing.
    Nothing,
    /// They do not answer.
    Silent,
    /// They do not answer now, and say what they were asked by when they are asked again.
    SilentOnce,
}

pub struct MemoryRegisters {
    gate: Arc<Gate>,
    reaction: Mutex<Reaction>,
    asked: Mutex<Vec<Inquiry>>,
}

impl MemoryRegisters {
    #[must_use]
    pub fn new(gate: Arc<Gate>) -> Self {
        Self { gate, reaction: Mutex::default(), asked: Mutex::default() }
    }

    /// Reacts so from now on.
    pub fn react(&self, reaction: Reaction) {
        *self.reaction.lock().unwrap() = reaction;
    }

    /// Everything they were asked, oldest first.
    pub fn asked(&self) -> Vec<Inquiry> {
        self.asked.lock().unwrap().clone()
    }

    fn answer(&self, inquiry: Inquiry) -> Result<Finding, Fault> {
        let line =
            |(key, value): &(domain::id::Key, String)| Line { label: key.to_string(), value: value.clone() };
        let lines: Vec<Line> = inquiry.subject.reveal().iter().map(line).collect();
        self.asked.lock().unwrap().push(inquiry);
        let mut reaction = self.reaction.lock().unwrap();
        match *reaction {
            Reaction::Echo => return Ok(Some(Personal::new(lines))),
            Reaction::Nothing => return Ok(None),
            Reaction::Silent => {}
            Reaction::SilentOnce => *reaction = Reaction::Echo,
        }
        Err(Fault::Transient("no answer".to_owned()))
    }
}

impl Registers for MemoryRegisters {
    fn ask(&self, inquiry: Inquiry) -> Answer<'_, Finding> {
        self.gate.call(Site::RegisterAsk, move || self.answer(inquiry))
    }
}
