//! Sessions end: by idleness, by age, by signing out; and a form belongs to one of them.

use jiff::SignedDuration;
use platform::catalogue::{self, Import};
use platform::sessions;
use serde_json::json;
use testkit::samples::{self, Stage};

use crate::rig::{Rig, command, get, person, post, sample_case, token};

#[test]
fn a_session_ends_when_it_is_not_used() {
    let rig = Rig::new();
    let ask = get("/api/work").by(samples::DISPATCHER);
    rig.world.ambient.advance(SignedDuration::from_mins(29));
    assert_eq!(rig.send(&ask).status, 200);
    // Used just now, so the idle time counts anew.
    rig.world.ambient.advance(SignedDuration::from_mins(29));
    assert_eq!(rig.send(&ask).status, 200);
    rig.world.ambient.advance(sessions::IDLE);
    assert_eq!(rig.send(&ask).status, 401);
}

#[test]
fn a_session_ends_in_the_evening_however_much_it_is_used() {
    let rig = Rig::new();
    let ask = get("/api/work").by(samples::DISPATCHER);
    for _ in 0..23 {
        rig.world.ambient.advance(SignedDuration::from_mins(20));
        assert_eq!(rig.send(&ask).status, 200);
    }
    rig.world.ambient.advance(SignedDuration::from_mins(20));
    assert_eq!(rig.send(&ask).status, 401);
}

#[test]
fn signing_out_kills_the_session() {
    let rig = Rig::new();
    let ask = get("/api/work").by(samples::DISPATCHER);
    rig.now(async { sessions::end(&*rig.world.store, &token(samples::DISPATCHER)).await.unwrap() });
    assert_eq!(rig.send(&ask).status, 401);
    let page = rig.send(&get("/work").by(samples::DISPATCHER));
    assert_eq!((page.status, page.location.as_str()), (303, "/sign-in?return_to=%2Fwork"));
}

#[test]
fn a_tampered_cookie_is_nobody() {
    let rig = Rig::new();
    let own = token(samples::DISPATCHER);
    for tampered in ["", "x", &own[1..], &own.to_uppercase(), &format!("{own}x"), &format!("{own}\u{7f}")] {
        let mut ask = get("/api/work");
        ask.token = Some((*tampered).to_owned());
        assert_eq!(rig.send(&ask).status, 401, "{tampered}");
    }
}

#[test]
fn a_form_of_another_session_changes_nothing() {
    let rig = Rig::at(Stage::Received);
    let path = format!("/work/{}/accept", sample_case());
    let request = samples::request(90).id.to_string();
    let before = rig.world.store.snapshot();
    let foreign = crate::rig::csrf(samples::SECOND_DISPATCHER);
    for csrf in [foreign.as_str(), "", "csrf"] {
        let fields = [("csrf", csrf), ("request", request.as_str()), ("version", "1")];
        let reply = rig.send(&post(&path, &fields).by(samples::DISPATCHER));
        assert_eq!(reply.status, 403, "{reply:?}");
        assert!(reply.body.contains("FORM_EXPIRED"));
    }
    let without = post(&path, &[("request", &request), ("version", "1")]).by(samples::DISPATCHER);
    assert_eq!(rig.send(&without).status, 403);
    assert_eq!(rig.world.store.snapshot(), before);
}

fn import(rig: &Rig, import: Import) {
    let store = &*rig.world.store;
    rig.now(async {
        let import = catalogue::import(store, import, samples::PROVIDER, samples::today());
        assert_eq!(import.await.unwrap(), 1);
    });
}

#[test]
fn whoever_is_removed_can_neither_act_nor_be_chosen() {
    let rig = Rig::at(Stage::Received);
    let removed_staff = vec![samples::HANDLER.to_owned()];
    import(&rig, Import { removed_staff, ..Import::default() });
    let path = format!("/api/work/{}/assign", sample_case());
    let body =
        json!({ "version": 1, "handler": person(samples::HANDLER), "reviewer": person(samples::REVIEWER) });
    let reply = rig.send(&command(path, 90, &body).by(samples::DISPATCHER));
    assert_eq!((reply.status, &reply.json()["code"]), (422, &json!("NOT_IN_ROLE")));

    let ask = get("/api/work").by(samples::HANDLER);
    rig.world.ambient.advance(sessions::RENEWED_EVERY);
    assert_eq!(rig.send(&ask).status, 403);
    // Not only for the page that found it out.
    assert_eq!(rig.send(&ask).status, 403);
}

#[test]
fn a_role_that_was_taken_or_given_is_so_in_sessions_under_way() {
    let rig = Rig::at(Stage::Received);
    let mut staff = samples::import().staff;
    staff.retain(|staff| staff.subject == samples::DISPATCHER);
    staff[0].roles = vec![platform::codec::AsText(domain::agency::Role::Research)];
    import(&rig, Import { staff, ..Import::default() });
    rig.world.ambient.advance(sessions::RENEWED_EVERY);
    let path = format!("/api/work/{}", sample_case());
    let accept = command(format!("{path}/accept"), 90, &json!({ "version": 1 })).by(samples::DISPATCHER);
    assert_eq!(rig.send(&accept).status, 403);
    assert_eq!(rig.send(&get(path).by(samples::DISPATCHER)).status, 200);
}
