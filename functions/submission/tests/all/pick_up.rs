//! What applicants read of a result that they pick up.

use domain::access::Actor;
use domain::case::Outcome;
use domain::command::Command;
use domain::personal::Personal;
use domain::pick_up::{Proxy, Receiver};
use domain::refusal::FeeReading;
use domain::timer::TimerKind;
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::{letters, pick_ups, samples};

use crate::support::{Call, City, LIN, consent_body, key};
use crate::till::Till;

/// An application of Lin that was approved; its result waits to be picked up, and its fee fell due with that.
fn approved(takes_proxies: bool) -> Till {
    let city = City::new();
    pick_ups::plant(&city.world, "PK002", takes_proxies);
    let body = json!({ "item": "PK002", "version": 1, "answers": { "place": "露天劇場" },
                       "consent": consent_body() });
    let filed = city.send(&Call::of("POST /api/cases", &[]).by(LIN).key(&key(200)).json(&body));
    let till = Till { case: filed.json()["case"].as_str().unwrap().to_owned(), city };
    let staff = |subject| Box::new(samples::staff(subject));
    let assign = Command::Assign { handler: staff(samples::HANDLER), reviewer: staff(samples::REVIEWER) };
    till.does(samples::actor(samples::DISPATCHER), &assign);
    assert_eq!(api(&till)["pick_up"], Value::Null, "nothing waits yet");
    let proposal = Box::new(samples::proposal(Outcome::Approve, LIN));
    till.does(samples::actor(samples::HANDLER), &Command::Propose(proposal));
    till.does(samples::actor(samples::REVIEWER), &letters::approval(7));
    till
}

fn api(till: &Till) -> Value {
    till.city.send(&till.call("GET /api/cases/{case}").by(LIN)).json()
}

fn page(till: &Till) -> String {
    till.city.send(&till.call("GET /cases/{case}").by(LIN)).text
}

#[test]
fn where_when_with_what_and_what_is_owed_is_said_while_it_waits() {
    let till = approved(true);
    let shown = api(&till);
    assert_eq!(shown["state"], "awaiting_pick_up");
    let told = &shown["pick_up"];
    assert_eq!((&told["fee_due"], &told["counter"]["en"]), (&json!(300), &json!("counter 3")));
    assert_eq!(told["proxy"]["zh"], "委託書、雙方身分證正本");
    let page = page(&till);
    for said in [
        "3號領件櫃檯",
        "市府路1號北區2樓",
        "辦公日 9:00 至 17:00",
        "委託書、雙方身分證正本",
        "300 元",
        "原件退回",
    ] {
        assert!(page.contains(said), "{said} is not in {page}");
    }
    assert!(!page.contains("領取期限已過"));
}

#[test]
fn an_item_without_proxies_says_so() {
    let till = approved(false);
    assert_eq!(api(&till)["pick_up"]["proxy"], Value::Null);
    assert!(page(&till).contains("不得代領"));
}

#[test]
fn once_the_period_has_passed_the_page_says_what_follows() {
    let till = approved(true);
    till.city.world.ambient.advance(SignedDuration::from_hours(24 * 30));
    till.city.sign_in(LIN);
    till.does(Actor::System, &Command::Fire(TimerKind::PickUpDue));
    let page = page(&till);
    assert!(page.contains("領取期限已過") && page.contains("原件退回"), "{page}");
}

/// 個人資料保護法 §5: that it was a proxy is enough to know.
#[test]
fn the_applicant_reads_that_a_proxy_took_it_and_not_who() {
    let till = approved(true);
    let (name, proof) = (Personal::new("陳大文".to_owned()), Personal::new("配偶；委託書".to_owned()));
    let receiver = Receiver::Proxy(Proxy { name, proof });
    let command = Command::HandOver { reading: FeeReading::Wide, receiver, takes_proxies: true };
    till.does(samples::actor(samples::HANDLER), &command);
    let shown = api(&till);
    assert_eq!(shown["pick_up"], Value::Null);
    assert_eq!(shown["timeline"].as_array().unwrap().last().unwrap()["text"]["en"], "Picked up by a proxy");
    let page = page(&till);
    assert!(page.contains("已領取（代領）") && !page.contains("id=\"pick-up\""), "{page}");
    for personal in ["陳大文", "配偶"] {
        assert!(!page.contains(personal) && !shown.to_string().contains(personal));
    }
}
