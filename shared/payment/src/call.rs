//! Requests that we make of a provider, as values: the caller does the I/O.

use std::time::Duration;

use domain::payment::Word;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
}

/// A request to a provider. Its host is one of the account's own, never one that a callback named.
#[derive(Clone, PartialEq, Eq)]
pub struct Call {
    pub method: Method,
    pub url: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    /// How long to wait for the answer.
    pub patience: Duration,
}

/// Method and address alone: headers and body carry keys and signatures.
impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let address = self.url.split('?').next().unwrap_or_default();
        f.debug_struct("Call").field("method", &self.method).field("url", &address).finish_non_exhaustive()
    }
}

/// What the provider answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    pub body: Vec<u8>,
}

/// One step of asking what became of an order. Some providers need several: LINE Pay is asked first
/// and told to go through with it then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub call: Call,
    /// Which step it is, in the words of the provider's module.
    pub name: &'static str,
    /// Whether money may move by it, to us or back: it is for the caller to see that it still should, and
    /// that nothing is paid back twice.
    pub moves_money: bool,
}

impl Step {
    /// One that does no harm when it is made again.
    pub(crate) const fn asking(name: &'static str, call: Call) -> Self {
        Self { call, name, moves_money: false }
    }

    pub(crate) const fn moving(name: &'static str, call: Call) -> Self {
        Self { call, name, moves_money: true }
    }
}

/// What a step led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stepped {
    /// The provider said something to be stored.
    Said(Word),
    /// Nobody has paid: ask again when it is time.
    NotYet,
    /// It is being paid, or paid back: whenever that is over, it will be another answer.
    UnderWay,
    /// One more step.
    Then(Step),
    /// This order is not to be asked about for a while.
    Wait(Duration),
    /// The provider does not want to be asked about anything for a while.
    HoldOff(Duration),
}

/// An answer that does not say what it should: perhaps next time. The text is for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("answer not understood: {0}")]
pub struct NotUnderstood(pub &'static str);
