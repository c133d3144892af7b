//! The list of cases whose money waits for somebody.

use domain::access::Actor;
use domain::apply;
use domain::calendar::Calendar;
use domain::command::Command;
use domain::decide::decide;
use domain::event::{Party, Recorded};
use domain::id::{CaseId, EventId, Version};
use domain::money::Twd;
use domain::payment::command::MoneyCommand;
use domain::payment::ledger::Source;
use domain::payment::{OrderNo, Provider, Receipt, Word};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use testkit::faults::Site;
use testkit::samples::{self, Funds, Stage};

use crate::rig::{EVERYBODY, FOREIGNER, NOBODY, Rig, TREASURER, get, sample_case};

/// A case to which a payment came, at `at`, that fits no order of it.
fn unmatched(rig: &Rig, number: u64, at: Timestamp) -> String {
    let applicant = samples::applicant(&format!("applicant-{number}"));
    let person = applicant.person;
    let request = samples::request(1_000 + number);
    let case = CaseId::of_request(person, request.id);
    let recorded = |seq, by, request, event| {
        let id = EventId { case, seq: Version(seq) };
        Recorded { id, at, by, request, event, dates: None }
    };
    let calendar = Calendar::shipped();
    let filed = recorded(1, Party::Applicant(person), request, samples::submitted(applicant, at));
    let (case, filed) = apply::advance(None, filed, calendar).unwrap();
    let receipt = Receipt { trade_no: format!("T{number}"), amount: Twd(300), paid_at: at, simulated: false };
    let heard = Command::Money(Box::new(MoneyCommand::Hear {
        provider: Provider::EcpayAio,
        order_no: OrderNo::random(&[9; 20]),
        word: Word::Paid(receipt),
        source: Source::Callback,
    }));
    let event = decide(&case, &Actor::System, heard, at, calendar).unwrap();
    let heard = recorded(2, Party::System, samples::request(2_000 + number), event);
    let (_, heard) = apply::advance(Some(case), heard, calendar).unwrap();
    rig.put(&[filed, heard]).to_string()
}

fn cases(list: &Value) -> Vec<String> {
    let items = list["items"].as_array().unwrap();
    items.iter().map(|item| item["case"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn money_that_waits_is_listed_longest_waiting_first_and_on_one_page_each() {
    let rig = Rig::new();
    let filed: Vec<String> = (0..120)
        .map(|number| {
            // Two of them at each instant, the newest filed first.
            let hours = i64::try_from(number / 2).unwrap();
            unmatched(&rig, number, samples::morning() - SignedDuration::from_hours(hours))
        })
        .collect();
    let (mut seen, mut since) = (Vec::new(), Vec::new());
    let mut path = "/api/work?view=money".to_owned();
    loop {
        let list = rig.send(&get(&path).by(samples::CASHIER)).json();
        seen.extend(cases(&list));
        since.extend(list["items"].as_array().unwrap().iter().map(|item| item["money_since"].to_string()));
        let Some(next) = list["next"].as_str() else { break };
        path = format!("/api/work?view=money&after={next}");
    }
    assert!(since.is_sorted(), "{since:?}");
    assert_eq!(seen.len(), 120);
    let (mut seen, mut filed) = (seen, filed);
    seen.sort();
    filed.sort();
    assert_eq!(seen, filed);
}

#[test]
fn the_pages_lead_from_one_to_the_next() {
    let rig = Rig::new();
    for number in 0..60 {
        unmatched(&rig, number, samples::morning());
    }
    let first = rig.send(&get("/work?state=money").by(samples::ACCOUNTANT)).body;
    let link = first.split("href=\"/work?state=money&#38;after=").nth(1).unwrap();
    let after = link.split('"').next().unwrap();
    let second = rig.send(&get(format!("/work?state=money&after={after}")).by(samples::ACCOUNTANT)).body;
    let rows = |page: &str| page.matches("<th scope=\"row\">").count();
    assert_eq!((rows(&first), rows(&second)), (50, 10));
}

#[test]
fn those_who_look_after_money_begin_there_and_nobody_else_has_the_tab() {
    let rig = Rig::with(Funds::InSuspense);
    for who in EVERYBODY.into_iter().chain([TREASURER]) {
        let looks_after = [samples::CASHIER, samples::ACCOUNTANT, TREASURER].contains(&who);
        let api = rig.send(&get("/api/work?view=money").by(who));
        let page = rig.send(&get("/work").by(who));
        if looks_after {
            assert_eq!(cases(&api.json()), [sample_case()], "{who}");
            assert_eq!(cases(&rig.send(&get("/api/work").by(who)).json()), [sample_case()], "{who}");
            assert!(page.body.contains("<h2>款項待處理</h2>"), "{who}: {page:?}");
            assert!(page.body.contains("href=\"/work?state=money\" aria-current=\"page\""), "{who}");
        } else {
            let expected = if who == NOBODY { 401 } else { 403 };
            assert_eq!(api.status, expected, "{who}: {api:?}");
            assert!(!page.body.contains("款項待處理"), "{who}: {page:?}");
        }
        if who == FOREIGNER {
            assert_eq!(rig.send(&get("/work?state=money").by(who)).status, 403, "the agency has its own");
        }
    }
}

#[test]
fn only_what_waits_is_there() {
    for (funds, waits) in [
        (Funds::NothingDue, false),
        (Funds::Owed, false),
        (Funds::UnderWay, false),
        (Funds::InSuspense, true),
        (Funds::Posted, false),
        (Funds::RefundDue, true),
        (Funds::Overpaid, true),
        (Funds::Asked, true),
        (Funds::Submitted, true),
        (Funds::Settled, false),
    ] {
        let rig = Rig::with(funds);
        let list = rig.send(&get("/api/work?view=money").by(samples::CASHIER)).json();
        assert_eq!(!cases(&list).is_empty(), waits, "{funds:?}");
        if waits {
            let item = &list["items"][0];
            assert_eq!(item["waits_for_me"], true, "{funds:?}");
            assert_eq!(item["fee"], rig.case().ledger.standing().status.code(), "{funds:?}");
        }
    }
}

#[test]
fn the_list_shows_how_long_and_every_list_the_fee() {
    let rig = Rig::later(&samples::funded(Funds::InSuspense), SignedDuration::from_hours(24 * 5));
    let page = |path: &str, who: &str| rig.send(&get(path).by(who)).body;
    // Waiting since Thursday 19 November, and now it is Tuesday.
    let money = page("/work", samples::CASHIER);
    for told in ["已等 3 個工作日", "民國115年11月19日 星期四", "規費尚未入帳", "等待最久者在前"]
    {
        assert!(money.contains(told), "{told} is not in {money}");
    }
    assert!(page("/work?lang=en", samples::CASHIER).contains("for 3 working days"));
    assert!(page("/work?state=assigned", samples::DISPATCHER).contains("規費尚未入帳"));
    let none = Rig::at(Stage::Assigned);
    assert!(!none.send(&get("/work?state=assigned").by(samples::DISPATCHER)).body.contains("規費"));
    let empty = none.send(&get("/work").by(samples::CASHIER)).body;
    assert!(empty.contains("目前沒有案件"), "{empty}");
}

#[test]
fn a_list_of_money_costs_one_query() {
    let rig = Rig::with(Funds::InSuspense);
    rig.world.gate.record();
    rig.send(&get("/api/work?view=money").by(samples::CASHIER));
    let sites: Vec<Site> = rig.world.gate.trace().into_iter().map(|passed| passed.site).collect();
    assert_eq!(sites, [Site::StoreGet, Site::StoreQuery]);
}
