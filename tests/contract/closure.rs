//! A closure announced over ten thousand open cases in the local city's DynamoDB: the function walks
//! through them, and exactly those with the closed day in their window change.
//!
//! `cargo test --workspace --test contract closure -- --nocapture` prints what it took.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use deadline_timer::{App, handle};
use domain::attendance;
use domain::calendar::{Calendar, Closure, Extent, Register};
use domain::dates;
use domain::event::Request;
use domain::id::{CaseId, RequestId};
use futures_util::stream::{self, StreamExt as _};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use platform::calendars;
use platform::commit::{self, Filing};
use platform::dynamo::DynamoStore;
use platform::keys::Table;
use platform::ports::Store;
use platform::row::Transaction;
use serde_json::json;
use testkit::ambient::ManualAmbient;
use testkit::samples;

use crate::City;

const CASES: u32 = 10_000;
/// Cases filed at a time.
const ABREAST: usize = 32;

fn filed_on() -> Timestamp {
    "2026-11-10T09:00:00+08:00".parse().unwrap()
}

/// Cases received over three weeks, with the day each is due.
async fn fill(store: &dyn Store) -> BTreeMap<CaseId, Option<jiff::civil::Date>> {
    let calendars = Register::default().calendars().unwrap();
    let calendars = &calendars;
    let file = |number: u32| async move {
        let at = filed_on() + SignedDuration::from_mins(i64::from(number) * 3);
        let person = samples::person(&format!("person {number}"));
        let request = Request { id: RequestId::derived(&[&number.to_be_bytes()]), digest: [0; 32] };
        let mut applicant = samples::applicant("applicant");
        applicant.person = person;
        let event = samples::submitted(applicant, at);
        let filing = Filing { agency: "parks".parse().unwrap(), person, request, event };
        let done = commit::open(store, calendars, filing, Transaction::default(), at).await.unwrap();
        (done.loaded.case.id, done.loaded.case.due_day())
    };
    stream::iter(0..CASES).map(file).buffer_unordered(ABREAST).collect().await
}

#[tokio::test]
async fn a_closure_changes_exactly_the_cases_it_should() {
    let city = City::start().await;
    let mut config = city.config();
    let store = DynamoStore::new(&City::sdk(&city.aws.endpoints.dynamodb), &mut config, &Table::ALL);
    config.finish().unwrap();
    let store: Arc<dyn Store> = Arc::new(store);
    let began = Instant::now();
    let cases = fill(&*store).await;
    println!("{} cases filed in {:.1} s", cases.len(), began.elapsed().as_secs_f32());

    let day = date(2026, 11, 23);
    let announce = |register: &Register| {
        register.announce(Closure {
            day,
            extent: Extent::Day,
            area: "臺北市".to_owned(),
            agencies: std::collections::BTreeSet::new(),
            source: "臺北市政府公告".to_owned(),
            announced_at: filed_on(),
        })
    };
    let change = calendars::change(&*store, None, filed_on(), announce).await.unwrap();
    // Early enough that no timer is due: what is written is the closure's doing alone.
    let ambient = Arc::new(ManualAmbient::new(filed_on(), 1));
    let app = App { store: Arc::clone(&store), ambient: ambient.clone() };
    let began = Instant::now();
    let mut moved = 0;
    while calendars::progress(&*store, change.edition).await.unwrap().iter().any(|shard| shard.walk == 1) {
        moved += handle(&app, json!({ "tick": true })).await.unwrap()["recalculated"].as_u64().unwrap();
    }
    let walked: u32 =
        calendars::progress(&*store, change.edition).await.unwrap().iter().map(|shard| shard.looked_at).sum();
    println!("{walked} looked at, {moved} moved, in {:.1} s", began.elapsed().as_secs_f32());

    let calendars = calendars::calendars(&*store).await.unwrap();
    let mut changed = 0;
    for (id, due) in &cases {
        let case = commit::load(&*store, *id).await.unwrap().unwrap().case;
        let anew = dates::of(&case, calendars.of(&case.agency));
        assert!(!anew.moved_from(&case.dates), "{id}: {:?} is out of date, {anew:?}", case.dates);
        // In its window: received before the day, and not due before it, or not to be taken in before it.
        let received = domain::taipei::day_of(case.received_at());
        let lies = attendance::lies_until(case.reached_at, Calendar::shipped()).unwrap().unwrap();
        let lies = domain::taipei::day_of(lies);
        let in_window = lies == day || (received < day && due.is_some_and(|due| due >= day));
        assert_eq!(case.version.0, if in_window { 2 } else { 1 }, "{id}");
        changed += u64::from(in_window);
    }
    assert_eq!(moved, changed);
    assert!(changed > 500 && changed < 5_000, "{changed}");
}
