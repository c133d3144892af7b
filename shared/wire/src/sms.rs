//! An SMS as it is handed to the gateway, and what the gateway answers, as docs/sms.md has it.

use serde::{Deserialize, Serialize};

/// Longest number of a message, in characters.
pub const MAX_MESSAGE: usize = 100;
/// Longest reason, in characters.
pub const MAX_REASON: usize = 40;

#[derive(Serialize)]
struct Order<'a> {
    id: &'a str,
    text: &'a str,
    to: &'a str,
}

/// The body that hands an SMS over: JSON.
#[must_use]
pub fn order(id: &str, to: &str, text: &str) -> String {
    serde_json::json!(Order { id, text, to }).to_string()
}

/// What the gateway says of an SMS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// It has it, under this number of its own.
    Accepted(String),
    /// It will never take it, for this reason: lower-case letters and `_`, so that no number of a person is in it.
    Refused(String),
    /// Not now, and it does not have it.
    Later,
}

/// An answer that is not as agreed; what about it. Nothing of the answer is in here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotAnAnswer(&'static str);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnswerBody {
    status: String,
    message: Option<String>,
    reason: Option<String>,
}

/// Reads an answer: what was accepted has a number, what was refused a reason, and neither has the other.
pub fn answer(body: &[u8]) -> Result<Taken, NotAnAnswer> {
    let body: AnswerBody = crate::object(body).ok_or(NotAnAnswer("not the JSON agreed"))?;
    match (body.status.as_str(), body.message, body.reason) {
        ("accepted", Some(message), None) if is_message(&message) => Ok(Taken::Accepted(message)),
        ("refused", None, Some(reason)) if is_reason(&reason) => Ok(Taken::Refused(reason)),
        ("later", None, None) => Ok(Taken::Later),
        _ => Err(NotAnAnswer("neither accepted with a number, nor refused with a reason, nor later")),
    }
}

/// Characters that can be printed, without spaces.
fn is_message(text: &str) -> bool {
    (1..=MAX_MESSAGE).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn is_reason(text: &str) -> bool {
    (1..=MAX_REASON).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_order_says_what_to_send_where_under_which_id() {
        let order: serde_json::Value =
            serde_json::from_str(&order("TP-1_2_3", "0912345678", "您好\n\"")).unwrap();
        let expected = serde_json::json!({ "id": "TP-1_2_3", "to": "0912345678", "text": "您好\n\"" });
        assert_eq!(order, expected);
    }

    #[test]
    fn there_are_three_answers() {
        let read = |body: &str| answer(body.as_bytes()).unwrap();
        let accepted = Taken::Accepted("m-1".to_owned());
        assert_eq!(read(r#"{"status":"accepted","message":"m-1"}"#), accepted);
        assert_eq!(read(r#" {"message":"m-1","status":"accepted","reason":null}"#), accepted);
        let refused = Taken::Refused("unknown_number".to_owned());
        assert_eq!(read(r#"{"status":"refused","reason":"unknown_number"}"#), refused);
        assert_eq!(read(r#"{"status":"later"}"#), Taken::Later);
    }

    #[test]
    fn what_is_not_as_agreed_is_no_answer() {
        let long = |field: &str, status: &str, length: usize| {
            format!(r#"{{"status":"{status}","{field}":"{}"}}"#, "a".repeat(length))
        };
        assert!(answer(long("message", "accepted", MAX_MESSAGE).as_bytes()).is_ok());
        assert!(answer(long("reason", "refused", MAX_REASON).as_bytes()).is_ok());
        let bad = [
            String::new(),
            "null".to_owned(),
            r#"["later"]"#.to_owned(),
            "{}".to_owned(),
            r#"{"status":"sent"}"#.to_owned(),
            r#"{"status":true}"#.to_owned(),
            r#"{"status":"accepted"}"#.to_owned(),
            r#"{"status":"accepted","message":""}"#.to_owned(),
            r#"{"status":"accepted","message":"a b"}"#.to_owned(),
            r#"{"status":"accepted","message":"a","reason":"b"}"#.to_owned(),
            r#"{"status":"refused","reason":"0912345678"}"#.to_owned(),
            r#"{"status":"refused","message":"a"}"#.to_owned(),
            r#"{"status":"later","reason":"busy"}"#.to_owned(),
            r#"{"status":"later","until":"noon"}"#.to_owned(),
            r#"{"status":"later"} {}"#.to_owned(),
            long("message", "accepted", MAX_MESSAGE + 1),
            long("reason", "refused", MAX_REASON + 1),
        ];
        for body in bad {
            assert!(answer(body.as_bytes()).is_err(), "{body}");
        }
    }

    proptest! {
        #[test]
        fn no_answer_stops_the_reader(body in prop::collection::vec(any::<u8>(), 0..200)) {
            drop(answer(&body));
        }
    }
}
