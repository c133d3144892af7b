//! A written act has every point of 行政程序法 §96 I, or it is none.

#![expect(clippy::unwrap_used, reason = "a sample that cannot be made has failed its test")]

use std::collections::{BTreeMap, BTreeSet};

use domain::letter::remedy::RemedyKind;
use domain::letter::{
    Act, Addressee, Clause, ClauseKind, Contents, Correction, DocumentNumber, Draft, Issuer, Lack, Letter,
    Mark, Office, Person, Remedy, Signing, Speed,
};
use domain::personal::Personal;
use jiff::civil::date;

fn person(name: &str, marks: &[(Mark, &str)]) -> Person {
    let marks: BTreeMap<_, _> =
        marks.iter().map(|(mark, value)| (*mark, Personal::new((*value).to_owned()))).collect();
    Person { name: Personal::new(name.to_owned()), marks }
}

fn office() -> Office {
    Office { title: "處長".to_owned(), name: "王大明".to_owned() }
}

fn appeal() -> Remedy {
    Remedy::Appeal { authority: "臺北市政府".to_owned() }
}

fn correction() -> Act {
    Act::Corrects(Correction {
        number: "北市工公園字第1153001234號".parse().unwrap(),
        title: None,
        date: date(2026, 11, 29),
        wrong: "115年3月5日".to_owned(),
        right: "116年3月5日".to_owned(),
    })
}

/// A refusal with everything that the law asks for.
fn refusal() -> Draft {
    Draft {
        contents: Contents {
            act: Act::Refused,
            addressee: Addressee::Person(person("林佳穎", &[(Mark::IdNumber, "A12345***9")])),
            asked: BTreeSet::from([Mark::IdNumber]),
            subject: "所請使用大安森林公園場地一案，礙難准許，請查照。".to_owned(),
            facts: vec!["台端於115年11月20日申請使用場地。".to_owned()],
            reasons: vec!["場地已核准他人使用。".to_owned()],
            legal_basis: vec!["臺北市公園場地使用管理辦法第5條。".to_owned()],
            clauses: Vec::new(),
            issuer: Issuer {
                name: "臺北市政府工務局公園路燈工程管理處".to_owned(),
                address: String::new(),
                contact: String::new(),
                phone: String::new(),
                email: String::new(),
            },
            attachments: Vec::new(),
            copies: Vec::new(),
            speed: Speed::Ordinary,
        },
        signing: Some(Signing::Head(office())),
        number: "北市工公園字第1153001234號".parse().ok(),
        date: Some(date(2026, 11, 29)),
        remedy: Some(appeal()),
    }
}

fn company(name: &str, seat: &str, representative: &str) -> Addressee {
    Addressee::Body {
        name: name.to_owned(),
        seat: seat.to_owned(),
        tax_id: None,
        representative: person(representative, &[]),
    }
}

fn with(change: impl FnOnce(&mut Draft)) -> Result<Letter, Vec<Lack>> {
    let mut draft = refusal();
    change(&mut draft);
    Letter::new(draft)
}

#[track_caller]
fn lacks(expected: &[Lack], change: impl FnOnce(&mut Draft)) {
    assert_eq!(with(change).map(|_| ()), Err(expected.to_vec()));
}

#[track_caller]
fn complete(change: impl FnOnce(&mut Draft)) -> Letter {
    with(change).unwrap()
}

#[test]
fn a_whole_refusal_is_a_letter() {
    let letter = complete(|_| {});
    assert_eq!(letter.number().to_string(), "北市工公園字第1153001234號");
    assert_eq!(letter.date(), date(2026, 11, 29));
    assert!(letter.instruction().starts_with("本函為行政程序法第92條所稱之行政處分。"));
}

/// Every lack is found, each by taking away what it names: a new one does not compile without its case.
#[test]
fn each_point_that_is_taken_away_is_named() {
    for lack in Lack::ALL {
        lacks(&[*lack], |draft| take_away(draft, *lack));
    }
}

fn take_away(draft: &mut Draft, lack: Lack) {
    let contents = &mut draft.contents;
    let ask = |contents: &mut Contents, mark| {
        contents.asked.insert(mark);
    };
    match lack {
        Lack::AddresseeName => {
            contents.addressee = Addressee::Person(person("　", &[(Mark::IdNumber, "A12345***9")]));
        }
        Lack::Identification => {
            contents.asked.clear();
            contents.addressee = Addressee::Person(person("林佳穎", &[(Mark::Sex, " ")]));
        }
        Lack::BirthDate => ask(contents, Mark::BirthDate),
        Lack::Sex => ask(contents, Mark::Sex),
        Lack::IdNumber => {
            contents.addressee = Addressee::Person(person("林佳穎", &[(Mark::IdNumber, "")]));
        }
        Lack::Residence => ask(contents, Mark::Residence),
        Lack::OtherMark => ask(contents, Mark::Other),
        Lack::Seat => contents.addressee = company("好棚公司", "", "王怡君"),
        Lack::Representative => contents.addressee = company("好棚公司", "臺北市信義區", ""),
        Lack::Subject => "\n".clone_into(&mut contents.subject),
        Lack::Facts => contents.facts.clear(),
        Lack::Reasons => contents.reasons.push(String::new()),
        Lack::LegalBasis => contents.legal_basis.clear(),
        Lack::ClauseContent => {
            contents.clauses = vec![Clause { kind: ClauseKind::Burden, content: "　".to_owned() }];
        }
        Lack::Agency => contents.issuer.name.clear(),
        Lack::Signature => {
            let nobody = Office { title: "副處長".to_owned(), name: String::new() };
            draft.signing = Some(Signing::Deputy { head: office(), deputy: nobody });
        }
        Lack::Number => draft.number = None,
        Lack::Date => draft.date = None,
        Lack::Remedy => draft.remedy = Some(Remedy::Appeal { authority: String::new() }),
        Lack::Correction => {
            contents.act = correction();
            if let Act::Corrects(correction) = &mut contents.act {
                correction.right.clone_from(&correction.wrong);
            }
        }
    }
}

#[test]
fn everything_that_is_missing_is_named_at_once_in_the_order_of_the_law() {
    lacks(
        &[
            Lack::AddresseeName,
            Lack::Subject,
            Lack::Facts,
            Lack::Reasons,
            Lack::LegalBasis,
            Lack::Agency,
            Lack::Signature,
            Lack::Number,
            Lack::Date,
            Lack::Remedy,
        ],
        |draft| {
            draft.contents.addressee = company("", "臺北市信義區", "王怡君");
            draft.contents.subject.clear();
            draft.contents.facts.clear();
            draft.contents.reasons.clear();
            draft.contents.legal_basis.clear();
            draft.contents.issuer.name.clear();
            draft.signing = None;
            draft.number = None;
            draft.date = None;
            draft.remedy = None;
        },
    );
}

/// §97 ①: 未限制人民之權益者.
#[test]
fn reasons_may_be_left_out_where_all_is_granted_without_a_clause() {
    let unexplained = |act: Act| {
        move |draft: &mut Draft| {
            draft.contents.act = act;
            draft.contents.reasons.clear();
            draft.contents.legal_basis.clear();
        }
    };
    complete(unexplained(Act::Granted));
    lacks(&[Lack::Reasons, Lack::LegalBasis], unexplained(Act::GrantedInPart));
    lacks(&[Lack::Reasons, Lack::LegalBasis], unexplained(Act::Refused));
    lacks(&[Lack::Reasons, Lack::LegalBasis], |draft| {
        unexplained(Act::Granted)(draft);
        draft.contents.clauses =
            vec![Clause { kind: ClauseKind::Burden, content: "活動結束後當日復原。".to_owned() }];
    });
}

#[test]
fn no_remedy_is_for_those_who_have_nothing_to_contest() {
    let silent = |act: Act| {
        move |draft: &mut Draft| {
            draft.contents.act = act;
            draft.remedy = Some(Remedy::NotNeeded);
        }
    };
    let letter = complete(silent(Act::Granted));
    assert_eq!(letter.instruction(), "本函為行政程序法第92條所稱之行政處分。");
    complete(silent(correction()));
    lacks(&[Lack::Remedy], silent(Act::GrantedInPart));
    lacks(&[Lack::Remedy], silent(Act::Refused));
}

/// §101.
#[test]
fn a_correction_names_the_document_it_corrects_and_needs_no_facts() {
    let letter = complete(|draft| {
        draft.contents.act = correction();
        draft.contents.facts.clear();
        draft.contents.reasons.clear();
        draft.contents.legal_basis.clear();
        draft.remedy = Some(Remedy::NotNeeded);
    });
    assert_eq!(
        letter.instruction(),
        "本函係依行政程序法第101條規定，更正北市工公園字第1153001234號函之顯然錯誤。"
    );
}

#[test]
fn a_seal_is_enough_for_acts_of_a_machine() {
    complete(|draft| draft.signing = Some(Signing::Seal));
}

#[test]
fn the_words_of_every_remedy() {
    let agency = "臺北市政府工務局公園路燈工程管理處";
    let template = |kind: &RemedyKind| match kind {
        RemedyKind::Appeal => appeal(),
        RemedyKind::Objection => Remedy::Objection {
            name: "申請復查".to_owned(),
            days: 30,
            legal_basis: "稅捐稽徵法第35條".to_owned(),
            authority: "臺北市稅捐稽徵處".to_owned(),
        },
        RemedyKind::Litigation => Remedy::Litigation { court: "臺北高等行政法院".to_owned() },
        RemedyKind::NotNeeded => Remedy::NotNeeded,
    };
    let words: BTreeMap<String, Option<String>> = RemedyKind::ALL
        .iter()
        .map(template)
        .map(|remedy| (remedy.kind().code().to_owned(), remedy.instruction(agency)))
        .collect();
    insta::assert_debug_snapshot!(words);
}

#[test]
fn every_lack_has_its_own_code_and_words_in_both_languages() {
    let codes: BTreeSet<_> = Lack::ALL.iter().map(|lack| lack.code()).collect();
    let zh: BTreeSet<_> = Lack::ALL.iter().map(|lack| lack.text().zh).collect();
    let en: BTreeSet<_> = Lack::ALL.iter().map(|lack| lack.text().en).collect();
    for distinct in [codes.len(), zh.len(), en.len()] {
        assert_eq!(distinct, Lack::ALL.len());
    }
}

#[test]
fn personal_data_of_a_letter_is_not_printed_by_debug() {
    let shown = format!("{:?}", complete(|_| {}));
    for private in ["林佳穎", "A12345***9"] {
        assert!(!shown.contains(private), "{private}");
    }
    let number: DocumentNumber = "北市工公園字第1153001234號".parse().unwrap();
    assert!(shown.contains(&format!("{number:?}")));
}
