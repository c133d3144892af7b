//! What starts a function: routes, queues, streams and schedules.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::error::{Result, TemplateError, wrong};
use super::filter::Filter;
use super::model::{Function, QueueSource, Route, ScheduleSource, StreamSource};
use super::resolve::{arn, stream_arn};
use super::schedule::Schedule;
use crate::aws::{QueueSpec, TableSpec};

/// What an event may point at.
pub(super) struct Known<'a> {
    pub apis: &'a [String],
    pub queues: &'a [QueueSpec],
    pub tables: &'a [TableSpec],
}

impl Known<'_> {
    /// The queue with this ARN.
    pub(super) fn queue(&self, wanted: &str, at: &str) -> Result<&QueueSpec> {
        self.queues.iter().find(|queue| arn("sqs", &queue.name) == wanted).ok_or_else(|| {
            TemplateError::new(at, format!("`{wanted}` is not the ARN of a queue of this template"))
        })
    }

    fn table(&self, wanted: &str, at: &str) -> Result<&TableSpec> {
        let table = self.tables.iter().find(|table| stream_arn(&table.name) == wanted).ok_or_else(|| {
            TemplateError::new(at, format!("`{wanted}` is not the stream of a table of this template"))
        })?;
        match table.properties.stream_specification {
            Some(_) => Ok(table),
            None => wrong(at, format!("table `{}` has no StreamSpecification", table.name)),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Event {
    r#type: String,
    #[serde(default)]
    properties: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct HttpApi {
    api_id: Option<String>,
    path: Option<String>,
    method: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Sqs {
    queue: String,
    #[serde(default = "ten")]
    batch_size: u32,
    #[serde(default)]
    maximum_batching_window_in_seconds: u32,
    #[serde(default)]
    function_response_types: Vec<String>,
    scaling_config: Option<ScalingConfig>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ScalingConfig {
    maximum_concurrency: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DynamoDb {
    stream: String,
    starting_position: String,
    #[serde(default = "one_hundred")]
    batch_size: u32,
    #[serde(default)]
    maximum_batching_window_in_seconds: u32,
    #[serde(default)]
    bisect_batch_on_function_error: bool,
    maximum_retry_attempts: Option<i64>,
    maximum_record_age_in_seconds: Option<i64>,
    destination_config: Option<DestinationConfig>,
    filter_criteria: Option<FilterCriteria>,
    #[serde(default)]
    function_response_types: Vec<String>,
    parallelization_factor: Option<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DestinationConfig {
    on_failure: OnFailure,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct OnFailure {
    r#type: Option<String>,
    destination: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct FilterCriteria {
    filters: Vec<Pattern>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Pattern {
    pattern: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Timed {
    #[serde(alias = "Schedule")]
    schedule_expression: String,
    #[serde(default)]
    input: Option<String>,
}

/// What Lambda takes for a queue when nothing is said.
fn ten() -> u32 {
    10
}

/// What Lambda takes for a stream when nothing is said.
fn one_hundred() -> u32 {
    100
}

/// Properties without meaning on one machine, by event type.
fn elsewhere(kind: &str) -> &'static [&'static str] {
    match kind {
        "HttpApi" => &["PayloadFormatVersion", "TimeoutInMillis"],
        "ScheduleV2" | "Schedule" => &[
            "Name",
            "Description",
            "FlexibleTimeWindow",
            "RetryPolicy",
            "DeadLetterConfig",
            "State",
            "OmitName",
        ],
        _ => &["Enabled", "MetricsConfig"],
    }
}

/// Adds one event to the function.
pub(super) fn read_event(
    function: &mut Function,
    name: &str,
    body: Value,
    known: &Known<'_>,
    at: &str,
) -> Result<()> {
    let event: Event = typed(body, at)?;
    let at = format!("{at}.Properties");
    let mut properties = event.properties;
    properties.retain(|key, _| !elsewhere(&event.r#type).contains(&key.as_str()));
    let properties = Value::Object(properties);
    match event.r#type.as_str() {
        "HttpApi" => function.routes.push(route(typed(properties, &at)?, known, &at)?),
        "SQS" => function.queues.push(queue(typed(properties, &at)?, function.timeout, known, &at)?),
        "DynamoDB" => {
            let id = format!("{}.{name}", function.name);
            function.streams.push(stream(typed(properties, &at)?, id, known, &at)?);
        }
        "ScheduleV2" | "Schedule" => function.schedules.push(schedule(&typed(properties, &at)?, name, &at)?),
        other => return wrong(&at, format!("event type `{other}` is not supported by the local city")),
    }
    Ok(())
}

fn typed<T: DeserializeOwned>(value: Value, at: &str) -> Result<T> {
    serde_json::from_value(value).map_err(|error| TemplateError::new(at, error.to_string()))
}

fn route(event: HttpApi, known: &Known<'_>, at: &str) -> Result<Route> {
    match &event.api_id {
        Some(id) if known.apis.contains(id) => {}
        Some(id) => {
            return wrong(&format!("{at}.ApiId"), format!("`{id}` is not an HTTP API of this template"));
        }
        None => return wrong(&format!("{at}.ApiId"), "is missing: name the API"),
    }
    let (path, method) = match (event.path, event.method) {
        (Some(path), Some(method)) => (path, method.to_ascii_uppercase()),
        (None, None) => return Ok(Route::Default),
        (None, Some(_)) => return wrong(&format!("{at}.Path"), "is missing, while there is a method"),
        (Some(_), None) => return wrong(&format!("{at}.Method"), "is missing, while there is a path"),
    };
    if !path.starts_with('/') {
        return wrong(&format!("{at}.Path"), format!("`{path}` does not start with `/`"));
    }
    match method.as_str() {
        "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS" | "ANY" => {
            Ok(Route::Path { method, path })
        }
        "*" => Ok(Route::Path { method: "ANY".to_owned(), path }),
        _ => wrong(&format!("{at}.Method"), format!("`{method}` is not a method")),
    }
}

fn queue(event: Sqs, timeout: u32, known: &Known<'_>, at: &str) -> Result<QueueSource> {
    let queue = known.queue(&event.queue, &format!("{at}.Queue"))?;
    if queue.properties.visibility_timeout < u64::from(timeout) {
        return wrong(
            &format!("{at}.Queue"),
            format!(
                "`{}` shows a message again after {} s, before the function's {timeout} s are over",
                queue.name, queue.properties.visibility_timeout
            ),
        );
    }
    if event.batch_size == 0 || event.batch_size > 10_000 {
        return wrong(&format!("{at}.BatchSize"), "must be from 1 to 10000");
    }
    if event.batch_size > 10 && event.maximum_batching_window_in_seconds == 0 {
        return wrong(&format!("{at}.BatchSize"), "above 10 needs a batching window of at least 1 second");
    }
    Ok(QueueSource {
        queue: queue.name.clone(),
        batch_size: event.batch_size,
        window: window(event.maximum_batching_window_in_seconds, at)?,
        partial_failures: partial_failures(&event.function_response_types, at)?,
        maximum_concurrency: event.scaling_config.map(|scaling| scaling.maximum_concurrency),
    })
}

fn stream(event: DynamoDb, id: String, known: &Known<'_>, at: &str) -> Result<StreamSource> {
    let table = known.table(&event.stream, &format!("{at}.Stream"))?;
    let from_start = match event.starting_position.as_str() {
        "TRIM_HORIZON" => true,
        "LATEST" => false,
        other => {
            return wrong(
                &format!("{at}.StartingPosition"),
                format!("`{other}` is neither TRIM_HORIZON nor LATEST"),
            );
        }
    };
    if event.batch_size == 0 || event.batch_size > 10_000 {
        return wrong(&format!("{at}.BatchSize"), "must be from 1 to 10000");
    }
    if event.parallelization_factor.is_some_and(|factor| factor != 1) {
        return wrong(&format!("{at}.ParallelizationFactor"), "only 1 is supported by the local city");
    }
    let failure_queue = match event.destination_config {
        Some(config) => {
            let at = format!("{at}.DestinationConfig.OnFailure");
            if config.on_failure.r#type.is_some_and(|kind| kind != "SQS") {
                return wrong(&at, "only a queue is supported by the local city");
            }
            Some(known.queue(&config.on_failure.destination, &at)?.name.clone())
        }
        None => None,
    };
    let mut filters = Vec::new();
    for filter in event.filter_criteria.map(|criteria| criteria.filters).unwrap_or_default() {
        filters.push(Filter::parse(&filter.pattern, &format!("{at}.FilterCriteria"))?);
    }
    Ok(StreamSource {
        id,
        table: table.name.clone(),
        from_start,
        batch_size: event.batch_size,
        window: window(event.maximum_batching_window_in_seconds, at)?,
        bisect: event.bisect_batch_on_function_error,
        maximum_retries: limit(event.maximum_retry_attempts, &format!("{at}.MaximumRetryAttempts"))?,
        maximum_age: limit(event.maximum_record_age_in_seconds, &format!("{at}.MaximumRecordAgeInSeconds"))?,
        failure_queue,
        filters,
        partial_failures: partial_failures(&event.function_response_types, at)?,
    })
}

fn schedule(event: &Timed, name: &str, at: &str) -> Result<ScheduleSource> {
    let schedule = Schedule::parse(&event.schedule_expression, &format!("{at}.ScheduleExpression"))?;
    let input = match event.input.as_deref().map(serde_json::from_str) {
        None => serde_json::json!({}),
        Some(Ok(input)) => input,
        Some(Err(error)) => return wrong(&format!("{at}.Input"), format!("is not JSON: {error}")),
    };
    Ok(ScheduleSource { name: name.to_owned(), schedule, input })
}

fn window(seconds: u32, at: &str) -> Result<u32> {
    if seconds > 300 {
        return wrong(&format!("{at}.MaximumBatchingWindowInSeconds"), "must not be above 300");
    }
    Ok(seconds)
}

/// `-1` is no limit.
fn limit(value: Option<i64>, at: &str) -> Result<Option<u32>> {
    match value {
        None | Some(-1) => Ok(None),
        Some(value) => match u32::try_from(value) {
            Ok(value) => Ok(Some(value)),
            Err(_) => wrong(at, "must be -1 or a whole number from 0"),
        },
    }
}

fn partial_failures(types: &[String], at: &str) -> Result<bool> {
    match types {
        [] => Ok(false),
        [one] if one == "ReportBatchItemFailures" => Ok(true),
        _ => wrong(&format!("{at}.FunctionResponseTypes"), "may only be ReportBatchItemFailures"),
    }
}
