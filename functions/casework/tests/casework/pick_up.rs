//! Handing over what was to be picked up: to whom, and who reads that.

use domain::event::Event;
use domain::pick_up::{Proxy, Receiver};
use platform::commit;
use serde_json::{Value, json};
use testkit::faults::run;
use testkit::pick_ups;
use testkit::samples::{self, PARK, Stage};

use crate::rig::{Rig, command, get, sample_case};

const NAME: &str = "陳大文";
const PROOF: &str = "配偶；委託書、雙方身分證";

/// A case whose result waits, of an item that lets a proxy pick it up or not.
fn waiting(takes_proxies: bool) -> Rig {
    let rig = Rig::at(Stage::AwaitingPickUp);
    pick_ups::plant(&rig.world, PARK, takes_proxies);
    rig
}

fn to_proxy(name: &str, proof: &str) -> Value {
    json!({ "proxy": { "name": name, "proof": proof } })
}

/// Who took it, once the last event says so.
fn receiver(rig: &Rig) -> Option<Receiver> {
    let read = commit::record(&*rig.world.store, sample_case().parse().unwrap());
    let record = run(&rig.world.gate, read).unwrap().unwrap().unwrap();
    match &record.events.last().unwrap().recorded.event {
        Event::HandedOver { receiver } => receiver.clone(),
        _ => None,
    }
}

#[test]
fn a_proxy_is_in_the_record_and_for_the_agency_alone_to_read() {
    let rig = waiting(true);
    let body = json!({ "version": rig.case().version.0, "received_by": to_proxy(NAME, PROOF) });
    let ask = command(format!("/api/work/{}/hand_over", sample_case()), 90, &body).by(samples::HANDLER);
    let reply = rig.send(&ask);
    assert_eq!((reply.status, &reply.json()["state"]), (200, &json!("closed")), "{reply:?}");
    let Some(Receiver::Proxy(Proxy { name, proof })) = receiver(&rig) else { panic!("a proxy") };
    assert_eq!((name.reveal().as_str(), proof.reveal().as_str()), (NAME, PROOF));
    let shown = rig.send(&get(format!("/api/work/{}", sample_case())).by(samples::HANDLER)).json();
    let step = shown["timeline"].as_array().unwrap().last().unwrap();
    assert_eq!(step["public"]["en"], "Picked up by a proxy");
    assert_eq!(step["internal"]["zh"], format!("代領人：{NAME}\n{PROOF}"));
    assert_eq!(rig.send(&ask).json()["replayed"], true);
}

#[test]
fn whoever_is_no_proxy_is_handed_nothing() {
    for (takes_proxies, received_by, status, code) in [
        (false, to_proxy(NAME, PROOF), 422, "PROXY_NOT_ALLOWED"),
        (true, to_proxy(" ", PROOF), 422, "PROXY_NAME_REQUIRED"),
        (true, to_proxy(NAME, ""), 422, "PROXY_PROOF_REQUIRED"),
        (true, json!({ "proxy": { "name": NAME } }), 400, "BAD_JSON"),
        (true, json!("somebody"), 400, "BAD_JSON"),
        (true, Value::Null, 400, "BAD_JSON"),
    ] {
        let rig = waiting(takes_proxies);
        let before = rig.world.store.snapshot();
        let body = json!({ "version": rig.case().version.0, "received_by": received_by });
        let ask = command(format!("/api/work/{}/hand_over", sample_case()), 90, &body);
        let reply = rig.send(&ask.by(samples::HANDLER));
        assert_eq!((reply.status, &reply.json()["code"]), (status, &json!(code)), "{reply:?}");
        assert_eq!(rig.world.store.snapshot(), before, "{code}");
    }
}

#[test]
fn the_form_asks_who_took_it() {
    let send = |rig: &Rig, fields: &[(&str, &str)]| {
        rig.send(&rig.form(&sample_case(), "hand_over", samples::HANDLER, fields))
    };
    let proxy = |name, proof| [("received_by", "proxy"), ("proxy_name", name), ("proxy_proof", proof)];
    for (takes_proxies, rule) in [(true, "代領：委託書、雙方身分證正本"), (false, "不得代領")]
    {
        let page = get(format!("/work/{}", sample_case())).by(samples::HANDLER);
        assert!(waiting(takes_proxies).send(&page).body.contains(rule), "{rule}");
    }
    let rig = waiting(true);
    let reply = send(&rig, &proxy("", PROOF));
    assert_eq!(reply.status, 422);
    for told in ["href=\"#hand_over-proxy_name\"", PROOF, "請填寫代領人姓名"] {
        assert!(reply.body.contains(told), "{told} is not in {}", reply.body);
    }
    // Nobody chose, or chose the applicant and named a proxy.
    for fields in [
        [("received_by", ""), ("proxy_name", ""), ("proxy_proof", "")],
        [("received_by", "applicant"), ("proxy_name", NAME), ("proxy_proof", "")],
    ] {
        let reply = send(&rig, &fields);
        assert_eq!(reply.status, 400, "{reply:?}");
        assert!(reply.body.contains("href=\"#hand_over-received_by\""), "{}", reply.body);
    }
    assert_eq!(send(&rig, &proxy(NAME, PROOF)).status, 303);
    assert!(matches!(receiver(&rig), Some(Receiver::Proxy(_))));
    let rig = waiting(false);
    assert_eq!(send(&rig, &proxy(NAME, PROOF)).status, 422);
    assert_eq!(send(&rig, &[("received_by", "applicant")]).status, 303);
    assert_eq!(receiver(&rig), Some(Receiver::Applicant));
}
