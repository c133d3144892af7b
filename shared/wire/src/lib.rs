//! What strangers send us, read strictly: forms, files in forms, events of the mail service, answers of registers and of
//! the SMS gateway. What payment providers send is read in `payment`.
//!
//! Nothing here does I/O or knows the AWS SDK, so that the fuzz targets (`fuzz/`) build without it.

pub mod address;
pub mod form;
pub mod mail_event;
pub mod malformed;
pub mod multipart;
pub mod register;
pub mod sms;

use serde::de::DeserializeOwned;

/// Reads a JSON object; an array would do for a derived `Deserialize`, in the order of the fields. What the parser says
/// is not passed on: it may quote the answer.
#[must_use]
pub fn object<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    if body.trim_ascii_start().starts_with(b"{") { serde_json::from_slice(body).ok() } else { None }
}
