//! Letters and what stands beside them, as they are stored.

use std::collections::{BTreeMap, BTreeSet};

use domain::case::{Outcome, Ruling};
use domain::event::{Event, Party};
use domain::letter::{
    Act, Addressee, Certificate, CertificateText, Clause, ClauseKind, Contents, Correction, Draft, Draw,
    Issued, Issuer, Letter, Mark, Office, Paper, Person, Proposed, Remedy, Signing, Speed,
};
use domain::refusal::RefusalGround;
use jiff::civil::date;
use platform::audit::GENESIS;
use platform::codec::agency::{self, AgencyFile};
use platform::codec::case::{self, Loaded};
use platform::codec::document::{self, File, Part};
use platform::codec::event;
use platform::fault::Fault;
use platform::keys::Key;
use proptest::prelude::*;
use serde_json::json;

use crate::samples::frozen;
use crate::story::{self, person, personal, second};

fn person_addressed() -> Person {
    let marks = [(Mark::IdNumber, "A12345***9"), (Mark::Residence, "臺北市信義區市府路1號")];
    Person { name: personal("林佳穎"), marks: marks.map(|(mark, value)| (mark, personal(value))).into() }
}

fn issuer() -> Issuer {
    Issuer {
        name: "臺北市政府工務局公園路燈工程管理處".to_owned(),
        address: "臺北市信義區市府路1號".to_owned(),
        contact: "園藝科".to_owned(),
        phone: "02-2720-8889".to_owned(),
        email: "parks@city.example".to_owned(),
    }
}

/// A letter with something in every place.
fn contents(act: Act, addressee: Addressee) -> Contents {
    let clause = Clause { kind: ClauseKind::Burden, content: "活動後回復原狀。".to_owned() };
    Contents {
        act,
        addressee,
        asked: BTreeSet::from([Mark::IdNumber]),
        subject: "臺端申請使用場地一案，請查照。".to_owned(),
        facts: vec!["臺端於115年11月18日申請。".to_owned()],
        reasons: vec!["超過場地容量。".to_owned(), "無法調整。".to_owned()],
        legal_basis: vec!["臺北市公園管理自治條例第13條".to_owned()],
        clauses: vec![clause],
        issuer: issuer(),
        attachments: vec!["平面圖".to_owned()],
        copies: vec!["本處園藝科".to_owned()],
        speed: Speed::Fast,
    }
}

fn office(title: &str, name: &str) -> Office {
    Office { title: title.to_owned(), name: name.to_owned() }
}

fn issued(seed: u8, contents: Contents, signing: Signing, remedy: Remedy) -> Issued {
    let letter = Letter::new(Draft {
        contents,
        signing: Some(signing),
        number: Some("北市工公園字第115329004217號".parse().unwrap()),
        date: Some(date(2026, 11, 25)),
        remedy: Some(remedy),
    });
    let page = "https://window.example/verify".to_owned();
    let paper = Paper::Letter(Box::new(letter.unwrap()));
    Issued { code: Draw::new([seed; 32]).code(), page, paper }
}

fn objection() -> Remedy {
    Remedy::Objection {
        name: "申請復查".to_owned(),
        days: 30,
        legal_basis: "稅捐稽徵法第35條".to_owned(),
        authority: "臺北市稅捐稽徵處".to_owned(),
    }
}

/// Every shape that acts, addressees, signatures and remedies have.
fn every_document() -> Vec<Issued> {
    let head = || office("處長", "王大明");
    let to_person = || Addressee::Person(person_addressed());
    let to_body = Addressee::Body {
        name: "大安社區發展協會".to_owned(),
        seat: "臺北市大安區".to_owned(),
        tax_id: Some("12345678".to_owned()),
        representative: Person { name: personal("陳理事"), marks: BTreeMap::new() },
    };
    let corrects = Act::Corrects(Correction {
        number: "北市工公園字第115329004217號".parse().unwrap(),
        title: None,
        date: date(2026, 11, 25),
        wrong: "容量".to_owned(),
        right: "場地容量".to_owned(),
    });
    let appeal = Remedy::Appeal { authority: "臺北市政府".to_owned() };
    let court = Remedy::Litigation { court: "臺北高等行政法院".to_owned() };
    let deputy = Signing::Deputy { head: head(), deputy: office("副處長", "許小文") };
    vec![
        issued(1, contents(Act::Refused, to_person()), Signing::Head(head()), appeal),
        issued(2, contents(Act::GrantedInPart, to_body), deputy, objection()),
        issued(3, contents(Act::Granted, to_person()), Signing::Seal, court),
        issued(4, contents(corrects, to_person()), Signing::Head(head()), Remedy::NotNeeded),
    ]
}

fn ruling() -> Ruling {
    Ruling {
        outcome: Outcome::Reject,
        ground: Some(RefusalGround::NotEligible),
        reason: "超過場地容量。".to_owned(),
        by: person("handler.park"),
    }
}

fn proposed() -> Proposed {
    Proposed {
        contents: contents(Act::Refused, Addressee::Person(person_addressed())),
        remedy: Some(objection()),
        certificates: Vec::new(),
    }
}

fn permit() -> CertificateText {
    let lines = vec!["場地：大安森林公園。".to_owned(), "期間：115年12月5日。".to_owned()];
    CertificateText { title: "場地使用許可證".to_owned(), lines }
}

/// The letter of an approval, and a certificate beside it.
fn certified() -> Vec<Issued> {
    let contents = contents(Act::Granted, Addressee::Person(person_addressed()));
    let sent = issued(1, contents, Signing::Head(office("處長", "王大明")), objection());
    let number = "北市工公園字第115329004218號".parse().unwrap();
    let certificate = Certificate::beside(sent.paper.letter().unwrap(), number, permit());
    let (code, page) = (Draw::new([1; 32]).at(1).code(), sent.page.clone());
    vec![sent, Issued { code, page, paper: Paper::Certificate(Box::new(certificate)) }]
}

/// A certificate was proposed, issued, and put right.
fn of_certificates() -> [(&'static str, Event); 3] {
    let approved = || Ruling { outcome: Outcome::Approve, ground: None, ..ruling() };
    let letter = Proposed { certificates: vec![permit()], ..proposed() };
    let documents = certified();
    let corrects = documents.last().unwrap().code;
    let act = Act::Corrects(Correction {
        number: documents.last().unwrap().paper.number().clone(),
        title: Some(permit().title),
        date: date(2026, 11, 25),
        wrong: "12月5日".to_owned(),
        right: "12月6日".to_owned(),
    });
    let document = issued(
        5,
        contents(act, Addressee::Person(person_addressed())),
        Signing::Head(office("處長", "王大明")),
        Remedy::NotNeeded,
    );
    [
        (
            "event_02_proposed_certificates",
            Event::Proposed { ruling: approved(), letter: Some(Box::new(letter)) },
        ),
        ("event_02_decided_certificates", Event::Decided { ruling: approved(), documents }),
        ("event_02_rectified_certificate", Event::Rectified { corrects, document: Box::new(document) }),
    ]
}

fn events() -> [(&'static str, Event); 3] {
    let mut documents = every_document();
    let rectified = documents.pop().map(Box::new).unwrap();
    [
        (
            "event_02_proposed_letter",
            Event::Proposed { ruling: ruling(), letter: Some(Box::new(proposed())) },
        ),
        ("event_02_decided_letters", Event::Decided { ruling: ruling(), documents }),
        ("event_02_rectified", Event::Rectified { corrects: Draw::new([1; 32]).code(), document: rectified }),
    ]
}

#[test]
fn letters_in_their_events_samples() {
    for (name, event) in events().into_iter().chain(of_certificates()) {
        let recorded = second(Party::Officer(person("reviewer.park")), event);
        let (row, _) = event::encode(&recorded, GENESIS).unwrap();
        frozen(name, &recorded, &row, |row| event::decode(row).map(|chained| chained.recorded));
    }
}

#[test]
fn a_case_with_a_letter_to_approve_and_documents_samples() {
    let mut case = story::case(7);
    case.proposed = Some(Box::new(proposed()));
    case.documents = vec![Draw::new([1; 32]).code(), Draw::new([2; 32]).code()];
    let loaded = Loaded { case, head: [5; 32] };
    frozen("case_with_letters", &loaded, &case::encode(&loaded).unwrap(), case::decode);
}

#[test]
fn what_stands_beside_a_document_samples() {
    let (code, other) = (Draw::new([1; 32]).code(), Draw::new([4; 32]).code());
    let id = story::withdrawal().id;
    let rows = [
        ("document", document::encode_issued(code, id, 1).unwrap(), Part::Issued(id, 1)),
        ("rectified", document::encode_rectified(code, other).unwrap(), Part::Rectified(other)),
        (
            "document_file",
            document::encode_file(code, File { sha256: [8; 32], bytes: 45_678 }).unwrap(),
            Part::File(File { sha256: [8; 32], bytes: 45_678 }),
        ),
    ];
    for (name, row, part) in rows {
        frozen(name, &part, &row, document::decode);
    }
    let key = Key::DocumentNumber("parks".parse().unwrap(), "北市工公園字第115329004217號".parse().unwrap());
    // Nobody reads it: that it is there keeps the number from being given again.
    let row = document::encode_number(&key, code).unwrap();
    frozen("document_number", &row["code"].clone(), &row, |row| Ok(row["code"].clone()));
}

#[test]
fn an_agency_with_a_letterhead_samples() {
    let file = json!({
        "code": "parks", "name": { "zh": "公園處", "en": "Parks" }, "phone": "02-27208889",
        "letterhead": {
            "name": "臺北市政府工務局公園路燈工程管理處", "address": "臺北市信義區市府路1號", "contact": "園藝科",
            "head": { "title": "處長", "name": "王大明" }, "word": "北市工公園",
            "remedy": { "type": "appeal", "authority": "臺北市政府" },
        },
    });
    let file: AgencyFile = serde_json::from_value(file).unwrap();
    let row = agency::encode(&file).unwrap();
    let parks = agency::decode(row.clone()).unwrap();
    assert_eq!(parks.letterhead.issuer.phone, "02-27208889", "that of the agency");
    frozen("agency_letterhead", &parks, &row, agency::decode);
}

#[test]
fn a_letterhead_of_which_no_letter_can_be_made_is_not_imported() {
    let good = json!({
        "name": "公園處", "address": "市府路1號", "contact": "園藝科",
        "head": { "title": "處長", "name": "王大明" }, "word": "北市工公園",
        "remedy": { "type": "appeal", "authority": "臺北市政府" },
    });
    for (field, value, told) in [
        ("name", json!(" "), "AGENCY"),
        ("head", json!({ "title": "處長", "name": "" }), "SIGNATURE"),
        ("deputy", json!({ "title": "", "name": "許小文" }), "SIGNATURE"),
        ("word", json!("北市 工"), "NUMBER"),
        ("word", json!(""), "NUMBER"),
        ("remedy", json!({ "type": "appeal", "authority": "" }), "REMEDY"),
        ("remedy", json!({ "type": "not_needed" }), "remedy"),
    ] {
        let mut letterhead = good.clone();
        letterhead[field] = value;
        let file = json!({
            "code": "parks", "name": { "zh": "公園處", "en": "Parks" }, "phone": "02", "letterhead": letterhead,
        });
        let file: AgencyFile = serde_json::from_value(file).unwrap();
        let Err(Fault::Corrupt(problem)) = agency::encode(&file) else { panic!("{field} was taken") };
        assert!(problem.contains("parks") && problem.contains(told), "{problem}");
    }
}

proptest! {
    /// What the letter says is read back as it was said, whatever stands in it.
    #[test]
    fn any_document_comes_back_as_it_was(
        seed: u8, place in 0_usize..4, words in proptest::collection::vec("[^\\s]{1,12}", 5),
    ) {
        let mut document = every_document().remove(place);
        let sent = document.paper.letter().unwrap();
        let (signing, remedy) = (sent.signing().clone(), sent.remedy().clone());
        let mut contents = sent.contents().clone();
        contents.subject.clone_from(&words[0]);
        contents.facts = words[1..3].to_vec();
        contents.reasons = vec![words[3].clone()];
        contents.issuer.name.clone_from(&words[4]);
        document = issued(seed, contents, signing, remedy);
        let recorded = second(
            Party::Officer(person("reviewer.park")),
            Event::Decided { ruling: ruling(), documents: vec![document] },
        );
        let (row, _) = event::encode(&recorded, GENESIS).unwrap();
        prop_assert_eq!(event::decode(row).unwrap().recorded, recorded);
    }
}
