//! Who has a case: several assigned at once by the rules, one that belongs to another agency, and one that
//! belongs to none.

use anyhow::Result;
use reqwest::Method;
use serde_json::json;
use tests::city::{City, wait_for};
use tests::person::{Person, request_id};
use tests::steps::{self, Office};

#[tokio::test]
async fn what_the_dispatcher_ticks_goes_to_whom_the_rules_name() -> Result<()> {
    let city = City::any().await?;
    let mut lin = Person::sign_in(&city, "lin").await?;
    let cases = [steps::apply_by_api(&mut lin).await?, steps::apply_by_api(&mut lin).await?];
    let mut office = Office::open(&city).await?;
    for case in &cases {
        // The rule of this park names them, so they are told of the arrival as well.
        city.mail("handler@parks.city.example", case).await?;
        office.sees(case).await?;
    }
    let page = office.dispatcher.get("/work?state=received").await?.expect(200)?;
    assert!(page.text().contains("今日分文登錄"), "{}", page.text());
    let mut form = page.form("/work/assign")?.fill("how", "routed");
    for case in &cases {
        form = form.fill(&format!("case_{case}"), "1");
    }
    for _ in 0..2 {
        let page = office.dispatcher.post(&form).await?.expect(200)?;
        assert_eq!(page.text().matches("承辦人：張志偉").count(), 2, "{}", page.text());
    }
    for case in &cases {
        assert_eq!(steps::state(&mut lin, case).await?["state"], "assigned");
    }
    let month = office.dispatcher.get("/work/attendance").await?.expect(200)?;
    assert!(month.text().contains("收件匣登錄紀錄"), "{}", month.text());
    Ok(())
}

#[tokio::test]
async fn a_case_finds_the_agency_that_is_competent_or_leaves_the_window() -> Result<()> {
    let city = City::any().await?;
    let mut lin = Person::sign_in(&city, "lin").await?;
    let case = steps::apply_by_api(&mut lin).await?;
    let before = steps::state(&mut lin, &case).await?;
    let mut office = Office::open(&city).await?;
    let work = format!("/work/{case}");

    // To those who route what nobody is competent for; a second click is answered as the first.
    let page = office.dispatcher.get(&work).await?.expect(200)?;
    let form = page.form(&format!("{work}/reroute"))?;
    let form = form.fill("agency", "doit").fill("reason", "非本處權限，請統一分文。");
    office.dispatcher.post(&form).await?.expect(303)?;
    office.dispatcher.post(&form).await?.expect(303)?;
    office.dispatcher.get(&work).await?.expect(404)?;
    city.mail("dispatcher@doit.city.example", &case).await?;
    let told = city.mail("lin@mail.example", "案件改由其他機關受理").await?.to_string();
    assert!(told.contains("非本處權限"), "{told}");
    let after = steps::state(&mut lin, &case).await?;
    assert_eq!((&after["state"], &after["due"]), (&json!("received"), &before["due"]));

    let mut central = Person::sign_in(&city, "dispatcher.doit").await?;
    wait_for("the case in the other inbox", async || {
        let page = central.get("/work?state=received").await?.expect(200)?;
        Ok(page.body.contains(&case).then_some(()))
    })
    .await?;
    let back = json!({ "version": 2, "agency": "parks", "reason": "仍屬公園處權限。" });
    let path = format!("/api{work}/reroute");
    central.api(Method::POST, &path, Some(&request_id()), Some(&back)).await?.expect(200)?;

    office.assign(&case).await?;
    let page = office.reviewer.get(&work).await?.expect(200)?;
    let form = page.form(&format!("{work}/transfer"))?;
    let form = form.fill("body", "交通部公路局").fill("reason", "活動範圍屬省道。");
    let page = office.reviewer.submit(&form).await?.expect(200)?;
    assert!(page.text().contains("已移送，並通知申請人"), "{}", page.text());
    assert_eq!(steps::state(&mut lin, &case).await?["result"], "transferred");
    let told = city.mail("lin@mail.example", "案件已移送有管轄權之機關").await?.to_string();
    assert!(told.contains("交通部公路局"), "{told}");
    let page = lin.get(&format!("/cases/{case}")).await?.expect(200)?;
    assert!(page.text().contains("已移送有管轄權之機關「交通部公路局」"), "{}", page.text());
    Ok(())
}
