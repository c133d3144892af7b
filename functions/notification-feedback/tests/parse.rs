//! SES events, good, harmless and broken.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use domain::delivery::Feedback;
use notification_feedback::parse;
use proptest::prelude::*;

fn event(kind: &str, extra: &str) -> String {
    format!(
        r#"{{"eventType":"{kind}","mail":{{"messageId":"m","tags":{{"notice":["TP-YMGPF-50PMX-M_1_1"]}}}}{extra}}}"#
    )
}

fn check(body: &str, expected: Option<Feedback>) {
    assert_eq!(parse(body).unwrap().map(|(_, feedback)| feedback), expected, "{body}");
}

#[test]
fn events_are_understood() {
    check(&event("Send", ""), Some(Feedback::Sent));
    check(&event("Delivery", ""), Some(Feedback::Delivered));
    check(&event("Bounce", r#","bounce":{"bounceType":"Permanent"}"#), Some(Feedback::Bounced));
    let full = r#","bounce":{"bounceType":"Transient","bounceSubType":"MailboxFull"}"#;
    check(&event("Bounce", full), Some(Feedback::Bounced));
    check(&event("Complaint", ""), Some(Feedback::Complained));
    check(&event("Reject", ""), Some(Feedback::Refused));
}

#[test]
fn events_that_change_nothing_are_passed_over() {
    check(&event("Bounce", r#","bounce":{"bounceType":"Transient"}"#), None);
    check(&event("Open", ""), None);
    check(r#"{"eventType":"Delivery","mail":{"tags":{}}}"#, None);
    check(r#"{"eventType":"Delivery","mail":{}}"#, None);
}

#[test]
fn what_is_no_event_is_told() {
    for body in ["", "{", "[]", "{}", r#"{"eventType":"Delivery","mail":{"tags":{"notice":["7"]}}}"#] {
        assert!(parse(body).is_err(), "{body}");
    }
}

proptest! {
    #[test]
    fn no_body_makes_the_parser_panic(body in "\\PC{0,200}") {
        let _ = parse(&body);
    }
}
