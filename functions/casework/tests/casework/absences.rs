//! Who is away and who stands in: recorded, shown, ended; and what a deputy may do with the cases.

use jiff::SignedDuration;
use platform::codec::row_type;
use platform::keys::Table;
use serde_json::{Value, json};
use testkit::samples::{self, Stage};

use crate::rig::{
    ADMINISTRATOR, APPLICANT, Ask, FOREIGNER, NOBODY, Reply, Rig, command, get, person, post, sample_case,
};

/// The samples begin on a Thursday.
const TODAY: &str = "2026-11-19";

fn absence(who: &str, deputy: &str, (from, until): (&str, &str)) -> Value {
    json!({ "person": person(who), "deputy": person(deputy), "from": from, "until": until })
}

fn record(number: u64, body: &Value) -> Ask {
    command("/api/work/absences", number, body)
}

fn rows(rig: &Rig) -> usize {
    let is_one = |row: &platform::row::Row| matches!(row_type(row), Some("absence" | "absences"));
    rig.world.store.rows(Table::Catalogue).iter().filter(|row| is_one(row)).count()
}

/// A session learns for whom its officer stands in within five minutes.
fn a_little_later(rig: &Rig) {
    rig.world.ambient.advance(SignedDuration::from_mins(6));
}

fn listed(rig: &Rig, who: &str) -> Reply {
    rig.send(&get("/api/work").by(who))
}

fn today(rig: &Rig) -> String {
    domain::taipei::day_of(platform::ports::Ambient::now(&*rig.world.ambient)).to_string()
}

/// The reviewer is away today; the second handler stands in.
fn reviewer_away(rig: &Rig) -> String {
    let today = today(rig);
    let body = absence(samples::REVIEWER, samples::SECOND_HANDLER, (&today, &today));
    let reply = rig.send(&record(60, &body).by(samples::REVIEWER));
    assert_eq!(reply.status, 200, "{}", reply.body);
    a_little_later(rig);
    reply.json()["absence"].as_str().unwrap().to_owned()
}

#[test]
fn a_deputy_finds_the_case_decides_it_and_is_named_in_the_record() {
    let rig = Rig::at(Stage::AwaitingApproval);
    let case = sample_case();
    assert_eq!(listed(&rig, samples::SECOND_HANDLER).json()["items"], json!([]));
    assert_eq!(rig.send(&get(format!("/work/{case}")).by(samples::SECOND_HANDLER)).status, 403);
    reviewer_away(&rig);
    let list = listed(&rig, samples::SECOND_HANDLER).json();
    assert_eq!(list["items"][0]["case"], json!(case), "{list}");
    let page = rig.send(&get("/work").by(samples::SECOND_HANDLER)).body;
    assert!(page.contains("（代理 王審核）"), "{page}");
    let version = rig.case().version.0;
    let path = format!("/api/work/{case}/approve");
    let reply = rig.send(&command(path, 61, &json!({ "version": version })).by(samples::SECOND_HANDLER));
    assert_eq!((reply.status, &reply.json()["state"]), (200, &json!("approved")), "{}", reply.body);
    let shown = rig.send(&get(format!("/api/work/{case}")).by(samples::SECOND_HANDLER)).json();
    let decided = shown["timeline"].as_array().unwrap().last().unwrap();
    assert_eq!((&decided["event"], &decided["by"]), (&json!("decided"), &json!("吳承辦")));
}

/// Whoever handles a case is not its reviewer as well, for whomever they stand in; nor the other way round.
#[test]
fn a_deputy_is_no_second_pair_of_eyes() {
    let case = sample_case();
    for (stage, away, deputy, theirs) in [
        (Stage::AwaitingApproval, samples::REVIEWER, samples::HANDLER, "approve"),
        (Stage::Assigned, samples::HANDLER, samples::REVIEWER, "propose"),
    ] {
        let rig = Rig::at(stage);
        let body = absence(away, deputy, (&today(&rig), "2026-12-31"));
        assert_eq!(rig.send(&record(60, &body).by(away)).status, 200);
        a_little_later(&rig);
        let allowed = rig.send(&get(format!("/api/work/{case}")).by(deputy)).json()["allowed"].clone();
        assert!(!allowed.as_array().unwrap().contains(&json!(theirs)), "{allowed}");
        let version = u64::from(rig.case().version.0);
        let body = match theirs {
            "approve" => json!({ "version": version }),
            _ => samples::proposal_body(version, "reject", "不符規定。"),
        };
        let reply = rig.send(&command(format!("/api/work/{case}/{theirs}"), 61, &body).by(deputy));
        assert_eq!((reply.status, &reply.json()["code"]), (403, &json!("FORBIDDEN")), "{}", reply.body);
    }
}

#[test]
fn what_ended_stands_in_for_nobody() {
    let rig = Rig::at(Stage::AwaitingApproval);
    let named = reviewer_away(&rig);
    let end = command(format!("/api/work/absences/{named}/end"), 62, &json!({}));
    let by_the_deputy = rig.send(&end.clone().by(samples::SECOND_HANDLER));
    assert_eq!((by_the_deputy.status, &by_the_deputy.json()["code"]), (403, &json!("ABSENCE_NOT_YOURS")));
    assert_eq!(rig.send(&end.clone().by(samples::REVIEWER)).status, 200);
    // A second click is answered as the first.
    assert_eq!(rig.send(&end.by(samples::REVIEWER)).status, 200);
    // So is that which recorded it, late.
    let body = absence(samples::REVIEWER, samples::SECOND_HANDLER, (&today(&rig), &today(&rig)));
    let again = rig.send(&record(60, &body).by(samples::REVIEWER));
    assert_eq!((again.status, again.json()["absence"].as_str()), (200, Some(named.as_str())));
    a_little_later(&rig);
    assert_eq!(listed(&rig, samples::SECOND_HANDLER).json()["items"], json!([]));
    let list = rig.send(&get("/api/work/absences").by(samples::DISPATCHER)).json();
    assert_eq!(list["absences"][0]["standing"], json!("ended"), "{list}");
}

#[test]
fn the_same_request_records_one_absence_and_another_with_its_id_none() {
    let rig = Rig::new();
    let body = absence(samples::HANDLER, samples::SECOND_HANDLER, (TODAY, "2026-11-20"));
    for _ in 0..2 {
        let reply = rig.send(&record(60, &body).by(samples::HANDLER));
        assert_eq!(reply.status, 200, "{}", reply.body);
    }
    // The one on record, and the row of those that are not over.
    assert_eq!(rows(&rig), 2);
    let other = absence(samples::HANDLER, samples::SECOND_HANDLER, (TODAY, "2026-11-21"));
    let reply = rig.send(&record(60, &other).by(samples::HANDLER));
    assert_eq!((reply.status, &reply.json()["code"]), (422, &json!("REQUEST_REUSED")));
    assert_eq!(rows(&rig), 2);
}

#[test]
fn what_is_refused_leaves_nothing_behind() {
    let rig = Rig::new();
    let week = (TODAY, "2026-11-20");
    for (by, body, status, code) in [
        (samples::DISPATCHER, absence(samples::HANDLER, samples::REVIEWER, week), 403, "ABSENCE_NOT_YOURS"),
        (ADMINISTRATOR, absence(samples::HANDLER, ADMINISTRATOR, week), 422, "NO_SUCH_DEPUTY"),
        (ADMINISTRATOR, absence(FOREIGNER, samples::REVIEWER, week), 422, "NO_SUCH_STAFF"),
        (samples::HANDLER, absence(samples::HANDLER, samples::HANDLER, week), 422, "NO_SUCH_DEPUTY"),
        (samples::HANDLER, absence(samples::HANDLER, FOREIGNER, week), 422, "NO_SUCH_DEPUTY"),
        (
            samples::HANDLER,
            absence(samples::HANDLER, samples::REVIEWER, ("2026-11-18", TODAY)),
            422,
            "BAD_ABSENCE",
        ),
        (
            samples::HANDLER,
            absence(samples::HANDLER, samples::REVIEWER, ("2026-11-20", TODAY)),
            422,
            "BAD_ABSENCE",
        ),
        (samples::HANDLER, absence(samples::HANDLER, samples::REVIEWER, (TODAY, "x")), 400, "BAD_JSON"),
        (samples::HANDLER, json!({ "person": person(samples::HANDLER) }), 400, "BAD_JSON"),
    ] {
        let reply = rig.send(&record(60, &body).by(by));
        assert_eq!((reply.status, &reply.json()["code"]), (status, &json!(code)), "{body}: {}", reply.body);
    }
    for (who, status) in [(NOBODY, 401), (APPLICANT, 403)] {
        let body = absence(samples::HANDLER, samples::REVIEWER, week);
        assert_eq!(rig.send(&record(60, &body).by(who)).status, status, "{who}");
    }
    let unknown = samples::request(77).id;
    for (named, status) in [(format!("2026-11-19_{unknown}"), 404), ("x".to_owned(), 404)] {
        let end = command(format!("/api/work/absences/{named}/end"), 62, &json!({}));
        assert_eq!(rig.send(&end.by(samples::HANDLER)).status, status, "{named}");
    }
    assert_eq!(rows(&rig), 0);
}

#[test]
fn the_page_records_shows_what_is_wrong_and_ends() {
    let rig = Rig::new();
    let page = rig.send(&get("/work/absences").by(samples::DISPATCHER)).body;
    // The deputy whom the staff file names is chosen already, and nobody else can be recorded.
    let chosen = format!("<option value=\"{}\" selected>何分文</option>", person(samples::SECOND_DISPATCHER));
    assert!(
        page.contains(&chosen) && !page.contains(&format!("{}\" selected>陳承辦", person(samples::HANDLER)))
    );
    let (own, second) = (person(samples::DISPATCHER), person(samples::SECOND_DISPATCHER));
    let request = samples::request(60).id.to_string();
    let csrf = samples::session(samples::DISPATCHER, samples::morning()).csrf;
    let form = |from: &str, until: &str| {
        let fields = [
            ("csrf", csrf.as_str()),
            ("request", &request),
            ("person", &own),
            ("deputy", &second),
            ("from", from),
            ("until", until),
        ];
        post("/work/absences", &fields).by(samples::DISPATCHER)
    };
    let wrong = rig.send(&form("2026-11-20", TODAY));
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.body.contains("迄日不得早於起日") && wrong.body.contains("value=\"2026-11-20\""),
        "{}",
        wrong.body
    );
    let done = rig.send(&form(TODAY, "2026-11-20"));
    assert_eq!((done.status, done.location.as_str()), (303, "/work/absences?done=recorded"), "{}", done.body);
    let page = rig.send(&get("/work/absences?done=recorded").by(samples::DISPATCHER)).body;
    assert!(page.contains("已登記。") && page.contains("代理中"), "{page}");
    let end = format!("/work/absences/{TODAY}_{}/end", samples::request(60).id);
    assert!(page.contains(&end), "{page}");
    // Others see it, and cannot end it.
    let others = rig.send(&get("/work/absences").by(samples::HANDLER)).body;
    assert!(others.contains("林分文") && !others.contains(&end), "{others}");
    let reply = rig.send(&post(end, &[("csrf", &csrf)]).by(samples::DISPATCHER));
    assert_eq!((reply.status, reply.location.as_str()), (303, "/work/absences?done=ended"), "{}", reply.body);
    let page = rig.send(&get("/work/absences").by(samples::DISPATCHER)).body;
    assert!(page.contains("已提前終止"), "{page}");
}
