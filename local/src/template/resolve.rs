//! Intrinsics: references become local names, ARNs and URLs.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::error::{Result, TemplateError, wrong};
use super::yaml::join;

/// The account of the local city, as the emulators use it.
pub const ACCOUNT: &str = "000000000000";
/// The region that the functions are told they are in.
pub const REGION: &str = "ap-east-2";

/// Resources that exist because SAM makes them from others: `<id><suffix>` of these types.
const GENERATED: &[(&str, &str)] =
    &[("AWS::Serverless::Function", "Role"), ("AWS::Serverless::HttpApi", "ApiGatewayDefaultStage")];

/// How deep conditions may refer to one another before that is taken for a loop.
const DEPTH: usize = 20;

/// What references can point at.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub parameters: BTreeMap<String, Value>,
    /// Logical id to (type, local name).
    pub resources: BTreeMap<String, (String, String)>,
    pub conditions: Map<String, Value>,
    /// What stands before the name in the address of a queue.
    pub queue_base: String,
}

impl Names {
    /// A copy of `node` without intrinsics; `None` where the template says `AWS::NoValue`.
    pub(super) fn resolve(&self, node: &Value, at: &str) -> Result<Option<Value>> {
        match node {
            Value::Object(map) => match intrinsic(map) {
                Some((name, argument)) => self.call(name, argument, at),
                None => self.resolve_map(map, at).map(|map| Some(Value::Object(map))),
            },
            Value::Array(items) => {
                let mut resolved = Vec::with_capacity(items.len());
                for (index, item) in items.iter().enumerate() {
                    if let Some(item) = self.resolve(item, &join(at, &index.to_string()))? {
                        resolved.push(item);
                    }
                }
                Ok(Some(Value::Array(resolved)))
            }
            plain => Ok(Some(plain.clone())),
        }
    }

    pub(super) fn resolve_map(&self, map: &Map<String, Value>, at: &str) -> Result<Map<String, Value>> {
        let mut resolved = Map::new();
        for (key, value) in map {
            if let Some(value) = self.resolve(value, &join(at, key))? {
                resolved.insert(key.clone(), value);
            }
        }
        Ok(resolved)
    }

    fn call(&self, name: &str, argument: &Value, at: &str) -> Result<Option<Value>> {
        match name {
            "Ref" => self.reference(text(argument, name, at)?, at),
            "Fn::GetAtt" => {
                let (resource, attribute) = pair(argument, name, at)?;
                let resource = text(resource, name, at)?;
                let attribute = text(attribute, name, at)?;
                self.attribute(resource, attribute, at).map(Value::String).map(Some)
            }
            "Fn::Sub" => self.substitute(argument, at).map(Value::String).map(Some),
            "Fn::Join" => self.join(argument, at).map(Value::String).map(Some),
            "Fn::Select" => self.select(argument, at).map(Some),
            "Fn::Split" => {
                let (by, of) = pair(argument, name, at)?;
                let by = text(by, name, at)?;
                let of = self.resolved_text(of, name, at)?;
                Ok(Some(of.split(by).map(Value::from).collect()))
            }
            "Fn::If" => match array(argument, name, at)? {
                [condition, yes, no] => {
                    let chosen =
                        if self.named_condition(text(condition, name, at)?, at, 0)? { yes } else { no };
                    self.resolve(chosen, at)
                }
                _ => wrong(at, "`Fn::If` takes a condition and two values"),
            },
            _ => wrong(at, format!("`{name}` is not supported by the local city")),
        }
    }

    fn reference(&self, target: &str, at: &str) -> Result<Option<Value>> {
        if target == "AWS::NoValue" {
            return Ok(None);
        }
        if let Some(value) = pseudo(target) {
            return Ok(Some(Value::from(value)));
        }
        if let Some(value) = self.parameters.get(target) {
            return Ok(Some(value.clone()));
        }
        if let Some((kind, name)) = self.resources.get(target) {
            return Ok(Some(Value::from(self.reference_value(kind, name))));
        }
        match self.generated(target) {
            Some(name) => Ok(Some(Value::from(name))),
            None => wrong(at, format!("unknown Ref `{target}`")),
        }
    }

    fn attribute(&self, resource: &str, attribute: &str, at: &str) -> Result<String> {
        if let Some((kind, name)) = self.resources.get(resource) {
            return self.attribute_value(kind, name, attribute).ok_or_else(|| {
                TemplateError::new(at, format!("`{resource}` ({kind}) has no attribute `{attribute}`"))
            });
        }
        match (self.generated(resource), attribute) {
            (Some(name), "Arn") => Ok(arn("iam", &format!("role/{name}"))),
            _ => wrong(at, format!("unknown resource `{resource}` in GetAtt")),
        }
    }

    fn generated(&self, target: &str) -> Option<String> {
        GENERATED.iter().find_map(|(kind, suffix)| {
            let owner = target.strip_suffix(suffix)?;
            let (owner_kind, _) = self.resources.get(owner)?;
            (owner_kind == kind).then(|| target.to_owned())
        })
    }

    fn substitute(&self, argument: &Value, at: &str) -> Result<String> {
        let (pattern, own) = match argument {
            Value::String(pattern) => (pattern.as_str(), Map::new()),
            _ => match array(argument, "Fn::Sub", at)? {
                [Value::String(pattern), Value::Object(own)] => {
                    (pattern.as_str(), self.resolve_map(own, at)?)
                }
                _ => return wrong(at, "`Fn::Sub` takes a text, or a text and a map"),
            },
        };
        let mut result = String::new();
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once("${") {
            result.push_str(before);
            let Some((name, tail)) = after.split_once('}') else {
                return wrong(at, "`Fn::Sub` has `${` without `}`");
            };
            rest = tail;
            if let Some(literal) = name.strip_prefix('!') {
                result.extend(["${", literal, "}"]);
            } else if let Some(value) = own.get(name) {
                result.push_str(&plain_text(value, at)?);
            } else if let Some((resource, attribute)) = name.split_once('.') {
                result.push_str(&self.attribute(resource, attribute, at)?);
            } else {
                let value = self.reference(name, at)?.unwrap_or_default();
                result.push_str(&plain_text(&value, at)?);
            }
        }
        result.push_str(rest);
        Ok(result)
    }

    fn join(&self, argument: &Value, at: &str) -> Result<String> {
        let (by, items) = pair(argument, "Fn::Join", at)?;
        let by = text(by, "Fn::Join", at)?;
        let items = self.resolve(items, at)?.unwrap_or_default();
        let items = array(&items, "Fn::Join", at)?
            .iter()
            .map(|item| plain_text(item, at))
            .collect::<Result<Vec<_>>>()?;
        Ok(items.join(by))
    }

    fn select(&self, argument: &Value, at: &str) -> Result<Value> {
        let (index, items) = pair(argument, "Fn::Select", at)?;
        let items = self.resolve(items, at)?.unwrap_or_default();
        let index = plain_text(index, at)?.parse::<usize>().ok();
        index
            .and_then(|index| items.get(index).cloned())
            .ok_or_else(|| TemplateError::new(at, "`Fn::Select` points past the end of its list"))
    }

    fn resolved_text(&self, node: &Value, name: &str, at: &str) -> Result<String> {
        let value = self.resolve(node, at)?.unwrap_or_default();
        text(&value, name, at).map(str::to_owned)
    }

    /// Whether a condition of the template holds.
    pub(super) fn named_condition(&self, name: &str, at: &str, depth: usize) -> Result<bool> {
        if depth > DEPTH {
            return wrong(at, format!("condition `{name}` refers to itself"));
        }
        match self.conditions.get(name) {
            Some(node) => self.condition(node, &format!("Conditions.{name}"), depth + 1),
            None => wrong(at, format!("unknown condition `{name}`")),
        }
    }

    fn condition(&self, node: &Value, at: &str, depth: usize) -> Result<bool> {
        let Some((name, argument)) = node.as_object().and_then(intrinsic) else {
            return wrong(at, "is not a condition");
        };
        match name {
            "Condition" => self.named_condition(text(argument, name, at)?, at, depth),
            "Fn::Equals" => {
                let (left, right) = pair(argument, name, at)?;
                let left = self.resolve(left, at)?.unwrap_or_default();
                let right = self.resolve(right, at)?.unwrap_or_default();
                Ok(plain_text(&left, at)? == plain_text(&right, at)?)
            }
            "Fn::Not" => match array(argument, name, at)? {
                [inner] => Ok(!self.condition(inner, at, depth)?),
                _ => wrong(at, "`Fn::Not` takes one condition"),
            },
            "Fn::And" | "Fn::Or" => {
                let results = array(argument, name, at)?
                    .iter()
                    .map(|inner| self.condition(inner, at, depth))
                    .collect::<Result<Vec<_>>>()?;
                Ok(match name {
                    "Fn::And" => results.into_iter().all(|held| held),
                    _ => results.into_iter().any(|held| held),
                })
            }
            _ => wrong(at, format!("`{name}` is not a condition")),
        }
    }
}

/// The name and argument of an intrinsic, if the map is one.
fn intrinsic(map: &Map<String, Value>) -> Option<(&str, &Value)> {
    let mut entries = map.iter();
    match (entries.next(), entries.next()) {
        (Some((key, value)), None)
            if key == "Ref" || key.starts_with("Fn::") || (key == "Condition" && value.is_string()) =>
        {
            Some((key.as_str(), value))
        }
        _ => None,
    }
}

fn pseudo(name: &str) -> Option<&'static str> {
    Some(match name {
        "AWS::Region" => REGION,
        "AWS::AccountId" => ACCOUNT,
        "AWS::Partition" => "aws",
        "AWS::URLSuffix" => "amazonaws.com",
        "AWS::StackName" => "local-city",
        "AWS::StackId" => "arn:aws:cloudformation:ap-east-2:000000000000:stack/local-city/local",
        _ => return None,
    })
}

/// The ARN of something in this account and region.
#[must_use]
pub fn arn(service: &str, rest: &str) -> String {
    match service {
        "s3" => format!("arn:aws:s3:::{rest}"),
        "iam" => format!("arn:aws:iam::{ACCOUNT}:{rest}"),
        _ => format!("arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}"),
    }
}

/// The ARN of the stream of a table.
#[must_use]
pub fn stream_arn(table: &str) -> String {
    arn("dynamodb", &format!("table/{table}/stream/local"))
}

fn text<'a>(value: &'a Value, name: &str, at: &str) -> Result<&'a str> {
    value.as_str().ok_or_else(|| TemplateError::new(at, format!("`{name}` takes a text here")))
}

fn array<'a>(value: &'a Value, name: &str, at: &str) -> Result<&'a [Value]> {
    match value {
        Value::Array(items) => Ok(items),
        _ => wrong(at, format!("`{name}` takes a list here")),
    }
}

fn pair<'a>(value: &'a Value, name: &str, at: &str) -> Result<(&'a Value, &'a Value)> {
    match array(value, name, at)? {
        [first, second] => Ok((first, second)),
        _ => wrong(at, format!("`{name}` takes two values")),
    }
}

/// A scalar as `CloudFormation` would put it into a text.
pub(super) fn plain_text(value: &Value, at: &str) -> Result<String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(flag) => Ok(flag.to_string()),
        _ => wrong(at, "needs a text, a number or a flag"),
    }
}

/// What `!Ref` and `!GetAtt` of a resource give.
impl Names {
    fn reference_value(&self, kind: &str, name: &str) -> String {
        match kind {
            "AWS::SQS::Queue" => format!("{}/{name}", self.queue_base),
            "AWS::SNS::Topic" => arn("sns", name),
            "AWS::SecretsManager::Secret" => arn("secretsmanager", &format!("secret:{name}-local0")),
            _ => name.to_owned(),
        }
    }

    fn attribute_value(&self, kind: &str, name: &str, attribute: &str) -> Option<String> {
        Some(match (kind, attribute) {
            ("AWS::SQS::Queue", "Arn") => arn("sqs", name),
            ("AWS::SQS::Queue", "QueueUrl") => format!("{}/{name}", self.queue_base),
            ("AWS::SQS::Queue", "QueueName") | ("AWS::SNS::Topic", "TopicName") => name.to_owned(),
            ("AWS::SNS::Topic", "TopicArn") => arn("sns", name),
            ("AWS::DynamoDB::Table", "Arn") => arn("dynamodb", &format!("table/{name}")),
            ("AWS::DynamoDB::Table", "StreamArn") => stream_arn(name),
            ("AWS::S3::Bucket", "Arn") => arn("s3", name),
            ("AWS::S3::Bucket", "DomainName") => format!("{name}.s3.amazonaws.com"),
            ("AWS::S3::Bucket", "RegionalDomainName") => format!("{name}.s3.{REGION}.amazonaws.com"),
            ("AWS::Serverless::Function", "Arn") => arn("lambda", &format!("function:{name}")),
            ("AWS::Serverless::HttpApi", "ApiEndpoint") => {
                format!("https://{name}.execute-api.{REGION}.amazonaws.com")
            }
            ("AWS::SecretsManager::Secret", "Id") => self.reference_value(kind, name),
            ("AWS::Logs::LogGroup", "Arn") => arn("logs", &format!("log-group:{name}")),
            ("AWS::CloudWatch::Alarm", "Arn") => arn("cloudwatch", &format!("alarm:{name}")),
            ("AWS::IAM::Role", "Arn") => arn("iam", &format!("role/{name}")),
            _ => return None,
        })
    }
}
