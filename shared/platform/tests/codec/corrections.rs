//! What applicants are asked to put right, as it is stored.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::correction::{Answer, Correction, Deficiency, Subject};
use domain::personal::Personal;
use platform::audit::GENESIS;
use platform::codec::event;
use platform::fault::Fault;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::round_trips::{any_document, any_key, any_text, bilingual};
use crate::story;

pub fn any_correction() -> impl Strategy<Value = Correction> {
    let subject = prop_oneof![
        any_key().prop_map(Subject::Field),
        any_key().prop_map(Subject::Document),
        Just(Subject::Other),
    ];
    let deficiency = (subject, bilingual(), any_text(), any_text(), any_text())
        .prop_map(|(subject, name, what, provide, basis)| Deficiency { subject, name, what, provide, basis });
    let deficiencies = proptest::collection::vec(deficiency, 1..4);
    (deficiencies, any::<u32>(), any::<bool>(), any_text()).prop_map(
        |(deficiencies, days, in_writing, again)| Correction { deficiencies, days, in_writing, again },
    )
}

pub fn any_answer() -> impl Strategy<Value = Answer> {
    let answers = proptest::collection::btree_map(any_key(), any_text(), 0..4);
    let documents = proptest::collection::vec(any_document(), 0..3);
    (any::<u32>(), answers, documents, any_text()).prop_map(|(round, answers, documents, note)| Answer {
        round,
        answers: Personal::new(answers),
        documents,
        note: Personal::new(note),
    })
}

#[test]
fn a_correction_of_nothing_is_corrupt() {
    let mut row = event::encode(&story::correction(), GENESIS).unwrap().0;
    let mut body: Value = serde_json::from_str(row["body"].as_s().unwrap()).unwrap();
    body["event"]["deficiencies"] = json!([]);
    row.insert("body".to_owned(), AttributeValue::S(body.to_string()));
    assert!(matches!(event::decode(row), Err(Fault::Corrupt(_))));
}
