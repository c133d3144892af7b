//! Joint review, with an agency that is late.

use anyhow::Result;
use reqwest::Method;
use serde_json::json;
use tests::city::{City, wait_for};
use tests::person::Person;
use tests::steps::{self, Office};

#[tokio::test]
async fn two_agencies_are_asked_and_one_of_them_is_late() -> Result<()> {
    let mut city = City::own(&[]).await?;
    let mut lin = Person::sign_in(&city, "lin").await?;
    let case = steps::apply_by_api(&mut lin).await?;
    let mut office = Office::open(&city).await?;
    office.assign(&case).await?;
    let before = steps::state(&mut lin, &case).await?;
    let work = format!("/work/{case}");

    let page = office.handler.get(&work).await?.expect(200)?;
    let form = page.form(&format!("{work}/request_review"))?;
    let form = form.fill("question-pto", "請就周邊公車停靠表示意見。");
    let form = form.fill("question-xinyi", "請就里民使用表示意見。").fill("order", "parallel");
    let page = office.handler.submit(&form).await?.expect(200)?;
    assert!(page.text().contains("已送請會審"), "{}", page.text());
    let timeline = lin.get(&format!("/cases/{case}")).await?.expect(200)?.text();
    assert!(timeline.contains("會審中") && !timeline.contains("公車停靠"), "{timeline}");

    // Each finds its own question, and not the case.
    city.mail("handler@pto.city.example", &case).await?;
    let mut bus = Person::sign_in(&city, "handler.pto").await?;
    wait_for("the case in the list of the other agency", async || {
        let page = bus.get("/work/reviews").await?.expect(200)?;
        Ok(page.body.contains(&case).then_some(()))
    })
    .await?;
    let part = format!("/work/reviews/{case}");
    let page = bus.get(&part).await?.expect(200)?;
    assert!(page.text().contains("公車停靠") && !page.text().contains("里民使用"), "{}", page.text());
    bus.get(&work).await?.expect(404)?;
    let form = page.form(&format!("{work}/answer_review"))?;
    let form = form.fill("opinion", "conditions").fill("text", "請避開站牌十公尺。");
    for _ in 0..2 {
        bus.post(&form).await?.expect(303)?;
    }
    let told = city.mail("handler@parks.city.example", "會審機關已回復意見").await?.to_string();
    assert!(told.contains("請避開站牌十公尺"), "{told}");

    // The district office says nothing for three weeks: its days, not the case's.
    city.kill().await?;
    city.start_with(&["--clock-offset", "1814400"]).await?;
    city.control("/_local/schedules/deadline-timer/run", &json!({})).await?;
    city.mail("handler@xinyi.city.example", "請儘速回復會審意見").await?;
    city.mail("handler@parks.city.example", "會審機關已逾其期限而未回復").await?;
    let mut lin = Person::sign_in(&city, "lin").await?;
    let after = steps::state(&mut lin, &case).await?;
    assert_eq!((&after["state"], &after["due"]), (&json!("joint_review"), &before["due"]));
    let mut office = Office::open(&city).await?;
    let clock = office.handler.api(Method::GET, &format!("/api{work}/clock"), None, None).await?;
    let clock = clock.expect(200)?.json()?;
    let held = clock["held"].as_array().cloned().unwrap_or_default();
    assert!(held.iter().any(|run| run["agency"] == "xinyi"), "{clock}");

    // It goes on without it.
    let page = office.handler.get(&work).await?.expect(200)?;
    assert!(page.text().contains("計入該機關") && page.text().contains("請避開站牌"), "{}", page.text());
    let form = page.form(&format!("{work}/drop_review"))?;
    let form = form.fill("agency", "xinyi").fill("reason", "逾會審期限未復。");
    let page = office.handler.submit(&form).await?.expect(200)?;
    assert!(page.text().contains("已不再等候"), "{}", page.text());
    let told = city.mail("handler@xinyi.city.example", "無須再回復").await?.to_string();
    assert!(told.contains("逾會審期限未復"), "{told}");
    Person::sign_in(&city, "handler.xinyi").await?.get(&part).await?.expect(404)?;
    assert_eq!(steps::state(&mut lin, &case).await?["state"], "assigned");
    Ok(())
}
