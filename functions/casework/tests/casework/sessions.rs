//! Sessions end: by idleness, by age, by signing out; and a form belongs to one of them.

use jiff::SignedDuration;
use platform::sessions;
use testkit::samples::{self, Stage};

use crate::rig::{Rig, get, post, sample_case, token};

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
