//! The wire of the payment providers (金流業者): how an order is created, how a callback is told to be
//! authentic, what must be answered, how the fate of an order is asked for, how money is given back.
//!
//! Nothing here does I/O: a provider says which [`Call`] to make and reads the [`Reply`]. Each has one
//! module; [`Account`] is the one list of them. What was understood is a [`domain::payment::Word`].

mod account;
mod call;
mod callback;
mod cipher;
mod digest;
mod form;
mod json;
mod keys;
mod mac;
mod order;
mod url;
mod values;

mod ecpay;
#[cfg(test)]
mod effects;
#[cfg(test)]
mod fixtures;
mod govuk_pay;
mod jkopay;
mod linepay;
mod newebpay;
pub mod paid_bill_list;
#[cfg(test)]
mod samples;
mod standard_webhooks;
mod stripe;
#[cfg(test)]
mod vectors;

pub use account::{Account, At};
pub use call::{Call, Method, NotUnderstood, Reply, Step, Stepped};
pub use callback::{Acknowledgement, Heard, Incoming, KeyUsed, Refused, Said};
pub use keys::{BadAccount, Ring, Stage};
pub use order::{Order, Refund, Start, Unfit};
