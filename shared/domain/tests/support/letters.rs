//! What a handler proposes and a reviewer approves, with all that a letter needs.

use std::collections::{BTreeMap, BTreeSet};

use domain::case::Outcome;
use domain::command::Command;
use domain::letter::{
    Addressee, Draw, Issue, Issuer, Letterhead, Mark, Office, Particulars, Person, Proposal, Remedy, Wording,
};
use domain::personal::Personal;
use domain::refusal::{FeeReading, Grounds, RefusalGround};

/// The letters of the parks office.
pub fn letterhead() -> Letterhead {
    Letterhead {
        issuer: Issuer {
            name: "臺北市政府工務局公園路燈工程管理處".to_owned(),
            address: "臺北市信義區市府路1號".to_owned(),
            contact: "園藝科".to_owned(),
            phone: "02-2720-8889".to_owned(),
            email: "parks@city.example".to_owned(),
        },
        head: Some(Office { title: "處長".to_owned(), name: "王大明".to_owned() }),
        deputy: None,
        word: "北市工公園".to_owned(),
        remedy: Some(Remedy::Appeal { authority: "臺北市政府".to_owned() }),
    }
}

pub fn proposal(outcome: Outcome, reason: &str) -> Proposal {
    let mark = (Mark::Other, Personal::new("案號TP-1".to_owned()));
    let addressee = Person { name: Personal::new("林佳穎".to_owned()), marks: BTreeMap::from([mark]) };
    Proposal {
        outcome,
        reason: reason.to_owned(),
        grounds: Grounds {
            ground: (outcome == Outcome::Reject).then_some(RefusalGround::NotEligible),
            ..Grounds::default()
        },
        wording: Wording {
            facts: "臺端申請使用場地。".to_owned(),
            legal_basis: "臺北市公園管理自治條例第13條".to_owned(),
            ..Wording::default()
        },
        particulars: Particulars {
            letterhead: letterhead(),
            addressee: Addressee::Person(addressee),
            asked: BTreeSet::new(),
            remedy: None,
        },
    }
}

pub fn propose(outcome: Outcome, reason: &str) -> Command {
    Command::Propose(Box::new(proposal(outcome, reason)))
}

pub fn issue() -> Issue {
    Issue {
        letterhead: letterhead(),
        page: "https://window.example/verify".to_owned(),
        draw: Draw::new([7; 32]),
    }
}

pub fn approve() -> Command {
    Command::Approve { reading: FeeReading::Narrow, issue: Box::new(issue()) }
}
