//! Event filters: which records of a stream a function wants to see.

use serde_json::Value;

use super::error::{Result, wrong};

/// One pattern of `FilterCriteria`. A record passes when every named field matches.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter(Value);

impl Filter {
    pub(super) fn parse(pattern: &str, at: &str) -> Result<Self> {
        let pattern = match serde_json::from_str::<Value>(pattern) {
            Ok(pattern) if pattern.is_object() => pattern,
            _ => return wrong(at, "is not a JSON object"),
        };
        check(&pattern, at)?;
        Ok(Self(pattern))
    }

    /// Whether the record passes.
    #[must_use]
    pub fn matches(&self, record: &Value) -> bool {
        fields_match(&self.0, Some(record))
    }
}

/// Refuses what [`rule_matches`] does not know, so that a filter never silently drops everything.
fn check(pattern: &Value, at: &str) -> Result<()> {
    match pattern {
        Value::Object(fields) => {
            fields.iter().try_for_each(|(name, inner)| check(inner, &format!("{at}.{name}")))
        }
        Value::Array(rules) if !rules.is_empty() => rules.iter().try_for_each(|rule| {
            let known = match rule {
                Value::Object(rule) => {
                    rule.len() == 1
                        && rule.iter().all(|(name, value)| match name.as_str() {
                            "prefix" => value.is_string(),
                            "exists" => value.is_boolean(),
                            "anything-but" => value.is_array() || value.is_string(),
                            _ => false,
                        })
                }
                Value::Array(_) => false,
                _ => true,
            };
            if known { Ok(()) } else { wrong(at, format!("filter rule {rule} is not supported")) }
        }),
        _ => wrong(at, "filter values must be in a list"),
    }
}

fn fields_match(pattern: &Value, value: Option<&Value>) -> bool {
    match pattern {
        Value::Object(fields) => {
            fields.iter().all(|(name, inner)| fields_match(inner, value.and_then(|value| value.get(name))))
        }
        Value::Array(rules) => rules.iter().any(|rule| rule_matches(rule, value)),
        _ => false,
    }
}

fn rule_matches(rule: &Value, value: Option<&Value>) -> bool {
    let Value::Object(rule) = rule else {
        return value == Some(rule);
    };
    rule.iter().all(|(name, wanted)| match name.as_str() {
        "prefix" => matches!(
            (value.and_then(Value::as_str), wanted.as_str()),
            (Some(text), Some(prefix)) if text.starts_with(prefix)
        ),
        "exists" => wanted.as_bool() == Some(value.is_some()),
        "anything-but" => value.is_some_and(|value| {
            value != wanted && wanted.as_array().is_none_or(|list| !list.contains(value))
        }),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn passes_what_it_names() {
        let filter = Filter::parse(
            r#"{"eventName":["INSERT"],"dynamodb":{"NewImage":{"row":{"S":["event"]}}}}"#,
            "here",
        )
        .unwrap();
        let record =
            |name: &str, row: &str| json!({"eventName": name, "dynamodb": {"NewImage": {"row": {"S": row}}}});
        assert!(filter.matches(&record("INSERT", "event")));
        assert!(!filter.matches(&record("MODIFY", "event")));
        assert!(!filter.matches(&record("INSERT", "case")));
        assert!(!filter.matches(&json!({"eventName": "INSERT"})));
    }

    #[test]
    fn operators() {
        let matches = |pattern: Value, value: Value| {
            Filter::parse(&pattern.to_string(), "here").unwrap().matches(&value)
        };
        assert!(matches(json!({"a": [{"prefix": "ca"}]}), json!({"a": "case"})));
        assert!(matches(json!({"a": [{"exists": false}]}), json!({})));
        assert!(!matches(json!({"a": [{"exists": true}]}), json!({})));
        assert!(!matches(json!({"a": [{"anything-but": ["x"]}]}), json!({"a": "x"})));
        assert!(matches(json!({"a": [{"anything-but": ["x"]}]}), json!({"a": "y"})));
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        for pattern in [r#"{"a":[{"numeric":[">",1]}]}"#, r#"{"a":"x"}"#, r#"{"a":[]}"#, "[1]", "x"] {
            assert!(Filter::parse(pattern, "here").is_err(), "{pattern}");
        }
    }
}
