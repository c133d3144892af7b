//! Functions and what starts them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::error::{Result, TemplateError, wrong};
use super::events::{Known, read_event};
use super::model::Function;
use super::resolve::plain_text;

/// Properties that mean something on AWS and nothing on one machine.
const ELSEWHERE: &[&str] = &[
    "Architectures",
    "AutoPublishAlias",
    "CodeUri",
    "DeploymentPreference",
    "Description",
    "EphemeralStorage",
    "EventInvokeConfig",
    "Handler",
    "LoggingConfig",
    "PackageType",
    "PermissionsBoundary",
    "Policies",
    "PropagateTags",
    "Role",
    "Runtime",
    "RuntimeManagementConfig",
    "Tags",
    "Tracing",
];

/// The longest time a function may run on AWS, in seconds.
const LONGEST: u32 = 900;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Properties {
    #[serde(default = "three")]
    timeout: u32,
    #[serde(default = "one_hundred_and_twenty_eight")]
    memory_size: u32,
    #[serde(default)]
    environment: Environment,
    reserved_concurrent_executions: Option<u32>,
    #[serde(default)]
    events: Map<String, Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Environment {
    #[serde(default)]
    variables: BTreeMap<String, Value>,
}

/// What Lambda takes when nothing is said.
fn three() -> u32 {
    3
}

/// What Lambda takes when nothing is said.
fn one_hundred_and_twenty_eight() -> u32 {
    128
}

/// The binary of a function: `Metadata.BuildProperties.Binary`, as cargo-lambda reads it.
pub(super) fn binary_name(resource: &Value, at: &str) -> Result<String> {
    resource
        .pointer("/Metadata/BuildProperties/Binary")
        .and_then(Value::as_str)
        .map(str::to_owned)
        .ok_or_else(|| TemplateError::new(at, "has no Metadata.BuildProperties.Binary"))
}

/// Reads one function; `properties` are resolved and hold what `Globals` say.
pub(super) fn read_function(
    logical_id: &str,
    name: &str,
    mut properties: Map<String, Value>,
    known: &Known<'_>,
) -> Result<Function> {
    let at = format!("{logical_id}.Properties");
    properties.retain(|key, _| !ELSEWHERE.contains(&key.as_str()));
    let properties: Properties = serde_json::from_value(Value::Object(properties))
        .map_err(|error| TemplateError::new(&at, error.to_string()))?;
    if properties.timeout == 0 || properties.timeout > LONGEST {
        return wrong(&format!("{at}.Timeout"), "must be from 1 to 900 seconds");
    }
    if properties.reserved_concurrent_executions == Some(0) {
        return wrong(&format!("{at}.ReservedConcurrentExecutions"), "0 would stop the function");
    }
    let mut environment = BTreeMap::new();
    for (key, value) in properties.environment.variables {
        let place = format!("{at}.Environment.Variables.{key}");
        environment.insert(key, plain_text(&value, &place)?);
    }
    let mut function = Function {
        name: name.to_owned(),
        logical_id: logical_id.to_owned(),
        timeout: properties.timeout,
        memory: properties.memory_size,
        environment,
        concurrency: properties.reserved_concurrent_executions,
        routes: Vec::new(),
        queues: Vec::new(),
        streams: Vec::new(),
        schedules: Vec::new(),
    };
    for (event, body) in properties.events {
        read_event(&mut function, &event, body, known, &format!("{at}.Events.{event}"))?;
    }
    Ok(function)
}

/// Puts `Globals.Function` under the function's own properties: environments are merged,
/// everything else the function says itself wins.
pub(super) fn with_globals(globals: &Map<String, Value>, own: &Map<String, Value>) -> Map<String, Value> {
    let mut merged = globals.clone();
    for (key, value) in own {
        match (merged.get_mut(key), value) {
            (Some(Value::Object(below)), Value::Object(above)) if key == "Environment" => {
                *below = with_variables(below, above);
            }
            _ => {
                merged.insert(key.clone(), value.clone());
            }
        }
    }
    merged
}

fn with_variables(below: &Map<String, Value>, above: &Map<String, Value>) -> Map<String, Value> {
    let mut variables = Map::new();
    for side in [below, above] {
        if let Some(Value::Object(own)) = side.get("Variables") {
            variables.extend(own.clone());
        }
    }
    let mut merged = Map::new();
    merged.insert("Variables".to_owned(), Value::Object(variables));
    merged
}
