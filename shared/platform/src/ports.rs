//! The boundary of the process. A simulated process is one that was given other implementations of
//! these eight traits; nothing else in the product is swapped in a test.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use domain::personal::Personal;
use domain::register::{Finding, Inquiry};
use jiff::Timestamp;
use payment::{Call, Reply};

use crate::fault::Fault;
use crate::keys::Key;
use crate::row::{Page, Query, Row, Transaction, Written};

/// What a call across the boundary gives: boxed, so that the traits can be used as objects and a
/// function needs no type parameter per port.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, Fault>> + Send + 'a>>;

/// Time and randomness, which a decision takes as arguments.
pub trait Ambient: Send + Sync {
    fn now(&self) -> Timestamp;
    /// 32 unpredictable bytes, fit for a session token.
    fn random(&self) -> [u8; 32];
}

/// The tables.
pub trait Store: Send + Sync {
    /// One row, read consistently.
    fn get(&self, key: Key) -> Answer<'_, Option<Row>>;
    /// A page of rows; of a table consistently, of an index as of some moment ago.
    fn query(&self, query: Query) -> Answer<'_, Page>;
    /// All of the writes or none.
    fn write(&self, transaction: Transaction) -> Answer<'_, Written>;
}

/// The queues.
pub trait Queue: Send + Sync {
    /// Puts work on the queue, at least once.
    fn send(&self, body: String) -> Answer<'_, ()>;
}

/// A mail to one person.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// The tag by which what became of the mail is told: the notice it carries.
    pub tag: String,
    pub to: Personal<String>,
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// The tag alone: what a mail says is between the window and its recipient.
impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail").field("tag", &self.tag).finish_non_exhaustive()
    }
}

/// What the mail service, or the SMS gateway, said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handed {
    /// Accepted for delivery under this message id.
    Accepted(String),
    /// Not now: throttled, or trouble on its side. It does not have the mail. (An error of the call
    /// itself leaves open whether it has.)
    Later(String),
    /// Will never be accepted.
    Refused(String),
}

/// The mail service.
pub trait Mailer: Send + Sync {
    fn send(&self, mail: Mail) -> Answer<'_, Handed>;
}

/// An SMS to one person.
#[derive(Clone, PartialEq, Eq)]
pub struct Sms {
    /// The notice it is of. However often one is sent under the same id, the gateway sends it once.
    pub id: String,
    pub to: Personal<String>,
    pub text: String,
}

/// The id alone, as of a mail.
impl fmt::Debug for Sms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sms").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The gateway by which SMS go out (docs/sms.md).
pub trait Messenger: Send + Sync {
    /// Hands one over; `Fault::Transient` when the gateway does not answer, or not as agreed, and may have it.
    fn send(&self, sms: Sms) -> Answer<'_, Handed>;
}

/// The payment providers, whichever host a call names.
pub trait Providers: Send + Sync {
    fn call(&self, call: Call) -> Answer<'_, Reply>;
}

/// The registers in which the city looks documents up (資料整合平臺、MyData; docs/registers.md). Asking changes
/// nothing of ours; a register keeps who asked.
pub trait Registers: Send + Sync {
    /// What it has; `Fault::Transient` when it does not answer, or not as agreed.
    fn ask(&self, inquiry: Inquiry) -> Answer<'_, Finding>;
}

/// What the object store knows of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectInfo {
    pub bytes: u64,
    pub content_type: String,
    /// Its first bytes, at most [`HEAD_BYTES`].
    pub head: Vec<u8>,
}

/// How much of a file is read to tell its type.
pub const HEAD_BYTES: usize = 16;

/// An upload that the object store is asked to allow: this key, this type, this many bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadTicket {
    pub key: String,
    pub content_type: String,
    pub bytes: u32,
    /// The SHA-256 the object store must see.
    pub sha256: [u8; 32],
    pub valid: Duration,
}

/// Where and with which headers the browser puts the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedUpload {
    pub url: String,
    pub headers: Vec<(String, String)>,
}

/// The files.
pub trait Objects: Send + Sync {
    /// A URL with which a browser may put exactly this object.
    fn presign_put(&self, ticket: UploadTicket) -> Answer<'_, SignedUpload>;
    /// A URL with which a browser may fetch the object under a file name.
    fn presign_get(&self, key: String, file_name: String, valid: Duration) -> Answer<'_, String>;
    fn put(&self, key: String, content_type: String, body: Vec<u8>) -> Answer<'_, ()>;
    fn info(&self, key: String) -> Answer<'_, Option<ObjectInfo>>;
    /// Copies inside the bucket; copying again changes nothing. `false` when there is no source.
    fn copy(&self, from: String, to: String) -> Answer<'_, bool>;
}
