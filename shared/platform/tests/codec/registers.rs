//! Documents that are looked up, as they are stored: in an item, and in the record of a case.

use domain::event::{Event, Party, Recorded};
use domain::item::ItemVersion;
use domain::register::{Ground, Lookup};
use domain::text::Text;
use jiff::civil::date;
use platform::codec::item::ItemFile;
use proptest::prelude::*;
use serde_json::json;

use crate::reviews::district;
use crate::round_trips::{any_key, bilingual};
use crate::story::{person, second};

fn lookup() -> Lookup {
    Lookup {
        document: "id_card".parse().unwrap(),
        name: Text::new("身分證", "ID card"),
        source: Text::new("戶政資訊系統", "the household register"),
        register: "household".parse().unwrap(),
        purpose: Text::new("審查身分", "to check who applies"),
        found: true,
        sha256: [9; 32],
    }
}

/// As the second event of a case: by an agency that reviews a part.
pub fn events() -> Vec<Recorded> {
    let event = Event::RegisterQueried { lookup: Box::new(lookup()), reviewer: Some(district()) };
    vec![second(Party::Officer(person("handler.xinyi")), event)]
}

pub fn any_lookup() -> impl Strategy<Value = Lookup> {
    let texts = (bilingual(), bilingual(), bilingual());
    (any_key(), any_key(), texts, any::<bool>(), any::<[u8; 32]>()).prop_map(
        |(document, register, (name, source, purpose), found, sha256)| Lookup {
            document,
            name,
            source,
            register,
            purpose,
            found,
            sha256,
        },
    )
}

/// The file of an item whose one document is looked up like this.
fn item(source: &serde_json::Value) -> serde_json::Value {
    let text = json!({ "zh": "項目", "en": "Item" });
    json!({
        "code": "PK001", "version": 2, "effective_from": "2026-01-01", "agency": "parks",
        "name": text, "summary": text, "eligibility": text, "online_type": "full",
        "limit": { "days": 4, "basis": "working" }, "fee": 0,
        "fields": [{ "key": "owner", "label": text, "required": true, "kind": { "type": "line", "max": 60 } }],
        "documents": [{ "key": "extract", "name": text, "required": true, "obtainable_from": source }],
        "legal_basis": [],
    })
}

#[test]
fn a_source_has_a_name_and_perhaps_a_question_and_an_exception() {
    let read = |source: &serde_json::Value| -> ItemVersion {
        let file: ItemFile = serde_json::from_value(item(source)).unwrap();
        assert_eq!(serde_json::to_value(&file).unwrap()["documents"][0]["obtainable_from"], *source);
        ItemVersion::try_from(file).unwrap()
    };
    let alone = read(&json!({ "zh": "地政資訊系統", "en": "the land register" }));
    let source = alone.documents[0].obtainable_from.as_ref().unwrap();
    assert_eq!(
        (source.name.zh.as_str(), &source.question, &source.exception),
        ("地政資訊系統", &None, &None)
    );
    let whole = read(&json!({
        "zh": "地政資訊系統", "en": "the land register",
        "question": { "register": "land", "by": ["owner"], "purpose": { "zh": "審查", "en": "review" } },
        "exception": {
            "ground": "marked", "approval": "府授研服字第1150000001號", "approved_on": "2026-03-01",
            "scope": { "zh": "須標示者", "en": "where it is marked" }, "until": "2027-02-28"
        }
    }));
    let source = whole.documents[0].obtainable_from.as_ref().unwrap();
    let (question, exception) = (source.question.as_ref().unwrap(), source.exception.as_ref().unwrap());
    assert_eq!((question.register.as_str(), question.by[0].as_str()), ("land", "owner"));
    assert_eq!((exception.ground, exception.until), (Ground::Marked, date(2027, 2, 28)));
}

#[test]
fn a_ground_that_there_is_none_of_is_no_item() {
    let source = json!({
        "zh": "地政資訊系統", "en": "the land register",
        "exception": {
            "ground": "convenient", "approval": "文號", "approved_on": "2026-03-01",
            "scope": { "zh": "全部", "en": "all" }, "until": "2027-02-28"
        }
    });
    assert!(serde_json::from_value::<ItemFile>(item(&source)).is_err());
}
