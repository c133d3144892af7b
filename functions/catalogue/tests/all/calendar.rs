//! The office calendar as everybody reads it and as 資訊局 changes it, and the public calculator.

use serde_json::{Value, json};
use testkit::samples::{self, KEEPER};

use crate::support::{Answer, City};

const HEADING: &str = "西元日期,星期,是否放假,備註\n";

/// The file of a year in which every working day is worked, but `off`.
fn year(year: i16, off: &str) -> String {
    let first = jiff::civil::date(year, 1, 1);
    let names = ["一", "二", "三", "四", "五", "六", "日"];
    let row = |day: jiff::civil::Date| {
        let number = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap();
        let flag = if number > 4 || day.to_string() == off { 2 } else { 0 };
        format!("{},{},{flag},\n", day.strftime("%Y%m%d"), names.get(number).unwrap())
    };
    let days = first.series(jiff::Span::new().days(1)).take_while(|day| day.year() == year);
    HEADING.to_owned() + &days.map(row).collect::<String>()
}

fn import(city: &City, who: &str, file: &str) -> Answer {
    city.post("/api/calendar/years", who, "text/csv", file)
}

fn close(city: &City, who: &str, body: &Value) -> Answer {
    city.post("/api/calendar/closures", who, "application/json", &body.to_string())
}

fn typhoon() -> Value {
    json!({ "day": "2026-11-23", "extent": "day", "area": "臺北市", "source": "臺北市政府公告" })
}

#[test]
fn a_closure_moves_the_date_of_the_calculator_and_says_why() {
    let city = City::new();
    let ask = || city.get("/api/services/{code}/clock", Some(("code", "PK001")), &[]).json();
    assert_eq!(ask()["due"], "2026-11-24");
    let answer = close(&city, KEEPER, &typhoon());
    assert_eq!((answer.status, answer.json()["days"].clone()), (201, json!(["2026-11-23"])));
    city.world.ambient.advance(platform::calendars::KNOWN_FOR);
    let now = ask();
    assert_eq!(now["due"], "2026-11-25");
    let closed = now["explanation"].as_array().unwrap().iter().find(|run| run["kind"] == "closed").unwrap();
    assert!(closed["reason"]["zh"].as_str().unwrap().contains("臺北市政府公告"), "{closed}");
    let shown = city.get("/api/calendar", None, &[]).json();
    assert_eq!((shown["edition"].clone(), shown["closures"][0]["area"].clone()), (json!(1), json!("臺北市")));
    assert_eq!(shown["changes"][0]["recalculation"]["shards"], 8);
    let page = city.get("/calendar", None, &[]).text;
    assert!(page.contains("臺北市政府公告") && !page.contains("action=\"/calendar\""), "{page}");

    let back = json!({ "day": "2026-11-23", "area": "臺北市" }).to_string();
    let answer = city.post("/api/calendar/closures/revoke", KEEPER, "application/json", &back);
    assert_eq!(answer.status, 201, "{}", answer.text);
    city.world.ambient.advance(platform::calendars::KNOWN_FOR);
    assert_eq!(ask()["due"], "2026-11-24");
}

#[test]
fn a_year_is_imported_whole_or_not_at_all() {
    let city = City::new();
    assert_eq!(import(&city, KEEPER, "").status, 422, "signed in from here on");
    let before = city.world.store.snapshot();
    let good = year(2028, "2028-01-03");
    let twice = good.replace("20280302,四", "20280301,三");
    let short = good.lines().take(200).collect::<Vec<_>>().join("\n");
    for (file, says) in [
        ("<!DOCTYPE html><html>", "網頁"),
        ("date,off\n", "標題列"),
        (twice.as_str(), "第 63 列"),
        (short.as_str(), "199 日"),
        (year(2030, "").as_str(), "不相連"),
    ] {
        let answer = import(&city, KEEPER, file);
        assert_eq!(
            (answer.status, answer.json()["code"].clone()),
            (422, json!("BAD_CALENDAR_FILE")),
            "{says}"
        );
        assert!(answer.json()["messages"]["zh-Hant-TW"].as_str().unwrap().contains(says), "{}", answer.text);
    }
    assert_eq!(city.world.store.snapshot(), before, "nothing is stored");

    let ask =
        |at: &str| city.get("/api/services/{code}/clock", Some(("code", "PK001")), &[("received_at", at)]);
    let beyond = ask("2027-12-30T09:00:00+08:00");
    assert_eq!((beyond.status, beyond.json()["code"].clone()), (422, json!("CALENDAR_YEAR_MISSING")));
    assert_eq!(import(&city, KEEPER, &good).status, 201);
    let again = import(&city, KEEPER, &good);
    assert_eq!((again.status, again.json()["days"].clone()), (200, json!([])), "it says so already");
    city.world.ambient.advance(platform::calendars::KNOWN_FOR);
    assert_eq!(ask("2027-12-30T09:00:00+08:00").json()["due"], "2028-01-06");
}

#[test]
fn only_the_keeper_of_the_window_changes_the_calendar() {
    let city = City::new();
    let before = city.world.store.snapshot();
    for (who, status) in [("", 401), ("applicant", 403), (samples::DISPATCHER, 403)] {
        assert_eq!(close(&city, who, &typhoon()).status, status, "{who}");
        assert_eq!(import(&city, who, &year(2028, "")).status, status, "{who}");
    }
    let sessions = |rows: &std::collections::BTreeMap<_, _>| rows.len();
    assert_eq!(sessions(&city.world.store.snapshot()), sessions(&before) + 2, "only sessions");
}

#[test]
fn closures_that_make_no_sense_are_refused() {
    let city = City::new();
    for (name, value, status) in [
        ("day", json!("2031-01-01"), 422),
        ("day", json!("someday"), 400),
        ("extent", json!("evening"), 400),
        ("area", json!(""), 422),
        ("source", json!("a\nb"), 422),
        ("colour", json!("red"), 400),
    ] {
        let mut body = typhoon();
        body[name] = value;
        let answer = close(&city, KEEPER, &body);
        assert_eq!(answer.status, status, "{body}: {}", answer.text);
    }
    assert_eq!(close(&city, KEEPER, &typhoon()).status, 201);
    assert_eq!(close(&city, KEEPER, &typhoon()).status, 200, "it says so already");
    let unknown = json!({ "day": "2026-11-23", "area": "別處" }).to_string();
    let answer = city.post("/api/calendar/closures/revoke", KEEPER, "application/json", &unknown);
    assert_eq!((answer.status, answer.json()["code"].clone()), (409, json!("UNKNOWN_CLOSURE")));
}

#[test]
fn the_calculator_explains_any_day_and_refuses_what_is_none() {
    let city = City::new();
    let ask = |query: &[(&str, &str)]| city.get("/api/services/{code}/clock", Some(("code", "PK001")), query);
    for at in ["2026-11-18T10:00:00+08:00", "2026-11-18T02:00:00Z", "2026-11-18T10:00"] {
        let clock = ask(&[("received_at", at)]).json();
        assert_eq!((clock["due"].clone(), clock["clock"].clone()), (json!("2026-11-23"), json!("running")));
        let inputs = clock["inputs"].as_str().unwrap();
        let digest: [u8; 32] = <sha2::Sha256 as sha2::Digest>::digest(inputs.as_bytes()).into();
        assert_eq!(clock["digest"], platform::keys::hex(&digest), "anyone can make it again");
    }
    for at in ["soon", "2026-13-01T00:00", "2026-11-18T", "99999999999"] {
        let answer = ask(&[("received_at", at)]);
        assert_eq!((answer.status, answer.json()["code"].clone()), (400, json!("BAD_FIELD")), "{at}");
    }
    for at in ["1999-01-01T00:00:00Z", "2031-01-01T00:00:00Z"] {
        assert_eq!(ask(&[("received_at", at)]).json()["code"], "CALENDAR_YEAR_MISSING", "{at}");
    }
    let page =
        city.get("/services/{code}/clock", Some(("code", "PK001")), &[("received_at", "2026-11-18T10:00")]);
    for shown in ["民國115年11月23日 星期一", "收到申請當日不計", "value=\"2026-11-18T10:00\""]
    {
        assert!(page.text.contains(shown), "{shown} is not on {}", page.text);
    }
}
