//! From the configuration set of the mail service through a topic to a queue.

use serde_json::Value;

use super::error::{Result, TemplateError, wrong};
use super::events::Known;
use super::model::MailEvents;
use super::resolve::arn;
use super::{Part, of_kind};

/// Follows the events of mail to the queue they end in.
pub(super) fn read(parts: &[Part], known: &Known<'_>) -> Result<MailEvents> {
    let sets = of_kind(parts, "AWS::SES::ConfigurationSet").collect::<Vec<_>>();
    let mut events = match sets.as_slice() {
        [] => MailEvents::default(),
        [one] => MailEvents { configuration_set: Some(one.name.clone()), ..MailEvents::default() },
        [_, second, ..] => return wrong(&second.id, "the local city knows one configuration set"),
    };
    for part in of_kind(parts, "AWS::SES::ConfigurationSetEventDestination") {
        let at = format!("{}.Properties", part.id);
        if text(part, "/ConfigurationSetName", &at)?
            != events.configuration_set.as_deref().unwrap_or_default()
        {
            return wrong(&at, "ConfigurationSetName is not the configuration set of this template");
        }
        let topic = text(part, "/EventDestination/SnsDestination/TopicARN", &at)?;
        events.queue = queue_of(&topic, parts, known, &at)?;
        events.event_types = value(part)
            .pointer("/EventDestination/MatchingEventTypes")
            .and_then(Value::as_array)
            .map(|types| types.iter().filter_map(Value::as_str).map(str::to_owned).collect())
            .unwrap_or_default();
    }
    // A subscription must be right even where no mail goes through it.
    for part in of_kind(parts, "AWS::SNS::Subscription") {
        subscription(part, parts, known)?;
    }
    Ok(events)
}

fn queue_of(topic: &str, parts: &[Part], known: &Known<'_>, at: &str) -> Result<Option<String>> {
    known_topic(topic, parts, at)?;
    for part in of_kind(parts, "AWS::SNS::Subscription") {
        let (from, queue) = subscription(part, parts, known)?;
        if from == topic {
            return Ok(Some(queue));
        }
    }
    wrong(at, format!("topic `{topic}` has no subscription"))
}

/// The topic of a subscription and the queue it feeds.
fn subscription(part: &Part, parts: &[Part], known: &Known<'_>) -> Result<(String, String)> {
    let at = format!("{}.Properties", part.id);
    let topic = text(part, "/TopicArn", &at)?;
    known_topic(&topic, parts, &at)?;
    if text(part, "/Protocol", &at)? != "sqs" {
        return wrong(&at, "Protocol: only sqs is supported by the local city");
    }
    let raw = part.properties.get("RawMessageDelivery");
    if !raw.is_some_and(|raw| *raw == Value::Bool(true) || raw.as_str() == Some("true")) {
        return wrong(&at, "RawMessageDelivery must be true in the local city");
    }
    let queue = known.queue(&text(part, "/Endpoint", &at)?, &format!("{at}.Endpoint"))?;
    Ok((topic, queue.name.clone()))
}

fn known_topic(topic: &str, parts: &[Part], at: &str) -> Result<()> {
    if of_kind(parts, "AWS::SNS::Topic").any(|part| arn("sns", &part.name) == topic) {
        Ok(())
    } else {
        wrong(at, format!("`{topic}` is not a topic of this template"))
    }
}

fn text(part: &Part, pointer: &str, at: &str) -> Result<String> {
    value(part).pointer(pointer).and_then(Value::as_str).map(str::to_owned).ok_or_else(|| {
        TemplateError::new(at, format!("{} is missing", pointer.trim_start_matches('/').replace('/', ".")))
    })
}

fn value(part: &Part) -> Value {
    Value::Object(part.properties.clone())
}
