//! Giving a case to another agency, and passing it on to a body outside the window.

use domain::calendar::{Closure, Extent, Register};
use domain::case::State;
use jiff::SignedDuration;
use jiff::civil::date;
use platform::calendars;
use platform::ports::Ambient;
use serde_json::json;
use testkit::samples::{self, Stage};

use crate::rig::{FOREIGNER, Rig, command, get, sample_case};

const REASON: &str = "屬產業發展局權限。";

#[test]
fn a_rerouted_case_is_in_the_other_inbox_and_gone_from_ours() {
    let rig = Rig::at(Stage::Assigned);
    let case = sample_case();
    let fields = [("agency", "economy"), ("reason", REASON)];
    let form = rig.form(&case, "reroute", samples::DISPATCHER, &fields);
    let reply = rig.send(&form);
    assert_eq!((reply.status, reply.location.as_str()), (303, "/work"), "{}", reply.body);
    let now = rig.case();
    assert_eq!((now.state, now.agency.as_str(), now.version.0), (State::Received, "economy", 3));
    // A second click is answered as the first was.
    let again = rig.send(&form);
    assert_eq!((again.status, again.location.as_str()), (303, "/work"));
    assert_eq!(rig.case().version.0, 3);
    let status = |who: &str| rig.send(&get(format!("/work/{case}")).by(who)).status;
    for who in [samples::DISPATCHER, samples::HANDLER, samples::REVIEWER, samples::RESEARCH] {
        assert_eq!(status(who), 404, "{who}");
    }
    assert_eq!(status(FOREIGNER), 200);
}

#[test]
fn a_repeated_request_tells_nobody_but_whoever_made_it() {
    let rig = Rig::at(Stage::Received);
    let path = format!("/api/work/{}/reroute", sample_case());
    let ask = command(path, 80, &json!({ "version": 1, "agency": "economy", "reason": REASON }));
    assert_eq!(rig.send(&ask.clone().by(samples::DISPATCHER)).status, 200);
    let again = rig.send(&ask.clone().by(samples::DISPATCHER));
    assert_eq!((again.status, &again.json()["replayed"]), (200, &json!(true)));
    // How it goes on is not theirs to know, whatever they repeat.
    assert!(again.json().get("state").is_none(), "{}", again.body);
    let stranger = rig.send(&ask.by(samples::SECOND_DISPATCHER));
    assert!(stranger.status >= 400 && !stranger.body.contains("received"), "{}", stranger.body);
}

#[test]
fn the_form_offers_the_other_agencies_in_which_somebody_dispatches() {
    let rig = Rig::at(Stage::Received);
    let page = |who: &str| rig.send(&get(format!("/work/{}", sample_case())).by(who)).body;
    let form = page(samples::DISPATCHER);
    assert!(form.contains("<option value=\"economy\""), "{form}");
    for other in ["parks", "doit"] {
        assert!(!form.contains(&format!("<option value=\"{other}\"")), "{other}: {form}");
    }
    assert!(!page(samples::RESEARCH).contains("/reroute"));
}

#[test]
fn whom_a_case_cannot_be_given_to() {
    let rig = Rig::at(Stage::Assigned);
    let before = rig.world.store.snapshot();
    for (agency, status, code) in [
        ("parks", 422, "NO_SUCH_AGENCY"),
        ("doit", 422, "NO_SUCH_AGENCY"),
        ("atlantis", 422, "NO_SUCH_AGENCY"),
        ("x", 400, "JSON"),
    ] {
        let body = json!({ "version": 2, "agency": agency, "reason": REASON });
        let ask = command(format!("/api/work/{}/reroute", sample_case()), 81, &body);
        let reply = rig.send(&ask.by(samples::DISPATCHER));
        assert_eq!(reply.status, status, "{agency}: {}", reply.body);
        assert!(reply.body.contains(code), "{agency}: {}", reply.body);
    }
    assert_eq!(rig.world.store.snapshot(), before);
}

#[test]
fn a_case_that_was_passed_on_is_closed_and_says_to_whom() {
    let rig = Rig::at(Stage::Assigned);
    let case = sample_case();
    let fields = [("body", "交通部公路局"), ("reason", "非本市權限。")];
    let reply = rig.send(&rig.form(&case, "transfer", samples::REVIEWER, &fields));
    assert_eq!(reply.location, format!("/work/{case}?done=transfer"), "{}", reply.body);
    assert_eq!(rig.case().state, State::Transferred);
    let page = rig.send(&get(reply.location).by(samples::REVIEWER)).body;
    for part in ["已移送，並通知申請人。", "已移送有管轄權之機關「交通部公路局」：非本市權限。"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    let nobody = [("body", " "), ("reason", "非本市權限。")];
    let rig = Rig::at(Stage::Assigned);
    let refused = rig.send(&rig.form(&case, "transfer", samples::REVIEWER, &nobody));
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("請指明受移送之機關"), "{}", refused.body);
}

/// What was asked of a case that was given away since is not answered any more.
#[test]
fn an_earlier_request_is_no_window_into_a_case_that_went_elsewhere() {
    let rig = Rig::at(Stage::Received);
    let path = |name: &str| format!("/api/work/{}/{name}", sample_case());
    let accept = command(path("accept"), 82, &json!({ "version": 1 })).by(samples::DISPATCHER);
    assert_eq!(rig.send(&accept).status, 200);
    let body = json!({ "version": 2, "agency": "economy", "reason": REASON });
    assert_eq!(rig.send(&command(path("reroute"), 83, &body).by(samples::DISPATCHER)).status, 200);
    assert_eq!(rig.send(&accept).status, 404);
}

/// Offices of one agency are closed: a case that comes to it has the dates of its calendar from the first.
#[test]
fn a_rerouted_case_has_the_dates_of_its_new_agency() {
    let rig = Rig::at(Stage::Received);
    let now = rig.world.ambient.now();
    let closure = Closure {
        day: date(2026, 11, 20),
        extent: Extent::Day,
        area: "信義區".to_owned(),
        agencies: ["economy".parse().unwrap()].into(),
        source: "公告".to_owned(),
        announced_at: now,
    };
    rig.now(async {
        let announce = |register: &Register| register.announce(closure.clone());
        calendars::change(&*rig.world.store, None, now, announce).await.unwrap();
    });
    // A process reads the calendar once a minute.
    rig.world.ambient.advance(SignedDuration::from_mins(2));
    let before = rig.case();
    let body = json!({ "version": 1, "agency": "economy", "reason": REASON });
    let ask = command(format!("/api/work/{}/reroute", sample_case()), 84, &body);
    assert_eq!(rig.send(&ask.by(samples::DISPATCHER)).status, 200);
    let after = rig.case();
    assert!(after.due_day() > before.due_day(), "{:?} {:?}", before.due_day(), after.due_day());
    rig.now(async {
        let known = calendars::calendars(&*rig.world.store).await.unwrap();
        assert_eq!(after.dates, domain::dates::of(&after, known.of(&after.agency)));
    });
}
