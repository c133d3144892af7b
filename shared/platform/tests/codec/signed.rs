//! The canonical form of what is signed is the same for ever, and another one for anything else.

use domain::assurance::Assurance;
use domain::case::Document;
use domain::consent::Consent;
use domain::event::{Event, Recorded, Submitted};
use domain::item::ItemVersion;
use domain::personal::Personal;
use domain::signature::{STATEMENT, Signature, Signer};
use platform::catalogue::Import;
use platform::codec::item;
use platform::fault::Fault;
use platform::keys::Key;
use platform::signed::Content;
use sha2::{Digest as _, Sha256};

use crate::samples::{CATALOGUE, frozen};
use crate::story;

/// The first event of the story, by somebody who agreed to be served electronically, and signed.
pub fn filed() -> Recorded {
    let mut recorded = story::story().remove(0);
    let Event::Submitted(submitted) = &mut recorded.event else { panic!("{recorded:?}") };
    let digest = Content::of(submitted, STATEMENT).digest().unwrap();
    submitted.consent = Some(Consent::Given { wording: 1 });
    submitted.signature = Some(Signature {
        digest,
        statement: STATEMENT,
        by: Signer {
            assurance: Assurance::Verified,
            signed_in_at: story::at("2026-11-18T08:55:00+08:00"),
            from: Some(Personal::new("203.0.113.7".to_owned())),
        },
    });
    recorded
}

fn content() -> Submitted {
    match filed().event {
        Event::Submitted(submitted) => *submitted,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_canonical_form_is_that_of_rfc_8785() {
    let filed = content();
    let canonical = Content::of(&filed, STATEMENT).canonical().unwrap();
    insta::assert_snapshot!(canonical);
    // Names in order, no space between, text as it is.
    let value: serde_json::Value = serde_json::from_str(&canonical).unwrap();
    let names: Vec<&String> = value.as_object().unwrap().keys().collect();
    assert!(names.is_sorted(), "{names:?}");
    let digest: [u8; 32] = Sha256::digest(&canonical).into();
    assert_eq!(Content::of(&filed, STATEMENT).digest().unwrap(), digest);
}

#[test]
fn whatever_is_changed_changes_the_digest() {
    let digest = |filed: &Submitted, statement| Content::of(filed, statement).digest().unwrap();
    let whole = content();
    let document = |change: fn(&mut Document)| {
        let mut filed = whole.clone();
        change(&mut filed.application.documents[0]);
        filed
    };
    let answers = {
        let mut filed = whole.clone();
        let mut answers = filed.application.answers.reveal().clone();
        answers.insert("activity".parse().unwrap(), "里民同樂會".to_owned());
        filed.application.answers = Personal::new(answers);
        filed
    };
    let mut version = whole.clone();
    version.item.version += 1;
    let mut name = whole.clone();
    name.applicant.name = Personal::new("別人".to_owned());
    let mut fewer = whole.clone();
    fewer.application.documents.clear();
    let changed = [
        answers,
        version,
        name,
        fewer,
        document(|it| it.bytes += 1),
        document(|it| it.sha256 = [8; 32]),
        document(|it| it.file_name = Personal::new("b.pdf".to_owned())),
    ];
    let mut digests: Vec<_> = changed.iter().map(|filed| digest(filed, STATEMENT)).collect();
    digests.extend([digest(&whole, STATEMENT), digest(&whole, STATEMENT + 1)]);
    digests.sort_unstable();
    digests.dedup();
    assert_eq!(digests.len(), changed.len() + 2);
}

/// The level of signing is one that signing in can reach; where none is named, nothing is signed.
#[test]
fn an_item_that_is_signed() {
    let Import { items, .. } = serde_json::from_str(CATALOGUE).unwrap();
    assert_eq!(ItemVersion::try_from(items[0].clone()).unwrap().signing_assurance, None);
    let signed = |level: u8| item::ItemFile { signing_assurance: Some(level), ..items[0].clone() };
    for level in [0, 4, 5] {
        assert!(matches!(ItemVersion::try_from(signed(level)), Err(Fault::Corrupt(_))), "{level}");
    }
    let version = ItemVersion::try_from(signed(3)).unwrap();
    assert_eq!(version.signing_assurance, Some(Assurance::Certificate));
    let row = item::encode(&Key::ItemVersion("PK001".parse().unwrap(), 2), &signed(3)).unwrap();
    frozen("item_signing", &version, &row, item::decode);
}
