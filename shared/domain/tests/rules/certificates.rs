//! Certificates beside the letter of an approval (證明文件): what is issued, and how it is put right.

use std::collections::BTreeSet;

use domain::access::Actor;
use domain::agency::Role;
use domain::case::{Case, Outcome, State};
use domain::command::{Command, Rectification};
use domain::decide::MAX_REASON;
use domain::event::Event;
use domain::letter::certificate::{MAX_CERTIFICATES, MAX_TITLE};
use domain::letter::{CertificateWording, Draw, Issue, Issued};
use jiff::civil::date;
use proptest::prelude::*;

use super::{assigned, decided, done, filed_at, handler, refused, reviewer};
use crate::letters::{approve, issue, letterhead, proposal};

const MORNING: &str = "2026-11-19T10:00:00+08:00";

fn by_handler() -> Actor {
    handler(&[Role::Handler])
}

fn wording(title: &str, text: &str) -> CertificateWording {
    CertificateWording { title: title.to_owned(), text: text.to_owned() }
}

fn propose(outcome: Outcome, certificates: Vec<CertificateWording>) -> Command {
    let mut proposal = proposal(outcome, "符合規定。");
    proposal.wording.certificates = certificates;
    Command::Propose(Box::new(proposal))
}

/// A permit and a plan, approved.
fn approved() -> (Case, Vec<Issued>) {
    let permit = wording(" 場地使用許可證 ", "場地：大安森林公園。\n\n期間：12月5日。");
    let command = propose(Outcome::Approve, vec![permit, wording("配置核定書", "依所附圖說。")]);
    let case = done(assigned(), &by_handler(), command, MORNING);
    let event = decided(&case, &reviewer(), approve(), MORNING.parse().unwrap()).unwrap();
    let documents = event.issued().to_vec();
    (done(case, &reviewer(), approve(), MORNING), documents)
}

#[test]
fn each_has_a_number_and_a_code_of_its_own_and_the_letter_lists_it() {
    let (case, documents) = approved();
    let [letter, permit, plan] = &documents[..] else { panic!("three documents") };
    assert_eq!(case.documents, [letter.code, permit.code, plan.code]);
    let sent = letter.paper.letter().unwrap();
    assert_eq!(sent.contents().attachments, ["場地使用許可證", "配置核定書"]);
    let certificate = permit.paper.certificate().unwrap();
    assert_eq!(certificate.text.lines, ["場地：大安森林公園。", "期間：12月5日。"]);
    assert_eq!((&certificate.letter, &certificate.addressee), (sent.number(), &sent.contents().addressee));
    assert_eq!((&certificate.signing, certificate.date), (sent.signing(), sent.date()));
    assert_eq!(permit.page, letter.page);
    let numbers: BTreeSet<_> = documents.iter().map(|it| it.paper.number()).collect();
    let codes: BTreeSet<_> = documents.iter().map(|it| it.code).collect();
    assert_eq!((numbers.len(), codes.len()), (3, 3));
    assert_eq!(plan.paper.what().zh, "證明文件：配置核定書");
    assert_eq!(letter.paper.kind(), "函");
}

#[test]
fn a_refusal_certifies_nothing_and_an_approval_not_without_bounds() {
    let no =
        |outcome, certificates| refused(&assigned(), &by_handler(), propose(outcome, certificates), MORNING);
    let sound = || wording("許可證", "內容。");
    assert_eq!(no(Outcome::Reject, vec![sound()]), "CERTIFICATE_WITH_REFUSAL");
    assert_eq!(no(Outcome::Approve, vec![sound(); MAX_CERTIFICATES + 1]), "TOO_MANY_CERTIFICATES");
    let long = |max: u16| "字".repeat(usize::from(max) + 1);
    for bad in [
        wording("", "內容。"),
        wording("許可證", " \n\u{3000}"),
        wording("許可證\n副本", "內容。"),
        wording(&long(MAX_TITLE), "內容。"),
        wording("許可證", &long(MAX_REASON)),
        wording("許可\u{7}證", "內容。"),
    ] {
        assert_eq!(no(Outcome::Approve, vec![sound(), bad]), "CERTIFICATE_INCOMPLETE");
    }
    let most = propose(Outcome::Approve, vec![sound(); MAX_CERTIFICATES]);
    assert!(decided(&assigned(), &by_handler(), most, filed_at()).is_ok());
}

fn rectify(of: &Issued, wrong: &str, right: &str) -> Command {
    let issue = Issue { draw: Draw::new([9; 32]), ..issue() };
    let (wrong, right, reason) = (wrong.to_owned(), right.to_owned(), String::new());
    let of = Some(Box::new(of.clone()));
    Command::Rectify(Box::new(Rectification { of, wrong, right, reason, issue }))
}

#[test]
fn an_error_in_one_is_put_right_by_a_letter_that_names_it() {
    let (case, documents) = approved();
    let [letter, permit, _] = &documents[..] else { panic!("three documents") };
    let command = rectify(permit, "12月5日", "12月6日");
    let event = decided(&case, &reviewer(), command.clone(), MORNING.parse().unwrap()).unwrap();
    let Event::Rectified { corrects, document } = event else { panic!("a rectification") };
    assert_eq!(corrects, permit.code);
    let sent = document.paper.letter().unwrap();
    let correction = sent.contents().act.corrects().unwrap();
    let named = format!("{}「場地使用許可證」", permit.paper.number());
    assert_eq!(
        (correction.document(), &sent.contents().addressee),
        (named.clone(), permit.paper.addressee())
    );
    assert_eq!(sent.contents().subject, format!("更正本機關{named}之顯然錯誤，請查照。"));
    assert!(sent.instruction().contains(&named), "{}", sent.instruction());
    let after = done(case.clone(), &reviewer(), command, MORNING);
    assert_eq!((after.state, after.documents.len()), (State::Approved, 4));
    // What stands in the certificate stands in no other document.
    assert_eq!(
        refused(&case, &reviewer(), rectify(letter, "12月5日", "12月6日"), MORNING),
        "NOT_IN_DOCUMENT"
    );
    let title = rectify(permit, "場地使用許可證", "場地使用證");
    assert!(decided(&case, &reviewer(), title, MORNING.parse().unwrap()).is_ok());
}

proptest! {
    /// Whatever is drawn: no two documents of an event have a code or a number in common, and the same draw gives
    /// the same.
    #[test]
    fn what_is_drawn_for_each_place_is_its_own(bytes: [u8; 32]) {
        let draw = Draw::new(bytes);
        let number = |place| letterhead().number(date(2026, 11, 19), &draw.at(place)).unwrap();
        let places = 0..=u32::try_from(MAX_CERTIFICATES).unwrap();
        let codes: BTreeSet<_> = places.clone().map(|place| draw.at(place).code()).collect();
        let numbers: BTreeSet<_> = places.clone().map(number).collect();
        prop_assert_eq!((codes.len(), numbers.len()), (MAX_CERTIFICATES + 1, MAX_CERTIFICATES + 1));
        prop_assert_eq!((draw.at(0).code(), number(0)), (draw.code(), letterhead().number(date(2026, 11, 19), &draw).unwrap()));
        prop_assert_eq!(draw.at(3), Draw::new(bytes).at(3));
    }
}
