//! The applicant's way through the pages, from the service to the withdrawal.

use jiff::SignedDuration;
use platform::catalogue::{self, Import};
use testkit::faults::run;
use testkit::samples::{self, PDF};

use crate::support::{Answer, CHEN, Call, City, LIN, csrf, hidden, key};

const FORM: &str = "POST /drafts/{draft}";

fn apply(city: &City, item: &str) -> String {
    let call = Call::of("POST /services/{code}/apply", &[("code", item)]).by(LIN);
    let answer = city.send(&call.form(&[("csrf", &csrf(LIN))]));
    assert_eq!(answer.status, 303, "{}", answer.text);
    answer.location.strip_prefix("/drafts/").unwrap().to_owned()
}

fn get(city: &City, route: &str, params: &[(&str, &str)]) -> Answer {
    let answer = city.send(&Call::of(route, params).by(LIN));
    assert_eq!(answer.status, 200, "{route}: {}", answer.text);
    answer
}

fn save(city: &City, draft: &str, go: &str, answers: &[(&str, &str)]) -> Answer {
    let seen = hidden(&get(city, "GET /drafts/{draft}", &[("draft", draft)]).text, "seen");
    let token = csrf(LIN);
    let mut fields = vec![("csrf", token.as_str()), ("seen", &seen), ("go", go)];
    fields.extend(answers);
    city.send(&Call::of(FORM, &[("draft", draft)]).by(LIN).form(&fields))
}

fn bring(city: &City, draft: &str, content: &[u8]) -> Answer {
    let fields = [("csrf", csrf(LIN)), ("requirement", "bankbook".to_owned())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    city.send(&Call::of("POST /drafts/{draft}/files", &[("draft", draft)]).by(LIN).file(
        &fields,
        "存摺.pdf",
        content,
    ))
}

fn submit(city: &City, draft: &str) -> Answer {
    let check = get(city, "GET /drafts/{draft}/check", &[("draft", draft)]);
    submit_version(city, draft, &hidden(&check.text, "version"))
}

fn submit_version(city: &City, draft: &str, version: &str) -> Answer {
    let token = csrf(LIN);
    let fields = [("csrf", token.as_str()), ("version", version), ("served", "electronic"), ("wording", "1")];
    city.send(&Call::of("POST /drafts/{draft}/submit", &[("draft", draft)]).by(LIN).form(&fields))
}

fn filed(city: &City) -> String {
    let draft = apply(city, "PK001");
    save(city, &draft, "next", &[("f-place", "大安森林公園")]);
    let answer = submit(city, &draft);
    answer.location.strip_prefix("/cases/").unwrap().strip_suffix("?submitted=1").unwrap().to_owned()
}

#[test]
fn an_application_with_a_file_becomes_a_case_with_a_number_and_a_date() {
    let city = City::new();
    let draft = apply(&city, "EC064");

    let answer = save(&city, &draft, "next", &[("f-parcel", "北投區 123-4")]);
    assert_eq!(answer.location, format!("/drafts/{draft}?step=documents"));
    let check = get(&city, "GET /drafts/{draft}/check", &[("draft", &draft)]);
    assert!(check.text.contains("存摺影本：尚未上傳"), "{}", check.text);
    assert!(!check.text.contains("/submit"));

    assert_eq!(bring(&city, &draft, PDF).status, 303);
    let call = Call::of("GET /drafts/{draft}", &[("draft", &draft)]).by(LIN).query("step=documents");
    assert!(city.send(&call).text.contains("存摺.pdf"));
    let check = get(&city, "GET /drafts/{draft}/check", &[("draft", &draft)]);
    assert!(check.text.contains("北投區 123-4"));
    assert!(check.text.contains("民國115年11月26日 星期四"), "seven days, ending on a working day");

    let answer = submit(&city, &draft);
    assert_eq!(answer.status, 303, "{}", answer.text);
    let case = answer.location.strip_prefix("/cases/").unwrap().strip_suffix("?submitted=1").unwrap();
    let page = city.send(&Call::of("GET /cases/{case}", &[("case", case)]).by(LIN).query("submitted=1"));
    for shown in [case, "申請已送出", "民國115年11月26日", "存摺.pdf", "已收到您的申請", "產業發展局"]
    {
        assert!(page.text.contains(shown), "{shown} is not on {}", page.text);
    }

    let upload = page.text.split(&format!("/cases/{case}/files/")).nth(1).unwrap();
    let upload = upload.split('"').next().unwrap();
    let file = Call::of("GET /cases/{case}/files/{upload}", &[("case", case), ("upload", upload)]).by(LIN);
    assert!(city.send(&file).text.contains("正在檢查"), "not filed yet");
    city.file_documents(&draft, case);
    assert_eq!(city.send(&file).status, 303, "on to the object store");
}

#[test]
fn submitting_twice_makes_one_case() {
    let city = City::new();
    let draft = apply(&city, "PK001");
    save(&city, &draft, "next", &[("f-place", "大安森林公園")]);
    let first = submit(&city, &draft);
    let stored = city.stored();
    let second = submit_version(&city, &draft, "2");
    assert_eq!((second.status, &second.location), (303, &first.location));
    assert_eq!(city.stored(), stored);

    // Whoever comes back to the draft is led to the case.
    let case = first.location.strip_suffix("?submitted=1").unwrap();
    for route in ["GET /drafts/{draft}", "GET /drafts/{draft}/check"] {
        let answer = city.send(&Call::of(route, &[("draft", &draft)]).by(LIN));
        assert_eq!((answer.status, answer.location.as_str()), (303, case));
    }
}

#[test]
fn what_was_typed_is_kept_complete_or_not() {
    let city = City::new();
    let draft = apply(&city, "PK001");
    let answer = save(&city, &draft, "save", &[("f-people", "many")]);
    assert_eq!(answer.location, format!("/drafts/{draft}?saved=1"));

    let answer = save(&city, &draft, "next", &[("f-people", "many")]);
    assert_eq!(answer.location, format!("/drafts/{draft}?problems=1"));
    let call = Call::of("GET /drafts/{draft}", &[("draft", &draft)]).by(LIN).query("problems=1");
    let page = city.send(&call).text;
    for shown in ["value=\"many\"", "#f-place", "請填整數", "aria-invalid=\"true\"", "<title>有誤"] {
        assert!(page.contains(shown), "{shown} is not on {page}");
    }
    let english = city.send(&call.lang("en")).text;
    assert!(english.contains("enter a whole number") && english.contains("lang=\"en\""));
}

#[test]
fn another_tab_is_never_overwritten_unseen() {
    let city = City::new();
    let draft = apply(&city, "PK001");
    let old = hidden(&get(&city, "GET /drafts/{draft}", &[("draft", &draft)]).text, "seen");
    save(&city, &draft, "save", &[("f-place", "青年公園")]);
    let stored = city.stored();

    let token = csrf(LIN);
    let fields = [("csrf", token.as_str()), ("seen", &old), ("f-place", "大安森林公園")];
    let answer = city.send(&Call::of(FORM, &[("draft", &draft)]).by(LIN).form(&fields));
    assert_eq!(answer.status, 409);
    assert!(answer.text.contains("大安森林公園"), "what was typed is kept in the page");
    assert_eq!(city.stored(), stored);

    // Saving once more, knowing of the other, takes effect.
    let seen = hidden(&answer.text, "seen");
    let fields = [("csrf", token.as_str()), ("seen", &seen), ("f-place", "大安森林公園")];
    assert_eq!(city.send(&Call::of(FORM, &[("draft", &draft)]).by(LIN).form(&fields)).status, 303);
}

#[test]
fn a_lost_session_loses_nothing() {
    let city = City::new();
    let draft = apply(&city, "PK001");
    let stored = city.stored();
    let seen = hidden(&get(&city, "GET /drafts/{draft}", &[("draft", &draft)]).text, "seen");
    let fields = [("csrf", "of-old"), ("seen", seen.as_str()), ("f-place", "大安森林公園")];
    let call = Call::of(FORM, &[("draft", &draft)]).form(&fields);

    let out = city.send(&call);
    assert_eq!(out.status, 401);
    assert!(out.text.contains("大安森林公園") && out.text.contains("/sign-in?return_to="));

    // Signed in again, the same form comes back filled in, with a token that works.
    let again = city.send(&call.by(LIN));
    assert_eq!(again.status, 403);
    assert!(again.text.contains("大安森林公園"));
    assert_eq!(hidden(&again.text, "csrf"), csrf(LIN));
    assert_eq!(city.stored(), stored);

    for (route, params, back) in [
        ("POST /services/{code}/apply", [("code", "PK001")], "%2Fservices%2FPK001"),
        ("POST /cases/{case}/withdraw", [("case", "x")], "%2Fcases%2Fx"),
    ] {
        let answer = city.send(&Call::of(route, &params).form(&[]));
        let expected = (303, format!("/sign-in?return_to={back}"));
        assert_eq!((answer.status, answer.location), expected);
    }
}

#[test]
fn files_are_told_apart_by_content_and_can_be_removed() {
    let city = City::new();
    let draft = apply(&city, "EC064");
    let stored = city.stored();
    let mut large = PDF.to_vec();
    large.resize(4 * 1024 * 1024 + 1, b' ');
    for (content, says) in
        [(b"MZ not a document".as_slice(), "不是 PDF"), (b"".as_slice(), "檔案是空的"), (&large, "檔案太大")]
    {
        let answer = bring(&city, &draft, content);
        assert_eq!(answer.status, 422);
        assert!(answer.text.contains(says), "{}", answer.text);
        assert_eq!(city.stored(), stored);
    }

    bring(&city, &draft, PDF);
    bring(&city, &draft, PDF);
    assert_eq!(city.world.objects.keys().len(), 1, "a second click brings the same file");
    let call = Call::of("GET /drafts/{draft}", &[("draft", &draft)]).by(LIN).query("step=documents");
    let page = city.send(&call).text;
    let upload = page.split("/files/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let remove =
        Call::of("POST /drafts/{draft}/files/{upload}/remove", &[("draft", &draft), ("upload", &upload)]);
    let remove = remove.by(LIN).form(&[("csrf", &csrf(LIN))]);
    for _ in 0..2 {
        assert_eq!(city.send(&remove).status, 303);
    }
    assert!(!city.send(&call).text.contains("存摺.pdf"));
}

#[test]
fn a_file_that_went_missing_stops_the_filing_and_is_named() {
    let city = City::new();
    let draft = apply(&city, "EC064");
    save(&city, &draft, "next", &[("f-parcel", "北投區 123-4")]);
    bring(&city, &draft, PDF);
    city.world.objects.expire("quarantine/");
    let stored = city.stored();
    let answer = submit_version(&city, &draft, "3");
    assert_eq!(answer.status, 422, "{}", answer.text);
    assert!(answer.text.contains("存摺.pdf：有檔案尚未上傳完成"), "{}", answer.text);
    assert_eq!(city.stored(), stored);
}

#[test]
fn a_case_is_withdrawn_once_and_by_its_owner_only() {
    let city = City::new();
    let case = filed(&city);
    let page = get(&city, "GET /cases/{case}", &[("case", &case)]).text;
    let request = hidden(&page, "request");
    let fields = |person| {
        let fields = [("csrf", csrf(person)), ("request", request.clone()), ("version", "1".to_owned())];
        fields.map(|(name, value)| (name, value))
    };
    let call = |person, fields: &[(&'static str, String)]| {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Call::of("POST /cases/{case}/withdraw", &[("case", &case)]).by(person).form(&fields)
    };
    let stored = city.stored();
    assert_eq!(city.send(&call(CHEN, &fields(CHEN))).status, 404);
    assert_eq!(city.stored(), stored);

    let withdraw = call(LIN, &fields(LIN));
    assert_eq!(city.send(&withdraw).status, 303);
    let stored = city.stored();
    assert_eq!(city.send(&withdraw).status, 303, "a second click changes nothing");
    assert_eq!(city.stored(), stored);

    let mut other = fields(LIN);
    other[1].1 = key(9);
    assert_eq!(city.send(&call(LIN, &other)).status, 409, "the page is stale");
    let page = get(&city, "GET /cases/{case}", &[("case", &case)]).text;
    assert!(page.contains("已撤回") && !page.contains("/withdraw"));
}

#[test]
fn the_list_shows_drafts_and_cases() {
    let city = City::new();
    let draft = apply(&city, "EC064");
    let page = get(&city, "GET /cases", &[]).text;
    assert!(page.contains(&draft) && page.contains("還沒有案件"));

    let case = filed(&city);
    let record = platform::commit::load(&*city.world.store, case.parse().unwrap());
    let loaded = testkit::faults::run(&city.world.gate, record).unwrap().unwrap().unwrap();
    testkit::faults::run(&city.world.gate, platform::reports::project(&*city.world.store, &loaded.case))
        .unwrap()
        .unwrap();
    let page = get(&city, "GET /cases", &[]).text;
    assert!(page.contains(&case) && page.contains("待分文"));
}

#[test]
fn a_coming_version_is_for_drafts_begun_on_its_day() {
    let city = City::new();
    let publish = |version: u32, from: &str| {
        let mut items = samples::import().items;
        items.retain(|item| item.code.0.as_str() == "PK001");
        items[0].version = version;
        items[0].effective_from = from.parse().unwrap();
        let import = Import { items, ..Import::default() };
        let import = catalogue::import(&*city.world.store, import, samples::PROVIDER, samples::today());
        run(&city.world.gate, import).unwrap().unwrap();
    };
    publish(2, "2026-11-20");
    let draft = apply(&city, "PK001");
    let kept = get(&city, "GET /drafts/{draft}", &[("draft", &draft)]);
    assert!(!kept.text.contains("新版"), "{}", kept.text);
    // Midnight of the 20th in Taipei.
    city.world.ambient.advance(SignedDuration::from_hours(14));
    city.sign_in(LIN);
    let kept = get(&city, "GET /drafts/{draft}", &[("draft", &draft)]);
    assert!(kept.text.contains("新版"), "{}", kept.text);
    save(&city, &draft, "next", &[("f-place", "大安森林公園")]);
    assert_eq!(version_filed(&city, &submit(&city, &draft)), 1);
    let draft = apply(&city, "PK001");
    save(&city, &draft, "next", &[("f-place", "大安森林公園")]);
    assert_eq!(version_filed(&city, &submit(&city, &draft)), 2);
}

fn version_filed(city: &City, submitted: &Answer) -> u64 {
    let case = submitted.location.strip_prefix("/cases/").unwrap().strip_suffix("?submitted=1").unwrap();
    get(city, "GET /api/cases/{case}", &[("case", case)]).json()["item"]["version"].as_u64().unwrap()
}
