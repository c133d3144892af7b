//! The letters that the applicant gets.

use domain::case::Outcome;
use domain::command::{Command, Rectification};
use domain::event::Event;
use domain::letter::{CertificateWording, Issued};
use platform::commit;
use serde_json::Value;
use testkit::faults::run;
use testkit::{letters, samples};

use crate::support::{CHEN, LIN};
use crate::till::Till;

/// A case that was refused.
fn refused() -> Till {
    let till = Till::of("PK001");
    let staff = |subject| Box::new(samples::staff(subject));
    let assign = Command::Assign { handler: staff(samples::HANDLER), reviewer: staff(samples::REVIEWER) };
    till.does(samples::actor(samples::DISPATCHER), &assign);
    let proposal = Box::new(samples::proposal(Outcome::Reject, LIN));
    till.does(samples::actor(samples::HANDLER), &Command::Propose(proposal));
    till
}

fn approve(till: &Till) {
    till.does(samples::actor(samples::REVIEWER), &letters::approval(7));
}

fn issued(till: &Till) -> Vec<Issued> {
    let read = commit::record(&*till.city.world.store, till.case.parse().unwrap());
    let record = run(&till.city.world.gate, read).unwrap().unwrap().unwrap();
    record.issued().map(|(_, issued)| issued.clone()).collect()
}

fn api(till: &Till) -> Value {
    till.city.send(&till.call("GET /api/cases/{case}").by(LIN)).json()
}

fn page(till: &Till) -> String {
    till.city.send(&till.call("GET /cases/{case}").by(LIN)).text
}

#[test]
fn a_proposal_is_internal_and_the_letter_is_listed_once_it_is_sent() {
    let till = refused();
    assert_eq!(api(&till)["issued"], serde_json::json!([]));
    assert!(!page(&till).contains("id=\"documents\"") && !page(&till).contains("符合規定"));
    approve(&till);
    let [letter] = &issued(&till)[..] else { panic!("one letter") };
    let listed = &api(&till)["issued"][0];
    assert_eq!(listed["number"], letter.paper.number().to_string());
    assert_eq!(listed["document"], "4");
    assert_eq!((&listed["corrects"], &listed["corrected_by"]), (&Value::Null, &serde_json::json!([])));
    let page = page(&till);
    for told in [
        format!("href=\"/cases/{}/documents/4\"", till.case),
        letter.paper.number().to_string(),
        format!("href=\"/verify/{}\"", letter.code),
    ] {
        assert!(page.contains(&told), "{told} is not in {page}");
    }
    let other = till.city.send(&till.call("GET /api/cases/{case}").by(CHEN));
    assert_eq!(other.status, 404);
}

#[test]
fn a_letter_that_was_corrected_says_by_which() {
    let till = refused();
    approve(&till);
    let of = Some(Box::new(issued(&till).remove(0)));
    let (wrong, right, reason) = ("規定".to_owned(), "法規".to_owned(), String::new());
    let rectification = Rectification { of, wrong, right, reason, issue: samples::issue(9) };
    till.does(samples::actor(samples::REVIEWER), &Command::Rectify(Box::new(rectification)));
    let [first, second] = &issued(&till)[..] else { panic!("two letters") };
    let listed = api(&till)["issued"].clone();
    assert_eq!(listed[0]["corrected_by"][0], second.paper.number().to_string());
    assert_eq!(listed[1]["corrects"], first.paper.number().to_string());
    let last = api(&till)["timeline"].as_array().unwrap().last().unwrap().clone();
    let told = Event::Rectified { corrects: first.code, document: Box::new(second.clone()) }.public_text();
    assert_eq!((&last["event"], &last["text"]), (&"rectified".into(), &web::explained::text(&told)));
    assert!(page(&till).contains("已更正"));
}

#[test]
fn certificates_are_listed_below_their_letter() {
    let till = Till::of("PK001");
    let staff = |subject| Box::new(samples::staff(subject));
    let assign = Command::Assign { handler: staff(samples::HANDLER), reviewer: staff(samples::REVIEWER) };
    till.does(samples::actor(samples::DISPATCHER), &assign);
    let mut proposal = samples::proposal(Outcome::Approve, LIN);
    let wording = |title: &str| CertificateWording { title: title.to_owned(), text: "內容。".to_owned() };
    proposal.wording.certificates = vec![wording("場地使用許可證"), wording("配置核定書")];
    till.does(samples::actor(samples::HANDLER), &Command::Propose(Box::new(proposal)));
    approve(&till);
    let listed = api(&till)["issued"].clone();
    let told: Vec<_> =
        listed.as_array().unwrap().iter().map(|it| (it["document"].as_str().unwrap(), &it["kind"])).collect();
    let (letter, certificate) = (Value::from("letter"), Value::from("certificate"));
    assert_eq!(told, [("4", &letter), ("4-2", &certificate), ("4-3", &certificate)]);
    let page = page(&till);
    let at = |document: &str| page.find(&format!("/documents/{document}\"")).unwrap();
    assert!(at("4") < at("4-2") && at("4-2") < at("4-3"), "{page}");
    assert!(page.contains("證明文件：場地使用許可證"), "{page}");
}
