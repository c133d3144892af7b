//! The queues.

use domain::apply;
use domain::calendar::Calendar;
use domain::case::Case;
use domain::event::{Party, Recorded};
use domain::id::{CaseId, EventId, Version};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use testkit::faults::Site;
use testkit::samples::{self, Stage};

use crate::rig::{ADMINISTRATOR, Rig, command, get, person, sample_case};

/// `count` cases of the agency, received an hour after one another from `first` on.
pub fn file(rig: &Rig, count: u64, first: Timestamp) -> Vec<String> {
    let one = |number: u64| {
        let at = first + SignedDuration::from_hours(i64::try_from(number).unwrap());
        file_of(rig, &format!("applicant-{number}"), at)
    };
    (0..count).map(one).collect()
}

/// A case of the agency that `name` applied for at `at`.
pub fn file_of(rig: &Rig, name: &str, at: Timestamp) -> String {
    let applicant = samples::applicant(name);
    let request = samples::request(1_000);
    let id = CaseId::of_request(applicant.person, request.id);
    let by = Party::Applicant(applicant.person);
    let event = samples::submitted(applicant, at);
    let id = EventId { case: id, seq: Version(1) };
    let filed = Recorded { id, at, by, request, event, dates: None };
    let (_, filed) = apply::advance(None, filed, Calendar::shipped()).unwrap();
    rig.put(&[filed]).to_string()
}

pub fn load(rig: &Rig, case: &str) -> Case {
    let load = platform::commit::load(&*rig.world.store, case.parse().unwrap());
    testkit::faults::run(&rig.world.gate, load).unwrap().unwrap().unwrap().case
}

fn cases(list: &Value) -> Vec<String> {
    let items = list["items"].as_array().unwrap();
    items.iter().map(|item| item["case"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_case_is_on_exactly_one_page_and_by_due_date() {
    let rig = Rig::new();
    let mut filed = file(&rig, 120, samples::morning());
    let (mut seen, mut dues) = (Vec::new(), Vec::new());
    let mut path = "/api/work?state=received".to_owned();
    loop {
        let list = rig.send(&get(&path).by(samples::DISPATCHER)).json();
        seen.extend(cases(&list));
        dues.extend(list["items"].as_array().unwrap().iter().map(|item| item["due"].to_string()));
        let Some(next) = list["next"].as_str() else { break };
        path = format!("/api/work?state=received&after={next}");
    }
    assert!(dues.is_sorted(), "{dues:?}");
    filed.sort();
    seen.sort();
    assert_eq!(seen, filed);
}

#[test]
fn what_waits_goes_on_too_in_every_role() {
    let rig = Rig::new();
    let mut filed = file(&rig, 120, samples::morning());
    let mut path = "/api/work".to_owned();
    let mut seen = Vec::new();
    loop {
        let list = rig.send(&get(&path).by(samples::DISPATCHER)).json();
        seen.extend(cases(&list));
        let Some(next) = list["next"].as_str() else { break };
        path = format!("/api/work?after={next}");
    }
    filed.sort();
    seen.sort();
    assert_eq!(seen, filed);
    let page = rig.send(&get("/work").by(samples::DISPATCHER)).body;
    assert!(page.contains("href=\"/work?state=mine&#38;after=received."), "{page}");
    for bad in ["x", "received", "received.x", "received.2026-11-23_TP-K3QH9-XW2MT-7", ""] {
        assert_eq!(
            rig.send(&get(format!("/api/work?after={bad}")).by(samples::DISPATCHER)).status,
            400,
            "{bad}"
        );
    }
}

#[test]
fn the_pages_lead_from_one_to_the_next() {
    let rig = Rig::new();
    file(&rig, 60, samples::morning());
    let first = rig.send(&get("/work?state=received").by(samples::DISPATCHER)).body;
    let link = first.split("href=\"/work?state=received&#38;after=").nth(1).unwrap();
    let after = link.split('"').next().unwrap();
    let second = rig.send(&get(format!("/work?state=received&after={after}")).by(samples::DISPATCHER)).body;
    let rows = |page: &str| page.matches("<th scope=\"row\">").count();
    assert_eq!((rows(&first), rows(&second)), (50, 10));
}

#[test]
fn what_waits_for_whom() {
    let waits = |stage| {
        let rig = Rig::at(stage);
        let mut waiting = Vec::new();
        for who in [
            samples::DISPATCHER,
            samples::HANDLER,
            samples::SECOND_HANDLER,
            samples::REVIEWER,
            samples::RESEARCH,
        ] {
            let list = rig.send(&get("/api/work").by(who)).json();
            if !cases(&list).is_empty() {
                waiting.push(who);
            }
        }
        waiting
    };
    assert_eq!(waits(Stage::Received), [samples::DISPATCHER]);
    assert_eq!(waits(Stage::Assigned), [samples::HANDLER]);
    assert_eq!(waits(Stage::AwaitingApproval), [samples::REVIEWER]);
    assert!(waits(Stage::Approved).is_empty());
}

#[test]
fn handlers_list_their_own_cases_only() {
    let rig = Rig::at(Stage::Assigned);
    let list = |who| cases(&rig.send(&get("/api/work?state=assigned").by(who)).json());
    for who in [samples::DISPATCHER, samples::RESEARCH, samples::HANDLER, samples::REVIEWER] {
        assert_eq!(list(who), [sample_case()], "{who}");
    }
    for who in [samples::SECOND_HANDLER, ADMINISTRATOR, crate::rig::FOREIGNER] {
        assert!(list(who).is_empty(), "{who}");
    }
}

#[test]
fn a_handler_finds_the_one_case_among_many_of_others() {
    let rig = Rig::new();
    let mut filed = file(&rig, 70, samples::morning());
    // The last one of the list, behind a whole page of others.
    filed.sort_by_key(|case| {
        let loaded = load(&rig, case);
        (loaded.due_day(), loaded.id)
    });
    for (number, case) in (2_000..).zip(&filed) {
        let last = Some(case) == filed.last();
        let handler = if last { samples::SECOND_HANDLER } else { samples::HANDLER };
        let body = json!({ "version": 1, "handler": person(handler), "reviewer": person(samples::REVIEWER) });
        let path = format!("/api/work/{case}/assign");
        assert_eq!(rig.send(&command(path, number, &body).by(samples::DISPATCHER)).status, 200);
        // The relay keeps the lists.
        let case = load(&rig, case);
        rig.now(async { platform::reports::project(&*rig.world.store, &case).await.unwrap() });
    }
    let list = rig.send(&get("/api/work?state=assigned").by(samples::SECOND_HANDLER)).json();
    assert_eq!(cases(&list), filed[69..]);
}

#[test]
fn the_queue_shows_the_days_left_in_words() {
    let rig = Rig::at(Stage::Received);
    let page =
        |rig: &Rig, lang: &str| rig.send(&get(format!("/work?lang={lang}")).by(samples::DISPATCHER)).body;
    // Received on Thursday 19 November with three working days.
    assert!(page(&rig, "zh").contains("剩 3 個工作日"));
    assert!(page(&rig, "en").contains("3 working days left"));
    assert!(page(&rig, "zh").contains("民國115年11月24日 星期二"));
    let page = rig.send(&get("/work?state=received").by(samples::DISPATCHER)).body;
    assert!(page.contains("待您處理"));
}

#[test]
fn every_tab_answers_and_says_when_it_is_empty() {
    let rig = Rig::new();
    for state in [
        "mine",
        "received",
        "assigned",
        "awaiting_approval",
        "ended",
        "approved",
        "rejected",
        "withdrawn",
        "closed",
    ] {
        let page = rig.send(&get(format!("/work?state={state}")).by(samples::DISPATCHER));
        assert_eq!(page.status, 200, "{state}");
        assert!(page.body.contains("目前沒有案件"), "{state}");
        assert_eq!(page.body.matches("aria-current=\"page\"").count(), 1, "{state}");
    }
    let page = rig.send(&get("/work").by(ADMINISTRATOR));
    assert!(page.body.contains("您的角色不承辦案件"));
}

#[test]
fn a_list_costs_one_query_a_state() {
    let rig = Rig::at(Stage::Received);
    rig.world.gate.record();
    rig.send(&get("/api/work").by(samples::DISPATCHER));
    let sites: Vec<Site> = rig.world.gate.trace().into_iter().map(|passed| passed.site).collect();
    assert_eq!(sites, [Site::StoreGet, Site::StoreQuery]);
}
