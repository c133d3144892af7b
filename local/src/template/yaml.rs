//! YAML with the short-form tags of `CloudFormation`, read into plain JSON values in which every
//! intrinsic has its long form (`!Ref X` is `{"Ref": "X"}`), so that the rest knows one form only.

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Number, Value};

use super::error::{Result, TemplateError, wrong};

/// The short-form tags and the long form of each.
const TAGS: &[(&str, &str)] = &[
    ("Ref", "Ref"),
    ("Condition", "Condition"),
    ("GetAtt", "Fn::GetAtt"),
    ("Sub", "Fn::Sub"),
    ("Join", "Fn::Join"),
    ("If", "Fn::If"),
    ("Equals", "Fn::Equals"),
    ("Not", "Fn::Not"),
    ("And", "Fn::And"),
    ("Or", "Fn::Or"),
    ("Select", "Fn::Select"),
    ("Split", "Fn::Split"),
];

/// Reads the one document of a template.
pub(super) fn read(text: &str) -> Result<Value> {
    let documents = Yaml::load_from_str(text)
        .map_err(|error| TemplateError::new("the file", format!("is not YAML: {error}")))?;
    match documents.as_slice() {
        [document] => convert(document, ""),
        [] => wrong("the file", "is empty"),
        _ => wrong("the file", "has more than one YAML document"),
    }
}

fn convert(node: &Yaml<'_>, at: &str) -> Result<Value> {
    match node {
        Yaml::Value(scalar) => Ok(convert_scalar(scalar)),
        Yaml::Sequence(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| convert(item, &join(at, &index.to_string())))
            .collect::<Result<Vec<_>>>()
            .map(Value::Array),
        Yaml::Mapping(entries) => {
            let mut map = Map::new();
            for (key, value) in entries {
                let key = key_text(key, at)?;
                let value = convert(value, &join(at, &key))?;
                map.insert(key, value);
            }
            Ok(Value::Object(map))
        }
        Yaml::Tagged(tag, inner) => {
            let name = tag.suffix.as_str();
            let Some((_, long)) = TAGS.iter().find(|(short, _)| *short == name) else {
                return wrong(place(at), format!("unknown tag `!{name}`"));
            };
            let inner = convert(inner, at)?;
            Ok(long_form(long, inner))
        }
        Yaml::Representation(..) | Yaml::Alias(_) | Yaml::BadValue => {
            wrong(place(at), "holds a value that YAML cannot read")
        }
    }
}

fn long_form(name: &str, inner: Value) -> Value {
    let inner = match inner {
        Value::String(text) if name == "Fn::GetAtt" => match text.split_once('.') {
            Some((resource, attribute)) => serde_json::json!([resource, attribute]),
            None => Value::String(text),
        },
        other => other,
    };
    let mut map = Map::new();
    map.insert(name.to_owned(), inner);
    Value::Object(map)
}

fn convert_scalar(scalar: &Scalar<'_>) -> Value {
    match scalar {
        Scalar::Null => Value::Null,
        Scalar::Boolean(flag) => Value::Bool(*flag),
        Scalar::Integer(number) => Value::Number((*number).into()),
        Scalar::FloatingPoint(number) => {
            Number::from_f64(number.into_inner()).map_or(Value::Null, Value::Number)
        }
        Scalar::String(text) => Value::String(text.to_string()),
    }
}

fn key_text(key: &Yaml<'_>, at: &str) -> Result<String> {
    match key {
        Yaml::Value(Scalar::String(text)) => Ok(text.to_string()),
        Yaml::Value(Scalar::Integer(number)) => Ok(number.to_string()),
        _ => wrong(place(at), "has a key that is not text"),
    }
}

/// `parent.child`.
pub(super) fn join(parent: &str, child: &str) -> String {
    if parent.is_empty() { child.to_owned() } else { format!("{parent}.{child}") }
}

fn place(at: &str) -> &str {
    if at.is_empty() { "the file" } else { at }
}
