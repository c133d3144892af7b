//! What the functions stand on: the store, the queues, mail and SMS, the files, configuration and
//! telemetry. Rules live in `domain`; pages live in `web`.
//!
//! [`ports`] is the whole boundary: eight traits, each with a real implementation here and an
//! in-memory one in `testkit`, both held to one contract suite. [`commit`] is how a case changes.

pub mod absences;
pub mod accounts;
pub mod agencies;
pub mod attendance;
pub mod audit;
pub mod batch;
pub mod bookings;
pub mod calendars;
pub mod catalogue;
pub mod codec;
pub mod commit;
pub mod config;
pub mod documents;
pub mod drafts;
pub mod dynamo;
pub mod fault;
pub mod keys;
pub mod mail;
pub mod notices;
pub mod objects;
pub mod outbound;
pub mod payments;
pub mod ports;
pub mod process;
pub mod queue;
pub mod record;
pub mod reports;
pub mod results;
pub mod row;
pub mod sdk;
pub mod secrets;
pub mod sessions;
pub mod signed;
pub mod sms;
pub mod store;
pub mod telemetry;
