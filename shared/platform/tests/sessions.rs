//! A session that was ended stays ended, whatever else was going on at that moment.

#![expect(clippy::unwrap_used, reason = "helpers of a test")]

use std::sync::Mutex;

use domain::assurance::Assurance;
use domain::id::PersonId;
use domain::personal::Personal;
use jiff::{SignedDuration, Timestamp};
use platform::codec::people::{Session, SignIn};
use platform::fault::Fault;
use platform::keys::Key;
use platform::ports::{Answer, Store};
use platform::row::{Expect, Page, Query, Row, Transaction, Write, Written};
use platform::sessions;

const TOKEN: &str = "token";

/// A store of one row, in which something may happen right after the row was read.
#[derive(Default)]
struct Meanwhile {
    row: Mutex<Option<Row>>,
    then: Mutex<Option<Transaction>>,
    /// Every answer to a write is lost, and the write sent again.
    repeats: bool,
}

impl Meanwhile {
    fn apply(&self, transaction: Transaction) -> Written {
        let mut row = self.row.lock().unwrap();
        for write in transaction.writes {
            match write {
                Write::Put { row: new, expect, .. } => {
                    if !holds(expect, row.as_ref()) {
                        return Written::Refused { index: 0, existing: row.clone() };
                    }
                    *row = Some(new);
                }
                Write::Delete { expect, .. } => {
                    if !holds(expect, row.as_ref()) {
                        return Written::Refused { index: 0, existing: row.clone() };
                    }
                    *row = None;
                }
                Write::Clear { .. } | Write::Check { .. } => {}
            }
        }
        Written::Done
    }
}

fn holds(expect: Expect, row: Option<&Row>) -> bool {
    let version = row.and_then(|row| row.get("version")?.as_n().ok()?.parse::<u32>().ok());
    match expect {
        Expect::Anything => true,
        Expect::Absent => row.is_none(),
        Expect::Present => row.is_some(),
        Expect::Version(n) => version == Some(n),
        Expect::OlderThan(n) => row.is_none() || version.is_some_and(|version| version < n),
    }
}

impl Store for Meanwhile {
    fn get(&self, _key: Key) -> Answer<'_, Option<Row>> {
        let found = self.row.lock().unwrap().clone();
        if let Some(transaction) = self.then.lock().unwrap().take() {
            self.apply(transaction);
        }
        Box::pin(async { Ok(found) })
    }

    fn query(&self, _query: Query) -> Answer<'_, Page> {
        Box::pin(async { Ok(Page::default()) })
    }

    fn write(&self, transaction: Transaction) -> Answer<'_, Written> {
        if self.repeats {
            self.apply(transaction.clone());
        }
        let written = self.apply(transaction);
        Box::pin(async { Ok(written) })
    }
}

fn start() -> Timestamp {
    "2026-11-23T01:00:00Z".parse().unwrap()
}

fn session(seen_at: Timestamp) -> Session {
    Session {
        person: PersonId::from_bytes([1; 16]),
        name: Personal::new("林佳穎".to_owned()),
        email: Personal::new("lin@example.org".to_owned()),
        assurance: Assurance::Verified,
        officer: None,
        csrf: "c".to_owned(),
        created_at: start(),
        seen_at,
    }
}

fn minutes(n: i64) -> Timestamp {
    start() + SignedDuration::from_mins(n)
}

async fn signed_in() -> Meanwhile {
    let store = Meanwhile::default();
    sessions::start(&store, TOKEN, &session(start())).await.unwrap();
    store
}

#[tokio::test]
async fn signing_out_while_a_page_is_loading_is_not_undone_by_the_page() {
    let store = signed_in().await;
    let sign_out = Transaction::default().delete(Key::Session(sessions::token_hash(TOKEN)));
    *store.then.lock().unwrap() = Some(sign_out);
    // Unused long enough for the use to be recorded.
    sessions::find(&store, TOKEN, minutes(10)).await.unwrap();
    assert_eq!(sessions::find(&store, TOKEN, minutes(11)).await.unwrap(), None);
}

#[tokio::test]
async fn two_pages_at_once_both_find_the_session() {
    let store = signed_in().await;
    let other = Meanwhile::default();
    sessions::start(&other, TOKEN, &session(minutes(9))).await.unwrap();
    let touched = other.row.lock().unwrap().clone().unwrap();
    let touch =
        Transaction::default().put(Key::Session(sessions::token_hash(TOKEN)), touched, Expect::Anything);
    *store.then.lock().unwrap() = Some(touch);
    let found = sessions::find(&store, TOKEN, minutes(10)).await.unwrap();
    assert_eq!(found.map(|session| session.person), Some(PersonId::from_bytes([1; 16])));
}

#[tokio::test]
async fn use_keeps_a_session_alive_until_its_absolute_end() {
    let store = signed_in().await;
    let hours = sessions::ABSOLUTE.as_hours();
    for minute in (20..hours * 60).step_by(20) {
        assert!(sessions::find(&store, TOKEN, minutes(minute)).await.unwrap().is_some(), "{minute}");
    }
    assert_eq!(sessions::find(&store, TOKEN, minutes(hours * 60)).await.unwrap(), None);
}

#[tokio::test]
async fn an_unused_session_ends() {
    let store = signed_in().await;
    assert_eq!(sessions::find(&store, TOKEN, start() + sessions::IDLE).await.unwrap(), None);
}

#[tokio::test]
async fn a_write_whose_answer_was_lost_is_done() {
    let store = Meanwhile { repeats: true, ..Meanwhile::default() };
    sessions::start(&store, TOKEN, &session(start())).await.unwrap();
    let found = sessions::find(&store, TOKEN, minutes(10)).await.unwrap();
    assert_eq!(found.map(|session| session.seen_at), Some(minutes(10)));
    // Whoever comes with another session under the same token is still refused.
    let other = Session { csrf: "other".to_owned(), ..session(start()) };
    assert!(matches!(sessions::start(&store, TOKEN, &other).await, Err(Fault::Conflict)));
}

#[tokio::test]
async fn a_claim_whose_answer_was_lost_is_not_ours() {
    let sign_in = SignIn {
        verifier: "v".to_owned(),
        nonce: "n".to_owned(),
        return_to: "/".to_owned(),
        started_at: start(),
        expires_at: 0,
    };
    let store = Meanwhile { repeats: true, ..Meanwhile::default() };
    sessions::begin_sign_in(&store, "state", &sign_in).await.unwrap();
    assert_eq!(sessions::take_sign_in(&store, "state", start()).await.unwrap(), None);
}
