//! Tables, queues, buckets and secrets; and which resource types there may be.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::error::{Result, TemplateError, wrong};
use super::resolve::arn;
use super::{Part, functions, of_kind};
use crate::aws::{BucketSpec, QueueSpec, SecretSpec, TableProperties, TableSpec};

/// Resource types that the city makes.
const MADE: &[&str] = &[
    "AWS::DynamoDB::Table",
    "AWS::S3::Bucket",
    "AWS::SES::ConfigurationSet",
    "AWS::SES::ConfigurationSetEventDestination",
    "AWS::SNS::Subscription",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::SecretsManager::Secret",
    "AWS::Serverless::Function",
    "AWS::Serverless::HttpApi",
];

/// Resource types with nothing to make on one machine: who may do what, and who is told.
const ELSEWHERE: &[&str] = &[
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::IAM::Role",
    "AWS::Logs::LogGroup",
    "AWS::Logs::MetricFilter",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
];

const TABLE: &[&str] = &[
    "AttributeDefinitions",
    "BillingMode",
    "DeletionProtectionEnabled",
    "GlobalSecondaryIndexes",
    "KeySchema",
    "OnDemandThroughput",
    "PointInTimeRecoverySpecification",
    "SSESpecification",
    "StreamSpecification",
    "TableClass",
    "Tags",
    "TimeToLiveSpecification",
];
const QUEUE: &[&str] = &[
    "DelaySeconds",
    "KmsMasterKeyId",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "RedriveAllowPolicy",
    "RedrivePolicy",
    "SqsManagedSseEnabled",
    "Tags",
    "VisibilityTimeout",
];
const BUCKET: &[&str] = &[
    "BucketEncryption",
    "CorsConfiguration",
    "LifecycleConfiguration",
    "OwnershipControls",
    "PublicAccessBlockConfiguration",
    "Tags",
    "VersioningConfiguration",
];
const SECRET: &[&str] = &["Description", "GenerateSecretString", "KmsKeyId", "SecretString", "Tags"];

/// Logical id to (type, local name), of every resource.
pub(super) fn local_names(resources: &Map<String, Value>) -> Result<BTreeMap<String, (String, String)>> {
    let mut names = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for (id, body) in resources {
        let Some(kind) = body.get("Type").and_then(Value::as_str) else {
            return wrong(id, "has no Type");
        };
        if !MADE.contains(&kind) && !ELSEWHERE.contains(&kind) {
            return wrong(id, format!("type `{kind}` is not supported by the local city"));
        }
        let name = match kind {
            "AWS::Serverless::Function" => functions::binary_name(body, id)?,
            // Bucket names have no capitals.
            "AWS::S3::Bucket" => kebab(id),
            _ => id.clone(),
        };
        if !taken.insert((kind.to_owned(), name.clone())) {
            return wrong(id, format!("`{name}` is there twice"));
        }
        names.insert(id.clone(), (kind.to_owned(), name));
    }
    Ok(names)
}

/// `UploadsBucket` is `uploads-bucket`.
fn kebab(id: &str) -> String {
    let mut name = String::new();
    for letter in id.chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

pub(super) fn tables(parts: &[Part]) -> Result<Vec<TableSpec>> {
    let mut tables = Vec::new();
    for part in of_kind(parts, "AWS::DynamoDB::Table") {
        let properties: TableProperties = typed(part, TABLE)?;
        check_keys(&properties, &format!("{}.Properties", part.id))?;
        tables.push(TableSpec { name: part.name.clone(), properties });
    }
    Ok(tables)
}

/// DynamoDB refuses a table whose keys and attribute definitions do not say the same names.
fn check_keys(table: &TableProperties, at: &str) -> Result<()> {
    let defined = table
        .attribute_definitions
        .iter()
        .map(|definition| definition.attribute_name.as_str())
        .collect::<BTreeSet<_>>();
    if table.key_schema.is_empty() {
        return wrong(&format!("{at}.KeySchema"), "is missing");
    }
    let used = table
        .global_secondary_indexes
        .iter()
        .flat_map(|index| &index.key_schema)
        .chain(&table.key_schema)
        .map(|key| key.attribute_name.as_str())
        .collect::<BTreeSet<_>>();
    let at = format!("{at}.AttributeDefinitions");
    if let Some(missing) = used.difference(&defined).next() {
        return wrong(&at, format!("key attribute `{missing}` is not defined"));
    }
    match defined.difference(&used).next() {
        Some(extra) => wrong(&at, format!("attribute `{extra}` is in no key")),
        None => Ok(()),
    }
}

pub(super) fn queues(parts: &[Part]) -> Result<Vec<QueueSpec>> {
    let mut queues = Vec::new();
    for part in of_kind(parts, "AWS::SQS::Queue") {
        queues.push(QueueSpec { name: part.name.clone(), properties: typed(part, QUEUE)? });
    }
    for queue in &queues {
        let Some(redrive) = &queue.properties.redrive_policy else { continue };
        let at = format!("{}.Properties.RedrivePolicy", queue.name);
        let target = &redrive.dead_letter_target_arn;
        if !queues.iter().any(|other| arn("sqs", &other.name) == *target) {
            return wrong(&at, format!("`{target}` is not the ARN of a queue of this template"));
        }
        if redrive.max_receive_count == 0 {
            return wrong(&at, "maxReceiveCount must be at least 1");
        }
    }
    Ok(queues)
}

pub(super) fn buckets(parts: &[Part]) -> Result<Vec<BucketSpec>> {
    of_kind(parts, "AWS::S3::Bucket")
        .map(|part| Ok(BucketSpec { name: part.name.clone(), properties: typed(part, BUCKET)? }))
        .collect()
}

pub(super) fn secrets(parts: &[Part]) -> Result<Vec<SecretSpec>> {
    of_kind(parts, "AWS::SecretsManager::Secret")
        .map(|part| Ok(SecretSpec { name: part.name.clone(), properties: typed(part, SECRET)? }))
        .collect()
}

fn typed<T: DeserializeOwned>(part: &Part, known: &[&str]) -> Result<T> {
    let at = format!("{}.Properties", part.id);
    if let Some(name) = part.properties.keys().find(|name| !known.contains(&name.as_str())) {
        return wrong(&at, format!("property `{name}` is not supported by the local city"));
    }
    serde_json::from_value(Value::Object(part.properties.clone()))
        .map_err(|error| TemplateError::new(at, error.to_string()))
}
