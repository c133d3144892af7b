//! Signing out, and the samples.

use platform::keys::Table;
use serde_json::json;

use crate::rig::{Browser, CALLBACK, Rig, SIGN_OUT, START, lin};

#[tokio::test]
async fn signing_out_ends_the_session_everywhere() {
    let (rig, mut browser) = (Rig::vouching(&lin()).await, Browser::default());
    rig.sign_in(&mut browser).await;
    let mut copy = browser.clone();
    let csrf = rig.session(&mut browser).await["csrf"].as_str().unwrap().to_owned();
    let body = web::form::encode([("csrf", csrf.as_str())]);
    let reply = rig.send(&mut browser, SIGN_OUT, "/sign-out", Some(&body)).await;
    assert_eq!((reply.status, reply.location.as_str()), (303, "/"));
    assert!(reply.cookies[0].starts_with("__Host-session=;") && reply.cookies[0].contains("Max-Age=0"));
    for browser in [&mut browser, &mut copy] {
        assert_eq!(rig.session(browser).await["signed_in"], false);
    }
    assert!(rig.world.store.rows(Table::Sessions).is_empty());
}

#[tokio::test]
async fn a_form_that_is_not_of_this_session_signs_nobody_out() {
    let (rig, mut browser) = (Rig::vouching(&lin()).await, Browser::default());
    rig.sign_in(&mut browser).await;
    for (body, status) in
        [("csrf=foreign", 403), ("csrf=", 403), ("", 403), ("csrf=%ff", 400), ("csrf=a&more=b", 400)]
    {
        let reply = rig.send(&mut browser, SIGN_OUT, "/sign-out", Some(body)).await;
        assert_eq!(reply.status, status, "{body}: {reply:?}");
        assert_eq!(rig.session(&mut browser).await["signed_in"], true, "{body}");
    }
    let wrong_type = SIGN_OUT.replace("application/x-www-form-urlencoded", "text/plain");
    assert_eq!(rig.send(&mut browser, &wrong_type, "/sign-out", Some("csrf=x")).await.status, 415);
}

#[tokio::test]
async fn whoever_is_not_signed_in_is_signed_out_already() {
    let (rig, mut browser) = (Rig::new().await, Browser::default());
    let reply = rig.send(&mut browser, SIGN_OUT, "/sign-out", Some("csrf=any")).await;
    assert_eq!((reply.status, reply.location.as_str()), (303, "/"));
}

#[tokio::test]
async fn signing_in_again_ends_the_session_before() {
    let (rig, mut browser) = (Rig::vouching(&lin()).await, Browser::default());
    let state = rig.start(&mut browser, "/").await.parameter("state");
    rig.sign_in(&mut browser).await;
    let mut old = browser.clone();
    assert_eq!(rig.callback(&mut browser, &state, "another-code").await.status, 303);
    assert_eq!(rig.session(&mut old).await["signed_in"], false);
    assert_eq!(rig.session(&mut browser).await["signed_in"], true);
}

#[tokio::test]
async fn trouble_of_the_store_is_told_as_try_again() {
    let (rig, mut browser) = (Rig::vouching(&lin()).await, Browser::default());
    rig.world.gate.follow(|_, _| testkit::faults::Act::FailBefore);
    let reply = rig.start(&mut browser, "/").await;
    assert_eq!((reply.status, reply.headers["retry-after"].as_str()), (503, "2"));
}

#[tokio::test]
async fn every_sample_is_answered() {
    let rig = Rig::vouching(&lin()).await;
    for (sample, status) in [(START, 303), (CALLBACK, 400), (SIGN_OUT, 303)] {
        let request = lambda_http::request::from_str(sample).unwrap();
        let response = sign_in::handle(&rig.app, request).await;
        assert_eq!(response.status().as_u16(), status, "{sample}");
    }
    let unknown = START.replace("GET /sign-in", "GET /sign-elsewhere");
    let reply = rig.send(&mut Browser::default(), &unknown, "/sign-elsewhere", None).await;
    assert_eq!(reply.status, 404);
    assert_eq!(json!(rig.world.store.rows(Table::Sessions).len()), 1, "the sign-in that START began");
}
