//! A decision as a letter, from the proposal to whoever verifies it.

use anyhow::{Context as _, Result};
use reqwest::Method;
use serde_json::json;
use tests::city::City;
use tests::person::{Person, http_client, request_id};
use tests::steps::{self, Office};

#[tokio::test]
async fn a_rejection_is_a_letter_that_anybody_can_verify_and_the_reviewer_put_right() -> Result<()> {
    let city = City::any().await?;
    let mut lin = Person::sign_in(&city, "lin").await?;
    let case = steps::apply_by_api(&mut lin).await?;
    let mut office = Office::open(&city).await?;
    office.assign(&case).await?;
    let (work, api) = (format!("/work/{case}"), format!("/api/work/{case}"));

    // What the letter lacks is told by name.
    let mut body =
        json!({ "version": 2, "outcome": "reject", "ground": "not_eligible", "reason": "逾容量。" });
    let lacking = office
        .handler
        .api(Method::POST, &format!("{api}/propose"), Some(&request_id()), Some(&body))
        .await?
        .expect(422)?;
    assert_eq!(lacking.json()?["lacks"][0]["code"], "FACTS");
    body["facts"] = json!("臺端申請於大安森林公園舉辦音樂會，預計 800 人。");
    body["legal_basis"] = json!("臺北市公園場地使用管理辦法第5條");
    let proposed =
        office.handler.api(Method::POST, &format!("{api}/propose"), Some(&request_id()), Some(&body)).await?;
    proposed.expect(200)?;

    // The reviewer reads the draft, and approves.
    let draft = office.reviewer.get(&format!("{work}/letter")).await?.expect(200)?;
    assert!(draft.content_type.starts_with("application/pdf") && draft.body.starts_with("%PDF"), "{draft:?}");
    let page = office.reviewer.get(&work).await?.expect(200)?;
    office.reviewer.submit(&page.form(&format!("{work}/approve"))?).await?.expect(200)?;

    // The notice leads to the letter, which is the file that its digest says.
    let mail = city.mail("lin@mail.example", &format!("駁回 {case}")).await?.to_string();
    let issued = steps::state(&mut lin, &case).await?["issued"][0].clone();
    let document = issued["document"].as_str().context("a document")?;
    assert!(mail.contains(&format!("/cases/{case}/documents/{document}")), "{mail}");
    let path = format!("/api/cases/{case}/documents/{document}");
    let file = lin.api(Method::GET, &path, None, None).await?.expect(200)?.json()?;
    let url = file["url"].as_str().context("the address of the file")?;
    let bytes = http_client()?.get(url).send().await?.error_for_status()?.bytes().await?;
    assert!(bytes.starts_with(b"%PDF-1.7"));
    assert_eq!(file["sha256"], steps::sha256(&bytes));
    let page = lin.get(&format!("/cases/{case}/documents/{document}")).await?.expect(303)?;
    assert!(page.location.is_some_and(|location| location.contains(&steps::sha256(&bytes))));

    // Anybody verifies it, however the code is typed; nobody learns whose it is.
    let code = issued["verification_code"].as_str().context("a code")?;
    let mut anybody = Person::stranger(&city)?;
    let verified = anybody.get(&format!("/verify/{}", code.to_lowercase())).await?.expect(200)?;
    for told in [issued["number"].as_str().context("a number")?, "未經更正", &steps::sha256(&bytes)] {
        assert!(verified.body.contains(told), "{told} is not in {}", verified.text());
    }
    assert!(!verified.body.contains(&case), "{}", verified.text());
    anybody.get("/verify/00000-00000-00000-00001").await?.expect(404)?;
    anybody.api(Method::GET, "/api/verify/x", None, None).await?.expect(404)?;

    // An obvious error is put right by another letter; the first says so from then on.
    let version = steps::state(&mut lin, &case).await?["version"].clone();
    let body = json!({ "version": version, "document": document, "wrong": "逾容量", "right": "逾場地容量" });
    let rectified = office
        .reviewer
        .api(Method::POST, &format!("{api}/rectify"), Some(&request_id()), Some(&body))
        .await?;
    rectified.expect(200)?;
    let told =
        anybody.api(Method::GET, &format!("/api/verify/{code}"), None, None).await?.expect(200)?.json()?;
    assert_eq!(told["status"], "corrected");
    city.mail("lin@mail.example", "更正").await?;
    Ok(())
}
