//! A document that nobody brings: looked up, kept as a digest, and read by nobody else.

use anyhow::{Context as _, Result};
use reqwest::Method;
use serde_json::{Value, json};
use tests::city::City;
use tests::person::{Person, request_id};
use tests::steps::{self, Office};

#[tokio::test]
async fn a_document_nobody_brings_is_looked_up_and_only_its_digest_stays() -> Result<()> {
    let city = City::own(&[]).await?;
    let mut lin = Person::sign_in(&city, "lin").await?;
    let item = lin.api(Method::GET, "/api/services/XY003", None, None).await?.expect(200)?.json()?;
    let documents = item["documents"].as_array().context("documents")?;
    assert_eq!(documents.iter().filter(|it| !it["obtainable_from"].is_null()).count(), 3, "{item}");
    let case = steps::apply_for_subsidy(&mut lin).await?;
    let mut office = Office::of(&city, "xinyi").await?;
    office.assign(&case).await?;
    let (work, handler) = (format!("/work/{case}"), &mut office.handler);

    // By a button of the case page: what the register says, and what is recorded of it.
    let page = handler.get(&work).await?.expect(200)?;
    let form = page.form(&format!("{work}/query_register"))?.fill("document", "land_extract");
    let shown = handler.post(&form).await?.expect(200)?;
    for part in ["查有資料", "信義區祥和段三小段 114 地號", "審查申報土地之權屬及面積"]
    {
        assert!(shown.text().contains(part), "{part}: {}", shown.text());
    }
    // Sent again it is one look, and what it said is not kept.
    let again = handler.post(&form).await?.expect(200)?;
    assert!(
        again.text().contains("不留存") && !again.text().contains("祥和段三小段 114"),
        "{}",
        again.text()
    );
    let timeline = lin.get(&format!("/cases/{case}")).await?.expect(200)?.text();
    assert!(timeline.contains("已向地政資訊系統查驗「土地登記謄本」"), "{timeline}");
    assert!(!timeline.contains("雜湊值"), "{timeline}");

    // By a program; and the register kept who asked, and what for.
    let path = format!("/api{work}/query_register");
    let body = json!({ "document": "id_card" });
    let told = handler.api(Method::POST, &path, Some(&request_id()), Some(&body)).await?.expect(200)?;
    assert_eq!(told.json()?["lines"][0], json!({ "label": "姓名", "value": "林佳穎" }));
    let asked = city.look("/_local/registers.json").await?;
    let registers: Vec<&Value> =
        asked.as_array().context("questions")?.iter().map(|it| &it["register"]).collect();
    assert_eq!(registers, ["land", "household"]);
    assert_eq!((&asked[0]["case"], &asked[0]["agency"]), (&json!(case), &json!("xinyi")));

    // What was not asked for, who may not ask, and a correction that asks the applicant for it.
    let body = json!({ "document": "passbook" });
    let refused = handler.api(Method::POST, &path, Some(&request_id()), Some(&body)).await?.expect(422)?;
    assert_eq!(refused.json()?["code"], "NOT_LOOKED_UP");
    let body = json!({ "document": "id_card" });
    office.dispatcher.api(Method::POST, &path, Some(&request_id()), Some(&body)).await?.expect(403)?;
    let whole = handler.api(Method::GET, &format!("/api{work}"), None, None).await?.expect(200)?.json()?;
    assert_eq!(whole["version"], 4, "filed, assigned, and looked up twice");
    let lacking = json!({ "subject": "document:land_extract", "what": "未附", "provide": "謄本" });
    let body = json!({ "version": 4, "deficiencies": [lacking], "days": 7 });
    let path = format!("/api{work}/request_correction");
    let refused = handler.api(Method::POST, &path, Some(&request_id()), Some(&body)).await?.expect(422)?;
    assert_eq!(refused.json()?["code"], "CITY_LOOKS_IT_UP");
    Ok(())
}
