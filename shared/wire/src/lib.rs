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
