//! An approval of several documents, whose result is picked up in person or by a proxy (領取).

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use reqwest::Method;
use serde_json::{Value, json};
use tests::city::{City, wait_for};
use tests::person::{Person, http_client};
use tests::steps::{self, Office};

/// An application for a hall of Xinyi, whose result is picked up.
async fn apply(lin: &mut Person) -> Result<String> {
    let answers = json!({
        "activity": "社區書法展", "hall": "hall_a", "date_from": "2027-03-05", "date_to": "2027-03-06",
        "purpose": "展出社區居民之書法作品。", "organiser": "大安社區發展協會",
        "contact_phone": "02-2720-8889#123", "consent": "yes",
    });
    let draft = steps::draft_for(lin, "XY012", &answers, &["activity_plan"]).await?;
    steps::filed(lin, &draft).await
}

/// The file of a document, as its applicant's program fetches it, and what anybody is told of it.
async fn verified(lin: &mut Person, anybody: &mut Person, case: &str, issued: &Value) -> Result<Value> {
    let document = issued["document"].as_str().context("a document")?;
    let path = format!("/api/cases/{case}/documents/{document}");
    let file = lin.api(Method::GET, &path, None, None).await?.expect(200)?.json()?;
    let url = file["url"].as_str().context("the address of the file")?;
    let bytes = http_client()?.get(url).send().await?.error_for_status()?.bytes().await?;
    assert!(bytes.starts_with(b"%PDF-1.7"), "{document}");
    let code = issued["verification_code"].as_str().context("a code")?;
    let told = anybody.api(Method::GET, &format!("/api/verify/{code}"), None, None).await?.expect(200)?;
    let told = told.json()?;
    assert_eq!(told["sha256"], steps::sha256(&bytes), "{document}");
    assert_eq!((&told["status"], &told["number"]), (&"in_force".into(), &issued["number"]));
    let page = anybody.get(&format!("/verify/{code}")).await?.expect(200)?;
    assert!(page.text().contains("未經更正") && !page.body.contains(case), "{}", page.text());
    Ok(told)
}

#[tokio::test]
async fn two_certificates_go_with_a_letter_and_a_proxy_picks_the_result_up() -> Result<()> {
    let city = City::any().await?;
    let mut lin = Person::sign_in(&city, "lin").await?;
    let case = apply(&mut lin).await?;
    let mut office = Office::of(&city, "xinyi").await?;
    office.assign(&case).await?;
    let work = format!("/work/{case}");
    let page = office.handler.get(&work).await?.expect(200)?;
    let form = page.form(&format!("{work}/propose"))?.fill("outcome", "approve").fill("reason", "");
    let form = form
        .fill("certificate-1-title", "場地使用許可證")
        .fill("certificate-1-text", "場地：A館。\n期間：116年3月5日至3月6日。")
        .fill("certificate-2-title", "場地配置核定書")
        .fill("certificate-2-text", "依活動企劃書所附場地配置。");
    office.handler.submit(&form).await?.expect(200)?;

    // The reviewer reads what goes with the letter, too.
    let page = office.reviewer.get(&work).await?.expect(200)?;
    assert!(page.text().contains("場地配置核定書"), "{}", page.text());
    let draft = office.reviewer.get(&format!("{work}/letter?certificate=2")).await?.expect(200)?;
    assert!(draft.content_type.starts_with("application/pdf"), "{draft:?}");
    office.reviewer.submit(&page.form(&format!("{work}/approve"))?).await?.expect(200)?;

    let mail = city.mail("lin@mail.example", &format!("核准 {case}")).await?.to_string();
    for told in ["領取期限", "信義路五段15號", "委託書"] {
        assert!(mail.contains(told), "{told} is not in {mail}");
    }
    let waits = steps::state(&mut lin, &case).await?;
    assert_eq!(waits["state"], "awaiting_pick_up", "{waits}");
    assert!(waits["pick_up"]["hours"]["en"].is_string() && waits["pick_up"]["fee_due"] == 0, "{waits}");
    let issued = waits["issued"].as_array().context("documents")?.clone();
    let kinds: Vec<_> = issued.iter().map(|it| it["kind"].as_str().unwrap_or_default()).collect();
    assert_eq!(kinds, ["letter", "certificate", "certificate"]);
    let mut anybody = Person::stranger(&city)?;
    let mut codes = BTreeSet::new();
    for (document, title) in
        issued.iter().zip([Value::Null, "場地使用許可證".into(), "場地配置核定書".into()])
    {
        let told = verified(&mut lin, &mut anybody, &case, document).await?;
        assert_eq!(told["title"], title);
        codes.insert(told["verification_code"].to_string());
    }
    assert_eq!(codes.len(), 3);
    let page = lin.get(&format!("/cases/{case}")).await?.expect(200)?;
    assert!(
        page.text().contains("場地使用許可證") && page.text().contains("信義路五段15號"),
        "{}",
        page.text()
    );

    // That the mail arrived is an event, which makes what an officer saw before it stale.
    wait_for("word of the mail", async || {
        let timeline = steps::state(&mut lin, &case).await?["timeline"].take();
        let heard = |step: &Value| step["event"] == "notice_heard";
        Ok(timeline.as_array().is_some_and(|steps| steps.iter().any(heard)).then_some(()))
    })
    .await?;
    // A proxy is named, and shows something.
    let page = office.handler.get(&work).await?.expect(200)?;
    let form = page.form(&format!("{work}/hand_over"))?.fill("received_by", "proxy");
    let form = form.fill("proxy_proof", "父親；委託書、雙方身分證");
    let page = office.handler.post(&form).await?.expect(422)?;
    assert!(page.body.contains("#hand_over-proxy_name"), "{}", page.text());
    let form = page.form(&format!("{work}/hand_over"))?.fill("proxy_name", "林父");
    let page = office.handler.submit(&form).await?.expect(200)?;
    assert!(page.text().contains("代領人：林父"), "{}", page.text());
    let had = steps::state(&mut lin, &case).await?;
    assert_eq!((&had["state"], &had["pick_up"]), (&"closed".into(), &Value::Null), "{had}");
    let page = lin.get(&format!("/cases/{case}")).await?.expect(200)?;
    assert!(page.text().contains("已領取（代領）") && !page.body.contains("林父"), "{}", page.text());
    Ok(())
}
