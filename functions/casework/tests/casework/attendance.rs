//! Which look into the inbox counts, and the monthly table.

use domain::attendance::{Duty, Half};
use jiff::SignedDuration;
use jiff::civil::date;
use platform::attendance;
use platform::codec::row_type;
use platform::keys::Table;
use serde_json::Value;
use testkit::samples;

use crate::rig::{ADMINISTRATOR, APPLICANT, FOREIGNER, NOBODY, Rig, SUPERVISOR, get};

/// A Monday at 09:00, in a city that looks after its inboxes since the Friday before.
fn monday() -> Rig {
    let rig = Rig::starting("2026-11-23T09:00:00+08:00".parse().unwrap());
    let friday = Duty { day: date(2026, 11, 20), half: Half::Morning };
    rig.now(async { attendance::begin(&*rig.world.store, friday).await.unwrap() });
    rig
}

fn visits(rig: &Rig) -> usize {
    rig.world.store.rows(Table::Notices).iter().filter(|row| row_type(row) == Some("visit")).count()
}

fn table(rig: &Rig, by: &str, query: &str) -> Value {
    let reply = rig.send(&get(format!("/api/work/attendance{query}")).by(by));
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()
}

#[test]
fn the_look_of_a_dispatcher_counts_and_no_other() {
    for who in [samples::HANDLER, samples::REVIEWER, samples::RESEARCH, ADMINISTRATOR, SUPERVISOR] {
        let rig = monday();
        assert_eq!(rig.send(&get("/work").by(who)).status, 200, "{who}");
        assert_eq!(visits(&rig), 0, "{who}");
    }
    let rig = monday();
    let page = rig.send(&get("/work").by(samples::DISPATCHER)).body;
    assert_eq!(visits(&rig), 1);
    assert!(page.contains("上午：09:00 林分文") && page.contains("下午：尚未登錄"), "{page}");
    // The first of the half-day counts.
    rig.world.ambient.advance(SignedDuration::from_mins(5));
    let page = rig.send(&get("/work?state=received").by(samples::SECOND_DISPATCHER)).body;
    assert!(page.contains("09:00 林分文"), "{page}");
    assert_eq!(visits(&rig), 1);
    rig.world.ambient.advance(SignedDuration::from_hours(5));
    rig.sign_in(samples::SECOND_DISPATCHER);
    let page = rig.send(&get("/work").by(samples::SECOND_DISPATCHER)).body;
    assert!(page.contains("14:05 何分文"), "{page}");
    assert_eq!(visits(&rig), 2);
}

/// A list without new cases, a program, a page that reloads itself, a browser that fetches ahead.
#[test]
fn what_is_no_look_into_the_inbox_counts_for_nothing() {
    let rig = monday();
    let by = |path: &str| get(path).by(samples::DISPATCHER);
    let navigates =
        |user: &str| by("/work").header("sec-fetch-mode", "navigate").header("sec-fetch-user", user);
    for ask in [
        by("/work?state=closed"),
        by("/work?state=assigned"),
        by("/api/work"),
        by("/api/work?state=received"),
        by("/work/attendance"),
        by("/work").header("sec-purpose", "prefetch;prerender"),
        by("/work").header("purpose", "prefetch"),
        by("/work").header("sec-fetch-mode", "cors"),
        by("/work").header("sec-fetch-mode", "navigate"),
        navigates("?0"),
    ] {
        let reply = rig.send(&ask);
        assert_eq!((reply.status, visits(&rig)), (200, 0), "{ask:?}");
    }
    let page = rig.send(&by("/work").header("sec-fetch-mode", "navigate")).body;
    assert!(page.contains("不計為登錄"), "{page}");
    assert!(!rig.send(&navigates("?1")).body.contains("不計為登錄"));
    assert_eq!(visits(&rig), 1);
}

/// It says how a page was asked for, and never by whom.
#[test]
fn a_look_with_safari_counts() {
    let rig = monday();
    let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
    let ask = get("/work").by(samples::DISPATCHER).header("sec-fetch-mode", "navigate");
    let ahead = ask.clone().header("user-agent", safari).header("purpose", "prefetch");
    rig.send(&ahead);
    assert_eq!(visits(&rig), 0);
    rig.send(&ask.header("user-agent", safari));
    assert_eq!(visits(&rig), 1);
}

#[test]
fn the_lunch_break_counts_for_neither_half() {
    let rig = monday();
    rig.world.ambient.set("2026-11-23T13:00:00+08:00".parse().unwrap());
    rig.sign_in(samples::DISPATCHER);
    let page = rig.send(&get("/work").by(samples::DISPATCHER)).body;
    assert!(page.contains("上午：尚未登錄") && page.contains("下午：尚未登錄"), "{page}");
    assert_eq!(visits(&rig), 0);
}

#[test]
fn the_monthly_table_tells_every_half_day() {
    let rig = monday();
    rig.send(&get("/work").by(samples::DISPATCHER));
    rig.world.ambient.set("2026-11-24T14:00:00+08:00".parse().unwrap());
    rig.sign_in(samples::RESEARCH);
    let table = table(&rig, samples::RESEARCH, "");
    assert_eq!(table["month"], "2026-11");
    let parks = &table["agencies"][0];
    let halves: Vec<String> = parks["halves"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|half| half["standing"] != "not_owed")
        .take(6)
        .map(|half| {
            let part = |name: &str| half[name].as_str().unwrap_or("-").to_owned();
            format!("{} {} {} {}", part("day"), part("half"), part("standing"), part("by"))
        })
        .collect();
    assert_eq!(
        halves,
        [
            "2026-11-20 pm missed -",
            "2026-11-23 am attended 林分文",
            "2026-11-23 pm missed -",
            "2026-11-24 am missed -",
            "2026-11-24 pm open -",
            "2026-11-25 am open -",
        ]
    );
    assert_eq!((&parks["owed"], &parks["attended"], &parks["missed"]), (&13.into(), &1.into(), &3.into()));
    let page = rig.send(&get("/work/attendance").by(samples::RESEARCH)).body;
    for part in ["民國115年11月", "09:00 林分文", "未登錄", "公園路燈工程管理處"] {
        assert!(page.contains(part), "{part}: {page}");
    }
}

#[test]
fn a_look_after_the_offices_closed_is_late() {
    let rig = monday();
    rig.world.ambient.set("2026-11-23T18:00:00+08:00".parse().unwrap());
    rig.sign_in(samples::DISPATCHER);
    rig.send(&get("/work").by(samples::DISPATCHER));
    let parks = &table(&rig, samples::DISPATCHER, "")["agencies"][0];
    let counts = ["attended", "late", "missed"].map(|name| parks[name].as_u64().unwrap());
    assert_eq!(counts, [0, 1, 2], "{parks}");
    let page = rig.send(&get("/work/attendance").by(samples::DISPATCHER)).body;
    assert!(page.contains("18:00 林分文") && page.contains("逾時登錄"), "{page}");
}

#[test]
fn who_may_read_whose_table() {
    let rig = monday();
    let status = |by: &str, query: &str| rig.send(&get(format!("/api/work/attendance{query}")).by(by)).status;
    for (by, own, other) in [
        (NOBODY, 401, 401),
        (APPLICANT, 403, 403),
        (samples::HANDLER, 403, 404),
        (samples::CASHIER, 403, 404),
        (ADMINISTRATOR, 403, 404),
        (samples::DISPATCHER, 200, 404),
        (samples::RESEARCH, 200, 404),
        (FOREIGNER, 200, 200),
        (SUPERVISOR, 200, 200),
    ] {
        assert_eq!((status(by, ""), status(by, "?agency=economy")), (own, other), "{by}");
    }
    let city = table(&rig, SUPERVISOR, "");
    let agencies: Vec<&str> = city["agencies"]
        .as_array()
        .unwrap()
        .iter()
        .map(|agency| agency["agency"].as_str().unwrap())
        .collect();
    assert_eq!(agencies, ["economy", "parks"]);
    assert!(city["agencies"][0]["halves"].is_null());
    let page = rig.send(&get("/work/attendance").by(SUPERVISOR)).body;
    assert!(page.contains("/work/attendance?month=2026-11&amp;agency=parks"), "{page}");
    assert!(table(&rig, SUPERVISOR, "?agency=parks")["agencies"][0]["halves"].is_array());
}

#[test]
fn a_month_is_named_in_one_way() {
    let rig = monday();
    for bad in ["2026-13", "2026-1", "2026", "2026-11-01", "x", "99999-01", ""] {
        let reply = rig.send(&get(format!("/api/work/attendance?month={bad}")).by(samples::RESEARCH));
        assert_eq!(reply.status, 400, "{bad}: {}", reply.body);
    }
    // The office calendar does not go there.
    assert_eq!(rig.send(&get("/work/attendance?month=1999-01").by(samples::RESEARCH)).status, 400);
    assert_eq!(rig.send(&get("/work/attendance?agency=%23").by(samples::RESEARCH)).status, 400);
    let december = table(&rig, samples::RESEARCH, "?month=2026-12");
    assert_eq!(december["agencies"][0]["missed"], 0);
}
