//! Bad input gets a clear answer in both languages, and leaves nothing behind.

use anyhow::Result;
use reqwest::Method;
use serde_json::{Value, json};
use tests::city::City;
use tests::page::Page;
use tests::person::{Person, request_id};

use tests::steps;

/// The answer is a problem with `code`, told in both languages.
fn check(answer: Page, status: u16, code: &str) -> Result<Value> {
    let answer = answer.expect(status)?;
    assert!(answer.content_type.starts_with("application/problem+json"), "{answer:?}");
    let problem = answer.json()?;
    assert_eq!(problem["code"], code, "{problem}");
    assert_eq!(problem["status"], status, "{problem}");
    for lang in ["zh-Hant-TW", "en"] {
        assert!(problem["messages"][lang].as_str().is_some_and(|text| text.len() > 8), "{problem}");
    }
    Ok(problem)
}

#[tokio::test]
async fn malformed_requests_are_refused_and_nothing_is_stored() -> Result<()> {
    let city = City::any().await?;
    // Somebody who files nothing elsewhere: a shared city has other tests running.
    let mut auditor = Person::sign_in(&city, "auditor.rdec").await?;
    let before = cases(&mut auditor).await?;
    let key = request_id();
    let json_type = ("content-type", "application/json");
    let id = ("idempotency-key", key.as_str());
    let table: &[(&[(&str, &str)], Vec<u8>, u16, &str)] = &[
        (&[json_type, id], b"{".to_vec(), 400, "BAD_JSON"),
        (&[json_type, id], br#"{"draft":"draft_1","colour":"red"}"#.to_vec(), 400, "BAD_JSON"),
        (&[json_type, id], br#"{"item":7}"#.to_vec(), 400, "BAD_JSON"),
        (&[json_type, id], vec![b'"', 0xff, 0xfe, b'"'], 400, "NOT_UTF8"),
        (&[("content-type", "text/plain"), id], b"{}".to_vec(), 415, "CONTENT_TYPE"),
        (&[json_type, id], vec![b' '; 300 * 1024], 413, "TOO_LARGE"),
        (&[json_type], br#"{"item":"PK001","version":2,"answers":{}}"#.to_vec(), 400, "BAD_FIELD"),
    ];
    for (headers, body, status, code) in table {
        // MiniStack hands functions a repaired text instead of the bytes that came (docs/ministack.md).
        if city.is_foreign() && *code == "NOT_UTF8" {
            continue;
        }
        let answer = auditor.raw(Method::POST, "/api/cases", headers, body.clone()).await?;
        check(answer, *status, code)?;
    }
    assert_eq!(cases(&mut auditor).await?, before, "a refused request left a case behind");
    Ok(())
}

/// XY003 asks for a verified identity; 蔡承翰 is a 一般會員.
#[tokio::test]
async fn an_account_that_nobody_verified_cannot_file_what_asks_for_it() -> Result<()> {
    let city = City::any().await?;
    let mut tsai = Person::sign_in(&city, "tsai").await?;
    let service = tsai.get("/services/XY003").await?.expect(200)?;
    assert!(service.text().contains("申請時的登入方式：實名驗證的帳號"), "{service:?}");
    let before = cases(&mut tsai).await?;
    let body = json!({ "item": "XY003" });
    let draft = tsai.api(Method::POST, "/api/drafts", None, Some(&body)).await?.expect(201)?.json()?;
    let draft = draft["draft"].as_str().unwrap_or_default();
    let refused = steps::file(&mut tsai, draft).await?;
    assert_eq!(check(refused, 403, "ASSURANCE_TOO_LOW")?["needed"], 2);
    assert_eq!(cases(&mut tsai).await?, before);

    // Lin's identity is verified: what is wrong is the form.
    let mut lin = Person::sign_in(&city, "lin").await?;
    let draft = lin.api(Method::POST, "/api/drafts", None, Some(&body)).await?.expect(201)?.json()?;
    let draft = draft["draft"].as_str().unwrap_or_default();
    check(steps::file(&mut lin, draft).await?, 422, "UNFIT")?;
    Ok(())
}

#[tokio::test]
async fn every_defect_of_a_form_is_named_at_once() -> Result<()> {
    let city = City::any().await?;
    let mut lin = Person::sign_in(&city, "lin").await?;
    let answers = json!({ "activity": "x".repeat(2_000), "national_id": "A123456788", "people": "many", "colour": "red" });
    let body = json!({ "item": "PK001", "version": 3, "answers": answers });
    let answer = lin.api(Method::POST, "/api/cases", Some(&request_id()), Some(&body)).await?;
    let problem = check(answer, 422, "UNFIT")?;
    let fields = problem["fields"].as_array().cloned().unwrap_or_default();
    let of =
        |name: &str| fields.iter().find(|field| field["field"] == name).map(|field| field["code"].clone());
    for (field, code) in [
        ("activity", "TOO_LONG"),
        ("national_id", "NOT_AN_ID"),
        ("people", "NOT_A_NUMBER"),
        ("colour", "UNKNOWN"),
        ("organiser", "MISSING"),
        ("activity_plan", "MISSING"),
    ] {
        assert_eq!(of(field), Some(json!(code)), "{field} in {problem}");
    }
    Ok(())
}

#[tokio::test]
async fn a_request_id_is_not_used_twice_for_different_things() -> Result<()> {
    let city = City::any().await?;
    let mut lin = Person::sign_in(&city, "lin").await?;
    let case = steps::apply_by_api(&mut lin).await?;
    let mut dispatcher = Person::sign_in(&city, "dispatcher.park").await?;
    let key = request_id();
    let path = format!("/api/work/{case}/accept");
    dispatcher.api(Method::POST, &path, Some(&key), Some(&json!({ "version": 1 }))).await?.expect(200)?;
    let again = dispatcher.api(Method::POST, &path, Some(&key), Some(&json!({ "version": 1 }))).await?;
    again.expect(200)?;
    let other = dispatcher.api(Method::POST, &path, Some(&key), Some(&json!({ "version": 2 }))).await?;
    check(other, 422, "REQUEST_REUSED")?;
    Ok(())
}

#[tokio::test]
async fn unknown_and_foreign_things_are_not_found_and_sessions_end() -> Result<()> {
    let city = City::any().await?;
    let mut lin = Person::sign_in(&city, "lin").await?;
    for path in ["/api/cases/TP-00000-00000-0", "/api/cases/nonsense", "/api/services/ZZ999"] {
        check(lin.api(Method::GET, path, None, None).await?, 404, "NOT_FOUND")?;
    }
    let mut forged = Person::stranger(&city)?;
    forged.set_cookie("__Host-session", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    check(forged.api(Method::GET, "/api/cases", None, None).await?, 401, "SIGN_IN_REQUIRED")?;

    let mut thief = lin.clone();
    let page = lin.get("/cases").await?.expect(200)?;
    let sign_out = page.form("/sign-out")?;
    let foreign = sign_out.clone().fill("csrf", "somebody-elses");
    lin.post(&foreign).await?.expect(403)?;
    lin.post(&sign_out).await?.expect(303)?;
    check(thief.api(Method::GET, "/api/cases", None, None).await?, 401, "SIGN_IN_REQUIRED")?;
    Ok(())
}

#[tokio::test]
async fn a_file_of_another_kind_is_refused_before_and_after_the_upload() -> Result<()> {
    let city = City::any().await?;
    let mut lin = Person::sign_in(&city, "lin").await?;
    let draft = steps::draft_by_api(&mut lin).await?;
    let uploads = format!("/api/drafts/{draft}/uploads");
    let ticket = |content_type: &str, bytes: usize, content: &[u8]| {
        json!({
            "requirement": "insurance",
            "file_name": "x.pdf",
            "content_type": content_type,
            "bytes": bytes,
            "sha256": steps::sha256(content),
        })
    };
    for (content_type, bytes) in
        [("application/x-msdownload", 10), ("application/pdf", 0), ("application/pdf", 11 * 1024 * 1024)]
    {
        let body = ticket(content_type, bytes, b"");
        check(lin.api(Method::POST, &uploads, None, Some(&body)).await?, 400, "BAD_FILE")?;
    }
    // Announced as a PDF, but the bytes are something else.
    let program = b"MZ this is a program";
    let body = ticket("application/pdf", program.len(), program);
    let allowed = lin.api(Method::POST, &uploads, None, Some(&body)).await?.expect(201)?.json()?;
    steps::put(&allowed, program).await?;
    check(steps::file(&mut lin, &draft).await?, 400, "BAD_FILE")?;
    Ok(())
}

#[tokio::test]
async fn what_no_route_is_for_is_told_like_everything_else() -> Result<()> {
    let city = City::any().await?;
    let mut stranger = Person::stranger(&city)?;
    let json_type = ("content-type", "application/json");
    for (method, path) in [
        (Method::GET, "/api/nothing"),
        (Method::DELETE, "/api/services"),
        (Method::POST, "/api/work/x/accept/y"),
        (Method::PATCH, "/api/cases"),
    ] {
        let answer = stranger.raw(method, path, &[json_type], b"{}".to_vec()).await?;
        check(answer, 404, "NOT_FOUND")?;
    }
    for (path, shown) in
        [("/nothing/at/all?lang=zh", "找不到"), ("/nothing?lang=en", "There is no such page")]
    {
        let page = stranger.get(path).await?.expect(404)?;
        assert!(page.content_type.starts_with("text/html") && page.text().contains(shown), "{page:?}");
    }
    Ok(())
}

/// A body that no function can take is refused before one sees it: by the gateway, in its own words.
#[tokio::test]
async fn a_body_above_the_limits_of_the_gateway_is_refused() -> Result<()> {
    let city = City::any().await?;
    // The local gateway keeps API Gateway's limits; other emulators have their own.
    if city.is_foreign() {
        return Ok(());
    }
    let mut stranger = Person::stranger(&city)?;
    for bytes in [7, 11].map(|megabytes| megabytes * 1024 * 1024) {
        let json_type = ("content-type", "application/json");
        let answer = stranger.raw(Method::POST, "/api/cases", &[json_type], vec![b' '; bytes]).await?;
        assert_eq!(answer.expect(413)?.json()?["message"], "Request Entity Too Large");
    }
    Ok(())
}

async fn cases(person: &mut Person) -> Result<usize> {
    let list = person.api(Method::GET, "/api/cases", None, None).await?.expect(200)?.json()?;
    Ok(list["cases"].as_array().map_or(0, Vec::len))
}
