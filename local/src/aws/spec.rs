//! What the city is made of: the properties of the template's resources, with every intrinsic already resolved.
//!
//! The `*Properties` structs read the `CloudFormation` property names (`serde_json::from_value(properties)`) and
//! ignore what has no meaning on one machine.

use serde::{Deserialize, Deserializer, Serialize};

/// Everything [`super::start`] needs to know.
#[derive(Debug, Clone)]
pub struct Spec {
    pub region: String,
    pub account: String,
    /// Access key ids that may call: one per function, and whoever else needs in (operators, tests).
    pub callers: Vec<String>,
    /// The secret key that all of them share.
    pub secret_key: String,
    pub tables: Vec<TableSpec>,
    pub queues: Vec<QueueSpec>,
    pub buckets: Vec<BucketSpec>,
    pub secrets: Vec<SecretSpec>,
    /// The only address that may send; any address when `None`.
    pub mail_sender: Option<String>,
    /// The configuration set whose mail makes events; mail of any set when `None`.
    pub mail_configuration_set: Option<String>,
    /// The queue that gets the events of mail (raw, as SNS delivers with `RawMessageDelivery`); no events when `None`.
    pub mail_events_queue: Option<String>,
    /// Event types as the template writes them (`send`, `delivery`, ...); all of them when empty.
    pub mail_event_types: Vec<String>,
}

impl Default for Spec {
    fn default() -> Self {
        Self {
            region: "ap-east-2".to_owned(),
            account: "000000000000".to_owned(),
            callers: vec!["local".to_owned()],
            secret_key: "local".to_owned(),
            tables: Vec::new(),
            queues: Vec::new(),
            buckets: Vec::new(),
            secrets: Vec::new(),
            mail_sender: None,
            mail_configuration_set: None,
            mail_events_queue: None,
            mail_event_types: Vec::new(),
        }
    }
}

/// `AWS::DynamoDB::Table`.
#[derive(Debug, Clone)]
pub struct TableSpec {
    pub name: String,
    pub properties: TableProperties,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct TableProperties {
    pub attribute_definitions: Vec<AttributeDefinition>,
    pub key_schema: Vec<KeyElement>,
    pub global_secondary_indexes: Vec<IndexProperties>,
    pub stream_specification: Option<StreamSpecification>,
    pub time_to_live_specification: Option<TimeToLive>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AttributeDefinition {
    pub attribute_name: String,
    pub attribute_type: String,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct KeyElement {
    pub attribute_name: String,
    pub key_type: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct IndexProperties {
    pub index_name: String,
    pub key_schema: Vec<KeyElement>,
    pub projection: Projection,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Projection {
    pub projection_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub non_key_attributes: Option<Vec<String>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct StreamSpecification {
    pub stream_view_type: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TimeToLive {
    pub attribute_name: String,
    #[serde(default, deserialize_with = "lenient_bool")]
    pub enabled: bool,
}

/// `AWS::SQS::Queue`, standard.
#[derive(Debug, Clone)]
pub struct QueueSpec {
    pub name: String,
    pub properties: QueueProperties,
}

/// Times are in seconds.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct QueueProperties {
    #[serde(deserialize_with = "lenient_number")]
    pub visibility_timeout: u64,
    #[serde(deserialize_with = "lenient_number")]
    pub delay_seconds: u64,
    #[serde(deserialize_with = "lenient_number")]
    pub message_retention_period: u64,
    #[serde(deserialize_with = "lenient_number")]
    pub receive_message_wait_time_seconds: u64,
    pub redrive_policy: Option<RedrivePolicy>,
}

impl Default for QueueProperties {
    fn default() -> Self {
        Self {
            visibility_timeout: 30,
            delay_seconds: 0,
            message_retention_period: 4 * 24 * 3600,
            receive_message_wait_time_seconds: 0,
            redrive_policy: None,
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RedrivePolicy {
    /// An ARN or a plain name: what follows the last colon is the queue.
    pub dead_letter_target_arn: String,
    #[serde(deserialize_with = "lenient_number")]
    pub max_receive_count: u64,
}

/// `AWS::S3::Bucket`.
#[derive(Debug, Clone)]
pub struct BucketSpec {
    pub name: String,
    pub properties: BucketProperties,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct BucketProperties {
    pub cors_configuration: CorsConfiguration,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct CorsConfiguration {
    pub cors_rules: Vec<CorsRule>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct CorsRule {
    pub allowed_origins: Vec<String>,
    pub allowed_methods: Vec<String>,
    pub allowed_headers: Vec<String>,
    pub exposed_headers: Vec<String>,
    /// Seconds.
    pub max_age: Option<u32>,
}

/// `AWS::SecretsManager::Secret`.
#[derive(Debug, Clone)]
pub struct SecretSpec {
    pub name: String,
    pub properties: SecretProperties,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct SecretProperties {
    /// The first value; a value that was put later is kept.
    pub secret_string: Option<String>,
    pub generate_secret_string: Option<GenerateSecretString>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct GenerateSecretString {
    pub password_length: Option<usize>,
    pub exclude_characters: String,
    #[serde(deserialize_with = "lenient_bool")]
    pub exclude_punctuation: bool,
    /// A JSON object that gets the generated value under `generate_string_key`.
    pub secret_string_template: Option<String>,
    pub generate_string_key: Option<String>,
}

/// `CloudFormation` takes `30` and `"30"`; a parameter that was referred to arrives as text.
fn lenient_number<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(u64),
        Text(String),
    }
    match Either::deserialize(from)? {
        Either::Number(number) => Ok(number),
        Either::Text(text) => text.trim().parse().map_err(serde::de::Error::custom),
    }
}

fn lenient_bool<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Bool(bool),
        Text(String),
    }
    match Either::deserialize(from)? {
        Either::Bool(value) => Ok(value),
        Either::Text(text) => text.trim().parse().map_err(serde::de::Error::custom),
    }
}
