//! Reads `template.yaml`: the only wiring of the city, here as on AWS.
//!
//! What the reader does not know in a place that matters is an error that names resource and
//! property, so that a wrong template fails on the desk and not in the cloud.

mod error;
mod events;
mod filter;
mod functions;
mod mail;
mod model;
mod resolve;
mod resources;
mod schedule;
mod yaml;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

pub use error::TemplateError;
pub use model::{
    City, Filter, Function, MailEvents, QueueSource, Route, Schedule, ScheduleSource, StreamSource,
};
pub use resolve::{ACCOUNT, REGION, arn, stream_arn};

use error::{Result, wrong};
use events::Known;
use resolve::{Names, plain_text};

/// Sections that may stand at the top of a template.
const SECTIONS: &[&str] = &[
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Globals",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Transform",
];

/// What the city puts into a template from outside.
#[derive(Debug, Clone)]
pub struct Given {
    /// Values of parameters; the others take their default.
    pub parameters: BTreeMap<String, String>,
    /// What stands before the name in the address of a queue, without a slash at the end.
    pub queue_base: String,
}

impl Default for Given {
    fn default() -> Self {
        Self {
            parameters: BTreeMap::new(),
            queue_base: format!("https://sqs.{REGION}.amazonaws.com/{ACCOUNT}"),
        }
    }
}

/// Reads a template.
pub fn read(text: &str, given: &Given) -> Result<City> {
    let template = yaml::read(text)?;
    let Some(sections) = template.as_object() else {
        return wrong("the file", "is not a map of sections");
    };
    for section in sections.keys() {
        if !SECTIONS.contains(&section.as_str()) {
            return wrong(section, "is a section that the local city does not know");
        }
    }
    let resources = section(sections, "Resources")?;
    if resources.is_empty() {
        return wrong("Resources", "has no resources");
    }
    let names = Names {
        parameters: parameters(section(sections, "Parameters")?, given)?,
        resources: resources::local_names(resources)?,
        conditions: section(sections, "Conditions")?.clone(),
        queue_base: given.queue_base.clone(),
    };
    for condition in names.conditions.keys() {
        names.named_condition(condition, "Conditions", 0)?;
    }
    let globals = globals(section(sections, "Globals")?)?;
    let parts = resolved(resources, &globals, &names)?;
    names.resolve_map(section(sections, "Outputs")?, "Outputs")?;
    assemble(&parts, names)
}

/// A resource without intrinsics.
#[derive(Debug)]
struct Part {
    id: String,
    kind: String,
    name: String,
    properties: Map<String, Value>,
}

fn resolved(
    resources: &Map<String, Value>,
    globals: &Map<String, Value>,
    names: &Names,
) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    for (id, (kind, name)) in &names.resources {
        let body = resources.get(id).and_then(Value::as_object);
        let condition = body.and_then(|body| body.get("Condition")).and_then(Value::as_str);
        if let Some(condition) = condition
            && !names.named_condition(condition, id, 0)?
        {
            continue;
        }
        depends_exist(body, names, id)?;
        let own = match body.and_then(|body| body.get("Properties")) {
            Some(Value::Object(own)) => own.clone(),
            None => Map::new(),
            Some(_) => return wrong(id, "has Properties that are not a map"),
        };
        let own = match kind.as_str() {
            "AWS::Serverless::Function" => functions::with_globals(globals, &own),
            _ => own,
        };
        let properties = names.resolve_map(&own, &format!("{id}.Properties"))?;
        parts.push(Part { id: id.clone(), kind: kind.clone(), name: name.clone(), properties });
    }
    Ok(parts)
}

fn depends_exist(body: Option<&Map<String, Value>>, names: &Names, id: &str) -> Result<()> {
    let wanted = match body.and_then(|body| body.get("DependsOn")) {
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(one)) => vec![one.as_str()],
        _ => Vec::new(),
    };
    match wanted.into_iter().find(|wanted| !names.resources.contains_key(*wanted)) {
        Some(missing) => wrong(&format!("{id}.DependsOn"), format!("unknown resource `{missing}`")),
        None => Ok(()),
    }
}

fn assemble(parts: &[Part], names: Names) -> Result<City> {
    let tables = resources::tables(parts)?;
    let queues = resources::queues(parts)?;
    let apis = of_kind(parts, "AWS::Serverless::HttpApi").map(|part| part.name.clone()).collect::<Vec<_>>();
    let known = Known { apis: &apis, queues: &queues, tables: &tables };
    let mut functions = Vec::new();
    for part in of_kind(parts, "AWS::Serverless::Function") {
        functions.push(functions::read_function(&part.id, &part.name, part.properties.clone(), &known)?);
    }
    unique_routes(&functions)?;
    Ok(City {
        mail: mail::read(parts, &known)?,
        buckets: resources::buckets(parts)?,
        secrets: resources::secrets(parts)?,
        functions,
        tables,
        queues,
        parameters: names.parameters,
        resources: names.resources.into_iter().map(|(id, (kind, _))| (id, kind)).collect(),
    })
}

fn of_kind<'a>(parts: &'a [Part], kind: &'a str) -> impl Iterator<Item = &'a Part> {
    parts.iter().filter(move |part| part.kind == kind)
}

fn unique_routes(functions: &[Function]) -> Result<()> {
    let mut seen = BTreeSet::new();
    for function in functions {
        for route in &function.routes {
            if !seen.insert(route) {
                return wrong(
                    &format!("{}.Properties.Events", function.logical_id),
                    format!("route `{route}` is there twice"),
                );
            }
        }
    }
    Ok(())
}

fn section<'a>(sections: &'a Map<String, Value>, name: &str) -> Result<&'a Map<String, Value>> {
    static EMPTY: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
    match sections.get(name) {
        None => Ok(&EMPTY),
        Some(Value::Object(map)) => Ok(map),
        Some(_) => wrong(name, "is not a map"),
    }
}

fn globals(globals: &Map<String, Value>) -> Result<Map<String, Value>> {
    let mut of_functions = Map::new();
    for (name, value) in globals {
        match (name.as_str(), value) {
            ("Function", Value::Object(map)) => of_functions.clone_from(map),
            ("HttpApi", _) => {}
            _ => return wrong(&format!("Globals.{name}"), "is not supported by the local city"),
        }
    }
    Ok(of_functions)
}

fn parameters(declared: &Map<String, Value>, given: &Given) -> Result<BTreeMap<String, Value>> {
    let mut values = BTreeMap::new();
    for (name, body) in declared {
        let at = format!("Parameters.{name}");
        let value = match given.parameters.get(name) {
            Some(value) => value.clone(),
            None => match body.get("Default") {
                Some(default) => plain_text(default, &at)?,
                None => return wrong(&at, "has no Default and the local city does not give it a value"),
            },
        };
        let allowed = body.get("AllowedValues").and_then(Value::as_array);
        if let Some(allowed) = allowed
            && !allowed.iter().any(|one| plain_text(one, &at).is_ok_and(|one| one == value))
        {
            return wrong(&at, format!("`{value}` is not one of its AllowedValues"));
        }
        let value = match body.get("Type").and_then(Value::as_str) {
            Some("Number") => match serde_json::from_str::<serde_json::Number>(&value) {
                Ok(number) => Value::Number(number),
                Err(_) => return wrong(&at, format!("`{value}` is not a number")),
            },
            Some("CommaDelimitedList") => value.split(',').map(str::trim).map(Value::from).collect(),
            Some("String") => Value::String(value),
            other => return wrong(&at, format!("Type {other:?} is not supported by the local city")),
        };
        values.insert(name.clone(), value);
    }
    Ok(values)
}
