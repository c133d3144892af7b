//! What a register is asked and what it answers, as docs/registers.md has it.

use std::collections::BTreeMap;

use domain::personal::Personal;
use domain::register::{Finding, Inquiry, Line};
use serde::{Deserialize, Serialize};

/// Most lines of an answer.
pub const MAX_LINES: usize = 200;
/// Longest label, in characters.
pub const MAX_LABEL: usize = 100;
/// Longest value, in characters.
pub const MAX_VALUE: usize = 2_000;

#[derive(Serialize)]
struct Question<'a> {
    subject: BTreeMap<&'a str, &'a str>,
    purpose: &'a str,
    case: String,
    officer: String,
    agency: &'a str,
}

/// The body of a question: JSON.
#[must_use]
pub fn question(inquiry: &Inquiry) -> String {
    let subject = inquiry.subject.reveal().iter().map(|(key, value)| (key.as_str(), value.as_str()));
    let question = Question {
        subject: subject.collect(),
        purpose: &inquiry.purpose.zh,
        case: inquiry.case.to_string(),
        officer: inquiry.officer.to_string(),
        agency: inquiry.agency.as_str(),
    };
    serde_json::json!(question).to_string()
}

/// An answer that is not as agreed; what about it. Nothing of the answer is in here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotAnAnswer(&'static str);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnswerBody {
    found: bool,
    #[serde(default)]
    lines: Vec<LineBody>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LineBody {
    label: String,
    value: String,
}

/// Reads an answer: something that was found has lines, each with a label, and nothing has none.
pub fn answer(body: &[u8]) -> Result<Finding, NotAnAnswer> {
    let AnswerBody { found, lines } = crate::object(body).ok_or(NotAnAnswer("not the JSON agreed"))?;
    if lines.len() > MAX_LINES {
        return Err(NotAnAnswer("too many lines"));
    }
    match (found, lines.is_empty()) {
        (false, true) => return Ok(None),
        (false, false) => return Err(NotAnAnswer("lines of nothing")),
        (true, true) => return Err(NotAnAnswer("nothing said of what was found")),
        (true, false) => {}
    }
    let control = |text: &str| text.chars().any(|c| c.is_control() && c != '\n');
    let fits = |line: &LineBody| {
        !line.label.trim().is_empty()
            && line.label.chars().count() <= MAX_LABEL
            && line.value.chars().count() <= MAX_VALUE
            && !control(&line.label)
            && !control(&line.value)
    };
    if !lines.iter().all(fits) {
        return Err(NotAnAnswer("a line without a label, too long, or with control characters"));
    }
    let lines = lines.into_iter().map(|LineBody { label, value }| Line { label, value });
    Ok(Some(Personal::new(lines.collect())))
}

/// The text whose SHA-256 a case keeps: the lines as pairs of label and value in JSON without spaces, and
/// `null` for nothing.
#[must_use]
pub fn canonical(finding: &Finding) -> String {
    let pair = |line: &Line| serde_json::json!([line.label, line.value]);
    let lines = finding.as_ref().map(|lines| lines.reveal().iter().map(pair).collect::<Vec<_>>());
    serde_json::json!(lines).to_string()
}

#[cfg(test)]
mod tests {
    use domain::text::Text;
    use proptest::prelude::*;

    use super::*;

    fn line(label: &str, value: &str) -> Line {
        Line { label: label.to_owned(), value: value.to_owned() }
    }

    #[test]
    fn a_question_says_whom_what_for_and_who_asks() {
        let key = |text: &str| text.parse().unwrap();
        let inquiry = Inquiry {
            register: key("household"),
            subject: Personal::new(vec![(key("national_id"), "A223344553".to_owned())]),
            purpose: Text::new("審查", "review"),
            case: domain::id::CaseId::of_request(
                domain::id::PersonId::from_bytes([3; 16]),
                domain::id::RequestId::from_bytes([2; 16]),
            ),
            request: domain::id::RequestId::from_bytes([2; 16]),
            officer: domain::id::PersonId::from_bytes([3; 16]),
            agency: "xinyi".parse().unwrap(),
        };
        let asked: serde_json::Value = serde_json::from_str(&question(&inquiry)).unwrap();
        let expected = serde_json::json!({
            "subject": { "national_id": "A223344553" },
            "purpose": "審查",
            "case": inquiry.case.to_string(),
            "officer": inquiry.officer.to_string(),
            "agency": "xinyi",
        });
        assert_eq!(asked, expected);
        assert!(!format!("{inquiry:?}").contains("A223344553"));
    }

    #[test]
    fn an_answer_has_lines_or_nothing() {
        let found =
            answer(r#"{"found":true,"lines":[{"label":"地號","value":"信義段一小段 12"}]}"#.as_bytes());
        assert_eq!(found.unwrap().unwrap().reveal(), &[line("地號", "信義段一小段 12")]);
        assert_eq!(answer(br#" {"found":false}"#).unwrap(), None);
        assert_eq!(answer(br#"{"found":false,"lines":[]}"#).unwrap(), None);
    }

    #[test]
    fn what_is_not_as_agreed_is_no_answer() {
        let long = |label: usize, value: usize| {
            format!(
                r#"{{"found":true,"lines":[{{"label":"{}","value":"{}"}}]}}"#,
                "a".repeat(label),
                "b".repeat(value)
            )
        };
        assert!(answer(long(MAX_LABEL, MAX_VALUE).as_bytes()).is_ok());
        let many = vec![r#"{"label":"a","value":"b"}"#; MAX_LINES + 1].join(",");
        let bad = [
            String::new(),
            "null".to_owned(),
            "[true,[]]".to_owned(),
            "{}".to_owned(),
            r#"{"found":"yes"}"#.to_owned(),
            r#"{"found":true}"#.to_owned(),
            r#"{"found":true,"lines":[]}"#.to_owned(),
            r#"{"found":true,"lines":[{"label":"a"}]}"#.to_owned(),
            r#"{"found":true,"lines":[{"label":" ","value":"b"}]}"#.to_owned(),
            r#"{"found":true,"lines":[{"label":"a","value":"\u0007"}]}"#.to_owned(),
            r#"{"found":false,"lines":[{"label":"a","value":"b"}]}"#.to_owned(),
            r#"{"found":false,"error":"x"}"#.to_owned(),
            long(MAX_LABEL + 1, 1),
            long(1, MAX_VALUE + 1),
            format!(r#"{{"found":true,"lines":[{many}]}}"#),
        ];
        for body in bad {
            assert!(answer(body.as_bytes()).is_err(), "{body}");
        }
    }

    #[test]
    fn what_is_digested_is_what_was_said() {
        let said = Some(Personal::new(vec![line("姓名", "林佳穎"), line("a\"b", "")]));
        assert_eq!(canonical(&said), r#"[["姓名","林佳穎"],["a\"b",""]]"#);
        assert_eq!(canonical(&None), "null");
    }

    proptest! {
        #[test]
        fn no_answer_stops_the_reader(body in prop::collection::vec(any::<u8>(), 0..200)) {
            drop(answer(&body));
        }

        #[test]
        fn what_was_said_is_read(lines in prop::collection::vec(("[^\\p{Cc} ]{1,20}", "[^\\p{Cc}]{0,40}"), 1..10)) {
            let body = serde_json::json!({
                "found": true,
                "lines": lines.iter().map(|(label, value)| serde_json::json!({ "label": label, "value": value })).collect::<Vec<_>>(),
            });
            let found = answer(body.to_string().as_bytes()).unwrap().unwrap();
            let expected: Vec<Line> = lines.iter().map(|(label, value)| line(label, value)).collect();
            prop_assert_eq!(found.reveal(), &expected);
        }
    }
}
