//! Proposals and the letters that are made of them.

use std::collections::{BTreeMap, BTreeSet};

use domain::agency::Agency;
use domain::case::Outcome;
use domain::command::Command;
use domain::letter::{Addressee, Draw, Issue, Letterhead, Mark, Particulars, Person, Proposal, Wording};
use domain::personal::Personal;
use domain::refusal::{FeeReading, Grounds, RefusalGround};
use platform::codec::agency;
use serde_json::{Value, json};

use crate::samples::import;

/// The letters of the agency `code`.
#[must_use]
pub fn letterhead(code: &str) -> Letterhead {
    let file = import().agencies.into_iter().find(|agency| agency.code.0.as_str() == code);
    let row = agency::encode(&file.expect("a sample agency")).expect("a sound agency");
    let Agency { letterhead, .. } = agency::decode(row).expect("an agency");
    letterhead
}

/// What a handler proposes for the case of `applicant`.
#[must_use]
pub fn proposal(outcome: Outcome, applicant: &str) -> Proposal {
    let name = Personal::new(applicant.to_owned());
    let marks = BTreeMap::from([(Mark::Other, Personal::new("申請案號 TP-1".to_owned()))]);
    let ground = (outcome == Outcome::Reject).then_some(RefusalGround::NotEligible);
    Proposal {
        outcome,
        reason: "符合規定。".to_owned(),
        grounds: Grounds { ground, ..Grounds::default() },
        wording: Wording {
            facts: "臺端申請使用公園場地。".to_owned(),
            legal_basis: "臺北市公園管理自治條例第13條".to_owned(),
            ..Wording::default()
        },
        particulars: Particulars {
            letterhead: letterhead("parks"),
            addressee: Addressee::Person(Person { name, marks }),
            asked: BTreeSet::new(),
            remedy: None,
        },
    }
}

/// The approval by which a letter of `parks` is issued with what is drawn from `seed`.
#[must_use]
pub fn approval(seed: u8) -> Command {
    Command::Approve { reading: FeeReading::default(), issue: Box::new(issue(seed)) }
}

#[must_use]
pub fn issue(seed: u8) -> Issue {
    let page = "https://window.example/verify".to_owned();
    Issue { letterhead: letterhead("parks"), page, draw: Draw::new([seed; 32]) }
}

/// The body of a proposal to approve, or to refuse for want of eligibility.
#[must_use]
pub fn proposal_body(version: u64, outcome: &str, reason: &str) -> Value {
    let mut body = json!({ "version": version, "outcome": outcome, "reason": reason });
    if outcome == "reject" {
        body["ground"] = json!("not_eligible");
        body["facts"] = json!("臺端申請使用公園場地。");
        body["legal_basis"] = json!("臺北市公園管理自治條例第13條");
    }
    body
}

/// The same, as the fields of the form.
#[must_use]
pub fn proposal_form<'a>(outcome: &'a str, reason: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![("outcome", outcome), ("reason", reason)];
    if outcome == "reject" {
        fields.extend([
            ("ground", "not_eligible"),
            ("facts", "臺端申請使用公園場地。"),
            ("legal_basis", "臺北市公園管理自治條例第13條"),
        ]);
    }
    fields
}
