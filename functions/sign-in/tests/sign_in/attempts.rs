//! Attempts at being signed in as somebody else, or sent elsewhere.

use jiff::SignedDuration;
use platform::keys::Table;
use platform::sessions;

use crate::rig::{Browser, CALLBACK, CODE, Reply, Rig, lin};

fn expired(reply: &Reply) {
    assert_eq!(reply.status, 400, "{reply:?}");
    assert!(reply.body.contains("SIGN_IN_EXPIRED"), "{reply:?}");
    assert!(!reply.cookies.iter().any(|cookie| cookie.starts_with("__Host-session")), "{reply:?}");
}

#[tokio::test]
async fn a_state_works_once() {
    let (rig, mut browser) = (Rig::vouching(&lin()).await, Browser::default());
    let state = rig.start(&mut browser, "/").await.parameter("state");
    let mut copy = browser.clone();
    assert_eq!(rig.callback(&mut browser, &state, CODE).await.status, 303);
    expired(&rig.callback(&mut copy, &state, CODE).await);
    // In the browser that is signed in it is the back button.
    let back = rig.callback(&mut browser, &state, CODE).await;
    assert_eq!((back.status, back.location.as_str()), (303, "/"));
    assert_eq!((rig.asked("/token").await, rig.asked("/userinfo").await), (1, 1));
}

#[tokio::test]
async fn a_state_of_another_browser_is_refused_and_left_to_it() {
    let (rig, mut own, mut other) = (Rig::vouching(&lin()).await, Browser::default(), Browser::default());
    let foreign = rig.start(&mut other, "/").await.parameter("state");
    rig.start(&mut own, "/").await;
    expired(&rig.callback(&mut own, &foreign, CODE).await);
    expired(&rig.callback(&mut Browser::default(), &foreign, CODE).await);
    assert_eq!(rig.asked("/token").await, 0, "the code was passed on");
    assert_eq!(rig.callback(&mut other, &foreign, CODE).await.status, 303);
}

#[tokio::test]
async fn states_that_were_never_given_are_refused() {
    let (rig, mut browser) = (Rig::vouching(&lin()).await, Browser::default());
    let state = rig.start(&mut browser, "/").await.parameter("state");
    let (nonce, seal) = state.split_once('.').unwrap();
    let long = "x".repeat(10_000);
    for wrong in ["", "x", ".", nonce, seal, &format!("{nonce}.{nonce}"), &format!("{nonce}x.{seal}"), &long]
    {
        expired(&rig.callback(&mut browser, wrong, CODE).await);
    }
    expired(&rig.send(&mut browser, CALLBACK, "/sign-in/callback", None).await);
    expired(&rig.send(&mut browser, CALLBACK, &format!("/sign-in/callback?code={CODE}"), None).await);
    assert_eq!(rig.asked("/token").await, 0);
}

#[tokio::test]
async fn a_cookie_that_is_not_ours_makes_a_new_one() {
    let rig = Rig::new().await;
    for planted in ["", "x", "a.b", &"x".repeat(5_000)] {
        let mut browser = Browser::default();
        browser.cookies.insert("__Host-sign-in".to_owned(), (*planted).to_owned());
        rig.start(&mut browser, "/").await;
        assert_eq!(browser.cookies["__Host-sign-in"].len(), 43);
    }
}

#[tokio::test]
async fn a_sign_in_not_finished_in_time_is_void() {
    let (rig, mut browser) = (Rig::vouching(&lin()).await, Browser::default());
    let state = rig.start(&mut browser, "/").await.parameter("state");
    rig.advance(sessions::SIGN_IN);
    expired(&rig.callback(&mut browser, &state, CODE).await);
    let state = rig.start(&mut browser, "/").await.parameter("state");
    rig.advance(sessions::SIGN_IN - SignedDuration::from_secs(1));
    assert_eq!(rig.callback(&mut browser, &state, CODE).await.status, 303);
}

#[tokio::test]
async fn a_callback_without_a_usable_code_is_void() {
    let rig = Rig::vouching(&lin()).await;
    for code in ["", &"x".repeat(3_000)] {
        let mut browser = Browser::default();
        let state = rig.start(&mut browser, "/").await.parameter("state");
        expired(&rig.callback(&mut browser, &state, code).await);
    }
    assert_eq!(rig.asked("/token").await, 0);
}

#[tokio::test]
async fn nobody_is_sent_to_another_host() {
    let rig = Rig::vouching(&lin()).await;
    for evil in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "/\tevil.example",
        "/\r\nLocation: https://evil.example",
        "javascript:alert(1)",
        "evil.example",
        "",
    ] {
        let mut browser = Browser::default();
        let state = rig.start(&mut browser, evil).await.parameter("state");
        let reply = rig.callback(&mut browser, &state, CODE).await;
        assert_eq!((reply.status, reply.location.as_str()), (303, "/"), "{evil:?}");
        // The same while signed in, where no provider is asked.
        let reply = rig.start(&mut browser, evil).await;
        assert_eq!((reply.status, reply.location.as_str()), (303, "/"), "{evil:?}");
    }
}

#[tokio::test]
async fn a_session_token_known_before_is_worth_nothing_after() {
    let (rig, mut browser) = (Rig::vouching(&lin()).await, Browser::default());
    browser.cookies.insert("__Host-session".to_owned(), "planted".to_owned());
    rig.sign_in(&mut browser).await;
    assert_ne!(browser.cookies["__Host-session"], "planted");
    let mut thief = Browser::default();
    thief.cookies.insert("__Host-session".to_owned(), "planted".to_owned());
    assert_eq!(rig.session(&mut thief).await["signed_in"], false);
}

#[tokio::test]
async fn what_is_stored_betrays_neither_token_nor_id_number() {
    let (rig, mut browser) = (Rig::vouching(&lin()).await, Browser::default());
    let state = rig.start(&mut browser, "/").await.parameter("state");
    let before = format!("{:?}", rig.world.store.rows(Table::Sessions));
    rig.callback(&mut browser, &state, CODE).await;
    let after = format!("{:?}", rig.world.store.rows(Table::Sessions));
    let session = &browser.cookies["__Host-session"];
    for secret in
        [state.as_str(), CODE, crate::rig::TOKEN, crate::rig::SECRET, crate::rig::ID_NUMBER, session]
    {
        assert!(!before.contains(secret) && !after.contains(secret), "{secret} is in the table");
    }
}
