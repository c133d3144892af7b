//! What a template says, in types: names are local names and every reference is resolved.

use std::collections::BTreeMap;

use serde_json::Value;

pub use super::filter::Filter;
pub use super::schedule::Schedule;
use crate::aws::{BucketSpec, QueueSpec, SecretSpec, TableSpec};

/// Everything the city is made of.
#[derive(Debug, Clone)]
pub struct City {
    pub functions: Vec<Function>,
    pub tables: Vec<TableSpec>,
    pub queues: Vec<QueueSpec>,
    pub buckets: Vec<BucketSpec>,
    pub secrets: Vec<SecretSpec>,
    pub mail: MailEvents,
    /// The parameters with the values that were used.
    pub parameters: BTreeMap<String, Value>,
    /// Logical id to type, of every resource.
    pub resources: BTreeMap<String, String>,
}

impl City {
    /// A function by its name, which is the name of its binary.
    #[must_use]
    pub fn function(&self, name: &str) -> Option<&Function> {
        self.functions.iter().find(|function| function.name == name)
    }

    /// A parameter as text; empty when there is none.
    #[must_use]
    pub fn parameter(&self, name: &str) -> &str {
        self.parameters.get(name).and_then(Value::as_str).unwrap_or_default()
    }
}

/// What becomes of mail: which set makes events, and the queue that hears of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MailEvents {
    pub configuration_set: Option<String>,
    pub queue: Option<String>,
    pub event_types: Vec<String>,
}

/// `AWS::Serverless::Function`.
#[derive(Debug, Clone)]
pub struct Function {
    /// The name of its binary, which is the name of its crate.
    pub name: String,
    /// Its name in the template.
    pub logical_id: String,
    /// Seconds.
    pub timeout: u32,
    /// MiB.
    pub memory: u32,
    pub environment: BTreeMap<String, String>,
    /// Reserved concurrent executions.
    pub concurrency: Option<u32>,
    pub routes: Vec<Route>,
    pub queues: Vec<QueueSource>,
    pub streams: Vec<StreamSource>,
    pub schedules: Vec<ScheduleSource>,
}

/// One route of the HTTP API.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Route {
    Path {
        /// Upper case; `ANY` for every method.
        method: String,
        path: String,
    },
    /// Takes what no other route is for.
    Default,
}

/// The route key, as API Gateway has it: `GET /cases/{case}`, `$default`.
impl std::fmt::Display for Route {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Path { method, path } => write!(to, "{method} {path}"),
            Self::Default => to.write_str("$default"),
        }
    }
}

/// A queue that feeds a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueSource {
    pub queue: String,
    pub batch_size: u32,
    /// Seconds to wait for a full batch.
    pub window: u32,
    /// The function names the messages that failed (`ReportBatchItemFailures`).
    pub partial_failures: bool,
    pub maximum_concurrency: Option<u32>,
}

/// The stream of a table that feeds a function.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamSource {
    /// Stable across restarts: `<function>.<event>`.
    pub id: String,
    pub table: String,
    /// From the oldest record that is kept, not only from new ones.
    pub from_start: bool,
    pub batch_size: u32,
    /// Seconds to wait for a full batch.
    pub window: u32,
    pub bisect: bool,
    /// No limit when `None`.
    pub maximum_retries: Option<u32>,
    /// Seconds; no limit when `None`.
    pub maximum_age: Option<u32>,
    /// The queue that hears of batches that were given up.
    pub failure_queue: Option<String>,
    pub filters: Vec<Filter>,
    pub partial_failures: bool,
}

/// A schedule that starts a function.
#[derive(Debug, Clone, PartialEq)]
pub struct ScheduleSource {
    pub name: String,
    pub schedule: Schedule,
    /// The payload.
    pub input: Value,
}
