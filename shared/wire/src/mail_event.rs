//! Events of the mail service (SES): what became of a mail.

use std::collections::HashMap;

use domain::delivery::Feedback;
use domain::id::NotAnId;
use domain::notice_tag::NoticeTag;
use serde::Deserialize;

/// It cannot be read, and never will be.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotAnEvent(String);

/// The part of an SES event that matters here.
#[derive(Debug, Deserialize)]
struct SesEvent {
    #[serde(rename = "eventType")]
    event_type: String,
    mail: SesMail,
    bounce: Option<SesBounce>,
}

#[derive(Debug, Deserialize)]
struct SesMail {
    #[serde(default)]
    tags: HashMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
struct SesBounce {
    #[serde(rename = "bounceType", default)]
    bounce_type: String,
    #[serde(rename = "bounceSubType", default)]
    sub_type: String,
}

impl SesBounce {
    fn is_passing(&self) -> bool {
        self.bounce_type == "Transient" && matches!(self.sub_type.as_str(), "" | "General")
    }
}

/// The notice an SES event is about and what it says; `None` for events that change nothing
/// (opens, clicks, delays, out-of-office answers) and for mail that is not ours.
pub fn parse(body: &str, tag: &str) -> Result<Option<(NoticeTag, Feedback)>, NotAnEvent> {
    let event: SesEvent = serde_json::from_str(body).map_err(|problem| NotAnEvent(problem.to_string()))?;
    let feedback = match event.event_type.as_str() {
        "Send" => Feedback::Sent,
        "Delivery" => Feedback::Delivered,
        // Out-of-office answers and the like; every other bounce is where the mail service gave up.
        "Bounce" if event.bounce.is_some_and(|bounce| bounce.is_passing()) => return Ok(None),
        "Bounce" => Feedback::Bounced,
        "Complaint" => Feedback::Complained,
        "Reject" => Feedback::Refused,
        _ => return Ok(None),
    };
    let Some(notice) = event.mail.tags.get(tag).and_then(|values| values.first()) else { return Ok(None) };
    let notice = notice.parse().map_err(|problem: NotAnId| NotAnEvent(problem.to_string()))?;
    Ok(Some((notice, feedback)))
}
