//! Pages and API, in both languages.

use proptest::prelude::*;

use crate::support::City;

#[test]
fn the_start_page_leads_to_every_service() {
    let page = City::new().get("/", None, &[]);
    assert_eq!(page.status, 200, "{}", page.text);
    for shown in ["/services/PK001", "/services/EC064", "action=\"/services\"", "lang=\"zh-Hant-TW\""] {
        assert!(page.text.contains(shown), "{shown} is not on {}", page.text);
    }
}

#[test]
fn every_page_speaks_english_too() {
    let city = City::new();
    for (route, parameter) in
        [("/", None), ("/services", None), ("/services/{code}", Some(("code", "PK001")))]
    {
        let page = city.get(route, parameter, &[("lang", "en")]);
        assert!(page.text.contains("<html lang=\"en\">"), "{route}");
        assert_eq!(page.headers["content-language"], "en");
        let text = page.text.replace("中文", "").replace("北</span>", "");
        let chinese: String = text.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).collect();
        // The names of laws are as they were enacted.
        assert_eq!(chinese.replace("臺北市公園管理自治條例", ""), "", "{route}");
    }
}

#[test]
fn a_search_finds_by_every_word_in_either_language() {
    let city = City::new();
    for (query, found, missed) in
        [("公園 場地", "PK001", "EC064"), ("FALLOW", "EC064", "PK001"), ("產業發展局", "EC064", "PK001")]
    {
        let page = city.get("/services", None, &[("q", query)]).text;
        assert!(page.contains(&format!("/services/{found}")), "{query}");
        assert!(!page.contains(&format!("/services/{missed}")), "{query}");
        let api = city.get("/api/services", None, &[("q", query)]).json();
        assert_eq!(api["services"][0]["code"], found);
        assert_eq!(api["services"].as_array().unwrap().len(), 1);
    }
    let page = city.get("/services", None, &[("q", "<script>\"")]);
    assert!(page.text.contains("找不到") && !page.text.contains("<script>\""));
}

#[test]
fn a_service_page_says_what_when_and_why() {
    let page = City::new().get("/services/{code}", Some(("code", "EC064")), &[]);
    for shown in
        ["農戶休耕補助", "存摺影本", "必附", "7 日（日曆天）", "民國115年11月26日 星期四", "收到申請當日不計"]
    {
        assert!(page.text.contains(shown), "{shown} is not on {}", page.text);
    }
    assert!(page.text.contains("申請時的登入方式：實名驗證的帳號"), "{}", page.text);
    for shown in ["免規費", "產業發展局", "02-2720-8889#6577", "農業發展條例", "/services/EC064/apply"]
    {
        assert!(page.text.contains(shown), "{shown} is not on {}", page.text);
    }
}

#[test]
fn the_api_gives_the_form_and_the_date_with_its_reasons() {
    let service = City::new().get("/api/services/{code}", Some(("code", "PK001")), &[]).json();
    assert_eq!(service["fields"][0]["kind"], serde_json::json!({ "type": "line", "max": 60 }));
    assert_eq!(service["limit"], serde_json::json!({ "days": 3, "basis": "working" }));
    let now = &service["if_now"];
    assert_eq!(now["due"], "2026-11-24");
    let first = serde_json::json!({
        "from": "2026-11-19", "to": "2026-11-19", "counted": false, "so_far": 0,
        "kind": "starting_day",
        "reason": { "zh": "收到申請當日不計", "en": "the day of receipt of the application is not counted" },
        "rule": "規範 十一；行政程序法 §48 II",
    });
    assert_eq!(now["explanation"][0], first);
    assert_eq!(now["digest"].as_str().unwrap().len(), 64);
}

#[test]
fn what_does_not_exist_is_not_found_in_either_form() {
    let city = City::new();
    for code in ["ZZ999", "pk001", "..", "%ff", ""] {
        let page = city.get("/services/{code}", Some(("code", code)), &[]);
        assert_eq!(page.status, 404, "{code}");
        assert!(page.text.contains("NOT_FOUND"));
        let problem = city.get("/api/services/{code}", Some(("code", code)), &[]);
        assert_eq!(problem.headers["content-type"], "application/problem+json");
        assert_eq!(problem.json()["code"], "NOT_FOUND");
    }
    assert_eq!(city.get("/assets/{file}", Some(("file", "site.css")), &[]).status, 404);
    assert_eq!(city.get("/nowhere", None, &[]).status, 404);
}

#[test]
fn assets_may_be_kept_for_ever() {
    for asset in [&web::assets::CSS, &web::assets::JS] {
        let answer = City::new().get("/assets/{file}", Some(("file", &asset.name())), &[]);
        assert_eq!(answer.status, 200);
        assert!(answer.headers["cache-control"].to_str().unwrap().contains("immutable"));
    }
}

#[test]
fn an_empty_catalogue_is_a_page_too() {
    let city = City::of(testkit::world::World::new(testkit::samples::morning(), 7));
    assert_eq!(city.get("/", None, &[]).status, 200);
    assert_eq!(city.get("/services", None, &[]).status, 200);
}

#[test]
fn every_sample_invocation_is_answered() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../events/catalogue");
    let mut routes = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let event = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        if path.file_stem().unwrap() == "import" {
            assert_eq!(City::new().import(event).unwrap()["imported"], 3);
            continue;
        }
        routes += 1;
        let expected = if path.file_stem().unwrap() == "asset" { 404 } else { 200 };
        assert_eq!(City::new().event(&event).status, expected, "{}", path.display());
    }
    assert_eq!(routes, 9, "a sample of every route that reads");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_request_makes_a_5xx(id in "\\PC{0,30}", query in "\\PC{0,120}") {
        let city = City::new();
        let query = [("q", query.as_str()), ("lang", &id)];
        for route in ["/", "/services", "/api/services"] {
            prop_assert!(city.get(route, None, &query).status < 500);
        }
        for (route, name) in
            [("/services/{code}", "code"), ("/api/services/{code}", "code"), ("/assets/{file}", "file")]
        {
            prop_assert!(city.get(route, Some((name, &id)), &query).status < 500);
        }
    }
}

/// 會審: who may be asked, how long each has, and that the day of the case stays (作業要點 3(三)).
#[test]
fn a_service_page_says_who_may_be_asked_for_review() {
    let city = City::new();
    let page = |code| city.get("/services/{code}", Some(("code", code)), &[]).text;
    let shown = page("PK003");
    for said in ["必要時送請下列機關會審", "產業發展局（2 個工作日）、警察局（2 個工作日）", "不延長"]
    {
        assert!(shown.contains(said), "{said}: {shown}");
    }
    assert!(!page("PK001").contains("會審"));
    let service = city.get("/api/services/{code}", Some(("code", "PK003")), &[]).json();
    assert_eq!(service["reviews"][1]["agency"], "police");
    assert_eq!(service["reviews"][1]["limit"], serde_json::json!({ "days": 2, "basis": "working" }));
}
